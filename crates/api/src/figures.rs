//! How callers went through a menu.

use serde::{Deserialize, Serialize};

/// The figures of a menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Figures {
    /// One for each way through the menu, and for each end.
    pub figures: Vec<Figure>,
}

/// How often callers went one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Figure {
    /// The version of the menu.
    pub version: String,
    /// What is counted.
    pub kind: FigureKind,
    /// The node callers were at.
    pub node: String,
    /// Why they left it, or the outcome of their calls.
    pub cause: String,
    /// Where they went.
    pub target: String,
    /// How often.
    pub times: u64,
    /// In how many calls.
    pub calls: u64,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FigureKind {
    /// A webhook moved callers from `node` by `cause` to `target`.
    Way,
    /// They hung up at `node`.
    Dropped,
    /// They are at `node` yet.
    Still,
    /// Their calls ended with the outcome that `cause` names.
    Outcome,
}
