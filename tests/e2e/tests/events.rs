//! Events from the webhook to where they are kept: laws 8 (nothing lost) and 9 (once).

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on says so and stops"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use e2e::events::{Calls, Dice, calls, id_of, ids_of, known};
use e2e::{Answer, Sink, Worker};
use phone::{CallSetup, Happening, Misbehaviour, Script, Transfer};
use serde_json::{Value, json};

const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";

/// One Worker at a time: they share two cores.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends webhooks side by side, each again until it is answered with 200, as Vonage does. Says how
/// often it had to.
fn send(worker: &Worker, webhooks: &[Value]) -> usize {
    let next = AtomicUsize::new(0);
    let again = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some(webhook) = webhooks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    loop {
                        let reply = worker.post("/webhooks/event", webhook);
                        match reply.status {
                            200 => break,
                            503 if again.fetch_add(1, Ordering::Relaxed) < 500 => {}
                            _ => panic!("{reply:?}"),
                        }
                    }
                }
            });
        }
    });
    again.into_inner()
}

/// What differs between the records there are and those there have to be.
fn differences(worker: &Worker, calls: &Calls) -> Vec<String> {
    let records: BTreeMap<String, Value> = worker
        .all("calls")
        .into_iter()
        .map(|record| (record["leg"].as_str().unwrap().to_owned(), record))
        .collect();
    let mut found: Vec<String> = calls
        .expected
        .iter()
        .filter_map(|expected| match records.get(&expected.leg) {
            None => Some(format!("{} has no record", expected.leg)),
            Some(record) => {
                let known = known(record, expected);
                (known != *expected).then(|| format!("{known:?}\n  is not {expected:?}"))
            }
        })
        .collect();
    if records.len() != calls.expected.len() {
        found.push(format!("{} records", records.len()));
    }
    found
}

fn wait_for_records(worker: &Worker, calls: &Calls, limit: u64) {
    worker.wait_for(
        "the right call records",
        Duration::from_secs(limit),
        |worker| {
            thread::sleep(Duration::from_secs(1));
            differences(worker, calls).is_empty().then_some(())
        },
    );
}

/// The number of calls of the large test.
fn size() -> usize {
    std::env::var("E2E_CALLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1000)
}

#[test]
fn a_thousand_calls_become_exactly_the_right_records_while_everything_fails_at_first() {
    let _alone = alone();
    let dice = Mutex::new((Dice::new(7), 0));
    let sink = Sink::start(move |_| {
        let mut state = dice.lock().unwrap();
        state.1 += 1;
        let roll = if state.1 < 300 { state.0.below(4) } else { 3 };
        match roll {
            0 => Answer::Status(500, "no".into()),
            1 => Answer::Close,
            2 if state.1 < 12 => Answer::Hang(Duration::from_secs(11)),
            _ => Answer::Status(204, String::new()),
        }
    });
    let worker = Worker::builder()
        .with_faults()
        .variable("SINK_URL", &sink.url())
        .variable("SINK_SECRET", SECRET)
        .start();
    worker.fail(&json!({
        "queue": { "rate": 0.1, "times": 200 },
        "outbox": { "rate": 0.2, "times": 20 },
        "calls": { "rate": 0.5, "times": 30 },
        "archive": { "rate": 0.5, "times": 40 },
    }));

    let calls = calls(size(), 0xca11);
    let mut dice = Dice::new(9);
    let mut webhooks = calls.webhooks.clone();
    for _ in 0..calls.webhooks.len() / 5 {
        webhooks.push(calls.webhooks[dice.below(calls.webhooks.len())].clone());
    }
    dice.shuffle(&mut webhooks);
    let again = send(&worker, &webhooks);

    let expected = ids_of(&calls.webhooks);
    assert_eq!(expected.len(), calls.webhooks.len(), "ids differ");
    wait_for_records(&worker, &calls, 420);
    let archived = worker.wait_for(
        "everything in the archive",
        Duration::from_secs(120),
        |worker| {
            let archived = worker.archived();
            expected
                .iter()
                .all(|id| archived.contains_key(id))
                .then_some(archived)
        },
    );
    let taken = worker.wait_for("everything at the sink", Duration::from_secs(240), |_| {
        let taken = sink.taken();
        expected
            .iter()
            .all(|id| taken.contains_key(id))
            .then_some(taken)
    });
    assert_eq!(worker.event_ids(), expected);
    assert_eq!(
        archived.len(),
        expected.len(),
        "nothing else is in the archive"
    );
    assert_eq!(differences(&worker, &calls), Vec::<String>::new());
    let met = worker.failures();
    println!(
        "{} calls, {} legs, {} webhooks of which {} repeated, {again} answered with 503 and sent again; faults met {met:?}; \
         in the archive {} events in {} lines, at the sink {} in {} requests of which {} taken",
        size(),
        calls.expected.len(),
        webhooks.len(),
        webhooks.len() - calls.webhooks.len(),
        archived.len(),
        archived.values().sum::<u32>(),
        taken.len(),
        sink.received().len(),
        taken.values().sum::<u32>(),
    );
    assert!(met.values().all(|times| *times > 0), "{met:?}");
}

#[test]
fn a_call_through_a_menu_leaves_its_path_and_its_message() {
    let _alone = alone();
    let worker = Worker::start();
    // Sales; whoever is rung does not answer, one after the other. Every webhook comes twice.
    let misbehaviour = Misbehaviour {
        duplicate_percent: 100,
        ..Misbehaviour::default()
    };
    let mut caller = Script::new()
        .press("1")
        .transfer(Transfer::NoAnswer)
        .transfer(Transfer::NoAnswer)
        .leave_message(9.0);
    let setup = CallSetup::new("447700900321", "442079460000");
    let phone = worker.phone().misbehaving(misbehaviour);
    let call = phone.call(&setup, &mut caller);
    assert_eq!(call.outcome(), "message_left", "{}", call.transcript());
    for exchange in &call.exchanges {
        assert_eq!(exchange.status, Some(200), "{exchange:?}");
    }
    let differs = |what: &Happening| matches!(what, Happening::RepliesDiffer { .. });
    assert!(
        !call.moments.iter().any(|moment| differs(&moment.what)),
        "law 1: {}",
        call.transcript()
    );
    let leg = &call.leg;
    let agents: BTreeSet<&str> = call
        .exchanges
        .iter()
        .filter(|it| it.sent["status"] == "timeout")
        .map(|it| it.sent["uuid"].as_str().unwrap())
        .collect();
    assert_eq!(agents.len(), 2, "{}", call.transcript());

    let one = worker.wait_for("the record", Duration::from_secs(60), |worker| {
        let one = worker.api("GET", &format!("/api/calls/{leg}"), &Value::Null);
        let one = (one.status == 200).then(|| one.json())?;
        let record = &one["record"];
        (record["recordings"][0].is_object()
            && record["ended"].is_string()
            && record["legs"][1].is_object()
            && record["path"][4].is_object())
        .then_some(one)
    });
    let record = &one["record"];
    assert_eq!(record["outcome"], "message_left", "{record:#}");
    assert_eq!(record["menu"], "acme");
    assert_eq!(record["recordings"][0]["node"], "voicemail");
    let legs = record["legs"].as_array().unwrap().iter();
    let legs: BTreeSet<&str> = legs.map(|it| it["leg"].as_str().unwrap()).collect();
    assert_eq!(legs, agents);
    let moves: Vec<(&str, &str, &str)> = one["path"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (
                it["node"].as_str().unwrap(),
                it["cause"].as_str().unwrap(),
                it["target"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        moves,
        [
            ("main", "answer", "main"),
            ("main", "key 1", "sales"),
            ("sales", "no-answer", "sales"),
            ("sales", "no-answer", "voicemail"),
            ("voicemail", "then", "thanks"),
        ],
        "a webhook delivered twice is one step"
    );
    for agent in agents {
        let agents = worker.wait_for("the agent's record", Duration::from_secs(60), |worker| {
            let reply = worker.api("GET", &format!("/api/calls/{agent}"), &Value::Null);
            (reply.status == 200).then(|| reply.json())
        });
        assert_eq!(agents["record"]["outcome"], "failed", "{agents:#}");
        assert_eq!(agents["record"]["status"], "timeout");
        assert!(
            agents["path"].as_array().unwrap().is_empty(),
            "the agent was in no menu: {agents:#}"
        );
    }
}

#[test]
fn the_archive_alone_brings_every_record_back() {
    let _alone = alone();
    let worker = Worker::start();
    let calls = calls(60, 0xa2c4);
    send(&worker, &calls.webhooks);
    wait_for_records(&worker, &calls, 60);
    let before = worker.archived();
    assert_eq!(before.len(), calls.webhooks.len());

    let _ = worker.sql("DELETE FROM conversations; DELETE FROM legs; DELETE FROM terms;");
    assert!(worker.all("calls").is_empty());
    let mut sent = 0;
    let mut body = json!({ "since": "2020-01-01T00:00:00Z" });
    loop {
        let reply = worker.api("POST", "/api/events/replay", &body);
        assert_eq!(reply.status, 200, "{reply:?}");
        let reply = reply.json();
        sent += reply["sent"].as_u64().unwrap();
        match reply["cursor"].as_str() {
            Some(cursor) => body["cursor"] = cursor.into(),
            None => break,
        }
    }
    assert_eq!(sent, calls.webhooks.len() as u64);
    wait_for_records(&worker, &calls, 60);
    // That an operator replayed is an event of its own.
    let mut after = worker.archived();
    after.retain(|id, _| before.contains_key(id));
    assert_eq!(
        after, before,
        "what was in the archive is not archived again"
    );
}

#[test]
fn a_call_costs_no_more_rows_than_its_budget_and_a_repetition_none() {
    let _alone = alone();
    let worker = Worker::builder().with_faults().start();
    worker.fail(&json!({}));
    let calls = calls(60, 0x20_20);
    // Sixty calls at once: what happens first in each, then what happens next, a window each.
    let mut stages: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for webhook in &calls.webhooks {
        let talk = webhook["conversation_uuid"].to_string();
        let stage = seen.entry(talk).and_modify(|it| *it += 1).or_insert(0);
        stages.entry(*stage / 2).or_default().push(webhook.clone());
    }
    for stage in stages.values() {
        send(&worker, stage);
        thread::sleep(Duration::from_secs(2));
    }
    wait_for_records(&worker, &calls, 60);
    let talks = seen.len() as u64;
    let (read, written) = worker.billed();
    // What retention deletes one day: one row each; their indexes are free.
    let rows = |table: &str| {
        let rows = worker.sql(&format!("SELECT count(*) AS n FROM {table}"));
        rows[0]["n"].as_u64().unwrap()
    };
    let deleted = rows("conversations") + rows("legs") + rows("terms");
    let bytes = worker.sql(
        "SELECT sum(length(body) + length(conversation) * 2 + length(legs) + length(terms) + 60) AS n FROM conversations",
    )[0]["n"].as_u64().unwrap();
    println!(
        "{talks} calls, {} webhooks: {written} rows written, {deleted} to delete, {read} read, {bytes} bytes",
        calls.webhooks.len()
    );
    assert!(
        (written + deleted) <= 20 * talks,
        "{written} written, {deleted} to delete"
    );
    assert!(bytes <= 8_000 * talks, "{bytes} bytes");

    worker.fail(&json!({}));
    send(&worker, &calls.webhooks);
    thread::sleep(Duration::from_secs(4));
    let reads = worker.billed();
    assert!(reads.0 > 0, "they were looked at");
    assert_eq!(reads.1, 0, "and nothing was written");
}

#[test]
fn what_the_queue_refuses_survives_a_kill_and_drains_by_itself() {
    let _alone = alone();
    let mut worker = Worker::builder().with_faults().start();
    worker.fail(&json!({ "queue": { "rate": 1.0 } }));
    let calls = calls(40, 0x6111);
    assert_eq!(send(&worker, &calls.webhooks), 0, "all were acknowledged");
    assert!(worker.all("events").is_empty(), "and none was consumed");

    worker.kill();
    worker.start_again();
    // The switch is in memory and died with the process: the queue takes events again, and nobody
    // tells the outbox.
    wait_for_records(&worker, &calls, 120);
    assert_eq!(worker.event_ids(), ids_of(&calls.webhooks));
    assert_eq!(worker.archived().len(), calls.webhooks.len());
    println!(
        "{} webhooks acknowledged, killed, {} events kept",
        calls.webhooks.len(),
        worker.event_ids().len()
    );
}

#[test]
fn the_outbox_drains_when_the_queue_recovers() {
    let _alone = alone();
    let worker = Worker::builder().with_faults().start();
    worker.fail(&json!({ "queue": { "rate": 1.0 } }));
    let calls = calls(10, 0x0b0c);
    send(&worker, &calls.webhooks);
    let sent = calls.webhooks.len() as u64;
    worker.wait_for(
        "a try of the outbox, without being asked",
        Duration::from_secs(60),
        |worker| (worker.failures()["queue"] > sent).then_some(()),
    );
    assert!(worker.all("events").is_empty());
    worker.fail(&json!({}));
    wait_for_records(&worker, &calls, 60);
}

#[test]
fn what_a_real_refusal_of_the_queue_meets_waits_in_the_outbox() {
    let _alone = alone();
    let producer = "binding = \"EVENTS\"";
    let nobody = "binding = \"NOBODYS_EVENTS\"";
    let mut worker = Worker::builder().edit(producer, nobody).start();
    let calls = calls(10, 0x0b0d);
    assert_eq!(send(&worker, &calls.webhooks), 0);
    let reply = worker.post("/webhooks/answer", &answer());
    assert_eq!(reply.status, 200, "{reply:?}");
    // From the second on it is answered out of memory.
    let reply = worker.post("/webhooks/answer", &answer());
    assert_eq!(reply.status, 200, "{reply:?}");
    let seen = |worker: &Worker| worker.log().matches("queue_refused").count();
    worker.wait_for(
        "the answers' events to be refused",
        Duration::from_secs(20),
        |worker| (seen(worker) >= calls.webhooks.len() + 2).then_some(()),
    );
    assert!(worker.all("events").is_empty());

    worker.kill();
    let config = worker.folder().join("wrangler.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace(nobody, producer)).unwrap();
    worker.start_again();
    let ids: BTreeSet<String> = ids_of(&calls.webhooks).into_iter().collect();
    worker.wait_for(
        "everything to come out of the outbox",
        Duration::from_secs(90),
        |worker| {
            let events = worker.all("events");
            let has_type = |kind| events.iter().any(|event| event["type"] == kind);
            let kept: BTreeSet<String> = events
                .iter()
                .filter_map(|event| event["id"].as_str().map(str::to_owned))
                .collect();
            (ids.is_subset(&kept) && has_type("vonage.voice.answer") && has_type("ivr.step"))
                .then_some(())
        },
    );
}

/// A call that wants its NCCO.
fn answer() -> Value {
    json!({
        "from": "447700900001",
        "to": "442079460000",
        "uuid": "aaaaaaaabbbbccccddddeeeeeeeeeeee",
        "conversation_uuid": "CON-aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
        "endpoint_type": "phone",
    })
}

/// One fault at a time: whoever works is not held up, and does not get anything twice.
#[track_caller]
fn one_sink_down(services: &Value, behaviour: fn() -> Answer, heal: impl FnOnce(&Worker, &Sink)) {
    let _alone = alone();
    let sink = Sink::start(move |_| behaviour());
    let worker = Worker::builder()
        .with_faults()
        .variable("SINK_URL", &sink.url())
        .variable("SINK_SECRET", SECRET)
        .start();
    worker.fail(services);
    let calls = calls(8, 0xd0d0);
    let expected = ids_of(&calls.webhooks);
    assert_eq!(
        send(&worker, &calls.webhooks),
        0,
        "a sink is none of Vonage's business"
    );

    let down = |name: &str| services.get(name).is_some();
    let sink_down = !matches!(behaviour(), Answer::Status(204, _));
    worker.wait_for(
        "the working sinks to have everything",
        Duration::from_secs(90),
        |worker| {
            let calls_done = down("calls") || worker.event_ids() == expected;
            let archive_done = down("archive") || worker.archived().len() == expected.len();
            let sink_done = sink_down || sink.taken().len() == expected.len();
            (calls_done && archive_done && sink_done).then_some(())
        },
    );
    // A few rounds of retries of the one that is down.
    thread::sleep(Duration::from_secs(6));
    heal(&worker, &sink);
    wait_for_records(&worker, &calls, 120);
    worker.wait_for(
        "all sinks to have everything",
        Duration::from_secs(120),
        |worker| {
            (sink.taken().len() == expected.len() && worker.archived().len() == expected.len())
                .then_some(())
        },
    );
    thread::sleep(Duration::from_secs(3));
    assert!(
        sink.taken().values().all(|times| *times == 1),
        "{:?}",
        sink.taken()
    );
    assert!(
        worker.archived().values().all(|times| *times == 1),
        "{:?}",
        worker.archived()
    );
}

fn takes() -> Answer {
    Answer::Status(204, String::new())
}

#[test]
fn a_database_that_fails_holds_up_nobody() {
    one_sink_down(&json!({ "calls": { "rate": 1.0 } }), takes, |worker, _| {
        assert!(worker.failures()["calls"] > 1);
        worker.fail(&json!({}));
    });
}

#[test]
fn an_archive_that_fails_holds_up_nobody() {
    one_sink_down(
        &json!({ "archive": { "rate": 1.0 } }),
        takes,
        |worker, _| {
            assert!(worker.failures()["archive"] > 1);
            worker.fail(&json!({}));
        },
    );
}

#[test]
fn a_sink_that_answers_500_holds_up_nobody() {
    one_sink_down(
        &json!({}),
        || Answer::Status(500, "no".into()),
        |_, sink| sink.behave(|_| takes()),
    );
}

#[test]
fn a_sink_that_closes_the_connection_holds_up_nobody() {
    one_sink_down(
        &json!({}),
        || Answer::Close,
        |_, sink| sink.behave(|_| takes()),
    );
}

#[test]
fn a_sink_that_never_answers_holds_up_nobody() {
    one_sink_down(
        &json!({}),
        || Answer::Hang(Duration::from_secs(15)),
        |_, sink| sink.behave(|_| takes()),
    );
}

#[test]
fn a_sink_that_wants_no_more_is_left_alone_and_what_it_missed_is_kept() {
    let _alone = alone();
    let sink = Sink::start(|_| Answer::Status(410, String::new()));
    let worker = Worker::builder()
        .variable("SINK_URL", &sink.url())
        .variable("SINK_SECRET", SECRET)
        .edit("max_batch_timeout = 5", "max_batch_timeout = 1")
        .start();
    let mut sent = BTreeSet::new();
    for seed in [1, 2] {
        let calls = calls(4, seed);
        send(&worker, &calls.webhooks);
        sent.extend(ids_of(&calls.webhooks));
        worker.wait_for("the archive", Duration::from_secs(60), |worker| {
            let archived = worker.archived();
            sent.iter()
                .all(|id| archived.contains_key(id))
                .then_some(())
        });
    }
    let log = worker.log();
    assert!(log.contains("\"reason\":\"sink_gone\""), "{log}");
    assert!(!log.contains("\"reason\":\"sink_failed\""), "{log}");
    // Four requests are on their way at once: those had left when the first was answered.
    let asked = sink.received().len();
    assert!((1..=4).contains(&asked), "asked {asked} times");
}

#[test]
fn what_reaches_the_sink_is_signed() {
    let _alone = alone();
    let sink = Sink::willing();
    let worker = Worker::builder()
        .variable("SINK_URL", &sink.url())
        .variable("SINK_SECRET", SECRET)
        .start();
    let calls = calls(1, 1);
    send(&worker, &calls.webhooks);
    worker.wait_for("the sink", Duration::from_secs(30), |_| {
        (sink.received().len() == calls.webhooks.len()).then_some(())
    });
    let secret = events::signing::SinkSecret::new(SECRET).unwrap();
    for request in sink.received() {
        let at: i64 = request.header("webhook-timestamp").parse().unwrap();
        assert!((e2e::now() - at).abs() < 60);
        assert_eq!(
            request.header("webhook-signature"),
            secret.sign(request.header("webhook-id"), at, &request.body)
        );
        assert_eq!(
            request.header("content-type"),
            "application/cloudevents+json"
        );
        let event = events::Event::from_json(&request.body).unwrap();
        assert_eq!(event.id, request.header("webhook-id"));
        assert_eq!(event.delivered, None);
    }
}

#[test]
fn what_cannot_be_delivered_is_kept_with_its_cause_and_replayed() {
    let _alone = alone();
    let worker = Worker::builder()
        .with_faults()
        .edit("max_retries = 20", "max_retries = 1")
        .edit("max_batch_timeout = 5", "max_batch_timeout = 1")
        .start();
    worker.fail(&json!({ "calls": { "rate": 1.0 } }));
    let calls = calls(3, 0xdead);
    send(&worker, &calls.webhooks);
    let poison = worker.request("POST", "/faults", &[], b"{\"no\": \"event\"");
    assert_eq!(poison.status, 204);

    let letters = worker.wait_for("dead letters", Duration::from_secs(90), |worker| {
        let letters: Vec<Value> = worker
            .objects()
            .iter()
            .filter_map(|text| serde_json::from_str::<Value>(text).ok())
            .filter(|letter| letter["cause"].is_string())
            .collect();
        (letters.len() == calls.webhooks.len() + 1).then_some(letters)
    });
    let (events, poison): (Vec<_>, Vec<_>) = letters
        .iter()
        .partition(|letter| letter["sinks"]["calls"].is_string());
    assert_eq!(poison.len(), 1);
    assert!(
        poison[0]["cause"].as_str().unwrap().contains("no event"),
        "{poison:?}"
    );
    assert_eq!(poison[0]["message"], "{\"no\": \"event\"");
    for letter in events {
        assert_eq!(letter["sinks"]["calls"], "calls: injected");
        assert_eq!(letter["cause"], "every try to reach calls failed");
    }

    worker.fail(&json!({}));
    let reply = worker
        .api("POST", "/api/events/replay", &json!({ "dead": true }))
        .json();
    assert_eq!(reply["sent"], calls.webhooks.len());
    assert_eq!(reply["skipped"], 1);
    wait_for_records(&worker, &calls, 60);
    let reply = worker
        .api("POST", "/api/events/replay", &json!({ "dead": true }))
        .json();
    assert_eq!(reply["sent"], 0, "what was sent again is dead no more");
}

#[test]
fn a_body_too_large_for_the_queue_is_kept_whole() {
    let _alone = alone();
    let worker = Worker::start();
    let calls = calls(1, 0xb16);
    let mut webhooks = calls.webhooks.clone();
    let long = "x".repeat(300_000);
    webhooks[0]["headers"] = json!({ "X-Long": long });
    send(&worker, &webhooks);
    wait_for_records(&worker, &calls, 60);
    let id = id_of(&webhooks[0]);
    let events = worker.all("events");
    let event = events
        .iter()
        .find(|event| event["id"] == id.as_str())
        .unwrap();
    let key = event["dataref"].as_str().unwrap();
    assert!(
        key.starts_with("bodies/dt=") && key.ends_with(&format!("{id}.json")),
        "{key}"
    );
    assert_eq!(event["data"]["status"], "started");
    let whole = worker
        .objects()
        .into_iter()
        .find(|text| text.len() > 300_000)
        .expect("the whole event lies in the archive");
    let whole: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(whole["data"]["raw"], webhooks[0].to_string());
}
