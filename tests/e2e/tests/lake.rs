//! The lake: what a pipeline bound as `LAKE` is sent.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so and stops"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use e2e::events::{calls, ids_of};
use e2e::{Answer, Sink, Worker, root};
use serde_json::Value;

/// A table of `wrangler.toml` that others may be put before.
const TABLE: &str = "[[r2_buckets]]";

fn columns() -> BTreeMap<String, bool> {
    let text = fs::read_to_string(root().join("docs/lake.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    schema["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| {
            assert_eq!(field["type"], "string", "{field}");
            let name = field["name"].as_str().unwrap().to_owned();
            (name, field["required"].as_bool().unwrap())
        })
        .collect()
}

/// The rows that were taken, by id.
fn rows(pipeline: &Sink) -> BTreeMap<String, Value> {
    pipeline
        .received()
        .into_iter()
        .filter(|request| request.taken)
        .flat_map(|request| serde_json::from_str::<Vec<Value>>(&request.body).unwrap())
        .map(|row| (row["id"].as_str().unwrap().to_owned(), row))
        .collect()
}

#[test]
fn a_pipeline_gets_every_event_as_a_row_of_its_schema_though_it_refused_at_first() {
    let mut refused = 0;
    let pipeline = Sink::start(move |_| {
        refused += 1;
        let status = if refused <= 2 { 500 } else { 204 };
        Answer::Status(status, String::new())
    });
    let folder = std::env::temp_dir().join(format!("edge-ivr-lake-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let config = folder.join("wrangler.toml");
    let main = root().join("tests/e2e/lake/index.js");
    let text = format!(
        "name = \"lake\"\nmain = \"{}\"\ncompatibility_date = \"2026-11-01\"\n\n[vars]\nTEST_URL = \"{}\"\n",
        main.display(),
        pipeline.url()
    );
    fs::write(&config, text).unwrap();
    let worker = Worker::builder()
        .edit(
            TABLE,
            &format!("[[services]]\nbinding = \"LAKE\"\nservice = \"lake\"\n\n{TABLE}"),
        )
        .argument("-c")
        .argument("wrangler.toml")
        .argument("-c")
        .argument(config.to_str().unwrap())
        .start();
    let calls = calls(4, 0x1a4e);
    for webhook in &calls.webhooks {
        assert_eq!(worker.post("/webhooks/event", webhook).status, 200);
    }
    let expected = ids_of(&calls.webhooks);
    let rows = worker.wait_for("every row", Duration::from_secs(90), |_| {
        let rows = rows(&pipeline);
        (rows.len() >= expected.len()).then_some(rows)
    });
    assert_eq!(rows.keys().cloned().collect::<BTreeSet<_>>(), expected);
    let columns = columns();
    for row in rows.values() {
        for (name, value) in row.as_object().unwrap() {
            assert!(columns.contains_key(name), "{name} is no column");
            assert!(value.is_string() || value.is_null(), "{name}: {value}");
        }
        for (name, is_required) in &columns {
            assert!(!is_required || row[name].is_string(), "{name} in {row}");
        }
        let event: Value = serde_json::from_str(row["event"].as_str().unwrap()).unwrap();
        for name in ["id", "type", "time", "receivedat", "conversation"] {
            assert_eq!(event[name], row[name], "{name}");
        }
    }
    // The other sinks were not held up, nor given anything twice.
    assert_eq!(worker.event_ids(), expected);
    assert!(worker.archived().values().all(|times| *times == 1));
    let _ = fs::remove_dir_all(&folder);
}

#[test]
fn a_pipeline_as_wrangler_binds_it_takes_events() {
    let worker = Worker::builder()
        .edit(
            TABLE,
            &format!("[[pipelines]]\nbinding = \"LAKE\"\npipeline = \"events\"\n\n{TABLE}"),
        )
        .start();
    let calls = calls(1, 0x1a4f);
    for webhook in &calls.webhooks {
        assert_eq!(worker.post("/webhooks/event", webhook).status, 200);
    }
    let expected = ids_of(&calls.webhooks);
    worker.wait_for("the archive", Duration::from_secs(60), |worker| {
        (worker.archived().len() == expected.len()).then_some(())
    });
    // A sink that fails is written to the log when the whole batch is done.
    std::thread::sleep(Duration::from_secs(3));
    let log = worker.log();
    assert!(
        log.contains("env.LAKE"),
        "the pipeline is not bound:\n{log}"
    );
    assert!(!log.contains("\"sink\":\"lake\""), "{log}");
}
