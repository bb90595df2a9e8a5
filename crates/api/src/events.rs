//! Events.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A page of events.
///
/// They are passed on as they were stored, without being read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(description = "A page of events."))]
pub struct Events {
    /// Newest conversation first and newest event first within it; with `after`, oldest first.
    #[cfg_attr(feature = "openapi", schemars(with = "Vec<crate::openapi::Event>"))]
    pub events: Vec<Box<RawValue>>,
    /// Where the next page begins; absent on the last one, but always there with `after`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// With `after` alone: whether there may be more already, so that it is worth asking at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<bool>,
}
