//! The archive of a line, hour after hour: what the consumer writes, and what the hourly run leaves.
//! The bucket is in memory; the run is driven as the Worker drives it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so and stops"
)]

use std::collections::{BTreeMap, BTreeSet};

use events::archive::{files, folder};
use events::compact::{FILES, Hour, LARGEST, Run, Step};
use events::{Event, print_timestamp};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;

/// Objects by name, each with a tag that changes when it is written.
#[derive(Clone, Default)]
struct Bucket {
    objects: BTreeMap<String, (String, u64)>,
    writes: u64,
    reads: u64,
}

impl Bucket {
    fn put(&mut self, key: &str, text: &str) {
        self.writes += 1;
        let object = (text.to_owned(), self.writes);
        self.objects.insert(key.to_owned(), object);
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let from = self.objects.range(folder.to_owned()..);
        from.map(|(key, _)| key.clone())
            .take_while(|key| key.starts_with(folder))
            .collect()
    }

    /// What the consumer writes of one batch.
    fn deliver(&mut self, batch: &[&Event]) {
        let texts: Vec<String> = batch.iter().map(|event| event.to_json()).collect();
        let events = batch.iter().zip(&texts);
        for file in files(events.map(|(event, text)| (*event, text.as_str()))) {
            self.put(&file.key, &file.ndjson());
        }
    }

    /// How often each event lies here, by folder and text.
    fn lines(&self) -> BTreeMap<(&str, &str), u32> {
        let mut found = BTreeMap::new();
        for (key, (text, _)) in &self.objects {
            let folder = &key[..=key.rfind('/').unwrap()];
            for line in text.lines() {
                *found.entry((folder, line)).or_insert(0) += 1;
            }
        }
        found
    }
}

/// Where a run is stopped: after so many operations on the bucket.
struct Life(Option<u32>);

impl Life {
    fn goes_on(&mut self) -> bool {
        match &mut self.0 {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }
}

/// The hourly run over everything it looks at; says whether it is behind.
fn run(bucket: &mut Bucket, now: Timestamp, life: Life) -> bool {
    go(bucket, Run::hourly(now), life)
}

fn go(bucket: &mut Bucket, run: Run, mut life: Life) -> bool {
    let mut under_way = UnderWay::of(run);
    while life.goes_on() && under_way.advance(bucket) {}
    assert_eq!(under_way.refused, None, "nobody else writes here");
    under_way.run.is_behind()
}

/// A run, one operation on the bucket after the other.
struct UnderWay {
    run: Run,
    hour: Option<Hour>,
    /// The last object that somebody else had written meanwhile.
    refused: Option<String>,
}

impl UnderWay {
    fn of(run: Run) -> Self {
        Self {
            run,
            hour: None,
            refused: None,
        }
    }

    /// Does what is next; false when the run is over.
    fn advance(&mut self, bucket: &mut Bucket) -> bool {
        let Some(hour) = &mut self.hour else {
            let Some(folder) = self.run.next_folder() else {
                return false;
            };
            self.hour = self.run.hour(&folder, bucket.list(&folder));
            return true;
        };
        match hour.step() {
            Some(Step::Read(key)) => {
                bucket.reads += 1;
                if let Some((text, etag)) = bucket.objects.get(&key) {
                    hour.read(text, etag.to_string());
                }
            }
            Some(Step::Write(file)) => {
                let there = bucket.objects.get(&file.key);
                if there.map(|(_, etag)| etag.to_string()) == file.etag {
                    bucket.put(&file.key, &file.text);
                } else {
                    self.refused = Some(file.key);
                    self.hour = None;
                }
            }
            Some(Step::Remove(keys)) => {
                for key in keys {
                    bucket.objects.remove(&key);
                }
            }
            None => self.hour = None,
        }
        true
    }
}

fn event(id: &str, received: Timestamp) -> Event {
    let received = print_timestamp(received);
    let event = json!({
        "specversion": "1.0", "id": id, "source": "/vonage/voice", "type": "vonage.voice.ringing",
        "subject": "leg", "conversation": "CON-1", "time": received, "receivedat": received,
        "data": { "status": "ringing" },
    });
    Event::from_json(&event.to_string()).unwrap()
}

/// Each event once, in the folder of the hour it came in, as it came first.
fn once(events: &[Event]) -> BTreeMap<(String, String), u32> {
    let place = |event: &Event| (folder(&event.receivedat), event.to_json());
    events.iter().map(|event| (place(event), 1)).collect()
}

fn owned(lines: BTreeMap<(&str, &str), u32>) -> BTreeMap<(String, String), u32> {
    let own = |((folder, line), count): ((&str, &str), u32)| ((folder.into(), line.into()), count);
    lines.into_iter().map(own).collect()
}

/// One of forty events of two hours.
fn nth(number: u8) -> Event {
    let at = later(first(), i64::from(number) * 3);
    event(&format!("event-{number}"), at)
}

fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at + SignedDuration::from_mins(minutes)
}

/// At seventeen minutes past, as `wrangler.toml` says.
fn seventeen_past(hour: i64) -> Timestamp {
    later(first(), hour * 60 + 17)
}

fn first() -> Timestamp {
    "2026-11-01T00:00:00Z".parse().unwrap()
}

/// The same numbers in every run.
fn dice() -> impl FnMut(u64) -> u64 {
    let mut state = 0x5eed_u64;
    move |end| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % end
    }
}

#[test]
fn a_quiet_month_is_a_file_an_hour_and_no_longer_one_a_webhook() {
    const HOURS: i64 = 30 * 24;
    let mut below = dice();
    let mut events = Vec::new();
    let mut deliveries: Vec<(Timestamp, Vec<usize>)> = Vec::new();
    let mut at = first();
    // A call every ten minutes, with webhooks seconds apart.
    while at < later(first(), HOURS * 60) {
        for _ in 0..12 {
            at += SignedDuration::from_millis(1_000 + i64::try_from(below(20_000)).unwrap());
            let place = events.len();
            events.push(event(&format!("event-{place:05}"), at));
            // A sink that is away keeps some back for hours; some are handed out again in company.
            let wait = if below(200) == 0 { below(9 * 60) } else { 0 };
            deliveries.push((later(at, i64::try_from(wait).unwrap()), vec![place]));
            if place > 0 && below(50) == 0 {
                deliveries.push((later(at, 1), vec![place - 1, place]));
            }
        }
        at += SignedDuration::from_mins(i64::try_from(below(16)).unwrap());
    }
    deliveries.sort();
    let mut bucket = Bucket::default();
    let mut next = deliveries.iter().peekable();
    for hour in 1..=HOURS + 28 {
        let now = seventeen_past(hour);
        while let Some((_, batch)) = next.next_if(|(at, _)| *at <= now) {
            let batch: Vec<&Event> = batch.iter().map(|place| &events[*place]).collect();
            bucket.deliver(&batch);
        }
        // One run in thirty is stopped somewhere.
        let stopped = (below(30) == 0).then(|| u32::try_from(below(100)).unwrap());
        assert!(!run(&mut bucket, now, Life(stopped)));
    }
    assert_eq!(next.next(), None);
    let hours: BTreeSet<String> = events.iter().map(|it| folder(&it.receivedat)).collect();
    assert!(deliveries.len() > 45_000, "{} files", deliveries.len());
    assert_eq!(bucket.objects.len(), hours.len());
    assert_eq!(owned(bucket.lines()), once(&events));
    println!(
        "{} files became {}; {} reads, {} writes",
        deliveries.len(),
        bucket.objects.len(),
        bucket.reads,
        bucket.writes
    );
}

#[test]
fn the_newest_hour_that_is_put_together_ended_ten_minutes_ago() {
    let folders =
        |mut run: Run| -> Vec<String> { std::iter::from_fn(|| run.next_folder()).collect() };
    let check = |now: &str, newest: &str, oldest: &str| {
        let now = now.parse().unwrap();
        let hourly = folders(Run::hourly(now));
        assert_eq!(hourly.len(), 26);
        assert_eq!(hourly[0], format!("events/{oldest}/"));
        assert_eq!(hourly[25], format!("events/{newest}/"));
        assert_eq!(folders(Run::between(now)), hourly[23..]);
    };
    check(
        "2026-11-27T10:17:00Z",
        "dt=2026-11-27/hh=09",
        "dt=2026-11-26/hh=08",
    );
    check(
        "2026-11-27T10:09:59Z",
        "dt=2026-11-27/hh=08",
        "dt=2026-11-26/hh=07",
    );
    check(
        "2026-11-01T00:10:00Z",
        "dt=2026-10-31/hh=23",
        "dt=2026-10-30/hh=22",
    );
}

#[test]
fn what_one_run_cannot_read_the_next_ones_do() {
    let mut bucket = Bucket::default();
    // Three hours of as many files: the first one is put together first.
    let count = 2 * FILES + FILES / 2;
    let events: Vec<Event> = (0..count)
        .map(|number| {
            let hour = i64::try_from(number % 3).unwrap();
            event(&format!("event-{number:05}"), later(first(), hour * 60))
        })
        .collect();
    for event in &events {
        bucket.deliver(&[event]);
    }
    let left: Vec<(usize, bool)> = (3..=6)
        .map(|hour| {
            let is_behind = run(&mut bucket, seventeen_past(hour), Life(None));
            (bucket.objects.len(), is_behind)
        })
        .collect();
    let expected = [
        (count - FILES + 2, true),
        (count - 2 * FILES + 3, true),
        (3, false),
        (3, false),
    ];
    assert_eq!(left, expected);
    assert_eq!(owned(bucket.lines()), once(&events));
}

#[test]
fn an_hour_with_more_files_than_one_run_reads_is_done_by_the_runs_between() {
    let mut bucket = Bucket::default();
    let count = 2 * FILES + FILES / 2;
    let events: Vec<Event> = (0..count)
        .map(|number| event(&format!("event-{number:05}"), first()))
        .collect();
    for event in &events {
        bucket.deliver(&[event]);
    }
    let now = seventeen_past(1);
    assert!(!go(&mut bucket, Run::hourly(now), Life(None)));
    let left = [10, 20, 30].map(|minutes| {
        let between = Run::between(later(now, minutes));
        assert!(!go(&mut bucket, between, Life(None)));
        bucket.objects.len()
    });
    assert_eq!(left, [count - 2 * FILES + 1, 1, 1]);
    assert_eq!(owned(bucket.lines()), once(&events));
}

#[test]
fn behind_are_runs_that_leave_files_of_an_hour_when_the_next_is_over() {
    let check = |now: &str, hour: u32, count: usize, expected: bool| {
        let mut run = Run::between(now.parse().unwrap());
        let folder = format!("events/dt=2026-11-27/hh={hour:02}/");
        let keys = (0..count).map(|number| format!("{folder}{number:08x}.ndjson"));
        assert!(run.hour(&folder, keys.collect()).is_some());
        assert_eq!(run.is_behind(), expected, "{count} of {hour} at {now}");
        assert_eq!(run.next_folder().is_none(), count > FILES);
    };
    check("2026-11-27T10:17:00Z", 9, FILES + 1, false);
    check("2026-11-27T10:57:00Z", 9, FILES + 1, false);
    check("2026-11-27T11:07:00Z", 9, FILES, false);
    check("2026-11-27T11:07:00Z", 9, FILES + 1, true);
    check("2026-11-27T10:17:00Z", 8, FILES + 1, true);
    check("2026-11-27T10:17:00Z", 8, FILES, false);
}

#[test]
fn an_hour_that_is_larger_than_one_file_is_split_and_what_comes_late_fills_the_last() {
    let large = |number: u32| {
        let mut event = event(&format!("event-{number:03}"), first());
        event
            .data
            .insert("text".to_owned(), "x".repeat(250_000).into());
        event
    };
    let events: Vec<Event> = (0..50).map(large).collect();
    let mut bucket = Bucket::default();
    for event in &events[..45] {
        bucket.deliver(&[event]);
    }
    run(&mut bucket, seventeen_past(1), Life(None));
    assert_eq!(bucket.objects.len(), 3);
    for event in &events[40..] {
        bucket.deliver(&[event]);
    }
    run(&mut bucket, seventeen_past(2), Life(None));
    assert_eq!(bucket.objects.len(), 3);
    assert_eq!(owned(bucket.lines()), once(&events));
    for (key, (text, _)) in &bucket.objects {
        assert!(text.len() < LARGEST + 251_000, "{key}: {}", text.len());
    }
}

#[test]
fn whenever_a_run_is_stopped_no_event_is_lost_and_the_next_leaves_each_once() {
    let config = Config {
        cases: 256,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    // Events by number, in batches; a run after each batches of a turn, stopped or not.
    let batch = prop::collection::vec(0_u8..40, 1..4);
    let turn = (
        prop::collection::vec(batch, 0..12),
        prop::option::of(0_u32..40),
    );
    let turns = prop::collection::vec(turn, 1..6);
    TestRunner::new_with_rng(config, rng)
        .run(&turns, |turns| {
            let mut bucket = Bucket::default();
            let mut delivered = BTreeMap::new();
            let mut now = seventeen_past(2);
            for (batches, stopped) in turns {
                for batch in batches {
                    let events: Vec<Event> = batch.iter().map(|number| nth(*number)).collect();
                    bucket.deliver(&events.iter().collect::<Vec<_>>());
                    delivered.extend(batch.into_iter().map(|number| (number, nth(number))));
                }
                now = later(now, 60);
                run(&mut bucket, now, Life(stopped));
                let there: BTreeSet<_> = owned(bucket.lines()).into_keys().collect();
                let events: Vec<Event> = delivered.values().cloned().collect();
                prop_assert_eq!(there, once(&events).into_keys().collect());
            }
            run(&mut bucket, later(now, 60), Life(None));
            let events: Vec<Event> = delivered.into_values().collect();
            prop_assert_eq!(owned(bucket.lines()), once(&events));
            let hours: BTreeSet<String> = events.iter().map(|it| folder(&it.receivedat)).collect();
            prop_assert_eq!(bucket.objects.len(), hours.len());
            Ok(())
        })
        .unwrap();
}

#[test]
fn of_two_runs_at_once_none_loses_an_event_and_the_next_leaves_each_once() {
    let config = Config {
        cases: 1_000,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    // Batches of two hours; which of the two runs goes on, and what comes late meanwhile.
    let batch = prop::collection::vec(0_u8..40, 1..4);
    let batches = prop::collection::vec(batch.clone(), 1..12);
    let turns = prop::collection::vec((any::<bool>(), prop::option::weighted(0.1, batch)), 0..80);
    TestRunner::new_with_rng(config, rng)
        .run(&(batches, turns), |(batches, turns)| {
            let mut bucket = Bucket::default();
            let mut delivered = BTreeMap::new();
            let mut deliver = |bucket: &mut Bucket, batch: Vec<u8>| {
                let events: Vec<Event> = batch.iter().map(|number| nth(*number)).collect();
                bucket.deliver(&events.iter().collect::<Vec<_>>());
                delivered.extend(batch.into_iter().zip(events));
                let all: Vec<Event> = delivered.values().cloned().collect();
                once(&all)
            };
            let mut expected = BTreeMap::new();
            for batch in batches {
                expected = deliver(&mut bucket, batch);
            }
            let now = seventeen_past(3);
            let mut one = UnderWay::of(Run::between(now));
            let mut other = UnderWay::of(Run::between(later(now, 10)));
            for (is_first, late) in turns {
                if let Some(batch) = late {
                    expected = deliver(&mut bucket, batch);
                }
                let under_way = if is_first { &mut one } else { &mut other };
                under_way.advance(&mut bucket);
                let there: BTreeSet<_> = owned(bucket.lines()).into_keys().collect();
                prop_assert_eq!(there, expected.keys().cloned().collect());
            }
            run(&mut bucket, later(now, 60), Life(None));
            prop_assert_eq!(owned(bucket.lines()), expected);
            Ok(())
        })
        .unwrap();
}
