//! A document's text with what follows from it, worked out once a request: of a large menu each of
//! it takes milliseconds.

use std::collections::BTreeSet;

use api::Kind;
use ivr::document::Menu;
use ivr::{Diagnostic, Entry, Version, source};
use serde_json::Value;

use super::tags;
use crate::bindings::menus::{Summary, key};
use crate::bindings::pace::Pace;

/// A text, and its version.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The text.
    pub text: String,
    /// Its version; what is no JSON has none.
    pub version: Option<Version>,
}

impl Revision {
    /// Of a text.
    pub async fn of(text: String, pace: &Pace) -> Self {
        let version = match source::parse(&text) {
            Ok(tree) => {
                pace.after(text.len()).await;
                Some(Version::of(&tree))
            }
            Err(_) => None,
        };
        pace.after(text.len()).await;
        Self { text, version }
    }

    /// The version, as it is written.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        self.version.map(|version| version.to_string())
    }

    /// The entity tag.
    #[must_use]
    pub fn tag(&self) -> String {
        match &self.version {
            Some(version) => tags::quoted(&version.to_string()),
            None => tags::broken(&self.text),
        }
    }
}

/// A revision that is to be put in force.
#[derive(Debug)]
pub struct Proposal {
    /// Its text and version.
    pub revision: Revision,
    /// What lies beside it in KV.
    pub summary: Summary,
    /// The KV keys of the documents it names.
    pub names: BTreeSet<String>,
    /// A menu as it was read.
    pub menu: Option<Result<Entry<Menu>, Vec<Diagnostic>>>,
}

impl Proposal {
    /// Of a text.
    pub async fn of(kind: Kind, id: &str, text: String, pace: &Pace) -> Self {
        let (mut version, mut summary) = (None, Summary::default());
        let mut menu = None;
        if let Ok(tree) = source::parse(&text) {
            pace.after(text.len()).await;
            version = Some(Version::of(&tree));
            pace.after(text.len()).await;
            summary = Summary::of(kind, &text, &tree, version.as_ref());
            pace.after(text.len()).await;
            if kind == Kind::Menu {
                menu = Some(Entry::of_tree(&kind.file(id), &text, &tree));
            }
        }
        pace.after(text.len()).await;
        let names = match &menu {
            Some(Ok(entry)) => {
                let names = ivr::names_of(&entry.document);
                summary.names = Some(names.clone());
                names
            }
            Some(Err(_)) => BTreeSet::new(),
            None => names(kind, id, &text),
        };
        Self {
            revision: Revision { text, version },
            summary,
            names,
            menu,
        }
    }
}

/// The KV keys of the documents that a document names. One that cannot be read names none.
#[must_use]
pub fn names(kind: Kind, id: &str, text: &str) -> BTreeSet<String> {
    match kind {
        Kind::Calendar | Kind::List => BTreeSet::new(),
        Kind::Menu => {
            let entry = Entry::read(&kind.file(id), text.as_bytes());
            entry.map_or_else(|_| BTreeSet::new(), |entry| ivr::names_of(&entry.document))
        }
        Kind::Number => {
            let entry: Value = serde_json::from_str(text).unwrap_or_default();
            let mut names = BTreeSet::new();
            names.extend(named_by_number(&entry));
            names
        }
    }
}

/// The KV key of the menu that the entry of a number names.
#[must_use]
pub fn named_by_number(entry: &Value) -> Option<String> {
    let menu = entry.get("menu").unwrap_or(entry);
    menu.as_str().map(key::menu)
}
