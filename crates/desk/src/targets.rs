//! Which fields of a menu say where a caller goes.

/// Fields that hold JSON of the author's own: its members are no fields of the language.
pub const FREE: [&str; 5] = ["payload", "body", "headers", "into", "values"];

/// The fields that hold a target. A list, because making the schema at run time to look them up is
/// slow and, in a browser, large; a test compares it with the schema.
pub const FIELDS: [&str; 11] = [
    "busy",
    "closed",
    "failed",
    "holiday",
    "no_answer",
    "no_number",
    "open",
    "otherwise",
    "override",
    "rejected",
    "then",
];

/// Whether a field holds a target.
#[must_use]
pub fn is_field(name: &str) -> bool {
    FIELDS.contains(&name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::FIELDS;

    fn walk(schema: &Value, fields: &mut BTreeSet<String>) {
        match schema {
            Value::Object(members) => {
                let properties = members.get("properties").and_then(Value::as_object);
                for (name, property) in properties.into_iter().flatten() {
                    let to = property.get("$ref").and_then(Value::as_str);
                    if to.is_some_and(|to| to.ends_with("/target")) {
                        fields.insert(name.clone());
                    }
                }
                members.values().for_each(|value| walk(value, fields));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, fields)),
            _ => {}
        }
    }

    #[test]
    fn the_fields_are_those_of_the_schema() {
        let mut fields = BTreeSet::new();
        walk(&ivr::schema(), &mut fields);
        let listed: BTreeSet<String> = FIELDS.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(listed, fields);
    }
}
