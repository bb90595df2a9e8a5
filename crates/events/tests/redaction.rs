//! Secrets planted everywhere a platform could put them, and events that hold none of them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

use events::{Event, Position, bytes_may_hold_an_entry};
use vonage::{Delivery, Route, Timestamp, Webhook};

const PIN: &str = "97531864";
/// Words of a caller, and the sealed state in a URL of ours.
const WORDS: &str = "sesamewords";
const STATE: &str = "AvoZLrObSealed";

const SECRET: Position<'static> = Position {
    menu: "bank",
    version: "5e1f",
    node: "pin",
    step: 3,
    secret: true,
};

enum Sent {
    Json(&'static str),
    Form(&'static str),
    Query(&'static str),
}
use Sent::{Form, Json, Query};

fn event(route: Route, sent: &Sent, position: Option<&Position<'_>>) -> Option<Event> {
    let (delivery, raw) = match sent {
        Json(body) => (Delivery::json(body.as_bytes()), body),
        Form(body) => (Delivery::form(body.as_bytes()), body),
        Query(query) => (Delivery::get(query), query),
    };
    let webhook = Webhook::parse(route, &delivery).ok()?;
    let now = Timestamp::from_second(1_772_445_600).unwrap();
    Some(Event::from_webhook(&webhook, raw.as_bytes(), now, position))
}

#[track_caller]
fn check(route: Route, sent: &Sent, position: Option<&Position<'_>>) {
    let (Json(text) | Form(text) | Query(text)) = sent;
    let Some(event) = event(route, sent, position) else {
        assert!(
            position.is_some() || bytes_may_hold_an_entry(text.as_bytes()),
            "{route:?} {text} is malformed, and would be kept"
        );
        return;
    };
    let kept = event.to_json();
    for secret in [PIN, WORDS, STATE] {
        assert!(
            !kept.contains(secret),
            "{secret} of {route:?} {text} is in {kept}"
        );
    }
    assert_eq!(
        event.conversation,
        Some("CON-1".into()),
        "{route:?} {text}: {kept}"
    );
}

/// Where the state says that the caller keys in a secret: each of these on the route of inputs.
#[test]
fn nothing_entered_into_a_secret_field_is_in_an_event() {
    for sent in [
        Json(r#"{"conversation_uuid":"CON-1","dtmf":{"digits":"97531864","timed_out":false}}"#),
        Json(r#"{"conversation_uuid":"CON-1","dtmf":{"digits":97531864}}"#),
        Json(r#"{"conversation_uuid":"CON-1","dtmf":"97531864","timed_out":false}"#),
        Json(r#"{"conversation_uuid":"CON-1","dtmf":97531864}"#),
        Json(r#"{"conversation_uuid":"CON-1","dtmf":["9","97531864"]}"#),
        Json(r#"{"conversation_uuid":"CON-1","dtmf":{"digits":["97531864"]}}"#),
        Json(r#"{"conversation_uuid":"CON-1","dtmf":{"digits":{"of":"97531864"}}}"#),
        Json(r#"{"conversation_uuid":"CON-1","dtmf":{"timed_out":"97531864"}}"#),
        Json(r#"{"conversation_uuid":"CON-1","dtmf":{"97531864":true}}"#),
        Json(r#"{"conversation_uuid":"CON-1","dtmf":{"digit":"97531864"}}"#),
        Json(r#"{"conversation_uuid":"CON-1","\u0064tmf":{"digits":"97531864"}}"#),
        Json(r#"{"conversation_uuid":"CON-1","dtmf":"97531864","dtmf":{"digits":"1"}}"#),
        Json(r#"{"conversation_uuid":"CON-1","dtmf":{"digits":"1","digits":"97531864"}}"#),
        Json(r#"{"conversation_uuid":"CON-1","dtmf":{"digits":"1"},"digits":"97531864"}"#),
        Json(r#"{"conversation_uuid":"CON-1","DTMF":{"digits":"97531864"}}"#),
        Json(r#"{"conversation_uuid":"CON-1","+dtmf":"97531864"}"#),
        Json(r#"{"conversation_uuid":"CON-1","97531864":1}"#),
        Json(r#"{"conversation_uuid":"CON-1","entered":{"deep":[{"er":97531864}]}}"#),
        Json(r#"{"conversation_uuid":"CON-1","timed_out":"97531864"}"#),
        Json(
            r#"{"conversation_uuid":"CON-1","speech":{"results":[{"text":"sesamewords","confidence":"0.9"}]}}"#,
        ),
        Json(r#"{"conversation_uuid":"CON-1","speech":{"results":"sesamewords"}}"#),
        Json(r#"{"conversation_uuid":"CON-1","speech":"sesamewords"}"#),
        Json(
            r#"{"conversation_uuid":"CON-1","speech":{"error":{"message":"not understood: sesamewords"}}}"#,
        ),
        Json(r#"{"conversation_uuid":"CON-1","speech":{"error":"sesamewords"}}"#),
        Json(r#"{"conversation_uuid":"CON-1","speech":{"timeout_reason":"sesamewords"}}"#),
        Json(r#"{"conversation_uuid":"CON-1","speech":{"recording_url":"https://x/sesamewords"}}"#),
        Json(r#"{"conversation_uuid":"CON-1","speech":{"transcript":"sesamewords"}}"#),
        Json(r#"{"conversation_uuid":"CON-1","status":"97531864"}"#),
        Json(
            r#"{"conversation_uuid":"CON-1","status":"completed","direction":"inbound","timestamp":"2026-03-02T10:00:00Z","digits":"97531864"}"#,
        ),
        Json(r#"{"conversation_uuid":"CON-1","reason":"97531864 is no choice"}"#),
        Json(r#"{"conversation_uuid":"CON-1","payload":{"pin":"97531864"}}"#),
        Json(
            r#"{"conversation_uuid":"CON-1","transcription_url":"https://x/1?pin=97531864","text":"sesamewords"}"#,
        ),
        Json(r#"{"conversation_uuid":"CON-1","recording_url":"https://x/1?pin=97531864"}"#),
        Json(
            r#"{"conversation_uuid":"CON-1","original_request":{"url":"https://x/webhooks/input?s=AvoZLrObSealed&dtmf=97531864"}}"#,
        ),
        Json(
            r#"{"conversation_uuid":"CON-1","original_request":{"body":{"dtmf":{"digits":"97531864"}}}}"#,
        ),
        Json(r#"{"conversation_id":"CON-1","type":"audio:dtmf","body":{"digit":"97531864"}}"#),
        Json(r#"{"conversation_id":"CON-1","type":"member:joined","body":{"digit":"97531864"}}"#),
        Json(r#"{"conversation_uuid":"CON-1","headers":{"x":"97531864"}}"#),
        Json(r#"{"conversation_uuid":"CON-1","custom_data":{"x":"97531864"}}"#),
        Json("\u{feff}{\"conversation_uuid\":\"CON-1\",\"dtmf\":{\"digits\":\"97531864\"}}"),
        Form("conversation_uuid=CON-1&dtmf=97531864"),
        Form("conversation_uuid=CON-1&dtmf=%7B%22digits%22%3A%2297531864%22%7D"),
        Form("conversation_uuid=CON-1&dtmf%5Bdigits%5D=97531864"),
        Form("conversation_uuid=CON-1&%64tmf=97531864&dtmf=1"),
        Form("conversation_uuid=CON-1&speech[results][0][text]=sesamewords"),
        Query("conversation_uuid=CON-1&dtmf=97531864"),
        Query("conversation_uuid=CON-1&dtmf=1&dtmf=97531864&dtmf=2"),
        Query("conversation_uuid=CON-1&Digits=97531864"),
        Query("conversation_uuid=CON-1&97531864"),
        Json(r#"{"conversation_uuid":"CON-1","dtmf":{"digits":"97531864""#),
        Json("97531864"),
        Query("97531864"),
    ] {
        for route in [Route::Input, Route::Connect, Route::Notify] {
            if matches!(sent, Json(text) if text.contains("conversation_id"))
                && route != Route::Input
            {
                continue;
            }
            check(route, &sent, Some(&SECRET));
        }
    }
}

/// Where nothing says whether it was a secret.
#[test]
fn an_entry_without_a_state_counts_as_a_secret() {
    for route in [
        Route::Event,
        Route::Any,
        Route::Conversation,
        Route::Recording,
    ] {
        for sent in [
            Json(
                r#"{"conversation_uuid":"CON-1","uuid":"l","dtmf":{"digits":"97531864","timed_out":false}}"#,
            ),
            Json(r#"{"conversation_uuid":"CON-1","uuid":"l","dtmf":"97531864"}"#),
            Json(
                r#"{"conversation_uuid":"CON-1","uuid":"l","speech":{"results":[{"text":"sesamewords"}]}}"#,
            ),
            Json(r#"{"conversation_uuid":"CON-1","uuid":"l","DTMF":"97531864"}"#),
            Json(r#"{"conversation_uuid":"CON-1","uuid":"l","digits":"97531864"}"#),
            Json(
                r#"{"conversation_uuid":"CON-1","uuid":"l","status":"answered","direction":"inbound","+dtmf":"97531864"}"#,
            ),
            Json(r#"{"conversation_uuid":"CON-1","uuid":"l","input":{"dtmf":["97531864"]}}"#),
            Json(
                r#"{"conversation_uuid":"CON-1","uuid":"l","reason":"dtmf 97531864 was not understood"}"#,
            ),
            Json(r#"{"conversation_uuid":"CON-1","uuid":"l","dtmf":"97531864","dtmf":"1"}"#),
            Form("conversation_uuid=CON-1&uuid=l&dtmf%5Bdigits%5D=97531864"),
            Query("conversation_uuid=CON-1&uuid=l&dtmf=97531864"),
            Query("conversation_uuid=CON-1&uuid=l&%73peech=sesamewords"),
            Json(r#"{"conversation_uuid":"CON-1","dtmf":{"digits":"97531864"#),
            Json(r#"{"conversation_uuid":"CON-1","\u0064tmf":{"digits":"97531864"#),
            Json(
                r#"{"conversation_uuid":"CON-1","original_request":{"url":"https://x/webhooks/input?s=AvoZLrObSealed"}}"#,
            ),
        ] {
            check(route, &sent, None);
        }
    }
    for kind in [
        "audio:dtmf",
        "audio:asr",
        "audio:asr:done",
        "audio:asr:record:done",
        "audio:say",
        "custom:pin",
        "pin 97531864",
        "new",
    ] {
        let body = format!(
            r#"{{"conversation_id":"CON-1","type":"{kind}","id":7,"body":{{"digit":"97531864"}},"pin":97531864}}"#
        );
        for route in [Route::Rtc, Route::Any] {
            check(route, &Json(body.clone().leak()), None);
        }
    }
    for sent in [
        Json(
            r#"{"conversation_uuid":"CON-1","original_request":{"url":"https://x/webhooks/input?s=AvoZLrObSealed&dtmf=97531864","type":"event"},"reason":"Socket timeout."}"#,
        ),
        Json(
            r#"{"conversation_uuid":"CON-1","original_request":{"url":"https://x/1","body":{"dtmf":{"digits":"97531864"}}}}"#,
        ),
        Json(
            r#"{"conversation_uuid":"CON-1","original_request":"https://x/webhooks/input?s=AvoZLrObSealed"}"#,
        ),
        Json(r#"{"conversation_uuid":"CON-1","request":{"dtmf":"97531864"}}"#),
        Query(
            "conversation_uuid=CON-1&original_request=%7B%22url%22%3A%22https%3A%2F%2Fx%2Fwebhooks%2Finput%3Fs%3DAvoZLrObSealed%22%7D",
        ),
    ] {
        check(Route::Fallback, &sent, None);
    }
}

/// What the platform quotes of our own URLs, whoever asks.
#[test]
fn the_state_of_a_call_is_in_no_event() {
    for sent in [
        Json(
            r#"{"conversation_uuid":"CON-1","reason":"https://ivr.example.com/webhooks/input?s=AvoZLrObSealed&m=acme answered 500","timestamp":"2026-03-02T10:00:00Z"}"#,
        ),
        Json(
            r#"{"conversation_uuid":"CON-1","uuid":"l","status":"failed","detail":"\/webhooks\/connect?s=AvoZLrObSealed"}"#,
        ),
        Json(
            r#"{"conversation_uuid":"CON-1","uuid":"l","status":"failed","x":{"url":["/webhooks/connect?s=AvoZLrObSealed"]}}"#,
        ),
        Query(
            "conversation_uuid=CON-1&uuid=l&status=failed&url=https%3A%2F%2Fx%2Fwebhooks%2Fconnect%3Fs%3DAvoZLrObSealed",
        ),
    ] {
        check(Route::Event, &sent, None);
    }
}

#[test]
fn what_is_no_entry_is_kept_whole() {
    let body = r#"{"conversation_uuid":"CON-1","uuid":"l","status":"ringing","direction":"inbound","new":{"member":[1]}}"#;
    let kept = event(Route::Event, &Json(body), None).unwrap();
    assert_eq!(kept.data["raw"], body);
    let body =
        r#"{"conversation_id":"CON-1","type":"member:joined","body":{"user":{"name":"alice"}}}"#;
    let kept = event(Route::Rtc, &Json(body), None).unwrap();
    assert_eq!(kept.data["raw"], body);
    let position = Position {
        secret: false,
        ..SECRET
    };
    let body = r#"{"conversation_uuid":"CON-1","dtmf":{"digits":"1","timed_out":false}}"#;
    let kept = event(Route::Input, &Json(body), Some(&position)).unwrap();
    assert_eq!(kept.data["raw"], body);
    assert_eq!(kept.data["dtmf"]["digits"], "1");
    let kept = event(Route::Input, &Json(body), Some(&SECRET)).unwrap();
    assert_eq!(kept.data["dtmf"]["digits"], "[redacted]");
    assert_eq!(kept.data["dtmf"]["timed_out"], false);
}
