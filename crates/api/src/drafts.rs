//! Drafts of menus.

use serde::{Deserialize, Serialize};

/// A draft to save.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct SaveDraft {
    /// The text of the menu; it need not be right.
    pub text: String,
    /// The version it began from.
    pub base: Option<String>,
}

/// A draft that was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Draft {
    /// The menu it is of.
    pub menu: String,
    /// The text of the menu.
    pub text: String,
    /// The version it began from.
    pub base: Option<String>,
    /// When it was saved. In quotes, this is its entity tag.
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Time"))]
    pub saved: String,
    /// Who saved it.
    pub by: String,
}
