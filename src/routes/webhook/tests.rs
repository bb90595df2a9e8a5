//! Webhooks decided about without a platform: bytes in, an outcome out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use proptest::prelude::*;
use vonage::Delivery;
use vonage::jwt::{self, Claims};

use serde_json::Value;

use super::*;
use crate::bindings::menus::Fetched;
use crate::facts::{Need, Needs};
use crate::outcome::messages;
use crate::routes::guard;
use crate::routes::hooks::{HOOKS, UNSIGNED};

const SECRET: &str = "a signature secret for the tests";
pub const NOW_MS: f64 = 1_772_445_600_000.0;
pub const MENU: &str = r#"{
    "start": "main",
    "voice": { "language": "en-GB" },
    "nodes": {
        "main": { "kind": "menu", "prompt": "Press 1 for sales.", "choices": { "1": "bye" },
            "no_input": { "tries": 1, "then": "bye" }, "no_match": { "tries": 1, "then": "bye" } },
        "bye": { "kind": "hangup", "prompt": "Goodbye." }
    }
}"#;
const STRANGER: &str = "19005550199";

fn config() -> Config {
    Config::from_raw(&|name| {
        let value = match name {
            "VONAGE_SIGNATURE_SECRET" => SECRET,
            "STATE_KEY" => "a state key for the tests, long enough",
            _ => return None,
        };
        Some(value.to_owned())
    })
}

pub fn facts(documents: &[(&str, &str)]) -> Facts {
    let mut facts = Facts {
        has_queue: true,
        ..Facts::default()
    };
    for (key, text) in documents {
        facts.documents.add(Fetched::of_text(key, text));
    }
    facts
}

/// A menu `acme`, in force at every number.
fn acme() -> Facts {
    facts(&[
        ("menu:acme", MENU),
        ("number:default", r#"{"menu":"acme"}"#),
    ])
}

#[derive(Clone, Copy, Debug)]
enum Sent<'a> {
    Json(&'a [u8]),
    Form(&'a str),
    Query(&'a str),
}

impl<'a> Sent<'a> {
    fn delivery(self) -> Delivery<'a> {
        match self {
            Self::Json(body) => Delivery::json(body),
            Self::Form(form) => Delivery::form(form.as_bytes()),
            Self::Query(query) => Delivery::get(query),
        }
    }
}

/// A webhook all the way: signed, admitted, decided about.
fn outcome(path: &str, sent: Sent<'_>, facts: &Facts) -> Decision<Outcome> {
    let delivery = sent.delivery();
    let (route, query) = path.split_once('?').unwrap_or((path, ""));
    let own = match sent {
        Sent::Query(sent) => [query, sent].join("&").trim_matches('&').to_owned(),
        _ => query.to_owned(),
    };
    let signed = Delivery {
        query: &own,
        ..delivery
    };
    let token = jwt::sign(
        SECRET.as_bytes(),
        &Claims::new(1_772_445_600, "id"),
        &signed,
    );
    let url = format!("https://ivr.example.com{route}?{own}");
    let config = config();
    let bearer = ["Bearer ", &token].concat();
    let head = Head {
        authorization: Some(&bearer),
        source: Some("192.0.2.7"),
    };
    let method = match delivery.method {
        Method::Get => request::Method::Get,
        Method::Post => request::Method::Post,
    };
    let location = Location::of(url.clone());
    let pass = match admit(
        &config,
        method,
        &location,
        &head,
        1_772_445_600,
        facts.exceeded,
    ) {
        Ok(pass) => pass,
        Err(outcome) => return Ok(*outcome),
    };
    let request = WebhookRequest {
        method: delivery.method,
        location,
        content_type: delivery.content_type.map(str::to_owned),
        body: Ok(delivery.body.to_vec()),
        payload_hash: pass.payload_hash,
        source: Some("192.0.2.7".to_owned()),
    };
    decide(&request, &config, facts, NOW_MS)
}

fn actions(ncco: &str) -> Vec<String> {
    let actions: Vec<Value> = serde_json::from_str(ncco).unwrap();
    actions
        .iter()
        .map(|action| action["action"].as_str().unwrap().to_owned())
        .collect()
}

/// What holds of every outcome: one log line, and a queue message of these events and no others.
fn check_structure(outcome: &Outcome, route: &str, about: &str) {
    let line = outcome.line.to_json();
    assert_eq!(line.lines().count(), 1, "{about}: {line}");
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["route"], route, "{about}");
    let (messages, fits) = messages(&outcome.events);
    assert!(fits, "{about}");
    let sent: Vec<Value> = messages
        .iter()
        .flat_map(|text| match serde_json::from_str(text).unwrap() {
            Value::Array(events) => events,
            event => vec![event],
        })
        .collect();
    assert_eq!(sent.len(), outcome.events.len(), "{about}: {messages:?}");
    for (sent, event) in sent.iter().zip(&outcome.events) {
        assert_eq!(sent["id"], event.id.as_str(), "{about}");
        let kind = sent["type"].as_str().unwrap();
        assert!(
            kind.starts_with("vonage.")
                || kind == "ivr.step"
                || kind == "ivr.degraded"
                || kind == "ivr.state_rejected",
            "{about}: {kind}"
        );
    }
}

#[test]
fn a_path_is_one_route() {
    let check = |path: &str, expected: Option<&str>| {
        let found = Hook::at(path).map(|(hook, _)| hook.route);
        assert_eq!(found, expected, "{path}");
    };
    check("/webhooks/answer", Some("/webhooks/answer"));
    check("/webhooks/answer/acme", Some("/webhooks/answer/{menu}"));
    check("/webhooks/events", Some("/webhooks/event"));
    check("/webhooks/sms/inbound", Some("/webhooks/sms/inbound"));
    check("/webhooks/call/status", Some("/webhooks/call/status"));
    check("/vxml/answer", Some("/vxml/answer"));
    check("/vxml/answer/acme", Some("/vxml/answer/{menu}"));
    check("/vxml/event", Some("/vxml/event"));
    for path in [
        "/webhooks/",
        "/webhooks/event/",
        "/webhooks/Answer",
        "/webhooks/sms",
        "/vxml/",
        "/vxml/whisper",
        "/vxml",
        "/answer",
    ] {
        check(path, None);
    }
}

#[test]
fn the_guard_knows_every_route_and_its_words() {
    let guard: Value = serde_json::from_str(&guard::guard(&config())).unwrap();
    for (name, hook) in HOOKS {
        let known = &guard["routes"][["/webhooks/", name].concat()];
        assert_eq!(known["route"], hook.route, "{name}");
        // Whoever wants an NCCO is not asked to send it again.
        let expected = match hook.kind {
            Route::Answer | Route::Input | Route::Notify | Route::Fallback => "apology",
            Route::Connect => "if_failed",
            Route::Whisper => "silence",
            _ => "send_again",
        };
        assert_eq!(known["words"], expected, "{name}");
    }
    for (path, hook) in UNSIGNED {
        assert_eq!(guard["routes"][path]["route"], hook.route, "{path}");
        let expected = match *path {
            "/webhooks/call/status" | "/webhooks/tts" => "send_again",
            _ => "document",
        };
        assert_eq!(guard["routes"][path]["words"], expected, "{path}");
    }
    let document = guard["document"].as_str().unwrap();
    assert_eq!(vxml::structure::faults(document), [""; 0]);
    assert_eq!(guard["overdueMs"], 2_500);
    assert!(guard["failed"].as_str().unwrap().contains("unanswered"));
    assert!(!actions(guard["apology"].as_str().unwrap()).is_empty());
}

#[test]
fn who_has_no_token_is_refused_as_the_route_demands() {
    let check = |method, path: &str, source: &str, exceeded, expected: u16, counted: bool| {
        let location = Location::of(format!("https://ivr.example.com{path}"));
        let head = Head {
            authorization: None,
            source: Some(source),
        };
        let outcome = admit(&config(), method, &location, &head, 0, exceeded).unwrap_err();
        assert_eq!(outcome.reply.status, expected, "{path}");
        assert_eq!(outcome.count.is_some(), counted, "{path}");
        if let Some(count) = outcome.count {
            assert_eq!(
                (count.limit, &*count.key),
                ("UNSIGNED_LIMIT", "2001:db8:1:2::/64")
            );
        }
    };
    let source = "2001:db8:1:2:3::4";
    for (path, status) in [
        ("/webhooks/event", 401),
        ("/webhooks/answer", 503),
        ("/webhooks/answer/acme", 503),
        ("/webhooks/input?s=x", 503),
        ("/webhooks/notify", 503),
        ("/webhooks/dispatch", 401),
    ] {
        check(request::Method::Post, path, source, None, status, true);
        check(request::Method::Post, path, source, Some(true), 429, false);
    }
    for path in ["/webhooks/", "/webhooks/nowhere", "/webhooks/event/"] {
        check(request::Method::Post, path, source, None, 404, false);
    }
    check(
        request::Method::Put,
        "/webhooks/event",
        source,
        None,
        405,
        false,
    );
    // The platform asks before it stores a URL.
    for path in [
        "/webhooks/sms/inbound",
        "/webhooks/messages/status",
        "/webhooks/dispatch",
    ] {
        check(request::Method::Get, path, source, None, 200, false);
    }
}

#[test]
fn an_sms_without_a_token_is_counted_before_it_is_read() {
    let location = Location::of("https://ivr.example.com/webhooks/sms/inbound".to_owned());
    let head = Head {
        authorization: None,
        source: Some("192.0.2.9"),
    };
    let admit = |exceeded| {
        let config = config();
        super::admit(
            &config,
            request::Method::Post,
            &location,
            &head,
            0,
            exceeded,
        )
    };
    let pass = admit(None).unwrap();
    assert_eq!(pass.max_body, 16 << 10);
    assert_eq!(pass.count.unwrap().key, "192.0.2.9");
    assert_eq!(admit(Some(true)).unwrap_err().reply.status, 429);
}

#[test]
fn an_event_is_kept_before_it_is_acknowledged() {
    let body =
        br#"{"uuid":"leg-1","conversation_uuid":"CON-1","status":"ringing","direction":"inbound"}"#;
    let decided = outcome("/webhooks/event", Sent::Json(body), &facts(&[])).unwrap();
    assert_eq!(decided.reply.status, 200);
    assert!(decided.events_first && decided.count.is_none());
    assert_eq!(decided.events.len(), 1);
    assert_eq!(decided.line.outcome, "kept");
    let not_kept = Facts {
        not_kept: Some("EVENTS: full".to_owned()),
        ..facts(&[])
    };
    let decided = outcome("/webhooks/event", Sent::Json(body), &not_kept).unwrap();
    assert_eq!(decided.reply.status, 503);
    assert!(decided.events.is_empty());
    assert_eq!(decided.line.reason, Some(Reason::QueueFailed));
}

#[test]
fn what_is_not_known_is_asked_for_and_nothing_is_done() {
    let body = br#"{"uuid":"leg-1","conversation_uuid":"CON-1","from":"447700900123","to":"442079460000"}"#;
    let needs = outcome("/webhooks/answer", Sent::Json(body), &facts(&[])).unwrap_err();
    let Needs(needs) = needs;
    assert!(matches!(&needs[..], [Need::Document(_)]), "{needs:?}");
    let decided = outcome("/webhooks/answer", Sent::Json(body), &acme());
    // The number itself has to be looked for first.
    assert!(decided.is_err());
}

#[test]
fn a_caller_is_counted_and_nobody_else() {
    let answer = |from: &str, query: &str, facts: &Facts| {
        let body = format!(
            r#"{{"uuid":"leg-1","conversation_uuid":"CON-1","from":"{from}","to":"442079460000"}}"#
        );
        let path = format!("/webhooks/answer/acme{query}");
        outcome(&path, Sent::Json(body.as_bytes()), facts).unwrap()
    };
    let known = facts(&[
        ("menu:acme", MENU),
        ("number:442079460980", r#"{"menu":"acme"}"#),
    ]);
    let counted = answer("+447700900123", "", &known).count.unwrap();
    assert_eq!(
        (counted.limit, &*counted.key),
        ("CALLER_LIMIT", "447700900123")
    );
    for from in [
        "Unavailable",
        "anonymous",
        "+266696687",
        "",
        "alice",
        "sip:1@x",
        "x\\n[]",
    ] {
        assert_eq!(answer(from, "", &known).count, None, "{from}");
    }
    assert_eq!(answer("442079460980", "?call=outbound", &known).count, None);
    let exceeded = |documents: &[(&str, &str)]| Facts {
        exceeded: Some(true),
        ..facts(documents)
    };
    // A number of ours calls as often as it likes.
    let ours = exceeded(&[
        ("menu:acme", MENU),
        ("number:442079460980", r#"{"menu":"acme"}"#),
    ]);
    let reply = answer("442079460980", "", &ours).reply;
    assert!(reply.body.contains("Press 1"), "{reply:?}");
    let stranger = exceeded(&[("menu:acme", MENU), ("number:447700900123", "")]);
    let decided = answer("447700900123", "", &stranger);
    assert!(!decided.reply.body.contains("Press 1"), "{decided:?}");
    assert_eq!(decided.line.reason, Some(Reason::CallerLimit));
}

#[test]
fn a_call_whose_state_counts_for_nothing_goes_on_in_its_menu() {
    let other = MENU.replace("Press 1 for sales.", "This is the other menu.");
    let documents = facts(&[
        ("menu:acme", MENU),
        ("menu:other", &other),
        ("number:default", r#"{"menu":"other"}"#),
        ("number:442079460000", r#"{"menu":"acme"}"#),
        ("number:447700900123", ""),
    ]);
    let body = |from: &str, to: &str, more: &str| {
        format!(
            r#"{{"uuid":"leg-1","conversation_uuid":"CON-1","from":"{from}","to":"{to}"{more}}}"#
        )
    };
    for (route, more) in [
        ("input", r#","dtmf":{"digits":"1","timed_out":false}"#),
        ("connect", r#","status":"busy""#),
        ("notify", r#","payload":{}"#),
    ] {
        for state in ["s=", "s=x", "s=AkYVShUxGipsPjd6yqDr03t9YaHuMWs3X", "s=%20"] {
            let check = |own: &str, from: &str, to: &str| {
                let path = format!("/webhooks/{route}?{state}{own}");
                let body = body(from, to, more);
                let decided = outcome(&path, Sent::Json(body.as_bytes()), &documents).unwrap();
                assert!(
                    decided.reply.body.contains("Press 1"),
                    "{path} {body}: {decided:?}"
                );
                let kinds: Vec<_> = decided
                    .events
                    .iter()
                    .map(|event| event.kind.as_str())
                    .collect();
                assert!(kinds.contains(&"ivr.state_rejected"), "{kinds:?}");
            };
            check("&m=acme", "447700900123", "447700900123");
            check("", "447700900123", "442079460000");
            check("", "442079460000", "447700900123");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Text is never structure: whatever stands in any field of a webhook, by whatever transport.
    #[test]
    fn whatever_is_sent_is_data(
        from in text(),
        uuid in text(),
        own in text(),
        transport in 0..3,
        route in prop::sample::select(vec!["answer/acme", "event", "recording", "rtc", "messages/inbound", "fallback"]),
    ) {
        let fields = [
            ("from", from.as_str()),
            ("uuid", uuid.as_str()),
            ("own", own.as_str()),
            ("to", "442079460000"),
            ("conversation_uuid", "CON-1"),
        ];
        let json = Value::Object(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect()).to_string();
        let pairs = vonage::encode_query(fields);
        let sent = match transport {
            0 => Sent::Json(json.as_bytes()),
            1 => Sent::Form(&pairs),
            _ => Sent::Query(&pairs),
        };
        let path = format!("/webhooks/{route}");
        let decided = outcome(&path, sent, &acme()).unwrap();
        let expected = match route {
            "answer/acme" => "/webhooks/answer/{menu}",
            _ => &path,
        };
        check_structure(&decided, expected, &format!("{path} {sent:?}"));
        prop_assert!(!decided.reply.body.contains(STRANGER));
        if route == "answer/acme" {
            prop_assert_eq!(actions(&decided.reply.body), ["talk", "input"]);
            let kinds: Vec<_> = decided.events.iter().map(|event| event.kind.as_str()).collect();
            prop_assert_eq!(kinds, ["vonage.voice.answer", "ivr.step"]);
        }
        for event in &decided.events {
            prop_assert!(event.to_json().lines().count() == 1);
        }
    }
}

/// Text that looks like the parts of a reply, and any other.
fn text() -> impl Strategy<Value = String> {
    let ncco = format!(
        r#"[{{"action":"connect","endpoint":[{{"type":"phone","number":"{STRANGER}"}}]}}]"#
    );
    let parts = vec![
        "\n".to_owned(),
        "\r\n".to_owned(),
        "\0".to_owned(),
        "\u{2028}".to_owned(),
        "x".to_owned(),
        "+".to_owned(),
        "\"]},".to_owned(),
        ncco,
        r#"{"route":"forged"}"#.to_owned(),
        r#"{"specversion":"1.0","id":"forged","source":"/ivr","type":"ivr.forged","data":{}}"#
            .to_owned(),
    ];
    prop_oneof![
        prop::collection::vec(prop::sample::select(parts), 0..8).prop_map(|parts| parts.concat()),
        any::<String>(),
    ]
}
