//! Erasing a person.

use serde::{Deserialize, Serialize};

/// How far erasing a person has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Erased {
    /// Whether nothing is left.
    pub done: bool,
    /// Where the next request goes on; there while `done` is false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// What this request removed. The sum over all requests is the report.
    pub removed: Removed,
}

/// How much was removed, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Removed {
    /// Conversations, with their events and records, from the database.
    pub conversations: usize,
    /// Events in them.
    pub events: usize,
    /// Records in them.
    pub records: usize,
    /// Events from the archive.
    pub archived: usize,
    /// Recordings and transcripts.
    pub recordings: usize,
    /// Bodies too large for the queue.
    pub bodies: usize,
    /// Dead letters.
    pub dead: usize,
    /// Events that waited in the outbox.
    pub waiting: usize,
}
