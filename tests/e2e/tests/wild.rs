//! Requests nobody should send, and services that fail a little all the time.
//!
//! Both run for a moment by default; for longer: `E2E_WILD_SECONDS=600`, `E2E_STORM_CALLS=10000`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use e2e::events::Dice;
use e2e::{Worker, token};
use serde_json::{Value, json};
use vonage::Delivery;

/// One Worker at a time: they share the machine.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn setting(name: &str, otherwise: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

const PATHS: [&str; 24] = [
    "answer",
    "answer/acme",
    "answer/%00",
    "answer/../api",
    "event",
    "events",
    "fallback",
    "input",
    "connect",
    "whisper",
    "notify",
    "recording",
    "transcription",
    "conversation",
    "rtc",
    "messages/inbound",
    "messages/status",
    "sms/inbound",
    "sms/receipt",
    "insight",
    "verify",
    "dispatch",
    "",
    "nowhere",
];
const PIECES: [&str; 22] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "\\u0000",
    "\u{fffd}",
    "null",
    "-1e999",
    "uuid",
    "status",
    "completed",
    "dtmf",
    "digits",
    "conversation_uuid",
    "&",
    "=",
    "%zz",
    "from",
    "é",
];

/// A body: often a real one with something wrong in it.
fn body(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = match dice.below(3) {
        0 => json!({ "from": "447700900001", "to": "442079460000", "uuid": "w", "conversation_uuid": "CON-w",
            "status": "completed", "dtmf": { "digits": "1", "timed_out": false } })
        .to_string()
        .into_bytes(),
        1 => b"from=447700900001&to=442079460000&uuid=w&dtmf=1&timed_out=true".to_vec(),
        _ => Vec::new(),
    };
    for _ in 0..dice.below(6) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(3) {
            0 => {
                let piece = PIECES[dice.below(PIECES.len())].as_bytes();
                bytes.splice(at..at, piece.iter().copied());
            }
            1 => bytes.truncate(at),
            _ => bytes.insert(at, u8::try_from(dice.below(256)).unwrap()),
        }
    }
    bytes
}

#[test]
fn wild_requests_get_no_5xx_but_those_the_contract_names() {
    let _alone = alone();
    let worker = Worker::start();
    let main = worker.post("/webhooks/answer", &json!({ "from": "447700900001", "to": "442079460000", "uuid": "w", "conversation_uuid": "CON-w" }));
    let state = main
        .event_url("input")
        .split_once("s=")
        .unwrap()
        .1
        .to_owned();
    let until = Instant::now() + Duration::from_secs(setting("E2E_WILD_SECONDS", 5));
    let sent = AtomicUsize::new(0);
    thread::scope(|scope| {
        for seed in 0..4 {
            let (worker, state, sent) = (&worker, &state, &sent);
            scope.spawn(move || {
                let mut dice = Dice::new(seed);
                while Instant::now() < until {
                    one(worker, state, &mut dice);
                    sent.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let log = worker.log();
    assert!(!log.contains("\"reason\":\"panic\""), "{log}");
    assert!(!log.contains("\"outcome\":\"lost\""), "{log}");
    println!("{} wild requests", sent.into_inner());
}

fn one(worker: &Worker, state: &str, dice: &mut Dice) {
    let path = PATHS[dice.below(PATHS.len())];
    let mut state = state.to_owned();
    match dice.below(4) {
        0 => state.truncate(dice.below(state.len())),
        1 => state.insert(dice.below(state.len()), 'A'),
        2 => state.clear(),
        _ => {}
    }
    let to = match dice.below(8) {
        0 => format!("/api/{path}?limit=-1&cursor={state}"),
        1 => format!("/{path}?{state}"),
        _ => format!("/webhooks/{path}?s={state}"),
    };
    let body = body(dice);
    let content_type = [
        "application/json",
        "application/x-www-form-urlencoded",
        "text/html",
        "",
    ][dice.below(4)];
    let method = ["POST", "POST", "POST", "PUT", "DELETE"][dice.below(5)];
    let signed = dice.below(5) > 0;
    let token = signed.then(|| match content_type {
        "application/x-www-form-urlencoded" => token(&Delivery::form(&body)),
        _ => token(&Delivery::json(&body)),
    });
    let reply = worker.send(method, &to, token.as_deref(), content_type, &body);
    // Without a token a route that speaks asks for the request again.
    let expected = reply.status < 500 || (reply.status == 503 && !signed);
    assert!(
        expected,
        "{method} {to} {:?}: {reply:?}",
        String::from_utf8_lossy(&body)
    );
}

#[test]
fn every_caller_is_answered_and_every_event_kept_while_one_in_a_hundred_operations_fails() {
    let _alone = alone();
    let worker = Worker::builder().with_faults().start();
    let one_percent = json!({ "rate": 0.01 });
    worker.fail(
        &json!({ "menus": one_percent, "queue": one_percent, "outbox": one_percent,
        "calls": one_percent, "archive": one_percent }),
    );
    let count = usize::try_from(setting("E2E_STORM_CALLS", 100)).unwrap();
    let next = AtomicUsize::new(0);
    let results = Mutex::new((Vec::new(), BTreeMap::new(), 0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    call(&worker, number, &results);
                }
            });
        }
    });
    let (mut took, expected, again) = results.into_inner().unwrap();
    took.sort();
    let met = worker.failures();
    // What is read below must not fail; everything else goes on failing.
    worker.fail(&json!({ "queue": one_percent, "outbox": one_percent, "archive": one_percent }));
    worker.wait_for("every event", Duration::from_secs(600), |worker| {
        thread::sleep(Duration::from_secs(1));
        let mut kept = BTreeMap::new();
        for event in worker.all("events") {
            let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
            *kept
                .entry((text("conversation"), text("type")))
                .or_insert(0) += 1;
        }
        // Neither fewer nor more.
        let is_there = |(event, count)| kept.get(event) == Some(count);
        expected.iter().all(is_there).then_some(())
    });
    println!(
        "{count} calls, {} answers, the slowest in {:?}, half of them in {:?}; {} events, {again} sent again after a 503; faults {:?}",
        took.len(),
        took[took.len() - 1],
        took[took.len() / 2],
        expected.values().sum::<usize>(),
        met,
    );
    // Deadlines of 1.8 s, and what a busy machine adds.
    assert!(took[took.len() - 1] < Duration::from_secs(3), "{took:?}");
}

type Results = Mutex<(Vec<Duration>, BTreeMap<(String, String), usize>, usize)>;

/// A call that is answered, presses keys and ends.
fn call(worker: &Worker, number: usize, results: &Results) {
    let conversation = format!("CON-storm-{number}");
    let body = |more: Value| {
        let mut body = json!({ "from": format!("4477008{number:05}"), "to": "442079460000",
            "uuid": format!("leg-storm-{number}"), "conversation_uuid": conversation });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    let ask = |to: &str, more: Value| {
        let began = Instant::now();
        let reply = worker.post(to, &body(more));
        results.lock().unwrap().0.push(began.elapsed());
        assert!(!reply.ncco().is_empty());
        reply
    };
    let kept = |kind: &str| {
        let event = (conversation.clone(), format!("vonage.voice.{kind}"));
        *results.lock().unwrap().1.entry(event).or_insert(0) += 1;
    };
    let tell = |status: &str| {
        loop {
            let reply = worker.post(
                "/webhooks/event",
                &body(json!({ "status": status, "direction": "inbound" })),
            );
            match reply.status {
                200 => return kept(status),
                503 => results.lock().unwrap().2 += 1,
                _ => panic!("{reply:?}"),
            }
        }
    };
    tell("ringing");
    let mut reply = ask("/webhooks/answer", json!({}));
    kept("answer");
    for keys in ["2", "1"] {
        if !reply.body.contains("/webhooks/input?") {
            break;
        }
        let keys = json!({ "dtmf": { "digits": keys, "timed_out": false } });
        reply = ask(&reply.event_url("input"), keys);
        kept("input");
    }
    tell("completed");
}
