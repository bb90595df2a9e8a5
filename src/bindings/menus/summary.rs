//! What lies beside a document in KV.

use std::collections::BTreeSet;

use api::Kind;
use ivr::Version;
use ivr::source::{self, Value as Tree};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What the operators' API writes as a document's metadata, so that a list reads no document, and
/// that a menu which was checked before it was published is not checked again. A document written
/// past the API has none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The version; none of what is no JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The SHA-256 of the text of a menu, in hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    /// The title of a menu, a calendar or a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The whole entry of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Value>,
    /// The keys of the documents that a menu names; not there when they are too many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<BTreeSet<String>>,
}

/// How many bytes KV takes beside a value.
const LONGEST: usize = 1_024;

impl Summary {
    /// Of a document's text, which is this tree, and its version.
    #[must_use]
    pub fn of(kind: Kind, text: &str, tree: &Tree<'_>, version: Option<&Version>) -> Self {
        let title = match tree.get("title").map(|member| &member.value.kind) {
            Some(source::Kind::Text(title)) if kind != Kind::Number => Some(title.to_string()),
            _ => None,
        };
        Self {
            version: version.map(Version::to_string),
            sha256: (kind == Kind::Menu).then(|| hex(&Sha256::digest(text).into())),
            title,
            entry: match kind {
                Kind::Number => serde_json::from_str(text).ok(),
                _ => None,
            },
            names: None,
        }
    }

    /// Of a text nobody has read yet.
    #[must_use]
    pub fn of_text(kind: Kind, text: &str) -> Self {
        source::parse(text).map_or_else(
            |_| Self::default(),
            |tree| Self::of(kind, text, &tree, Some(&Version::of(&tree))),
        )
    }

    /// As it is written; `None` when KV does not take so much, even without the names.
    #[must_use]
    pub fn to_metadata(mut self) -> Option<String> {
        let text = serde_json::to_string(&self).ok()?;
        if text.len() <= LONGEST {
            return Some(text);
        }
        self.names.take()?;
        self.to_metadata()
    }

    /// What was written; `None` when it was not written by the operators' API.
    #[must_use]
    pub fn of_metadata(metadata: &str) -> Option<Self> {
        serde_json::from_str(metadata).ok()
    }

    /// The version of the menu whose text has this digest, if that text was published. An editor
    /// that keeps the metadata of what it changes does not change the digest in it.
    #[must_use]
    pub fn published(&self, digest: &[u8; 32]) -> Option<Version> {
        let is_this = self.sha256.as_deref() == Some(hex(digest).as_str());
        self.version
            .as_deref()
            .filter(|_| is_this)
            .and_then(Version::from_hex)
    }
}

fn hex(digest: &[u8; 32]) -> String {
    base16ct::lower::encode_string(digest)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn a_published_menu_is_known_by_its_text_and_by_nothing_else() {
        let text = r#"{ "title": "Sales", "start": "a", "nodes": {} }"#;
        let digest = |text: &str| Sha256::digest(text).into();
        let metadata = Summary::of_text(Kind::Menu, text).to_metadata().unwrap();
        let summary = Summary::of_metadata(&metadata).unwrap();
        let version = Version::of_text(text).unwrap();
        assert_eq!(summary.published(&digest(text)), Some(version));
        assert_eq!(
            summary.published(&digest(&text.replace("Sales", "Salt"))),
            None
        );
        assert_eq!(summary.title, Some("Sales".to_owned()));

        let older = Summary::of_metadata(&format!(r#"{{"version":"{version}"}}"#)).unwrap();
        assert_eq!(older.published(&digest(text)), None);
        assert_eq!(Summary::of_metadata("\"by hand\""), None);
    }

    #[test]
    fn a_long_title_is_not_written() {
        let text = serde_json::json!({ "title": "x".repeat(LONGEST) }).to_string();
        assert_eq!(Summary::of_text(Kind::Menu, &text).to_metadata(), None);
    }

    #[test]
    fn names_are_written_where_there_is_room() {
        let written = |count: usize| {
            let mut summary = Summary::of_text(Kind::Menu, r#"{ "title": "Sales" }"#);
            summary.names = Some((0..count).map(|it| format!("menu:{it}")).collect());
            Summary::of_metadata(&summary.to_metadata().unwrap()).unwrap()
        };
        assert_eq!(written(0).names, Some(BTreeSet::new()));
        assert_eq!(written(20).names.unwrap().len(), 20);
        let many = written(200);
        assert_eq!(many.names, None);
        assert_eq!(many.title.as_deref(), Some("Sales"));
    }
}
