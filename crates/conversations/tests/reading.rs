//! What is found, how, and for how many rows; and what is forgotten.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so and stops"
)]

mod support;

use std::collections::BTreeSet;
use std::slice::from_ref;

use conversations::find::{Candidates, Cursor, Index, RowId, Search};
use conversations::key::{first_number, milliseconds};
use conversations::sql::Statement;
use conversations::{feed, retention, terms};
use events::Event;
use support::{Database, event};

fn filled() -> (Database, Vec<Event>) {
    let mut database = Database::new();
    let mut events = Vec::new();
    for call in 0..60 {
        let (leg, talk) = (format!("L{}", call % 30), format!("C{call}"));
        let one = |kind, second| event(kind, Some(&leg), Some(&talk), second);
        events.push(one("started", call));
        events.push(one(
            if call % 20 == 3 {
                "rejected"
            } else {
                "completed"
            },
            call + 1,
        ));
    }
    for batch in events.chunks(20) {
        database.consume(batch);
    }
    (database, events)
}

/// The plan must not scan a table: every step is a search by a key. It may sort the few parts of
/// one conversation.
#[track_caller]
fn check_plan(database: &Database, statement: &Statement, may_sort: bool) {
    let sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
    let mut prepared = database.connection.prepare(&sql).unwrap();
    let values: Vec<Option<String>> = statement.values.iter().map(|_| None).collect();
    let steps = prepared
        .query_map(rusqlite::params_from_iter(values), |row| {
            row.get::<_, String>(3)
        })
        .unwrap();
    for step in steps.map(Result::unwrap) {
        let of_ours = ["conversations", " c", " l", " t", "legs", "terms"];
        let scans = step.starts_with("SCAN ") && of_ours.iter().any(|it| step.ends_with(it));
        assert!(
            !scans && (may_sort || !step.contains("TEMP B-TREE")),
            "{step}\n{}",
            statement.sql
        );
    }
}

fn numbers(mut found: Candidates) -> (Vec<i64>, Option<Cursor>) {
    let named = found.next_bodies(1_000);
    (named.iter().map(|it| it.n()).collect(), found.rest())
}

#[test]
fn every_filter_is_served_by_an_index() {
    let (database, events) = filled();
    let find = |index: Index| {
        let may_sort = matches!(index, Index::Conversation(_) | Index::Met(_));
        let search = Search {
            index,
            from: 0,
            to: RowId::from(1 << 53),
            last: 0,
            limit: 100,
        };
        for statement in search.statements(0, 1) {
            check_plan(&database, &statement, may_sort);
        }
        numbers(support::search(from_ref(&database), &search))
            .0
            .len()
    };
    assert_eq!(find(Index::Time), 60);
    assert_eq!(find(Index::Conversation("C7".into())), 1);
    assert_eq!(
        find(Index::Terms(terms::terms_of_status("rejected").unwrap())),
        3
    );
    assert_eq!(
        find(Index::Terms(terms::terms_of_outcome("failed").unwrap())),
        3
    );
    assert_eq!(find(Index::Terms(vec![terms::term_of_menu("acme")])), 60);
    assert_eq!(find(Index::Terms(vec![terms::term_of_menu("other")])), 0);
    assert_eq!(
        find(Index::Caller("4477L3".into())),
        1,
        "one row has the record of each leg"
    );
    assert_eq!(find(Index::Called("4420".into())), 30);
    assert_eq!(find(Index::Called("44".into())), 0);
    database.check(&events);
}

#[test]
fn the_conversations_of_a_leg_are_found_without_a_scan() {
    let (database, _) = filled();
    let search = Search {
        index: Index::Leg("L3".into()),
        from: 0,
        to: RowId::from(1 << 53),
        last: 0,
        limit: 100,
    };
    let (found, _) = numbers(support::search(&[database], &search));
    assert_eq!(found.len(), 2);
}

#[test]
fn a_search_stays_within_its_time_and_its_window() {
    let (database, _) = filled();
    let at =
        |second| first_number(milliseconds(&format!("2026-11-26T10:00:{second:02}.000Z")).unwrap());
    let mut search = Search {
        index: Index::Time,
        from: at(10),
        to: RowId::from(at(20) - 1),
        last: 0,
        limit: 4,
    };
    let mut seen = BTreeSet::new();
    let mut pages = 0;
    loop {
        let (found, rest) = numbers(support::search(from_ref(&database), &search));
        assert!(found.len() <= 4);
        seen.extend(found);
        pages += 1;
        match rest {
            Some(cursor) => search.to = cursor.row,
            None => break,
        }
    }
    assert_eq!((seen.len(), pages), (10, 3));
}

#[test]
fn the_feed_names_what_was_written_in_its_order() {
    let (database, events) = filled();
    let mut place = feed::Place {
        day: "20261126".into(),
        seq: 0,
        given: 0,
    };
    let tables = database.run(&feed::tables());
    assert_eq!(
        tables
            .iter()
            .filter_map(|it| feed::day_of(it))
            .collect::<Vec<_>>(),
        ["20261126"]
    );
    let mut given = 0;
    loop {
        let part = feed::Part::parse(&database.run(&feed::read(&place)), 1).unwrap();
        if part.is_empty() {
            break;
        }
        let fitting = part
            .fitting(&place, &database.run(&part.sizes(&place)))
            .unwrap();
        given += fitting;
        place = part.after(&place, fitting);
    }
    assert_eq!(given, 60);
    assert_eq!(
        database.run(&feed::end("20261126")),
        [place.seq.to_string()]
    );
    assert_eq!(events.len(), 120);
    database.run(&feed::drop_table("20261126"));
    assert!(database.run(&feed::tables()).is_empty());
}

#[test]
fn what_is_old_is_forgotten_with_all_that_points_to_it() {
    let (database, _) = filled();
    let middle = first_number(milliseconds("2026-11-26T10:00:30.000Z").unwrap());
    for statement in retention::forget(middle) {
        check_plan(&database, &statement, false);
        let _ = database.run(&statement);
    }
    assert_eq!(database.number("SELECT count(*) FROM conversations"), 30);
    assert_eq!(database.number("SELECT count(*) FROM legs"), 30);
    assert_eq!(
        database.number("SELECT count(*) FROM terms WHERE term = 'menu:acme'"),
        30
    );
    assert_eq!(database.number("SELECT count(*) FROM terms"), 31);
    assert_eq!(database.run(&retention::left(middle, 10)), ["0"]);
    assert_eq!(database.run(&retention::left(1 << 52, 10)), ["10"]);
    let rest: Vec<i64> = (0..30)
        .map(|at| {
            database.number(&format!(
                "SELECT n FROM conversations ORDER BY n LIMIT 1 OFFSET {at}"
            ))
        })
        .collect();
    for statement in retention::remove(&rest) {
        check_plan(&database, &statement, false);
        let _ = database.run(&statement);
    }
    for table in ["conversations", "legs", "terms"] {
        assert_eq!(
            database.number(&format!("SELECT count(*) FROM {table}")),
            0,
            "{table}"
        );
    }
}
