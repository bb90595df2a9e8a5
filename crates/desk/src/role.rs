//! What a document is, by its name.

use std::path::Path;

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
    /// A schema, or nothing of ours.
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
        let Some(stem) = name.strip_suffix(".json") else {
            return Self::Other;
        };
        match stem.split_once('.') {
            None if stem == "numbers" => Self::Numbers,
            None => Self::Menu(stem.to_owned()),
            Some((id, "calendar")) => Self::Calendar(id.to_owned()),
            Some((id, "list")) => Self::List(id.to_owned()),
            Some((id, "test")) => Self::Test(id.to_owned()),
            Some(_) => Self::Other,
        }
    }
}
