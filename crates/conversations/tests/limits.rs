//! Long conversations spill into parts, and what is beyond the bounds is refused, not half done.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so and stops"
)]

mod support;

use conversations::LimitError;
use conversations::limits::Limits;
use events::Event;
use support::{Database, batch, event};

fn ringing(count: u32, leg: impl Fn(u32) -> String) -> Vec<Event> {
    (0..count)
        .map(|it| event("ringing", Some(&leg(it)), Some("A"), it))
        .collect()
}

#[test]
fn a_thousand_events_of_one_call_are_one_row_and_cost_two_rows_a_batch() {
    let mut database = Database::new();
    let events = ringing(1_000, |_| "L".to_owned());
    for ten in events.chunks(50) {
        assert_eq!(database.consume(ten), 1);
    }
    database.check(&events);
    assert_eq!(database.number("SELECT count(*) FROM conversations"), 1);
    assert_eq!(database.number("SELECT count(*) FROM legs"), 1);
    let size = database.number("SELECT length(body) FROM conversations");
    assert!(size < 60_000, "{size} bytes");
}

#[test]
fn a_long_conversation_spills_and_only_its_last_part_is_written_again() {
    let mut database = Database::new();
    let limits = Limits {
        events_a_row: 20,
        ..Limits::default()
    };
    let events = ringing(70, |it| format!("L{}", it % 3));
    for ten in events.chunks(10) {
        database.consume_within(ten, limits);
    }
    database.check(&events);
    assert_eq!(database.number("SELECT count(*) FROM conversations"), 4);
    let first = "SELECT length(body) FROM conversations WHERE part = 0";
    let before = database.number(first);
    database.consume_within(&[event("completed", Some("L0"), Some("A"), 99)], limits);
    assert_eq!(database.number(first), before);
    let revisions = "SELECT count(DISTINCT writer) FROM conversations";
    assert_eq!(
        database.number(revisions),
        1,
        "all parts are touched together"
    );
}

#[test]
fn fifty_legs_of_a_conference_are_one_row() {
    let mut database = Database::new();
    let events = ringing(150, |it| format!("L{}", it % 50));
    for ten in events.chunks(10) {
        database.consume(ten);
    }
    database.check(&events);
    assert_eq!(database.number("SELECT count(*) FROM conversations"), 1);
    assert_eq!(database.number("SELECT count(*) FROM legs"), 50);
}

/// Writes events one after the other; the ids that were beyond a bound.
fn beyond(database: &mut Database, events: &[Event], limits: Limits) -> Vec<(String, LimitError)> {
    let mut found = Vec::new();
    for one in events.chunks(1) {
        let mut batch = batch(one).within(limits);
        while !batch.is_done() {
            let rows = database.read(&batch);
            let plan = batch.plan(&rows, &database.moment()).unwrap();
            let answers = database.write(&plan);
            batch.settle(&plan, &answers).unwrap();
        }
        found.extend(batch.beyond().iter().map(|(id, why)| (id.clone(), *why)));
    }
    found
}

#[test]
fn what_is_beyond_a_bound_is_named_and_the_rest_stays_right() {
    let limits = Limits {
        events_a_row: 5,
        parts: 2,
        conversations_a_leg: 3,
        conversations_a_component: 4,
        ..Limits::default()
    };
    let mut database = Database::new();
    let events = ringing(12, |_| "L".to_owned());
    let found = beyond(&mut database, &events, limits);
    let expected = events[10..]
        .iter()
        .map(|it| (it.id.clone(), LimitError::Conversation));
    assert_eq!(found, expected.collect::<Vec<_>>());
    database.check(&events[..10]);

    let mut database = Database::new();
    let moved: Vec<Event> = (0..5)
        .map(|it| event("ringing", Some("L"), Some(&format!("C{it}")), it))
        .collect();
    let found = beyond(&mut database, &moved, limits);
    let expected = moved[3..].iter().map(|it| (it.id.clone(), LimitError::Leg));
    assert_eq!(found, expected.collect::<Vec<_>>());
    database.check(&moved[..3]);

    let mut database = Database::new();
    let chain: Vec<Event> = (0..6)
        .map(|it: u32| {
            let (leg, talk) = (format!("L{}", it.div_ceil(2)), format!("C{}", it / 2));
            event("ringing", Some(&leg), Some(&talk), it)
        })
        .chain((6..12).map(|it: u32| {
            let (leg, talk) = (format!("L{}", it.div_ceil(2)), format!("C{}", it / 2));
            event("ringing", Some(&leg), Some(&talk), it)
        }))
        .collect();
    let found = beyond(&mut database, &chain, limits);
    assert!(!found.is_empty());
    assert!(
        found.iter().all(|it| it.1 == LimitError::Component),
        "{found:?}"
    );
    let kept: Vec<Event> = chain
        .into_iter()
        .filter(|event| found.iter().all(|it| it.0 != event.id))
        .collect();
    database.check(&kept);
}

#[test]
fn large_events_do_not_make_a_row_the_database_refuses() {
    let mut database = Database::new();
    // Text that does not pack: what a hash says.
    let mut seed = 1_u64;
    let events: Vec<Event> = (0..12)
        .map(|it| {
            let mut one = event("ringing", Some("L"), Some("A"), it);
            let noise: String = (0..100_000)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    char::from_u32(0x4e00 + u32::try_from(seed >> 52).unwrap()).unwrap()
                })
                .take(30_000)
                .collect();
            one.data.insert("note".into(), noise.into());
            one
        })
        .collect();
    database.consume(&events);
    database.check(&events);
    let largest = database.number("SELECT max(length(body)) FROM conversations");
    assert!(largest < 900_000, "{largest} bytes");
    assert!(database.number("SELECT count(*) FROM conversations") > 1);
}
