//! What the code makes fits the schemas.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

mod samples;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use events::{Event, EventType, Position};
use proptest::prelude::*;
use samples::{now, samples};
use serde_json::{Value, json};
use vonage::{Delivery, Route, Webhook};

#[test]
fn what_is_made_fits_its_schema() {
    let mut described = BTreeSet::from(["event".to_owned()]);
    for event in samples() {
        let name = event.kind.schema();
        let schema = schema(name);
        described.insert(name.to_owned());
        assert_eq!(event.dataschema.as_deref(), schema["$id"].as_str());
        let validator = jsonschema::validator_for(&schema).unwrap();
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
    let names: BTreeSet<String> = schemas().into_keys().collect();
    assert_eq!(described, names, "there is a sample of each");
}

#[test]
fn every_type_has_a_schema_and_every_schema_a_type() {
    let open = ["event", "vonage.rtc", "vonage.voice.status"].map(str::to_owned);
    let types = EventType::all().map(|kind| kind.as_str().to_owned());
    let expected: BTreeSet<String> = types.chain(open).collect();
    assert_eq!(schemas().into_keys().collect::<BTreeSet<_>>(), expected);
    for (name, schema) in schemas() {
        let members = schema["properties"]["data"]["properties"].as_object();
        let own = members.unwrap().keys().filter(|it| !it.starts_with("raw"));
        assert_eq!(own.count() == 0, name == "event", "{name}");
    }
}

/// The files of the folder `schemas`, by the name of the type.
fn schemas() -> BTreeMap<String, Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas");
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let read = |file: std::fs::DirEntry| {
        let name = file.file_name().into_string().unwrap();
        let name = name.strip_suffix(".schema.json").unwrap().to_owned();
        let text = std::fs::read_to_string(file.path()).unwrap();
        (name, serde_json::from_str(&text).unwrap())
    };
    files.map(read).collect()
}

fn schema(name: &str) -> Value {
    schemas().remove(name).unwrap()
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
    let members = |schema: &Value| {
        let members = schema["properties"]["data"]["properties"].as_object();
        members.unwrap().keys().cloned().collect::<Vec<_>>()
    };
    let mut known: Vec<String> = schemas().values().flat_map(members).collect();
    known.push("new".to_owned());
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
        let validator = VALIDATORS.with(|known| known[name].clone());
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
    static VALIDATORS: BTreeMap<String, Rc<jsonschema::Validator>> = schemas()
        .into_iter()
        .map(|(name, schema)| (name, Rc::new(jsonschema::validator_for(&schema).unwrap())))
        .collect();
}
