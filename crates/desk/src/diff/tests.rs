//! Every field of every kind of document is told, and nothing that means the same.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Change, changes};
use crate::Role;

const BASE: &str = r#"{
  "start": "main",
  "nodes": {
    "main": { "kind": "menu", "prompt": "Press 1 or 2.", "choices": { "1": "sales", "2": "bye" } },
    "sales": { "kind": "connect", "to": ["447700900100"], "ring": 20, "otherwise": "bye" },
    "bye": { "kind": "hangup", "prompt": "Goodbye." }
  }
}"#;

fn menu() -> Role {
    Role::Menu("m".to_owned())
}

fn texts(changes: Vec<Change>) -> Vec<String> {
    changes.into_iter().map(|change| change.text).collect()
}

/// The sentences for one text of a menu instead of another.
fn check(replace: &str, with: &str, expected: &[&str]) {
    check_in(BASE, replace, with, expected);
}

fn check_in(base: &str, replace: &str, with: &str, expected: &[&str]) {
    assert!(base.contains(replace), "{replace}");
    let told = changes(&menu(), base, &base.replacen(replace, with, 1)).unwrap();
    assert_eq!(texts(told), expected, "{replace} -> {with}");
}

#[test]
fn what_changes_for_a_caller_is_told_in_sentences() {
    check("Goodbye.", "Goodbye.", &[]);
    check(
        "\"2\": \"bye\"",
        "\"2\": \"sales\"",
        &[
            "Callers at `main` who press 2 now reach sales (a transfer), not bye (the end of the call).",
        ],
    );
    check(
        ", \"2\": \"bye\"",
        "",
        &["Callers at `main` who press 2 no longer reach bye (the end of the call)."],
    );
    check(
        "\"2\": \"bye\"",
        "\"2\": \"bye\", \"3\": { \"label\": \"the end\", \"then\": \"bye\" }",
        &["Callers at `main` who press 3 now reach bye (the end of the call)."],
    );
    check(
        "\"2\": \"bye\"",
        "\"2\": { \"label\": \"the end\", \"then\": \"bye\" }",
        &["`main.choices.2.label` is now \"the end\"; it was left out."],
    );
    check(
        "\"Goodbye.\"",
        "\"See you.\"",
        &["Callers at `bye` hear \"See you.\" instead of \"Goodbye.\"."],
    );
    check(
        "447700900100",
        "447700900101",
        &["Callers at `sales` are put through to 447700900101, not to 447700900100."],
    );
    check(
        "\"ring\": 20",
        "\"ring\": 30",
        &["`sales` rings for 30 seconds, not for 20."],
    );
    check(
        "\"ring\": 20",
        "\"machine\": \"hangup\", \"ring\": 20",
        &["`sales.machine` is now \"hangup\"; it was left out."],
    );
    check(
        "\"kind\": \"hangup\", \"prompt\": \"Goodbye.\"",
        "\"kind\": \"say\", \"prompt\": \"Goodbye.\", \"then\": \"main\"",
        &[
            "`bye` was the end of the call and is now an announcement.",
            "Callers after `bye` now reach main (a menu).",
        ],
    );
}

#[test]
fn what_an_object_has_is_told_one_by_one() {
    check(
        "\"start\": \"main\",",
        "\"start\": \"main\", \"keys\": { \"0\": \"sales\", \"9\": \"bye\" }, \"voice\": { \"language\": \"de-DE\" },",
        &[
            "Callers who press 0 anywhere now reach sales (a transfer).",
            "Callers who press 9 anywhere now reach bye (the end of the call).",
            "`voice.language` is now \"de-DE\"; it was left out.",
        ],
    );
    // Nothing but defaults in it, and yet it means something that it is there, whatever else
    // changes.
    let collect = r#"{ "start": "c", "nodes": { "c": { "kind": "collect", "into": "x",
        "confirm": { "yes": "1" }, "digits": 4, "prompt": "Key in.", "then": "@hangup" } } }"#;
    check_in(
        collect,
        r#""confirm": { "yes": "1" }, "digits": 4"#,
        r#""digits": 5"#,
        &[
            "`c.digits` is now 5, not 4.",
            "`c.confirm.yes` is left out now; it was \"1\".",
        ],
    );
    check_in(
        collect,
        r#""confirm": { "yes": "1" }, "#,
        "",
        &["`c.confirm.yes` is left out now; it was \"1\"."],
    );
    check_in(collect, r#""yes": "1""#, "", &[]);
}

#[test]
fn what_means_the_same_is_no_change() {
    for (replace, with) in [
        (
            "\"start\": \"main\",",
            "\"note\": \"x\", \"start\": \"main\",",
        ),
        (
            "\"start\": \"main\",",
            "\"$schema\": \"x\", \"start\": \"main\",",
        ),
        (
            "\"kind\": \"hangup\",",
            "\"note\": \"x\", \"kind\": \"hangup\",",
        ),
        ("[\"447700900100\"]", "\"447700900100\""),
        ("[\"447700900100\"]", "{ \"phone\": \"447700900100\" }"),
        ("\"Goodbye.\"", "[{ \"text\": \"Goodbye.\" }]"),
        ("\"1\": \"sales\"", "\"1\": { \"then\": \"sales\" }"),
        // Defaults, written out.
        ("\"ring\": 20,", "\"ring\": 20, \"order\": \"sequential\","),
        (
            "\"kind\": \"menu\",",
            "\"kind\": \"menu\", \"timeout\": 5, \"barge_in\": true,",
        ),
        (
            "\"start\": \"main\",",
            "\"limits\": { \"steps\": 60 }, \"start\": \"main\",",
        ),
        ("\"ring\": 20", "\"ring\": 20.0"),
    ] {
        check(replace, with, &[]);
    }
}

#[test]
fn a_node_with_another_name_is_a_rename() {
    let renamed = |old: &str, new: &str| BASE.replace(&format!("\"{old}\""), &format!("\"{new}\""));
    let told = |after: &str| texts(changes(&menu(), BASE, after).unwrap());
    for (old, new) in [("main", "begin"), ("sales", "support"), ("bye", "end")] {
        assert_eq!(
            told(&renamed(old, new)),
            [format!("`{old}` is now called `{new}`.")]
        );
    }
    // Another name and other words: what everybody was led to is led to still.
    assert_eq!(
        told(&renamed("bye", "end").replace("Goodbye.", "See you.")),
        [
            "`bye` is now called `end`.",
            "Callers at `end` hear \"See you.\" instead of \"Goodbye.\"."
        ]
    );
    // All at once.
    let all = BASE
        .replace("\"main\"", "\"a\"")
        .replace("\"sales\"", "\"b\"")
        .replace("\"bye\"", "\"c\"");
    assert_eq!(
        told(&all),
        [
            "`bye` is now called `c`.",
            "`main` is now called `a`.",
            "`sales` is now called `b`."
        ]
    );
    // Two that look the same are none of them found again by their looks.
    let twins = r#"{ "start": "a", "nodes": { "a": { "kind": "hangup" },
        "x": { "kind": "hangup", "prompt": "x" }, "y": { "kind": "hangup", "prompt": "x" } } }"#;
    let after = twins
        .replace("\"x\": {", "\"p\": {")
        .replace("\"y\": {", "\"q\": {");
    assert_eq!(texts(changes(&menu(), twins, &after).unwrap()).len(), 4);
    // A text that is called like a node is no node.
    let texts_too = BASE.replace("Goodbye.", "sales");
    let after = texts_too.replace("\"sales\"", "\"support\"");
    let told = texts(changes(&menu(), &texts_too, &after).unwrap());
    assert_eq!(
        told,
        [
            "`sales` is now called `support`.",
            "Callers at `bye` hear \"support\" instead of \"sales\"."
        ]
    );
}

#[test]
fn the_order_of_cases_and_prompts_and_destinations_is_told() {
    let switch = r#"{ "start": "s", "nodes": {
      "s": { "kind": "switch", "cases": [
        { "prefix": "44", "then": "a" }, { "prefix": "447", "then": "b" }], "otherwise": "b" },
      "a": { "kind": "connect", "to": ["447700900100", { "phone": "447700900101", "ring": 9 }], "otherwise": "b" },
      "b": { "kind": "hangup", "prompt": ["One.", { "text": "Two.", "loop": 2 }] } } }"#;
    check_in(
        switch,
        r#"{ "prefix": "44", "then": "a" }, { "prefix": "447", "then": "b" }"#,
        r#"{ "prefix": "447", "then": "b" }, { "prefix": "44", "then": "a" }"#,
        &["`s` tries its cases in another order: begins with 447, then begins with 44."],
    );
    check_in(
        switch,
        r#"{ "prefix": "44", "then": "a" }"#,
        r#"{ "prefix": "44", "then": "b" }"#,
        &[
            "At `s`, callers where it begins with 44 now reach b (the end of the call), not a (a transfer).",
        ],
    );
    check_in(
        switch,
        r#""447700900100", { "phone": "447700900101", "ring": 9 }"#,
        r#"{ "phone": "447700900101", "ring": 9 }, "447700900100""#,
        &[
            "`a` rings in another order: 447700900101, then 447700900100, not 447700900100, then 447700900101.",
        ],
    );
    check_in(
        switch,
        "\"ring\": 9",
        "\"ring\": 8",
        &["`a.to[1].ring` is now 8, not 9."],
    );
    check_in(
        switch,
        r#""One.", { "text": "Two.", "loop": 2 }"#,
        r#"{ "text": "Two.", "loop": 2 }, "One.""#,
        &[
            "Callers at `b` hear \"Two. One.\" instead of \"One. Two.\".",
            "`b.prompt` is now [{\"loop\":2}], not [{},{\"loop\":2}].",
        ],
    );
    check_in(
        switch,
        "\"loop\": 2",
        "\"loop\": 3",
        &["`b.prompt[1].loop` is now 3, not 2."],
    );
}

#[test]
fn calendars_lists_numbers_and_call_scripts_are_told() {
    let check = |role: Role, before: &str, after: &str, expected: &[&str]| {
        let told = changes(&role, before, after).unwrap();
        assert_eq!(texts(told), expected, "{before} -> {after}");
    };
    let calendar = || Role::Calendar("c".to_owned());
    let base = r#"{ "timezone": "Europe/London", "weekly": { "mon": "09:00-17:00" },
        "exceptions": [{ "date": "2026-12-25", "name": "Christmas", "closed": true }] }"#;
    let with = |replace: &str, with: &str| base.replacen(replace, with, 1);
    check(
        calendar(),
        base,
        &with("17:00", "18:00"),
        &["Mondays: now open 09:00-18:00, not open 09:00-17:00."],
    );
    check(
        calendar(),
        base,
        &with("\"mon\"", "\"tue\""),
        &[
            "Tuesdays: now open 09:00-17:00, not closed.",
            "Mondays: now closed, not open 09:00-17:00.",
        ],
    );
    check(
        calendar(),
        base,
        &with("Europe/London", "Europe/Paris"),
        &["`timezone` is now \"Europe/Paris\", not \"Europe/London\"."],
    );
    check(
        calendar(),
        base,
        &with("2026-12-25", "2026-12-26"),
        &[
            "New: 2026-12-26 (Christmas, closed).",
            "Gone: 2026-12-25 (Christmas, closed).",
        ],
    );
    check(
        calendar(),
        base,
        &with("\"closed\": true", "\"hours\": \"10:00-12:00\""),
        &["2026-12-25: now Christmas, open 10:00-12:00, not Christmas, closed."],
    );
    let list = || Role::List("l".to_owned());
    check(
        list(),
        r#"{ "numbers": ["447700900100", "447700900101"] }"#,
        r#"{ "numbers": ["447700900102", "447700900100"] }"#,
        &[
            "447700900102 is now on the list.",
            "447700900101 is no longer on the list.",
        ],
    );
    let numbers = r#"{ "442079460000": { "menu": "a" }, "default": { "menu": "a" } }"#;
    check(
        Role::Numbers,
        numbers,
        r#"{ "442079460000": { "menu": "b" }, "442079460001": { "menu": "a" } }"#,
        &[
            "Who calls 442079460000 now reaches the menu b, not the menu a.",
            "Who calls 442079460001 now reaches the menu a.",
            "Who calls any other number no longer reaches the menu a.",
        ],
    );
    let script = || Role::Test("m".to_owned());
    let cases = r#"{ "cases": [{ "name": "x", "steps": [{ "press": "1" }] }] }"#;
    check(
        script(),
        cases,
        &cases.replace("\"1\"", "\"2\""),
        &["The case \"x\": `steps[0].press` is now \"2\", not \"1\"."],
    );
    check(
        script(),
        cases,
        &cases.replace("\"x\"", "\"y\""),
        &["New: the case \"y\".", "Gone: the case \"x\"."],
    );
    // What cannot be read is not compared.
    assert!(changes(&calendar(), base, "{}").is_err());
    assert!(changes(&menu(), "[]", BASE).is_err());
}

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
            let Ok(told) = changes(&menu(), &document(&one), &document(&other)) else {
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
    of(menu(), "menu", &[("nodes", nodes), ("start", json!("x"))]);
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
