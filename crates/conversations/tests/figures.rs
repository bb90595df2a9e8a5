//! Figures add up, whatever is computed twice.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so and stops"
)]

mod support;

use conversations::figures::{self, Figures};
use events::CallRecord;
use support::Database;

fn record(ways: &[(&str, &str, &str)], outcome: Option<&str>) -> CallRecord {
    let path: Vec<serde_json::Value> = ways
        .iter()
        .map(|(node, cause, target)| {
            serde_json::json!({ "at": "2026-11-26T10:00:00.000Z", "menu": "acme", "version": "v1",
                "node": node, "cause": cause, "attempt": 0, "target": target })
        })
        .collect();
    let mut record = serde_json::json!({ "leg": "L", "path": path });
    if let Some(outcome) = outcome {
        record["ended"] = "2026-11-26T10:01:00.000Z".into();
        record["outcome"] = outcome.into();
    }
    serde_json::from_value(record).unwrap()
}

fn some() -> Figures {
    let mut figures = Figures::default();
    figures.add(&record(
        &[("main", "answer", "main"), ("main", "key 1", "sales")],
        Some("transferred"),
    ));
    figures.add(&record(
        &[
            ("main", "answer", "main"),
            ("main", "no-input", "main"),
            ("main", "no-input", "main"),
        ],
        Some("abandoned"),
    ));
    figures.add(&record(&[("main", "answer", "main")], None));
    figures.add(&record(&[], Some("failed")));
    figures
}

fn read(database: &Database) -> Vec<String> {
    let mut rows = database.run(&figures::read("acme", None, "2026-11-01", "2026-12-01"));
    for row in &mut rows {
        let (values, _) = row.rsplit_once(',').unwrap();
        *row = values.to_owned() + "]";
    }
    rows.sort();
    rows
}

#[test]
fn figures_add_up_and_are_written_over_what_was_there() {
    let database = Database::new();
    let expected = [
        r#"["v1","dropped","main","","",1,1]"#,
        r#"["v1","outcome","","abandoned","",1,1]"#,
        r#"["v1","outcome","","open","",1,1]"#,
        r#"["v1","outcome","","transferred","",1,1]"#,
        r#"["v1","still","main","","",1,1]"#,
        r#"["v1","way","main","answer","main",3,3]"#,
        r#"["v1","way","main","key 1","sales",1,1]"#,
        r#"["v1","way","main","no-input","main",2,1]"#,
    ];
    for _ in 0..2 {
        for statement in some().write("2026-11-26T10") {
            database.run(&statement);
        }
        assert_eq!(read(&database), expected);
    }
}

#[test]
fn hours_become_days_and_the_sum_stays() {
    let database = Database::new();
    for hour in ["2026-11-25T09", "2026-11-25T10", "2026-11-26T10"] {
        for statement in some().write(hour) {
            database.run(&statement);
        }
    }
    let before = read(&database);
    for statement in figures::roll_up("2026-11-26") {
        database.run(&statement);
    }
    assert_eq!(read(&database), before);
    assert_eq!(database.number("SELECT count(DISTINCT at) FROM figures"), 2);
    for statement in figures::roll_up("2026-11-26") {
        database.run(&statement);
    }
    assert_eq!(
        read(&database),
        before,
        "what is a day already is not added again"
    );
    database.run(&figures::forget("2026-11-26"));
    assert_eq!(database.number("SELECT count(DISTINCT at) FROM figures"), 1);
    assert!(
        database
            .run(&figures::read("other", None, "0", "9"))
            .is_empty()
    );
}
