//! What the engine asks the shell for, and what the shell found.

use std::sync::Arc;

use crate::compile::Compiled;
use crate::document::{Calendar, List, Method};
use crate::version::Version;

/// Something the engine needs to go on. The shell gets it, adds it to [`Facts`]
/// and calls the engine again with the same arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// The menu in force, by its id: the document `menu:<id>`.
    Menu(String),
    /// A menu at the version the call has pinned: the document `version:<hash>`.
    Version(Version),
    /// The document `calendar:<id>`.
    Calendar(String),
    /// The document `list:<id>`.
    List(String),
    /// An answer to a request.
    Lookup(LookupRequest),
}

/// A request of a `lookup` node. It may hold a secret, so it is not for logs.
#[derive(Clone, PartialEq, Eq)]
pub struct LookupRequest {
    /// Names the request among those of one step.
    pub key: u32,
    /// https address.
    pub url: String,
    /// How to ask.
    pub method: Method,
    /// Headers to send.
    pub headers: Vec<(String, String)>,
    /// JSON to send.
    pub body: Option<String>,
    /// Milliseconds to wait for the answer.
    pub deadline_ms: u16,
    /// For the header `Idempotency-Key` of a POST: a webhook that is delivered twice asks twice,
    /// and the other system can tell. `None` for a GET, which changes nothing.
    pub idempotency_key: Option<String>,
}

/// Without headers and body, which may hold a secret.
impl std::fmt::Debug for LookupRequest {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("LookupRequest")
            .field("key", &self.key)
            .field("url", &self.url)
            .field("method", &self.method)
            .field("deadline_ms", &self.deadline_ms)
            .finish_non_exhaustive()
    }
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum LookupAnswer {
    /// A response.
    Answer {
        /// HTTP status.
        status: u16,
        /// The body, or null when it is not JSON.
        body: serde_json::Value,
    },
    /// None in time, or none at all, or the host is not allowed.
    Failed,
}

/// What the shell found so far. `None` is for what does not exist or cannot be
/// had: the engine does without it rather than ask for ever.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    menus: Vec<(String, Option<Arc<Compiled>>)>,
    versions: Vec<(Version, Option<Arc<Compiled>>)>,
    calendars: Vec<(String, Option<Arc<Calendar>>)>,
    lists: Vec<(String, Option<Arc<List>>)>,
    lookups: Vec<(u32, LookupAnswer)>,
}

impl Facts {
    /// Nothing found yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers [`Need::Menu`].
    pub fn add_menu(&mut self, id: impl Into<String>, menu: Option<Arc<Compiled>>) {
        self.menus.push((id.into(), menu));
    }

    /// Answers [`Need::Version`]. A menu of another version does not count.
    pub fn add_version(&mut self, version: Version, menu: Option<Arc<Compiled>>) {
        self.versions
            .push((version, menu.filter(|menu| *menu.version() == version)));
    }

    /// Answers [`Need::Calendar`].
    pub fn add_calendar(&mut self, id: impl Into<String>, calendar: Option<Arc<Calendar>>) {
        self.calendars.push((id.into(), calendar));
    }

    /// Answers [`Need::List`].
    pub fn add_list(&mut self, id: impl Into<String>, list: Option<Arc<List>>) {
        self.lists.push((id.into(), list));
    }

    /// Answers [`Need::Lookup`].
    pub fn add_lookup(&mut self, key: u32, answer: LookupAnswer) {
        self.lookups.push((key, answer));
    }

    /// A menu by id: `None` when it was not asked for yet.
    pub(crate) fn menu(&self, id: &str) -> Option<Option<&Arc<Compiled>>> {
        self.menus
            .iter()
            .find(|(known, _)| known == id)
            .map(|(_, menu)| menu.as_ref())
    }

    /// A menu by version, wherever it came from.
    pub(crate) fn version(&self, version: &Version) -> Option<Option<&Arc<Compiled>>> {
        let by_id = || {
            let menus = self.menus.iter().filter_map(|(_, menu)| menu.as_ref());
            menus
                .into_iter()
                .find(|menu| menu.version() == version)
                .map(Some)
        };
        let found = self
            .versions
            .iter()
            .find(|(known, _)| known == version)
            .map(|(_, menu)| menu.as_ref());
        match found {
            Some(Some(menu)) => Some(Some(menu)),
            other => by_id().or(other),
        }
    }

    pub(crate) fn calendar(&self, id: &str) -> Option<Option<&Arc<Calendar>>> {
        self.calendars
            .iter()
            .find(|(known, _)| known == id)
            .map(|(_, calendar)| calendar.as_ref())
    }

    pub(crate) fn list(&self, id: &str) -> Option<Option<&Arc<List>>> {
        self.lists
            .iter()
            .find(|(known, _)| known == id)
            .map(|(_, list)| list.as_ref())
    }

    pub(crate) fn lookup(&self, key: u32) -> Option<&LookupAnswer> {
        self.lookups
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, answer)| answer)
    }
}
