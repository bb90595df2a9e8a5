//! What changes is told, and nothing that means the same.

mod fields;

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
