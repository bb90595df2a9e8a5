//! What is forgotten, put together and counted: erasing a caller, the archive's upkeep, figures.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on says so and stops"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use e2e::Worker;
use e2e::events::{Calls, calls, event_of, ids_of};
use serde_json::{Value, json};

/// Starts the archive's upkeep between the hourly jobs.
const BETWEEN: &str = "/__scheduled?cron=7%2C27%2C37%2C47%2C57+*+*+*+*";

fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn send(worker: &Worker, calls: &Calls) {
    for webhook in &calls.webhooks {
        assert_eq!(worker.post("/webhooks/event", webhook).status, 200);
    }
    let expected = ids_of(&calls.webhooks);
    worker.wait_for("the events", Duration::from_secs(60), |worker| {
        (expected.is_subset(&worker.event_ids())
            && expected.iter().all(|id| worker.archived().contains_key(id)))
        .then_some(())
    });
}

/// Asks until it is done; the sum of what was removed.
fn erase(worker: &Worker, number: &str, query: &str) -> BTreeMap<String, u64> {
    let mut sum = BTreeMap::new();
    let mut cursor = String::new();
    for _ in 0..200 {
        let path = format!("/api/callers/{number}?{query}{cursor}");
        let reply = worker.api("DELETE", &path, &Value::Null);
        assert_eq!(reply.status, 200, "{reply:?}");
        let reply = reply.json();
        for (kind, count) in reply["removed"].as_object().unwrap() {
            *sum.entry(kind.clone()).or_insert(0) += count.as_u64().unwrap();
        }
        if reply["done"] == true {
            return sum;
        }
        let next = format!("&cursor={}", reply["cursor"].as_str().unwrap());
        if next == cursor {
            std::thread::sleep(Duration::from_millis(200));
        }
        cursor = next;
    }
    panic!("it does not end: {sum:?}");
}

#[test]
fn a_caller_is_forgotten_everywhere_and_nobody_else_is() {
    let _alone = alone();
    let worker = Worker::start();
    let calls = calls(12, 0xe4a5e);
    send(&worker, &calls);
    let records = worker.all("calls");
    let inbound = records.iter().find(|it| it["direction"] == "inbound");
    let number = inbound.unwrap()["from"].as_str().unwrap().to_owned();
    let of_caller: BTreeSet<&str> = records
        .iter()
        .filter(|it| it["from"] == number.as_str() || it["to"] == number.as_str())
        .map(|it| it["conversation"].as_str().unwrap())
        .collect();
    let others: BTreeSet<&str> = records
        .iter()
        .filter(|it| !of_caller.contains(it["conversation"].as_str().unwrap()))
        .map(|it| it["leg"].as_str().unwrap())
        .collect();
    assert!(!others.is_empty() && !of_caller.is_empty());
    let events = worker.event_ids().len();

    let sum = erase(&worker, &number, "");
    assert_eq!(sum["conversations"], of_caller.len() as u64, "{sum:?}");
    assert!(
        sum["events"] > 0 && sum["archived"] == sum["events"],
        "{sum:?}"
    );
    let says = |texts: Vec<String>| texts.iter().any(|text| text.contains(&number));
    assert!(!says(worker.stored()), "the number is in the database");
    worker.wait_for("the bucket to let go", Duration::from_secs(20), |worker| {
        (!says(worker.objects())).then_some(())
    });
    let left: BTreeSet<String> = worker
        .all("calls")
        .iter()
        .map(|it| it["leg"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        left.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        others
    );
    let operator = |event: &Value| event["type"] == "ivr.operator";
    let kept = worker
        .all("events")
        .iter()
        .filter(|it| !operator(it))
        .count();
    assert_eq!(kept as u64, events as u64 - sum["events"]);

    let again = erase(&worker, &number, "everywhere=true");
    assert!(again.values().all(|count| *count == 0), "{again:?}");
    let audit = worker.wait_for("the audit", Duration::from_secs(30), |worker| {
        worker
            .find("events", "type=ivr.operator")
            .into_iter()
            .next()
    });
    assert!(!audit.to_string().contains(&number), "{audit}");
    for wrong in ["x", "12", "1234567890123456", "447700900001x"] {
        let reply = worker.api("DELETE", &format!("/api/callers/{wrong}"), &Value::Null);
        assert_eq!(reply.status, 400, "{wrong}");
    }
}

#[test]
fn a_number_that_was_keyed_in_is_found_when_everything_is_searched() {
    let _alone = alone();
    let worker = Worker::start();
    let calls = calls(3, 0xe4a5f);
    send(&worker, &calls);
    let mut told = calls.webhooks[0].clone();
    told["headers"] = json!({ "X-Callback": "447700900777" });
    told["timestamp"] = json!("2026-03-02T10:00:59.000Z");
    assert_eq!(worker.post("/webhooks/event", &told).status, 200);
    let number = "447700900777";
    let says = |worker: &Worker| worker.stored().iter().any(|text| text.contains(number));
    worker.wait_for("the event", Duration::from_secs(30), |worker| {
        (says(worker) && worker.objects().iter().any(|text| text.contains(number))).then_some(())
    });
    assert_eq!(erase(&worker, number, "")["conversations"], 0);
    assert!(says(&worker));
    let sum = erase(&worker, number, "everywhere=true");
    assert_eq!(sum["conversations"], 1, "{sum:?}");
    assert!(sum["archived"] > 0, "{sum:?}");
    assert!(!says(&worker));
}

#[test]
fn an_hour_of_the_archive_becomes_one_file_and_comes_back_from_it() {
    let _alone = alone();
    let worker = Worker::builder().argument("--test-scheduled").start();
    let at = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(3);
    let at = events::print_timestamp(at);
    let event = |id: &str| {
        json!({ "specversion": "1.0", "id": id, "source": "/ivr", "type": "ivr.notify",
            "subject": "leg-old", "conversation": "CON-old", "time": at, "receivedat": at, "data": {} })
        .to_string()
    };
    let folder = events::archive::folder(&at);
    for (name, ids) in [
        ("0a", ["one", "two"]),
        ("0b", ["two", "three"]),
        ("0c", ["three", "one"]),
    ] {
        let text = ids.map(|id| event(id) + "\n").concat();
        worker.put_object(&format!("{folder}{name}.ndjson"), &text);
    }
    assert_eq!(worker.archived()["one"], 2);
    let done = worker.request("GET", BETWEEN, &[], b"");
    assert_eq!(done.status, 200, "{done:?}");
    let ids = ["one", "two", "three"];
    worker.wait_for("one file", Duration::from_secs(30), |worker| {
        let archived = worker.archived();
        ids.iter()
            .all(|id| archived.get(*id) == Some(&1))
            .then_some(())
    });
    let sent = worker.replay(json!({ "since": at, "sinks": ["calls"] }));
    assert_eq!(sent, 3);
    let found: BTreeSet<String> = worker
        .find("events", "conversation=CON-old")
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        found,
        ids.map(str::to_owned).into(),
        "a replay is done when it is answered"
    );
    for (body, sent) in [
        (json!({ "conversation": "CON-old", "sinks": ["calls"] }), 3),
        (
            json!({ "conversation": "CON-old", "ids": ["one", "none"], "sinks": ["calls"] }),
            1,
        ),
        (json!({ "conversation": "CON-none" }), 0),
    ] {
        let reply = worker.api("POST", "/api/events/replay", &body);
        assert_eq!(reply.json()["sent"], sent, "{body} {reply:?}");
    }
}

#[test]
fn the_files_of_a_quiet_line_become_one_an_hour_whatever_fails_meanwhile() {
    let _alone = alone();
    let worker = Worker::builder()
        .with_faults()
        .argument("--test-scheduled")
        .start();
    // All hours a run looks at, but the last, which is over as soon as the clock strikes. Each webhook
    // came in a batch of its own, and more of them than one run reads; some came again in company.
    const HOURS: u32 = 25;
    const EACH: usize = 170;
    let now = jiff::Timestamp::now();
    let mut webhooks = calls(700, 0xa2c41).webhooks.into_iter();
    let mut written = Vec::new();
    let mut expected: BTreeSet<String> = BTreeSet::new();
    for hour in 1..=HOURS {
        let at = now - jiff::SignedDuration::from_mins(i64::from(hour) * 60 + 10);
        let events: Vec<_> = webhooks
            .by_ref()
            .take(EACH)
            .map(|it| event_of(&it, at))
            .collect();
        assert_eq!(events.len(), EACH, "there are too few calls");
        let batches = events.chunks(1).chain([&events[3..6], &events[90..92]]);
        for batch in batches {
            let lines: Vec<String> = batch.iter().map(events::Event::to_json).collect();
            let batch = batch.iter().zip(lines.iter().map(String::as_str));
            let files = events::archive::files(batch);
            written.extend(files.iter().map(|it| (it.key.clone(), it.ndjson())));
        }
        expected.extend(events.iter().map(events::Event::to_json));
    }
    assert!(written.len() > events::compact::FILES);
    worker.put_objects(&written);
    assert_eq!(worker.objects().len(), written.len());

    let run = || {
        let done = worker.request("GET", "/__scheduled", &[], b"");
        assert_eq!(done.status, 200, "{done:?}");
    };
    worker.fail(&json!({ "archive": { "rate": 0.002 } }));
    for _ in 0..5 {
        run();
    }
    assert!(worker.failures()["archive"] > 0);
    let there: BTreeSet<String> = lines(&worker.objects()).into_iter().collect();
    assert!(expected.is_subset(&there), "an event is lost");

    worker.fail(&json!({}));
    run();
    run();
    let files = worker.wait_for("a file an hour", Duration::from_secs(60), |worker| {
        // A run that could not remove its marker leaves that.
        let mut files = worker.objects();
        files.retain(|text| text.starts_with('{'));
        (files.len() == HOURS as usize).then_some(files)
    });
    let there = lines(&files);
    assert_eq!(there.len(), expected.len(), "an event is there twice");
    assert_eq!(there.into_iter().collect::<BTreeSet<_>>(), expected);
    for file in &files {
        let hours: BTreeSet<String> = file.lines().map(hour_of).collect();
        assert_eq!(hours.len(), 1, "{hours:?}");
    }
    println!("{} files became {}", written.len(), files.len());
}

fn lines(files: &[String]) -> Vec<String> {
    let lines = files.iter().flat_map(|file| file.lines());
    lines.map(str::to_owned).collect()
}

fn hour_of(line: &str) -> String {
    let event: Value = serde_json::from_str(line).unwrap();
    events::archive::folder(event["receivedat"].as_str().unwrap())
}

#[test]
fn what_waits_in_the_outbox_is_forgotten_however_large_it_is() {
    let _alone = alone();
    let worker = Worker::builder().with_faults().start();
    worker.fail(&json!({ "queue": { "rate": 1.0 } }));
    let number = "447700900666";
    let status = |from: &str, conversation: &str, header: &str| {
        json!({ "status": "ringing", "from": from, "to": "442071838750", "direction": "inbound",
            "uuid": "aaaaaaaabbbbccccddddeeeeeeeeeeee", "conversation_uuid": conversation,
            "timestamp": "2026-03-02T10:00:00.000Z", "headers": { "X-Note": header } })
    };
    let long = "ä".repeat(480_000);
    let theirs = [
        status(number, "CON-small", "short"),
        status(number, "CON-large", &long),
    ];
    let others = [
        status("447700900665", "CON-other-large", &long),
        status("447700900665", "CON-other-small", "short"),
    ];
    for webhook in theirs.iter().chain(&others) {
        assert_eq!(worker.post("/webhooks/event", webhook).status, 200);
    }
    // The objects are eight; the same event may be asked about while it is being sent on.
    let sum = erase(&worker, number, "");
    assert_eq!(sum["waiting"], 2, "{sum:?}");
    worker.fail(&json!({}));
    let expected = ids_of(&others);
    worker.wait_for("the others", Duration::from_secs(90), |worker| {
        expected.is_subset(&worker.event_ids()).then_some(())
    });
    let says = |texts: Vec<String>| texts.iter().any(|text| text.contains(number));
    assert!(!says(worker.stored()) && !says(worker.objects()));
}

#[test]
fn a_caller_is_forgotten_though_the_archive_is_being_put_together() {
    let _alone = alone();
    let worker = Worker::builder()
        .with_faults()
        .argument("--test-scheduled")
        .start();
    let number = "447700900888";
    let at = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(3);
    let event = |leg: &str, conversation: &str, from: &str| {
        let webhook = json!({ "status": "answered", "uuid": leg, "from": from, "to": "442071838750",
            "conversation_uuid": conversation, "direction": "inbound",
            "timestamp": events::print_timestamp(at) });
        event_of(&webhook, at)
    };
    let theirs = event("leg-theirs", "CON-theirs", number);
    let another = event("leg-another", "CON-another", "447700900889");
    let at = events::print_timestamp(at);
    let folder = events::archive::folder(&at);
    for (name, event) in [("0a", &theirs), ("0b", &another)] {
        let text = event.to_json() + "\n";
        worker.put_object(&format!("{folder}{name}.ndjson"), &text);
    }
    // Left by a run that was stopped long ago: it holds nobody up.
    let marker = events::compact::marker_folder(&folder) + "2026-01-01T00:00:00.000Z";
    worker.put_object(&marker, "");
    let reply = worker.api(
        "POST",
        "/api/events/replay",
        &json!({ "since": at, "sinks": ["calls"] }),
    );
    assert_eq!(reply.json()["sent"], 2, "{reply:?}");

    // The compaction has read both files and is slow to write the one of all.
    worker.fail(&json!({ "archive": { "delay": 6_000 } }));
    let sum = std::thread::scope(|scope| {
        let run = scope.spawn(|| worker.request("GET", "/__scheduled", &[], b""));
        worker.wait_for("the compaction", Duration::from_secs(30), |worker| {
            (worker.failures()["archive"] > 0).then_some(())
        });
        let sum = erase(&worker, number, "");
        assert_eq!(run.join().unwrap().status, 200);
        sum
    });
    assert_eq!(sum["conversations"], 1, "{sum:?}");
    worker.wait_for("the number to go", Duration::from_secs(30), |worker| {
        let says = |texts: Vec<String>| texts.iter().any(|text| text.contains(number));
        (!says(worker.objects()) && !says(worker.stored())).then_some(())
    });
    assert_eq!(worker.archived().get(&another.id), Some(&1));
    assert_eq!(worker.archived().get(&theirs.id), None);
}

#[test]
fn the_figures_of_an_hour_are_computed_whole() {
    let _alone = alone();
    let worker = Worker::builder().argument("--test-scheduled").start();
    // Two calls of the hour before, as the archive has them.
    let at = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(1);
    let at = events::print_timestamp(at);
    let step = |call: u32, number: u32, cause: &str, target: &str| {
        json!({ "specversion": "1.0", "id": format!("step-{call}-{number}"), "source": "/ivr",
            "type": "ivr.step", "subject": format!("leg-{call}"), "conversation": format!("CON-{call}"),
            "time": at, "receivedat": at, "menu": "acme", "menuversion": "v1", "node": "main",
            "data": { "step": number, "path": [{ "menu": "acme", "version": "v1", "node": "main",
                "cause": cause, "attempt": 0, "target": target }] } })
        .to_string()
            + "\n"
    };
    let text = [
        step(1, 1, "answer", "main"),
        step(2, 1, "answer", "main"),
        step(2, 2, "key 1", "sales"),
    ];
    worker.put_object(
        &format!("{}0a.ndjson", events::archive::folder(&at)),
        &text.concat(),
    );
    let replayed = worker.api(
        "POST",
        "/api/events/replay",
        &json!({ "since": at, "sinks": ["calls"] }),
    );
    assert_eq!(replayed.json()["sent"], 3, "{replayed:?}");
    let figures = |worker: &Worker| {
        let reply = worker.api("GET", "/api/figures?menu=acme", &Value::Null);
        reply.json()["figures"].as_array().unwrap().clone()
    };
    assert_eq!(worker.request("GET", BETWEEN, &[], b"").status, 200);
    assert!(figures(&worker).is_empty(), "that is for the hourly run");
    for _ in 0..2 {
        assert_eq!(worker.request("GET", "/__scheduled", &[], b"").status, 200);
    }
    let figures = worker.wait_for("the figures", Duration::from_secs(30), |worker| {
        let rows = figures(worker);
        (!rows.is_empty()).then_some(rows)
    });
    let answer = figures.iter().find(|row| row["cause"] == "answer").unwrap();
    assert_eq!(
        (&answer["times"], &answer["calls"]),
        (&json!(2), &json!(2)),
        "{figures:?}"
    );
    let key = figures.iter().find(|row| row["cause"] == "key 1").unwrap();
    assert_eq!(
        (&key["target"], &key["times"]),
        (&json!("sales"), &json!(1))
    );
    assert_eq!(worker.api("GET", "/api/figures", &Value::Null).status, 400);
}
