//! The Durable Object `LIBRARY`: who may put which version in force, one after the other; what was
//! in force when; and drafts.
//!
//! KV holds the documents, and has no compare-and-set: two operators who read the same version and
//! write within a second both believe to have won. So whoever is about to write asks this object
//! first. It is one object, so it answers one at a time, and its storage is durable.

#![allow(
    missing_docs,
    reason = "the macro writes methods without documentation"
)]

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;
use worker::{
    DurableObject, Env, Request, Response, Result, SqlStorageValue, State, durable_object,
};

use super::promise::{PlatformError, settle};
use super::{clock, durable_object};
use crate::faults::{self, Service};

mod references;
mod rows;

pub use references::{Around, NAMERS, Range};
use rows::{optional, rows, text};

/// How long KV may go on showing an old version, in milliseconds: its readers keep what they read
/// for a minute.
const STALE_MS: f64 = 90_000.0;

/// One time a version was put in force.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
pub struct Publication {
    /// The version; nothing where the document was taken away.
    pub version: Option<String>,
    /// When, RFC 3339.
    pub published: String,
    /// What the operator said about it.
    pub message: Option<String>,
    /// Who put it there; nothing where it was written by hand.
    pub by: Option<String>,
}

/// The wish to put another version of a document in force.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Claim {
    /// The document's key in KV.
    pub document: String,
    /// The version in force as whoever asks has read it: of text that is no JSON, its tag.
    pub seen: Option<String>,
    /// What is to be in force.
    pub publication: Publication,
    /// The keys of the documents it names.
    #[serde(default)]
    pub names: BTreeSet<String>,
}

/// What becomes of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Claimed {
    /// It is granted, and noted.
    Granted,
    /// Somebody was faster: this is in force.
    Refused {
        /// The version; nothing when the document was taken away.
        current: Option<String>,
    },
}

/// A document somebody works on.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct Draft {
    /// Its text; it need not be right.
    pub text: String,
    /// The version it began from.
    pub base: Option<String>,
    /// When it was saved, RFC 3339.
    pub saved: String,
    /// Who saved it.
    pub by: String,
}

/// Asks to put a version in force. When this grants it, it is in the list of versions.
///
/// # Errors
/// What the object said.
pub async fn claim(env: &Env, claim: &Claim) -> std::result::Result<Claimed, PlatformError> {
    let body = serde_json::to_string(claim).unwrap_or_default();
    ask(env, "POST", "claims", &claim.document, Some(&body)).await
}

/// The documents that name this one, what those and `names` name, and so on.
///
/// # Errors
/// What the object said.
pub async fn around(
    env: &Env,
    document: &str,
    names: &BTreeSet<String>,
) -> std::result::Result<Around, PlatformError> {
    let body = serde_json::to_string(names).unwrap_or_default();
    ask(env, "POST", "around", document, Some(&body)).await
}

/// Says what the documents in a range of keys name. What is known of others in it is forgotten.
///
/// # Errors
/// What the object said.
pub async fn register(env: &Env, range: &Range) -> std::result::Result<(), PlatformError> {
    // A list takes less code to read than an object.
    let list = (&range.after, &range.end, &range.names, range.is_last);
    let body = serde_json::to_string(&list).unwrap_or_default();
    ask(env, "PUT", "names", "", Some(&body)).await
}

/// The versions a document has had, newest first.
///
/// # Errors
/// What the object said.
pub async fn history(
    env: &Env,
    document: &str,
) -> std::result::Result<Vec<Publication>, PlatformError> {
    ask(env, "GET", "history", document, None).await
}

/// The draft of a document.
///
/// # Errors
/// What the object said.
pub async fn draft(env: &Env, document: &str) -> std::result::Result<Option<Draft>, PlatformError> {
    ask(env, "GET", "drafts", document, None).await
}

/// Saves a draft, if the one before is still the one `seen` names by the time it was saved. Gives
/// the one that is there when it is not.
///
/// # Errors
/// What the object said.
pub async fn save_draft(
    env: &Env,
    document: &str,
    seen: Option<&str>,
    draft: Option<&Draft>,
) -> std::result::Result<Option<Draft>, PlatformError> {
    let body = json!({ "seen": seen, "draft": draft }).to_string();
    ask(env, "PUT", "drafts", document, Some(&body)).await
}

async fn ask<T: serde::de::DeserializeOwned>(
    env: &Env,
    method: &str,
    what: &str,
    document: &str,
    body: Option<&str>,
) -> std::result::Result<T, PlatformError> {
    faults::inject_error(Service::Library)?;
    let path = [what, "/", document].concat();
    let response = durable_object::ask(env, "LIBRARY", "library", method, &path, body).await?;
    let text = settle("LIBRARY", response.text()).await?;
    serde_json::from_str(&text.as_string().unwrap_or_default())
        .map_err(|error| PlatformError::new(format!("LIBRARY: {error}")))
}

/// What is known of the version in force.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Head<'a> {
    version: Option<&'a str>,
    /// When it was put there, in milliseconds.
    moved: f64,
}

/// Whether a claim is granted that has seen `seen`. `was_known`: that version has been in force
/// before, or the document was not there.
///
/// What is seen and is not the head is either old, because KV shows for a while what was there
/// before, or written by hand. Nobody writes by hand what was in force a moment ago.
fn is_granted(head: Option<Head<'_>>, seen: Option<&str>, was_known: bool, now: f64) -> bool {
    match head {
        None => true,
        Some(head) if head.version == seen => true,
        Some(head) => !was_known || now - head.moved >= STALE_MS,
    }
}

/// The object, made anew for each request (`src/entry.js`): what is to stay is in its storage.
#[durable_object(fetch)]
pub struct Library {
    state: State,
}

impl DurableObject for Library {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        self.prepare()?;
        let sql = self.state.storage().sql();
        let path = request.path();
        let (what, document) = path
            .trim_start_matches('/')
            .split_once('/')
            .unwrap_or_default();
        let reply = match (request.method(), what) {
            (worker::Method::Post, "claims") => {
                let claim: Claim = serde_json::from_str(&request.text().await?)?;
                serde_json::to_string(&self.decide(&claim)?)
            }
            (worker::Method::Post, "around") => {
                let names: BTreeSet<String> = serde_json::from_str(&request.text().await?)?;
                serde_json::to_string(&references::around(&sql, document, &names)?)
            }
            (worker::Method::Put, "names") => {
                let (after, end, names, is_last) = serde_json::from_str(&request.text().await?)?;
                let range = Range {
                    after,
                    end,
                    names,
                    is_last,
                };
                references::register(&sql, &range, clock::now_ms() - STALE_MS)?;
                serde_json::to_string(&())
            }
            (worker::Method::Get, "history") => {
                serde_json::to_string(&self.publications(document)?)
            }
            (worker::Method::Get, "drafts") => serde_json::to_string(&self.draft(document)?),
            (worker::Method::Put, "drafts") => {
                #[derive(Deserialize)]
                struct Save {
                    seen: Option<String>,
                    draft: Option<Draft>,
                }
                let save: Save = serde_json::from_str(&request.text().await?)?;
                let there = self.draft(document)?;
                let saved = there.as_ref().map(|draft| draft.saved.as_str());
                if saved == save.seen.as_deref() {
                    self.write_draft(document, save.draft.as_ref())?;
                    serde_json::to_string(&save.draft)
                } else {
                    serde_json::to_string(&there)
                }
            }
            _ => return Response::error("not found", 404),
        };
        Response::ok(reply?)
    }
}

impl Library {
    fn prepare(&self) -> Result<()> {
        for statement in [
            "CREATE TABLE IF NOT EXISTS heads (document TEXT PRIMARY KEY, version TEXT, moved REAL NOT NULL)",
            "CREATE TABLE IF NOT EXISTS publications (number INTEGER PRIMARY KEY AUTOINCREMENT, document TEXT NOT NULL, version TEXT, published TEXT NOT NULL, message TEXT, operator TEXT)",
            "CREATE INDEX IF NOT EXISTS publications_of ON publications (document, number)",
            "CREATE TABLE IF NOT EXISTS drafts (document TEXT PRIMARY KEY, draft TEXT NOT NULL)",
        ]
        .iter()
        .chain(&references::TABLES)
        {
            self.rows(statement, vec![])?;
        }
        Ok(())
    }

    fn rows(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<Vec<SqlStorageValue>>> {
        rows(&self.state.storage().sql(), statement, values)
    }

    /// Decides and notes without awaiting anything in between.
    fn decide(&self, claim: &Claim) -> Result<Claimed> {
        let now = clock::now_ms();
        let document = || SqlStorageValue::String(claim.document.clone());
        let head = self.rows(
            "SELECT version, moved FROM heads WHERE document = ?1",
            vec![document()],
        )?;
        let head = head.first().map(|row| {
            let moved = match row.get(1) {
                Some(SqlStorageValue::Float(moved)) => *moved,
                #[expect(clippy::cast_precision_loss, reason = "milliseconds fit a float")]
                Some(SqlStorageValue::Integer(moved)) => *moved as f64,
                _ => 0.0,
            };
            (row.first().and_then(text), moved)
        });
        let known = self.rows(
            "SELECT 1 FROM publications WHERE document = ?1 AND version IS ?2 LIMIT 1",
            vec![document(), optional(claim.seen.as_deref())],
        )?;
        let was_known = claim.seen.is_none() || !known.is_empty();
        if was_known
            && head
                .as_ref()
                .is_some_and(|(version, _)| *version == claim.publication.version)
        {
            // The same once more: whoever asked was cut off before it was written.
            return Ok(Claimed::Granted);
        }
        let seen_head = head.as_ref().map(|(version, moved)| Head {
            version: version.as_deref(),
            moved: *moved,
        });
        if !is_granted(seen_head, claim.seen.as_deref(), was_known, now) {
            return Ok(Claimed::Refused {
                current: head.and_then(|(version, _)| version),
            });
        }
        if let Some(seen) = &claim.seen
            && known.is_empty()
            && ivr::Version::from_hex(seen).is_some()
        {
            // It came past this object, and can be gone back to all the same.
            self.note(
                &claim.document,
                &Publication {
                    version: Some(seen.clone()),
                    published: claim.publication.published.clone(),
                    message: Some("written by hand".to_owned()),
                    by: None,
                },
            )?;
        }
        self.note(&claim.document, &claim.publication)?;
        self.rows(
            "INSERT INTO heads VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET version = excluded.version, moved = excluded.moved",
            vec![
                document(),
                optional(claim.publication.version.as_deref()),
                SqlStorageValue::Float(now),
            ],
        )?;
        references::name(&self.state.storage().sql(), &claim.document, &claim.names)?;
        Ok(Claimed::Granted)
    }

    fn note(&self, document: &str, publication: &Publication) -> Result<()> {
        self.rows(
            "INSERT INTO publications (document, version, published, message, operator) VALUES (?1, ?2, ?3, ?4, ?5)",
            vec![
                SqlStorageValue::String(document.to_owned()),
                optional(publication.version.as_deref()),
                SqlStorageValue::String(publication.published.clone()),
                optional(publication.message.as_deref()),
                optional(publication.by.as_deref()),
            ],
        )
        .map(drop)
    }

    fn publications(&self, document: &str) -> Result<Vec<Publication>> {
        let rows = self.rows(
            "SELECT version, published, message, operator FROM publications WHERE document = ?1 ORDER BY number DESC",
            vec![SqlStorageValue::String(document.to_owned())],
        )?;
        Ok(rows
            .iter()
            .map(|row| Publication {
                version: row.first().and_then(text),
                published: row.get(1).and_then(text).unwrap_or_default(),
                message: row.get(2).and_then(text),
                by: row.get(3).and_then(text),
            })
            .collect())
    }

    fn draft(&self, document: &str) -> Result<Option<Draft>> {
        let rows = self.rows(
            "SELECT draft FROM drafts WHERE document = ?1",
            vec![SqlStorageValue::String(document.to_owned())],
        )?;
        let draft = rows.first().and_then(|row| row.first()).and_then(text);
        Ok(draft.and_then(|draft| serde_json::from_str(&draft).ok()))
    }

    fn write_draft(&self, document: &str, draft: Option<&Draft>) -> Result<()> {
        let document = SqlStorageValue::String(document.to_owned());
        match draft {
            Some(draft) => self.rows(
                "INSERT INTO drafts VALUES (?1, ?2) ON CONFLICT DO UPDATE SET draft = excluded.draft",
                vec![document, SqlStorageValue::String(serde_json::to_string(draft)?)],
            ),
            None => self.rows("DELETE FROM drafts WHERE document = ?1", vec![document]),
        }
        .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_who_saw_the_same_version_one_is_granted() {
        let head = |version, moved| Some(Head { version, moved });
        let check =
            |head: Option<Head<'_>>, seen: Option<&str>, was_known: bool, expected: bool| {
                assert_eq!(
                    is_granted(head, seen, was_known, 100_000.0),
                    expected,
                    "{head:?} {seen:?}"
                );
            };
        // The first ever.
        check(None, None, true, true);
        check(None, Some("v0"), false, true);
        // Who saw what is in force.
        check(head(Some("v1"), 99_999.0), Some("v1"), true, true);
        check(head(None, 99_999.0), None, true, true);
        // Who saw what was in force a moment ago, or nothing.
        check(head(Some("v1"), 99_999.0), Some("v0"), true, false);
        check(head(Some("v1"), 99_999.0), None, true, false);
        check(head(None, 99_999.0), Some("v1"), true, false);
        // Written by hand: something nobody published, or long after.
        check(head(Some("v1"), 99_999.0), Some("hand"), false, true);
        check(head(Some("v1"), 1_000.0), Some("v0"), true, true);
        check(head(Some("v1"), 1_000.0), None, true, true);
    }
}
