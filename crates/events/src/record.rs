//! What is known of one leg.

use serde::{Deserialize, Serialize};
use vonage::{ConversationId, LegId};

use crate::data::Visit;

/// A call record: one leg, as far as its events tell.
///
/// Points in time are RFC 3339, UTC, milliseconds. A member is absent while nothing is known of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CallRecord {
    /// The form of this record; 1.
    pub format: u32,
    /// The leg's uuid.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub leg: LegId,
    /// The conversation the leg began in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub conversation: Option<ConversationId>,
    /// Who called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Who was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// `inbound` or `outbound`, seen from Vonage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// When the leg was created; the earliest thing known of it where no `started` came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// When it began to ring.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ringing: Option<String>,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// Billed seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    /// What the leg cost: EUR, a decimal as Vonage wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// What a minute costs: EUR, a decimal as Vonage wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<String>,
    /// The carrier: `GB-FIXED`, or MCC and MNC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// The status that tells most: the failure where one came (a `completed` follows it and says
    /// less), else the last stage reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Why it failed: `timeout`, `declined`, `cannot_route`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The SIP status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sip_code: Option<i64>,
    /// Who hung up: `user` or `platform`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hung_up_by: Option<String>,
    /// What answering machine detection said: `human` or `machine`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<String>,
    /// The menu the call began on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub menu: Option<String>,
    /// The version of that menu.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How it went; absent while that is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The way through the menu.
    pub path: Vec<Passed>,
    /// What was recorded.
    pub recordings: Vec<Recording>,
    /// What was written down of it.
    pub transcripts: Vec<Transcript>,
    /// The other legs of its conversations: who the caller was put through to, or who called.
    pub legs: Vec<OtherLeg>,
}

/// How a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The caller spoke to somebody.
    Transferred,
    /// The caller left a message.
    MessageLeft,
    /// The caller hung up on the way.
    Abandoned,
    /// The menu ran to an end.
    Completed,
    /// The leg was never answered.
    Failed,
    /// The caller met a fault of ours: the safe NCCO instead of the menu.
    Degraded,
}

impl Outcome {
    /// The name on records and in filters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Transferred => "transferred",
            Self::MessageLeft => "message_left",
            Self::Abandoned => "abandoned",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Degraded => "degraded",
        }
    }
}

/// One node on the way, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Passed {
    /// When the webhook came that moved the caller.
    pub at: String,
    /// Where from, why, where to.
    #[serde(flatten)]
    pub visit: Visit,
}

/// One recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Recording {
    /// Vonage's id of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<String>,
    /// Where Vonage keeps it for 30 days; needs the application's JWT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The node that recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
}

/// One transcript.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Transcript {
    /// The recording it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<String>,
    /// Where Vonage keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `transcribed`, or why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// Another leg of the same conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OtherLeg {
    /// Its uuid.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub leg: LegId,
    /// Its direction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// Who was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Its status, by the same rule as [`CallRecord::status`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}
