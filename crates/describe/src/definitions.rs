//! What a schema and a table of fields are made of.

use std::any::type_name;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// One field of an object: a line of the field table, a property of the schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The name, as it is written.
    pub name: &'static str,
    /// What the field says, for a person who writes one.
    pub description: &'static str,
    /// Whether it must be written.
    pub required: bool,
    /// What it counts as when it is not written, where that is one value.
    pub default: Option<Value>,
    /// The schema of its value, references included, without description and default.
    pub schema: Value,
}

/// One form of an object: an object has several when a field such as `kind` tells them apart,
/// or when each has a field the others lack.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Variant {
    /// The value of the field that tells the forms apart, and that field's name.
    pub tag: Option<(&'static str, &'static str)>,
    /// What the form is, for a person who writes one.
    pub description: &'static str,
    /// Its fields, in the order of the description.
    pub rows: Vec<Row>,
    /// Rules across fields, as members of the schema.
    pub also: Vec<Value>,
}

/// The definitions of a schema, by name.
#[derive(Debug, Default)]
pub struct Definitions {
    all: BTreeMap<String, (&'static str, Value)>,
    conflicts: Vec<String>,
}

impl Definitions {
    /// A reference to the definition with this name, which is made unless it is there already.
    /// `D` is what is defined: two types with one name are a [conflict](Self::conflicts).
    pub fn define<D: ?Sized>(
        &mut self,
        name: &str,
        make: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        let of = type_name::<D>();
        match self.all.get(name) {
            Some((other, _)) if *other != of => {
                self.conflicts.push(format!("{name}: {other}, {of}"));
            }
            Some(_) => {}
            None => {
                // In place before it is made, since a definition may refer to itself.
                self.all.insert(name.to_owned(), (of, Value::Null));
                let made = make(self);
                self.all.insert(name.to_owned(), (of, made));
            }
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    /// Names that two types want.
    #[must_use]
    pub fn conflicts(&self) -> &[String] {
        &self.conflicts
    }

    /// What stands under `$defs`.
    #[must_use]
    pub fn into_value(self) -> Value {
        let mut all = Map::new();
        all.extend(
            self.all
                .into_iter()
                .map(|(name, (_, schema))| (name, schema)),
        );
        all.into()
    }
}

/// Adds a member to a schema.
pub(crate) fn insert(schema: &mut Value, rule: &str, holds: impl Into<Value>) {
    if let Value::Object(members) = schema {
        members.insert(rule.to_owned(), holds.into());
    }
}
