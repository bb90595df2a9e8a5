//! What each type of event holds, and the name of its schema.

mod types;

use serde_json::{Map, Value};

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
