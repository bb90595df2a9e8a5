//! Ids, raw bytes and secrets of the envelope.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

use events::{Broken, Event, Position, Publication, Said, Sink, Visit};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const AT: Position<'static> = Position {
    menu: "bank",
    version: "5e1f",
    node: "pin",
    step: 3,
    secret: false,
};
const SECRET: Position<'static> = Position { secret: true, ..AT };

fn now(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_445_600 + second).unwrap()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => panic!("an object"),
    }
}

fn said<'a>(kind: &'a str, source: &'a str, fields: &Value) -> Said<'a> {
    Said {
        kind,
        source,
        subject: Some("leg-1"),
        conversation: Some("CON-1"),
        time: Some("2026-03-02T10:00:00.000Z"),
        fields: object(fields.clone()),
    }
}

fn input(fields: &Value, raw: &str, received: i64, position: Option<&Position<'_>>) -> Event {
    Event::assemble(
        said("vonage.voice.input", "/vonage/voice", fields),
        raw.as_bytes(),
        now(received),
        position,
    )
}

#[test]
fn a_webhook_delivered_again_has_the_same_id() {
    let fields = json!({ "dtmf": { "digits": "1", "timed_out": false }, "uuid": "leg-1" });
    let first = input(&fields, &fields.to_string(), 0, Some(&AT));
    let again = input(&fields, &fields.to_string(), 7, Some(&AT));
    let as_a_query = input(&fields, "uuid=leg-1&dtmf=%7B%7D", 9, Some(&AT));
    assert_eq!(first.id, again.id);
    assert_eq!(first.id, as_a_query.id);
    assert_ne!(first.receivedat, again.receivedat);
    assert_eq!(first.id.len(), 32);
}

#[test]
fn a_webhook_that_says_something_else_has_another_id() {
    let one = json!({ "dtmf": { "digits": "1" }, "uuid": "leg-1" });
    let two = json!({ "dtmf": { "digits": "2" }, "uuid": "leg-1" });
    let id = |fields: &Value, position: Option<&Position<'_>>| input(fields, "", 0, position).id;
    let later = Position { step: 4, ..AT };
    let elsewhere = Position {
        node: "amount",
        ..AT
    };
    let all = [
        id(&one, None),
        id(&one, Some(&AT)),
        id(&two, Some(&AT)),
        // The same key again, further on: bodies of old accounts carry no time.
        id(&one, Some(&later)),
        id(&one, Some(&elsewhere)),
        id(&json!({ "dtmf": "1", "uuid": "leg-1" }), Some(&AT)),
        id(&json!({ "dtmf": 1, "uuid": "leg-1" }), Some(&AT)),
        id(&json!({ "dtmf": null, "uuid": "leg-1" }), Some(&AT)),
        id(&json!({ "uuid": "leg-1" }), Some(&AT)),
    ];
    let distinct: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
}

#[test]
fn a_message_signed_anew_on_each_try_keeps_its_id() {
    let id = |sig: &str, nonce: &str, timestamp: &str| {
        let fields = json!({ "messageId": "0A", "text": "hi", "sig": sig, "nonce": nonce,
            "timestamp": timestamp, "message-timestamp": "2026-03-02 10:00:00" });
        Event::assemble(
            said("vonage.sms.inbound", "/vonage/sms", &fields),
            b"",
            now(0),
            None,
        )
        .id
    };
    assert_eq!(id("aa", "1", "1772445600"), id("bb", "2", "1772445660"));
}

#[test]
fn raw_is_what_came() {
    let raw = "{ \"uuid\" :\"leg-1\", \"new\\u0020field\": 1 }";
    let event = input(&json!({ "uuid": "leg-1" }), raw, 0, None);
    assert_eq!(event.data["raw"], raw);

    let event = Event::assemble(
        said(
            "vonage.voice.input",
            "/vonage/voice",
            &json!({ "text": "caf\u{fffd}" }),
        ),
        b"text=caf\xe9",
        now(0),
        None,
    );
    assert_eq!(event.data["raw_base64"], "dGV4dD1jYWbp");
    assert!(!event.data.contains_key("raw"));
}

#[test]
fn the_time_is_vonages_and_ours_where_it_says_none() {
    let mut it = said("vonage.voice.answer", "/vonage/voice", &json!({}));
    it.time = Some("2026-03-02 09:59:58");
    let event = Event::assemble(it.clone(), b"", now(0), None);
    assert_eq!(event.time, "2026-03-02T09:59:58.000Z");
    assert_eq!(event.receivedat, "2026-03-02T10:00:00.000Z");
    it.time = None;
    assert_eq!(
        Event::assemble(it.clone(), b"", now(0), None).time,
        event.receivedat
    );
    it.time = Some("yesterday");
    assert_eq!(
        Event::assemble(it, b"", now(0), None).time,
        event.receivedat
    );
}

#[test]
fn what_repeats_entries_without_saying_where_is_always_redacted() {
    let fields =
        json!({ "dtmf": { "digits": "4821", "timed_out": false }, "reason": "Socket timeout." });
    let event = Event::assemble(
        said("vonage.voice.fallback", "/vonage/voice", &fields),
        fields.to_string().as_bytes(),
        now(0),
        None,
    );
    assert!(!event.to_json().contains("4821"), "{}", event.to_json());
    assert!(event.to_json().contains("Socket timeout."));

    let fields = json!({ "type": "audio:dtmf", "body": { "digit": "4821" }, "id": 7 });
    let event = Event::assemble(
        said("vonage.rtc.audio:dtmf", "/vonage/rtc", &fields),
        fields.to_string().as_bytes(),
        now(0),
        None,
    );
    assert!(!event.to_json().contains("4821"), "{}", event.to_json());
}

#[test]
fn broken_bytes_are_kept_unless_they_may_hold_a_secret() {
    let broken = Broken {
        path: "/webhooks/input",
        method: "POST",
        content_type: Some("application/json"),
        place: "line 1, column 2",
        message: "expected a value",
    };
    let event = Event::malformed(&broken, b"{4821", now(0), None);
    assert_eq!(event.data["raw"], "{4821");
    assert_eq!(event.kind, "vonage.malformed");
    assert_eq!(
        event.id,
        Event::malformed(&broken, b"{4821", now(5), None).id
    );
    assert_ne!(
        event.id,
        Event::malformed(&broken, b"{4822", now(0), None).id
    );
    let event = Event::malformed(&broken, b"{4821", now(0), Some(&SECRET));
    assert!(!event.to_json().contains("4821"));
}

#[test]
fn a_step_follows_from_its_webhook() {
    let webhook = input(&json!({ "uuid": "leg-1" }), "", 0, Some(&AT));
    let visit = |node: &str, target: &str| Visit {
        menu: "bank".into(),
        version: "5e1f".into(),
        node: node.into(),
        kind: Some("menu".into()),
        cause: "choice 1".into(),
        attempt: 1,
        target: Some(target.into()),
    };
    let step = Event::step(&webhook, 3, &[visit("pin", "open"), visit("open", "sales")]);
    assert_eq!(step.leg(), Some("leg-1"));
    assert_eq!(step.node.as_deref(), Some("pin"));
    assert_eq!(step.data["target"], "sales");
    assert_eq!(step.data["webhook"], webhook.id.as_str());
    assert_eq!(step.time, webhook.time);
    assert_eq!(
        step.id,
        Event::step(&webhook, 3, &[visit("pin", "open"), visit("open", "sales")]).id
    );
    assert_ne!(
        step.id,
        Event::step(&webhook, 3, &[visit("pin", "open")]).id
    );
}

#[test]
fn a_version_published_twice_is_published_twice() {
    let it = Publication {
        menu: "acme",
        version: Some("5e1f"),
        previous: None,
        action: "publish",
    };
    let event = Event::published(&it, now(0));
    assert_eq!(event.leg(), None);
    assert_eq!(event.subject.as_deref(), Some("acme"));
    assert_ne!(event.id, Event::published(&it, now(1)).id);
}

#[test]
fn an_event_survives_its_json_with_attributes_nobody_knows_yet() {
    let mut event = input(&json!({ "uuid": "leg-1" }), "raw", 0, Some(&AT));
    event.extensions.insert("tenant".into(), json!("x"));
    event.mark_reached(Sink::Archive);
    event.mark_reached(Sink::Calls);
    event.mark_reached(Sink::Archive);
    assert_eq!(event.delivered.as_deref(), Some("archive,calls"));
    let read = Event::from_json(&event.to_json()).unwrap();
    assert_eq!(read, event);
    assert!(read.has_reached(Sink::Calls) && !read.has_reached(Sink::Forward));
}

#[test]
fn what_is_no_event_is_refused_with_a_reason() {
    let check = |text: &str, expected: &str| {
        let error = Event::from_json(text).unwrap_err();
        assert!(error.message.contains(expected), "{}", error.message);
    };
    check("", "not a JSON object");
    check("{}", "`specversion` is missing");
    check("[1]", "not a JSON object");
    check(r#"{"specversion":"2.0"}"#, "expected \"1.0\"");
    check(
        r#"{"specversion":"1.0","id":"","source":"/","type":"t"}"#,
        "`id`",
    );
    check(
        r#"{"specversion":"1.0","id":"1","source":"/","type":"t","receivedat":"x","data":3}"#,
        "`data` is not an object",
    );
}

#[test]
fn a_large_event_sheds_what_is_long_and_says_where_it_lies() {
    let long = "x".repeat(200_000);
    let fields = json!({ "status": "completed", "duration": "7", "headers": { "X": long } });
    let event = input(&fields, &long, 0, None).shed("bodies/dt=2026-03-02/1.json".into());
    assert!(event.to_json().len() < 4_000);
    assert_eq!(event.text("duration"), Some("7"));
    assert_eq!(
        event.dataref.as_deref(),
        Some("bodies/dt=2026-03-02/1.json")
    );

    let many: Map<String, Value> = (0..20_000).map(|n| (format!("f{n}"), json!(n))).collect();
    let event = input(&Value::Object(many), "", 0, None).shed("bodies/2".into());
    assert!(event.to_json().len() < 64_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(128)
    ))]

    /// Law 6, as far as events go.
    #[test]
    fn digits_of_a_secret_field_are_nowhere_in_an_event(
        digits in "[2-9]{4,16}",
        words in "[p-z]{12,20}",
        form in 0..6_u8,
        order in any::<bool>(),
    ) {
        let fields = match form {
            0 | 1 => json!({ "dtmf": { "digits": digits, "timed_out": false }, "uuid": "leg-1" }),
            2 => json!({ "dtmf": digits, "uuid": "leg-1" }),
            3 => json!({ "speech": { "results": [{ "text": words, "confidence": "0.9" }] }, "dtmf": { "digits": digits } }),
            4 => json!({ "dtmf": [digits, words] }),
            _ => json!({ "dtmf": digits.parse::<u64>().unwrap() }),
        };
        let raw = match form {
            1 => format!("uuid=leg-1&dtmf=%7B%22digits%22%3A%22{digits}%22%7D&timed_out=false"),
            _ if order => serde_json::to_string_pretty(&fields).unwrap(),
            _ => fields.to_string(),
        };
        let event = Event::assemble(
            said("vonage.voice.input", "/vonage/voice", &fields),
            raw.as_bytes(),
            now(0),
            Some(&SECRET),
        );
        let written = event.to_json().replace(&event.id, "");
        prop_assert!(!written.contains(&digits), "{}", written);
        prop_assert!(!written.contains(&words), "{}", written);
        // Nor can the id be used to try all the digits there are.
        let other = Event::assemble(
            said("vonage.voice.input", "/vonage/voice", &json!({ "dtmf": { "digits": "00000", "timed_out": false }, "uuid": "leg-1" })),
            b"",
            now(0),
            Some(&SECRET),
        );
        if form < 2 {
            prop_assert_eq!(event.id, other.id);
        }
    }

    #[test]
    fn the_order_of_members_changes_no_id(members in prop::collection::btree_map("[a-z]{1,6}", any::<i32>(), 0..8)) {
        let forward: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        let backward: Vec<String> = forward.iter().rev().cloned().collect();
        let id = |members: &[String]| {
            let fields: Value = serde_json::from_str(&format!("{{{}}}", members.join(","))).unwrap();
            input(&fields, "", 0, None).id
        };
        prop_assert_eq!(id(&forward), id(&backward));
    }
}
