//! The copies of versions, `version:<hash>` in KV. Which versions a document has had, and when, is
//! what [`library`](crate::bindings::library) knows.
//!
//! A copy is written before its version is in force, so every version in the list can be had.

use ivr::Version;

use super::shelf::Shelf;
use crate::bindings::kv::KvError;
use crate::bindings::menus::key;

/// Keeps the copy of a version, and makes sure it can be read.
///
/// # Errors
/// When KV fails, or does not give back what it was given.
pub async fn keep(shelf: &Shelf, version: &Version, text: &str) -> Result<(), KvError> {
    let key = key::version(version);
    if shelf.get(&key).await?.as_deref() == Some(text) {
        return Ok(());
    }
    shelf.put(&key, text).await?;
    match shelf.get(&key).await? {
        Some(there) if there == text => Ok(()),
        // Another writing of the same JSON: the same version.
        Some(there) if super::shelf::version(&there).as_ref() == Some(version) => Ok(()),
        _ => Err(KvError::Failed(
            "the copy of the version was not there when it was read back".to_owned(),
        )),
    }
}

/// The copy of a version.
///
/// # Errors
/// When KV fails.
pub async fn copy(shelf: &Shelf, version: &str) -> Result<Option<String>, KvError> {
    match Version::from_hex(version) {
        Some(version) => shelf.get(&key::version(&version)).await,
        None => Ok(None),
    }
}
