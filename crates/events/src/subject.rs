//! What an event is about.

use serde::Serialize;
use vonage::{LegId, is_identifier};

use crate::event_type::EventType;

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Subject {
    /// A leg.
    Leg(LegId),
    /// The id of a message, a request or a menu, on `ivr.operator` the path of what was changed; in
    /// a webhook about a call, a text that names no leg.
    Other(String),
}

impl Subject {
    /// Reads the attribute `subject` of an event of this source and type.
    pub(crate) fn read(source: &str, kind: &EventType, text: String) -> Self {
        let is_about_a_leg =
            source == "/vonage/voice" || (source == "/ivr" && !kind.is_of_operators());
        match is_about_a_leg && is_identifier(&text) {
            true => Self::Leg(LegId::from(text)),
            false => Self::Other(text),
        }
    }

    /// The attribute's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Leg(leg) => leg.as_str(),
            Self::Other(text) => text,
        }
    }
}
