use std::collections::BTreeSet;

use ivr::Library;
use serde_json::Value;

use super::document::ACTIONS;
use super::*;

/// What is wrong with a call script, printed, one a line.
#[track_caller]
fn check(script: &str, expected: &[&str]) {
    let found = read("m.test.json", script.as_bytes())
        .err()
        .unwrap_or_default();
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "{script}");
}

#[test]
fn every_slip_of_a_script_is_told_with_its_place_and_the_nearest_name() {
    check(
        r#"{ "cases": [{ "nam": "a", "steps": [{ "pres": "1" }, { "press": "A" }], "end": { "outcome": "complete" } }], "givn": {} }"#,
        &[
            "m.test.json:1:13: error[call-script]: `name` is missing: expected text (/cases/0)",
            "m.test.json:1:15: error[call-script]: there is no field `nam` here (/cases/0/nam); did you mean `name`?",
            "m.test.json:1:39: error[call-script]: there is no field `pres` here (/cases/0/steps/0/pres); did you mean `press`?",
            "m.test.json:1:65: error[call-script]: a telephone has no keys `A`: expected 0-9, `*` and `#` (/cases/0/steps/1/press)",
            "m.test.json:1:93: error[call-script]: expected `transferred`, `message_left`, `abandoned`, `completed` or `failed`, found `complete` (/cases/0/end/outcome); did you mean `completed`?",
            "m.test.json:1:110: error[call-script]: there is no field `givn` here (/givn); did you mean `given`?",
        ],
    );
}

#[test]
fn a_list_is_no_object() {
    check(
        r#"{ "cases": [{ "name": "a", "steps": [[]], "end": [] }] }"#,
        &[
            r#"m.test.json:1:38: error[call-script]: expected an object like { "hear": "Press 1", "press": "1" }, found a list (/cases/0/steps/0)"#,
            r#"m.test.json:1:50: error[call-script]: expected an object like { "outcome": "completed" }, found a list (/cases/0/end)"#,
        ],
    );
    check(
        r#"[]"#,
        &[
            "m.test.json:1:1: error[call-script]: expected an object with `cases`: calls, each with a name and steps, found a list",
        ],
    );
}

#[test]
fn rules_across_fields_are_told_at_their_place() {
    check(
        r#"{ "cases": [] }"#,
        &["m.test.json:1:12: error[call-script]: there are no cases: expected calls (/cases)"],
    );
    check(
        r#"{ "cases": [{ "name": "a", "steps": [{ "press": "1", "silent": true }] }, { "name": "a" }] }"#,
        &[
            "m.test.json:1:38: error[call-script]: a step does one thing, this one does press and silent (/cases/0/steps/0)",
            "m.test.json:1:85: error[call-script]: two cases are called \"a\" (/cases/1/name)",
        ],
    );
    check(
        r#"{ "cases": [{ "name": "a", "steps": [{ "hear": "x" }, { "press": "1" }] }] }"#,
        &[
            "m.test.json:1:38: error[call-script]: the step does nothing, and another follows: expected one of `press`, `silent`, `say`, `transfer`, `message`, `stay` or `hang_up` (/cases/0/steps/0)",
        ],
    );
    check(
        r#"{ "cases": [{ "name": "a" }, ] }"#,
        &[
            "m.test.json:1:28: error[syntax]: this is not JSON: a comma before `]`; remove it: no comma stands after the last member",
        ],
    );
}

#[test]
fn a_script_may_say_all_this() {
    check(
        r#"{ "$schema": "test.schema.json", "note": "n", "menu": "m",
          "given": { "clock": "2026-11-21T18:00:00Z", "caller": null, "called": "442079460000", "conversation": "c",
            "headers": { "X-A": "b" }, "lists": { "vip": ["447700900001"] }, "calendars": { "office": { "override": null } },
            "lookups": [{ "url": "x", "sent": "y", "status": 204, "body": [1.0], "fails": false }, { "fails": true }] },
          "cases": [
            { "name": "a", "note": "n", "given": { "caller": "447700900001" }, "steps": [
              { "hear": "x", "not_hear": ["y", "z"], "at": "main", "press": "1#" }, { "silent": true }, { "say": "yes", "confidence": 0.5 },
              { "dialled": "447700900100", "whisper": "w", "transfer": "no_answer" }, { "transfer": { "answered": 5, "caller_hangs_up": true } },
              { "message": 3 }, { "stay": 2.5, "silent": false }, { "at": "other/main", "hear": "z" } ],
              "end": { "hear": "bye", "at": "main", "outcome": "completed" } }
          ] }"#,
        &[],
    );
    let none = read(
        "m.test.json",
        br#"{ "cases": [{ "name": "a", "given": { "caller": null } }] }"#,
    );
    let given = none.unwrap().cases.remove(0).given.unwrap();
    assert_eq!(given.caller, Some(None));
}

#[test]
fn menus_and_nodes_that_there_are_not_are_told() {
    let menu = r#"{ "start": "main", "nodes": { "main": { "kind": "hangup" } } }"#;
    let library = Library::read([("m.json", menu), ("other.json", menu), ("bad.json", "{")]);
    let check = |file: &str, script: &str, expected: &[&str]| {
        let document = read(file, script.as_bytes()).unwrap();
        let found: Vec<String> = unknown_names(file, script.as_bytes(), &document, &library)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(found, expected, "{script}");
    };
    check(
        "m.test.json",
        r#"{ "cases": [{ "name": "a", "steps": [{ "at": "man", "press": "1" }, { "at": "other/mai", "press": "1" }, { "at": "othr/main" }], "end": { "at": "main" } }] }"#,
        &[
            "m.test.json:1:46: error[call-script]: the menu `m` has no node `man` (/cases/0/steps/0/at); did you mean `main`?",
            "m.test.json:1:77: error[call-script]: the menu `other` has no node `mai` (/cases/0/steps/1/at); did you mean `other/main`?",
            "m.test.json:1:114: error[call-script]: there is no menu `othr` beside this call script (/cases/0/steps/2/at); did you mean `other`?",
        ],
    );
    check(
        "n.test.json",
        r#"{ "menu": "othe", "cases": [{ "name": "a" }] }"#,
        &[
            "n.test.json:1:11: error[call-script]: there is no menu `othe` beside this call script (/menu); did you mean `other`?",
        ],
    );
    check(
        "bad.test.json",
        r#"{ "cases": [{ "name": "a", "end": { "at": "x" } }] }"#,
        &[],
    );
}

#[test]
fn the_schema_names_every_action_of_a_step_and_every_outcome() {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    let step = schema["$defs"]["step"]["properties"].as_object().unwrap();
    let fields: BTreeSet<&str> = step.keys().map(String::as_str).collect();
    assert!(
        ACTIONS.iter().all(|action| fields.contains(action)),
        "{fields:?}"
    );
    assert_eq!(
        schema["$defs"]["end"]["properties"]["outcome"]["enum"],
        serde_json::json!(OUTCOMES)
    );
}
