//! From descriptions to JSON Schema (2020-12) and to tables of fields.

use serde_json::{Map, Value, json};

use crate::definitions::{Definitions, Row, Variant, insert};
use crate::document::Document;
use crate::fields::Object;
use crate::rule::Rule;

/// The forms an object has, with their fields.
#[must_use]
pub fn variants<O: Object>() -> Vec<Variant> {
    O::variants(&mut Definitions::default())
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
pub fn row<T, D: Document<T>>(
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
