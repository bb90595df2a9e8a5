//! What a document is, by its name.

use std::path::Path;

use ivr::FileName;

/// What a file is, by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// `office.calendar.json`
    Calendar(String),
    /// `vip.list.json`
    List(String),
    /// `acme.json`
    Menu(String),
    /// `numbers.json`
    Numbers,
    /// `acme.test.json`
    Test(String),
    /// A schema, or a name that is no document's.
    Other,
}

impl Role {
    /// The role of a file of this name.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        match FileName::of(&name) {
            FileName::Menu(id) => Self::Menu(id.to_owned()),
            FileName::Calendar(id) => Self::Calendar(id.to_owned()),
            FileName::List(id) => Self::List(id.to_owned()),
            FileName::Script(id) => Self::Test(id.to_owned()),
            FileName::Numbers => Self::Numbers,
            FileName::Schema | FileName::BadId { .. } | FileName::Unknown { .. } => Self::Other,
        }
    }
}
