//! Calls: records of them, and placing one.

use events::{ConversationId, LegId, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A page of call records.
///
/// They are passed on as they were stored, without being read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(description = "A page of call records."))]
pub struct Calls {
    /// Newest first.
    #[cfg_attr(feature = "openapi", schemars(with = "Vec<events::CallRecord>"))]
    pub calls: Vec<Box<RawValue>>,
    /// Where the next page begins; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// What is known of one leg of a call.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Call {
    /// Its record.
    #[cfg_attr(feature = "openapi", schemars(with = "events::CallRecord"))]
    pub record: Box<RawValue>,
    /// Its way through the menu, as in the record.
    #[cfg_attr(feature = "openapi", schemars(with = "Vec<events::Passed>"))]
    pub path: Box<RawValue>,
    /// Its events and those of its conversation that name no leg, oldest first, 2,000 at most.
    #[cfg_attr(feature = "openapi", schemars(with = "Vec<crate::openapi::Event>"))]
    pub events: Vec<Box<RawValue>>,
}

/// A page of calls that are over, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct FinishedCalls {
    /// Newest first.
    pub calls: Vec<FinishedCall>,
    /// Where the next page begins; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A call that is over, in short: for trying a draft on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct FinishedCall {
    /// The leg's uuid.
    #[cfg_attr(feature = "openapi", schemars(with = "String"))]
    pub leg: LegId,
    /// Who called.
    pub from: Option<String>,
    /// Who was called.
    pub to: Option<String>,
    /// When it came in.
    pub at: Option<String>,
    /// The menu the call began on.
    pub menu: Option<String>,
    /// The version of that menu.
    pub version: Option<String>,
    /// What moved the caller, webhook by webhook: the node they were at, and the cause.
    pub steps: Vec<[String; 2]>,
    /// Where the last step led.
    pub end: Option<String>,
    /// How it went.
    pub outcome: Option<Outcome>,
}

/// A call to place. Whoever answers gets a menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct NewCall {
    /// The number to call, E.164 digits.
    pub to: String,
    /// The number shown; any of the application's when left out.
    pub from: Option<String>,
    /// The menu the called party gets.
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::MenuId"))]
    pub menu: String,
    /// Seconds it rings at most.
    #[cfg_attr(feature = "openapi", schemars(range(min = 1, max = 120)))]
    pub ring: Option<u32>,
}

/// A call that was placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct PlacedCall {
    /// The leg's uuid.
    #[cfg_attr(feature = "openapi", schemars(with = "String"))]
    pub leg: LegId,
    /// The conversation it is in.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<String>"))]
    pub conversation: Option<ConversationId>,
    /// `started`, as Vonage says.
    pub status: Option<String>,
}
