//! Kinds of documents.

use ivr::number::E164;
use serde::{Deserialize, Serialize};

/// A kind of document, named in the plural as in paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "DocumentKind"))]
pub enum Kind {
    /// A menu.
    #[serde(rename = "menus")]
    Menu,
    /// A calendar.
    #[serde(rename = "calendars")]
    Calendar,
    /// A list of callers.
    #[serde(rename = "lists")]
    List,
    /// The entry of a number, or the one of all other numbers.
    #[serde(rename = "numbers")]
    Number,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Menu, Self::Calendar, Self::List, Self::Number];

    /// The kind a path names: `menus`, `calendars`, `lists`, `numbers`.
    #[must_use]
    pub fn of(plural: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.plural() == plural)
    }

    /// As paths name it.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::Menu => "menus",
            Self::Calendar => "calendars",
            Self::List => "lists",
            Self::Number => "numbers",
        }
    }

    /// The file it would lie in.
    #[must_use]
    pub fn file(self, id: &str) -> String {
        match self {
            Self::Menu => [id, ".json"].concat(),
            Self::Calendar => [id, ".calendar.json"].concat(),
            Self::List => [id, ".list.json"].concat(),
            Self::Number => "numbers.json".to_owned(),
        }
    }

    /// Whether a document of this kind may have this id.
    #[must_use]
    pub fn allows(self, id: &str) -> bool {
        match self {
            // `numbers.json` lies beside menus, so none may be called so.
            Self::Menu => ivr::document::is_name(id) && id != "numbers",
            Self::Calendar | Self::List => ivr::document::is_name(id),
            Self::Number => id == "default" || id.parse::<E164>().is_ok(),
        }
    }
}
