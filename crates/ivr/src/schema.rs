//! The JSON Schema (2020-12) of menus, calendars, lists and numbers: for editors, which
//! complete and explain with it while one types.
//!
//! It is what the types in [`crate::document`] describe, the same that reads the documents. A
//! reader says more than a schema can, such as that a time zone exists.

use describe::{Definitions, Document, Rule};
use serde_json::{Value, json};

use crate::document::{Calendar, List, Menu, Numbers};

/// The schema, as it is committed in `menus/menu.schema.json`.
#[must_use]
pub fn schema() -> Value {
    let mut definitions = Definitions::default();
    let menu = Menu::schema(&mut definitions, &Rule::NONE);
    let calendar = Calendar::schema(&mut definitions, &Rule::NONE);
    let list = List::schema(&mut definitions, &Rule::NONE);
    let numbers = Numbers::schema(&mut definitions, &Rule::NONE);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "menu.schema.json",
        "title": "A menu, a calendar, a list or the numbers of edge-ivr",
        "if": { "anyOf": [{ "required": ["nodes"] }, { "required": ["start"] }] },
        "then": menu,
        "else": {
            "if": { "anyOf": [{ "required": ["timezone"] }, { "required": ["weekly"] }] },
            "then": calendar,
            "else": {
                "if": { "required": ["numbers"] },
                "then": list,
                "else": numbers
            }
        },
        "$defs": definitions.into_value()
    })
}

/// The schema as text.
#[must_use]
pub fn schema_text() -> String {
    let mut text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    text.push('\n');
    text
}
