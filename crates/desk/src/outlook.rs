//! How a place stands: open or closed now, until when, and what an operator may want instead.

use ivr::calendar::{self, Band};
use ivr::document::Calendar;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::Offset;
use serde::Serialize;

use crate::graph::words;

/// How a place stands at an instant, in the words and by the clock of its people.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Outlook {
    /// Whether callers are told it is open.
    pub open: bool,
    /// `Open until Fri 27 Nov, 17:30`: state and end in one sentence.
    pub says: String,
    /// Somebody has said so: the hours are another matter.
    pub overridden: bool,
    /// The name of the day, when it is a holiday.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holiday: Option<String>,
    /// What callers hear while somebody's word holds.
    pub prompt: String,
    /// The time zone of its clock.
    pub timezone: String,
    /// Its clock, now.
    pub now: String,
    /// Until when it may be closed or opened against its hours: the likely ones.
    pub choices: Vec<Until>,
    /// Every half hour of the day that follows.
    pub times: Vec<Until>,
}

/// An end of an override.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Until {
    /// By the place's clock.
    pub label: String,
    /// RFC 3339; absent for one without an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// How a calendar stands at `now`.
#[must_use]
pub fn outlook(calendar: &Calendar, now: Timestamp) -> Outlook {
    let hours = &calendar.hours;
    let state = hours.state_at(now);
    let overridden = matches!(state, calendar::State::Override { .. });
    let open = matches!(
        state,
        calendar::State::Open | calendar::State::Override { open: true }
    );
    let holiday = match state {
        calendar::State::Holiday { name } => Some(name.to_owned()),
        _ => None,
    };
    let word = if open { "Open" } else { "Closed" };
    let until = hours.next_change(now).map(|at| spoken(hours, at, now));
    let says = match (until, overridden) {
        (Some(until), _) => format!("{word} until {until}"),
        (None, true) => format!("{word} until further notice"),
        (None, false) => format!("{word} always"),
    };
    Outlook {
        open,
        says,
        overridden,
        holiday,
        prompt: words(&calendar.override_prompt),
        timezone: hours.zone.name().to_owned(),
        now: day_and_time(wall(hours, now)),
        choices: choices(hours, now),
        times: times(hours, now),
    }
}

/// The likely ends of an override that begins now.
fn choices(hours: &calendar::Calendar, now: Timestamp) -> Vec<Until> {
    let regular = calendar::Calendar {
        over: None,
        ..hours.clone()
    };
    let is_open = |at| regular.state_at(at) == calendar::State::Open;
    let mut all = Vec::new();
    let mut offer = |words: &str, at: Timestamp| {
        let until = Some(vonage::print_timestamp(at, None));
        if all.iter().all(|known: &Until| known.until != until) {
            let label = format!("{words}, until {}", spoken(hours, at, now));
            all.push(Until { label, until });
        }
    };
    if let Some(at) = later(now, 3600) {
        offer("For an hour", at);
    }
    // The changes of the hours in the days that follow: the next of each kind is likely meant,
    // and the first opening of another day.
    let today = wall(hours, now).date();
    let (mut at, mut closing, mut opening, mut another_day) = (now, false, false, false);
    for _ in 0..8 {
        let Some(next) = regular.next_change(at) else {
            break;
        };
        at = next;
        let same_day = wall(hours, at).date() == today;
        if is_open(at) && same_day && !opening {
            opening = true;
            offer("Until it opens again today", at);
        } else if is_open(at) && !same_day && !another_day {
            another_day = true;
            offer("Until the next opening day", at);
        } else if !is_open(at) && !closing {
            closing = true;
            offer("Until closing time", at);
        }
    }
    all.push(Until {
        label: "Until somebody ends it".to_owned(),
        until: None,
    });
    all
}

fn times(hours: &calendar::Calendar, now: Timestamp) -> Vec<Until> {
    const STEP: i64 = 1800;
    let first = now.as_second().div_euclid(STEP) + 1;
    (first..first + 48)
        .filter_map(|step| Timestamp::from_second(step * STEP).ok())
        .map(|at| Until {
            label: spoken(hours, at, now),
            until: Some(vonage::print_timestamp(at, None)),
        })
        .collect()
}

fn later(now: Timestamp, seconds: i64) -> Option<Timestamp> {
    // Whole minutes: nobody says 18:00:37.
    let at = now.as_second().saturating_add(seconds);
    Timestamp::from_second(at - at.rem_euclid(60)).ok()
}

fn wall(hours: &calendar::Calendar, at: Timestamp) -> DateTime {
    let wall = Timestamp::from_second(hours.zone.wall(at.as_second())).unwrap_or(at);
    Offset::UTC.to_datetime(wall)
}

/// An instant by the place's clock, as short as it can be said.
fn spoken(hours: &calendar::Calendar, at: Timestamp, now: Timestamp) -> String {
    let (at, now) = (wall(hours, at), wall(hours, now));
    if at.date() == now.date() {
        time_of_day(at)
    } else if now.date().tomorrow().is_ok_and(|day| day == at.date()) {
        format!("tomorrow {}", time_of_day(at))
    } else {
        day_and_time(at)
    }
}

/// `09:30`. jiff writes dates and times too, but its formats bring 40 KB of compressed
/// WebAssembly.
fn time_of_day(at: DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// `Fri 27 Nov`.
fn day_of_year(date: Date) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let weekday = match date.weekday() {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    };
    let month = usize::try_from(date.month() - 1).unwrap_or_default();
    let month = MONTHS.get(month).copied().unwrap_or_default();
    format!("{weekday} {} {month}", date.day())
}

/// `Fri 27 Nov, 09:30`.
fn day_and_time(at: DateTime) -> String {
    format!("{}, {}", day_of_year(at.date()), time_of_day(at))
}

/// One day of a calendar.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Day {
    /// `2026-11-27`
    pub date: String,
    /// `Fri 27 Nov`
    pub label: String,
    /// The name of the day, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// It is not like its day of the week.
    pub exception: bool,
    /// When it is open, in minutes of that day.
    pub bands: Vec<Span>,
    /// What the clock does in its night, when it does something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
}

/// From one minute of a day to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Span {
    /// Minutes after midnight.
    pub from: u16,
    /// Minutes after midnight, 1440 at the day's end.
    pub to: u16,
    /// `09:00–17:30`, of the whole band.
    pub label: String,
}

/// The fortnight that begins with the day of `now`.
#[must_use]
pub fn fortnight(calendar: &Calendar, now: Timestamp) -> Vec<Day> {
    let hours = &calendar.hours;
    let mut date = wall(hours, now).date();
    let mut days = Vec::new();
    for _ in 0..14 {
        days.push(day(hours, date));
        date = date.tomorrow().unwrap_or(date);
    }
    days
}

fn day(hours: &calendar::Calendar, date: Date) -> Day {
    const MIDNIGHT: u16 = 24 * 60;
    let label = |band: &Band| {
        let time = |minutes: u16| format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
        let closes = if band.closes() == MIDNIGHT {
            "24:00".to_owned()
        } else {
            time(band.closes())
        };
        format!("{}–{closes}", time(band.opens()))
    };
    let mut bands: Vec<Span> = Vec::new();
    for band in hours.bands_on(date.yesterday().unwrap_or(date)) {
        if band.closes() > MIDNIGHT {
            bands.push(Span {
                from: 0,
                to: band.closes() - MIDNIGHT,
                label: label(band),
            });
        }
    }
    for band in hours.bands_on(date) {
        bands.push(Span {
            from: band.opens(),
            to: band.closes().min(MIDNIGHT),
            label: label(band),
        });
    }
    let at = |hour: i8| {
        let wall = Offset::UTC.to_timestamp(date.at(hour, 0, 0, 0)).ok()?;
        let unix = hours.zone.first(wall.as_second());
        Some(hours.zone.offset_at(unix))
    };
    let moved = match (at(0), at(12)) {
        (Some(night), Some(noon)) => noon - night,
        _ => 0,
    };
    let exception = hours.exceptions.get(&date);
    Day {
        date: format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day()),
        label: day_of_year(date),
        name: exception.and_then(|exception| exception.name.clone()),
        exception: exception.is_some(),
        bands,
        clock: match moved {
            0 => None,
            1.. => Some("clocks go forward".to_owned()),
            _ => Some("clocks go back".to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICE: &str = r#"{ "timezone": "Europe/London",
      "weekly": { "mon": ["09:00-12:30", "13:30-17:00"], "tue": "09:00-17:00", "fri": "22:00-02:00" },
      "exceptions": [{ "date": "2026-12-01", "name": "Founders' day", "closed": true }]OVER }"#;

    fn calendar(over: &str) -> Calendar {
        let text = OFFICE.replace("OVER", over);
        ivr::document::read("office.calendar.json", text.as_bytes()).unwrap()
    }

    #[test]
    fn a_place_says_how_it_stands_and_until_when() {
        let check = |over: &str, now: &str, says: &str, open: bool| {
            let found = outlook(&calendar(over), now.parse().unwrap());
            assert_eq!((found.says.as_str(), found.open), (says, open), "{now}");
        };
        check("", "2026-11-23T10:00:00Z", "Open until 12:30", true);
        check("", "2026-11-23T12:45:00Z", "Closed until 13:30", false);
        check(
            "",
            "2026-11-23T18:00:00Z",
            "Closed until tomorrow 09:00",
            false,
        );
        check(
            "",
            "2026-11-24T18:00:00Z",
            "Closed until Fri 27 Nov, 22:00",
            false,
        );
        check(
            r#", "override": { "state": "closed", "until": "2026-11-23T15:00:00Z" }"#,
            "2026-11-23T10:00:00Z",
            "Closed until 15:00",
            false,
        );
        check(
            r#", "override": { "state": "open" }"#,
            "2026-11-22T10:00:00Z",
            "Open until further notice",
            true,
        );
        // By the place's clock in summer.
        check("", "2026-07-06T08:30:00Z", "Open until 12:30", true);
    }

    #[test]
    fn the_likely_ends_of_an_override_are_offered_once_each() {
        let check = |now: &str, expected: &[&str]| {
            let labels: Vec<String> = outlook(&calendar(""), now.parse().unwrap())
                .choices
                .into_iter()
                .map(|choice| choice.label)
                .collect();
            assert_eq!(labels, expected, "{now}");
        };
        check(
            "2026-11-23T10:00:20Z",
            &[
                "For an hour, until 11:00",
                "Until closing time, until 12:30",
                "Until it opens again today, until 13:30",
                "Until the next opening day, until tomorrow 09:00",
                "Until somebody ends it",
            ],
        );
        let times = outlook(&calendar(""), "2026-11-23T10:10:00Z".parse().unwrap()).times;
        assert_eq!(times.len(), 48);
        assert_eq!(times[0].label, "10:30");
        assert_eq!(times[0].until.as_deref(), Some("2026-11-23T10:30:00Z"));
    }

    #[test]
    fn a_fortnight_shows_nights_holidays_and_the_change_of_the_clock() {
        let days = fortnight(&calendar(""), "2026-11-23T10:00:00Z".parse().unwrap());
        assert_eq!(days.len(), 14);
        let spans = |at: usize| -> Vec<(u16, u16)> {
            days[at]
                .bands
                .iter()
                .map(|band| (band.from, band.to))
                .collect()
        };
        assert_eq!(spans(0), [(540, 750), (810, 1020)]);
        // Friday's band ends on Saturday.
        assert_eq!(spans(4), [(1320, 1440)]);
        assert_eq!(spans(5), [(0, 120)]);
        assert_eq!(days[8].name.as_deref(), Some("Founders' day"));
        assert!(days[8].bands.is_empty() && days[8].exception);
        let autumn = fortnight(&calendar(""), "2026-10-20T10:00:00Z".parse().unwrap());
        assert_eq!(autumn[5].date, "2026-10-25");
        assert_eq!(autumn[5].clock.as_deref(), Some("clocks go back"));
        assert_eq!(autumn[4].clock, None);
        let spring = fortnight(&calendar(""), "2026-03-20T10:00:00Z".parse().unwrap());
        assert_eq!(spring[9].clock.as_deref(), Some("clocks go forward"));
    }
}
