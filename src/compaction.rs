//! The archive's upkeep: the many small files of each hour become few.

use api::Reason;
use events::archive::folder;
use events::compact::{Compaction, LARGEST, compacted_key, marker_folder, number_of};
use events::print_timestamp;
use jiff::SignedDuration;
use worker::Env;

use crate::bindings::promise::PlatformError;
use crate::bindings::{archive, clock};
use crate::log;

/// Hours looked at, back from now. What is retried longest comes nine hours late.
const HOURS: i64 = 26;
/// How long after its end an hour is left alone, in seconds: consumers still write it.
const PAUSE: i64 = 600;
/// The longest a run may take, in seconds: the platform stops one of a cron trigger after 15 minutes.
/// A marker older than this is of a run that was stopped.
const LONGEST_RUN: i64 = 1_000;
/// Files read by one run. The platform allows ten thousand requests to services a run.
const FILES: usize = 4_000;

/// Compacts the hours that are over. What is left is for the next run.
pub async fn run(env: &Env) {
    let mut left = FILES;
    for hour in 1..=HOURS {
        let seconds = hour * 3_600 - 3_600 + PAUSE;
        // From ten minutes past, an hour is one hour back.
        let Ok(at) = clock::now().checked_sub(SignedDuration::from_secs(seconds + 3_600)) else {
            return;
        };
        if let Err(error) = compact(env, &folder(&print_timestamp(at)), &mut left).await {
            log::alert(Reason::CompactionFailed, &error.message);
            return;
        }
        if left == 0 {
            log::alert(
                Reason::CompactionBehind,
                "there are more small files than one run puts together",
            );
            return;
        }
    }
}

/// Puts the files of one hour together. A new file is written before the old ones go: stopped in
/// between, nothing is lost, and what lies there twice goes the next time.
async fn compact(env: &Env, folder: &str, left: &mut usize) -> Result<(), PlatformError> {
    let (done, small): (Vec<String>, Vec<String>) = archive::list_all(env, folder)
        .await?
        .into_iter()
        .partition(|key| number_of(key).is_some());
    if small.is_empty() {
        return Ok(());
    }
    // Before the first file is read: whoever removes lines of it meanwhile looks again afterwards.
    let marker = [&marker_folder(folder), "since"].concat();
    let since = print_timestamp(clock::now());
    archive::put(env, &marker, &since, "text/plain").await?;
    let compacted = put_together(env, folder, done, small, left).await;
    archive::delete(env, &marker).await?;
    compacted
}

/// Whether files of this folder (an hour's, or `events/`) are being put together: what was read of
/// them may be written yet.
///
/// # Errors
/// What the bucket said.
pub async fn is_running(env: &Env, folder: &str) -> Result<bool, PlatformError> {
    for marker in archive::list_all(env, &marker_folder(folder)).await? {
        let since = archive::get(env, &marker).await?;
        let since = since.and_then(|text| text.parse::<jiff::Timestamp>().ok());
        if since.is_some_and(|since| clock::now().duration_since(since).as_secs() < LONGEST_RUN) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The oldest hour the next run may still put together.
pub fn oldest_open_hour() -> String {
    let at = clock::now().checked_sub(SignedDuration::from_hours(HOURS + 2));
    at.map_or_else(|_| "events/".to_owned(), |at| folder(&print_timestamp(at)))
}

async fn put_together(
    env: &Env,
    folder: &str,
    mut done: Vec<String>,
    small: Vec<String>,
    left: &mut usize,
) -> Result<(), PlatformError> {
    let mut compaction = Compaction::default();
    let mut number = 0;
    let mut etag = None;
    done.sort_unstable();
    let last = done.len();
    for (at, key) in done.iter().enumerate() {
        let Some(file) = archive::get_tagged(env, key).await? else {
            continue;
        };
        number = number_of(key).unwrap_or(0);
        if at + 1 == last && file.text.len() < LARGEST / 2 {
            compaction.add(&file.text);
            etag = Some(file.etag);
        } else {
            compaction.know(&file.text);
            number += 1;
        }
    }
    let mut read = Vec::new();
    for key in small {
        if *left == 0 {
            break;
        }
        if let Some(text) = archive::get(env, &key).await? {
            compaction.add(&text);
        }
        *left -= 1;
        read.push(key);
        if compaction.is_full() {
            if !write(env, folder, number, &mut compaction, etag.take(), &read).await? {
                return Ok(());
            }
            read.clear();
            number += 1;
        }
    }
    write(env, folder, number, &mut compaction, etag, &read)
        .await
        .map(drop)
}

/// Writes a file and removes those it was made of; says whether nobody else had changed it.
async fn write(
    env: &Env,
    folder: &str,
    number: usize,
    compaction: &mut Compaction,
    etag: Option<String>,
    read: &[String],
) -> Result<bool, PlatformError> {
    if let Some(text) = compaction.finish() {
        let key = compacted_key(folder, number);
        let etag = etag.as_deref();
        if !archive::put_if(env, &key, &text, etag, "application/x-ndjson").await? {
            return Ok(false);
        }
    }
    archive::delete_all(env, read).await?;
    Ok(true)
}
