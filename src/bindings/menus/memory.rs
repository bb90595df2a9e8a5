//! What an isolate remembers of the documents, and how much of it.
//!
//! A document that is called often lies ready to run. What there is no room for in that form is
//! kept as its text, packed, which takes a fraction: unpacking costs a caller less than waiting for
//! KV. That there is no document under a key is remembered apart, so that numbers nobody has do not
//! push out those somebody has.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::rc::Rc;
use std::sync::Arc;

use ivr::{Compiled, Version};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::document::{Document, DocumentError};

/// How much an isolate remembers, in bytes of the documents' text: a compiled menu takes about as
/// much room as its text. An isolate has 128 MB for everything (Workers limits).
const REMEMBERED: usize = 48 << 20;
/// How much of that is ready to run when there is more than fits.
const READY: usize = REMEMBERED / 2;
/// The same for versions that are no longer in force: calls in progress are pinned to them.
const REMEMBERED_VERSIONS: usize = 8 << 20;
/// The same for keys without a document.
const ABSENT: usize = 2 << 20;
/// What remembering costs beside the text.
const EACH: usize = 300;
/// The compression level, 0 to 10.
const LEVEL: u8 = 4;
/// No document unpacks to more: KV holds no larger value.
const LONGEST: usize = 25 << 20;
/// How many menus are known to have their copy in KV.
const KEPT: usize = 20_000;
/// For how long that is taken to be so, in milliseconds.
const KEPT_FOR_MS: f64 = 3_600_000.0;

#[derive(Clone)]
pub(super) struct Entry {
    pub(super) good: Option<Document>,
    /// What `good` was read from, packed; nothing while there is room without.
    pub(super) packed: Option<Rc<[u8]>>,
    /// The SHA-256 of what `good` was read from: the same again is not compiled again.
    pub(super) source: Option<[u8; 32]>,
    /// And its length in bytes.
    pub(super) length: usize,
    /// The version of a menu.
    pub(super) version: Option<Version>,
    pub(super) error: Option<DocumentError>,
    pub(super) read_ms: f64,
    pub(super) renewing_since_ms: f64,
}

impl Entry {
    /// Nothing is known yet.
    pub(super) fn unknown(now_ms: f64) -> Self {
        Self {
            good: None,
            packed: None,
            source: None,
            length: 0,
            version: None,
            error: None,
            read_ms: now_ms,
            renewing_since_ms: 0.0,
        }
    }

    /// Whether there is a document, ready to run or not.
    pub(super) fn has_good(&self) -> bool {
        self.good.is_some() || self.packed.is_some()
    }

    /// Makes the document ready to run that there is only packed.
    pub(super) fn unpack(&mut self, key: &str) {
        if self.good.is_some() {
            return;
        }
        let Some(packed) = &self.packed else {
            return;
        };
        let bytes = decompress_to_vec_with_limit(packed, LONGEST).unwrap_or_default();
        let text = str::from_utf8(&bytes).unwrap_or_default();
        // It compiled when it was packed.
        self.good = match key.strip_prefix("menu:") {
            Some(id) => Compiled::proved(id, text.as_bytes(), self.version)
                .ok()
                .map(|menu| Document::Menu(Arc::new(menu))),
            None => Document::read(key, text).ok(),
        };
    }

    fn ready(&self) -> usize {
        match self.good {
            Some(_) => self.length,
            None => 0,
        }
    }

    fn room(&self) -> usize {
        let packed = self.packed.as_ref().map_or(0, |packed| packed.len());
        self.ready() + packed + EACH
    }
}

/// Entries within a bound. Whatever is done to one takes as long as finding it.
#[derive(Default)]
struct BoundedEntries {
    entries: BTreeMap<Rc<str>, Entry>,
    /// The keys by when they were read; milliseconds since 1970 sort as their bits do.
    by_age: BTreeSet<(u64, Rc<str>)>,
    /// The keys of what lies ready to run.
    ready: BTreeSet<Rc<str>>,
    room: usize,
    ready_room: usize,
}

#[derive(Default)]
pub(super) struct Memory {
    documents: BoundedEntries,
    absent: BoundedEntries,
    /// With the length of its text.
    pub(super) versions: BTreeMap<Version, (Arc<Compiled>, usize)>,
    /// By menu: the version that has its copy in KV, and when that was seen.
    kept: BTreeMap<String, (Version, f64)>,
}

impl BoundedEntries {
    fn put(&mut self, key: &str, entry: Entry) {
        self.take(key);
        let key: Rc<str> = key.into();
        self.room += entry.room();
        self.ready_room += entry.ready();
        self.by_age.insert((age(&entry), Rc::clone(&key)));
        if entry.good.is_some() {
            self.ready.insert(Rc::clone(&key));
        }
        self.entries.insert(key, entry);
    }

    fn take(&mut self, key: &str) -> Option<Entry> {
        let (key, entry) = self.entries.remove_entry(key)?;
        self.room -= entry.room();
        self.ready_room -= entry.ready();
        self.ready.remove(&key);
        self.by_age.remove(&(age(&entry), key));
        Some(entry)
    }

    /// Keeps an entry as its packed text alone, or forgets it when there is none.
    fn put_away(&mut self, key: &str) {
        if let Some(mut entry) = self.take(key)
            && entry.packed.is_some()
        {
            entry.good = None;
            self.put(key, entry);
        }
    }

    /// The key of what nobody has asked for since `too_old_ms`.
    fn oldest(&self, too_old_ms: f64) -> Option<Rc<str>> {
        let (_, key) = self.by_age.first()?;
        let entry = self.entries.get(key)?;
        (entry.read_ms < too_old_ms).then(|| Rc::clone(key))
    }

    /// Which entry gives way to that of a key: the one next below it, else the last. The one used
    /// least recently would be the wrong one: of documents that are used in turn, it is needed next.
    fn neighbour(&self, key: &str) -> Option<Rc<str>> {
        let mut below = self.entries.range::<str, _>(below(key));
        let neighbour = below.next_back().or_else(|| self.entries.last_key_value());
        neighbour.map(|(key, _)| Rc::clone(key))
    }

    /// The same among those that are ready to run.
    fn ready_neighbour(&self, key: &str) -> Option<Rc<str>> {
        let mut below = self.ready.range::<str, _>(below(key));
        below.next_back().or_else(|| self.ready.last()).cloned()
    }
}

fn below(key: &str) -> (Bound<&str>, Bound<&str>) {
    (Bound::Unbounded, Bound::Excluded(key))
}

fn age(entry: &Entry) -> u64 {
    entry.read_ms.max(0.0).to_bits()
}

impl Memory {
    /// What is remembered of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        self.documents
            .entries
            .get(key)
            .or_else(|| self.absent.entries.get(key))
    }

    /// The same, to note that it is being read again.
    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Entry> {
        let documents = self.documents.entries.get_mut(key);
        documents.or_else(|| self.absent.entries.get_mut(key))
    }

    /// Whether so much is remembered that a document is better packed too.
    pub(super) fn is_short(&self) -> bool {
        self.documents.room > READY
    }

    /// Remembers a document, and forgets others when they are too much together. What was read
    /// before `too_old_ms` goes first.
    pub(super) fn remember(&mut self, key: &str, entry: Entry, too_old_ms: f64) {
        let is_absent = !entry.has_good();
        let (entries, other, bound) = match is_absent {
            true => (&mut self.absent, &mut self.documents, ABSENT),
            false => (&mut self.documents, &mut self.absent, REMEMBERED),
        };
        other.take(key);
        entries.take(key);
        let (room, ready) = (entry.room(), entry.ready());
        while entries.room + room > bound {
            let Some(other) = entries.oldest(too_old_ms) else {
                break;
            };
            entries.take(&other);
        }
        // What is ready gives way until it takes its share alone; then the packed ones go.
        while entries.room + room > bound && entries.ready_room + ready > READY {
            let Some(other) = entries.ready_neighbour(key) else {
                break;
            };
            entries.put_away(&other);
        }
        while entries.room + room > bound {
            let Some(other) = entries.neighbour(key) else {
                break;
            };
            entries.take(&other);
        }
        entries.put(key, entry);
    }

    /// Whether a version of a menu was seen to have its copy in KV, not long ago.
    pub(super) fn is_kept(&self, id: &str, version: &Version, now_ms: f64) -> bool {
        let kept = self.kept.get(id);
        kept.is_some_and(|(kept, at)| kept == version && now_ms - at < KEPT_FOR_MS)
    }

    /// Remembers that it has.
    pub(super) fn keep(&mut self, id: &str, version: Version, now_ms: f64) {
        if self.kept.len() >= KEPT {
            self.kept.clear();
        }
        self.kept.insert(id.to_owned(), (version, now_ms));
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

/// A document's text as it is kept where there is no room for more.
pub(super) fn pack(text: &str) -> Rc<[u8]> {
    compress_to_vec(text.as_bytes(), LEVEL).into()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests;
