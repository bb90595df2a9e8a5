//! The JSON Schema, held to what reads the documents, and the words of the findings.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;
use std::path::Path;

use ivr::{Code, Library, Severity};
use serde_json::{Value, json};

fn validator() -> jsonschema::Validator {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(&ivr::schema())
        .unwrap()
}

/// The documents of a folder, by their file names.
fn documents(folder: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut all: Vec<(String, Value)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path))
        .filter(|(name, _)| !name.ends_with(".test.json") && !name.ends_with(".schema.json"))
        .map(|(name, path)| {
            (
                name,
                serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap(),
            )
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// Documents in which every field is written that there is.
fn complete() -> Vec<(String, Value)> {
    documents("tests/fixtures")
}

/// What keeps a document from being read.
fn unread(file: &str, document: &Value) -> Vec<ivr::Diagnostic> {
    let mut found = Library::read([(file, document.to_string())]).unread;
    found.retain(|finding| finding.severity == Severity::Error);
    found
}

/// Whether a text of a document is refused for a placeholder, which is found when a menu that has
/// been read is made ready for calls.
fn has_bad_placeholder(file: &str, document: &Value) -> bool {
    let library = Library::read([(file, document.to_string())]);
    let found = ivr::check(&library);
    found
        .iter()
        .any(|finding| finding.code == Code::BadPlaceholder)
}

#[test]
fn every_example_is_valid() {
    let validator = validator();
    for (file, document) in documents("../../menus").into_iter().chain(complete()) {
        let wrong: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{file}: {wrong:#?}");
        assert_eq!(unread(&file, &document), [], "{file}");
    }
}

fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                pointers(member, &format!("{at}/{key}"), out);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{index}"), out);
            }
        }
        _ => {}
    }
}

/// Documents like one, each with one member taken out, named otherwise, or put in another way.
fn mutants(document: &Value) -> Vec<(String, Value)> {
    let others = [
        json!(null),
        json!(true),
        json!(-1),
        json!(7),
        json!(0.5),
        json!(100_000),
        json!(""),
        json!("a b"),
        json!("{{caller"),
        json!([]),
        json!({}),
        json!([null, "x", []]),
    ];
    let mut all = Vec::new();
    let mut at = Vec::new();
    pointers(document, "", &mut at);
    for pointer in at {
        for other in &others {
            let mut with = document.clone();
            *with.pointer_mut(&pointer).unwrap() = other.clone();
            all.push((format!("{pointer} is {other}"), with));
        }
        let Some((above, last)) = pointer.rsplit_once('/') else {
            continue;
        };
        let mut without = document.clone();
        let taken = match without.pointer_mut(above).unwrap() {
            Value::Object(members) => members.remove(last),
            Value::Array(items) => {
                items.remove(last.parse().unwrap());
                None
            }
            _ => None,
        };
        all.push((format!("without {pointer}"), without.clone()));
        if let Some(taken) = taken {
            without.pointer_mut(above).unwrap()[format!("{last}x")] = taken;
            all.push((format!("{pointer} with an x"), without));
        }
    }
    all
}

/// Findings of which a schema knows nothing: it has no list of time zones, and does not compare.
fn beyond_a_schema(code: Code, message: &str) -> bool {
    matches!(
        code,
        Code::UnknownTimezone
            | Code::Conflict
            | Code::SecretLeak
            | Code::BadPattern
            | Code::BadTime
            | Code::DuplicateKey
            | Code::BadAddress
            | Code::EndlessPrompt
    ) || [
        "`min` ",
        "the `percent` cases",
        "`say` has nothing",
        "is not a country's",
    ]
    .iter()
    .any(|words| message.contains(words))
}

#[test]
fn what_the_schema_refuses_is_refused_and_what_is_misshapen_it_refuses() {
    let validator = validator();
    let (mut refused, mut taken) = (0, 0);
    for (file, document) in complete() {
        for (how, document) in mutants(&document) {
            // Without what it is told by, a document is taken for one of another kind.
            let kinds = [
                ["start", "nodes"],
                ["timezone", "weekly"],
                ["numbers", "numbers"],
            ];
            let here = |fields: &[&str; 2]| fields.iter().any(|field| !document[*field].is_null());
            if !document.is_object() || !kinds.iter().any(here) {
                continue;
            }
            let found = unread(&file, &document);
            if validator.is_valid(&document) {
                taken += 1;
                let misshapen = found
                    .iter()
                    .find(|finding| !beyond_a_schema(finding.code, &finding.message));
                assert!(
                    misshapen.is_none(),
                    "{file}, {how}: the schema takes what is refused: {misshapen:?}"
                );
            } else {
                refused += 1;
                assert!(
                    !found.is_empty() || has_bad_placeholder(&file, &document),
                    "{file}, {how}: the schema refuses what is read"
                );
            }
        }
    }
    assert!(refused > 2000 && taken > 200, "{refused} {taken}");
}

/// Every field of the table, with the definition it belongs to.
fn table() -> BTreeSet<(String, String)> {
    let schema = ivr::schema();
    let mut all = BTreeSet::new();
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        let forms = definition["anyOf"].as_array().cloned();
        for form in forms.unwrap_or_else(|| vec![definition.clone()]) {
            if form["additionalProperties"] != json!(false) {
                continue;
            }
            for field in form["properties"].as_object().unwrap().keys() {
                all.insert((name.clone(), field.clone()));
            }
        }
    }
    all
}

#[test]
fn the_documents_with_every_field_have_every_field() {
    fn keys(value: &Value, out: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    out.insert(key.clone());
                    keys(member, out);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| keys(item, out)),
            _ => {}
        }
    }
    let mut written = BTreeSet::new();
    for (_, document) in complete().into_iter().chain(documents("../../menus")) {
        keys(&document, &mut written);
    }
    let table = table();
    assert!(table.len() > 150, "{}", table.len());
    for (definition, field) in table {
        assert!(
            written.contains(&field),
            "no fixture writes `{field}` of {definition}"
        );
    }
}

/// A default that is shown changes nothing when it is written.
#[test]
fn a_default_is_what_a_field_counts_as_when_it_is_not_written() {
    let schema = ivr::schema();
    let mut tried = 0;
    for (file, document) in complete() {
        let mut at = Vec::new();
        pointers(&document, "", &mut at);
        for pointer in at {
            let Some(members) = document.pointer(&pointer).and_then(Value::as_object) else {
                continue;
            };
            for (definition, defaults) in defaults(&schema) {
                let fits = match definition.strip_prefix("node_") {
                    Some(kind) => members.get("kind") == Some(&json!(kind)),
                    None => defaults.keys().all(|field| members.contains_key(field)),
                };
                for (field, default) in defaults.iter().filter(|_| fits) {
                    let (mut with, mut without) = (document.clone(), document.clone());
                    with.pointer_mut(&pointer).unwrap()[field] = default.clone();
                    let object = without.pointer_mut(&pointer).unwrap();
                    object.as_object_mut().unwrap().remove(field);
                    let read = |document: &Value| {
                        let library = Library::read([(file.as_str(), document.to_string())]);
                        let broken = !library.unread.is_empty();
                        let menus = library.menus.values().map(|menu| menu.document.clone());
                        (broken, menus.collect::<Vec<_>>())
                    };
                    let (with, without) = (read(&with), read(&without));
                    // What another definition's field is called may stand for a field here.
                    if !with.0 && !without.0 {
                        tried += 1;
                        assert_eq!(with, without, "{file}{pointer}: {field} {default}");
                    }
                }
            }
        }
    }
    assert!(tried > 30, "{tried}");
}

/// The defaults of each definition, by field.
fn defaults(schema: &Value) -> Vec<(String, serde_json::Map<String, Value>)> {
    let mut all = Vec::new();
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        let forms = definition["anyOf"].as_array().cloned();
        for form in forms.unwrap_or_else(|| vec![definition.clone()]) {
            let Some(properties) = form["properties"].as_object() else {
                continue;
            };
            let defaults: serde_json::Map<String, Value> = properties
                .iter()
                .filter(|(_, property)| !property["default"].is_null())
                .map(|(field, property)| (field.clone(), property["default"].clone()))
                .collect();
            if !defaults.is_empty() {
                all.push((name.clone(), defaults));
            }
        }
    }
    all
}
