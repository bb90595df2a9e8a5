//! Sending events through the sinks again.

use std::fmt;

use events::ConversationId;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// What to send again: `dead`, or a `conversation`, or a range of time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Replay {
    /// Dead letters.
    pub dead: Option<DeadLetters>,
    /// Archived events received from this point in time on, written with its offset.
    pub since: Option<String>,
    /// Archived events received before this point in time, written with its offset.
    pub until: Option<String>,
    /// The events of this conversation, out of the database.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<String>"))]
    pub conversation: Option<ConversationId>,
    /// Of those, the events with these ids alone.
    pub ids: Option<Vec<String>>,
    /// The only sinks that get archived events again; all but the archive when left out.
    pub sinks: Option<Vec<ReplaySink>>,
    /// Where the request before ended.
    pub cursor: Option<String>,
}

/// Which dead letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum DeadLetters {
    /// `true`: all of them. `false` is as if left out.
    All(bool),
    /// Those under these keys, at most 100.
    Keys(Vec<String>),
}

// By hand: the derived reader of an untagged enum first reads whatever comes into a tree of its
// own, which is 14 KB of code, and then says no more than that nothing fits.
impl<'de> Deserialize<'de> for DeadLetters {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = DeadLetters;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("true, or a list of at most 100 keys under dead/")
            }

            fn visit_bool<E>(self, all: bool) -> Result<DeadLetters, E> {
                Ok(DeadLetters::All(all))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<DeadLetters, A::Error> {
                let mut keys = Vec::new();
                while let Some(key) = list.next_element()? {
                    keys.push(key);
                }
                Ok(DeadLetters::Keys(keys))
            }
        }

        from.deserialize_any(Either)
    }
}

/// Where archived events can be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReplaySink {
    /// Events and call records in the database.
    Calls,
    /// `SINK_URL`.
    Forward,
    /// The recording or transcript an event points to.
    Recording,
    /// Tables of the lake.
    Lake,
}

impl ReplaySink {
    /// The sink of the consumer that this is.
    #[must_use]
    pub fn sink(self) -> events::Sink {
        match self {
            Self::Calls => events::Sink::Calls,
            Self::Forward => events::Sink::Forward,
            Self::Recording => events::Sink::Recording,
            Self::Lake => events::Sink::Lake,
        }
    }
}

/// How much was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Replayed {
    /// Events put on the queue, or delivered.
    pub sent: usize,
    /// Dead letters that are no event, and stay.
    pub skipped: usize,
    /// There is more: ask again with this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
