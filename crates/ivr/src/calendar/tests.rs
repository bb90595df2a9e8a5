#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use jiff::civil::{Date, DateTime};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use super::*;

fn bands(texts: &[&str]) -> Vec<Band> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn calendar(zone: &str, weekly: &[(usize, &[&str])]) -> Calendar {
    let mut days: [Vec<Band>; 7] = Default::default();
    for (day, texts) in weekly {
        days[*day] = bands(texts);
    }
    Calendar {
        zone: Zone::named(zone).unwrap(),
        weekly: days,
        exceptions: BTreeMap::new(),
        over: None,
    }
}

fn except(mut calendar: Calendar, day: &str, name: Option<&str>, texts: &[&str]) -> Calendar {
    let exception = Exception {
        name: name.map(Into::into),
        bands: bands(texts),
    };
    calendar.exceptions.insert(date(day).unwrap(), exception);
    calendar
}

fn at(text: &str) -> Timestamp {
    instant(text).unwrap()
}

fn show(state: State<'_>) -> String {
    match state {
        State::Open => "open".into(),
        State::Closed => "closed".into(),
        State::Holiday { name } => name.into(),
        State::Override { open } => format!("override {}", if open { "open" } else { "closed" }),
    }
}

/// `expected` lists states and the instants between which they hold.
#[track_caller]
fn check(calendar: &Calendar, start: &str, expected: &[(&str, &str)]) {
    let mut now = at(start);
    let mut found = vec![(String::from(start), show(calendar.state_at(now)))];
    while found.len() < expected.len() {
        let Some(next) = calendar.next_change(now) else {
            break;
        };
        now = next;
        found.push((now.to_string(), show(calendar.state_at(now))));
    }
    let found: Vec<_> = found
        .iter()
        .map(|(at, state)| (at.as_str(), state.as_str()))
        .collect();
    assert_eq!(found, expected);
}

/// A zone as jiff's own copy of the database has it. The machine's copy, which jiff prefers where it
/// may read files, can be years older.
fn theirs(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled().get(name).unwrap()
}

#[test]
fn several_bands_a_day_open_and_close_one_after_the_other() {
    let office = calendar("Europe/London", &[(0, &["09:00-12:30", "13:30-17:00"])]);
    // 2026-11-23 is a Monday, in winter.
    check(
        &office,
        "2026-11-23T00:00:00Z",
        &[
            ("2026-11-23T00:00:00Z", "closed"),
            ("2026-11-23T09:00:00Z", "open"),
            ("2026-11-23T12:30:00Z", "closed"),
            ("2026-11-23T13:30:00Z", "open"),
            ("2026-11-23T17:00:00Z", "closed"),
            ("2026-11-30T09:00:00Z", "open"),
        ],
    );
}

#[test]
fn bands_that_touch_are_one_opening() {
    let shop = calendar(
        "Asia/Tokyo",
        &[(0, &["00:00-24:00"]), (1, &["00:00-06:00"])],
    );
    check(
        &shop,
        "2026-11-22T00:00:00Z",
        &[
            ("2026-11-22T00:00:00Z", "closed"),
            ("2026-11-22T15:00:00Z", "open"),
            ("2026-11-23T21:00:00Z", "closed"),
        ],
    );
}

#[test]
fn a_band_over_midnight_belongs_to_the_day_it_begins_on() {
    // Friday night; Saturday is closed for the day, and has a name.
    let bar = calendar(
        "Europe/London",
        &[(4, &["22:00-02:00"]), (5, &["22:00-02:00"])],
    );
    let bar = except(bar, "2026-11-28", Some("Stocktaking"), &[]);
    check(
        &bar,
        "2026-11-27T12:00:00Z",
        &[
            ("2026-11-27T12:00:00Z", "closed"),
            ("2026-11-27T22:00:00Z", "open"),
            ("2026-11-28T02:00:00Z", "Stocktaking"),
            ("2026-11-29T00:00:00Z", "closed"),
            ("2026-12-04T22:00:00Z", "open"),
        ],
    );
}

#[test]
fn an_exception_brings_its_own_hours() {
    let office = calendar("Europe/London", &[(3, &["09:00-17:00"])]);
    let office = except(office, "2026-12-24", None, &["09:00-12:00", "23:00-01:00"]);
    let office = except(office, "2026-12-25", Some("Christmas"), &["10:00-11:00"]);
    check(
        &office,
        "2026-12-24T00:00:00Z",
        &[
            ("2026-12-24T00:00:00Z", "closed"),
            ("2026-12-24T09:00:00Z", "open"),
            ("2026-12-24T12:00:00Z", "closed"),
            ("2026-12-24T23:00:00Z", "open"),
            ("2026-12-25T01:00:00Z", "Christmas"),
            ("2026-12-25T10:00:00Z", "open"),
            ("2026-12-25T11:00:00Z", "Christmas"),
            ("2026-12-26T00:00:00Z", "closed"),
            ("2026-12-31T09:00:00Z", "open"),
        ],
    );
}

#[test]
fn an_override_holds_until_its_end() {
    let mut office = calendar("America/New_York", &[(0, &["09:00-17:00"])]);
    office.over = Some(Override {
        open: false,
        until: Some(at("2026-11-23T11:30:00-05:00")),
    });
    check(
        &office,
        "2026-11-23T12:00:00Z",
        &[
            ("2026-11-23T12:00:00Z", "override closed"),
            ("2026-11-23T16:30:00Z", "open"),
            ("2026-11-23T22:00:00Z", "closed"),
        ],
    );
    office.over = Some(Override {
        open: true,
        until: None,
    });
    assert_eq!(
        office.state_at(at("2030-01-01T00:00:00Z")),
        State::Override { open: true }
    );
    assert_eq!(office.next_change(at("2030-01-01T00:00:00Z")), None);
}

#[test]
fn the_hour_a_spring_night_skips_is_missing_from_its_band() {
    // London, 29 March 2026: 01:00 becomes 02:00.
    check(
        &calendar("Europe/London", &[(6, &["01:30-02:30"])]),
        "2026-03-28T12:00:00Z",
        &[
            ("2026-03-28T12:00:00Z", "closed"),
            ("2026-03-29T01:00:00Z", "open"),
            ("2026-03-29T01:30:00Z", "closed"),
            ("2026-04-05T00:30:00Z", "open"),
        ],
    );
    // A band that lies in the missing hour does not take place.
    check(
        &calendar("Europe/London", &[(6, &["01:15-01:45"])]),
        "2026-03-28T12:00:00Z",
        &[
            ("2026-03-28T12:00:00Z", "closed"),
            ("2026-04-05T00:15:00Z", "open"),
        ],
    );
}

#[test]
fn the_hour_an_autumn_night_repeats_counts_twice() {
    // London, 25 October 2026: 02:00 becomes 01:00 again.
    check(
        &calendar("Europe/London", &[(6, &["01:30-02:30"])]),
        "2026-10-24T12:00:00Z",
        &[
            ("2026-10-24T12:00:00Z", "closed"),
            ("2026-10-25T00:30:00Z", "open"),
            ("2026-10-25T02:30:00Z", "closed"),
        ],
    );
    check(
        &calendar("Europe/London", &[(5, &["22:00-01:30"])]),
        "2026-10-24T12:00:00Z",
        &[
            ("2026-10-24T12:00:00Z", "closed"),
            ("2026-10-24T21:00:00Z", "open"),
            ("2026-10-25T01:30:00Z", "closed"),
        ],
    );
    check(
        &calendar("Europe/London", &[(5, &["22:00-01:00"])]),
        "2026-10-24T12:00:00Z",
        &[
            ("2026-10-24T12:00:00Z", "closed"),
            ("2026-10-24T21:00:00Z", "open"),
            ("2026-10-25T00:00:00Z", "closed"),
        ],
    );
}

#[test]
fn what_never_changes_has_no_next_change() {
    let empty = calendar("UTC", &[]);
    assert_eq!(empty.next_change(at("2026-01-01T00:00:00Z")), None);
    let all: [(usize, &[&str]); 7] = core::array::from_fn(|day| (day, &["00:00-24:00"][..]));
    assert_eq!(
        calendar("Europe/London", &all).next_change(at("2026-01-01T00:00:00Z")),
        None
    );
    let far = except(empty, "2031-05-05", None, &["10:00-11:00"]);
    assert_eq!(
        far.next_change(at("2026-01-01T00:00:00Z")),
        Some(at("2031-05-05T10:00:00Z"))
    );
}

#[test]
fn bands_dates_and_instants_are_read_as_written() {
    for text in ["09:00-12:30", "22:00-02:00", "00:00-24:00", "23:59-24:00"] {
        assert_eq!(text.parse::<Band>().unwrap().to_string(), text);
    }
    for text in [
        "",
        "9:00-12:00",
        "09:00",
        "09:00-09:00",
        "24:00-25:00",
        "24:00-01:00",
        "09:60-10:00",
        "09:00-12:00x",
        "+9:00-12:00",
    ] {
        assert!(text.parse::<Band>().is_err(), "{text}");
    }
    for text in [
        "2026-02-29",
        "2026-13-01",
        "26-01-01",
        "2026-1-1",
        "2026-01-01T",
        "",
    ] {
        assert!(date(text).is_err(), "{text}");
    }
    for text in [
        "2026-11-21T18:00:00Z",
        "2026-11-21t18:00:00.25z",
        "2026-11-21 18:00:00+05:30",
        "2026-06-30T23:59:60-00:30",
    ] {
        let theirs: Timestamp = text.parse().unwrap();
        assert_eq!(
            instant(text).unwrap().as_second(),
            theirs.as_second(),
            "{text}"
        );
    }
    for text in [
        "2026-11-21T18:00:00",
        "2026-11-21",
        "2026-11-21T25:00:00Z",
        "2026-11-21T18:00:00.Z",
        "2026-11-21T18:00:00+0100",
        "nonsense",
        "",
    ] {
        assert!(instant(text).is_err(), "{text}");
    }
}

#[test]
fn every_zone_has_the_offsets_of_the_whole_database() {
    let end = at("2045-01-01T00:00:00Z");
    for name in Zone::names() {
        let zone = Zone::named(name).unwrap();
        assert_eq!(zone.name(), name);
        let theirs = theirs(name);
        let mut instants: Vec<i64> = (0..1_500)
            .map(|step| 1_704_067_200 + step * 432_000 + step * 977)
            .collect();
        for change in theirs
            .following(at("2024-01-01T00:00:00Z"))
            .take_while(|change| change.timestamp() < end)
        {
            let change = change.timestamp().as_second();
            instants.extend([change - 1, change, change + 1]);
        }
        for unix in instants {
            let theirs = theirs
                .to_offset(Timestamp::from_second(unix).unwrap())
                .seconds();
            assert_eq!(zone.offset_at(unix), theirs, "{name} at {unix}");
        }
    }
    assert!(Zone::named("Europe/london").is_none());
    assert!(Zone::named("").is_none());
}

/// The rules of the module's first page, minute by minute, with jiff's whole database.
struct Oracle {
    start: Timestamp,
    walls: Vec<DateTime>,
    open: Vec<bool>,
}

impl Oracle {
    fn new(calendar: &Calendar, first: Date, days: usize) -> Self {
        let zone = theirs(calendar.zone.name());
        let start = zone.to_timestamp(first.at(0, 0, 0, 0)).unwrap();
        let start = Timestamp::from_second(start.as_second() / 60 * 60).unwrap();
        let walls: Vec<DateTime> = (0..days * 1440)
            .map(|minute| zone.to_datetime(start + i64::try_from(minute).unwrap().minutes()))
            .collect();
        let mut open = vec![false; walls.len()];
        let mut date = first;
        while date <= walls[walls.len() - 1].date() {
            for band in calendar.bands_on(date) {
                let from = date.at(0, 0, 0, 0) + i64::from(band.opens()).minutes();
                let until = date.at(0, 0, 0, 0) + i64::from(band.closes()).minutes();
                let within = |wall: &DateTime| from <= *wall && *wall < until;
                if let (Some(from), Some(until)) = (
                    walls.iter().position(within),
                    walls.iter().rposition(within),
                ) {
                    open[from..=until].fill(true);
                }
            }
            date = date.tomorrow().unwrap();
        }
        Self { start, walls, open }
    }

    fn state<'a>(&self, calendar: &'a Calendar, minute: usize) -> State<'a> {
        if self.open[minute] {
            return State::Open;
        }
        match calendar.exceptions.get(&self.walls[minute].date()) {
            Some(Exception {
                name: Some(name), ..
            }) => State::Holiday { name },
            _ => State::Closed,
        }
    }
}

fn some_band() -> impl Strategy<Value = Band> {
    // Half of all bands begin in the hours in which clocks change.
    let hours = prop_oneof![0u16..4 * 60, 0u16..24 * 60];
    (hours, prop_oneof![1u16..180, 1u16..24 * 60]).prop_filter_map("a band", |(opens, length)| {
        let closes = opens + length;
        Band::new(opens, if closes > 1440 { closes - 1440 } else { closes })
    })
}

fn some_calendar() -> impl Strategy<Value = (Calendar, Date)> {
    let names: Vec<&str> = Zone::names().collect();
    let week = prop::collection::vec(prop::collection::vec(some_band(), 0..3), 7);
    let exceptions = prop::collection::vec(
        (
            0i64..6,
            prop::option::of("[A-Z][a-z]{2}"),
            prop::collection::vec(some_band(), 0..3),
        ),
        0..3,
    );
    (prop::sample::select(names), 0usize..12, week, exceptions).prop_map(
        |(name, change, weekly, exceptions)| {
            let zone = theirs(name);
            // A few days around a change of the clock, where the zone has any.
            let around = zone
                .following(at("2024-03-01T00:00:00Z"))
                .nth(change)
                .map_or(at("2026-02-27T00:00:00Z"), |change| change.timestamp());
            let first = zone.to_datetime(around).date() - 3.days();
            let calendar = Calendar {
                zone: Zone::named(name).unwrap(),
                weekly: weekly.try_into().unwrap(),
                exceptions: exceptions
                    .into_iter()
                    .map(|(day, name, bands)| (first + day.days(), Exception { name, bands }))
                    .collect(),
                over: None,
            };
            (calendar, first)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::cases(64)))]

    #[test]
    fn every_minute_is_as_a_slow_reading_of_the_rules_says((calendar, first) in some_calendar()) {
        let oracle = Oracle::new(&calendar, first, 8);
        // Spans cut by the edges of the window are not the oracle's to judge.
        let judged = 2 * 1440..6 * 1440;
        let mut last = judged.start;
        let mut state = oracle.state(&calendar, last);
        for minute in judged {
            let now = oracle.start + i64::try_from(minute).unwrap().minutes();
            let expected = oracle.state(&calendar, minute);
            prop_assert_eq!(calendar.state_at(now), expected, "{} ({:?})", now, oracle.walls[minute]);
            if expected != state {
                let earlier = oracle.start + i64::try_from(last).unwrap().minutes();
                prop_assert_eq!(calendar.next_change(earlier), Some(now));
                (last, state) = (minute, expected);
            }
        }
    }

    #[test]
    fn what_bands_print_reads_back(band in some_band()) {
        prop_assert_eq!(band.to_string().parse(), Ok(band));
    }

    #[test]
    fn reading_never_panics(text in "\\PC{0,30}") {
        let _ = text.parse::<Band>();
        let _ = date(&text);
        let _ = instant(&text);
        let _ = Zone::named(&text);
    }
}
