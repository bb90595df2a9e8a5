//! Which documents a change concerns: those that name the one that changes, and what these and it
//! name. Nothing else is read and checked, so that a publish costs the same among ten menus and ten
//! thousand.
//!
//! `LIBRARY` knows what names what of all that was put in force through `/api`. What was written to
//! KV past it is found when everything is gone through: the first time, before something is taken
//! away, and once an hour.

use std::collections::{BTreeMap, BTreeSet};

use worker::Env;

use super::shelf::{self, Documents, Kind, Shelf};
use crate::bindings::library_do;
use crate::bindings::promise::Refusal;

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
    shelf: &Shelf,
    kind: Kind,
    id: &str,
    text: Option<&str>,
) -> Result<Documents, Refusal> {
    let key = shelf::key_of(kind, id);
    let names = text.map_or_else(BTreeSet::new, |text| shelf::names(kind, id, text));
    let mut around = library_do::around(env, &key, &names).await?;
    if !around.is_complete || text.is_none() {
        register(env, shelf).await?;
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
        let mut read = shelf.read_many(&keys).await.map_err(Refusal::from)?;
        asked.append(&mut next);
        for ((plural, id), text) in &read {
            if let Some(kind) = Kind::of(plural) {
                next.extend(shelf::names(kind, id, text));
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
pub async fn register(env: &Env, shelf: &Shelf) -> Result<(), Refusal> {
    let mut all = BTreeMap::new();
    for kind in Kind::ALL {
        let keys = shelf.keys(kind).await.map_err(Refusal::from)?;
        for keys in keys.chunks(PAGE) {
            let documents = shelf.read_many(keys).await.map_err(Refusal::from)?;
            for ((_, id), text) in documents {
                all.insert(shelf::key_of(kind, &id), shelf::names(kind, &id, &text));
            }
        }
    }
    library_do::register(env, &all).await
}
