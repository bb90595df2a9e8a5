//! Which fields of a menu say where a caller goes.

use std::collections::BTreeSet;

use serde_json::Value;

/// Fields that hold JSON of the author's own: its members are no fields of the language.
pub const FREE: [&str; 5] = ["payload", "body", "headers", "into", "values"];

/// The fields that hold a target, as the schema has them: a new exit is among them by itself.
#[must_use]
pub fn fields() -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    walk(&ivr::schema(), &mut fields);
    fields
}

fn walk(schema: &Value, fields: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            let properties = members.get("properties").and_then(Value::as_object);
            for (name, property) in properties.into_iter().flatten() {
                let to = property.get("$ref").and_then(Value::as_str);
                if to.is_some_and(|to| to.to_lowercase().ends_with("/target")) {
                    fields.insert(name.clone());
                }
            }
            members.values().for_each(|value| walk(value, fields));
        }
        Value::Array(items) => items.iter().for_each(|value| walk(value, fields)),
        _ => {}
    }
}
