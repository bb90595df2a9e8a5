//! The versions of a document, and going back to one.

use serde::{Deserialize, Serialize};

/// A version a document has had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct PublishedVersion {
    /// Which.
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Version"))]
    pub version: String,
    /// When it was put in force; null when it was written to storage past this API.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<crate::openapi::Time>"))]
    pub published: Option<String>,
    /// What whoever put it in force says about it.
    pub message: Option<String>,
    /// Who put it in force.
    pub by: Option<String>,
    /// Whether it is in force.
    pub current: bool,
}

/// The versions of a menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct MenuVersions {
    /// Its id.
    pub menu: String,
    /// Newest first.
    pub versions: Vec<PublishedVersion>,
}

/// The versions of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct CalendarVersions {
    /// Its id.
    pub calendar: String,
    /// Newest first.
    pub versions: Vec<PublishedVersion>,
}

/// The versions of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ListVersions {
    /// Its id.
    pub list: String,
    /// Newest first.
    pub versions: Vec<PublishedVersion>,
}

/// The versions of the entry of a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct NumberVersions {
    /// The number.
    pub number: String,
    /// Newest first.
    pub versions: Vec<PublishedVersion>,
}

/// Which version to go back to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Rollback {
    /// The version; the one before the one in force when left out.
    #[cfg_attr(
        feature = "openapi",
        schemars(with = "Option<crate::openapi::Version>")
    )]
    pub to: Option<String>,
    /// What to say about it in the list of versions: one line.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<crate::openapi::Line>"))]
    pub message: Option<String>,
}
