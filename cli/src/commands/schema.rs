//! `ivr schema`

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::arguments::{Schema, SchemaKind};
use crate::error::{CliError, Done, Exit};
use crate::print;

/// Runs it.
pub(super) fn run(schema: &Schema) -> Done {
    print::json(&of(schema.kind)?);
    Ok(Exit::Fine)
}

/// The schema of a kind of document.
fn of(kind: SchemaKind) -> Result<Value, CliError> {
    let name = match kind {
        SchemaKind::Documents => return Ok(ivr::schema()),
        SchemaKind::Test => {
            return serde_json::from_str(&desk::script::schema())
                .map_err(|why| CliError::usage(format!("the schema of call scripts: {why}")));
        }
        SchemaKind::Menu => "menu",
        SchemaKind::Calendar => "calendar",
        SchemaKind::List => "list",
        SchemaKind::Numbers => "numbers",
    };
    Ok(alone(&ivr::schema(), name))
}

/// One definition as a schema of its own, with those it refers to.
fn alone(schema: &Value, name: &str) -> Value {
    let none = Map::new();
    let all = schema
        .get("$defs")
        .and_then(Value::as_object)
        .unwrap_or(&none);
    let mut kept = Map::new();
    let mut left = vec![name.to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(name) = left.pop() {
        if let (true, Some(definition)) = (seen.insert(name.clone()), all.get(&name)) {
            references(definition, &mut left);
            kept.insert(name, definition.clone());
        }
    }
    let mut own = Map::new();
    if let Some(draft) = schema.get("$schema") {
        own.insert("$schema".to_owned(), draft.clone());
    }
    own.insert("$id".to_owned(), format!("{name}.schema.json").into());
    own.insert("$ref".to_owned(), format!("#/$defs/{name}").into());
    own.insert("$defs".to_owned(), Value::Object(kept));
    Value::Object(own)
}

fn references(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(to) = members.get("$ref").and_then(Value::as_str) {
                found.extend(to.strip_prefix("#/$defs/").map(str::to_owned));
            }
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    #[test]
    fn each_schema_is_whole_and_takes_what_it_is_for() {
        let check = |kind: SchemaKind, document: &str, fits: bool| {
            let schema = of(kind).unwrap();
            let validator = jsonschema::validator_for(&schema).unwrap();
            let document: Value = serde_json::from_str(document).unwrap();
            assert_eq!(validator.is_valid(&document), fits, "{kind:?}: {document}");
        };
        let menu = include_str!("../../starter/shop/main.json");
        let calendar = include_str!("../../starter/shop/opening.calendar.json");
        let list = include_str!("../../starter/hotel/guests.list.json");
        let numbers = include_str!("../../starter/shop/numbers.json");
        let test = include_str!("../../starter/shop/main.test.json");
        for kind in SchemaKind::value_variants() {
            let any = *kind == SchemaKind::Documents;
            check(*kind, menu, any || *kind == SchemaKind::Menu);
            check(*kind, calendar, any || *kind == SchemaKind::Calendar);
            check(*kind, list, any || *kind == SchemaKind::List);
            check(*kind, numbers, any || *kind == SchemaKind::Numbers);
            check(*kind, test, *kind == SchemaKind::Test);
        }
        let calendar = of(SchemaKind::Calendar).unwrap();
        assert!(
            calendar["$defs"].get("node").is_none(),
            "no more than is referred to"
        );
    }
}
