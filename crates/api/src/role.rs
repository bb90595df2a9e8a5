//! What an operator may do, and what a route asks.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What an operator is, each with what the ones before may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks: menus, figures, calls without whole numbers.
    Viewer,
    /// And writes drafts and tests, and closes in an emergency.
    Editor,
    /// And puts in force: menus, numbers, calendars, lists, calls, replays, erasures.
    Publisher,
}

impl Role {
    /// As `OPERATORS` and `/api/me` name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Publisher => "publisher",
        }
    }

    /// The role of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Viewer, Self::Editor, Self::Publisher]
            .into_iter()
            .find(|role| role.name() == name)
    }
}

/// What a route asks of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing but to be one: the session itself.
    Nothing,
    /// A role.
    Role(Role),
    /// To hear and read what callers said, and see whole numbers.
    Listen,
    /// To close a line in an emergency.
    Emergency,
}

impl fmt::Display for Needs {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Nothing => "nothing",
            Self::Role(role) => role.name(),
            Self::Listen => "listen",
            Self::Emergency => "emergency",
        })
    }
}
