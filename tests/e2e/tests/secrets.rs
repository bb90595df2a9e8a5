//! What a caller enters in a secret field, planted in every shape of a webhook, is searched for in
//! everything that is kept: events, database, archive, log, and what the platform records.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use e2e::Worker;
use phone::Request;
use serde_json::{Value, json};

/// A menu whose first question is a secret.
fn vault() -> String {
    json!({
        "start": "pin",
        "voice": { "language": "en-GB" },
        "limits": { "steps": 20, "then": "bye" },
        "nodes": {
            "pin": {
                "kind": "collect", "prompt": "Please enter your PIN.", "into": "pin",
                "digits": { "min": 4, "max": 16 }, "secret": true,
                "no_input": { "tries": 1, "then": "bye" }, "no_match": { "tries": 1, "then": "bye" },
                "then": "ask"
            },
            "ask": {
                "kind": "lookup", "url": "https://accounts.example.com/pins", "method": "POST",
                "body": { "pin": "{{var.pin}}" }, "deadline_ms": 200, "into": "known",
                "then": "bye", "failed": "bye"
            },
            "bye": { "kind": "hangup", "prompt": "Goodbye." }
        }
    })
    .to_string()
}

/// Where a webhook goes.
#[derive(Clone, Copy)]
enum To {
    /// The URL of the secret's input, with its state.
    Input,
    /// Another route, with the same state.
    WithState(&'static str),
    /// A route without a state.
    Path(&'static str),
}

/// How it is written. `PIN` stands for the digits, `STATE` for a state, `IDS` for the call's ids.
#[derive(Clone, Copy)]
enum Body {
    Json(&'static str),
    Form(&'static str),
    Query(&'static str),
    /// JSON in name only, byte for byte.
    Bytes(&'static str),
}

use Body::{Bytes, Form, Json, Query};
use To::{Input, Path as At, WithState};

const SHAPES: &[(To, Body)] = &[
    // As the platform writes it, now and before.
    (
        Input,
        Json(r#"{IDS,"dtmf":{"digits":"PIN","timed_out":false}}"#),
    ),
    (Input, Json(r#"{IDS,"dtmf":"PIN","timed_out":false}"#)),
    (Input, Json(r#"{IDS,"dtmf":PIN}"#)),
    (Input, Json(r#"{IDS,"dtmf":{"digits":PIN}}"#)),
    (Input, Json(r#"{IDS,"dtmf":["PIN"]}"#)),
    (Input, Json(r#"{IDS,"dtmf":{"digits":{"digits":"PIN"}}}"#)),
    (
        Input,
        Json(r#"{IDS,"dtmf":{"digits":"1"},"dtmf":{"digits":"PIN"}}"#),
    ),
    (Input, Json(r#"{IDS,"\u0064tmf":{"digits":"PIN"}}"#)),
    (
        Input,
        Json(r#"{IDS,"speech":{"results":[{"text":"PIN","confidence":"0.9"}]}}"#),
    ),
    (
        Input,
        Json(
            r#"{IDS,"speech":{"timeout_reason":"end_on_silence_timeout","results":[{"text":"my pin is PIN"}]}}"#,
        ),
    ),
    (
        Input,
        Json(r#"{IDS,"speech":{"error":"could not read PIN"}}"#),
    ),
    (Input, Json(r#"{IDS,"speech":{"timeout_reason":"PIN"}}"#)),
    (
        Input,
        Json(r#"{IDS,"speech":{"recording_url":"https://api.example.com/PIN"}}"#),
    ),
    (
        Input,
        Json(r#"{IDS,"dtmf":{"digits":"","timed_out":"PIN"}}"#),
    ),
    // Beside where they belong.
    (Input, Json(r#"{IDS,"digits":"PIN","dtmf":{"digits":""}}"#)),
    (Input, Json(r#"{IDS,"DTMF":"PIN"}"#)),
    (Input, Json(r#"{IDS,"+dtmf":"PIN"}"#)),
    (Input, Json(r#"{IDS,"PIN":1}"#)),
    (Input, Json(r#"{IDS,"dtmf":{"PIN":"PIN"}}"#)),
    (Input, Json(r#"{IDS,"input":{"dtmf":{"digits":"PIN"}}}"#)),
    // As a form and as a query.
    (Input, Form("FORM&dtmf=PIN&timed_out=false")),
    (Input, Form("FORM&dtmf%5Bdigits%5D=PIN")),
    (Input, Form("FORM&dtmf=%7B%22digits%22%3A%22PIN%22%7D")),
    (Input, Form("FORM&speech=PIN")),
    (Input, Form("FORM&keyed=PIN")),
    (Input, Query("FORM&dtmf=PIN")),
    (Input, Query("FORM&dtmf=%7B%22digits%22%3A%22PIN%22%7D")),
    (Input, Query("FORM&speech=PIN")),
    // Shaped as something else.
    (Input, Json(r#"{IDS,"status":"completed","detail":"PIN"}"#)),
    (
        Input,
        Json(r#"{IDS,"transcription_url":"https://api.example.com/PIN","type":"record"}"#),
    ),
    (
        Input,
        Json(
            r#"{IDS,"reason":"PIN","original_request":{"url":"https://example.com/?dtmf=PIN","type":"GET"}}"#,
        ),
    ),
    (
        Input,
        Json(
            r#"{"type":"audio:dtmf","body":{"digit":"PIN","channel":{"id":"x"}},"conversation_id":"CON-x"}"#,
        ),
    ),
    // Broken.
    (Input, Bytes(r#"{IDS,"dtmf":{"digits":"PIN""#)),
    (Input, Bytes("PIN")),
    (Input, Bytes("[\"PIN\"]")),
    (Input, Bytes("\u{feff}{\"dtmf\":\"PIN\"}")),
    (Input, Form("%zz&dtmf=PIN")),
    // On other routes with the state of the secret.
    (
        WithState("connect"),
        Json(r#"{IDS,"status":"busy","dtmf":{"digits":"PIN"}}"#),
    ),
    (
        WithState("notify"),
        Json(r#"{IDS,"payload":{"pin":"x"},"dtmf":"PIN"}"#),
    ),
    (
        WithState("recording"),
        Json(r#"{IDS,"recording_url":"","dtmf":"PIN"}"#),
    ),
    (WithState("event"), Json(r#"{IDS,"dtmf":{"digits":"PIN"}}"#)),
    (WithState("event"), Query("FORM&dtmf=PIN")),
    // On routes that have no state: nobody can tell whether it was a secret.
    (
        At("/webhooks/event"),
        Json(r#"{IDS,"dtmf":{"digits":"PIN","timed_out":false}}"#),
    ),
    (
        At("/webhooks/event"),
        Json(r#"{IDS,"speech":{"results":[{"text":"PIN"}]}}"#),
    ),
    (At("/webhooks/event"), Form("FORM&dtmf=PIN")),
    (At("/webhooks/event"), Query("FORM&dtmf=PIN")),
    (
        At("/webhooks/input"),
        Json(r#"{IDS,"dtmf":{"digits":"PIN"}}"#),
    ),
    (
        At("/webhooks/input?s=damaged"),
        Json(r#"{IDS,"dtmf":{"digits":"PIN"}}"#),
    ),
    (At("/webhooks/input?s=damaged"), Query("FORM&dtmf=PIN")),
    (At("/webhooks/answer"), Query("FORM&dtmf=PIN")),
    (
        At("/webhooks/event"),
        Bytes(r#"{IDS,"dtmf":{"digits":"PIN""#),
    ),
    (
        At("/webhooks/fallback"),
        Bytes(r#"{IDS,"original_request":{"body":"PIN"#),
    ),
    (
        At("/webhooks/rtc"),
        Bytes(r#"{"type":"audio:dtmf","body":{"digit":"PIN"#),
    ),
    (
        At("/webhooks/fallback"),
        Json(
            r#"{IDS,"reason":"Socket timeout.","original_request":{"url":"https://ivr.example.com/webhooks/input?s=STATE&dtmf=PIN","type":"GET"}}"#,
        ),
    ),
    (
        At("/webhooks/fallback"),
        Json(
            r#"{IDS,"reason":"Socket timeout.","original_request":{"url":"https://ivr.example.com/webhooks/input","type":"POST","body":{"dtmf":{"digits":"PIN"}}}}"#,
        ),
    ),
    (
        At("/webhooks/fallback"),
        Json(
            r#"{IDS,"reason":"Socket timeout.","original_request":{"url":"https://ivr.example.com/webhooks/input#s=STATE","type":"POST","body":"dtmf=PIN"}}"#,
        ),
    ),
    (
        At("/webhooks/rtc"),
        Json(
            r#"{"type":"audio:dtmf","body":{"digit":"PIN"},"conversation_id":"CON-x","timestamp":"2026-03-02T09:00:00Z"}"#,
        ),
    ),
    (
        At("/webhooks/rtc"),
        Json(
            r#"{"type":"audio:asr:done","body":{"asr":{"results":[{"text":"PIN"}]}},"conversation_id":"CON-x"}"#,
        ),
    ),
    (
        At("/webhooks/rtc"),
        Json(r#"{"type":"audio:asr","body":{"text":"PIN"},"conversation_id":"CON-x"}"#),
    ),
    (
        At("/webhooks/rtc"),
        Json(r#"{"type":"unheard:of","body":{"text":"PIN"},"conversation_id":"CON-x"}"#),
    ),
];

/// Digits that nothing else has in a run, by the number of the shape.
fn pin(number: usize) -> String {
    format!("97{:06}", 531_864 - number * 7_919)
}

/// Every file below a folder, but for the settings, which hold the secrets they are to hold.
fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if kind.is_dir() {
            files(&path, found);
        } else if kind.is_file() && !path.ends_with(".dev.vars") {
            found.push((
                path.display().to_string(),
                fs::read(&path).unwrap_or_default(),
            ));
        }
    }
}

/// What the platform records, without the URLs of the requests themselves. The store of
/// `wrangler dev` keeps those whatever is set; where the Worker is deployed the settings hold, and
/// the test before this one has looked at them.
fn without_requests(bytes: &[u8], base: &str) -> Vec<u8> {
    let mut rest = bytes;
    let mut kept = Vec::new();
    while let Some(at) = rest
        .windows(base.len())
        .position(|window| window == base.as_bytes())
    {
        let (before, url) = rest.split_at(at);
        kept.extend_from_slice(before);
        let is_of_url = |byte: &u8| byte.is_ascii_graphic() && *byte != b'"';
        let end = url.iter().position(|byte| !is_of_url(byte));
        rest = &url[end.unwrap_or(url.len())..];
    }
    kept.extend_from_slice(rest);
    kept
}

#[test]
fn the_platform_is_told_to_keep_no_url_with_its_query() {
    let text = fs::read_to_string(e2e::root().join("wrangler.toml")).unwrap();
    let settings: toml::Table = text.parse().unwrap();
    for of in [&settings, settings["env"]["fallback"].as_table().unwrap()] {
        let observability = &of["observability"];
        assert_eq!(observability["redact_query_string"].as_bool(), Some(true));
        assert_eq!(
            observability["logs"]["invocation_logs"].as_bool(),
            Some(false)
        );
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[test]
fn what_is_entered_in_a_secret_field_is_kept_nowhere() {
    let mut worker = Worker::start();
    let put = worker.api(
        "PUT",
        "/api/menus/vault",
        &serde_json::from_str(&vault()).unwrap(),
    );
    assert!(put.status == 200 || put.status == 201, "{put:?}");
    let mut states = Vec::new();
    for (number, (to, body)) in SHAPES.iter().enumerate() {
        let (leg, talk) = (format!("leg-pin-{number}"), format!("CON-pin-{number}"));
        let call = json!({ "from": "447700900001", "to": "442079460000", "uuid": leg, "conversation_uuid": talk });
        let answer = worker.post("/webhooks/answer/vault", &call);
        let input = answer.event_url("input");
        let state = input.split_once("?s=").unwrap().1.to_owned();
        let fill = |text: &str| {
            let ids = call.to_string();
            let form =
                format!("from=447700900001&to=442079460000&uuid={leg}&conversation_uuid={talk}");
            text.replace("IDS", ids.trim_matches(['{', '}']))
                .replace("FORM", &form)
                .replace("STATE", &state)
                .replace("PIN", &pin(number))
        };
        let url = match to {
            Input => input.clone(),
            WithState(route) => format!("{}/webhooks/{route}?s={state}", worker.url()),
            At(path) => format!("{}{path}", worker.url()),
        };
        let reply = match body {
            Json(text) | Bytes(text) => worker.signed(Request::json(&url, fill(text).as_bytes())),
            Form(text) => worker.post_form(&url, &fill(text)),
            Query(text) => worker.get_webhook(&url, &fill(text)),
        };
        assert!(reply.status < 500, "shape {number}: {reply:?}");
        states.push(state);
    }
    // Everything has come through the queue when the last call's events are there.
    let last = json!({ "from": "447700900001", "to": "442079460000", "uuid": "leg-pin-last",
        "conversation_uuid": "CON-pin-last" });
    let _ = worker.post("/webhooks/answer/vault", &last);
    worker.wait_for("the events", Duration::from_secs(60), |worker| {
        let found = worker.find("events", "conversation=CON-pin-last&");
        (!found.is_empty()).then_some(())
    });
    let told = worker.all("events");
    let with = |name: &str| {
        let is = |event: &&Value| event["type"] == name;
        told.iter().filter(is).count()
    };
    assert!(
        with("vonage.voice.input") > 20,
        "the inputs are events, without what was entered"
    );
    assert!(
        with("vonage.malformed") > 4,
        "what cannot be read is an event, without its bytes"
    );

    let mut places: Vec<(String, Vec<u8>)> = vec![
        (
            "the events".to_owned(),
            json!(told).to_string().into_bytes(),
        ),
        (
            "the database".to_owned(),
            worker.stored().concat().into_bytes(),
        ),
        (
            "the archive".to_owned(),
            worker.objects().concat().into_bytes(),
        ),
        ("the log".to_owned(), worker.log().into_bytes()),
    ];
    for (what, bytes) in &places {
        assert!(holds(bytes, "CON-pin-"), "nothing is in {what}");
    }
    // What the platform records of requests is written when the Worker ends, if not before.
    let folder = worker.folder().to_owned();
    worker.kill();
    files(&folder, &mut places);
    let recorded = places
        .iter()
        .any(|(path, _)| path.contains("observability"));
    assert!(
        recorded,
        "the platform has recorded nothing below {}",
        folder.display()
    );
    let base = format!("{}/webhooks/", worker.url());
    let mut leaks = Vec::new();
    for (what, bytes) in &mut places {
        if what.contains("observability") {
            *bytes = without_requests(bytes, &base);
        }
        for (number, state) in states.iter().enumerate() {
            if holds(bytes, &pin(number)) {
                leaks.push(format!("shape {number}, what was entered, is in {what}"));
            }
            if holds(bytes, state) {
                leaks.push(format!("shape {number}, the state, is in {what}"));
            }
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}
