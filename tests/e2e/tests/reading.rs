//! What a request of `/api` may read of a database that holds much.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so and stops"
)]

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use e2e::Worker;
use e2e::events::calls;
use serde_json::{Value, json};

/// Rows any request may read.
const ROWS: u64 = 5_000;
/// Bytes of any reply.
const BYTES: usize = 5_000_000;
/// Calls there are, each this many times.
const COPIES: u32 = 400;

fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts copies of every conversation before it, seven seconds apart.
fn multiply(worker: &Worker, database: &str) {
    let copies = format!(
        "WITH RECURSIVE copy(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copy WHERE k < {COPIES})"
    );
    // A row's number is milliseconds and 11 bits.
    let before = "n - k * 7000 * 2048";
    let named =
        |list: &str| format!("(SELECT json_group_array(value || '-' || k) FROM json_each({list}))");
    for statement in [
        format!(
            "{copies} INSERT INTO conversations SELECT {before}, conversation || '-' || k, part, revision, writer, last - k * 7000, {}, terms, body FROM conversations, copy",
            named("legs")
        ),
        format!(
            "{copies} INSERT INTO legs SELECT leg || '-' || k, conversation || '-' || k, {before}, caller, called FROM legs, copy"
        ),
        format!("{copies} INSERT INTO terms SELECT term, {before} FROM terms, copy"),
    ] {
        let _ = worker.sql_in(database, &statement);
    }
}

fn check(worker: &Worker, path: &str) -> Value {
    worker.fail(&json!({}));
    let reply = worker.api("GET", path, &Value::Null);
    let (read, written) = worker.billed();
    assert_eq!(reply.status, 200, "{path}: {reply:?}");
    assert!(read <= ROWS, "{path} reads {read} rows");
    assert_eq!(written, 0, "{path} writes");
    let bytes = reply.body.len();
    assert!(bytes <= BYTES, "{path} is {bytes} bytes");
    println!("{read:5} rows, {bytes:7} bytes: {path}");
    reply.json()
}

#[test]
fn no_request_reads_more_of_a_full_database_than_its_bound() {
    let _alone = alone();
    let worker = Worker::builder().with_faults().start();
    check_all(&worker, &["CALLS"]);
}

#[test]
fn no_request_reads_more_of_two_full_databases_than_of_one() {
    let _alone = alone();
    let builder = Worker::builder().with_faults();
    let worker = builder.with_second_database().start();
    worker.migrate("CALLS_1");
    check_all(&worker, &["CALLS", "CALLS_1"]);
}

fn check_all(worker: &Worker, databases: &[&str]) {
    worker.fail(&json!({}));
    let calls = calls(20, 0x5eed);
    for webhook in &calls.webhooks {
        assert_eq!(worker.post("/webhooks/event", webhook).status, 200);
    }
    worker.wait_for("the records", Duration::from_secs(60), |worker| {
        (worker.all("calls").len() == calls.expected.len()).then_some(())
    });
    let first = worker.all("calls").swap_remove(0);
    let there = databases.iter().map(|database| {
        multiply(worker, database);
        let there = worker.sql_in(database, "SELECT count(*) AS n FROM conversations");
        there[0]["n"].as_u64().unwrap()
    });
    let there: u64 = there.sum();
    assert!(there > ROWS, "{there}");

    let of = |name: &str| first[name].as_str().unwrap_or("nothing").to_owned();
    let filters = [
        String::new(),
        format!("from={}", of("from")),
        "from=447700900999".to_owned(),
        format!("to={}", of("to")),
        "to=447700900999".to_owned(),
        format!("conversation={}", of("conversation")),
        "conversation=CON-nobody".to_owned(),
        "direction=inbound".to_owned(),
        "direction=outbound".to_owned(),
        "menu=acme".to_owned(),
        "menu=nobody".to_owned(),
        "status=completed".to_owned(),
        "status=machine".to_owned(),
        "outcome=failed".to_owned(),
        "outcome=nothing".to_owned(),
        "since=2020-01-01T00:00:00Z".to_owned(),
        "until=2020-01-01T00:00:00Z".to_owned(),
        format!("from={}&outcome=nothing&direction=outbound", of("from")),
    ];
    for limit in [1, 500] {
        for filter in &filters {
            check(worker, &format!("/api/calls?limit={limit}&{filter}"));
        }
        check(worker, &format!("/api/calls/done?limit={limit}"));
        check(
            worker,
            &format!("/api/calls/done?limit={limit}&menu=nobody"),
        );
        for filter in [
            String::new(),
            "type=vonage.voice.answered".to_owned(),
            "type=vonage.*".to_owned(),
            "type=ivr.degraded".to_owned(),
            "type=nothing.*".to_owned(),
            "source=/nowhere".to_owned(),
            format!("leg={}", of("leg")),
            "leg=nobody".to_owned(),
            format!("conversation={}", of("conversation")),
            "menu=nobody".to_owned(),
            "since=2020-01-01T00:00:00Z&type=nothing.at.all".to_owned(),
        ] {
            check(worker, &format!("/api/events?limit={limit}&{filter}"));
        }
        check(worker, &format!("/api/audit?limit={limit}"));
    }
    check(worker, &format!("/api/calls/{}", of("leg")));
    check(worker, "/api/events?after=now");
    check(worker, "/api/figures?menu=acme");
    check(worker, "/api/today");

    // What is looked for and not there is found not to be there, page by page.
    let mut cursor = String::new();
    let mut pages = 0;
    loop {
        let page = check(worker, &format!("/api/calls?outcome=nothing{cursor}"));
        assert_eq!(page["calls"], json!([]));
        pages += 1;
        match page["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert!(pages < 200, "{pages} pages");
}
