//! The documents in `MENUS` as operators see them.

use std::collections::BTreeMap;

pub use api::Kind;
use ivr::{Code, Diagnostic, Library};
use worker::Env;

use super::revision::Proposal;
use crate::bindings::deadline::Deadline;
use crate::bindings::kv::{Kv, KvError};
use crate::bindings::menus::{Summary, key};

/// How long an operator waits for storage at most.
const PATIENCE_MS: u32 = 20_000;

/// The KV key of a document.
#[must_use]
pub fn key_of(kind: Kind, id: &str) -> String {
    match kind {
        Kind::Menu => key::menu(id),
        Kind::Calendar => key::calendar(id),
        Kind::List => key::list(id),
        Kind::Number => key::number(id),
    }
}

/// The kind and the id of a KV key.
fn of_key(key: &str) -> Option<(Kind, &str)> {
    let mut kinds = Kind::ALL.into_iter();
    kinds.find_map(|kind| Some((kind, key.strip_prefix(key_of(kind, "").as_str())?)))
}

/// `MENUS`, for an operator.
pub struct DocumentStore {
    kv: Kv,
    deadline: Deadline,
}

/// Everything in `MENUS`, as text by kind and id.
pub type Documents = BTreeMap<(&'static str, String), String>;

impl DocumentStore {
    /// The namespace.
    ///
    /// # Errors
    /// When it is not bound.
    pub fn of(env: &Env) -> Result<Self, KvError> {
        Ok(Self {
            kv: Kv::of(env)?,
            deadline: Deadline::in_ms(PATIENCE_MS),
        })
    }

    /// The text of a document.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn read(&self, kind: Kind, id: &str) -> Result<Option<String>, KvError> {
        self.kv.get(&key_of(kind, id), self.deadline).await
    }

    /// Puts a document in force.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn write(&self, kind: Kind, id: &str, what: &Proposal) -> Result<(), KvError> {
        let metadata = what.summary.to_metadata();
        let (key, text) = (key_of(kind, id), &what.revision.text);
        self.kv
            .put(&key, text, metadata.as_deref(), self.deadline)
            .await
    }

    /// Documents by their keys.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn read_many(&self, keys: &[String]) -> Result<Documents, KvError> {
        let found = self.kv.get_many(keys, self.deadline).await?;
        let named = found.into_iter().filter_map(|(key, text)| {
            let (kind, id) = of_key(&key)?;
            Some(((kind.plural(), id.to_owned()), text))
        });
        Ok(named.collect())
    }

    /// Takes a document away.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn remove(&self, kind: Kind, id: &str) -> Result<(), KvError> {
        self.kv.delete(&key_of(kind, id), self.deadline).await
    }

    /// Any other key.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn get(&self, key: &str) -> Result<Option<String>, KvError> {
        self.kv.get(key, self.deadline).await
    }

    /// Writes any other key.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn put(&self, key: &str, text: &str) -> Result<(), KvError> {
        self.kv.put(key, text, None, self.deadline).await
    }

    /// What lists show of the documents of a kind, by id.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn summaries(&self, kind: Kind) -> Result<BTreeMap<String, Summary>, KvError> {
        let prefix = key_of(kind, "");
        let mut all = BTreeMap::new();
        // Written past this API: nothing says what is in them.
        let mut unknown = Vec::new();
        for key in self.kv.keys(&prefix, self.deadline).await? {
            let metadata = key.metadata.as_deref();
            match metadata.and_then(Summary::of_metadata) {
                Some(summary) => {
                    let id = key.name.strip_prefix(&prefix).unwrap_or_default();
                    all.insert(id.to_owned(), summary);
                }
                None => unknown.push(key.name),
            }
        }
        for ((_, id), text) in self.read_many(&unknown).await? {
            all.insert(id, Summary::of_text(kind, &text));
        }
        Ok(all)
    }

    /// The keys of the documents of a kind.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn keys(&self, kind: Kind) -> Result<Vec<String>, KvError> {
        let keys = self.kv.keys(&key_of(kind, ""), self.deadline).await?;
        Ok(keys.into_iter().map(|key| key.name).collect())
    }

    /// Everything.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn everything(&self) -> Result<Documents, KvError> {
        let mut documents = Documents::new();
        for kind in Kind::ALL {
            let keys = self.keys(kind).await?;
            documents.append(&mut self.read_many(&keys).await?);
        }
        Ok(documents)
    }
}

/// What is wrong with a menu by itself. The documents it names are not looked at.
#[must_use]
pub fn errors_within(id: &str, text: &str) -> Vec<Diagnostic> {
    let mut library = Library::default();
    library.add(&Kind::Menu.file(id), text.as_bytes());
    let mut found = ivr::errors(&library);
    let is_about_others = |code| {
        matches!(
            code,
            Code::UnknownMenu | Code::UnknownCalendar | Code::UnknownList
        )
    };
    found.retain(|finding| !is_about_others(finding.code));
    found
}
