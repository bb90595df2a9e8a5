//! Time zones: which offset from UTC holds at an instant, and which instants a
//! clock on the wall names.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::Offset;

/// An IANA time zone, such as `Europe/London`.
///
/// The database is built into the program (see [`Zone::release`]) and exact from
/// 2024 on; before that, the rules of 2024 are taken to have held.
#[derive(Clone, Copy)]
pub struct Zone {
    index: usize,
    data: &'static Data,
}

struct Data {
    /// The offset in force before the first of `shifts`.
    before: i32,
    /// Changes that no rule foretells: when (Unix seconds), and the offset from then on.
    shifts: &'static [(u32, i32)],
    /// What holds after the last of `shifts`.
    rule: Rule,
}

/// What a POSIX `TZ` string says (RFC 9636, section 3.3.1); offsets in seconds east.
struct Rule {
    standard: i32,
    summer: Option<Summer>,
}

struct Summer {
    offset: i32,
    from: Day,
    until: Day,
}

/// The `week`th `weekday` (0 is Sunday) of `month`, 5 for the last, and the seconds
/// from its midnight to the change.
struct Day {
    month: i8,
    week: i8,
    weekday: i8,
    seconds: i32,
}

mod data {
    use super::{Data, Day, Rule, Summer};
    include!(concat!(env!("OUT_DIR"), "/zones.rs"));
}

impl Zone {
    /// The zone of that name, written as the IANA database writes it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let (mut low, mut high) = (0, data::ENDS.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            match name_at(middle).cmp(name) {
                core::cmp::Ordering::Less => low = middle + 1,
                core::cmp::Ordering::Greater => high = middle,
                core::cmp::Ordering::Equal => {
                    let zone = usize::from(*data::ZONE_OF.get(middle)?);
                    return Some(Self {
                        index: middle,
                        data: data::ZONES.get(zone)?,
                    });
                }
            }
        }
        None
    }

    /// The name it was asked for by.
    #[must_use]
    pub fn name(&self) -> &'static str {
        name_at(self.index)
    }

    /// Every name there is, in order: for suggestions.
    pub fn names() -> impl Iterator<Item = &'static str> {
        (0..data::ENDS.len()).map(name_at)
    }

    /// The release of the IANA database built in, such as `2026e`.
    #[must_use]
    pub fn release() -> &'static str {
        data::RELEASE
    }

    /// Seconds east of UTC in force at `unix` (seconds since 1970).
    #[must_use]
    pub fn offset_at(&self, unix: i64) -> i32 {
        let Data {
            before,
            shifts,
            rule,
        } = self.data;
        match shifts.last() {
            Some(&(last, _)) if unix < i64::from(last) => shifts
                .iter()
                .rev()
                .find(|(when, _)| i64::from(*when) <= unix)
                .map_or(*before, |(_, offset)| *offset),
            _ => rule.offset_at(unix),
        }
    }

    /// What the clock on the wall says at `unix`, as seconds since 1970-01-01 00:00
    /// by that clock.
    #[must_use]
    pub fn wall(&self, unix: i64) -> i64 {
        unix + i64::from(self.offset_at(unix))
    }

    /// The first instant at which the clock says `wall`, or has jumped past it.
    #[must_use]
    pub fn first(&self, wall: i64) -> i64 {
        match self.instants(wall) {
            Instants::Once(unix) | Instants::Twice(unix, _) | Instants::Skipped(unix) => unix,
        }
    }

    /// The last instant at which the clock is about to say `wall`: where a span that
    /// ends at `wall` ends for good, even if the clock is set back in between.
    #[must_use]
    pub fn last(&self, wall: i64) -> i64 {
        match self.instants(wall - 1) {
            Instants::Once(unix) | Instants::Twice(_, unix) => unix + 1,
            Instants::Skipped(unix) => unix,
        }
    }

    fn instants(&self, wall: i64) -> Instants {
        const DAY: i64 = 24 * 3600;
        // Clocks change at most once in two days, so these two offsets are the ones
        // before and after a change near by.
        let before = wall - i64::from(self.offset_at(wall - DAY));
        let after = wall - i64::from(self.offset_at(wall + DAY));
        match (self.wall(before) == wall, self.wall(after) == wall) {
            (true, true) if before != after => {
                Instants::Twice(before.min(after), before.max(after))
            }
            (true, _) => Instants::Once(before),
            (false, true) => Instants::Once(after),
            (false, false) => {
                // The clock jumps over `wall` somewhere between the two.
                let (mut low, mut high) = (after, before);
                while high - low > 1 {
                    let middle = i64::midpoint(low, high);
                    if self.wall(middle) < wall {
                        low = middle;
                    } else {
                        high = middle;
                    }
                }
                Instants::Skipped(high)
            }
        }
    }
}

/// When a clock on the wall says one thing.
enum Instants {
    Once(i64),
    /// The clock is set back: the first time, and the second.
    Twice(i64, i64),
    /// The clock is set forward over it, at that instant.
    Skipped(i64),
}

impl Rule {
    fn offset_at(&self, unix: i64) -> i32 {
        let Some(summer) = &self.summer else {
            return self.standard;
        };
        let Ok(now) = Timestamp::from_second(unix.saturating_add(self.standard.into())) else {
            return self.standard;
        };
        let year = Offset::UTC.to_datetime(now).year();
        let (Some(from), Some(until)) = (summer.from.wall(year), summer.until.wall(year)) else {
            return self.standard;
        };
        let from = from - i64::from(self.standard);
        let until = until - i64::from(summer.offset);
        let in_summer = if from < until {
            from <= unix && unix < until
        } else {
            unix < until || from <= unix
        };
        if in_summer {
            summer.offset
        } else {
            self.standard
        }
    }
}

impl Day {
    fn wall(&self, year: i16) -> Option<i64> {
        let week = if self.week == 5 { -1 } else { self.week };
        let weekday = Weekday::from_sunday_zero_offset(self.weekday).ok()?;
        let month = Date::new(year, self.month, 1).ok()?;
        let day = month.nth_weekday_of_month(week, weekday).ok()?;
        Some(midnight(day) + i64::from(self.seconds))
    }
}

/// The midnight a date begins with, in seconds since 1970-01-01 00:00 by the same clock.
pub(super) fn midnight(date: Date) -> i64 {
    Offset::UTC
        .to_timestamp(date.to_datetime(jiff::civil::Time::midnight()))
        .map_or(
            // Only the first and last day jiff knows can fail, and no calendar is that old.
            0,
            Timestamp::as_second,
        )
}

fn name_at(index: usize) -> &'static str {
    let end = |index: usize| data::ENDS.get(index).map_or(0, |end| usize::from(*end));
    let start = if index == 0 { 0 } else { end(index - 1) };
    data::NAMES.get(start..end(index)).unwrap_or_default()
}

impl core::fmt::Debug for Zone {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}

impl Eq for Zone {}
