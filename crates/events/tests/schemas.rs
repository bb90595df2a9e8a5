//! What the code makes fits the schemas.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

use events::schema::{TYPES, family};
use events::{Broken, Event, OperatorAct, Position, Publication, Visit};
use proptest::prelude::*;
use serde_json::{Value, json};
use vonage::{Delivery, Route, Timestamp, Webhook};

fn now() -> Timestamp {
    Timestamp::from_second(1_772_445_600).unwrap()
}

fn of(route: Route, body: &Value) -> Event {
    let body = body.to_string();
    let webhook = Webhook::parse(route, &Delivery::json(body.as_bytes())).unwrap();
    Event::from_webhook(&webhook, body.as_bytes(), now(), None)
}

/// One event of every type, and more where one says little.
fn samples() -> Vec<Event> {
    let status = |status: &str, more: Value| {
        let mut body = json!({ "status": status, "uuid": "leg-1", "conversation_uuid": "CON-1", "from": "447700900321",
            "to": "442079460111", "direction": "inbound", "timestamp": "2026-03-02T10:00:00.000Z", "headers": {} });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        of(Route::Event, &body)
    };
    let answer = of(
        Route::Answer,
        &json!({ "from": "447700900321", "to": "442079460111", "uuid": "leg-1", "conversation_uuid": "CON-1",
            "endpoint_type": "phone", "region_url": "https://api-eu-3.vonage.com", "SipHeader_X-Order": "7" }),
    );
    let mut events = vec![
        answer.clone(),
        of(
            Route::Answer,
            &json!({ "from": null, "from_user": "Alice", "to": "bot", "uuid": "l", "conversation_uuid": "CON-1", "custom_data": { "a": 1 } }),
        ),
        status("started", json!({})),
        status("ringing", json!({ "from": null })),
        status(
            "answered",
            json!({ "start_time": null, "rate": null, "network": null }),
        ),
        status(
            "completed",
            json!({ "start_time": null, "end_time": "2026-03-02T10:01:00.000Z", "duration": "58", "rate": "0.0072",
            "price": "0.00696000", "network": "GB-FIXED", "disconnected_by": "user", "sip_code": 200 }),
        ),
        status(
            "completed",
            json!({ "duration": 58, "rate": 0.0072, "price": 0.007, "sip_code": "200", "network": null }),
        ),
        status("hologram", json!({ "new": [1] })),
        of(
            Route::Event,
            &json!({ "status": "human", "call_uuid": "leg-1", "conversation_uuid": "CON-1", "timestamp": "2026-03-02T10:00:00.000Z" }),
        ),
        of(
            Route::Event,
            &json!({ "status": "machine", "call_uuid": "leg-1", "sub_state": "beep_start", "timestamp": "2026-03-02T10:00:00.000Z" }),
        ),
        of(
            Route::Input,
            &json!({ "dtmf": { "digits": "1", "timed_out": false }, "speech": { "results": [] }, "uuid": "leg-1", "timestamp": "2026-03-02T10:00:00.000Z" }),
        ),
        of(
            Route::Input,
            &json!({ "dtmf": "1", "timed_out": false, "uuid": null }),
        ),
        of(
            Route::Recording,
            &json!({ "recording_url": "https://api.nexmo.com/v1/files/1", "recording_uuid": "r", "size": 7, "conversation_uuid": "CON-1",
            "start_time": "2026-03-02T10:00:00Z", "end_time": "2026-03-02T10:00:07Z", "timestamp": "2026-03-02T10:00:08.000Z" }),
        ),
        of(
            Route::Transcription,
            &json!({ "transcription_url": "https://api.nexmo.com/v1/files/2", "recording_uuid": "r", "type": "record", "status": "transcribed", "conversation_uuid": "CON-1" }),
        ),
        of(
            Route::Event,
            &json!({ "type": "transfer", "conversation_uuid_from": "CON-1", "conversation_uuid_to": "CON-2", "uuid": "leg-1", "timestamp": "2026-03-02T10:00:00.000Z" }),
        ),
        of(
            Route::Notify,
            &json!({ "payload": { "a": 1 }, "conversation_uuid": "CON-1", "timestamp": "2026-03-02T10:00:00.000Z" }),
        ),
        of(
            Route::Event,
            &json!({ "reason": "Syntax error in NCCO.", "conversation_uuid": "CON-1", "timestamp": "2026-03-02T10:00:00.000Z" }),
        ),
        of(
            Route::Fallback,
            &json!({ "uuid": "leg-1", "reason": "Socket timeout.", "original_request": { "url": "https://x", "type": "answer" } }),
        ),
        of(
            Route::Rtc,
            &json!({ "type": "audio:dtmf", "conversation_id": "CON-1", "body": { "digit": "1" }, "id": 7 }),
        ),
        of(
            Route::MessagesInbound,
            &json!({ "message_uuid": "m", "channel": "sms", "from": "447700900321", "to": "442079460111", "text": "hi", "timestamp": "2026-03-02T10:00:00Z" }),
        ),
        of(
            Route::MessagesStatus,
            &json!({ "message_uuid": "m", "channel": "sms", "from": "1", "to": "2", "status": "rejected", "error": { "title": 1000 }, "timestamp": "2026-03-02T10:00:00Z" }),
        ),
        of(
            Route::SmsInbound,
            &json!({ "msisdn": "447700900321", "to": "442079460111", "messageId": "0A", "text": "hi", "type": "text", "message-timestamp": "2026-03-02 10:00:00" }),
        ),
        of(
            Route::SmsReceipt,
            &json!({ "msisdn": "447700900321", "to": "ACME", "messageId": "0A", "status": "delivered", "scts": "2603021000", "err-code": "0", "price": "0.03", "message-timestamp": "2026-03-02 10:00:00" }),
        ),
        of(
            Route::Insight,
            &json!({ "status": 0, "request_id": "q", "international_format_number": "447700900321" }),
        ),
        of(
            Route::Verify,
            &json!({ "request_id": "q", "type": "event", "channel": "sms", "status": "completed", "triggered_at": "2026-03-02T10:00:00.000Z" }),
        ),
        of(
            Route::Dispatch,
            &json!({ "dispatch_uuid": "d", "template": "failover", "status": "completed", "timestamp": "2026-03-02T10:00:00.000Z" }),
        ),
        Event::malformed(
            &Broken {
                path: "/webhooks/event",
                method: "POST",
                content_type: None,
                place: "line 1",
                message: "no JSON",
            },
            b"\xff",
            now(),
            None,
        ),
        Event::degraded(&answer, "menu_missing", "acme"),
        Event::state_rejected(&answer, "expired", ""),
        Event::callback(&answer, "447700900321"),
        Event::notify(&answer, json!(["any"])),
        Event::published(
            &Publication {
                menu: "acme",
                version: None,
                previous: Some("5e1f"),
                action: "delete",
                by: Some("ann@example.com"),
            },
            now(),
        ),
        Event::operator(
            &OperatorAct {
                who: "ann@example.com",
                role: "publisher",
                verb: "publish",
                kind: "numbers",
                id: Some("442079460000"),
                before: None,
                after: Some("5e1f"),
                message: Some("The new line"),
                ray: None,
            },
            now(),
        ),
        Event::step(
            &answer,
            0,
            &[Visit {
                menu: "acme".into(),
                version: "5e1f".into(),
                node: "main".into(),
                cause: "answer".into(),
                attempt: 0,
                target: Some("main".into()),
                entered: Some("menu".into()),
            }],
        ),
    ];
    for failure in [
        "busy",
        "cancelled",
        "unanswered",
        "disconnected",
        "rejected",
        "failed",
        "timeout",
    ] {
        events.push(status(
            failure,
            json!({ "detail": "declined", "sip_code": 603 }),
        ));
    }
    let at = Position {
        menu: "acme",
        version: "5e1f",
        node: "pin",
        step: 1,
        secret: true,
    };
    let body = br#"{"dtmf":{"digits":"4821"},"uuid":"leg-1"}"#;
    let webhook = Webhook::parse(Route::Input, &Delivery::json(body)).unwrap();
    events.push(Event::from_webhook(&webhook, body, now(), Some(&at)));
    events.push(answer.shed("bodies/x".into()));
    events
}

#[test]
fn what_is_made_fits_its_schema() {
    let mut described: Vec<&str> = Vec::new();
    for event in samples() {
        let name = family(&event.kind);
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
    prop::sample::select(vec![
        Route::Answer,
        Route::Event,
        Route::Fallback,
        Route::Input,
        Route::Connect,
        Route::Recording,
        Route::Transcription,
        Route::Conversation,
        Route::Notify,
        Route::Rtc,
        Route::MessagesInbound,
        Route::MessagesStatus,
        Route::SmsInbound,
        Route::SmsReceipt,
        Route::Insight,
        Route::Verify,
        Route::Dispatch,
        Route::Any,
    ])
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

        let name = family(&event.kind);
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
