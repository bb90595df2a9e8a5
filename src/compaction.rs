//! The archive's upkeep: the many small files of each hour become few.

use api::Reason;
use events::compact::{Hour, Run, Step, marker_folder};
use events::print_timestamp;
use worker::Env;

use crate::bindings::promise::PlatformError;
use crate::bindings::{archive, clock};
use crate::log;

/// The longest a run may take, in seconds: the platform stops one of a cron trigger after 15 minutes.
/// A marker older than this is of a run that was stopped.
const LONGEST_RUN: i64 = 1_000;

/// Compacts the hours that are over. What is left is for the next run.
pub async fn run(env: &Env) {
    let mut run = Run::new(clock::now());
    let mut failed = Vec::new();
    while let Some(folder) = run.next_folder() {
        // An hour that cannot be put together holds up no other.
        if let Err(error) = compact(env, &folder, &mut run).await {
            failed.push(format!("{folder}: {}", error.message));
        }
    }
    if let Some(first) = failed.first() {
        let detail = format!("{} folders; {first}", failed.len());
        log::alert(Reason::CompactionFailed, &detail);
    }
    if run.is_behind() {
        log::alert(
            Reason::CompactionBehind,
            "there are more small files than one run puts together",
        );
    }
}

/// Puts the files of one hour together.
async fn compact(env: &Env, folder: &str, run: &mut Run) -> Result<(), PlatformError> {
    let keys = archive::list_all(env, folder).await?;
    let Some(hour) = run.hour(folder, keys) else {
        return Ok(());
    };
    // Before the first file is read: whoever removes lines of it meanwhile looks again afterwards.
    let marker = [&marker_folder(folder), "since"].concat();
    let since = print_timestamp(clock::now());
    archive::put(env, &marker, &since, "text/plain").await?;
    let compacted = put_together(env, hour).await;
    archive::delete(env, &marker).await?;
    compacted
}

async fn put_together(env: &Env, mut hour: Hour) -> Result<(), PlatformError> {
    while let Some(step) = hour.step() {
        match step {
            Step::Read(key) => {
                if let Some(file) = archive::get_tagged(env, &key).await? {
                    hour.read(&file.text, file.etag);
                }
            }
            Step::Write(file) => {
                let etag = file.etag.as_deref();
                let written =
                    archive::put_if(env, &file.key, &file.text, etag, "application/x-ndjson");
                if !written.await? {
                    return Ok(());
                }
            }
            Step::Remove(keys) => archive::delete_all(env, &keys).await?,
        }
    }
    Ok(())
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
