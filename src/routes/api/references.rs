//! Which documents a change concerns: those that name the one that changes, and what these and it
//! name. Nothing else is read and checked, so that a publish costs the same among ten menus and ten
//! thousand.
//!
//! `LIBRARY` knows what names what of all that was put in force through `/api`. What was written to
//! KV past it is found once an hour, when every document is read. It is found too when `LIBRARY`
//! knows nothing yet, and when something is taken away: then all keys are listed, a thousand an
//! operation, and those documents are read whose metadata do not say what they name.

use std::collections::{BTreeMap, BTreeSet};

use worker::Env;

use super::document_store::{self, DocumentStore, Kind, Pages};
use super::neighbours::Neighbours;
use super::revision;
use crate::bindings::library_do::{self, NAMERS, Range};
use crate::bindings::menus::Summary;
use crate::bindings::pace::Pace;
use crate::bindings::promise::PlatformError;

/// How many documents are read at a time.
const AT_A_TIME: usize = 100;
/// Those that name others.
const NAMING: [Kind; 2] = [Kind::Menu, Kind::Number];

/// Whether a menu is believed what its metadata say that it names. Somebody may have changed it by
/// hand and kept them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Metadata {
    /// It is believed.
    Believed,
    /// It is read.
    Ignored,
}

/// The documents around one that is to name `names`, or to be taken away.
///
/// # Errors
/// What KV or `LIBRARY` said.
pub async fn around<'s>(
    env: &Env,
    store: &'s DocumentStore,
    pace: &'s Pace,
    (kind, id): (Kind, &str),
    names: Option<&BTreeSet<String>>,
) -> Result<Neighbours<'s>, PlatformError> {
    let key = document_store::key_of(kind, id);
    let mut keys = BTreeSet::new();
    // Whoever names a calendar or a list needs it to be there, whatever it says: nothing else can
    // break, and in an emergency nobody waits for it to be looked at.
    if !matches!(kind, Kind::Calendar | Kind::List) || names.is_none() {
        let none = BTreeSet::new();
        let named = names.unwrap_or(&none);
        let mut around = library_do::around(env, &key, named).await?;
        // Nobody names a number.
        if !around.is_complete && kind != Kind::Number {
            register(env, store, Metadata::Believed, pace).await?;
            around = library_do::around(env, &key, named).await?;
        } else if names.is_none() {
            around
                .documents
                .extend(naming(store, kind, &key, pace).await?);
        }
        keys = around.documents;
        keys.extend(named.iter().cloned());
    }
    let neighbours = Neighbours::read(store, pace, (kind, id), keys).await;
    neighbours.map_err(PlatformError::from)
}

/// The keys of documents that name this one, by what lies in KV.
async fn naming(
    store: &DocumentStore,
    named: Kind,
    key: &str,
    pace: &Pace,
) -> Result<BTreeSet<String>, PlatformError> {
    let mut found = BTreeSet::new();
    for kind in NAMING {
        // A number names a menu, and nothing names a number.
        if named == Kind::Number || (kind == Kind::Number && named != Kind::Menu) {
            continue;
        }
        let mut walk = Walk::over(store, kind, Metadata::Believed, pace);
        while found.len() < usize::from(NAMERS)
            && let Some(range) = walk.next().await?
        {
            let names = range.names.into_iter();
            let naming = names.filter(|(_, names)| names.contains(key));
            let more = usize::from(NAMERS).saturating_sub(found.len());
            found.extend(naming.map(|(document, _)| document).take(more));
        }
    }
    Ok(found)
}

/// Goes through everything and says what names what.
///
/// # Errors
/// What KV or `LIBRARY` said.
pub async fn register(
    env: &Env,
    store: &DocumentStore,
    metadata: Metadata,
    pace: &Pace,
) -> Result<(), PlatformError> {
    for kind in NAMING {
        let mut walk = Walk::over(store, kind, metadata, pace);
        while let Some(mut range) = walk.next().await? {
            range.is_last = kind == Kind::Number && walk.is_over();
            library_do::register(env, &range).await?;
        }
    }
    Ok(())
}

/// A way through the documents of a kind: what each of them names.
struct Walk<'s> {
    store: &'s DocumentStore,
    pages: Pages<'s>,
    kind: Kind,
    metadata: Metadata,
    pace: &'s Pace,
    /// The last key so far.
    after: String,
}

impl<'s> Walk<'s> {
    fn over(store: &'s DocumentStore, kind: Kind, metadata: Metadata, pace: &'s Pace) -> Self {
        Self {
            store,
            pages: Pages::of(store, kind),
            kind,
            metadata,
            pace,
            after: document_store::key_of(kind, ""),
        }
    }

    fn is_over(&self) -> bool {
        self.pages.is_over()
    }

    async fn next(&mut self) -> Result<Option<Range>, PlatformError> {
        let Some(page) = self.pages.next().await? else {
            return Ok(None);
        };
        let end = match page.keys.last() {
            Some(last) if !self.is_over() => last.name.clone(),
            // Behind every key of the kind: `;` comes after `:`.
            _ => document_store::key_of(self.kind, "").replace(':', ";"),
        };
        let mut names = BTreeMap::new();
        let mut unknown = Vec::new();
        for key in page.keys {
            let told = match self.metadata {
                Metadata::Believed => {
                    let metadata = key.metadata.as_deref();
                    metadata.and_then(Summary::of_metadata)
                }
                Metadata::Ignored => None,
            };
            match told.and_then(|summary| named(self.kind, summary)) {
                Some(named) => drop(names.insert(key.name, named)),
                None => unknown.push(key.name),
            }
        }
        for keys in unknown.chunks(AT_A_TIME) {
            for ((_, id), text) in self.store.read_many(keys).await? {
                let key = document_store::key_of(self.kind, &id);
                names.insert(key, revision::names(self.kind, &id, &text));
                self.pace.after(text.len()).await;
            }
        }
        let after = std::mem::replace(&mut self.after, end.clone());
        Ok(Some(Range {
            after,
            end,
            names,
            is_last: false,
        }))
    }
}

/// What a document names according to its metadata, when they say it.
fn named(kind: Kind, summary: Summary) -> Option<BTreeSet<String>> {
    match kind {
        Kind::Number => {
            let menu = summary.entry.as_ref().and_then(revision::named_by_number);
            summary.entry.is_some().then(|| {
                let mut names = BTreeSet::new();
                names.extend(menu);
                names
            })
        }
        _ => summary.names,
    }
}
