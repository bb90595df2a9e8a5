use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;

const MENU: &str = r#"{
  "start": "main",
  "keys": { "0": "sales", "*": { "then": "@back" } },
  "nodes": {
    "main": {
      "kind": "menu",
      "prompt": "Say main or press 1.",
      "choices": { "1": "sales", "2": { "label": "main", "then": "main" } },
      "no_input": { "then": "main" }
    },
    "sales": { "kind": "connect", "to": ["447700900100"], "otherwise": "main" }
  }
}
"#;

#[test]
fn a_change_leaves_the_rest_as_it_was_written() {
    let check = |text: &str, pointer: &str, value: &str, expected: &str| {
        assert_eq!(
            set(text, pointer, value).as_deref(),
            Ok(expected),
            "{pointer}"
        );
    };
    check(
        "{ \"a\" : 1 , \"b\":2}",
        "/a",
        "\"x\"",
        "{ \"a\" : \"x\" , \"b\":2}",
    );
    check("{ \"a\": 1 }", "/b", "[]", "{ \"a\": 1, \"b\": [] }");
    check(
        "{\n  \"a\": 1\n}",
        "/b",
        "2",
        "{\n  \"a\": 1,\n  \"b\": 2\n}",
    );
    check("{}", "/a", "{\"b\":1}", "{ \"a\": { \"b\": 1 } }");
    check("[1,2]", "/-", "3", "[1,2,3]");
    check("[1, 2]", "/1", "3", "[1, 3]");
    check("[]", "/0", "true", "[true]");
    check(
        "{\"a/b\": {\"~\": 1}}",
        "/a~1b/~0",
        "2",
        "{\"a/b\": {\"~\": 2}}",
    );
    check("{\"a\": \"}\\\",\"}", "/a", "0", "{\"a\": 0}");
}

#[test]
fn what_is_taken_out_takes_its_comma_along() {
    let check = |text: &str, pointer: &str, expected: &str| {
        assert_eq!(remove(text, pointer).as_deref(), Ok(expected), "{pointer}");
    };
    check("{ \"a\": 1, \"b\": 2 }", "/a", "{ \"b\": 2 }");
    check("{ \"a\": 1, \"b\": 2 }", "/b", "{ \"a\": 1 }");
    check("{ \"a\": 1 }", "/a", "{}");
    check("[1, 2, 3]", "/1", "[1, 3]");
    check("{\n  \"a\": 1,\n  \"b\": 2\n}", "/b", "{\n  \"a\": 1\n}");
}

#[test]
fn what_cannot_be_changed_says_why() {
    let check = |result: Result<String, EditError>, words: &str| {
        let why = result.unwrap_err().to_string();
        assert!(why.contains(words), "{why}");
    };
    check(set("{", "/a", "1"), "not JSON");
    check(set("{}", "/a", "x"), "new value is not JSON");
    check(set("{}", "/a/b", "1"), "nothing at");
    check(set("[1]", "/7", "1"), "nothing at");
    check(remove("{}", "/a"), "nothing at");
    check(rename("{\"a\":1,\"b\":2}", "/a", "b"), "already");
}

#[test]
fn a_node_is_renamed_wherever_callers_are_led_to_it_and_nowhere_else() {
    let renamed = rename_node(&Shapes::of_menus(), MENU, "main", "front").unwrap();
    assert_eq!(
        renamed,
        MENU.replace("\"start\": \"main\"", "\"start\": \"front\"")
            .replace("\"main\": {", "\"front\": {")
            .replace("\"then\": \"main\"", "\"then\": \"front\"")
            .replace("\"otherwise\": \"main\"", "\"otherwise\": \"front\"")
    );
    let sales = rename_node(&Shapes::of_menus(), MENU, "sales", "shop").unwrap();
    assert!(
        sales.contains("\"0\": \"shop\"") && sales.contains("\"1\": \"shop\""),
        "{sales}"
    );
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i32>().prop_map(Json::from),
        "[a-z\"\\\\{}\\[\\],: ]{0,6}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map("[a-c/~\"]{1,3}", inner, 0..4)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

fn pointers(value: &Json, here: &str, all: &mut Vec<String>) {
    let step = |token: &str| {
        let mut pointer = here.to_owned();
        push_token(&mut pointer, token);
        pointer
    };
    match value {
        Json::Object(members) => {
            for (key, value) in members {
                pointers(value, &step(key), all);
                all.push(step(key));
            }
        }
        Json::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                pointers(value, &step(&index.to_string()), all);
                all.push(step(&index.to_string()));
            }
        }
        _ => {}
    }
}

/// The text with one place left open: what stands before and after it is what must not change.
fn pretty(value: &Json, style: u8) -> String {
    match style % 3 {
        0 => value.to_string(),
        1 => serde_json::to_string_pretty(value).unwrap(),
        _ => written(&source::parse(&value.to_string()).unwrap(), 0),
    }
}

proptest! {
    /// Reading what was edited is what editing what was read would be.
    #[test]
    fn a_text_reads_as_the_edited_document(document in any_json(), new in any_json(), style in any::<u8>(), pick in any::<prop::sample::Index>()) {
        let text = pretty(&document, style);
        let mut all = Vec::new();
        pointers(&document, "", &mut all);
        prop_assume!(!all.is_empty());
        let pointer = pick.get(&all);

        let mut expected = document.clone();
        *expected.pointer_mut(pointer).unwrap() = new.clone();
        let edited = set(&text, pointer, &new.to_string()).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Json>(&edited).unwrap(), &expected, "{}", pointer);
        let at = source::parse(&text).unwrap().nearest(pointer);
        prop_assert!(edited.starts_with(&text[..at]));
        prop_assert!(edited.ends_with(&text[end_of(&text, at)..]));

        let (above, token) = pointer.rsplit_once('/').unwrap();
        let mut without = document.clone();
        match without.pointer_mut(above).unwrap() {
            Json::Object(members) => { members.remove(&token.replace("~1", "/").replace("~0", "~")); }
            Json::Array(items) => { items.remove(token.parse().unwrap()); }
            _ => unreachable!(),
        }
        let removed = remove(&text, pointer).unwrap();
        prop_assert_eq!(serde_json::from_str::<Json>(&removed).unwrap(), without);
    }

    /// What is new comes last.
    #[test]
    fn a_new_member_or_item_is_read_back(document in any_json(), new in any_json(), style in any::<u8>()) {
        let text = pretty(&document, style);
        let (pointer, expected) = match document.clone() {
            Json::Object(mut members) => {
                members.insert("new".to_owned(), new.clone());
                ("/new", Json::Object(members))
            }
            Json::Array(mut items) => {
                items.push(new.clone());
                ("/-", Json::Array(items))
            }
            _ => return Ok(()),
        };
        let edited = set(&text, pointer, &new.to_string()).unwrap();
        prop_assert_eq!(serde_json::from_str::<Json>(&edited).unwrap(), expected);
    }
}

#[test]
fn long_values_are_broken_into_lines_and_short_ones_are_not() {
    let long = format!(
        r#"{{"kind":"say","then":"main","prompt":"{}"}}"#,
        "x".repeat(90)
    );
    let text = set(MENU, "/nodes/long", &long).unwrap();
    assert!(
        text.contains("    \"long\": {\n      \"kind\": \"say\",\n"),
        "{text}"
    );
    let text = set(MENU, "/nodes/short", "{\"kind\":\"hangup\"}").unwrap();
    assert!(
        text.contains("    \"short\": { \"kind\": \"hangup\" }\n  }"),
        "{text}"
    );
}
