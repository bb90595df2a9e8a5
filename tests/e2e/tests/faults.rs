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

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use e2e::{ADMIN_TOKEN, Answer, Raw, Reply, SIGNATURE_SECRET, Sink, Worker, now, token, token_of};
use serde_json::{Value, json};
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

/// A row of the table.
struct Row {
    fault: &'static str,
    got: String,
    took: Duration,
    /// The conversation, or whatever else an event must speak of, and types or causes to be found.
    kept: Vec<(String, &'static str)>,
}

struct Table {
    worker: Worker,
    rows: Vec<Row>,
}

/// A conversation of its own, and the caller's leg.
struct Call {
    conversation: String,
    from: String,
    to: &'static str,
}

impl Call {
    fn to(to: &'static str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self {
            conversation: format!("CON-fault-{count}"),
            from: format!("4477009{count:05}"),
            to,
        }
    }

    fn body(&self) -> Value {
        let leg = self.conversation.replace("CON", "leg");
        json!({ "from": self.from, "to": self.to, "uuid": leg, "conversation_uuid": self.conversation })
    }

    fn keys(&self, digits: &str) -> Value {
        let mut body = self.body();
        body["dtmf"] = json!({ "digits": digits, "timed_out": false });
        body
    }

    fn status(&self, status: &str) -> Value {
        let mut body = self.body();
        body["status"] = status.into();
        body["direction"] = "inbound".into();
        body["timestamp"] = "2026-11-21T12:00:00.000Z".into();
        body
    }
}

impl Table {
    /// Switches faults on; nothing else fails any more.
    fn faults(&self, services: &Value) {
        let origins = json!({});
        self.set(services, &origins);
    }

    fn set(&self, services: &Value, origins: &Value) {
        let body = json!({ "services": services, "origins": origins }).to_string();
        let reply = self.worker.request("PUT", "/faults", &[], body.as_bytes());
        assert_eq!(reply.status, 200, "{reply:?}");
    }

    /// A Worker that has nothing in memory: after a panic it begins anew.
    fn cold(&self) {
        self.faults(&json!({ "handler": { "rate": 1.0 } }));
        let _ = self.worker.post(ANSWER, &Call::to(ACME).body());
    }

    /// What is asked, and how long the answer took.
    fn timed(&self, to: &str, body: &Value) -> (Reply, Duration) {
        let began = Instant::now();
        let reply = self.worker.post(to, body);
        (reply, began.elapsed())
    }

    fn row(
        &mut self,
        fault: &'static str,
        got: impl Into<String>,
        took: Duration,
        kept: &[(&str, &'static str)],
    ) {
        let got = got.into();
        println!("{fault}: {got}, {} ms", took.as_millis());
        let kept = kept
            .iter()
            .map(|(about, what)| ((*about).to_owned(), *what))
            .collect();
        self.rows.push(Row {
            fault,
            got,
            took,
            kept,
        });
    }

    /// A call that is answered whatever fails: with the first words of its menu, or an apology.
    fn answered(
        &mut self,
        fault: &'static str,
        to: &'static str,
        expected: &str,
        kept: &[&'static str],
    ) -> (Call, Reply) {
        let call = Call::to(to);
        let (reply, took) = self.timed(ANSWER, &call.body());
        assert!(
            reply.spoken().contains(expected),
            "{fault}: {reply:?}\n{}",
            self.worker.log()
        );
        let mut all = vec![(call.conversation.as_str(), "vonage.voice.answer")];
        all.extend(kept.iter().map(|what| (call.conversation.as_str(), *what)));
        self.row(fault, says(&reply), took, &all);
        (call, reply)
    }
}

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

/// A call's version is deleted and another one in force.
fn gone(t: &mut Table) {
    let acme = t.worker.get("menu:acme").unwrap();
    let (call, main) = t.answered("nothing fails", ACME, WELCOME, &[]);
    let version = t.worker.get("lastgood:acme").unwrap();
    t.worker.put(
        "menu:acme",
        &acme.replace("Welcome to ACME.", "This is ACME."),
    );
    t.worker.delete(&format!("version:{}", version.trim()));
    t.cold();
    t.faults(&json!({}));
    let (reply, took) = t.timed(&main.event_url("input"), &call.keys("2"));
    assert!(reply.spoken().contains("This is ACME."), "{reply:?}");
    let about = call.conversation.as_str();
    t.row(
        "version of a call deleted, another in force",
        says(&reply),
        took,
        &[(about, "vonage.voice.input"), (about, "version_missing")],
    );
    t.worker.put("menu:acme", &acme);
    t.cold();
    t.faults(&json!({}));
}

/// A panic at each route that answers a caller, and at one that does not.
fn panics(t: &mut Table) {
    let apology = "200 \"We are sorry, we cannot take your call r\"";
    let nothing = "200 \"<speak><break time=\"100ms\"/></speak>\"";
    let ids = |call: &Call| call.body();
    let keys = |call: &Call| call.keys("2");
    let card = |call: &Call| call.keys(CARD);
    let busy = |call: &Call| call.status("busy");
    let talks = |call: &Call| call.status("answered");
    let rings = |call: &Call| call.status("ringing");
    type Body<'b> = &'b dyn Fn(&Call) -> Value;
    type Panic<'b> = (
        &'static str,
        &'static str,
        &'static str,
        Body<'b>,
        &'b str,
        &'static str,
    );
    // What happens, the number called, the route, the webhook, the reply, the event kept.
    let rows: [Panic<'_>; 10] = [
        (
            "no memory left at an input",
            ACME,
            "input",
            &keys,
            apology,
            "vonage.voice.input",
        ),
        (
            "panic at an answer",
            ACME,
            "answer",
            &ids,
            apology,
            "vonage.voice.answer",
        ),
        (
            "panic at an input",
            ACME,
            "input",
            &keys,
            apology,
            "vonage.voice.input",
        ),
        (
            "panic at the input of a secret",
            VAULT,
            "input",
            &card,
            apology,
            "vonage.voice.input",
        ),
        (
            "panic at a notify",
            ACME,
            "notify",
            &ids,
            apology,
            "vonage.voice.notify",
        ),
        (
            "panic at a busy connect",
            ACME,
            "connect",
            &busy,
            apology,
            "vonage.voice.busy",
        ),
        (
            "panic while they talk",
            ACME,
            "connect",
            &talks,
            "200",
            "vonage.voice.answered",
        ),
        (
            "panic at a whisper",
            ACME,
            "whisper",
            &ids,
            nothing,
            "vonage.voice.answer",
        ),
        (
            "panic at a fallback",
            ACME,
            "fallback",
            &ids,
            apology,
            "vonage.voice.fallback",
        ),
        (
            "panic at an event, and it is sent again",
            ACME,
            "event",
            &rings,
            "503",
            "vonage.voice.ringing",
        ),
    ];
    for (fault, to, route, body, expected, kept) in rows {
        let call = Call::to(to);
        let url = match route {
            "input" | "connect" => {
                let first = t.worker.post(ANSWER, &call.body());
                first
                    .event_url("input")
                    .replace("/input?", &format!("/{route}?"))
            }
            _ => format!("/webhooks/{route}"),
        };
        let memory = fault.starts_with("no memory");
        t.faults(&json!({ "handler": { "rate": 1.0, "times": 1, "memory": memory } }));
        let (reply, took) = t.timed(&url, &body(&call));
        assert_eq!(
            says(&reply),
            expected,
            "{fault}: {reply:?}\n{}",
            t.worker.log()
        );
        let reference = reply.headers.iter().find(|(name, _)| name == "x-reference");
        let reference = reference.map(|(_, value)| value.clone()).unwrap();
        t.worker.wait_for(fault, Duration::from_secs(10), |worker| {
            worker.log().contains(&reference).then_some(())
        });
        for name in ["x-content-type-options", "content-security-policy"] {
            assert!(reply.headers.iter().any(|(other, _)| other == name));
        }
        let (next, _) = t.timed(ANSWER, &Call::to(ACME).body());
        assert!(next.spoken().contains(WELCOME), "the next one: {next:?}");
        if reply.status == 503 {
            let (again, _) = t.timed(&url, &body(&call));
            assert_eq!(again.status, 200, "{again:?}");
        }
        t.row(
            fault,
            says(&reply),
            took,
            &[(&call.conversation, kept), (&reference, "ivr.degraded")],
        );
    }
}

/// What no output may hold: secrets, and the digits of a field that is one.
fn leaked_nowhere(worker: &Worker, sink: &Sink) {
    let database = worker.stored().concat();
    let archive = worker.objects().concat();
    let queued: String = sink
        .received()
        .into_iter()
        .map(|request| request.body)
        .collect();
    for (what, output) in [
        ("the log", worker.log()),
        ("the database", database),
        ("the archive", archive),
        ("what left the queue", queued),
    ] {
        assert!(output.contains("CON-fault-"), "nothing is in {what}");
        for secret in [CARD, SIGNATURE_SECRET, STATE_KEY, ADMIN_TOKEN] {
            assert!(!output.contains(secret), "{secret} is in {what}");
        }
    }
}

/// Five hundred unsigned requests, and calls beside them.
fn flood(t: &mut Table) {
    let worker = &t.worker;
    let (slowest, refused) = thread::scope(|scope| {
        let floods: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let statuses = (0..250).map(|_| {
                        worker
                            .send("POST", EVENT, None, "application/json", b"{}")
                            .status
                    });
                    statuses.filter(|status| *status == 429).count()
                })
            })
            .collect();
        let mut slowest = Duration::ZERO;
        for _ in 0..20 {
            let began = Instant::now();
            let reply = worker.post(ANSWER, &Call::to(ACME).body());
            slowest = slowest.max(began.elapsed());
            assert!(reply.spoken().contains(WELCOME), "{reply:?}");
        }
        let refused: usize = floods.into_iter().map(|flood| flood.join().unwrap()).sum();
        (slowest, refused)
    });
    assert!(refused > 100, "{refused} of 500 were turned away");
    let got = format!("20 calls answered; 500 unsigned refused, {refused} of them with 429");
    t.row("flood of unsigned requests", got, slowest, &[]);
}

/// What should have been kept, and is not there within a minute.
fn kept(table: &Table) -> Vec<String> {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let events: Vec<String> = table
            .worker
            .all("events")
            .iter()
            .map(ToString::to_string)
            .collect();
        let missing: Vec<String> = table
            .rows
            .iter()
            .flat_map(|row| row.kept.iter().map(move |kept| (row.fault, kept)))
            .filter(|(_, (about, what))| {
                !events
                    .iter()
                    .any(|event| event.contains(about) && event.contains(what))
            })
            .map(|(fault, (about, what))| format!("{fault}: {what} of {about}"))
            .collect();
        if missing.is_empty() || Instant::now() > until {
            return missing;
        }
        thread::sleep(Duration::from_secs(1));
    }
}

fn print(rows: &[Row]) {
    println!("\n| fault | the caller got | ms | kept |\n|---|---|---|---|");
    for row in rows {
        let kept: Vec<_> = row.kept.iter().map(|(_, what)| *what).collect();
        println!(
            "| {} | {} | {} | {} |",
            row.fault,
            row.got,
            row.took.as_millis(),
            kept.join(", ")
        );
    }
}
