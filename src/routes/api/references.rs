//! Which documents a change concerns: those that name the one that changes, and what these and it
//! name. Nothing else is read and checked, so that a publish costs the same among ten menus and ten
//! thousand.
//!
//! `LIBRARY` knows what names what of all that was put in force through `/api`. What was written to
//! KV past it is found when everything is gone through: the first time, before something is taken
//! away, and once an hour.

use std::collections::{BTreeMap, BTreeSet};

use worker::Env;

use super::document_store::{self, DocumentStore, Kind};
use super::neighbours::Neighbours;
use super::revision;
use crate::bindings::library_do;
use crate::bindings::pace::Pace;
use crate::bindings::promise::PlatformError;

/// How many documents are gone through at a time.
const PAGE: usize = 100;

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
    let mut keys = BTreeSet::new();
    // Whoever names a calendar or a list needs it to be there, whatever it says: nothing else can
    // break, and in an emergency nobody waits for it to be looked at.
    if !matches!(kind, Kind::Calendar | Kind::List) || names.is_none() {
        let key = document_store::key_of(kind, id);
        let none = BTreeSet::new();
        let named = names.unwrap_or(&none);
        let mut around = library_do::around(env, &key, named).await?;
        if !around.is_complete || names.is_none() {
            register(env, store).await?;
            around = library_do::around(env, &key, named).await?;
        }
        keys = around.documents;
        keys.extend(named.iter().cloned());
    }
    let neighbours = Neighbours::read(store, pace, (kind, id), keys).await;
    neighbours.map_err(PlatformError::from)
}

/// Goes through everything and says what names what.
///
/// # Errors
/// What KV or `LIBRARY` said.
pub async fn register(env: &Env, store: &DocumentStore) -> Result<(), PlatformError> {
    let mut all = BTreeMap::new();
    for kind in Kind::ALL {
        let keys = store.keys(kind).await.map_err(PlatformError::from)?;
        for keys in keys.chunks(PAGE) {
            let documents = store.read_many(keys).await.map_err(PlatformError::from)?;
            for ((_, id), text) in documents {
                all.insert(
                    document_store::key_of(kind, &id),
                    revision::names(kind, &id, &text),
                );
            }
        }
    }
    library_do::register(env, &all).await
}
