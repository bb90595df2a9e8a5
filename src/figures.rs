//! The figures of the hour that has ended, computed whole.

use api::Reason;
use conversations::figures::{self, Figures};
use conversations::find::{self, Index, Search, WINDOW};
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
    if let Err(error) = calls::transact(env, &figures::roll_up(day)).await {
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
    let from = first_number(first);
    let mut to = first_number(first + HOUR * 1_000) - 1;
    let mut sum = Figures::default();
    for _ in 0..PARTS {
        let search = Search {
            index: Index::Time,
            from,
            to,
            last: 0,
            limit: WINDOW,
        };
        let answers = calls::transact(env, &search.statements()).await?;
        let mut candidates = search.candidates(&answers)?;
        while let Some((statement, _)) = candidates.next_bodies(find::BODIES) {
            for body in find::bodies(&calls::query(env, &statement).await?)?.into_values() {
                for record in body.records {
                    if let Ok(record) = serde_json::from_str::<CallRecord>(record.get()) {
                        sum.add(&record);
                    }
                }
            }
        }
        match candidates.rest() {
            Some(cursor) => to = cursor.n,
            None => {
                let at = print_timestamp(start);
                let hour = at.get(..13).unwrap_or_default();
                calls::transact(env, &sum.write(hour)).await?;
                return Ok(true);
            }
        }
    }
    Ok(false)
}
