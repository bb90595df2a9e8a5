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
use e2e::{Raw, Worker, token};
use phone::Request;
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

/// Every state a call through the ACME menu gets to see.
fn states(worker: &Worker) -> Vec<String> {
    let ids = json!({ "from": "447700900001", "to": "442079460000", "uuid": "w", "conversation_uuid": "CON-w" });
    let mut replies = vec![worker.post("/webhooks/answer", &ids)];
    for keys in ["1", "2", "3", "9"] {
        let mut input = ids.clone();
        input["dtmf"] = json!({ "digits": keys, "timed_out": false });
        let next = worker.post(&replies[0].event_url("input"), &input);
        if next.body.contains("/webhooks/input?") {
            input["dtmf"]["digits"] = "1".into();
            replies.push(worker.post(&next.event_url("input"), &input));
        }
        replies.push(next);
    }
    let states: Vec<String> = replies
        .iter()
        .flat_map(|reply| reply.body.split("?s=").skip(1))
        .map(|rest| rest.split(['"', '&']).next().unwrap().to_owned())
        .collect();
    assert!(states.len() > 5, "{replies:?}");
    states
}

/// A state: a real one, or one that was.
fn state(states: &[String], dice: &mut Dice) -> String {
    let mut state = states[dice.below(states.len())].clone();
    for _ in 0..dice.below(3) {
        let at = dice.below(state.len() + 1);
        match dice.below(9) {
            0 => state.truncate(at),
            1 => state.insert(at, 'A'),
            2 => state.insert_str(
                at,
                ["%", "%00", "%41", "+", "&s=", "=", "~", "%ff", "-_"][dice.below(9)],
            ),
            3 if at < state.len() => drop(state.remove(at)),
            4 => state = state.to_uppercase(),
            // The head of one on the tail of another, or both.
            5 => {
                let other = &states[dice.below(states.len())];
                state = format!("{}{}", &state[..at], other.get(at..).unwrap_or_default());
            }
            6 => state = format!("{state}&s={}", states[dice.below(states.len())]),
            7 if at < state.len() => {
                let other = if state.as_bytes()[at] == b'B' {
                    "C"
                } else {
                    "B"
                };
                state.replace_range(at..=at, other);
            }
            _ => state = state.repeat(dice.below(4)),
        }
    }
    state
}

const METHODS: [&str; 9] = [
    "GET", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "PROPFIND", "PURGE", "TRACE",
];
const CONTENT_TYPES: [&str; 8] = [
    "application/json",
    "application/json; charset=utf-8",
    "application/x-www-form-urlencoded",
    "APPLICATION/JSON;;",
    "text/html",
    "multipart/form-data; boundary=x",
    "application/json, application/x-www-form-urlencoded",
    ";",
];
/// Headers that proxies and the platform set, and others that mean something to somebody.
const NAMES: [&str; 18] = [
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-port",
    "forwarded",
    "cf-connecting-ip",
    "cf-ray",
    "cf-ipcountry",
    "true-client-ip",
    "content-encoding",
    "accept-encoding",
    "accept",
    "cookie",
    "origin",
    "if-match",
    "range",
    "x-http-method-override",
    "x-reference",
];
const VALUES: [&[u8]; 16] = [
    b"",
    b"0",
    b"https",
    b"127.0.0.1",
    b"2001:db8::1, 10.0.0.1",
    b"::ffff:1.2.3.4%eth0",
    b"gzip",
    b"gzip, br, zstd",
    b"*",
    b"\"",
    b"bytes=0-1, 5-",
    b"\xff\xfe\x80",
    b"\xc3\xa9",
    b"a\tb",
    b"null",
    b"{\"a\":1}",
];

/// A value of a header; now and then one that is very long.
fn value(dice: &mut Dice) -> Vec<u8> {
    let value = VALUES[dice.below(VALUES.len())].to_vec();
    match dice.below(20) {
        0 => value.repeat(1 + 6_000 / value.len().max(1)),
        _ => value,
    }
}

/// `Authorization`, in all shapes; whether the request counts as signed.
fn authorize(request: Raw, token: &str, dice: &mut Dice) -> (Raw, bool) {
    let good = format!("Bearer {token}");
    let with = |value: &[u8]| request.clone().header("authorization", value);
    let shaped = match dice.below(24) {
        0 => request,
        1 => with(b"Bearer"),
        2 => with(b"Bearer ."),
        3 => with(b"Bearer a.b.c"),
        4 => with(token.as_bytes()),
        5 => with(format!("Basic {token}").as_bytes()),
        6 => with(&good.as_bytes()[..dice.below(good.len())]),
        7 => with(format!("{good}{}", "x".repeat(dice.below(9_000))).as_bytes()),
        8 => with(&[b"Bearer \xff\xfe", token.as_bytes()].concat()),
        9 => with(good.as_bytes()).header("authorization", &good),
        10 => with(good.as_bytes()).header("authorization", value(dice)),
        11 => with(good.replace('.', "..").as_bytes()),
        12 => with(good.to_uppercase().as_bytes()),
        13 => with(&value(dice)),
        _ => return (with(good.as_bytes()), true),
    };
    (shaped, false)
}

/// How long the body is said to be: mostly the truth.
fn announce(request: Raw, body: &[u8], dice: &mut Dice) -> (Raw, bool) {
    let said = |length: String| request.clone().header("content-length", length);
    let length = body.len();
    let lies = match dice.below(24) {
        0 => said(dice.below(length + 1).to_string()).body(body),
        1 => said((length + 1 + dice.below(2_000_000)).to_string())
            .body(body)
            .cut_off(),
        2 => said("18446744073709551616".to_owned()).body(body),
        3 => said("-1".to_owned()).body(body),
        4 => said("abc".to_owned()).body(body),
        5 => said(length.to_string())
            .header("content-length", "7")
            .body(body),
        6 => said(length.to_string()).chunked(body),
        7 => request.endless(body).cut_off(),
        8 => request
            .header("transfer-encoding", "gzip, chunked")
            .body(body)
            .cut_off(),
        9..12 => return (request.chunked(body), true),
        _ => return (said(length.to_string()).body(body), true),
    };
    (lies, false)
}

#[test]
fn wild_requests_get_no_5xx_but_those_the_contract_names() {
    let _alone = alone();
    // Or most of them would learn nothing but that there is a limit.
    let worker = Worker::builder().limit("UNSIGNED_LIMIT", 1_000_000).start();
    let states = states(&worker);
    let until = Instant::now() + Duration::from_secs(setting("E2E_WILD_SECONDS", 5));
    let seen: Mutex<BTreeMap<String, usize>> = Mutex::default();
    thread::scope(|scope| {
        for seed in 0..4 {
            let (worker, states, seen) = (&worker, &states, &seen);
            scope.spawn(move || {
                let mut dice = Dice::new(seed);
                while Instant::now() < until {
                    let what = one(worker, states, &mut dice);
                    *seen.lock().unwrap().entry(what).or_insert(0) += 1;
                }
            });
        }
    });
    let log = worker.log();
    assert!(!log.contains("\"reason\":\"panic\""), "{log}");
    assert!(!log.contains("\"outcome\":\"lost\""), "{log}");
    let seen = seen.into_inner().unwrap();
    println!("{} wild requests: {seen:?}", seen.values().sum::<usize>());
    for needed in ["200", "400", "401", "404", "405"] {
        assert!(
            seen.contains_key(needed),
            "nothing was answered {needed}: {seen:?}"
        );
    }
    // Nobody is worse off for it.
    let call = json!({ "from": "447700900009", "to": "442079460000", "uuid": "calm", "conversation_uuid": "CON-calm" });
    let calm = worker.post("/webhooks/answer", &call);
    assert!(calm.spoken().starts_with("Welcome to ACME."), "{calm:?}");
}

/// Sends one, and says what became of it.
fn one(worker: &Worker, states: &[String], dice: &mut Dice) -> String {
    let path = PATHS[dice.below(PATHS.len())];
    let state = state(states, dice);
    let to = match dice.below(10) {
        0 => format!("/api/{path}?limit=-1&cursor={state}"),
        1 => format!("/{path}?{state}"),
        2 => format!("/webhooks/{path}?from=447700900001&to=442079460000&uuid=w&s={state}"),
        _ => format!("/webhooks/{path}?s={state}"),
    };
    let method = match dice.below(10) {
        0 => METHODS[dice.below(METHODS.len())],
        1..3 => "GET",
        _ => "POST",
    };
    let bytes = match method {
        "GET" | "HEAD" | "OPTIONS" | "TRACE" if dice.below(4) > 0 => Vec::new(),
        _ => body(dice),
    };
    let content_type = match dice.below(10) {
        0 => None,
        1 => Some(value(dice)),
        2..5 => Some(CONTENT_TYPES[dice.below(CONTENT_TYPES.len())].into()),
        _ => Some(CONTENT_TYPES[0].into()),
    };
    let token = match (method, &content_type) {
        ("GET", _) => token(&Request::get(&to).delivery()),
        (_, Some(kind)) if kind == CONTENT_TYPES[2].as_bytes() => token(&Delivery::form(&bytes)),
        _ => token(&Delivery::json(&bytes)),
    };
    let mut request = Raw::new(method, &to);
    let mut is_http = true;
    request = match dice.below(30) {
        0 => {
            is_http = false;
            request
        }
        1 => {
            is_http = false;
            request.header("host", value(dice))
        }
        2 => request.header("host", "ivr.example.com"),
        _ => request.header("host", format!("127.0.0.1:{}", worker.port())),
    };
    if let Some(kind) = content_type {
        request = request.header("content-type", kind);
    }
    for _ in 0..dice.below(4) {
        let name = NAMES[dice.below(NAMES.len())];
        request = request.header(name, value(dice));
        if dice.below(4) == 0 {
            request = request.header(name, value(dice));
        }
    }
    let (request, signed) = authorize(request, &token, dice);
    let (request, is_honest) = match bytes.is_empty() && method != "POST" {
        true => (request, true),
        false => announce(request, &bytes, dice),
    };
    let Some(reply) = worker.raw(&request) else {
        assert!(!is_honest || !is_http, "closed without a reply: {request}");
        return "closed".to_owned();
    };
    // Without a token a route that speaks asks for the request again.
    let expected = reply.status < 500 || (reply.status == 503 && !signed);
    // The server in front of the Worker, which the test has no quarrel with, knows other answers
    // to what is no HTTP. It accepts nothing itself, and every refusal of the Worker's has this.
    let ours = reply.status == 200
        || reply
            .headers
            .iter()
            .any(|(name, _)| name == "content-security-policy");
    assert!(
        expected || !(ours || is_http && is_honest),
        "{request}\n{reply:?}\n{}",
        worker.log()
    );
    match ours {
        true => reply.status.to_string(),
        false => format!("{} of the server", reply.status),
    }
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
