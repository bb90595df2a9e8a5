//! The copies of versions, `version:<hash>` in KV. Which versions a document has had, and when, is
//! what [`library`](crate::bindings::library) knows.
//!
//! A copy is written before its version is in force, so every version in the list can be had.

use ivr::Version;

use super::document_store::DocumentStore;
use crate::bindings::kv::KvError;
use crate::bindings::menus::key;

/// Keeps the copy of a version, and makes sure it can be read.
///
/// # Errors
/// When KV fails, or does not give back what it was given.
pub async fn keep(store: &DocumentStore, version: &Version, text: &str) -> Result<(), KvError> {
    let key = key::version(version);
    if store.get(&key).await?.as_deref() == Some(text) {
        return Ok(());
    }
    store.put(&key, text).await?;
    match store.get(&key).await? {
        Some(there) if there == text => Ok(()),
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
