//! The events of made-up calls.

use std::fmt::Write as _;

use events::{CallRecord, Event};
use serde_json::{Value, json};

pub const CALLER: &str = "c0ffee00c0ffee00c0ffee00c0ffee00";
pub const AGENT: &str = "a9e47000-0000-4000-8000-000000000001";
pub const TALK: &str = "CON-7a1c0000-0000-4000-8000-000000000001";

/// An event at a second of the call, with an id computed from all of it.
pub fn event(kind: &str, leg: Option<&str>, second: u32, data: Value) -> Event {
    event_in(TALK, kind, leg, second, data)
}

pub fn event_in(
    conversation: &str,
    kind: &str,
    leg: Option<&str>,
    second: u32,
    data: Value,
) -> Event {
    let mut id = String::new();
    let identity = format!("{conversation}{kind}{leg:?}{second}{data}");
    for chunk in 0..2_u64 {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ chunk;
        for byte in identity.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        write!(id, "{hash:016x}").unwrap();
    }
    let at = format!("2026-03-02T10:{:02}:{:02}.000Z", second / 60, second % 60);
    let source = if kind.starts_with("ivr.") {
        "/ivr"
    } else {
        "/vonage/voice"
    };
    let mut event = json!({
        "specversion": "1.0", "id": id, "source": source, "type": kind,
        "time": at, "receivedat": at, "conversation": conversation, "data": data,
    });
    if let Some(leg) = leg {
        event["subject"] = leg.into();
    }
    if let Some(node) = data.get("node") {
        event["node"] = node.clone();
    }
    Event::from_json(&event.to_string()).unwrap()
}

pub fn status(status: &str, leg: &str, second: u32, more: Value) -> Event {
    let mut data = json!({
        "uuid": leg, "status": status,
        "direction": if leg == CALLER { "inbound" } else { "outbound" },
        "from": "447700900321", "to": if leg == CALLER { "442079460111" } else { "447700900654" },
    });
    for (name, value) in more.as_object().unwrap() {
        data[name] = value.clone();
    }
    event(&format!("vonage.voice.{status}"), Some(leg), second, data)
}

pub fn step(
    number: u32,
    second: u32,
    node: &str,
    cause: &str,
    target: &str,
    entered: &str,
) -> Event {
    event(
        "ivr.step",
        Some(CALLER),
        second,
        json!({ "webhook": "w", "step": number, "path": [{
            "menu": "front", "version": "5e1f", "node": node, "entered": entered,
            "cause": cause, "attempt": 1, "target": target,
        }]}),
    )
}

pub fn answer() -> Event {
    event(
        "vonage.voice.answer",
        Some(CALLER),
        1,
        json!({ "from": "447700900321", "to": "442079460111", "uuid": CALLER }),
    )
}

pub fn completed(leg: &str, second: u32, seconds: &str, by: &str) -> Event {
    status(
        "completed",
        leg,
        second,
        json!({ "start_time": "2026-03-02T10:00:02.000Z", "end_time": "2026-03-02T10:01:00.000Z",
            "duration": seconds, "rate": "0.00720000", "price": "0.00696000",
            "network": "GB-FIXED", "disconnected_by": by, "sip_code": 200 }),
    )
}

/// A caller who is put through and talks.
pub fn put_through() -> Vec<Event> {
    vec![
        status("started", CALLER, 0, json!({})),
        status("ringing", CALLER, 0, json!({})),
        answer(),
        status(
            "answered",
            CALLER,
            2,
            json!({ "start_time": null, "rate": null, "network": null }),
        ),
        step(0, 1, "main", "answer", "main", "menu"),
        step(1, 9, "main", "choice 1", "sales", "connect"),
        status("started", AGENT, 10, json!({})),
        status("ringing", AGENT, 11, json!({})),
        status("answered", AGENT, 15, json!({})),
        completed(AGENT, 58, "43", "user"),
        completed(CALLER, 59, "58", "platform"),
    ]
}

/// A caller who finds nobody and leaves a message.
pub fn voicemail() -> Vec<Event> {
    vec![
        status("started", CALLER, 0, json!({})),
        answer(),
        status("answered", CALLER, 2, json!({})),
        step(1, 9, "main", "choice 1", "sales", "connect"),
        status("started", AGENT, 10, json!({})),
        status("timeout", AGENT, 30, json!({})),
        status("completed", AGENT, 31, json!({ "duration": "0" })),
        step(2, 31, "sales", "no_answer", "message", "voicemail"),
        step(3, 52, "message", "recorded", "@hangup", ""),
        event(
            "vonage.voice.recording",
            None,
            53,
            json!({ "recording_uuid": "rec-1", "recording_url": "https://api.nexmo.com/v1/files/rec-1",
                "start_time": "2026-03-02T10:00:33Z", "end_time": "2026-03-02T10:00:51Z",
                "size": "28800", "node": "message" }),
        ),
        event(
            "vonage.voice.transcription",
            None,
            59,
            json!({ "recording_uuid": "rec-1", "status": "transcribed",
                "transcription_url": "https://api.nexmo.com/v1/files/txt-1" }),
        ),
        completed(CALLER, 54, "52", "user"),
    ]
}

pub fn record(events: &[Event], leg: &str) -> CallRecord {
    CallRecord::fold(&leg.into(), events).unwrap()
}
