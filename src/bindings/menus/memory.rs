//! What an isolate remembers of the documents, and how much of it.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use ivr::document::{Calendar, List, NumberEntry};
use ivr::{Compiled, Version};

use super::Trouble;

/// How much an isolate remembers, in bytes of the documents' text: a compiled menu takes about as
/// much room as its text. An isolate has 128 MB for everything (Workers limits).
const REMEMBERED: usize = 48 << 20;
/// The same for versions that are no longer in force: calls in progress are pinned to them.
const REMEMBERED_VERSIONS: usize = 8 << 20;
/// What remembering costs beside the text.
const EACH: usize = 300;

#[derive(Clone)]
pub(super) enum Document {
    Number(Arc<NumberEntry>),
    Menu(Arc<Compiled>),
    Calendar(Arc<Calendar>),
    List(Arc<List>),
}

#[derive(Clone)]
pub(super) struct Entry {
    pub(super) good: Option<Document>,
    /// The SHA-256 of what `good` was read from: the same again is not compiled again.
    pub(super) source: Option<[u8; 32]>,
    /// And its length in bytes.
    pub(super) length: usize,
    pub(super) trouble: Option<Trouble>,
    pub(super) read_ms: f64,
    pub(super) renewing_since_ms: f64,
}

#[derive(Default)]
pub(super) struct Memory {
    pub(super) entries: BTreeMap<String, Entry>,
    /// The lengths of all entries together, and [`EACH`] for every one.
    room: usize,
    /// With the length of its text.
    pub(super) versions: BTreeMap<Version, (Arc<Compiled>, usize)>,
}

impl Memory {
    /// Remembers a document, and forgets others when they are too much together. What was read
    /// before `too_old_ms` goes first.
    pub(super) fn remember(&mut self, key: &str, entry: Entry, too_old_ms: f64) {
        self.forget(key);
        self.room += entry.length + EACH;
        while self.room > REMEMBERED {
            let Some(other) = self.to_forget(key, too_old_ms) else {
                break;
            };
            self.forget(&other);
        }
        self.entries.insert(key.to_owned(), entry);
    }

    /// What nobody has asked for in a while; else the neighbour, as good as any other: numbers that
    /// are called in turn keep the others.
    fn to_forget(&self, key: &str, too_old_ms: f64) -> Option<String> {
        let oldest = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.read_ms < too_old_ms)
            .min_by(|(_, one), (_, other)| one.read_ms.total_cmp(&other.read_ms));
        let below = (Bound::Unbounded, Bound::Excluded(key));
        let before = || self.entries.range::<str, _>(below).next_back();
        let found = oldest
            .or_else(before)
            .or_else(|| self.entries.last_key_value());
        found.map(|(key, _)| key.clone())
    }

    fn forget(&mut self, key: &str) {
        if let Some(entry) = self.entries.remove(key) {
            self.room -= entry.length + EACH;
        }
    }

    /// Remembers a version, and forgets those in nobody's hands when they are too much together.
    pub(super) fn remember_version(&mut self, menu: &Arc<Compiled>, length: usize) {
        let is_alone = |menu: &Arc<Compiled>| Arc::strong_count(menu) == 1;
        let mut alone: usize = self
            .versions
            .values()
            .filter(|(menu, _)| is_alone(menu))
            .map(|(_, length)| length)
            .sum();
        self.versions.retain(|_, (menu, length)| {
            let stays = alone <= REMEMBERED_VERSIONS || !is_alone(menu);
            if !stays {
                alone -= *length;
            }
            stays
        });
        self.versions
            .insert(*menu.version(), (Arc::clone(menu), length));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(length: usize, read_ms: f64) -> Entry {
        Entry {
            good: None,
            source: None,
            length,
            trouble: None,
            read_ms,
            renewing_since_ms: 0.0,
        }
    }

    #[test]
    fn what_was_not_asked_for_longest_is_forgotten_first() {
        let mut memory = Memory::default();
        for (key, read_ms) in [("menu:a", 900.0), ("menu:b", 10.0), ("menu:c", 20.0)] {
            memory.remember(key, entry(REMEMBERED / 3 - EACH, read_ms), 0.0);
        }
        memory.remember("menu:d", entry(100, 1000.0), 500.0);
        let left: Vec<_> = memory.entries.keys().map(String::as_str).collect();
        assert_eq!(left, ["menu:a", "menu:c", "menu:d"]);
    }

    #[test]
    fn documents_called_in_turn_mostly_stay() {
        let mut memory = Memory::default();
        let keys: Vec<String> = (0..100).map(|at| format!("menu:{at:02}")).collect();
        let mut read = 0;
        for round in 0..10 {
            for key in &keys {
                if memory.entries.contains_key(key) {
                    continue;
                }
                read += usize::from(round > 0);
                // Room for eighty of the hundred.
                memory.remember(key, entry(REMEMBERED / 80 - EACH, 1000.0), 0.0);
                assert!(memory.room <= REMEMBERED);
            }
        }
        assert!(read < 9 * 25, "{read} of 900 had to be read again");
    }

    #[test]
    fn room_is_counted_once_for_a_document_that_is_read_again() {
        let mut memory = Memory::default();
        for length in [1000, 50, 7000] {
            memory.remember("menu:a", entry(length, 0.0), 0.0);
        }
        assert_eq!(memory.room, 7000 + EACH);
    }
}
