//! Many small files of an hour of the archive into few, each event once.
//!
//! A file is named for the events of one batch, so the same event, delivered again in other company,
//! lies in two. Put together, each id is kept once: of its copies the earlier counts among those
//! that meet, the one kept first among those that do not.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Bytes of one compacted file: an hour of four hundred calls is one file. A file is in memory as
/// lines, as one text and as what the platform makes of that, in the isolate that answers callers,
/// which has 128 MB for everything (Workers limits).
pub const LARGEST: usize = 5_000_000;

/// What a line is known by.
#[derive(Deserialize)]
struct Name<'a> {
    #[serde(borrow)]
    id: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    receivedat: std::borrow::Cow<'a, str>,
}

/// 128 bits of an id's SHA-256: enough for no two ids ever to meet.
fn digest(id: &str) -> [u8; 16] {
    let mut digest = [0; 16];
    for (to, from) in digest.iter_mut().zip(Sha256::digest(id)) {
        *to = from;
    }
    digest
}

/// The files of one hour, put together.
#[derive(Default)]
pub struct Compaction {
    /// Of every event in a finished file: what its id comes to. There may be hundreds of thousands.
    seen: HashSet<[u8; 16]>,
    /// Lines by id, with the time they are sorted by.
    lines: BTreeMap<String, (String, String)>,
    size: usize,
    /// Lines that are no events. They are kept as they are.
    strange: Vec<String>,
}

impl Compaction {
    /// Notes what a finished file holds: none of it comes into another one.
    pub fn know(&mut self, ndjson: &str) {
        for line in ndjson.lines() {
            if let Ok(name) = serde_json::from_str::<Name<'_>>(line) {
                self.seen.insert(digest(&name.id));
            }
        }
    }

    /// Adds a file.
    pub fn add(&mut self, ndjson: &str) {
        for line in ndjson.lines() {
            let Ok(name) = serde_json::from_str::<Name<'_>>(line) else {
                self.size += line.len() + 1;
                self.strange.push(line.to_owned());
                continue;
            };
            if self.seen.contains(&digest(&name.id)) {
                continue;
            }
            let copy = (name.receivedat.into_owned(), line.to_owned());
            match self.lines.get_mut(name.id.as_ref()) {
                Some(kept) if copy < *kept => *kept = copy,
                Some(_) => {}
                None => {
                    self.size += line.len() + 1;
                    self.lines.insert(name.id.into_owned(), copy);
                }
            }
        }
    }

    /// Whether what was added fills a file.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.size >= LARGEST
    }

    /// What was added since the last file, in the order of arrival; `None` when it is nothing.
    pub fn finish(&mut self) -> Option<String> {
        let lines = std::mem::take(&mut self.lines);
        let strange = std::mem::take(&mut self.strange);
        let size = std::mem::take(&mut self.size);
        let mut sorted: Vec<(String, String, String)> = lines
            .into_iter()
            .map(|(id, (at, line))| (at, id, line))
            .collect();
        sorted.sort_unstable();
        let mut text = String::with_capacity(size);
        for line in strange {
            text.push_str(&line);
            text.push('\n');
        }
        for (_, id, line) in sorted {
            text.push_str(&line);
            text.push('\n');
            self.seen.insert(digest(&id));
        }
        (!text.is_empty()).then_some(text)
    }
}

/// The name of the compacted file number `number` of an hour's folder. It sorts behind the files of
/// batches, whose names are hexadecimal: who lists a folder in order while it is compacted meets an
/// event in one of them, or in both.
#[must_use]
pub fn compacted_key(folder: &str, number: usize) -> String {
    format!("{folder}hour-{number:04}.ndjson")
}

/// Where the object lies that says the files of a folder of the archive are being put together. It is
/// outside `events/`, so that no reader of the archive meets it.
#[must_use]
pub fn marker_folder(folder: &str) -> String {
    [
        "compacting/",
        folder.strip_prefix("events/").unwrap_or(folder),
    ]
    .concat()
}

/// The number of a compacted file; `None` for a file of one batch.
#[must_use]
pub fn number_of(key: &str) -> Option<usize> {
    let name = key.rsplit('/').next()?;
    name.strip_prefix("hour-")?
        .strip_suffix(".ndjson")?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str, second: u32) -> String {
        format!(r#"{{"id":"{id}","receivedat":"2026-11-26T10:00:{second:02}.000Z"}}"#)
    }

    #[test]
    fn each_event_is_there_once_in_the_order_of_arrival() {
        let mut compaction = Compaction::default();
        compaction.add(&[line("b", 2), line("a", 3)].join("\n"));
        compaction.add(&[line("a", 1), line("b", 5), "strange".to_owned()].join("\n"));
        let text = compaction.finish().unwrap();
        let expected = ["strange".to_owned(), line("a", 1), line("b", 2)].join("\n") + "\n";
        assert_eq!(text, expected);
        compaction.add(&[line("a", 0), line("c", 9)].join("\n"));
        assert_eq!(compaction.finish().unwrap(), line("c", 9) + "\n");
        assert_eq!(compaction.finish(), None);
    }

    #[test]
    fn what_a_finished_file_holds_comes_into_no_other() {
        let mut compaction = Compaction::default();
        compaction.know(&line("a", 1));
        compaction.add(&line("a", 0));
        assert_eq!(compaction.finish(), None);
    }

    #[test]
    fn a_compacted_file_is_told_by_its_name() {
        let key = compacted_key("events/dt=2026-11-26/hh=10/", 3);
        assert_eq!(key, "events/dt=2026-11-26/hh=10/hour-0003.ndjson");
        assert_eq!(number_of(&key), Some(3));
        assert_eq!(number_of("events/dt=2026-11-26/hh=10/0a1b.ndjson"), None);
        assert_eq!(
            marker_folder("events/dt=2026-11-26/hh=10/"),
            "compacting/dt=2026-11-26/hh=10/"
        );
    }
}
