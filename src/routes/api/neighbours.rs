//! The documents around one that is about to change, and what the change would break.

use std::collections::BTreeSet;

use ivr::{Diagnostic, Library};
use serde_json::{Map, Value};

use super::document_store::{DocumentStore, Documents, Kind, key_of};
use super::revision::{self, Proposal, Revision};
use crate::bindings::kv::KvError;
use crate::bindings::pace::Pace;

/// How often what was read may name something that was not: by hand, and since the last hour.
const ROUNDS: usize = 4;

/// The documents around one, read.
pub struct Neighbours<'s> {
    store: &'s DocumentStore,
    pace: &'s Pace,
    kind: Kind,
    id: String,
    /// What is in force under its own key.
    pub current: Option<Revision>,
    /// The others.
    library: Library,
    /// And the entries of numbers, which are one document of a library.
    numbers: Map<String, Value>,
    /// The keys of all of them.
    keys: BTreeSet<String>,
}

impl<'s> Neighbours<'s> {
    /// Reads what is in force under a document's key, and the others under `keys`; then what these
    /// name, and so on.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn read(
        store: &'s DocumentStore,
        pace: &'s Pace,
        (kind, id): (Kind, &str),
        mut keys: BTreeSet<String>,
    ) -> Result<Self, KvError> {
        keys.insert(key_of(kind, id));
        let mut neighbours = Self {
            store,
            pace,
            kind,
            id: id.to_owned(),
            current: None,
            library: Library::default(),
            numbers: Map::new(),
            keys: BTreeSet::new(),
        };
        neighbours.read_more(keys, false).await?;
        Ok(neighbours)
    }

    /// Reads documents and what they name. What is in force under the document's own key becomes
    /// [`Self::current`], and is one of those that are checked when `with_current`.
    async fn read_more(
        &mut self,
        mut next: BTreeSet<String>,
        with_current: bool,
    ) -> Result<(), KvError> {
        let mut asked = BTreeSet::new();
        for _ in 0..ROUNDS {
            next.retain(|key| !asked.contains(key));
            if next.is_empty() {
                break;
            }
            let keys: Vec<String> = next.iter().cloned().collect();
            let read: Documents = self.store.read_many(&keys).await?;
            asked.append(&mut next);
            for ((plural, id), text) in read {
                let Some(kind) = Kind::of(plural) else {
                    continue;
                };
                let length = text.len();
                let is_own = (kind, id.as_str()) == (self.kind, self.id.as_str());
                if with_current || !is_own {
                    self.add(kind, &id, &text);
                    next.extend(self.names(kind, &id));
                }
                if is_own && !with_current {
                    self.current = Some(Revision::of(text, self.pace).await);
                }
                self.pace.after(length).await;
            }
        }
        self.keys = asked;
        Ok(())
    }

    /// Adds a document to those that are checked.
    fn add(&mut self, kind: Kind, id: &str, text: &str) {
        if kind == Kind::Number {
            let entry = serde_json::from_str(text).unwrap_or(Value::String(text.to_owned()));
            self.numbers.insert(id.to_owned(), entry);
        } else {
            self.library.add(&kind.file(id), text.as_bytes());
        }
    }

    /// What a document names that was added.
    fn names(&self, kind: Kind, id: &str) -> BTreeSet<String> {
        match kind {
            Kind::Calendar | Kind::List => BTreeSet::new(),
            Kind::Menu => {
                let menu = self.library.menus.get(id);
                menu.map_or_else(BTreeSet::new, |menu| ivr::names_of(&menu.document))
            }
            Kind::Number => {
                let mut names = BTreeSet::new();
                names.extend(self.numbers.get(id).and_then(revision::named_by_number));
                names
            }
        }
    }

    /// What the change would break, to a document or to none: every error there is after it that
    /// was not there before.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn broken_by(
        &mut self,
        proposal: Option<&mut Proposal>,
    ) -> Result<Vec<Diagnostic>, KvError> {
        let (kind, id) = (self.kind, self.id.clone());
        let is_there = proposal.is_some();
        if let Some(proposal) = proposal {
            match proposal.menu.take() {
                Some(menu) => self.library.add_menu(&id, menu),
                None => self.add(kind, &id, &proposal.revision.text),
            }
        }
        let found = self.errors().await;
        if found.is_empty() {
            return Ok(found);
        }
        // What was wrong before is read and asked only when something is: a check of large menus
        // takes long, and callers wait for it.
        self.library = Library::default();
        self.numbers = Map::new();
        let keys = std::mem::take(&mut self.keys);
        self.read_more(keys, true).await?;
        let had = self.errors().await;
        let file = kind.file(&id);
        let is_new = |found: &Diagnostic| {
            // What is written must be right; what lies beside it may be as wrong as it was.
            let own = is_there && found.file == file && kind != Kind::Number;
            own || !had.iter().any(|known| {
                (known.code, &known.file, &known.pointer)
                    == (found.code, &found.file, &found.pointer)
            })
        };
        Ok(found.into_iter().filter(is_new).collect())
    }

    async fn errors(&mut self) -> Vec<Diagnostic> {
        if !self.numbers.is_empty() {
            let text = Value::Object(std::mem::take(&mut self.numbers)).to_string();
            self.library.add("numbers.json", text.as_bytes());
        }
        ivr::errors_in_parts(&self.library, &|bytes| self.pace.after(bytes)).await
    }
}
