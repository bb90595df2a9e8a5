//! From descriptions to JSON Schema (2020-12) and to tables of fields.

use std::any::type_name;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::document::Rule;
use crate::fields::Object;

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

/// The forms an object has, with their fields.
#[must_use]
pub fn variants<O: Object>() -> Vec<Variant> {
    O::variants(&mut Definitions::default())
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
        self.all
            .into_iter()
            .map(|(name, (_, schema))| (name, schema))
            .collect::<Map<_, _>>()
            .into()
    }
}

/// Defines an object and returns a reference to it.
pub fn defined_object<O: Object>(definitions: &mut Definitions) -> Value {
    definitions.define::<O>(O::NAME, |definitions| {
        let variants = O::variants(definitions);
        let short = variants
            .iter()
            .flat_map(|variant| &variant.rows)
            .find(|row| row.name == O::SHORT)
            .map(|row| row.schema.clone());
        let tag = variants
            .first()
            .and_then(|variant| variant.tag)
            .map(|(field, _)| field);
        if let Some(tag) = tag {
            return tagged::<O>(definitions, tag, &variants);
        }
        let single = variants.len() == 1;
        let mut forms: Vec<Value> = short.into_iter().collect();
        forms.extend(variants.iter().map(closed));
        match (forms.pop(), forms.is_empty()) {
            (Some(mut only), true) => {
                if single {
                    insert(&mut only, "description", O::DESCRIPTION);
                }
                only
            }
            (last, _) => {
                forms.extend(last);
                json!({ "description": O::DESCRIPTION, "anyOf": forms })
            }
        }
    })
}

/// An object whose kind a field tells: each kind is a definition of its own, so that an editor
/// explains and completes the fields of that kind only.
fn tagged<O: Object>(definitions: &mut Definitions, tag: &str, variants: &[Variant]) -> Value {
    let mut kinds = Vec::new();
    let mut branches = Vec::new();
    for variant in variants {
        let kind = variant.tag.map_or("", |(_, kind)| kind);
        let name = format!("{}_{kind}", O::NAME);
        // The name is this object's and the kind's: only this object defines it.
        let reference = definitions.define::<O>(&name, |_| closed(variant));
        kinds.push(kind);
        branches.push(json!({
            "if": { "properties": { tag: { "const": kind } }, "required": [tag] },
            "then": reference
        }));
    }
    let what = variants
        .iter()
        .flat_map(|variant| &variant.rows)
        .find(|row| row.name == tag)
        .map_or("", |row| row.description);
    json!({
        "type": "object", "required": [tag], "description": O::DESCRIPTION,
        "properties": { tag: { "enum": kinds, "description": what } },
        "allOf": branches
    })
}

/// One form as an object without other fields than its own.
fn closed(variant: &Variant) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for row in &variant.rows {
        let mut schema = row.schema.clone();
        insert(&mut schema, "description", row.description);
        if let Some(default) = &row.default {
            insert(&mut schema, "default", default.clone());
        }
        properties.insert(row.name.to_owned(), schema);
        if row.required {
            required.push(Value::from(row.name));
        }
    }
    let mut schema = json!({
        "type": "object", "description": variant.description, "required": required,
        "properties": properties, "additionalProperties": false
    });
    for rules in &variant.also {
        let Value::Object(rules) = rules else {
            continue;
        };
        for (rule, holds) in rules {
            match (schema.get_mut(rule), holds) {
                (Some(Value::Array(here)), Value::Array(more)) => {
                    here.extend(more.iter().cloned());
                }
                _ => insert(&mut schema, rule, holds.clone()),
            }
        }
    }
    schema
}

/// Adds a member to a schema.
pub(crate) fn insert(schema: &mut Value, rule: &str, holds: impl Into<Value>) {
    if let Value::Object(members) = schema {
        members.insert(rule.to_owned(), holds.into());
    }
}

/// The row of the field that refers to the schema of a document.
#[doc(hidden)]
#[must_use]
pub fn schema_row() -> Row {
    Row {
        name: "$schema",
        description: "The schema an editor checks this file with.",
        required: false,
        default: None,
        schema: json!({}),
    }
}

/// Adds the forms of a part to those of the object it is a part of.
#[doc(hidden)]
#[must_use]
pub fn flatten(whole: &[Variant], parts: &[Variant]) -> Vec<Variant> {
    whole
        .iter()
        .flat_map(|whole| {
            parts.iter().map(|part| Variant {
                tag: whole.tag.or(part.tag),
                // A single form is only a group of fields: what it is does not describe the whole.
                description: if parts.len() > 1 {
                    part.description
                } else {
                    whole.description
                },
                rows: [&whole.rows[..], &part.rows].concat(),
                also: [&whole.also[..], &part.also].concat(),
            })
        })
        .collect()
}

/// The row of a field.
#[doc(hidden)]
pub fn row<T, D: crate::Document<T>>(
    definitions: &mut Definitions,
    rule: &Rule,
    description: &'static str,
    default: Option<Value>,
    defaulted: bool,
    examples: Option<Value>,
) -> Row {
    let mut schema = D::schema(definitions, rule);
    if let Some(examples) = examples {
        insert(&mut schema, "examples", examples);
    }
    Row {
        name: rule.name,
        description,
        required: rule.required || (!defaulted && D::absent().is_none()),
        default,
        schema,
    }
}
