//! One fault after the other, under workerd: what the caller got, how long it took, what was kept.
//!
//! `make faults` prints the table. Nothing here is a stand-in but the faults themselves: the
//! Worker is built with switches (`src/faults.rs`) that make its real services slow, fail or give
//! rubbish, or its own code panic.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::too_many_lines,
    missing_docs
)]

mod panics;
mod storage;
mod table;

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use e2e::{ADMIN_TOKEN, Answer, Raw, Reply, SIGNATURE_SECRET, Sink, Worker, now, token, token_of};
use panics::{leaked_nowhere, panics};
use serde_json::{Value, json};
use storage::{flood, gone};
use table::{Call, Table, kept, print};
use vonage::Delivery;

/// The tests' `MENU_CACHE_SECONDS`, and a little.
const CACHE_TIME: Duration = Duration::from_millis(2_200);
/// What a caller waits for at most: deadlines of 1.8 s, and what a busy machine adds to them. The
/// platform gives up after five.
const BUDGET: Duration = Duration::from_millis(3_000);

/// Digits a caller keys in where nobody may see them.
const CARD: &str = "4182965307183341";
const STATE_KEY: &str = "a state key that is looked for everywhere";

const ACME: &str = "442079460000";
const VAULT: &str = "441990000004";
const TOLLS: &str = "441990000005";
const ANSWER: &str = "/webhooks/answer";
const EVENT: &str = "/webhooks/event";

/// A menu that asks for a card's number and another system about it.
fn vault() -> String {
    json!({
        "start": "card",
        "voice": { "language": "en-GB" },
        "limits": { "steps": 20, "then": "bye" },
        "nodes": {
            "card": {
                "kind": "collect", "prompt": "Please enter the number of your card.", "into": "card",
                "digits": { "min": 4, "max": 16 }, "secret": true,
                "no_input": { "tries": 1, "then": "bye" }, "no_match": { "tries": 1, "then": "bye" },
                "then": "ask"
            },
            "ask": {
                "kind": "lookup", "url": "https://accounts.example.com/cards", "method": "POST",
                "body": { "card": "{{var.card}}" }, "deadline_ms": 1000, "into": { "name": "/name" },
                "then": "hello", "failed": "later"
            },
            "hello": { "kind": "say", "prompt": "Hello {{ lookup.name }}.", "then": "bye" },
            "later": { "kind": "say", "prompt": "We cannot look at that just now.", "then": "bye" },
            "bye": { "kind": "hangup", "prompt": "Goodbye." }
        }
    })
    .to_string()
}

/// A menu that would dial a number that costs.
fn tolls() -> String {
    json!({
        "start": "abroad",
        "voice": { "language": "en-GB" },
        "limits": { "steps": 20, "then": "bye" },
        "nodes": {
            "abroad": { "kind": "connect", "to": "19005550100", "failed": "sorry", "otherwise": "bye" },
            "sorry": { "kind": "say", "prompt": "That line is out of order.", "then": "bye" },
            "bye": { "kind": "hangup", "prompt": "Goodbye." }
        }
    })
    .to_string()
}

/// A reply in a few words.
fn says(reply: &Reply) -> String {
    if reply.status != 200 || reply.body.is_empty() {
        return format!("{}", reply.status);
    }
    let spoken = reply.spoken();
    let short: String = spoken.chars().take(40).collect();
    format!("200 \"{short}\"")
}

const SORRY: &str = "We are sorry";
const WELCOME: &str = "Welcome to ACME";

#[test]
fn every_fault_and_what_becomes_of_it() {
    let accounts = Sink::start(|_| Answer::Hang(Duration::from_secs(5)));
    let sink = Sink::willing();
    let worker = Worker::builder()
        .with_faults()
        .variable("LOOKUP_HOSTS", "accounts.example.com")
        .variable("STATE_KEY", STATE_KEY)
        .variable("ALLOWED_IPS", "127.0.0.0/8 ::1")
        .variable("DIAL_ALLOW", "44")
        .limit("CALLER_LIMIT", 5)
        .variable("SINK_URL", &sink.url())
        .variable("SINK_SECRET", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3")
        .start();
    // Edits by hand go first: each takes the time of a command.
    worker.put("number:441990000001", r#"{"menu":"nowhere"}"#);
    worker.put("number:441990000002", r#"{"menu":"torn"}"#);
    worker.put("menu:torn", r#"{"start": "main", "nodes": {"#);
    worker.put("number:441990000003", r#"{"menu":"edited"}"#);
    worker.put("number:441990000004", r#"{"menu":"vault"}"#);
    worker.put("menu:vault", &vault());
    worker.put("number:441990000005", r#"{"menu":"tolls"}"#);
    worker.put("menu:tolls", &tolls());
    worker.put("menu:edited", &worker.get("menu:clinic").unwrap());
    let mut table = Table {
        worker,
        rows: Vec::new(),
    };
    let t = &mut table;

    // Menus.
    let (edited, _) = t.answered("nothing fails", "441990000003", "", &[]);
    let first = t.rows[0].got.clone();
    t.answered("nothing fails", ACME, WELCOME, &["ivr.step"]);
    let slow = json!({ "menus": { "delay": 5000 } });
    let failing = json!({ "menus": { "rate": 1.0 } });
    let rubbish = json!({ "menus": { "rubbish": true } });
    for (fault, services) in [
        ("KV takes 5 s, menu in memory", &slow),
        ("KV fails, menu in memory", &failing),
        ("KV gives rubbish, menu in memory", &rubbish),
    ] {
        t.faults(services);
        thread::sleep(CACHE_TIME);
        t.answered(fault, ACME, WELCOME, &["ivr.step", "ivr.degraded"]);
    }
    t.cold();
    t.faults(&slow);
    t.answered(
        "KV takes 5 s, nothing in memory",
        ACME,
        SORRY,
        &["kv_timeout"],
    );
    t.cold();
    t.faults(&failing);
    t.answered("KV fails, nothing in memory", ACME, SORRY, &["kv_failed"]);
    t.cold();
    t.faults(&rubbish);
    t.answered(
        "KV gives rubbish, nothing in memory",
        ACME,
        SORRY,
        &["document_broken"],
    );
    t.cold();
    t.faults(&json!({}));
    t.answered("menu missing", "441990000001", SORRY, &["document_missing"]);
    t.answered(
        "menu broken, never was good",
        "441990000002",
        SORRY,
        &["document_broken"],
    );
    t.worker.wait_for(
        "the copy of the good one",
        Duration::from_secs(20),
        |worker| worker.get("lastgood:edited"),
    );
    t.worker.put("menu:edited", "{\"nodes\": 7}");
    t.cold();
    t.faults(&json!({}));
    t.answered(
        "menu broken by an edit, nothing in memory",
        "441990000003",
        first.trim_start_matches("200 \"").trim_end_matches('"'),
        &["document_broken"],
    );
    drop(edited);
    t.worker.delete("number:default");
    t.cold();
    t.faults(&json!({}));
    t.answered("number unknown", "441990000099", SORRY, &["unknown_number"]);
    t.worker.put("number:default", r#"{"menu":"acme"}"#);

    // A call in progress loses its version.
    let (call, main) = t.answered("nothing fails", ACME, WELCOME, &[]);
    t.cold();
    t.faults(&failing);
    let (reply, took) = t.timed(&main.event_url("input"), &call.keys("2"));
    assert!(reply.spoken().contains(SORRY), "{reply:?}");
    let about = call.conversation.as_str();
    t.row(
        "KV fails in a call, nothing in memory",
        says(&reply),
        took,
        &[(about, "vonage.voice.input"), (about, "kv_failed")],
    );
    t.faults(&json!({}));
    let (reply, took) = t.timed(&main.event_url("input"), &call.keys("2"));
    assert!(reply.spoken().contains("Support."), "{reply:?}");
    t.row("… and works again", says(&reply), took, &[]);
    t.cold();
    t.faults(&json!({ "menus": { "missing": "version:" } }));
    let (reply, took) = t.timed(&main.event_url("input"), &call.keys("2"));
    assert!(reply.spoken().contains("Support."), "{reply:?}");
    t.row("KV does not show a version yet", says(&reply), took, &[]);
    gone(t);

    // Queue and outbox.
    t.faults(&json!({ "queue": { "rate": 1.0 } }));
    t.answered("queue fails, at an answer", ACME, WELCOME, &["ivr.step"]);
    let call = Call::to(ACME);
    let (reply, took) = t.timed(EVENT, &call.status("ringing"));
    assert_eq!(reply.status, 200, "{reply:?}");
    t.row(
        "queue fails, at an event",
        says(&reply),
        took,
        &[(&call.conversation, "vonage.voice.ringing")],
    );
    t.faults(&json!({ "outbox": { "rate": 1.0 } }));
    t.answered("outbox fails", ACME, WELCOME, &["ivr.step"]);
    let both = json!({ "queue": { "rate": 1.0 }, "outbox": { "rate": 1.0 } });
    t.faults(&both);
    let call = Call::to(ACME);
    let (reply, took) = t.timed(EVENT, &call.status("ringing"));
    assert_eq!(reply.status, 503, "the platform sends it again: {reply:?}");
    t.faults(&json!({}));
    let (again, _) = t.timed(EVENT, &call.status("ringing"));
    assert_eq!(again.status, 200, "{again:?}");
    t.row(
        "queue and outbox fail, at an event",
        format!("{}, sent again {}", says(&reply), says(&again)),
        took,
        &[(&call.conversation, "vonage.voice.ringing")],
    );
    t.faults(&both);
    t.answered(
        "queue and outbox fail, at an answer",
        ACME,
        WELCOME,
        &["ivr.step"],
    );
    thread::sleep(Duration::from_millis(300));
    t.faults(&json!({}));

    // Look-ups, with a card's number on the way.
    let sign_in = |t: &mut Table, fault: &'static str, services: &Value, expected: &str| {
        t.set(
            services,
            &json!({ "https://accounts.example.com": accounts.url() }),
        );
        let call = Call::to(VAULT);
        let reply = t.worker.post(ANSWER, &call.body());
        let (reply, took) = t.timed(&reply.event_url("input"), &call.keys(CARD));
        assert!(
            reply.spoken().contains(expected),
            "{fault}: {reply:?}\n{}",
            t.worker.log()
        );
        t.row(
            fault,
            says(&reply),
            took,
            &[(&call.conversation, "ivr.step")],
        );
    };
    sign_in(t, "look-up hangs", &json!({}), "just now");
    accounts.behave(|_| Answer::Close);
    sign_in(t, "look-up breaks off", &json!({}), "just now");
    accounts.behave(|_| Answer::Status(500, "{}".to_owned()));
    sign_in(t, "look-up answers 500", &json!({}), "just now");
    accounts.behave(|_| {
        let body = json!({ "name": "Ada" });
        Answer::Status(200, body.to_string())
    });
    sign_in(t, "nothing fails", &json!({}), "Hello Ada");

    // Panics.
    let (call, main) = t.answered("nothing fails", ACME, WELCOME, &[]);
    let input = main.event_url("input");
    panics(t);
    let (reply, took) = t.timed(&input, &call.keys("2"));
    assert!(reply.spoken().contains("Support."), "{reply:?}");
    t.row("… and the call goes on", says(&reply), took, &[]);

    // Who is not let in.
    let ringing = call.status("ringing").to_string();
    let delivery = Delivery::json(ringing.as_bytes());
    let good = token(&delivery);
    let cut = good.get(..60).unwrap().to_owned();
    let skewed = |seconds| token_of(SIGNATURE_SECRET, now() + seconds, &delivery);
    for (fault, token, expected) in [
        ("clock 290 s behind", skewed(-290), 200),
        ("clock 290 s ahead", skewed(290), 200),
        ("clock 310 s behind", skewed(-310), 401),
        ("clock 310 s ahead", skewed(310), 401),
        ("token forged", token_of("another", now(), &delivery), 401),
        (
            "token of another body",
            token_of(SIGNATURE_SECRET, now(), &Delivery::json(b"{}")),
            401,
        ),
        ("token cut off", cut, 401),
    ] {
        let began = Instant::now();
        let reply = t.worker.send(
            "POST",
            EVENT,
            Some(&token),
            "application/json",
            ringing.as_bytes(),
        );
        assert_eq!(reply.status, expected, "{fault}: {reply:?}");
        t.row(fault, says(&reply), began.elapsed(), &[]);
    }
    let stranger = Call::to(ACME);
    let body = stranger.body().to_string();
    let signed = token(&Delivery::json(body.as_bytes()));
    let headers = [
        ("authorization", format!("Bearer {signed}")),
        ("content-type", "application/json".to_owned()),
        ("cf-connecting-ip", "203.0.113.9".to_owned()),
    ];
    let began = Instant::now();
    let reply = t.worker.request("POST", ANSWER, &headers, body.as_bytes());
    assert_eq!(reply.status, 403, "{reply:?}");
    t.row("address not allowed", says(&reply), began.elapsed(), &[]);
    let replayed = Call::to(ACME);
    let body = replayed.body().to_string();
    let token = token(&Delivery::json(body.as_bytes()));
    let send = |t: &Table| {
        t.worker.send(
            "POST",
            ANSWER,
            Some(&token),
            "application/json",
            body.as_bytes(),
        )
    };
    let began = Instant::now();
    let (once, twice) = (send(t), send(t));
    assert_eq!(once.body, twice.body, "a replay moves nobody");
    t.row(
        "token replayed",
        "the same NCCO again",
        began.elapsed() / 2,
        &[(&replayed.conversation, "vonage.voice.answer")],
    );

    // State.
    let (other, _) = t.answered("nothing fails", ACME, WELCOME, &[]);
    let mut torn = input.clone();
    torn.truncate(input.len() - 8);
    let middle = input.len() - 40;
    let mut tampered = input.clone().into_bytes();
    tampered[middle] = if tampered[middle] == b'A' { b'B' } else { b'A' };
    let tampered = String::from_utf8(tampered).unwrap();
    let state = |t: &mut Table, fault: &'static str, to: &str, call: &Call| {
        let (reply, took) = t.timed(to, &call.keys("2"));
        assert!(reply.spoken().contains(WELCOME), "{fault}: {reply:?}");
        let about = call.conversation.as_str();
        t.row(fault, says(&reply), took, &[(about, "ivr.state_rejected")]);
    };
    state(t, "state tampered with", &tampered, &Call::to(ACME));
    state(t, "state cut off", &torn, &Call::to(ACME));
    state(t, "state of another call", &input, &other);
    state(t, "no state", "/webhooks/input", &Call::to(ACME));

    // Bodies.
    let big = |size: usize| json!({ "uuid": "leg-big", "conversation_uuid": format!("CON-big-{size}"), "status": "ringing", "x": "x".repeat(size) });
    let (reply, took) = t.timed(EVENT, &big(1 << 20));
    assert_eq!(reply.status, 413, "{reply:?}");
    t.row("body over 1 MiB", says(&reply), took, &[]);
    let began = Instant::now();
    let long = vec![b' '; (1 << 20) + 1];
    let signed = e2e::token(&Delivery::json(&long));
    let endless = Raw::new("POST", EVENT)
        .header("host", format!("127.0.0.1:{}", t.worker.port()))
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {signed}"))
        .endless(&long);
    let reply = t.worker.raw(&endless).unwrap();
    assert_eq!(reply.status, 413, "{reply:?}");
    t.row(
        "body over 1 MiB in chunks, without an end",
        says(&reply),
        began.elapsed(),
        &[],
    );
    let (reply, took) = t.timed(EVENT, &big(300_000));
    assert_eq!(reply.status, 200, "{reply:?}");
    t.row(
        "body over 128 KB",
        says(&reply),
        took,
        &[("CON-big-300000", "vonage.voice.ringing")],
    );
    let torn = br#"{"uuid": "leg-torn", "from""#;
    let began = Instant::now();
    let signed = e2e::token(&Delivery::json(torn));
    let reply = t
        .worker
        .send("POST", EVENT, Some(&signed), "application/json", torn);
    assert_eq!(reply.status, 400, "{reply:?}");
    t.row(
        "body malformed",
        says(&reply),
        began.elapsed(),
        &[("leg-torn", "vonage.malformed")],
    );

    t.answered(
        "connect to what is not allowed",
        TOLLS,
        "out of order",
        &["ivr.step", "dial_refused"],
    );
    let mut call = Call::to(ACME);
    for number in 0.. {
        let (reply, took) = t.timed(ANSWER, &call.body());
        if !reply.spoken().contains(WELCOME) {
            assert!(reply.spoken().contains("busy"), "{reply:?}");
            let about = call.conversation.as_str();
            t.row(
                "too many calls from one number",
                says(&reply),
                took,
                &[(about, "vonage.voice.answer"), (about, "caller_limit")],
            );
            break;
        }
        // A minute may end meanwhile, and the count with it.
        assert!(number < 11, "{number} calls from one number");
        let from = call.from;
        call = Call {
            from,
            ..Call::to(ACME)
        };
    }
    flood(t);

    let missing = kept(&table);
    print(&table.rows);
    assert_eq!(missing, Vec::<String>::new(), "{}", table.worker.log());
    for row in &table.rows {
        assert!(row.took < BUDGET, "{}: {:?}", row.fault, row.took);
    }
    leaked_nowhere(&table.worker, &sink);
}
