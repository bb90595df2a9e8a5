//! Laws 8 and 9 on a real SQLite: whatever is delivered, how often, in what order and to how many
//! consumers at once, every event is there once and every record equals the fold of them all.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so and stops"
)]

mod support;

use conversations::databases::database_of;
use conversations::key::RowKey;
use conversations::limits::Limits;
use conversations::{Batch, Rows};
use events::Event;
use proptest::prelude::*;
use support::{Database, batch, event};

/// One delivery: which leg, which conversation, which status, when; and how many copies come.
#[derive(Clone, Debug)]
struct Happening {
    leg: Option<u8>,
    conversation: Option<u8>,
    kind: &'static str,
    second: u32,
    copies: Vec<u32>,
}

fn happening() -> impl Strategy<Value = Happening> {
    let kinds = prop::sample::select(vec![
        "answer",
        "started",
        "ringing",
        "answered",
        "busy",
        "completed",
        "recording",
        "transfer",
    ]);
    (
        prop::option::weighted(0.9, 0..6_u8),
        prop::option::weighted(0.9, 0..6_u8),
        kinds,
        0..60_u32,
        prop::collection::vec(0..120_u32, 1..3),
    )
        .prop_map(|(leg, conversation, kind, second, copies)| Happening {
            leg,
            conversation,
            kind,
            second,
            copies,
        })
}

fn deliveries(happenings: &[Happening]) -> Vec<Event> {
    let copies = happenings.iter().flat_map(|it| {
        let leg = it.leg.map(|leg| format!("L{leg}"));
        let talk = it.conversation.map(|talk| format!("C{talk}"));
        let one = event(it.kind, leg.as_deref(), talk.as_deref(), it.second);
        it.copies.iter().map(move |delay| {
            let mut copy = one.clone();
            let second = it.second + delay;
            copy.receivedat = format!("2026-11-26T10:{:02}:{:02}.000Z", second / 60, second % 60);
            copy
        })
    });
    copies.collect()
}

/// A consumer between its steps.
enum Consumer<'a> {
    Idle,
    Started(Batch<'a>),
    HasRead(Batch<'a>, Rows),
}

/// Consumers take turns as `turns` says; what is left at the end is done one after the other.
fn interleave(deliveries: &[Event], size: usize, turns: &[u8], limits: Limits) -> (Database, u32) {
    let mut database = Database::new();
    let mut batches = deliveries.chunks(size);
    let mut consumers: Vec<Consumer<'_>> = (0..5).map(|_| Consumer::Idle).collect();
    let mut lost = 0;
    let rest = std::iter::repeat_n([0, 1, 2, 3, 4_u8], deliveries.len() * 20).flatten();
    for turn in turns.iter().copied().chain(rest) {
        let place = usize::from(turn % 5);
        let consumer = std::mem::replace(&mut consumers[place], Consumer::Idle);
        consumers[place] = match consumer {
            Consumer::Idle => match batches.next() {
                Some(events) => Consumer::Started(batch(events).within(limits)),
                None => Consumer::Idle,
            },
            Consumer::Started(batch) => {
                let rows = database.read(&batch);
                Consumer::HasRead(batch, rows)
            }
            Consumer::HasRead(mut batch, rows) => {
                let plan = batch.plan(&rows, &database.moment()).unwrap();
                let answers = database.write(&plan);
                batch.settle(&plan, &answers).unwrap();
                lost += u32::from(!batch.is_done());
                if batch.is_done() {
                    Consumer::Idle
                } else {
                    Consumer::Started(batch)
                }
            }
        };
    }
    assert!(consumers.iter().all(|it| matches!(it, Consumer::Idle)));
    assert!(batches.next().is_none());
    (database, lost)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_record_is_right_and_every_event_is_there_once(
        happenings in prop::collection::vec(happening(), 1..40),
        order in any::<prop::sample::Index>(),
        size in 1..6_usize,
        turns in prop::collection::vec(any::<u8>(), 0..200),
        small in any::<bool>(),
    ) {
        let mut deliveries = deliveries(&happenings);
        let middle = order.index(deliveries.len());
        deliveries.rotate_left(middle);
        if order.index(2) == 1 {
            deliveries.reverse();
        }
        // A row that spills after six events: a long conversation is many parts.
        let limits = Limits {
            events_a_row: if small { 6 } else { 2_500 },
            parts: 100,
            ..Limits::default()
        };
        let (database, _) = interleave(&deliveries, size, &turns, limits);
        database.check(&deliveries);
    }

    #[test]
    fn of_two_databases_each_is_right_and_together_they_have_every_event_once(
        happenings in prop::collection::vec(happening(), 1..40),
        size in 1..6_usize,
        turns in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let deliveries = deliveries(&happenings);
        let (first, second): (Vec<Event>, Vec<Event>) = deliveries
            .iter()
            .cloned()
            .partition(|event| database_of(&RowKey::of_event(event), 2) == 0);
        let mut stored = Vec::new();
        for own in [first, second] {
            let (database, _) = interleave(&own, size, &turns, Limits::default());
            database.check(&own);
            stored.extend(database.events());
        }
        let mut expected: Vec<String> =
            events::earliest(&deliveries).into_values().map(Event::to_json).collect();
        expected.sort();
        stored.sort();
        prop_assert_eq!(stored, expected);
    }
}

#[test]
fn consumers_at_once_do_lose_to_each_other() {
    // The property above means something only if writes are lost in it.
    let happenings: Vec<Happening> = (0..40)
        .map(|it| Happening {
            leg: Some(it % 4),
            conversation: Some(it % 3),
            kind: "ringing",
            second: u32::from(it),
            copies: vec![0],
        })
        .collect();
    let deliveries = deliveries(&happenings);
    let turns: Vec<u8> = (0..200).map(|it| it % 5).collect();
    let (database, lost) = interleave(&deliveries, 1, &turns, Limits::default());
    database.check(&deliveries);
    assert!(lost > 10, "{lost} lost");
}
