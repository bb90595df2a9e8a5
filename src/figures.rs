//! The figures of the hour that has ended, computed whole.
//!
//! They are of the calls of all databases, and lie in the first.

use api::Reason;
use conversations::figures::{self, Figures};
use conversations::find::{self, Index, RowId, Search, WINDOW};
use conversations::key::first_number;
use events::{CallRecord, print_timestamp};
use jiff::{SignedDuration, Timestamp};
use worker::Env;

use crate::bindings::promise::PlatformError;
use crate::bindings::{calls, clock};
use crate::log;

/// Hours computed by one run, back from now: the one that has just ended, and one whose calls are
/// all over.
const HOURS: [i64; 2] = [1, 26];
/// Parts of an hour read by one run, each of at most 500 calls: 50,000 calls.
const PARTS: usize = 100;
const HOUR: i64 = 3_600;

/// Computes the figures of two hours, and puts those of days gone by together.
pub async fn run(env: &Env) {
    for hours in HOURS {
        let Some(at) = back(hours) else {
            return;
        };
        match hour(env, at).await {
            Ok(true) => {}
            Ok(false) => log::alert(
                Reason::FiguresBehind,
                "an hour has more calls than one run counts",
            ),
            Err(error) => return log::alert(Reason::FiguresFailed, &error.message),
        }
    }
    // Yesterday's last hour is computed for the last time a day and two hours later.
    let day = back(27).map(print_timestamp).unwrap_or_default();
    let day = day.get(..10).unwrap_or_default();
    if let Err(error) = calls::transact(env, 0, &figures::roll_up(day)).await {
        log::alert(Reason::FiguresFailed, &error.message);
    }
}

fn back(hours: i64) -> Option<Timestamp> {
    let seconds = clock::now().as_second().div_euclid(HOUR) * HOUR;
    let start = Timestamp::from_second(seconds).ok()?;
    start
        .checked_sub(SignedDuration::from_secs(hours * HOUR))
        .ok()
}

/// Says whether all of the hour was counted.
async fn hour(env: &Env, start: Timestamp) -> Result<bool, PlatformError> {
    let first = start.as_millisecond();
    let mut sum = Figures::default();
    let databases = calls::count(env);
    for database in 0..databases {
        let mut search = Search {
            index: Index::Time,
            from: first_number(first),
            to: RowId::from(first_number(first + HOUR * 1_000) - 1),
            last: 0,
            limit: WINDOW,
        };
        let mut left = PARTS / databases;
        loop {
            if left == 0 {
                return Ok(false);
            }
            left -= 1;
            let mut candidates = calls::search(env, database..database + 1, &search).await?;
            let rows = candidates.next_bodies(find::BODIES);
            for body in calls::bodies(env, &rows).await?.into_values() {
                for record in body.records {
                    if let Ok(record) = serde_json::from_str::<CallRecord>(record.get()) {
                        sum.add(&record);
                    }
                }
            }
            match candidates.rest() {
                Some(cursor) => search.to = cursor.row,
                None => break,
            }
        }
    }
    let at = print_timestamp(start);
    let hour = at.get(..13).unwrap_or_default();
    calls::transact(env, 0, &sum.write(hour)).await?;
    Ok(true)
}
