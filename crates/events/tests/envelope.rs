//! Ids, raw bytes and secrets of the envelope.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

use events::{Event, MalformedRequest, OperatorAct, Position, Publication, Sink, Subject, Visit};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use vonage::{Delivery, Route, Webhook};

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

fn parse(route: Route, delivery: &Delivery<'_>) -> Webhook {
    Webhook::parse(route, delivery).unwrap()
}

fn event_of(route: Route, body: &str, position: Option<&Position<'_>>) -> Event {
    let webhook = parse(route, &Delivery::json(body.as_bytes()));
    Event::from_webhook(&webhook, body.as_bytes(), now(0), position)
}

fn input(body: &Value, position: Option<&Position<'_>>) -> Event {
    event_of(Route::Input, &body.to_string(), position)
}

#[test]
fn a_webhook_delivered_again_has_the_same_id() {
    let body =
        r#"{"uuid":"leg-1","dtmf":{"digits":"1","timed_out":false},"conversation_uuid":"CON-1"}"#;
    let reordered = r#"{ "conversation_uuid":"CON-1", "dtmf":{"timed_out":false,"digits":"1"}, "uuid":"leg-1" }"#;
    let webhook = parse(Route::Input, &Delivery::json(body.as_bytes()));
    let first = Event::from_webhook(&webhook, body.as_bytes(), now(0), Some(&AT));
    let again = Event::from_webhook(&webhook, body.as_bytes(), now(7), Some(&AT));
    assert_eq!(first.id, again.id);
    assert_ne!(first.receivedat, again.receivedat);
    assert_eq!(first.id, event_of(Route::Input, reordered, Some(&AT)).id);
    assert_eq!(first.id.len(), 32);

    let id = |query: &str| {
        let webhook = parse(Route::Event, &Delivery::get(query));
        Event::from_webhook(&webhook, query.as_bytes(), now(0), None).id
    };
    assert_eq!(
        id("status=ringing&uuid=leg-1&timestamp=2026-03-02T10:00:00.000Z"),
        id("uuid=leg-1&timestamp=2026-03-02T10%3A00%3A00.000Z&status=ringing"),
    );
}

#[test]
fn a_webhook_that_says_something_else_has_another_id() {
    let one = json!({ "dtmf": { "digits": "1" }, "uuid": "leg-1" });
    let two = json!({ "dtmf": { "digits": "2" }, "uuid": "leg-1" });
    let id = |body: &Value, position: Option<&Position<'_>>| input(body, position).id;
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
        event_of(
            Route::Input,
            r#"{"dtmf":{"digits":"2"},"dtmf":{"digits":"1"},"uuid":"leg-1"}"#,
            Some(&AT),
        )
        .id,
    ];
    let distinct: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
}

#[test]
fn a_message_signed_anew_on_each_try_keeps_its_id() {
    let id = |sig: &str, nonce: &str, timestamp: &str| {
        let body = format!(
            "messageId=0A&msisdn=447700900321&to=442079460111&text=hi&type=text&sig={sig}&nonce={nonce}&timestamp={timestamp}&message-timestamp=2026-03-02+10%3A00%3A00"
        );
        let webhook = parse(Route::SmsInbound, &Delivery::form(body.as_bytes()));
        assert_eq!(webhook.event_type(), "vonage.sms.inbound");
        Event::from_webhook(&webhook, body.as_bytes(), now(0), None).id
    };
    assert_eq!(id("aa", "1", "1772445600"), id("bb", "2", "1772445660"));
}

#[test]
fn raw_is_what_came() {
    let raw = "{ \"uuid\" :\"leg-1\", \"status\":\"ringing\", \"new\\u0020field\": 1 }";
    let event = event_of(Route::Event, raw, None);
    assert_eq!(event.data["raw"], raw);
    assert_eq!(event.data["new field"], 1);

    let raw = b"messageId=0A&msisdn=1&text=caf\xe9";
    if let Ok(webhook) = Webhook::parse(Route::SmsInbound, &Delivery::form(raw)) {
        let event = Event::from_webhook(&webhook, raw, now(0), None);
        assert_eq!(
            event.data["raw_base64"],
            "bWVzc2FnZUlkPTBBJm1zaXNkbj0xJnRleHQ9Y2Fm6Q=="
        );
        assert!(!event.data.contains_key("raw"));
    }
    let broken = MalformedRequest {
        path: "/x",
        method: "POST",
        content_type: None,
        place: "",
        message: "",
    };
    let event = Event::malformed(&broken, b"caf\xe9", now(0), None);
    assert_eq!(event.data["raw_base64"], "Y2Fm6Q==");
}

#[test]
fn the_time_is_vonages_and_ours_where_it_says_none() {
    let time = |timestamp: &str| {
        let body = format!(r#"{{"status":"ringing","uuid":"leg-1","timestamp":{timestamp}}}"#);
        event_of(Route::Event, &body, None).time
    };
    assert_eq!(time("\"2026-03-02 09:59:58\""), "2026-03-02T09:59:58.000Z");
    assert_eq!(time("null"), "2026-03-02T10:00:00.000Z");
    assert_eq!(time("\"yesterday\""), "2026-03-02T10:00:00.000Z");
}

#[test]
fn a_recording_is_about_no_leg() {
    let event = event_of(
        Route::Recording,
        r#"{"recording_url":"https://api.nexmo.com/v1/files/1","recording_uuid":"r","conversation_uuid":"CON-1","start_time":"2026-03-02T09:59:00Z","end_time":"2026-03-02T09:59:30Z","size":7,"timestamp":"2026-03-02T09:59:31.000Z"}"#,
        Some(&AT),
    );
    assert_eq!(event.kind.as_str(), "vonage.voice.recording");
    assert_eq!(event.leg(), None);
    assert_eq!(event.conversation, Some("CON-1".into()));
    assert_eq!(event.node.as_deref(), Some("pin"));
}

#[test]
fn what_repeats_entries_without_saying_where_is_always_redacted() {
    let body = json!({ "dtmf": { "digits": "4821", "timed_out": false }, "uuid": "leg-1",
        "reason": "Socket timeout.", "original_request": { "url": "https://x", "type": "event" } });
    let event = event_of(Route::Fallback, &body.to_string(), None);
    assert_eq!(event.kind.as_str(), "vonage.voice.fallback");
    assert!(!event.to_json().contains("4821"), "{}", event.to_json());
    assert!(event.to_json().contains("Socket timeout."));

    let body = json!({ "type": "audio:dtmf", "body": { "digit": "4821" }, "id": 7 });
    let event = event_of(Route::Rtc, &body.to_string(), None);
    assert_eq!(event.kind.as_str(), "vonage.rtc.audio:dtmf");
    assert!(!event.to_json().contains("4821"), "{}", event.to_json());
}

#[test]
fn broken_bytes_are_kept_unless_they_may_hold_a_secret() {
    let broken = MalformedRequest {
        path: "/webhooks/input",
        method: "POST",
        content_type: Some("application/json"),
        place: "line 1, column 2",
        message: "expected a value",
    };
    let event = Event::malformed(&broken, b"{4821", now(0), None);
    assert_eq!(event.data["raw"], "{4821");
    assert_eq!(event.kind.as_str(), "vonage.malformed");
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
    let webhook = input(&json!({ "uuid": "leg-1", "dtmf": "1" }), Some(&AT));
    let visit = |node: &str, target: &str| Visit {
        menu: "bank".into(),
        version: "5e1f".into(),
        node: node.into(),
        cause: "choice 1".into(),
        attempt: 1,
        target: Some(target.into()),
        entered: Some("menu".into()),
    };
    let step = Event::step(&webhook, 3, &[visit("pin", "open"), visit("open", "sales")]);
    assert_eq!(step.leg(), Some(&"leg-1".into()));
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
        by: Some("ann@example.com"),
    };
    let event = Event::published(&it, now(0));
    assert_eq!(event.leg(), None);
    assert_eq!(event.subject, Some(Subject::Other("acme".into())));
    assert_ne!(event.id, Event::published(&it, now(1)).id);
    assert_eq!(event.text("by"), Some("ann@example.com"));
}

#[test]
fn what_an_operator_does_is_about_no_leg_and_names_what_was_changed() {
    let act = OperatorAct {
        who: "ann@example.com",
        role: "publisher",
        verb: "publish",
        kind: "menus",
        id: Some("acme"),
        after: Some("5e1f"),
        ..OperatorAct::default()
    };
    let event = Event::operator(&act, now(0));
    assert_eq!(event.leg(), None);
    assert_eq!(event.subject, Some(Subject::Other("menus/acme".into())));
    assert_eq!(event.menu.as_deref(), Some("acme"));
    assert_eq!(event.menuversion.as_deref(), Some("5e1f"));
    assert_ne!(event.id, Event::operator(&act, now(1)).id);
    let other = OperatorAct {
        who: "bob@example.com",
        ..act
    };
    assert_ne!(event.id, Event::operator(&other, now(0)).id);
}

#[test]
fn an_event_survives_its_json_with_attributes_nobody_knows_yet() {
    let mut event = input(&json!({ "uuid": "leg-1", "dtmf": "1" }), Some(&AT));
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
    let event = input(&fields, None).shed("bodies/dt=2026-03-02/1.json".into());
    assert!(event.to_json().len() < 4_000);
    assert_eq!(event.text("status"), Some("completed"));
    assert_eq!(
        event.dataref.as_deref(),
        Some("bodies/dt=2026-03-02/1.json")
    );

    let many: Map<String, Value> = (0..20_000).map(|n| (format!("f{n}"), json!(n))).collect();
    let event = input(&Value::Object(many), None).shed("bodies/2".into());
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
        let body = match form {
            0 | 1 => json!({ "dtmf": { "digits": digits, "timed_out": false }, "uuid": "leg-1" }),
            2 => json!({ "dtmf": digits, "uuid": "leg-1" }),
            3 => json!({ "speech": { "results": [{ "text": words, "confidence": "0.9" }] }, "dtmf": { "digits": digits } }),
            4 => json!({ "dtmf": [digits, words] }),
            _ => json!({ "dtmf": digits.parse::<u64>().unwrap() }),
        };
        let raw = match form {
            1 => format!("uuid=leg-1&dtmf=%7B%22digits%22%3A%22{digits}%22%2C%22timed_out%22%3Afalse%7D"),
            _ if order => serde_json::to_string_pretty(&body).unwrap(),
            _ => body.to_string(),
        };
        let delivery = if form == 1 {
            Delivery::get(&raw)
        } else {
            Delivery::json(raw.as_bytes())
        };
        let webhook = parse(Route::Input, &delivery);
        let event = Event::from_webhook(&webhook, raw.as_bytes(), now(0), Some(&SECRET));
        let written = event.to_json().replace(&event.id, "");
        prop_assert!(!written.contains(&digits), "{}", written);
        prop_assert!(!written.contains(&words), "{}", written);
        // Nor can the id be used to try all the digits there are.
        let other = input(
            &json!({ "dtmf": { "digits": "00000", "timed_out": false }, "uuid": "leg-1" }),
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
            event_of(Route::Event, &format!("{{{}}}", members.join(",")), None).id
        };
        prop_assert_eq!(id(&forward), id(&backward));
    }
}
