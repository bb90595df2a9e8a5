//! The four rules of concurrency, each in the one interleaving that needs it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so and stops"
)]

mod support;

use conversations::key::{self, RowKey};
use conversations::limits::Limits;
use support::{Database, batch, event};

/// Without the touch both writers win, and each has folded from the other's old row.
#[test]
fn rule_1_a_row_that_was_read_is_written() {
    let mut database = Database::new();
    let before = [
        event("started", Some("L"), Some("A"), 1),
        event("answered", Some("L"), Some("B"), 3),
    ];
    database.consume(&before);
    let first = [event("ringing", Some("L"), Some("A"), 2)];
    let second = [event("completed", Some("L"), Some("B"), 4)];
    let (mut one, mut two) = (batch(&first), batch(&second));
    let (seen_by_one, seen_by_two) = (database.read(&one), database.read(&two));
    let plan = one.plan(&seen_by_one, &database.moment()).unwrap();
    one.settle(&plan, &database.write(&plan)).unwrap();
    assert!(one.is_done());
    let plan = two.plan(&seen_by_two, &database.moment()).unwrap();
    two.settle(&plan, &database.write(&plan)).unwrap();
    assert!(!two.is_done(), "the second writer notices");
    database.consume(&second);
    database.check(&[&before[..], &first, &second].concat());
}

/// Without the look inside the transaction neither writer sees the other's conversation.
#[test]
fn rule_2_the_legs_are_read_again_inside_the_transaction() {
    let mut database = Database::new();
    let first = [event("started", Some("L"), Some("A"), 1)];
    let second = [event("completed", Some("L"), Some("B"), 2)];
    let (mut one, mut two) = (batch(&first), batch(&second));
    let (seen_by_one, seen_by_two) = (database.read(&one), database.read(&two));
    let plan = one.plan(&seen_by_one, &database.moment()).unwrap();
    one.settle(&plan, &database.write(&plan)).unwrap();
    assert!(one.is_done());
    let plan = two.plan(&seen_by_two, &database.moment()).unwrap();
    two.settle(&plan, &database.write(&plan)).unwrap();
    assert!(
        !two.is_done(),
        "the second writer sees the first one's conversation"
    );
    let rows = database.read(&two);
    let plan = two.plan(&rows, &database.moment()).unwrap();
    two.settle(&plan, &database.write(&plan)).unwrap();
    assert!(two.is_done());
    database.check(&[first, second].concat());
}

/// With one hop, the record of a leg two conversations away would lose its events there.
#[test]
fn rule_3_what_is_read_is_closed_over_shared_legs() {
    let mut database = Database::new();
    let chain = [
        event("started", Some("L1"), Some("A"), 1),
        event("started", Some("L1"), Some("B"), 2),
        event("started", Some("L2"), Some("B"), 3),
        event("answered", Some("L2"), Some("C"), 4),
        event("completed", Some("L3"), Some("C"), 5),
        event("failed", Some("L3"), Some("D"), 6),
    ];
    for one in chain.chunks(1) {
        database.consume(one);
    }
    let late = [event("completed", Some("L1"), Some("A"), 7)];
    let rows = database.read(&batch(&late));
    assert!(rows.missing().is_empty());
    assert_eq!(rows.len(), 4, "all four conversations are read");
    database.consume(&late);
    database.check(&[&chain[..], &late].concat());
}

/// With the new part alone in the database, a third writer adds its copy to the part before.
#[test]
fn rule_4_a_new_part_is_written_only_with_the_part_it_follows() {
    let limits = Limits {
        events_a_row: 2,
        ..Limits::default()
    };
    let mut database = Database::new();
    let before = event("started", Some("L"), Some("A"), 5);
    database.consume(std::slice::from_ref(&before));
    let mut earlier = before.clone();
    earlier.receivedat = "2026-11-26T10:00:00.000Z".to_owned();
    let copied = event("answered", Some("L"), Some("A"), 7);
    let (first, second, third) = (
        [event("ringing", Some("L"), Some("A"), 6), copied.clone()],
        [earlier.clone()],
        [copied.clone()],
    );
    let mut one = batch(&first).within(limits);
    let (mut two, mut three) = (batch(&second).within(limits), batch(&third).within(limits));
    let (seen_by_one, seen_by_two) = (database.read(&one), database.read(&two));
    let plan = two.plan(&seen_by_two, &database.moment()).unwrap();
    two.settle(&plan, &database.write(&plan)).unwrap();
    let seen_by_three = database.read(&three);
    let plan = one.plan(&seen_by_one, &database.moment()).unwrap();
    one.settle(&plan, &database.write(&plan)).unwrap();
    assert!(two.is_done() && !one.is_done(), "the first writer lost");
    let plan = three.plan(&seen_by_three, &database.moment()).unwrap();
    three.settle(&plan, &database.write(&plan)).unwrap();
    assert!(three.is_done());
    let rows = database.read(&one);
    let plan = one.plan(&rows, &database.moment()).unwrap();
    one.settle(&plan, &database.write(&plan)).unwrap();
    assert!(one.is_done());
    let all = [before, earlier, copied.clone(), copied];
    database.check(&[&all[..], &first].concat());
}

/// Two writers create the same conversation: the second one's row does not count.
#[test]
fn a_conversation_is_created_once() {
    let mut database = Database::new();
    let first = [event("started", Some("L"), Some("A"), 1)];
    let second = [event("ringing", Some("L"), Some("A"), 2)];
    let (mut one, mut two) = (batch(&first), batch(&second));
    let (seen_by_one, seen_by_two) = (database.read(&one), database.read(&two));
    let plan = one.plan(&seen_by_one, &database.moment()).unwrap();
    one.settle(&plan, &database.write(&plan)).unwrap();
    let plan = two.plan(&seen_by_two, &database.moment()).unwrap();
    two.settle(&plan, &database.write(&plan)).unwrap();
    assert!(!two.is_done());
    database.consume(&second);
    database.check(&[first, second].concat());
    assert_eq!(database.number("SELECT count(*) FROM conversations"), 1);
    let fed = "SELECT count(*) FROM feed_20261126, json_each(rows)";
    assert_eq!(
        database.number(fed),
        2,
        "the feed names what was written, not what was lost"
    );
}

/// Two conversations of one millisecond whose hashes meet: the second gets another number.
#[test]
fn a_number_that_is_taken_is_drawn_again() {
    use conversations::key::{RowKey, number};
    let mut database = Database::new();
    let at = conversations::key::milliseconds("2026-11-26T10:00:01.000Z").unwrap();
    let number_of = |talk: &str| number(at, &RowKey::of_conversation(&talk.into()), 0, 0);
    let taken = number_of("A");
    let twin = (0..100_000)
        .map(|it| format!("B{it}"))
        .find(|talk| number_of(talk) == taken)
        .unwrap();
    database.consume(&[event("started", Some("L"), Some("A"), 1)]);
    let late = [event("started", Some("M"), Some(&twin), 1)];
    assert_eq!(
        database.consume(&late),
        2,
        "a try is lost, the next one is not"
    );
    database.check(&[event("started", Some("L"), Some("A"), 1), late[0].clone()]);
}

#[test]
fn a_delivery_again_writes_nothing() {
    let mut database = Database::new();
    let events = [
        event("started", Some("L"), Some("A"), 1),
        event("error", None, Some("A"), 2),
        event("busy", Some("L"), None, 3),
        event("busy", None, None, 4),
    ];
    assert_eq!(database.consume(&events), 1);
    let later: Vec<events::Event> = events
        .iter()
        .cloned()
        .map(|mut it| {
            it.receivedat = "2026-11-26T11:00:00.000Z".to_owned();
            it
        })
        .collect();
    for again in [&events[..], &later] {
        assert_eq!(database.consume(again), 0);
    }
    database.check(&[&events[..], &later].concat());
}

/// The numbers of two rows whose first events came in one millisecond may meet. The new row must
/// not be taken for written because the other one, which is updated beside it, is.
#[test]
fn a_new_row_takes_no_number_of_a_row_that_is_updated_beside_it() {
    let mut database = Database::new();
    let known = [event("started", Some("L"), Some("A"), 1)];
    database.consume(&known);
    let taken = database.number("SELECT n FROM conversations");
    let part = database.number("SELECT part FROM conversations");
    let part = u32::try_from(part).unwrap();
    let names = (0..).map(|it| format!("B{it}"));
    let meets = |name: &String| {
        let key = RowKey::of_conversation(&name.as_str().into());
        key::number(key::milliseconds_of(taken), &key, part, 0) == taken
    };
    let name = names.into_iter().find(meets).unwrap();
    let batch = [
        event("started", None, Some(&name), 1),
        event("completed", Some("L"), Some("A"), 2),
    ];
    database.consume(&batch);
    database.check(&[&known[..], &batch].concat());
}
