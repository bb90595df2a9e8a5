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

/// When there is a run between the hourly ones: a cron trigger of `wrangler.toml`.
pub const BETWEEN: &str = "7,27,37,47,57 * * * *";

/// The part of the hourly job: hours that are over are compacted. What is left is for the next run.
pub async fn hourly(env: &Env) {
    run(env, Run::hourly(clock::now())).await;
}

/// The run between.
pub async fn between(env: &Env) {
    run(env, Run::between(clock::now())).await;
}

async fn run(env: &Env, mut run: Run) {
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
            "there are more small files than the runs of an hour put together",
        );
    }
}

/// Puts the files of one hour together.
async fn compact(env: &Env, folder: &str, run: &mut Run) -> Result<(), PlatformError> {
    let keys = archive::list_all(env, folder).await?;
    let Some(hour) = run.hour(folder, keys) else {
        return Ok(());
    };
    // Before the first file is read: whoever removes lines of it meanwhile looks again afterwards. Each
    // run has a marker of its own, since the one before may still be at work.
    let marker = marker_folder(folder) + &print_timestamp(clock::now());
    archive::put(env, &marker, "", "text/plain").await?;
    let compacted = put_together(env, hour).await;
    // With those of runs that were stopped.
    let mut over = archive::list_all(env, &marker_folder(folder)).await?;
    over.retain(|other| *other == marker || !is_of_a_run(other));
    archive::delete_all(env, &over).await?;
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
    let markers = archive::list_all(env, &marker_folder(folder)).await?;
    Ok(markers.iter().any(|marker| is_of_a_run(marker)))
}

/// Whether the run that left a marker may still be under way. Its name ends with when that began.
fn is_of_a_run(marker: &str) -> bool {
    let began = marker.rsplit('/').next().unwrap_or_default();
    let began = began.parse::<jiff::Timestamp>();
    began.is_ok_and(|began| clock::now().duration_since(began).as_secs() < LONGEST_RUN)
}

#[cfg(test)]
mod tests {
    use super::BETWEEN;

    #[test]
    fn the_run_between_is_a_trigger_of_the_worker() {
        let settings = include_str!("../wrangler.toml");
        assert!(settings.contains(&format!("\n  \"{BETWEEN}\",")));
    }
}
