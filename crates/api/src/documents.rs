//! Documents: menus, calendars, lists, numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Kind;

/// What a list of documents shows of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct DocumentSummary {
    /// Its id.
    pub id: String,
    /// The version in force; null when what is stored is no JSON.
    #[cfg_attr(
        feature = "openapi",
        schemars(with = "Option<crate::openapi::Version>")
    )]
    pub version: Option<String>,
    /// Its title.
    pub title: Option<String>,
}

/// The menus in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Menus {
    /// By id.
    pub menus: Vec<DocumentSummary>,
}

/// The calendars in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Calendars {
    /// By id.
    pub calendars: Vec<DocumentSummary>,
}

/// The lists in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Lists {
    /// By id.
    pub lists: Vec<DocumentSummary>,
}

/// The numbers in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Numbers {
    /// What each number gets, by its E.164 digits; `default` is for all others.
    #[cfg_attr(
        feature = "openapi",
        schemars(with = "BTreeMap<String, Option<crate::openapi::NumberDocument>>")
    )]
    pub numbers: BTreeMap<String, Value>,
}

/// Every document in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Folder {
    /// The documents.
    pub documents: Vec<StoredDocument>,
}

/// One document in force, as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct StoredDocument {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: String,
    /// The file it would lie in.
    pub file: String,
    /// The version in force; null when the text is no JSON.
    #[cfg_attr(
        feature = "openapi",
        schemars(with = "Option<crate::openapi::Version>")
    )]
    pub version: Option<String>,
    /// As it was written.
    pub text: String,
}

/// A document that was put in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Published {
    /// Its id.
    pub id: String,
    /// The version in force.
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Version"))]
    pub version: String,
    /// Whether another one, or none, was in force before.
    pub changed: bool,
}

/// Files to check, as they would lie in a folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct CheckFiles {
    /// Documents by file name: as JSON, or as text to keep their lines.
    #[cfg_attr(
        feature = "openapi",
        schemars(with = "BTreeMap<String, crate::openapi::FileContent>")
    )]
    pub files: BTreeMap<String, Value>,
}
