//! What the code makes fits the schemas.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

mod samples;

use events::schema::TYPES;
use events::{Event, Position};
use proptest::prelude::*;
use samples::{now, samples};
use serde_json::{Value, json};
use vonage::{Delivery, Route, Webhook};

#[test]
fn what_is_made_fits_its_schema() {
    let mut described: Vec<&str> = Vec::new();
    for event in samples() {
        let name = event.kind.schema();
        let it = TYPES.iter().find(|it| it.name == name).unwrap();
        described.push(it.name);
        assert_eq!(event.dataschema.as_deref(), it.schema()["$id"].as_str());
        let validator = jsonschema::validator_for(&it.schema()).unwrap();
        let value: Value = serde_json::from_str(&event.to_json()).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert!(
            errors.is_empty(),
            "{} is not {name}: {errors:?}\n{value:#}",
            event.kind
        );

        for (pointer, wrong) in [
            ("id", json!("x")),
            ("time", json!("now")),
            ("specversion", json!("0.3")),
            ("type", json!(1)),
            ("data", json!("x")),
        ] {
            let mut value = value.clone();
            value[pointer] = wrong;
            assert!(!validator.is_valid(&value), "{name} takes any {pointer}");
        }
    }
    for it in TYPES {
        assert!(
            it.name == "event" || described.contains(&it.name),
            "no sample of {}",
            it.name
        );
    }
}

/// Any JSON, a few levels deep.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z:\n\u{0}]{0,6}|NONE|null|9999-12-31T23:59:59-23:00".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,5}", inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn route() -> impl Strategy<Value = Route> {
    prop::sample::select(Route::ALL.to_vec())
}

/// The names of the members that schemas know, and some.
fn member() -> impl Strategy<Value = String> {
    let known: Vec<String> = TYPES
        .iter()
        .flat_map(|it| it.members)
        .map(|(name, _, _)| (*name).to_owned())
        .chain(["raw", "raw_base64", "new"].map(str::to_owned))
        .collect();
    prop_oneof![prop::sample::select(known), any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever a webhook holds, under whatever name.
    #[test]
    fn every_event_fits_its_schema(
        route in route(),
        members in prop::collection::btree_map(member(), json_value(), 0..6),
        query in any::<bool>(),
        position in any::<Option<bool>>(),
    ) {
        let pairs: Vec<(String, String)> = members
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            .collect();
        let body = Value::Object(members.into_iter().collect()).to_string();
        let encoded = vonage::encode_query(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let (delivery, raw) = match query {
            true => (Delivery::get(&encoded), encoded.as_bytes()),
            false => (Delivery::json(body.as_bytes()), body.as_bytes()),
        };
        let webhook = Webhook::parse(route, &delivery);
        prop_assume!(webhook.is_ok());
        let at = position.map(|secret| Position { menu: "acme", version: "5e1f", node: "pin", step: 1, secret });
        let event = Event::from_webhook(&webhook.unwrap(), raw, now(), at.as_ref());

        let name = event.kind.schema();
        let it = TYPES.iter().find(|it| it.name == name).unwrap();
        let validator = VALIDATORS.with(|known| known[it.name].clone());
        let value: Value = serde_json::from_str(&event.to_json()).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        prop_assert!(errors.is_empty(), "{} is not {}: {:?}\n{:#}", event.kind, name, errors, value);
        for (name, value) in value.as_object().unwrap() {
            if let (true, Some(text)) = (name != "data", value.as_str()) {
                prop_assert!(!text.chars().any(char::is_control), "{} holds {:?}", name, text);
            }
        }
        prop_assert_eq!(Event::from_json(&event.to_json()).unwrap(), event);
    }
}

thread_local! {
    static VALIDATORS: std::collections::BTreeMap<&'static str, std::rc::Rc<jsonschema::Validator>> = TYPES
        .iter()
        .map(|it| (it.name, std::rc::Rc::new(jsonschema::validator_for(&it.schema()).unwrap())))
        .collect();
}
