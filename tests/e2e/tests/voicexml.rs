//! A VoiceXML browser at the Worker: who gets in, a call, its record, its recording.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::time::Duration;

use e2e::{Reply, Worker};
use serde_json::{Value, json};

const TOKEN: &str = "e2e vxml token, 32 characters at least";
const NUMBER: &str = "442079460777";
const FORM: &str = "application/x-www-form-urlencoded";

fn menu() -> Value {
    json!({
        "start": "main",
        "voice": { "language": "en-GB" },
        "nodes": {
            "main": {
                "kind": "menu", "prompt": "Press 1 for sales or 2 for a message.",
                "choices": { "1": "sales", "2": "message" },
                "no_input": { "tries": 1, "then": "bye" }, "no_match": { "tries": 1, "then": "bye" }
            },
            "sales": { "kind": "connect", "to": "447700900100", "otherwise": "message", "then": "bye" },
            "message": { "kind": "voicemail", "prompt": "Please leave a message.", "then": "bye" },
            "bye": { "kind": "hangup", "prompt": "Goodbye." }
        }
    })
}

fn query() -> String {
    format!("token={}", TOKEN.replace(' ', "%20"))
}

/// The path and query of the address in a document that holds a text.
fn address(document: &Reply, holds: &str) -> String {
    let mut found = document.body.split("next=\"").skip(1);
    let found = found.find_map(|rest| rest.split('"').next().filter(|it| it.contains(holds)));
    let found = found
        .unwrap_or_else(|| panic!("no {holds} in {document:?}"))
        .replace("&amp;", "&");
    let (_, path) = found.split_once("/vxml/").unwrap();
    let path = ["/vxml/", path].concat();
    path.split("&event=").next().unwrap().to_owned()
}

fn post(worker: &Worker, path: &str, kind: &str, body: &[u8]) -> Reply {
    let reply = worker.request("POST", path, &[("content-type", kind.to_owned())], body);
    assert_eq!(
        (reply.status, &*reply.content_type),
        (200, "application/voicexml+xml"),
        "{reply:?}"
    );
    reply
}

#[test]
fn without_the_token_the_routes_are_not_there() {
    let worker = Worker::start();
    for path in [
        "/vxml/answer",
        "/vxml/input",
        "/webhooks/call/status",
        "/webhooks/tts",
    ] {
        let reply = worker.request("GET", &format!("{path}?{}&to={NUMBER}", query()), &[], b"");
        assert_eq!(reply.status, 404, "{path}: {reply:?}");
    }
}

#[test]
fn a_browser_calls_a_menu_and_leaves_a_message() {
    let worker = Worker::builder().variable("VXML_TOKEN", TOKEN).start();
    worker.put(&format!("number:{NUMBER}"), r#"{"menu":"spoken"}"#);
    worker.put("menu:spoken", &menu().to_string());
    let refused = worker.request(
        "GET",
        &format!("/vxml/answer?token=wrong&to={NUMBER}"),
        &[],
        b"",
    );
    assert_eq!(refused.status, 401, "{refused:?}");

    let answer = format!(
        "/vxml/answer?{}&to=%2B{NUMBER}&from=tel:%2B447700900001&session=e2e.1",
        query()
    );
    let first = worker.request("GET", &answer, &[], b"");
    assert_eq!(
        (first.status, &*first.content_type),
        (200, "application/voicexml+xml"),
        "{first:?}"
    );
    assert!(first.body.contains("Press 1 for sales"), "{first:?}");
    let sales = post(
        &worker,
        &address(&first, "/vxml/input"),
        FORM,
        b"answer=1&said=1&mode=dtmf&confidence=1",
    );
    assert!(
        sales.body.contains("dest=\"tel:+447700900100\""),
        "{sales:?}"
    );
    let message = post(
        &worker,
        &address(&sales, "/vxml/connect"),
        FORM,
        b"talk=noanswer&seconds=0",
    );
    assert!(message.body.contains("leave a message"), "{message:?}");
    // Two megabytes of sound: more than any webhook may have.
    let mut body = b"--b\r\nContent-Disposition: form-data; name=\"message\"; filename=\"m.wav\"\r\nContent-Type: audio/x-wav\r\n\r\nRIFF".to_vec();
    body.resize(2 << 20, 0);
    body.extend(b"\r\n--b\r\nContent-Disposition: form-data; name=\"milliseconds\"\r\n\r\n4000\r\n--b--\r\n");
    let kind = "multipart/form-data; boundary=b";
    let bye = post(&worker, &address(&message, "/vxml/recording"), kind, &body);
    assert!(bye.body.contains("Goodbye."), "{bye:?}");
    let over = address(&bye, "/vxml/event");
    post(&worker, &over, FORM, b"_event=connection.disconnect.hangup");

    let record = worker.wait_for(
        "the record of the call",
        Duration::from_secs(40),
        |worker| {
            let reply = worker.api("GET", "/api/calls/vxml-e2e.1", &Value::Null);
            let record = (reply.status == 200).then(|| reply.json())?;
            (!record["record"]["ended"].is_null()).then_some(record)
        },
    );
    let text = record.to_string();
    let record = &record["record"];
    assert_eq!(record["outcome"], "message_left", "{record}");
    assert_eq!(record["from"], "447700900001", "{record}");
    let nodes: Vec<&str> = record["path"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|step| step["target"].as_str())
        .collect();
    assert!(
        nodes.contains(&"sales") && nodes.contains(&"message"),
        "{record}"
    );
    let recording = record["recordings"][0]["recording"].as_str().unwrap();
    let key = format!("recordings/{recording}/audio");
    let kept = worker.object_bytes(&key);
    let begin = find(&body, b"RIFF");
    let end = begin + find(&body[begin..], b"\r\n--b");
    assert!(
        kept == body[begin..end],
        "{} bytes kept of {}",
        kept.len(),
        end - begin
    );

    // The token is in the documents for the browser, and in nothing we keep.
    let log = worker.log();
    for hidden in [TOKEN, &TOKEN.replace(' ', "%20")] {
        assert!(!log.contains(hidden) && !text.contains(hidden), "{log}");
    }
}

fn find(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).position(|it| it == what).unwrap()
}

#[test]
fn old_callbacks_make_a_record() {
    let worker = Worker::builder().variable("VXML_TOKEN", TOKEN).start();
    let told = "call-id=0a1b&to=447700900001&status=ok&call-price=0.0158&call-rate=0.0158&call-duration=42&\
                call-request=2026-11-20+12%3A00%3A00&call-start=2026-11-20+12%3A00%3A05&call-end=2026-11-20+12%3A00%3A47&network-code=23410";
    let reply = worker.request(
        "GET",
        &format!("/webhooks/call/status?{}&{told}", query()),
        &[],
        b"",
    );
    assert_eq!((reply.status, &*reply.body), (200, ""), "{reply:?}");
    let reply = worker.request(
        "POST",
        &format!("/webhooks/tts?{}", query()),
        &[("content-type", FORM.to_owned())],
        told.as_bytes(),
    );
    assert_eq!(reply.status, 200, "{reply:?}");
    let error = post(
        &worker,
        &format!("/webhooks/call/error?{}", query()),
        FORM,
        told.as_bytes(),
    );
    assert!(error.body.contains("sorry"), "{error:?}");
    let record = worker.wait_for(
        "the record of the call",
        Duration::from_secs(40),
        |worker| {
            let reply = worker.api("GET", "/api/calls/vxml-0a1b", &Value::Null);
            let record = (reply.status == 200).then(|| reply.json())?;
            (!record["record"]["price"].is_null()).then_some(record)
        },
    );
    let record = &record["record"];
    assert_eq!(
        (&record["duration"], &record["price"], &record["network"]),
        (&json!(42), &json!("0.0158"), &json!("23410")),
        "{record}"
    );
}

#[test]
fn a_panic_is_answered_in_the_language_of_who_asks() {
    let worker = Worker::builder()
        .with_faults()
        .variable("VXML_TOKEN", TOKEN)
        .start();
    worker.put("menu:spoken", &menu().to_string());
    let answer = format!("/vxml/answer/spoken?{}&session=lost", query());
    let panic = json!({ "handler": { "rate": 1.0, "times": 1 } });
    worker.fail(&panic);
    let lost = worker.request("GET", &answer, &[], b"");
    assert_eq!(
        (lost.status, &*lost.content_type),
        (200, "application/voicexml+xml"),
        "{lost:?}"
    );
    assert!(lost.body.contains("sorry"), "{lost:?}");
    assert_eq!(vxml::structure::faults(&lost.body), [""; 0]);
    worker.wait_for("what was told", Duration::from_secs(40), |worker| {
        let events = worker.find("events", "conversation=vxml-lost");
        let has = |kind: &str| events.iter().any(|event| event["type"] == kind);
        (has("vonage.voice.answer") && has("ivr.degraded")).then_some(())
    });
    let again = worker.request("GET", &answer, &[], b"");
    assert!(again.body.contains("Press 1 for sales"), "{again:?}");
    // Who only tells something is asked to send it again.
    worker.fail(&panic);
    let told = format!("/webhooks/tts?{}&call-id=lost&status=ok", query());
    assert_eq!(worker.request("GET", &told, &[], b"").status, 503);
    assert_eq!(worker.request("GET", &told, &[], b"").status, 200);
}
