//! The archive's upkeep: the many small files of each hour become few.

use jiff::{SignedDuration, Timestamp};

use crate::archive::folder;
use crate::print_timestamp;

mod compaction;
mod hour;

pub use compaction::{Compaction, LARGEST, compacted_key, marker_folder, number_of};
pub use hour::{Hour, NewFile, Step};

/// Hours the hourly run looks at, back from now. What is retried longest comes nine hours late.
const HOURS: i64 = 26;
/// The same of the runs between: where there is much, one run an hour does not get through.
const HOURS_BETWEEN: i64 = 3;
/// Minutes from one run to the next.
const INTERVAL: i64 = 10;
/// How long after its end an hour is left alone, in minutes: consumers still write it.
const PAUSE: i64 = 10;
/// Files read by one run. The platform allows ten thousand requests to services a run.
pub const FILES: usize = 4_000;

/// One run over the archive: hours that are over, the earliest first, as far as one run may read. What
/// is left is for the next.
#[derive(Debug)]
pub struct Run {
    folders: std::vec::IntoIter<String>,
    left: usize,
    /// The hour that will be the last one over when the next run comes.
    last: Option<String>,
    is_full: bool,
    is_behind: bool,
}

impl Run {
    /// The run of an hour, which begins at this time.
    #[must_use]
    pub fn hourly(now: Timestamp) -> Self {
        Self::over(HOURS, now)
    }

    /// A run between, which begins at this time.
    #[must_use]
    pub fn between(now: Timestamp) -> Self {
        Self::over(HOURS_BETWEEN, now)
    }

    fn over(hours: i64, now: Timestamp) -> Self {
        let hours = (1..=hours).rev();
        let folders: Vec<String> = hours.filter_map(|hour| folder_before(now, hour)).collect();
        let next = now.checked_add(SignedDuration::from_mins(INTERVAL));
        Self {
            folders: folders.into_iter(),
            left: FILES,
            last: next.ok().and_then(|next| folder_before(next, 1)),
            is_full: false,
            is_behind: false,
        }
    }

    /// The folder to list next.
    pub fn next_folder(&mut self) -> Option<String> {
        if self.is_full {
            return None;
        }
        self.folders.next()
    }

    /// What is to be done about a folder that holds these objects; `None` when nothing is.
    pub fn hour(&mut self, folder: &str, keys: Vec<String>) -> Option<Hour> {
        let (done, mut small): (Vec<String>, Vec<String>) =
            keys.into_iter().partition(|key| number_of(key).is_some());
        self.is_full = small.len() > self.left;
        self.is_behind = self.is_full && self.last.as_deref() != Some(folder);
        small.truncate(self.left);
        self.left -= small.len();
        (!small.is_empty()).then(|| Hour::new(folder, done, small))
    }

    /// Whether the runs do not get through: small files of an hour are left, and another hour is over
    /// before the next run comes.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.is_behind
    }
}

/// The folder of the hour that was over so many hours ago, its pause included.
fn folder_before(now: Timestamp, hours: i64) -> Option<String> {
    let before = SignedDuration::from_mins(hours * 60 + PAUSE);
    let at = now.checked_sub(before).ok()?;
    Some(folder(&print_timestamp(at)))
}

/// The oldest hour a run that begins from now on may still put together.
#[must_use]
pub fn oldest_open_hour(now: Timestamp) -> String {
    folder_before(now, HOURS + 2).unwrap_or_else(|| "events/".to_owned())
}
