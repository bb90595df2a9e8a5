//! Events from the webhook to where they are kept: laws 8 (nothing lost) and 9 (once).

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on says so and stops"
)]

mod outbox;
mod sinks;

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
    let sent = worker.replay(json!({ "since": "2020-01-01T00:00:00Z" }));
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
