//! The daily job: forget what is old, wake what sleeps.

use events::print_timestamp;
use jiff::SignedDuration;
use worker::Env;

use crate::bindings::{calls, clock, outbox};
use crate::env::Config;
use crate::log;

/// Days kept when `RETENTION_DAYS` says nothing.
const DAYS: u32 = 90;
/// Rows deleted at once: the database serves one query at a time, and calls go on meanwhile.
const ROWS: u32 = 500;
/// Batches of one run. What is left is tomorrow's.
const BATCHES: u32 = 400;

/// Deletes events and call records older than `RETENTION_DAYS`. The archive keeps its own
/// lifecycle, set on the bucket.
pub async fn run(env: &Env) {
    outbox::wake(env).await;
    let days = Config::of(env).retention_days.unwrap_or(DAYS).max(1);
    let Ok(before) = clock::now().checked_sub(SignedDuration::from_secs(i64::from(days) * 86_400))
    else {
        return;
    };
    let before = print_timestamp(before);
    for _ in 0..BATCHES {
        match calls::delete_older(env, &before, ROWS).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(refusal) => {
                log::alert("retention_failed", &refusal.message);
                return;
            }
        }
    }
}
