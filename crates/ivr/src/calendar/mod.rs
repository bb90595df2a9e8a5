//! Calendars: when a place is open, as people write it on a door.
//!
//! A [`Calendar`] says for any instant whether it is open, closed, on a holiday or
//! overridden ([`Calendar::state_at`]), and when that next changes
//! ([`Calendar::next_change`]). What holds where the rules meet:
//!
//! - A band over midnight (`22:00-02:00`) belongs to the day it begins on. An exception
//!   replaces the bands that **begin** on its date, so the last hours of Friday night
//!   stay open on a closed Saturday, and a closed Friday closes its night as well.
//! - A band opens the first time the clock on the wall says its opening time and closes
//!   the last time it says its closing time. In the spring night the hour that is
//!   skipped is missing from it (`01:30-02:30` in London opens when the clock jumps to
//!   two, for half an hour); in the autumn night the hour that comes twice counts twice,
//!   and nobody closes and opens again in between.
//! - A named exception is a holiday: outside its hours the state is
//!   [`State::Holiday`] from midnight to midnight. Without a name it is
//!   [`State::Closed`].
//! - An override beats everything until its `until`, then everything is as before.

mod band;
mod parse;
mod zone;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

pub use band::Band;
pub use parse::{CalendarError, date, instant};
pub use zone::Zone;

/// When a place is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Where its clock hangs.
    pub zone: Zone,
    /// The bands that begin on each day of the week, Monday first.
    pub weekly: [Vec<Band>; 7],
    /// Dates that are not like their day of the week.
    pub exceptions: BTreeMap<Date, Exception>,
    /// What holds instead, for now.
    pub over: Option<Override>,
}

/// One date that is not like its day of the week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exception {
    /// What the day is called. A day with a name is a holiday.
    pub name: Option<String>,
    /// The bands that begin on it; none when it is closed.
    pub bands: Vec<Band>,
}

/// What holds instead of the hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Whether callers are to be told the place is open.
    pub open: bool,
    /// When it ends; never, without.
    pub until: Option<Timestamp>,
}

/// How things stand at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State<'a> {
    /// Within opening hours.
    Open,
    /// Outside them.
    Closed,
    /// Outside the hours of a day that has a name.
    Holiday {
        /// The name of the day.
        name: &'a str,
    },
    /// Someone has said so, whatever the hours are.
    Override {
        /// Whether the place is said to be open.
        open: bool,
    },
}

impl Calendar {
    /// How things stand at `now`.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> State<'_> {
        if let Some(over) = self.over_at(now) {
            return State::Override { open: over.open };
        }
        let now = now.as_second();
        let today = date_of(self.zone.wall(now));
        let begun = today.yesterday().unwrap_or(today);
        if self
            .spans(begun)
            .chain(self.spans(today))
            .any(|(from, until)| from <= now && now < until)
        {
            return State::Open;
        }
        match self.exceptions.get(&today) {
            Some(Exception {
                name: Some(name), ..
            }) => State::Holiday { name },
            _ => State::Closed,
        }
    }

    /// The first instant after `now` at which [`state_at`](Self::state_at) answers
    /// otherwise, unless it never does.
    #[must_use]
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let state = self.state_at(now);
        if let Some(over) = self.over_at(now) {
            return over.until;
        }
        let mut edges = Vec::new();
        let today = date_of(self.zone.wall(now.as_second()));
        // The week repeats, so what does not change within it, and the night of a clock
        // change that may hide a band, changes only by an exception.
        let mut date = today.yesterday().unwrap_or(today);
        for _ in 0..16 {
            self.edges(date, &mut edges);
            date = date.tomorrow().unwrap_or(date);
        }
        for exception in self.exceptions.range(today..).map(|(date, _)| *date) {
            let mut date = exception;
            for _ in 0..8 {
                self.edges(date, &mut edges);
                date = date.tomorrow().unwrap_or(date);
            }
        }
        edges.sort_unstable();
        edges.dedup();
        edges
            .into_iter()
            .filter_map(|edge| Timestamp::from_second(edge).ok())
            .find(|edge| *edge > now && self.state_at(*edge) != state)
    }

    /// The override in force at `now`.
    #[must_use]
    pub fn over_at(&self, now: Timestamp) -> Option<&Override> {
        self.over
            .as_ref()
            .filter(|over| over.until.is_none_or(|until| now < until))
    }

    /// The bands that begin on `date`.
    #[must_use]
    pub fn bands_on(&self, date: Date) -> &[Band] {
        match self.exceptions.get(&date) {
            Some(exception) => &exception.bands,
            None => {
                let day = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
                self.weekly.get(day).map_or(&[], Vec::as_slice)
            }
        }
    }

    /// From when until when the bands of `date` hold, in Unix seconds.
    fn spans(&self, date: Date) -> impl Iterator<Item = (i64, i64)> {
        let midnight = zone::midnight(date);
        self.bands_on(date).iter().map(move |band| {
            (
                self.zone.first(midnight + i64::from(band.opens) * 60),
                self.zone.last(midnight + i64::from(band.closes) * 60),
            )
        })
    }

    fn edges(&self, date: Date, edges: &mut Vec<i64>) {
        edges.push(self.zone.first(zone::midnight(date)));
        for (from, until) in self.spans(date) {
            edges.push(from);
            edges.push(until);
        }
    }
}

/// The date of a time by the clock on the wall.
fn date_of(wall: i64) -> Date {
    let wall = Timestamp::from_second(wall).unwrap_or_default();
    Offset::UTC.to_datetime(wall).date()
}
