//! The names of the schemas of events.

use crate::event_type::EventType;

/// The version of the format, the number in every `dataschema`.
pub const FORMAT: u32 = 1;

/// The URN in `dataschema` for an event of this type.
#[must_use]
pub fn urn(kind: &EventType) -> String {
    format!("urn:edge-ivr:event:{FORMAT}:{}", kind.schema())
}
