//! The JSON Schema, held to what reads the documents.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ivr::document::Kind;
use ivr::{Code, Diagnostic, Library, Severity};
use serde_json::{Value, json};

fn menus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../menus")
}

fn validator() -> jsonschema::Validator {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(&ivr::schema())
        .unwrap()
}

/// The examples, by their file names.
fn examples() -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> = std::fs::read_dir(menus())
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

/// What is wrong with one document by itself.
fn errors(file: &str, document: &Value) -> Vec<Diagnostic> {
    let library = Library::read([(file, document.to_string())]);
    let mut found = library.unread.clone();
    found.extend(ivr::check(&library));
    found.retain(|finding| finding.severity == Severity::Error);
    found
}

#[test]
fn the_committed_schema_is_the_one_the_types_give() {
    let path = menus().join("menu.schema.json");
    if std::env::var_os("RENEW").is_some() {
        std::fs::write(&path, ivr::schema_text()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == ivr::schema_text(),
        "menus/menu.schema.json is out of date; write it anew with RENEW=1"
    );
}

#[test]
fn every_example_is_valid() {
    let validator = validator();
    for (file, document) in examples() {
        let wrong: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{file}: {wrong:#?}");
    }
}

/// A document of each shape in the schema: the definition, the file's name, the document,
/// and where in it the shape stands.
fn shapes() -> Vec<(String, &'static str, Value, String)> {
    let end = json!({ "kind": "hangup" });
    let mut all = Vec::new();
    for kind in Kind::NAMES {
        let mut node = match *kind {
            "menu" => json!({ "choices": { "1": "end" } }),
            "collect" => json!({ "into": "x", "then": "end" }),
            "say" => json!({ "prompt": "x", "then": "end" }),
            "connect" => json!({ "to": "447700900100", "otherwise": "end" }),
            "conference" => json!({ "name": "x" }),
            "hours" => json!({ "calendar": "x", "open": "end", "closed": "end" }),
            "switch" => json!({ "cases": [], "otherwise": "end" }),
            "lookup" => json!({ "url": "https://x.example/", "then": "end", "failed": "end" }),
            "submenu" => json!({ "menu": "m", "then": "end" }),
            "notify" => json!({ "payload": {}, "then": "end" }),
            "wait" => json!({ "seconds": 1, "then": "end" }),
            "transfer" => json!({ "conversation": "x" }),
            "voicemail" | "hangup" => json!({}),
            "record" => json!({ "split": true, "then": "end" }),
            _ => json!({ "then": "end" }),
        };
        node["kind"] = json!(kind);
        let menu = json!({ "start": "a", "nodes": { "a": node, "end": end } });
        all.push((
            format!("node_{kind}"),
            "m.json",
            menu,
            "/nodes/a".to_owned(),
        ));
    }
    let with = |definition: &str, node: Value, at: &str| {
        let menu = json!({ "start": "a", "nodes": { "a": node, "end": end } });
        (
            definition.to_owned(),
            "m.json",
            menu,
            format!("/nodes/a{at}"),
        )
    };
    let choose = |more: Value| {
        let mut node = json!({ "kind": "menu", "choices": { "1": "end" } });
        node.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        node
    };
    let call = |to: Value| json!({ "kind": "connect", "to": [to], "otherwise": "end" });
    let switch = |case: Value| json!({ "kind": "switch", "cases": [case], "otherwise": "end" });
    all.extend([
        ("menu".to_owned(), "m.json", json!({ "start": "a", "nodes": { "a": end } }), String::new()),
        ("limits".to_owned(), "m.json", json!({ "start": "a", "limits": {}, "nodes": { "a": end } }), "/limits".to_owned()),
        ("voice".to_owned(), "m.json", json!({ "start": "a", "voice": {}, "nodes": { "a": end } }), "/voice".to_owned()),
        with("choice/anyOf/1", choose(json!({ "choices": { "1": { "then": "end" } } })), "/choices/1"),
        with("retry", choose(json!({ "no_input": { "then": "end" } })), "/no_input"),
        with("speech", choose(json!({ "speech": {} })), "/speech"),
        with("prompt_item/anyOf/1", choose(json!({ "prompt": { "text": "x" } })), "/prompt"),
        with("prompt_item/anyOf/2", choose(json!({ "prompt": { "audio": "https://x.example/" } })), "/prompt"),
        with("confirm", json!({ "kind": "collect", "into": "x", "then": "end", "confirm": {} }), "/confirm"),
        with("digits/anyOf/1", json!({ "kind": "collect", "into": "x", "then": "end", "digits": {} }), "/digits"),
        with("transcribe/anyOf/1", json!({ "kind": "voicemail", "transcribe": {} }), "/transcribe"),
        with("destination/anyOf/1", call(json!({ "phone": "447700900100" })), "/to/0"),
        with("destination/anyOf/2", call(json!({ "sip": "sip:a@x.example" })), "/to/0"),
        with("destination/anyOf/3", call(json!({ "app": "x" })), "/to/0"),
        with("destination/anyOf/4", call(json!({ "websocket": "wss://x.example/" })), "/to/0"),
        with("destination/anyOf/5", call(json!({ "vbc": "1" })), "/to/0"),
        with("case/anyOf/5", switch(json!({ "percent": 10, "then": "end" })), "/cases/0"),
        ("calendar".to_owned(), "c.calendar.json", json!({ "timezone": "UTC", "weekly": { "mon": ["09:00-10:00"] } }), String::new()),
        ("weekly".to_owned(), "c.calendar.json", json!({ "timezone": "UTC", "weekly": { "mon": ["09:00-10:00"] } }), "/weekly".to_owned()),
        ("exception".to_owned(), "c.calendar.json", json!({ "timezone": "UTC", "weekly": { "mon": ["09:00-10:00"] }, "exceptions": [{ "date": "2026-12-25", "closed": true }] }), "/exceptions/0".to_owned()),
        ("override".to_owned(), "c.calendar.json", json!({ "timezone": "UTC", "weekly": { "mon": ["09:00-10:00"] }, "override": { "state": "open" } }), "/override".to_owned()),
        ("list".to_owned(), "l.list.json", json!({ "numbers": ["447700900100"] }), String::new()),
        ("number_entry".to_owned(), "numbers.json", json!({ "default": { "menu": "m" } }), "/default".to_owned()),
    ]);
    all
}

/// The findings at a place, when a field is written there.
fn written(
    file: &str,
    document: &Value,
    at: &str,
    field: &str,
    value: Value,
) -> (Value, Vec<Diagnostic>) {
    let before = errors(file, document);
    let mut document = document.clone();
    document.pointer_mut(at).unwrap()[field] = value;
    let known: Vec<_> = before
        .iter()
        .map(|finding| (finding.code, &finding.pointer))
        .collect();
    let found = errors(file, &document)
        .into_iter()
        .filter(|finding| !known.contains(&(finding.code, &finding.pointer)))
        .collect();
    (document, found)
}

#[test]
fn the_schema_knows_the_fields_that_are_read_and_no_other() {
    const NONSENSE: &str = "qqqqqqqqqqqq";
    for (definition, file, document, at) in shapes() {
        let (_, found) = written(file, &document, &at, NONSENSE, json!(1));
        let help = found
            .iter()
            .find(|finding| finding.code == Code::UnknownField)
            .and_then(|finding| finding.help.clone());
        let help = help.unwrap_or_else(|| panic!("{definition}: {found:?}"));
        let read: BTreeSet<String> = help
            .split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect();
        let schema = ivr::schema();
        let shape = schema.pointer(&format!("/$defs/{definition}")).unwrap();
        let known: BTreeSet<String> = shape["properties"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        assert_eq!(known, read, "{definition}");
        assert_eq!(shape["additionalProperties"], json!(false), "{definition}");
    }
}

#[test]
fn the_schema_requires_the_fields_that_are_required() {
    for (definition, file, document, at) in shapes() {
        let schema = ivr::schema();
        let shape = schema.pointer(&format!("/$defs/{definition}")).unwrap();
        assert_eq!(
            errors(file, &document)
                .iter()
                .filter(|finding| finding.code == Code::MissingField)
                .count(),
            0
        );
        for field in shape["required"].as_array().unwrap() {
            let mut without = document.clone();
            without
                .pointer_mut(&at)
                .unwrap()
                .as_object_mut()
                .unwrap()
                .remove(field.as_str().unwrap());
            assert!(
                !errors(file, &without).is_empty(),
                "{definition} is read without {field}"
            );
        }
    }
}

#[test]
fn the_schema_has_the_ranges_of_what_reads() {
    let mut ranges = 0;
    for (definition, file, document, at) in shapes() {
        let schema = ivr::schema();
        let shape = schema.pointer(&format!("/$defs/{definition}")).unwrap();
        for (field, property) in shape["properties"].as_object().unwrap() {
            let (Some(low), Some(high)) =
                (property["minimum"].as_f64(), property["maximum"].as_f64())
            else {
                continue;
            };
            ranges += 1;
            let whole = property["type"] == "integer";
            let step = if whole { 1.0 } else { 0.05 };
            let value = |value: f64| {
                if whole {
                    json!(value as i64)
                } else {
                    json!(value)
                }
            };
            for (number, sound) in [
                (low, true),
                (high, true),
                (low - step, false),
                (high + step, false),
            ] {
                let (_, found) = written(file, &document, &at, field, value(number));
                assert_eq!(
                    found.is_empty(),
                    sound,
                    "{definition} {field} {number}: {found:?}"
                );
            }
        }
    }
    assert!(ranges > 20, "{ranges}");
}

/// Documents like one, each with one member taken out or put in another way.
fn spoiled(document: &Value) -> Vec<(String, Value)> {
    fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                    out.push(at.clone());
                    pointers(member, &at, out);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let at = format!("{at}/{index}");
                    out.push(at.clone());
                    pointers(item, &at, out);
                }
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    let mut at = Vec::new();
    pointers(document, "", &mut at);
    for pointer in at {
        let (above, last) = pointer.rsplit_once('/').unwrap();
        let mut without = document.clone();
        match without.pointer_mut(above).unwrap() {
            Value::Object(members) => drop(members.remove(last)),
            Value::Array(items) => drop(items.remove(last.parse().unwrap())),
            _ => {}
        }
        all.push((format!("without {pointer}"), without));
        for other in [
            json!(null),
            json!(-1),
            json!("a b"),
            json!("{{caller"),
            json!([]),
        ] {
            let mut with = document.clone();
            *with.pointer_mut(&pointer).unwrap() = other.clone();
            all.push((format!("{pointer} is {other}"), with));
        }
    }
    all
}

#[test]
fn what_the_schema_refuses_is_refused_and_what_is_misshapen_it_refuses() {
    let validator = validator();
    let mut refused = 0;
    for (file, document) in examples() {
        for (how, document) in spoiled(&document) {
            let library = Library::read([(file.as_str(), document.to_string())]);
            let found: Vec<_> = library
                .unread
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .collect();
            if validator.is_valid(&document) {
                let misshapen = found.iter().find(|finding| {
                    matches!(
                        finding.code,
                        Code::WrongType
                            | Code::MissingField
                            | Code::MissingExit
                            | Code::UnknownField
                            | Code::UnknownKind
                            | Code::BadTarget
                            | Code::BadKeys
                            | Code::BadPlaceholder
                    )
                });
                assert!(
                    misshapen.is_none(),
                    "{file}, {how}: the schema takes what is refused: {misshapen:?}"
                );
            } else {
                refused += 1;
                let sound = found.is_empty() && errors(&file, &document).is_empty();
                assert!(!sound, "{file}, {how}: the schema refuses what is read");
            }
        }
    }
    assert!(refused > 1000, "{refused}");
}
