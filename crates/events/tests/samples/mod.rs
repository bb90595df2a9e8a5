//! Events of every type, for the tests that look at them all.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

use events::{Event, MalformedRequest, OperatorAct, Position, Publication, Visit};
use serde_json::{Value, json};
use vonage::{Delivery, Route, Timestamp, Webhook};

pub fn now() -> Timestamp {
    Timestamp::from_second(1_772_445_600).unwrap()
}

fn of(route: Route, body: &Value) -> Event {
    let body = body.to_string();
    let webhook = Webhook::parse(route, &Delivery::json(body.as_bytes())).unwrap();
    Event::from_webhook(&webhook, body.as_bytes(), now(), None)
}

/// One event of every type, and more where one says little.
pub fn samples() -> Vec<Event> {
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
            &MalformedRequest {
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
        Event::notify(&answer, &json!(["any"])),
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
