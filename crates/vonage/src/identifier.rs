//! What names a leg, a conversation, a message.

use crate::wire::{Form, Types, Wire};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// The id of one leg of a call: `uuid`, or `call_uuid` in events of machine detection ("Voice
/// webhook reference").
///
/// Opaque, and kept as it came: 32 hexadecimal digits for inbound calls, a dashed UUID otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LegId(String);

/// The id of a conversation, which holds the legs of a call: `conversation_uuid` in the Voice API
/// ("Voice webhook reference"), `conversation_id` in the Conversation API.
///
/// Opaque, and kept as it came: `CON-` and a UUID.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConversationId(String);

impl LegId {
    /// The id as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ConversationId {
    /// The id as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for LegId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<String> for ConversationId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for LegId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<&str> for ConversationId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for LegId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Wire for LegId {
    const FORM: Form = String::FORM;
    const TYPES: Types = Types::TEXT;

    fn read(value: &Value) -> Option<Self> {
        String::read(value).map(Self)
    }
}

impl Wire for ConversationId {
    const FORM: Form = String::FORM;
    const TYPES: Types = Types::TEXT;

    fn read(value: &Value) -> Option<Self> {
        String::read(value).map(Self)
    }
}

/// Whether a text may name a leg, a conversation or a message. The words that stand for none
/// (`NONE`, `null`), blank text and text with control characters do not: taken for a name, they
/// would make one call of many.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    let word = text.trim();
    let is_none = word.is_empty()
        || ["none", "null", "undefined"]
            .iter()
            .any(|none| word.eq_ignore_ascii_case(none));
    !is_none && !text.chars().any(char::is_control)
}
