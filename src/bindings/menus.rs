//! Menus and what belongs to them: from `MENUS` by way of this isolate's memory.
//!
//! A document in memory is used as it is while it is young, used and read again behind the
//! caller's back when it is older, and only waited for when it is old or not there at all. A
//! document that became unreadable is not forgotten for it: the last good one stays.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use api::Reason;
use futures_util::future::join_all;

use ivr::document::{Calendar, List, NumberEntry};
use ivr::{Compiled, Version};
use sha2::{Digest, Sha256};
use worker::{Context, Env};

use super::clock;
use super::deadline::Deadline;
use super::kv::{Kv, KvError};
use crate::env::MENU_CACHE_SECONDS;
use crate::log;

mod document;
pub mod key;
mod memory;
mod summary;

pub use document::DocumentError;
use document::{Document, broken};
use memory::{Entry, Memory};
pub use summary::Summary;

/// How long one read may take when there is nothing to fall back on.
const READ_MS: u32 = 800;
/// And when there is.
const REREAD_MS: u32 = 250;
/// How long writes behind the scenes may take.
const WRITE_MS: u32 = 10_000;
/// A shorter menu is checked rather than its copy read, in bytes: some 200 nodes.
const PROVED_FROM: usize = 64 << 10;
/// A shorter text is not worth packing, in bytes.
const PACKED_FROM: usize = 1024;
/// A renewal that has not come back after so long is not waited for any more.
const RENEWAL_LOST_MS: f64 = 30_000.0;

/// A document, as good as it could be had.
#[derive(Debug)]
pub struct Found<T> {
    /// The document, or the last good one.
    pub document: Option<Arc<T>>,
    /// What is wrong with it or with the way to it.
    pub error: Option<DocumentError>,
}

impl<T> Clone for Found<T> {
    fn clone(&self) -> Self {
        Self {
            document: self.document.clone(),
            error: self.error.clone(),
        }
    }
}

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

/// A document as it was read, or as it could be had.
#[derive(Clone)]
pub struct Read(Entry);

/// What a decision has to know of the documents before it can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What stands under a key.
    Key(String),
    /// A version of a menu; the menu's id tells where else it may be found.
    Version {
        /// The menu's id.
        id: String,
        /// The version.
        version: Version,
    },
}

/// What was read for one webhook.
#[derive(Default)]
pub struct WasRead {
    keys: BTreeMap<String, Read>,
    versions: BTreeMap<Version, Found<Compiled>>,
}

/// The documents as a decision sees them: what was read for it, else what the isolate remembers.
/// Nothing here waits; what is not there is [`Wanted`].
pub struct Documents<'a> {
    was_read: &'a WasRead,
    old_ms: f64,
    now_ms: f64,
    /// Keys that are used as they are, and due to be read again behind the caller's back.
    due: RefCell<Vec<String>>,
}

impl<'a> Documents<'a> {
    /// The documents at a moment, in milliseconds since 1970.
    #[must_use]
    pub fn at(now_ms: f64, cache_seconds: Option<u32>, was_read: &'a WasRead) -> Self {
        Self {
            was_read,
            old_ms: old_ms(cache_seconds),
            now_ms,
            due: RefCell::default(),
        }
    }

    /// The keys that are due to be read again. Nobody else is told of them for a while.
    #[must_use]
    pub fn take_due(&self) -> Vec<String> {
        let due = self.due.take();
        if !due.is_empty() {
            MEMORY.with_borrow_mut(|memory| {
                for key in &due {
                    if let Some(entry) = memory.get_mut(key) {
                        entry.renewing_since_ms = self.now_ms;
                    }
                }
            });
        }
        due
    }

    /// Whether there is an entry for this number: then it is one of ours.
    ///
    /// # Errors
    /// What has to be read first.
    pub fn has_number(&self, digits: &str) -> Result<bool, Wanted> {
        let entry = self.find(key::number(digits))?;
        Ok(matches!(entry.good, Some(Document::Number(_))))
    }

    /// The menu of the first of these numbers that has one, else `number:default`.
    ///
    /// # Errors
    /// What has to be read first.
    pub fn menu_of(&self, numbers: &[&str]) -> Result<Found<NumberEntry>, Wanted> {
        let mut error = None;
        let is_number =
            |digits: &&&str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        for digits in numbers.iter().filter(is_number).chain(&["default"]) {
            let entry = self.find(key::number(digits))?;
            if let Some(Document::Number(number)) = entry.good {
                return Ok(Found {
                    document: Some(number),
                    error: entry.error.or(error),
                });
            }
            error = error.or(entry.error);
        }
        Ok(Found {
            document: None,
            error: error.or_else(|| {
                Some(DocumentError {
                    cause: Reason::UnknownNumber,
                    detail: "no entry for the called number, and no number:default".to_owned(),
                })
            }),
        })
    }

    /// The menu in force, or the last good version of it.
    ///
    /// # Errors
    /// What has to be read first.
    pub fn menu(&self, id: &str) -> Result<Found<Compiled>, Wanted> {
        let entry = self.find(key::menu(id))?;
        Ok(Found {
            document: match entry.good {
                Some(Document::Menu(menu)) => Some(menu),
                _ => None,
            },
            error: entry.error,
        })
    }

    /// Opening hours.
    ///
    /// # Errors
    /// What has to be read first.
    pub fn calendar(&self, id: &str) -> Result<Found<Calendar>, Wanted> {
        let entry = self.find(key::calendar(id))?;
        Ok(Found {
            document: match entry.good {
                Some(Document::Calendar(calendar)) => Some(calendar),
                _ => None,
            },
            error: entry.error,
        })
    }

    /// A list of callers.
    ///
    /// # Errors
    /// What has to be read first.
    pub fn list(&self, id: &str) -> Result<Found<List>, Wanted> {
        let entry = self.find(key::list(id))?;
        Ok(Found {
            document: match entry.good {
                Some(Document::List(list)) => Some(list),
                _ => None,
            },
            error: entry.error,
        })
    }

    /// The version of a menu that a call in progress is pinned to.
    ///
    /// # Errors
    /// What has to be read first.
    pub fn version(&self, id: &str, version: &Version) -> Result<Found<Compiled>, Wanted> {
        if let Some(found) = self.was_read.versions.get(version) {
            return Ok(found.clone());
        }
        match remembered_version(version) {
            Some(menu) => Ok(Found {
                document: Some(menu),
                error: None,
            }),
            None => Err(Wanted::Version {
                id: id.to_owned(),
                version: *version,
            }),
        }
    }

    fn find(&self, key: String) -> Result<Entry, Wanted> {
        if let Some(Read(entry)) = self.was_read.keys.get(&key) {
            return Ok(entry.clone());
        }
        let entry = MEMORY.with_borrow(|memory| memory.get(&key).cloned());
        let Some(mut entry) = entry else {
            return Err(Wanted::Key(key));
        };
        let age = self.now_ms - entry.read_ms;
        if age >= self.old_ms {
            return Err(Wanted::Key(key));
        }
        if entry.good.is_none() && entry.packed.is_some() {
            entry.unpack(&key);
            if entry.good.is_none() {
                return Err(Wanted::Key(key));
            }
            let too_old_ms = self.now_ms - self.old_ms;
            MEMORY.with_borrow_mut(|memory| memory.remember(&key, entry.clone(), too_old_ms));
        }
        let is_due =
            age >= self.old_ms / 2.0 && self.now_ms - entry.renewing_since_ms > RENEWAL_LOST_MS;
        if is_due && !self.due.borrow().contains(&key) {
            self.due.borrow_mut().push(key);
        }
        Ok(entry)
    }
}

impl WasRead {
    /// Remembers for this webhook what was read for it.
    pub fn add(&mut self, read: Fetched) {
        match read {
            Fetched::Key(key, read) => drop(self.keys.insert(key, read)),
            Fetched::Version(version, found) => drop(self.versions.insert(version, found)),
        }
    }
}

/// What came of a [`Wanted`].
pub enum Fetched {
    /// What stands under a key.
    Key(String, Read),
    /// A version of a menu.
    Version(Version, Found<Compiled>),
}

fn old_ms(cache_seconds: Option<u32>) -> f64 {
    f64::from(cache_seconds.unwrap_or(MENU_CACHE_SECONDS)) * 1000.0
}

/// Reads documents out of `MENUS`.
#[derive(Clone)]
pub struct Menus {
    env: Env,
    old_ms: f64,
    deadline: Deadline,
}

impl Menus {
    /// The documents in `MENUS`; nothing is waited for longer than `deadline`.
    #[must_use]
    pub fn of(env: &Env, cache_seconds: Option<u32>, deadline: Deadline) -> Self {
        Self {
            env: env.clone(),
            old_ms: old_ms(cache_seconds),
            deadline,
        }
    }

    /// Reads what a decision has to know.
    pub async fn fetch(&self, wanted: Wanted, context: &Context) -> Fetched {
        match wanted {
            Wanted::Key(key) => {
                let entry = self.read(&key, context).await;
                Fetched::Key(key, Read(entry))
            }
            Wanted::Version { id, version } => {
                let found = self.version(&id, &version, context).await;
                Fetched::Version(version, found)
            }
        }
    }

    /// Reads documents again that are remembered and no longer young.
    pub async fn renew_all(
        env: &Env,
        cache_seconds: Option<u32>,
        keys: &[String],
        context: &Context,
    ) {
        let menus = Self::of(env, cache_seconds, Deadline::in_ms(WRITE_MS));
        join_all(keys.iter().map(|key| menus.renew(key, WRITE_MS, context))).await;
    }

    async fn read(&self, key: &str, context: &Context) -> Entry {
        let has_good = MEMORY.with_borrow(|memory| memory.get(key).is_some_and(Entry::has_good));
        let limit = if has_good { REREAD_MS } else { READ_MS };
        self.renew(key, limit, context).await
    }

    /// The version of a menu that a call in progress is pinned to.
    ///
    /// A version has no copy in KV yet when its menu was edited by hand a moment ago: then it is
    /// the menu in force.
    async fn version(&self, id: &str, version: &Version, context: &Context) -> Found<Compiled> {
        let error = match self.read_version(id, version).await {
            Ok(Some(menu)) => {
                return Found {
                    document: Some(menu),
                    error: None,
                };
            }
            Ok(None) => DocumentError {
                cause: Reason::VersionMissing,
                detail: [&key::version(version), " is neither in KV nor in force"].concat(),
            },
            Err(error) => error,
        };
        let in_force = match self.read(&key::menu(id), context).await.good {
            Some(Document::Menu(menu)) if menu.version() == version => Some(menu),
            _ => None,
        };
        Found {
            error: in_force.is_none().then_some(error),
            document: in_force,
        }
    }

    /// Reads a document again and remembers what came of it.
    async fn renew(&self, key: &str, limit_ms: u32, context: &Context) -> Entry {
        let read = match Kv::of(&self.env) {
            Ok(kv) => {
                let deadline = self.deadline.but_at_most(limit_ms);
                kv.get_with_metadata(key, deadline).await
            }
            Err(error) => Err(error),
        };
        let now = clock::now_ms();
        let before = MEMORY.with_borrow(|memory| memory.get(key).cloned());
        let before = before.unwrap_or_else(|| Entry::unknown(now));
        let mut entry = Entry {
            read_ms: now,
            renewing_since_ms: 0.0,
            ..before.clone()
        };
        let mut is_unsure = read.is_err();
        match read {
            Ok(Some((text, metadata))) => {
                let digest: [u8; 32] = Sha256::digest(&text).into();
                let source = Some(digest);
                if before.source == source && before.has_good() {
                    entry.error = None;
                } else {
                    let checked =
                        metadata.and_then(|text| Summary::of_metadata(&text)?.published(&digest));
                    let proved = self.proved(key, &text, checked).await;
                    let has_copy = proved.is_some() && checked.is_none();
                    let read = match proved {
                        Some(menu) => Ok(Document::Menu(Arc::new(menu))),
                        None => Document::read(key, &text),
                    };
                    match read {
                        Ok(document) => {
                            if let Document::Menu(menu) = &document {
                                remember_version(menu, text.len());
                                self.keep_good(menu, &text, has_copy, context);
                                entry.version = Some(*menu.version());
                            }
                            entry.good = Some(document);
                            entry.packed = packed(&text);
                            entry.source = source;
                            entry.length = text.len();
                            entry.error = None;
                        }
                        Err(found) => entry.error = Some(broken(key, &found)),
                    }
                }
            }
            // A number's entry that is gone was taken away; of anything else the last good
            // one stays, because callers are sent there.
            Ok(None) if key.starts_with("number:") => {
                entry = Entry::unknown(now);
            }
            Ok(None) => {
                entry.error = Some(DocumentError {
                    cause: Reason::DocumentMissing,
                    detail: ["there is no ", key].concat(),
                });
            }
            Err(error) => {
                // Not as young as if it had been read: it is tried again behind the scenes.
                entry.read_ms = now - self.old_ms / 2.0;
                entry.error = Some(DocumentError {
                    cause: error.reason(),
                    detail: [key, ": ", error.detail()].concat(),
                });
            }
        }
        entry.unpack(key);
        if let Some(error) = &entry.error {
            if before.error != entry.error {
                log::alert(error.cause, &error.detail);
            }
            if entry.good.is_none() {
                let found = self.last_good(key).await;
                is_unsure |= found.is_err();
                entry.good = found.unwrap_or_default();
            }
        }
        // Nothing is certain: the next call asks again rather than hear an apology from memory.
        if entry.good.is_some() || !is_unsure {
            let too_old_ms = now - self.old_ms;
            MEMORY.with_borrow_mut(|memory| memory.remember(key, entry.clone(), too_old_ms));
        }
        entry
    }

    /// The last version of a menu that compiled anywhere, when this isolate knows none.
    ///
    /// # Errors
    /// There may be one, and it could not be had: KV fails, or shows the pointer and not yet the
    /// copy.
    async fn last_good(&self, key: &str) -> Result<Option<Document>, ()> {
        let Some(id) = key.strip_prefix("menu:") else {
            return Ok(None);
        };
        let kv = Kv::of(&self.env).map_err(drop)?;
        let deadline = self.deadline.but_at_most(READ_MS);
        let pointer = kv.get(&key::last_good(id), deadline).await.map_err(drop)?;
        let Some(version) = pointer.and_then(|hash| Version::from_hex(hash.trim())) else {
            return Ok(None);
        };
        let menu = match remembered_version(&version) {
            Some(menu) => menu,
            None => {
                let copy = self.read_version(id, &version).await.map_err(drop)?;
                copy.ok_or(())?
            }
        };
        Ok(Some(Document::Menu(menu)))
    }

    async fn read_version(
        &self,
        id: &str,
        version: &Version,
    ) -> Result<Option<Arc<Compiled>>, DocumentError> {
        let key = key::version(version);
        let not_read = |error: KvError| DocumentError {
            cause: error.reason(),
            detail: [&key, ": ", error.detail()].concat(),
        };
        let kv = Kv::of(&self.env).map_err(not_read)?;
        let deadline = self.deadline.but_at_most(READ_MS);
        let Some(text) = kv.get(&key, deadline).await.map_err(not_read)? else {
            return Ok(None);
        };
        // Under its version lies only what was checked, or has compiled once.
        let menu =
            Compiled::proved(id, text.as_bytes(), None).map_err(|found| broken(&key, &found))?;
        if menu.version() != version {
            return Err(DocumentError {
                cause: Reason::DocumentBroken,
                detail: [&key, " holds another version than its name says"].concat(),
            });
        }
        let menu = Arc::new(menu);
        remember_version(&menu, text.len());
        Ok(Some(menu))
    }

    /// A large menu that was checked when it was published is not checked again before a caller who
    /// waits: beside its text in KV stands its version, or its text is also the copy under its
    /// version. Any other is no proof, and a small menu is compiled before a copy of it is read.
    async fn proved(&self, key: &str, text: &str, checked: Option<Version>) -> Option<Compiled> {
        let id = key.strip_prefix("menu:")?;
        if text.len() < PROVED_FROM {
            return None;
        }
        let menu = Compiled::proved(id, text.as_bytes(), checked).ok()?;
        if checked.is_some() {
            return Some(menu);
        }
        let kv = Kv::of(&self.env).ok()?;
        let deadline = self.deadline.but_at_most(REREAD_MS);
        let copy = kv.get(&key::version(menu.version()), deadline).await;
        (copy.ok()?? == text).then_some(menu)
    }

    /// Sees to it, behind the caller's back, that a menu which compiled is found again when it
    /// is edited: by calls pinned to it, and as the last good one. First the copy, then the
    /// pointer to it. `has_copy`: the copy was just read.
    fn keep_good(&self, menu: &Arc<Compiled>, text: &str, has_copy: bool, context: &Context) {
        let Ok(kv) = Kv::of(&self.env) else {
            return;
        };
        let (id, version, text) = (menu.id().to_owned(), *menu.version(), text.to_owned());
        let now = clock::now_ms();
        if MEMORY.with_borrow(|memory| memory.is_kept(&id, &version, now)) {
            return;
        }
        context.wait_until(async move {
            let (pointer, hash) = (key::last_good(&id), version.to_string());
            let deadline = Deadline::in_ms(WRITE_MS);
            let kept = async {
                let copy = key::version(&version);
                // Asked for even where the pointer is right: somebody may have deleted it. For an
                // hour then it is believed.
                if !has_copy && !kv.has(&copy, deadline).await? {
                    kv.put(&copy, &text, None, deadline).await?;
                }
                if kv.get(&pointer, deadline).await?.as_deref() != Some(&hash) {
                    kv.put(&pointer, &hash, None, deadline).await?;
                }
                Ok::<_, KvError>(())
            };
            match kept.await {
                Ok(()) => MEMORY.with_borrow_mut(|memory| memory.keep(&id, version, now)),
                Err(error) => log::alert(
                    Reason::VersionNotKept,
                    &[&pointer, ": ", error.detail()].concat(),
                ),
            }
        });
    }
}

/// A text packed, when there is so much that it may soon lie nowhere else.
fn packed(text: &str) -> Option<Rc<[u8]>> {
    let is_worth_it = text.len() > PACKED_FROM && MEMORY.with_borrow(Memory::is_short);
    is_worth_it.then(|| memory::pack(text))
}

fn remembered_version(version: &Version) -> Option<Arc<Compiled>> {
    MEMORY.with_borrow(|memory| memory.versions.get(version).map(|(menu, _)| menu.clone()))
}

fn remember_version(menu: &Arc<Compiled>, length: usize) {
    MEMORY.with_borrow_mut(|memory| memory.remember_version(menu, length));
}

#[cfg(all(test, not(target_arch = "wasm32")))]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
impl Fetched {
    /// What a text under a key is read as; an empty one is nothing there.
    #[must_use]
    pub fn of_text(key: &str, text: &str) -> Self {
        let good = (!text.is_empty()).then(|| {
            Document::read(key, text)
                .map_err(|found| found[0].to_string())
                .unwrap()
        });
        let entry = Entry {
            good,
            length: text.len(),
            ..Entry::unknown(0.0)
        };
        Self::Key(key.to_owned(), Read(entry))
    }
}
