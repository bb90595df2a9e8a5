//! Which documents a change concerns: those that name the one that changes, and what these and it
//! name. Nothing else is read and checked, so that a publish costs the same among ten menus and ten
//! thousand.
//!
//! `LIBRARY` knows what names what of all that was put in force through `/api`. What was written to
//! KV past it is found when everything is gone through: the first time, before something is taken
//! away, and once an hour.

use std::collections::{BTreeMap, BTreeSet};

use worker::Env;

use super::document_store::{self, DocumentStore, Documents, Kind};
use crate::bindings::library_do;
use crate::bindings::promise::PlatformError;

/// How often what was read may name something that was not: by hand, and since the last hour.
const ROUNDS: usize = 4;
/// How many documents are gone through at a time.
const PAGE: usize = 100;

/// The documents around one whose text becomes `text`, or that is taken away: itself with them.
///
/// # Errors
/// What KV or `LIBRARY` said.
pub async fn around(
    env: &Env,
    store: &DocumentStore,
    kind: Kind,
    id: &str,
    text: Option<&str>,
) -> Result<Documents, PlatformError> {
    let key = document_store::key_of(kind, id);
    // Whoever names a calendar or a list needs it to be there, whatever it says: nothing else can
    // break, and in an emergency nobody waits for it to be looked at.
    if matches!(kind, Kind::Calendar | Kind::List) && text.is_some() {
        let own = store.read_many(&[key]).await;
        return own.map_err(PlatformError::from);
    }
    let names = text.map_or_else(BTreeSet::new, |text| document_store::names(kind, id, text));
    let mut around = library_do::around(env, &key, &names).await?;
    if !around.is_complete || text.is_none() {
        register(env, store).await?;
        around = library_do::around(env, &key, &names).await?;
    }
    let mut asked = BTreeSet::new();
    let mut documents = Documents::new();
    let mut next = around.documents;
    next.extend(names);
    next.insert(key);
    for _ in 0..ROUNDS {
        next.retain(|key| !asked.contains(key));
        if next.is_empty() {
            break;
        }
        let keys: Vec<String> = next.iter().cloned().collect();
        let mut read = store.read_many(&keys).await.map_err(PlatformError::from)?;
        asked.append(&mut next);
        for ((plural, id), text) in &read {
            if let Some(kind) = Kind::of(plural) {
                next.extend(document_store::names(kind, id, text));
            }
        }
        documents.append(&mut read);
    }
    Ok(documents)
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
                    document_store::names(kind, &id, &text),
                );
            }
        }
    }
    library_do::register(env, &all).await
}
