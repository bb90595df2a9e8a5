//! The JSON Schema of each type of event.
//!
//! The files under `schemas/` are written from this table; a test holds the two together.

mod types;

use serde_json::{Map, Value, json};

use crate::event_type::EventType;
pub use types::{EventSchema, Member, TYPES};

/// The version of the format, the number in every `dataschema`.
pub const FORMAT: u32 = 1;

/// The URN in `dataschema` for an event of this type.
#[must_use]
pub fn urn(kind: &EventType) -> String {
    format!("urn:edge-ivr:event:{FORMAT}:{}", kind.schema())
}

/// Brings the members of a webhook that are of none of the types its schema has for them into text,
/// so that every event fits its schema. `raw` has them as they came.
pub(crate) fn fit(kind: &EventType, data: &mut Map<String, Value>) {
    let name = kind.schema();
    let Some(known) = TYPES.iter().find(|known| known.name == name) else {
        return;
    };
    for (name, types, _) in known.members {
        if let Some(value) = data.get_mut(*name)
            && !is_one_of(types, value)
        {
            *value = match value.take() {
                Value::Null => Value::String(String::new()),
                other => Value::String(other.to_string()),
            };
        }
    }
}

fn is_one_of(types: &str, value: &Value) -> bool {
    let allows = |name: &str| types.split('|').any(|one| one == name);
    match value {
        Value::Null => allows("null"),
        Value::Bool(_) => allows("boolean"),
        Value::Number(number) => {
            allows("number") || (allows("integer") && (number.is_i64() || number.is_u64()))
        }
        Value::String(_) => allows("string"),
        Value::Array(_) => allows("array"),
        Value::Object(_) => allows("object"),
    }
}

impl EventSchema {
    /// The JSON Schema (draft 2020-12) of a whole event of this type.
    #[must_use]
    pub fn schema(&self) -> Value {
        let mut members = Map::new();
        for (name, types, about) in self.members {
            let types: Vec<&str> = types.split('|').collect();
            let types = match types.as_slice() {
                [one] => json!(one),
                several => json!(several),
            };
            members.insert(
                (*name).into(),
                json!({ "type": types, "description": about }),
            );
        }
        members.insert(
            "raw".into(),
            json!({ "type": "string", "description": "what came: the body, or the query of a GET; not there where it may hold what was entered into a secret field, or the state of a call" }),
        );
        members.insert(
            "raw_base64".into(),
            json!({ "type": "string", "description": "`raw` in base64, where it is not UTF-8" }),
        );
        let kind = if !matches!(EventType::from(self.name), EventType::Other(_)) {
            json!({ "const": self.name, "description": "what happened" })
        } else if self.name == "event" {
            json!({ "type": "string", "minLength": 1, "description": "what happened" })
        } else {
            let prefix = if self.name == "vonage.rtc" {
                "^vonage\\.rtc"
            } else {
                "^vonage\\.voice\\."
            };
            json!({ "type": "string", "pattern": prefix, "description": "what happened; an open set" })
        };
        let moment = "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$";
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": format!("urn:edge-ivr:event:{FORMAT}:{}", self.name),
            "title": self.title,
            "type": "object",
            "required": ["specversion", "id", "source", "type", "time", "datacontenttype", "receivedat", "data"],
            "properties": {
                "specversion": { "const": "1.0" },
                "id": { "type": "string", "pattern": "^[0-9a-f]{32}$", "description": "computed from the content: the same webhook delivered twice has one id" },
                "source": { "type": "string", "pattern": "^/", "description": "`/vonage/voice`, `/vonage/messages`, …, `/ivr`" },
                "type": kind,
                "subject": { "type": "string", "minLength": 1, "description": "the leg's uuid, the message's id, or the menu's id" },
                "time": { "type": "string", "pattern": moment, "description": "when it happened; the time of arrival where Vonage says none" },
                "datacontenttype": { "const": "application/json" },
                "dataschema": { "type": "string", "pattern": "^urn:edge-ivr:event:" },
                "conversation": { "type": "string", "minLength": 1, "description": "the conversation" },
                "receivedat": { "type": "string", "pattern": moment, "description": "when the Worker received it" },
                "menu": { "type": "string", "description": "the menu the caller was in" },
                "menuversion": { "type": "string", "description": "its version" },
                "node": { "type": "string", "description": "the node the caller was at" },
                "delivered": { "type": "string", "description": "on the queue only: sinks that have it already" },
                "dataref": { "type": "string", "description": "where the whole event lies in the archive when it was too large for the queue" },
                "data": { "type": "object", "properties": members, "required": self.required }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_schema_and_every_schema_a_type() {
        for kind in EventType::all() {
            let its = |it: &EventSchema| it.name == kind.as_str();
            assert_eq!(TYPES.iter().filter(|it| its(it)).count(), 1, "{kind}");
        }
        for it in TYPES {
            let open = ["event", "vonage.voice.status", "vonage.rtc"].contains(&it.name);
            let is_other = matches!(EventType::from(it.name), EventType::Other(_));
            assert_eq!(open, is_other, "{}", it.name);
        }
    }
}
