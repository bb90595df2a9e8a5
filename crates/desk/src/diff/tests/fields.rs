//! Every field of every document is told when it changes: two values of each, made from the schema.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::Role;
use crate::diff::{Change, changes};

/// Two values that a schema allows and that are not the same.
fn samples(schema: &Value, definitions: &Value) -> Vec<(Vec<String>, Value, Value)> {
    let whole = |one: Value, other: Value| vec![(Vec::new(), one, other)];
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        let name = name.rsplit('/').next().unwrap();
        return match name {
            "name" => whole(json!("one"), json!("two")),
            "keys" | "key" => whole(json!("3"), json!("4")),
            "number" | "phone" => whole(json!("447700900123"), json!("447700900124")),
            "https" => whole(json!("https://a.example/x"), json!("https://a.example/y")),
            "language" => whole(json!("en-GB"), json!("de-DE")),
            "target" => whole(json!("@start"), json!("@repeat")),
            "node" => whole(
                json!({ "kind": "hangup", "prompt": "a" }),
                json!({ "kind": "hangup", "prompt": "b" }),
            ),
            "band" | "bands" => whole(json!("09:00-12:00"), json!("10:00-12:00")),
            name => samples(&definitions[name], definitions),
        };
    }
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        let required = required(schema, definitions);
        let mut found = Vec::new();
        for (name, property) in properties {
            if matches!(name.as_str(), "$schema" | "note") {
                continue;
            }
            for (path, one, other) in samples(property, definitions) {
                let set = |value: &Value| {
                    let mut whole = required.clone();
                    whole.insert(name.clone(), value.clone());
                    Value::Object(whole)
                };
                let path = [vec![name.clone()], path].concat();
                found.push((path, set(&one), set(&other)));
            }
        }
        return found;
    }
    if let Some(all) = schema.get("anyOf").and_then(Value::as_array) {
        let each: Vec<_> = all
            .iter()
            .map(|schema| samples(schema, definitions))
            .collect();
        let mut found: Vec<_> = each.concat();
        // And from one shape to another.
        for pair in each.windows(2) {
            if let ([(.., one, _), ..], [(.., other, _), ..]) = (&pair[0][..], &pair[1][..]) {
                let listed = other
                    .as_array()
                    .is_some_and(|list| list.first() == Some(one));
                if !listed {
                    found.push((Vec::new(), one.clone(), other.clone()));
                }
            }
        }
        return found;
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        let other = words.get(1).cloned().unwrap_or(Value::Null);
        return whole(words[0].clone(), other);
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("object") => {
            let Some(inner) = schema
                .get("additionalProperties")
                .filter(|inner| inner.is_object())
            else {
                return whole(json!({ "a": 1 }), json!({ "a": 2 }));
            };
            let mut found = Vec::new();
            for (path, one, other) in samples(inner, definitions) {
                let path = [vec!["7".to_owned()], path].concat();
                found.push((path, json!({ "7": one }), json!({ "7": other })));
            }
            found
        }
        Some("array") => {
            let mut found = Vec::new();
            for (path, one, other) in samples(&schema["items"], definitions) {
                let path = [vec!["0".to_owned()], path].concat();
                found.push((path, json!([one]), json!([other])));
            }
            found
        }
        Some("boolean") => whole(json!(true), json!(false)),
        Some("integer" | "number") => {
            let low = schema["minimum"].as_f64().unwrap_or(0.0);
            let high = schema["maximum"].as_f64().unwrap_or(9.0);
            let whole_number = schema["type"] == "integer";
            let (one, other) = (low, f64::midpoint(low, high));
            if whole_number {
                whole(json!(one as i64), json!((other as i64).max(one as i64 + 1)))
            } else {
                whole(json!(one), json!(other))
            }
        }
        Some("string") => whole(text(schema, 0), text(schema, 1)),
        _ => whole(json!("a"), json!("b")),
    }
}

/// The fields that must be there.
fn required(schema: &Value, definitions: &Value) -> Map<String, Value> {
    let names = schema.get("required").and_then(Value::as_array);
    names
        .into_iter()
        .flatten()
        .map(|name| {
            let name = name.as_str().unwrap();
            let samples = samples(&schema["properties"][name], definitions);
            (name.to_owned(), samples[0].1.clone())
        })
        .collect()
}

/// A text that fits a schema, by what it says of itself.
fn text(schema: &Value, which: usize) -> Value {
    let pattern = schema["pattern"].as_str().unwrap_or_default();
    let format = schema["format"].as_str().unwrap_or_default();
    let description = schema["description"].as_str().unwrap_or_default();
    let two = match (pattern, format) {
        (_, "date") => ["2026-12-25", "2026-12-26"],
        (_, "date-time") => ["2030-11-21T18:00:00Z", "2030-11-21T19:00:00Z"],
        (pattern, _) if pattern.starts_with("^sips?:") => {
            ["sip:a@example.com", "sip:b@example.com"]
        }
        (pattern, _) if pattern.starts_with("^wss?:") => ["wss://a.example", "wss://b.example"],
        (pattern, _) if pattern.contains("caller|called") => ["called", "country"],
        (pattern, _) if pattern.contains("\\{") => ["{{caller}}", "{{called}}"],
        (pattern, _) if pattern.starts_with("^https:") => {
            ["https://a.example", "https://b.example"]
        }
        (pattern, _) if pattern.contains("[A-Z]{2}") => ["GB", "DE"],
        (pattern, _) if pattern.starts_with("^(/|") => ["/a", "/b"],
        (pattern, _) if pattern.starts_with("^[0-9") => ["12", "13"],
        _ if description.contains("must look like") => ["xxxx", "xxxxx"],
        _ if schema["examples"][0] == "Europe/London" => ["Europe/London", "Europe/Paris"],
        _ => ["one", "two"],
    };
    json!(two[which])
}

/// Fields that must stand beside another, or may not.
fn beside(kind: &str, field: &str, node: &mut Map<String, Value>) {
    match (kind, field) {
        ("lookup", "body") => {
            node.insert("method".to_owned(), json!("POST"));
        }
        ("record", "channels") => {
            node.insert("split".to_owned(), json!(true));
        }
        ("wait", "music") => {
            node.remove("seconds");
        }
        ("wait", field) if field != "seconds" => {
            node.insert("seconds".to_owned(), json!(3));
        }
        ("exception", "date" | "name") => {
            node.insert("closed".to_owned(), json!(true));
        }
        ("connect", _) if !node.contains_key("otherwise") => {
            node.insert("otherwise".to_owned(), json!("@hangup"));
        }
        _ => {}
    }
}

/// Whether one pointer leads to a part of what the other leads to, items of lists aside: what
/// stands alone may be told as a list of one.
fn of_one_place(one: &str, other: &str) -> bool {
    let members = |pointer: &str| -> Vec<String> {
        let steps = pointer.split('/').map(str::to_owned);
        steps
            .filter(|step| step.parse::<usize>().is_err())
            .collect()
    };
    let (one, other) = (members(one), members(other));
    one.starts_with(&other) || other.starts_with(&one)
}

#[test]
fn every_field_of_every_kind_of_node_is_told() {
    let schema = ivr::schema();
    let definitions = &schema["$defs"];
    let mut silent = Vec::new();
    let mut seen = BTreeSet::new();
    let mut tried = 0;
    for (name, definition) in definitions.as_object().unwrap() {
        let Some(kind) = name.strip_prefix("node_") else {
            continue;
        };
        seen.insert(kind.to_owned());
        let fields = definition["properties"].as_object().unwrap().keys();
        let mut left: BTreeSet<String> = fields
            .filter(|field| !matches!(field.as_str(), "kind" | "note" | "$schema"))
            .cloned()
            .collect();
        for (path, mut one, mut other) in samples(definition, definitions) {
            if path[0] == "kind" {
                continue;
            }
            for node in [&mut one, &mut other] {
                let node = node.as_object_mut().unwrap();
                node.insert("kind".to_owned(), json!(kind));
                beside(kind, &path[0], node);
            }
            let document =
                |node: &Value| json!({ "start": "x", "nodes": { "x": node } }).to_string();
            let Ok(told) = changes(
                &Role::Menu("m".to_owned()),
                &document(&one),
                &document(&other),
            ) else {
                // Not every pair of samples fits together; every field has one that does.
                continue;
            };
            let read = |node: &Value| {
                ivr::document::read::<ivr::document::Menu>("", document(node).as_bytes()).unwrap()
            };
            if read(&one) == read(&other) {
                // `1` and `{ "max": 1 }`.
                assert!(told.is_empty(), "{one} -> {other}: {told:?}");
                continue;
            }
            tried += 1;
            left.remove(&path[0]);
            let pointer = format!("/nodes/x/{}", path.join("/"));
            let named = |change: &Change| of_one_place(&pointer, &change.pointer);
            if !told.iter().any(named) || !told.iter().all(|change| change.text.ends_with('.')) {
                silent.push(format!("{kind} {pointer}: {one} -> {other}: {told:?}"));
            }
        }
        assert!(left.is_empty(), "{kind}: no samples fit {left:?}");
    }
    assert_eq!(
        seen,
        ivr::document::Kind::NAMES
            .iter()
            .map(|name| (*name).to_owned())
            .collect()
    );
    assert!(silent.is_empty(), "{}", silent.join("\n"));
    assert!(tried > 150, "{tried}");
}

#[test]
fn every_field_of_every_other_document_is_told() {
    let schema = ivr::schema();
    let definitions = &schema["$defs"];
    let of = |role: Role, definition: &str, fixed: &[(&str, Value)]| {
        let definition = &definitions[definition];
        let mut left: BTreeSet<String> = definition["properties"]
            .as_object()
            .unwrap()
            .keys()
            .filter(|field| !matches!(field.as_str(), "note" | "$schema"))
            .cloned()
            .collect();
        for (path, mut one, mut other) in samples(definition, definitions) {
            for document in [&mut one, &mut other] {
                let members = document.as_object_mut().unwrap();
                for (name, value) in fixed {
                    if path[0] != *name {
                        members.insert((*name).to_owned(), value.clone());
                    }
                }
                if let Some(Value::Array(exceptions)) = members.get_mut("exceptions") {
                    for exception in exceptions {
                        let inner = path.get(2).map_or("", String::as_str);
                        beside("exception", inner, exception.as_object_mut().unwrap());
                    }
                }
            }
            let Ok(told) = changes(&role, &one.to_string(), &other.to_string()) else {
                continue;
            };
            left.remove(&path[0]);
            let pointer = format!("/{}", path.join("/"));
            let named = |change: &Change| of_one_place(&pointer, &change.pointer);
            assert!(
                told.iter().any(named),
                "{pointer}: {one} -> {other}: {told:?}"
            );
        }
        assert!(left.is_empty(), "{role:?}: no samples fit {left:?}");
    };
    let nodes = json!({ "x": { "kind": "hangup" } });
    of(
        Role::Menu("m".to_owned()),
        "menu",
        &[("nodes", nodes), ("start", json!("x"))],
    );
    of(
        Role::Calendar("c".to_owned()),
        "calendar",
        &[
            ("timezone", json!("Europe/London")),
            ("weekly", json!({ "mon": "09:00-17:00" })),
        ],
    );
    of(Role::List("l".to_owned()), "list", &[]);
    of(Role::Numbers, "numbers", &[]);
}
