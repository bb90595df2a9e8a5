//! A Worker with two databases: to whoever asks they are one.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on says so and stops"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use conversations::databases::database_of;
use conversations::key::RowKey;
use e2e::events::{calls, ids_of, known};
use e2e::{Worker, WorkerBuilder};
use serde_json::{Value, json};

const BINDINGS: [&str; 2] = ["CALLS", "CALLS_1"];

fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn start(builder: WorkerBuilder) -> Worker {
    let worker = builder.with_second_database().start();
    worker.migrate("CALLS_1");
    worker
}

fn send(worker: &Worker, webhooks: &[Value]) {
    for webhook in webhooks {
        assert_eq!(worker.post("/webhooks/event", webhook).status, 200);
    }
}

/// The conversations of each database.
fn conversations(worker: &Worker) -> [BTreeMap<String, i64>; 2] {
    BINDINGS.map(|binding| {
        let rows = worker.sql_in(
            binding,
            "SELECT conversation, n FROM conversations WHERE conversation LIKE 'CON-%'",
        );
        let rows = rows.iter().map(|row| {
            let name = row["conversation"].as_str().unwrap().to_owned();
            (name, row["n"].as_i64().unwrap())
        });
        rows.collect()
    })
}

/// A conversation that belongs in a database.
fn conversation_in(database: usize, name: &str) -> String {
    let mut names = (0..).map(|number| format!("CON-{name}-{number}"));
    let is_there =
        |name: &String| database_of(&RowKey::of_conversation(&name.as_str().into()), 2) == database;
    names.find(is_there).unwrap()
}

/// What came after a place, and the place behind it.
fn follow(worker: &Worker, mut after: String) -> (Vec<String>, String) {
    let mut found = Vec::new();
    loop {
        let path = format!("/api/events?after={after}");
        let page = worker.api("GET", &path, &Value::Null);
        assert_eq!(page.status, 200, "{page:?}");
        let page = page.json();
        let events = page["events"].as_array().unwrap().iter();
        found.extend(events.map(|event| text(event, "id")));
        after = page["cursor"].as_str().unwrap().to_owned();
        if page["more"] == false {
            return (found, after);
        }
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn erase(worker: &Worker, number: &str, query: &str) -> u64 {
    let (mut removed, mut cursor) = (0, String::new());
    for _ in 0..50 {
        let path = format!("/api/callers/{number}?{query}{cursor}");
        let reply = worker.api("DELETE", &path, &Value::Null);
        assert_eq!(reply.status, 200, "{reply:?}");
        let reply = reply.json();
        removed += reply["removed"]["conversations"].as_u64().unwrap();
        if reply["done"] == true {
            return removed;
        }
        cursor = format!("&cursor={}", text(&reply, "cursor"));
    }
    panic!("it does not end");
}

#[test]
fn two_databases_are_one_to_whoever_asks() {
    let _alone = alone();
    let worker = start(Worker::builder());
    let health = worker.request("GET", "/healthz", &[], b"").json();
    assert_eq!(health["bound"]["CALLS_1"], true, "{health}");
    let place = worker.api("GET", "/api/events?after=now", &Value::Null);
    let place = text(&place.json(), "cursor");
    // As it was given out before there was a second database.
    let (old, _) = place.split_once('-').unwrap();

    let calls = calls(24, 0xda7a);
    send(&worker, &calls.webhooks);
    let ids = ids_of(&calls.webhooks);
    worker.wait_for("the events", Duration::from_secs(60), |worker| {
        (worker.all("events").len() == ids.len()).then_some(())
    });

    // Each conversation is where its hash says, and both databases have some.
    let there = conversations(&worker);
    for (database, own) in there.iter().enumerate() {
        assert!(own.len() > 4, "{there:?}");
        for name in own.keys() {
            let key = RowKey::of_conversation(&name.as_str().into());
            assert_eq!(database_of(&key, 2), database, "{name}");
        }
    }
    // Who follows is given every event once: from a place in both, and from one in the first alone.
    for after in [place.as_str(), old] {
        let (found, end) = follow(&worker, after.to_owned());
        assert_eq!(found.len(), ids.len(), "{after}");
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), ids);
        assert_eq!(follow(&worker, end.clone()), (Vec::new(), end));
    }

    // Two rows of one number, which nothing forbids, are in no page's way.
    let newest = there.iter().flat_map(|own| own.values()).max().unwrap() + 1;
    for (binding, own) in BINDINGS.iter().zip(&there) {
        let n = own.values().min().unwrap();
        for table in ["conversations", "legs", "terms"] {
            let update = format!("UPDATE {table} SET n = {newest} WHERE n = {n}");
            let _ = worker.sql_in(binding, &update);
        }
    }
    let mut order: Vec<(i64, usize, String)> = Vec::new();
    for (database, own) in conversations(&worker).into_iter().enumerate() {
        order.extend(own.into_iter().map(|(name, n)| (-n, database, name)));
    }
    order.sort();
    let order: Vec<&str> = order.iter().map(|it| it.2.as_str()).collect();

    // Lists have everything once, newest first, however short their pages are.
    let mut records = Vec::new();
    for limit in [1, 3, 500] {
        records = worker.pages("calls", &format!("limit={limit}"));
        assert_eq!(records.len(), calls.expected.len(), "limit={limit}");
        let mut shown: Vec<String> = records.iter().map(|it| text(it, "conversation")).collect();
        shown.dedup();
        assert_eq!(shown, order, "limit={limit}");
        let filtered = worker.pages("calls", &format!("limit={limit}&to=442079460111"));
        let expected = records.iter().filter(|it| it["to"] == "442079460111");
        assert_eq!(filtered, expected.cloned().collect::<Vec<_>>());
    }
    let events = worker.pages("events", "limit=7");
    assert_eq!(events.len(), ids.len());
    assert_eq!(
        events
            .iter()
            .map(|it| text(it, "id"))
            .collect::<BTreeSet<_>>(),
        ids
    );

    // A page has a cursor but once it ends, and no more on it than was asked for.
    let page = worker.api("GET", "/api/calls?limit=5", &Value::Null).json();
    assert_eq!(page["calls"].as_array().unwrap().len(), 5);

    // Filters find, and each call is shown.
    for status in ["busy", "completed"] {
        let found = worker.find("calls", &format!("status={status}"));
        let expected = records.iter().filter(|it| it["status"] == status);
        assert_eq!(found, expected.cloned().collect::<Vec<_>>(), "{status}");
    }
    for expected in &calls.expected {
        let path = format!("/api/calls/{}", expected.leg);
        let one = worker.api("GET", &path, &Value::Null).json();
        assert_eq!(known(&one["record"], expected), *expected);
        assert!(!one["events"].as_array().unwrap().is_empty());
        let conversation = text(&one["record"], "conversation");
        let found = worker.find("calls", &format!("conversation={conversation}"));
        assert!(
            found.iter().any(|it| it["leg"] == *expected.leg),
            "{found:?}"
        );
        let of_leg = worker.find("events", &format!("leg={}", expected.leg));
        assert!(of_leg.iter().all(|it| it["subject"] == *expected.leg));
        assert!(!of_leg.is_empty());
    }
}

#[test]
fn a_leg_in_both_databases_is_shown_whole_and_forgotten_whole() {
    let _alone = alone();
    let worker = start(Worker::builder());
    let (first, second) = (conversation_in(0, "moved"), conversation_in(1, "moved"));
    let number = "447700900123";
    let leg = "aaaaaaaabbbbccccddddeeeeeeeeeeee";
    let status = |conversation: &str, status: &str, second: u32| {
        json!({ "uuid": leg, "conversation_uuid": conversation, "status": status,
            "direction": "inbound", "timestamp": format!("2026-03-02T10:00:{second:02}.000Z") })
    };
    let mut began = status(&first, "started", 1);
    began["from"] = json!(number);
    began["to"] = json!("442071838750");
    let mut other = began.clone();
    other["uuid"] = json!("ffffffffbbbbccccddddeeeeeeeeeeee");
    other["conversation_uuid"] = json!(conversation_in(1, "another"));
    other["from"] = json!("447700900124");
    // The second part does not say the number.
    let webhooks = [
        began,
        status(&first, "answered", 2),
        status(&second, "transfer", 3),
        status(&second, "completed", 4),
        other,
    ];
    send(&worker, &webhooks);
    worker.wait_for("the events", Duration::from_secs(60), |worker| {
        (worker.all("events").len() == webhooks.len()).then_some(())
    });
    let there = conversations(&worker);
    assert_eq!(there[0].keys().collect::<Vec<_>>(), [&first]);
    assert!(
        there[1].len() == 2 && there[1].contains_key(&second),
        "{there:?}"
    );

    let one = worker
        .api("GET", &format!("/api/calls/{leg}"), &Value::Null)
        .json();
    let record = &one["record"];
    assert_eq!(record["from"], number, "{record}");
    assert_eq!(record["status"], "completed", "{record}");
    assert_eq!(record["answered"], "2026-03-02T10:00:02.000Z", "{record}");
    assert_eq!(one["events"].as_array().unwrap().len(), 4);
    // Lists show the parts; whichever conversation is asked for has the leg.
    let all = worker.all("calls");
    assert_eq!(all.iter().filter(|it| it["leg"] == leg).count(), 2);
    for conversation in [&first, &second] {
        let found = worker.find("calls", &format!("conversation={conversation}"));
        assert!(found.iter().any(|it| it["leg"] == leg), "{conversation}");
    }
    assert_eq!(worker.find("events", &format!("leg={leg}")).len(), 4);

    assert_eq!(erase(&worker, number, ""), 2);
    for binding in BINDINGS {
        let says = |text: &String| text.contains(number) || text.contains(leg);
        assert!(!worker.stored_in(binding).iter().any(says), "{binding}");
    }
    // Of the other caller nothing is gone. Searched for everywhere, they go from the second one too.
    assert_eq!(worker.all("calls").len(), 1);
    assert_eq!(erase(&worker, "447700900124", "everywhere=true"), 1);
    assert!(worker.all("calls").is_empty());
    let stale = "eyJzdGFnZSI6InJvd3MiLCJkYXRhYmFzZSI6Mn0"; // {"stage":"rows","database":2}
    let path = format!("/api/callers/{number}?cursor={stale}");
    assert_eq!(worker.api("DELETE", &path, &Value::Null).status, 400);
}

#[test]
fn figures_are_of_both_databases_and_both_forget() {
    let _alone = alone();
    let worker = start(Worker::builder().argument("--test-scheduled"));
    let at = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(1);
    let at = events::print_timestamp(at);
    let step = |conversation: &str| {
        json!({ "specversion": "1.0", "id": format!("step-{conversation}"), "source": "/ivr",
            "type": "ivr.step", "subject": format!("leg-{conversation}"),
            "conversation": conversation, "time": at, "receivedat": at, "menu": "acme",
            "menuversion": "v1", "node": "main",
            "data": { "step": 1, "path": [{ "menu": "acme", "version": "v1", "node": "main",
                "cause": "answer", "attempt": 0, "target": "main" }] } })
        .to_string()
            + "\n"
    };
    let names = [(0, "a"), (0, "b"), (1, "a"), (1, "b"), (1, "c")];
    let lines = names.map(|(database, name)| step(&conversation_in(database, name)));
    let file = format!("{}0a.ndjson", events::archive::folder(&at));
    worker.put_object(&file, &lines.concat());
    let asked = json!({ "since": at, "sinks": ["calls"] });
    assert_eq!(worker.replay(asked), 5);
    assert_eq!(conversations(&worker).map(|own| own.len()), [2, 3]);
    for binding in BINDINGS {
        let old = "INSERT INTO conversations VALUES (7, 'CON-old', 0, 1, 1, 0, '[\"L\"]', '[\"menu:a\"]', x'00');
            INSERT INTO legs VALUES ('L', 'CON-old', 7, '1', '2');
            INSERT INTO terms VALUES ('menu:a', 7);
            CREATE TABLE feed_20260101 (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, rows TEXT NOT NULL)";
        let _ = worker.sql_in(binding, old);
    }
    for _ in 0..2 {
        assert_eq!(worker.request("GET", "/__scheduled", &[], b"").status, 200);
    }
    let figures = worker.wait_for("the figures", Duration::from_secs(30), |worker| {
        let reply = worker.api("GET", "/api/figures?menu=acme", &Value::Null);
        let rows = reply.json()["figures"].as_array()?.clone();
        rows.into_iter().find(|row| row["cause"] == "answer")
    });
    assert_eq!(
        (&figures["times"], &figures["calls"]),
        (&json!(5), &json!(5))
    );
    assert_eq!(conversations(&worker).map(|own| own.len()), [2, 3]);
    for binding in BINDINGS {
        let left = "SELECT (SELECT count(*) FROM legs WHERE n = 7) + (SELECT count(*) FROM terms WHERE n = 7)
            + (SELECT count(*) FROM sqlite_master WHERE name = 'feed_20260101') AS left";
        assert_eq!(worker.sql_in(binding, left)[0]["left"], 0, "{binding}");
    }
}

#[test]
fn a_database_that_fails_keeps_nothing_from_the_other() {
    let _alone = alone();
    let worker = start(Worker::builder());
    let _ = worker.sql_in("CALLS_1", "ALTER TABLE conversations RENAME TO away");
    let calls = calls(12, 0xfa11);
    send(&worker, &calls.webhooks);
    let ids = ids_of(&calls.webhooks);
    let talks: BTreeSet<String> = calls
        .webhooks
        .iter()
        .map(|it| text(it, "conversation_uuid"))
        .collect();
    let own = |database: usize| {
        let is_there = |name: &&String| {
            database_of(&RowKey::of_conversation(&name.as_str().into()), 2) == database
        };
        talks.iter().filter(is_there).count()
    };
    assert!(own(0) > 2 && own(1) > 2);
    worker.wait_for("those of the first", Duration::from_secs(30), |worker| {
        let rows = worker.sql("SELECT count(*) AS n FROM conversations");
        (rows[0]["n"] == own(0)).then_some(())
    });
    // Half a list would look like a whole one.
    let list = worker.api("GET", "/api/calls", &Value::Null);
    assert_eq!(list.status, 503, "{list:?}");
    let _ = worker.sql_in("CALLS_1", "ALTER TABLE away RENAME TO conversations");
    worker.wait_for("those of the second", Duration::from_secs(120), |worker| {
        (worker.event_ids() == ids).then_some(())
    });
    assert_eq!(
        conversations(&worker).map(|own| own.len()),
        [own(0), own(1)]
    );
}
