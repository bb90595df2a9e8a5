//! The documents in `MENUS` as operators see them.

use std::collections::BTreeMap;

pub use api::Kind;
use ivr::{Code, Diagnostic, Library};
use worker::Env;

use super::revision::Proposal;
use crate::bindings::deadline::Deadline;
use crate::bindings::kv::{Kv, KvError, Page};
use crate::bindings::menus::{Summary, key};
use crate::bindings::pace::Pace;

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
        let metadata = what.summary.clone().to_metadata();
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
        let mut named = Documents::new();
        for (key, text) in found {
            if let Some((kind, id)) = of_key(&key) {
                named.insert((kind.plural(), id.to_owned()), text);
            }
        }
        Ok(named)
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

    /// What lists show of the documents of a kind, with the ids, in order.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn summaries(&self, kind: Kind) -> Result<Vec<(String, Summary)>, KvError> {
        let prefix = key_of(kind, "");
        let mut pages = Pages::of(self, kind);
        let mut all = Vec::new();
        while let Some(page) = pages.next().await? {
            let (mut summaries, mut unknown) = (Vec::new(), Vec::new());
            for key in page.keys {
                let id = key.name.strip_prefix(&prefix).unwrap_or_default();
                let metadata = key.metadata.as_deref();
                let summary = metadata.and_then(Summary::of_metadata);
                summaries.push((id.to_owned(), summary));
                if let Some((_, None)) = summaries.last() {
                    // Written past this API: nothing says what is in it.
                    unknown.push(key.name);
                }
            }
            let read = self.read_many(&unknown).await?;
            all.extend(summaries.into_iter().filter_map(|(id, summary)| {
                let summary = match summary {
                    Some(summary) => summary,
                    None => {
                        let text = read.get(&(kind.plural(), id.clone()))?;
                        Summary::of_text(kind, text)
                    }
                };
                Some((id, summary))
            }));
        }
        Ok(all)
    }

    /// Everything.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn everything(&self) -> Result<Documents, KvError> {
        let mut keys = Vec::new();
        for kind in Kind::ALL {
            let mut pages = Pages::of(self, kind);
            while let Some(page) = pages.next().await? {
                keys.extend(page.keys.into_iter().map(|key| key.name));
            }
        }
        self.read_many(&keys).await
    }
}

/// The keys of the documents of a kind, in pages.
pub struct Pages<'s> {
    store: &'s DocumentStore,
    prefix: String,
    cursor: Option<String>,
    is_over: bool,
}

impl<'s> Pages<'s> {
    /// From the first.
    #[must_use]
    pub fn of(store: &'s DocumentStore, kind: Kind) -> Self {
        Self {
            store,
            prefix: key_of(kind, ""),
            cursor: None,
            is_over: false,
        }
    }

    /// Whether the last page was given.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// The next page, until there is none.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn next(&mut self) -> Result<Option<Page>, KvError> {
        if self.is_over {
            return Ok(None);
        }
        let DocumentStore { kv, deadline } = self.store;
        let cursor = self.cursor.as_deref();
        let page = kv.page(&self.prefix, cursor, *deadline).await?;
        self.cursor.clone_from(&page.cursor);
        self.is_over = self.cursor.is_none();
        Ok(Some(page))
    }
}

/// What is wrong with a menu by itself. The documents it names are not looked at.
#[must_use]
pub async fn errors_within(id: &str, text: &str) -> Vec<Diagnostic> {
    let mut library = Library::default();
    library.add(&Kind::Menu.file(id), text.as_bytes());
    let pace = Pace::default();
    let mut found = ivr::errors_in_parts(&library, &|bytes| pace.after(bytes)).await;
    let is_about_others = |code| {
        matches!(
            code,
            Code::UnknownMenu | Code::UnknownCalendar | Code::UnknownList
        )
    };
    found.retain(|finding| !is_about_others(finding.code));
    found
}
