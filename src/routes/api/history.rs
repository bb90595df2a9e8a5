//! The copies of versions, `version:<hash>` in KV. Which versions a document has had, and when, is
//! what [`library`](crate::bindings::library) knows.
//!
//! A copy is written before its version is in force, so every version in the list can be had.

use ivr::Version;

use super::document_store::DocumentStore;
use super::revision::Revision;
use crate::bindings::kv::KvError;
use crate::bindings::menus::key;

/// Keeps the copy of a revision, and makes sure it can be read. What is no JSON has none.
///
/// # Errors
/// When KV fails, or does not give back what it was given.
pub async fn keep(store: &DocumentStore, revision: &Revision) -> Result<(), KvError> {
    let Revision { text, version } = revision;
    let Some(version) = version else {
        return Ok(());
    };
    let key = key::version(version);
    if store.get(&key).await?.as_ref() == Some(text) {
        return Ok(());
    }
    store.put(&key, text).await?;
    match store.get(&key).await? {
        Some(there) if there == *text => Ok(()),
        // Another writing of the same JSON: the same version.
        Some(there) if Version::of_text(&there).as_ref() == Some(version) => Ok(()),
        _ => Err(KvError::Failed(
            "the copy of the version was not there when it was read back".to_owned(),
        )),
    }
}

/// The copy of a version.
///
/// # Errors
/// When KV fails.
pub async fn copy(store: &DocumentStore, version: &str) -> Result<Option<String>, KvError> {
    match Version::from_hex(version) {
        Some(version) => store.get(&key::version(&version)).await,
        None => Ok(None),
    }
}
