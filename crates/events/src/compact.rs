//! The archive's upkeep: the many small files of each hour become few.

use jiff::{SignedDuration, Timestamp};

use crate::archive::folder;
use crate::print_timestamp;

mod compaction;
mod hour;

pub use compaction::{Compaction, LARGEST, compacted_key, marker_folder, number_of};
pub use hour::{Hour, NewFile, Step};

/// Hours looked at, back from now. What is retried longest comes nine hours late.
const HOURS: i64 = 26;
/// How long after its end an hour is left alone, in minutes: consumers still write it.
const PAUSE: i64 = 10;
/// Files read by one run. The platform allows ten thousand requests to services a run.
pub const FILES: usize = 4_000;

/// One run over the archive: the hours that are over, the last one first, as far as one run may
/// read. What is left is for the next.
#[derive(Debug)]
pub struct Run {
    folders: std::vec::IntoIter<String>,
    left: usize,
    is_behind: bool,
}

impl Run {
    /// A run that begins at this time.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        let hours = 1..=HOURS;
        let folders: Vec<String> = hours.filter_map(|hour| folder_before(now, hour)).collect();
        Self {
            folders: folders.into_iter(),
            left: FILES,
            is_behind: false,
        }
    }

    /// The folder to list next.
    pub fn next_folder(&mut self) -> Option<String> {
        if self.is_behind {
            return None;
        }
        self.folders.next()
    }

    /// What is to be done about a folder that holds these objects; `None` when nothing is.
    pub fn hour(&mut self, folder: &str, keys: Vec<String>) -> Option<Hour> {
        let (done, mut small): (Vec<String>, Vec<String>) =
            keys.into_iter().partition(|key| number_of(key).is_some());
        self.is_behind = small.len() > self.left;
        small.truncate(self.left);
        self.left -= small.len();
        (!small.is_empty()).then(|| Hour::new(folder, done, small))
    }

    /// Whether there are more small files than one run reads.
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
