//! A VoiceXML browser and the old callbacks, without a platform: a request in, an outcome out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::sync::Arc;

use vonage::Method;

use super::*;
use crate::bindings::menus::{Fetched, Found};
use crate::facts::Facts;
use crate::request::{self, Location};
use crate::routes::context::WebhookRequest;
use crate::routes::webhook::tests::{NOW_MS, facts};
use crate::routes::webhook::{admit, after_panic, decide, out_of_rounds};

const TOKEN: &str = "a token for the tests, long enough & more";
const PREVIOUS: &str = "the token before it, long enough as well";
const MENU: &str = r#"{
    "start": "main",
    "voice": { "language": "en-GB" },
    "nodes": {
        "main": { "kind": "menu", "prompt": "Press 1 for sales, 2 for a message, 3 for your PIN.",
            "choices": { "1": "sales", "2": "message", "3": "pin" },
            "no_input": { "tries": 1, "prompts": ["I heard nothing."], "then": "bye" },
            "no_match": { "tries": 1, "prompts": ["I did not understand."], "then": "bye" } },
        "sales": { "kind": "connect", "to": "447700900100", "otherwise": "message", "then": "thanks" },
        "thanks": { "kind": "hangup", "prompt": "Thank you for talking." },
        "message": { "kind": "voicemail", "prompt": "Leave a message.", "then": "kept" },
        "kept": { "kind": "hangup", "prompt": "Your message is kept." },
        "pin": { "kind": "collect", "prompt": "Your PIN?", "into": "pin", "digits": 4, "secret": true,
            "then": "bye", "no_input": { "then": "bye" }, "no_match": { "then": "bye" } },
        "bye": { "kind": "hangup", "prompt": "Goodbye." }
    }
}"#;

fn config(more: &[(&str, &str)]) -> Config {
    Config::from_raw(&|name| {
        let own = more.iter().find(|(known, _)| *known == name);
        let value = match (own, name) {
            (Some((_, "")), _) => return None,
            (Some((_, value)), _) => value,
            (None, "VXML_TOKEN") => TOKEN,
            (None, "VXML_TOKEN_PREVIOUS") => PREVIOUS,
            (None, "STATE_KEY") => "a state key for the tests, long enough",
            _ => return None,
        };
        Some(value.to_owned())
    })
}

fn acme() -> Facts {
    let mut facts = facts(&[
        ("menu:acme", MENU),
        ("number:442079460000", r#"{"menu":"acme"}"#),
        ("number:default", r#"{"menu":"acme"}"#),
    ]);
    let menu = Arc::new(ivr::Compiled::compile("acme", MENU.as_bytes()).unwrap());
    let found = Found {
        document: Some(Arc::clone(&menu)),
        error: None,
    };
    facts
        .documents
        .add(Fetched::Version(*menu.version(), found));
    facts
}

fn encoded(text: &str) -> String {
    vonage::encode_query([("token", text)])
}

/// Where a browser begins.
fn answer() -> String {
    let token = encoded(TOKEN);
    format!("/vxml/answer?{token}&to=%2B442079460000&from=tel:%2B447700900001&session=1764.2")
}

fn request_to(path: &str, kind: Option<&str>, body: &[u8]) -> WebhookRequest {
    let url = match path.starts_with('/') {
        true => ["https://ivr.example.com", path].concat(),
        false => path.to_owned(),
    };
    WebhookRequest {
        method: if kind.is_some() {
            Method::Post
        } else {
            Method::Get
        },
        location: Location::of(url),
        content_type: kind.map(str::to_owned),
        body: Ok(body.to_vec()),
        payload_hash: None,
        source: Some("192.0.2.7".to_owned()),
    }
}

fn sent_with(
    config: &Config,
    path: &str,
    kind: Option<&str>,
    body: &[u8],
    facts: &Facts,
) -> Decision<Outcome> {
    let request = request_to(path, kind, body);
    let head = Head {
        authorization: None,
        source: Some("192.0.2.7"),
    };
    let method = match request.method {
        Method::Get => request::Method::Get,
        Method::Post => request::Method::Post,
    };
    if let Err(refusal) = admit(config, method, &request.location, &head, 0, facts.exceeded) {
        return Ok(*refusal);
    }
    decide(&request, config, facts, NOW_MS)
}

/// A request of a browser, and the document it is given.
fn sent(path: &str, form: Option<&str>, facts: &Facts) -> Outcome {
    let kind = form.map(|_| "application/x-www-form-urlencoded");
    let body = form.unwrap_or_default().as_bytes();
    let outcome = sent_with(&config(&[]), path, kind, body, facts).unwrap();
    let document = &outcome.reply.body;
    assert_eq!(vxml::structure::faults(document), [""; 0], "{document}");
    assert_eq!(
        (outcome.reply.status, outcome.reply.content),
        (200, Content::VoiceXml)
    );
    assert!(!outcome.events_first);
    // The token is in the addresses for the browser, and nowhere else.
    let token = encoded(TOKEN);
    for event in &outcome.events {
        let event = serde_json::to_string(event).unwrap();
        assert!(!event.contains(&token) && !event.contains(TOKEN), "{event}");
    }
    let line = outcome.line.to_json();
    assert!(!line.contains(&token) && !line.contains(TOKEN), "{line}");
    outcome
}

/// The address of a document that holds a text.
fn address(document: &str, holds: &str) -> String {
    let found = document
        .split("next=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let mut found = found.filter(|address| address.contains(holds));
    let address = found
        .next()
        .unwrap_or_else(|| panic!("no {holds} in {document}"));
    address.replace("&amp;", "&")
}

/// Presses a key at a document.
fn press(document: &str, keys: &str, facts: &Facts) -> Outcome {
    let submit = address(document, "/vxml/input");
    let submit = submit.trim_end_matches("&event=noinput");
    sent(
        submit,
        Some(&format!("answer={keys}&said={keys}&mode=dtmf&confidence=1")),
        facts,
    )
}

fn types(outcome: &Outcome) -> Vec<&str> {
    outcome
        .events
        .iter()
        .map(|event| event.kind.as_str())
        .collect()
}

#[test]
fn without_the_secret_there_is_nothing() {
    let with_none = config(&[("VXML_TOKEN", "")]);
    for path in [
        "/vxml/answer",
        "/vxml/answer/acme",
        "/vxml/input",
        "/vxml/event",
        "/webhooks/call/status",
        "/webhooks/call/error",
        "/webhooks/tts",
    ] {
        for token in [TOKEN, PREVIOUS, ""] {
            let path = format!("{path}?{}", encoded(token));
            let outcome = sent_with(&with_none, &path, None, b"", &acme()).unwrap();
            assert_eq!((outcome.reply.status, outcome.count), (404, None), "{path}");
        }
    }
}

#[test]
fn only_a_token_lets_in_and_who_has_none_is_counted() {
    let check = |query: &str, exceeded: Option<bool>, status: u16, reason: Option<Reason>| {
        let facts = Facts { exceeded, ..acme() };
        for path in ["/vxml/answer/acme", "/webhooks/call/status"] {
            let path = format!("{path}?{query}&to=442079460000");
            let outcome = sent_with(&config(&[]), &path, None, b"", &facts).unwrap();
            assert_eq!(
                (outcome.reply.status, outcome.line.reason),
                (status, reason),
                "{path}"
            );
            let counted = outcome
                .count
                .is_some_and(|count| count.limit == "UNSIGNED_LIMIT");
            assert_eq!(counted, status == 401, "{path}");
            assert!(outcome.events.is_empty() || status == 200);
        }
    };
    check(&encoded(TOKEN), None, 200, None);
    check(&encoded(PREVIOUS), None, 200, None);
    check("", None, 401, Some(Reason::VxmlTokenMissing));
    check("token=", None, 401, Some(Reason::VxmlTokenMissing));
    check(&encoded("another"), None, 401, Some(Reason::VxmlTokenWrong));
    check(
        &encoded(&[TOKEN, "x"].concat()),
        None,
        401,
        Some(Reason::VxmlTokenWrong),
    );
    check(
        &encoded("another"),
        Some(true),
        429,
        Some(Reason::VxmlTokenWrong),
    );
    // In a body it counts for nothing.
    let form = encoded(TOKEN);
    let kind = Some("application/x-www-form-urlencoded");
    let outcome = sent_with(
        &config(&[]),
        "/vxml/answer?a=b",
        kind,
        form.as_bytes(),
        &acme(),
    );
    assert_eq!(outcome.unwrap().reply.status, 401);
    let elsewhere = config(&[("ALLOWED_IPS", "198.51.100.0/24")]);
    let outcome = sent_with(&elsewhere, &answer(), None, b"", &acme()).unwrap();
    assert_eq!(
        (outcome.reply.status, outcome.line.reason),
        (403, Some(Reason::AddressNotAllowed))
    );
}

#[test]
fn a_call_goes_its_way_through_a_menu() {
    let facts = acme();
    let first = sent(&answer(), None, &facts);
    assert_eq!(types(&first), ["vonage.voice.answer", "ivr.step"]);
    assert_eq!(first.events[0].conversation, Some("vxml-1764.2".into()));
    assert_eq!(
        first.count.as_ref().map(|count| &*count.key),
        Some("447700900001")
    );
    assert!(first.reply.body.contains("Press 1 for sales"));
    // Asked again it gives the same.
    assert_eq!(sent(&answer(), None, &facts).reply, first.reply);

    let silent = sent(&address(&first.reply.body, "event=noinput"), None, &facts);
    assert!(silent.reply.body.contains("I heard nothing."), "{silent:?}");
    let wrong = sent(&address(&first.reply.body, "event=nomatch"), None, &facts);
    assert!(
        wrong.reply.body.contains("I did not understand."),
        "{wrong:?}"
    );

    let sales = press(&first.reply.body, "1", &facts);
    assert!(
        sales.reply.body.contains("dest=\"tel:+447700900100\""),
        "{sales:?}"
    );
    let connect = address(&sales.reply.body, "/vxml/connect");
    let connect = connect.trim_end_matches("&event=failed");
    let talked = sent(connect, Some("talk=far_end_disconnect&seconds=31"), &facts);
    assert!(
        talked.reply.body.contains("Thank you for talking."),
        "{talked:?}"
    );
    assert_eq!(types(&talked)[0], "vonage.voice.completed");
    let busy = sent(connect, Some("talk=busy&seconds=0"), &facts);
    assert!(busy.reply.body.contains("Leave a message."), "{busy:?}");
    let failed = sent(&format!("{connect}&event=failed"), None, &facts);
    assert!(failed.reply.body.contains("Leave a message."), "{failed:?}");

    let over = address(&talked.reply.body, "/vxml/event");
    let over = sent(&over, Some("_event=connection.disconnect.hangup"), &facts);
    assert!(over.reply.body.contains("<exit/>"));
    assert_eq!(types(&over), ["vonage.voice.completed"]);
    assert_eq!(over.events[0].data["disconnected_by"], "platform");
}

const KIND: &str = "multipart/form-data; boundary=b";
const MESSAGE: &[u8] = b"--b\r\nContent-Disposition: form-data; name=\"message\"; filename=\"m.wav\"\r\n\
    Content-Type: audio/x-wav\r\n\r\nRIFF\r\n--b\r\nContent-Disposition: form-data; name=\"milliseconds\"\r\n\r\n4000\r\n--b--\r\n";

fn recorder() -> String {
    let first = sent(&answer(), None, &acme());
    let message = press(&first.reply.body, "2", &acme());
    let address = address(&message.reply.body, "/vxml/recording");
    address.trim_end_matches("&event=noinput").to_owned()
}

#[test]
fn a_message_is_kept_before_the_menu_goes_on() {
    let recorder = recorder();
    let decided = |facts: &Facts| sent_with(&config(&[]), &recorder, Some(KIND), MESSAGE, facts);
    let Needs(needs) = decided(&acme()).unwrap_err();
    let [Need::Recording(recording)] = &needs[..] else {
        panic!("{needs:?}");
    };
    assert_eq!(
        (&*recording.content_type, &*recording.bytes),
        ("audio/x-wav", &b"RIFF"[..])
    );
    assert!(recording.key.starts_with("recordings/vxml-") && recording.key.ends_with("/audio"));

    let kept = decided(&Facts {
        recording: Some(Ok(())),
        ..acme()
    })
    .unwrap();
    assert!(
        kept.reply.body.contains("Your message is kept."),
        "{kept:?}"
    );
    assert_eq!(types(&kept), ["vonage.voice.recording", "ivr.step"]);
    assert_eq!(kept.events[0].data["size"], 4);
    assert_eq!(
        events::archive::recording_key(&kept.events[0]),
        recording.key
    );
    assert_eq!(crate::bindings::recordings::url_of(&kept.events[0]), None);

    // The caller goes on all the same, and an operator hears of it.
    let lost = Facts {
        recording: Some(Err("ARCHIVE: full".to_owned())),
        ..acme()
    };
    let lost = decided(&lost).unwrap();
    assert!(
        lost.reply.body.contains("Your message is kept."),
        "{lost:?}"
    );
    assert!(types(&lost).contains(&"ivr.degraded"), "{lost:?}");
    assert_eq!(lost.line.reason, Some(Reason::RecordingNotKept));
    let mut long = request_to(&recorder, Some(KIND), b"");
    long.body = Err(BodyError::TooLong);
    let long = decide(&long, &config(&[]), &acme(), NOW_MS).unwrap();
    assert!(
        types(&long).contains(&"ivr.degraded") && long.reply.status == 200,
        "{long:?}"
    );
    let silent = sent(&format!("{recorder}&event=noinput"), None, &acme());
    assert!(
        silent.reply.body.contains("Your message is kept."),
        "{silent:?}"
    );
    assert_eq!(types(&silent), ["vonage.voice.notify", "ivr.step"]);
}

#[test]
fn a_message_that_ends_with_the_call_is_kept_too() {
    let text = String::from_utf8(MESSAGE.to_vec()).unwrap();
    let body = text.replace("--b--", "--b\r\nContent-Disposition: form-data; name=\"_event\"\r\n\r\nconnection.disconnect.hangup\r\n--b--");
    let facts = Facts {
        recording: Some(Ok(())),
        ..acme()
    };
    let over = sent_with(
        &config(&[]),
        &recorder(),
        Some(KIND),
        body.as_bytes(),
        &facts,
    )
    .unwrap();
    assert_eq!(
        types(&over),
        ["vonage.voice.recording", "vonage.voice.completed"]
    );
    assert_eq!(over.events[1].data["disconnected_by"], "user");
    assert!(over.reply.body.contains("<exit/>"));
}

#[test]
fn a_secret_is_in_no_event_and_no_log_line() {
    let first = sent(&answer(), None, &acme());
    let pin = press(&first.reply.body, "3", &acme());
    let entered = press(&pin.reply.body, "7391", &acme());
    assert!(entered.reply.body.contains("Goodbye."), "{entered:?}");
    assert!(types(&entered).contains(&"vonage.voice.input"));
    for event in &entered.events {
        let event = serde_json::to_string(event).unwrap();
        assert!(!event.contains("7391"), "{event}");
    }
    assert!(!entered.line.to_json().contains("7391") && !entered.reply.body.contains("7391"));
}

#[test]
fn who_waits_is_given_a_document_whatever_fails() {
    let first = sent(&answer(), None, &acme()).reply.body;
    let apologises = |outcome: &Outcome| {
        let body = &outcome.reply.body;
        assert_eq!(outcome.reply.content, Content::VoiceXml, "{outcome:?}");
        assert_eq!(vxml::structure::faults(body), [""; 0]);
        assert!(body.contains("sorry"), "{body}");
    };
    // No menu, no key for the state, too many rounds.
    let nowhere = facts(&[
        ("menu:acme", ""),
        ("number:442079460000", ""),
        ("number:default", ""),
    ]);
    apologises(&sent(&answer(), None, &nowhere));
    apologises(&sent_with(&config(&[("STATE_KEY", "")]), &answer(), None, b"", &acme()).unwrap());
    let request = request_to(&answer(), None, b"");
    apologises(&out_of_rounds(&request, &config(&[]), &acme(), NOW_MS));
    // A state that counts for nothing: the menu starts again.
    let forged = address(&first, "event=noinput").replace("?s=", "?s=x");
    let again = sent(&forged, None, &acme());
    assert!(again.reply.body.contains("Press 1 for sales"), "{again:?}");
    assert!(types(&again).contains(&"ivr.state_rejected"));
    // A state of another call.
    let other = address(&first, "event=noinput").replace("session=vxml-1764.2", "session=vxml-9");
    assert!(types(&sent(&other, None, &acme())).contains(&"ivr.state_rejected"));
    // A form that cannot be read.
    let odd = sent_with(
        &config(&[]),
        &address(&first, "event=nomatch"),
        Some("text/plain"),
        b"\xff\xfe",
        &acme(),
    );
    assert_eq!(odd.unwrap().reply.content, Content::VoiceXml);
    // The code trapped: the events are had once more.
    let events = after_panic(&request, &config(&[]), NOW_MS, "panic", "ref").unwrap();
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["vonage.voice.answer", "ivr.degraded"]);
}

#[test]
fn a_call_without_a_name_has_one_of_its_own() {
    let named = |from: &str, now: f64| {
        let request = request_to(
            &format!(
                "/vxml/answer?{}&to=442079460000&from={from}",
                encoded(TOKEN)
            ),
            None,
            b"",
        );
        let facts = facts(&[
            ("menu:acme", MENU),
            ("number:442079460000", r#"{"menu":"acme"}"#),
            ("number:default", ""),
        ]);
        decide(&request, &config(&[]), &facts, now).unwrap().events[0]
            .conversation
            .clone()
            .unwrap()
    };
    let one = named("447700900001", NOW_MS);
    assert!(
        one.as_str().starts_with("vxml-") && one.as_str().len() == 21,
        "{one}"
    );
    assert_eq!(one, named("447700900001", NOW_MS));
    assert_ne!(one, named("447700900002", NOW_MS));
    assert_ne!(one, named("447700900001", NOW_MS + 1.0));
}

#[test]
fn an_old_callback_is_an_event_and_its_error_wants_a_document() {
    let query = format!(
        "{}&call-id=0a1&to=447700900001&status=ok&call-price=0.0158&call-duration=42&digits=7391",
        encoded(TOKEN)
    );
    for path in ["/webhooks/call/status", "/webhooks/tts"] {
        let got = sent_with(&config(&[]), &format!("{path}?{query}"), None, b"", &acme()).unwrap();
        let kind = Some("application/x-www-form-urlencoded");
        let form = query.split_once('&').unwrap().1;
        let path = format!("{path}?{}", encoded(TOKEN));
        let posted = sent_with(&config(&[]), &path, kind, form.as_bytes(), &acme()).unwrap();
        for outcome in [&got, &posted] {
            assert_eq!(
                (outcome.reply.status, outcome.events_first),
                (200, true),
                "{path}"
            );
            assert_eq!(types(outcome), ["vonage.voice.completed"]);
            let event = serde_json::to_string(&outcome.events[0]).unwrap();
            assert!(
                !event.contains("7391") && !event.contains("the tests"),
                "{event}"
            );
        }
        assert_eq!(got.events[0].id, posted.events[0].id);
        let record = events::CallRecord::fold(&"vxml-0a1".into(), &got.events).unwrap();
        assert_eq!(record.duration, Some(42));
        assert_eq!(record.price.as_deref(), Some("0.0158"));
    }
    let error = sent_with(
        &config(&[]),
        &format!("/webhooks/call/error?{query}"),
        None,
        b"",
        &acme(),
    )
    .unwrap();
    assert_eq!(types(&error), ["vonage.voice.error"]);
    assert_eq!(error.reply.content, Content::VoiceXml);
    let mut broken = request_to(
        &format!("/webhooks/tts?{}", encoded(TOKEN)),
        Some("text/plain"),
        b"",
    );
    broken.body = Err(BodyError::TooLong);
    assert_eq!(
        decide(&broken, &config(&[]), &acme(), NOW_MS)
            .unwrap()
            .reply
            .status,
        413
    );
}
