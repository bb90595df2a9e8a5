//! The versions a menu has had: `history:<id>`, newest first.
//!
//! An entry is written before the pointer moves, so an interrupted publish leaves at most a
//! version in the list that never was in force, and never one in force that is not in the list.

use ivr::Version;
use serde::{Deserialize, Serialize};

use super::shelf::{Kind, Shelf};
use crate::bindings::kv::KvError;
use crate::bindings::menus::key;

/// The most versions a list remembers. The copies themselves stay.
const LONGEST: usize = 200;

/// One time a version was put in force.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct Publication {
    /// The version.
    pub version: String,
    /// When, RFC 3339.
    pub published: String,
    /// What the operator said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Who put it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

fn history(id: &str) -> String {
    ["history:", id].concat()
}

/// The publications of a menu, newest first. A list that cannot be read counts as empty.
///
/// # Errors
/// When KV fails.
pub async fn read(shelf: &Shelf, id: &str) -> Result<Vec<Publication>, KvError> {
    let text = shelf.get(&history(id)).await?;
    Ok(text
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

/// Notes a publication.
///
/// # Errors
/// When KV fails.
pub async fn note(shelf: &Shelf, id: &str, publication: Publication) -> Result<(), KvError> {
    let mut list = read(shelf, id).await?;
    list.insert(0, publication);
    list.truncate(LONGEST);
    let text = serde_json::to_string(&list).unwrap_or_default();
    shelf.put(&history(id), &text).await
}

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

/// Makes sure that what is in force can be gone back to, even when it was edited by hand.
///
/// # Errors
/// When KV fails.
pub async fn keep_current(shelf: &Shelf, id: &str, now: &str) -> Result<Option<String>, KvError> {
    let Some(text) = shelf.read(Kind::Menu, id).await? else {
        return Ok(None);
    };
    let Some(version) = super::shelf::version(&text) else {
        return Ok(None);
    };
    let name = version.to_string();
    if !read(shelf, id).await?.iter().any(|one| one.version == name) {
        keep(shelf, &version, &text).await?;
        let publication = Publication {
            version: name.clone(),
            published: now.to_owned(),
            message: Some("written without ivr publish".to_owned()),
            by: None,
        };
        note(shelf, id, publication).await?;
    }
    Ok(Some(name))
}
