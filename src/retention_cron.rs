//! The hourly job: forget what is old, wake what sleeps, count, and tidy the archive.

use api::Reason;
use conversations::key::first_number;
use conversations::{feed, retention};
use events::print_timestamp;
use jiff::{SignedDuration, Timestamp};
use worker::Env;

use crate::bindings::promise::PlatformError;
use crate::bindings::{calls, clock, outbox_do};
use crate::env::Config;
use crate::{compaction, figures, log};

/// Days kept when `RETENTION_DAYS` says nothing.
const DAYS: u32 = 90;
/// Transactions of one run, of three statements and [`retention::STEP`] conversations each: 90,000 an
/// hour. The platform allows a thousand statements a run, of which the figures may take 400, so
/// several databases share them.
const STEPS: usize = 180;
/// Days of the feed that are kept, today's included.
const FEED_DAYS: i64 = 3;
/// How far what is left is counted.
const COUNTED: usize = 4_000;

/// Deletes events and call records older than `RETENTION_DAYS`, and the feed of the days before
/// yesterday. The archive keeps its own lifecycle, set on the bucket.
pub async fn run(env: &Env) {
    outbox_do::wake(env).await;
    let days = Config::of(env).retention_days.unwrap_or(DAYS).max(1);
    let now = clock::now();
    let before = days_before(now, i64::from(days));
    let databases = calls::count(env);
    for database in 0..databases {
        let outcome = match forget(env, database, STEPS / databases, before).await {
            Ok(()) => forget_feed(env, database, days_before(now, FEED_DAYS)).await,
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            log::alert(Reason::RetentionFailed, &error.message);
        }
    }
    figures::run(env).await;
    let day = print_timestamp(before);
    let day = day.get(..10).unwrap_or_default();
    if let Err(error) = calls::query(env, 0, &conversations::figures::forget(day)).await {
        log::alert(Reason::RetentionFailed, &error.message);
    }
    compaction::hourly(env).await;
    if let Err(error) = crate::routes::api::note_references(env).await {
        log::alert(Reason::ReferencesFailed, &error.message);
    }
}

fn days_before(now: Timestamp, days: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_secs(days * 86_400))
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

async fn forget(
    env: &Env,
    database: usize,
    steps: usize,
    before: Timestamp,
) -> Result<(), PlatformError> {
    let before = first_number(before.as_millisecond());
    let step = retention::forget(before);
    for _ in 0..steps {
        let answers = calls::transact(env, database, &step).await?;
        if answers
            .last()
            .is_none_or(|gone| gone.len() < retention::STEP)
        {
            return Ok(());
        }
    }
    let left = calls::query(env, database, &retention::left(before, COUNTED)).await?;
    let left = left.first().map_or("0", String::as_str);
    if left != "0" {
        let more = if left.parse() == Ok(COUNTED) {
            " or more"
        } else {
            ""
        };
        log::alert(
            Reason::RetentionBehind,
            &format!(
                "{}: {left}{more} conversations are older than RETENTION_DAYS and still there",
                calls::name(database)
            ),
        );
    }
    Ok(())
}

async fn forget_feed(env: &Env, database: usize, before: Timestamp) -> Result<(), PlatformError> {
    let before = print_timestamp(before).replace('-', "");
    let tables = calls::query(env, database, &feed::tables()).await?;
    let old: Vec<_> = tables
        .iter()
        .filter_map(|table| feed::day_of(table))
        .filter(|day| before.get(..8).is_some_and(|before| *day <= before))
        .map(feed::drop_table)
        .collect();
    calls::transact(env, database, &old).await.map(drop)
}
