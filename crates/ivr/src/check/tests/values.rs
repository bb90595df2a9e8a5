//! Placeholders and secrets.

use super::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The findings about placeholders and secrets of menus given by their nodes, as
/// `code pointer <path>`.
#[track_caller]
fn values(menus: &[(&str, &str)], expected: &[&str]) {
    let files = menus.iter().map(|(id, nodes)| {
        (
            format!("{id}.json"),
            format!(r#"{{ "start": "a", "nodes": {{ {nodes} }} }}"#),
        )
    });
    let library = Library::read(files);
    assert_eq!(library.unread, []);
    let found: Vec<String> = check(&library)
        .iter()
        .filter(|finding| {
            matches!(
                finding.code,
                Code::UnknownPlaceholder | Code::SecretLost | Code::SecretLeak
            )
        })
        .map(|finding| {
            format!(
                "{} {} <{}>",
                finding.code,
                finding.pointer,
                finding.path.join(", ")
            )
        })
        .collect();
    assert_eq!(found, expected);
}

const COLLECT: &str = r#""kind": "collect", "prompt": "Number?", "into": "n",
    "no_input": { "tries": 0, "then": "b" }, "no_match": { "tries": 0, "then": "@hangup" }"#;

#[test]
fn a_placeholder_is_filled_on_every_way_to_it() {
    let menu = |silent: &str| {
        format!(
            r#""a": {{ {COLLECT}, "then": "b" }}, "b": {{ "kind": "say", "prompt": "{{{{var.n}}}}", "then": "@hangup" }},
               "c": {{ "kind": "hangup" }}"#
        )
        .replace(r#""then": "b" }, "no_match""#, &format!(r#""then": "{silent}" }}, "no_match""#))
    };
    values(&[("m", &menu("c"))], &[]);
    values(
        &[("m", &menu("b"))],
        &["unknown-placeholder /nodes/b/prompt <stay silent>"],
    );
    let never = r#""a": { "kind": "hangup", "prompt": "{{lookup.x}}, {{var.y}}, {{caller}}" }"#;
    values(
        &[("m", never)],
        &[
            "unknown-placeholder /nodes/a/prompt <>",
            "unknown-placeholder /nodes/a/prompt <>",
        ],
    );
}

#[test]
fn what_a_submenu_collects_is_there_when_it_returns() {
    let m = r#""a": { "kind": "submenu", "menu": "n", "then": "b" },
        "b": { "kind": "hangup", "prompt": "{{var.n}}" }"#;
    let n = |then: &str| {
        format!(
            r#""a": {{ {COLLECT}, "then": "@return" }}, "b": {{ "kind": "say", "prompt": "b", "then": "{then}" }}"#
        )
    };
    values(&[("m", m), ("n", &n("@hangup"))], &[]);
    values(
        &[("m", m), ("n", &n("@return"))],
        &["unknown-placeholder /nodes/b/prompt <stay silent>"],
    );
}

#[test]
fn a_look_up_fills_only_when_it_is_answered() {
    let menu = r#"
        "a": { "kind": "lookup", "url": "https://x.example/", "into": { "name": "/n" }, "then": "b", "failed": "c" },
        "b": { "kind": "say", "prompt": "{{lookup.name}}", "then": "c" },
        "c": { "kind": "hangup", "prompt": "{{lookup.name}}" }"#;
    values(
        &[("m", menu)],
        &["unknown-placeholder /nodes/c/prompt <`a` fails>"],
    );
}

#[test]
fn a_secret_lasts_until_the_caller_is_waited_for() {
    let menu = |between: &str, body: &str| {
        format!(
            r#""a": {{ {COLLECT}, "secret": true, "digits": 4, "then": "x" }}, "x": {{ {between}, "then": "l" }},
               "b": {{ "kind": "hangup" }},
               "l": {{ "kind": "lookup", "url": "https://x.example/", "method": "POST", "body": {{ "pin": "{body}" }},
                    "then": "@hangup", "failed": "@hangup" }}"#
        )
    };
    let say = r#""kind": "say", "prompt": "One moment.""#;
    values(&[("m", &menu(say, "{{var.n}}"))], &[]);
    values(
        &[("m", &menu(r#""kind": "wait", "seconds": 1"#, "{{var.n}}"))],
        &["secret-lost /nodes/l/body <>"],
    );
    values(
        &[("m", &menu(say, "none"))],
        &["secret-lost /nodes/a/into <>"],
    );
}

#[test]
fn names_must_name_something() {
    folder(
        &[
            (
                "m.json",
                r#"{
  "start": "mian",
  "keys": { "0": "operater" },
  "limits": { "then": "menu:salse" },
  "nodes": {
    "main": { "kind": "submenu", "menu": "sale", "then": "mainn" },
    "operator": { "kind": "hours", "calendar": "ofice", "open": "main", "closed": "@hangup" },
    "vip": { "kind": "switch", "cases": [{ "in_list": "vips", "then": "@hangup" }], "otherwise": "zzzzzzzzz" }
  }
}"#,
            ),
            (
                "sales.json",
                r#"{ "start": "a", "nodes": { "a": { "kind": "transfer", "conversation": "CON-1" } } }"#,
            ),
            (
                "office.calendar.json",
                r#"{ "timezone": "UTC", "weekly": {} }"#,
            ),
            ("vip.list.json", r#"{ "numbers": [] }"#),
            (
                "numbers.json",
                r#"{ "442079460000": { "menu": "n" }, "default": { "menu": "sales" } }"#,
            ),
        ],
        &[
            "m.json:2:12: error[unknown-node]: `mian` is not a node (/start); did you mean `main`?",
            "m.json:3:18: error[unknown-node]: `operater` is not a node (/keys/0); did you mean `operator`?",
            "m.json:4:23: error[unknown-menu]: there is no menu `salse` (/limits/then); did you mean `sales`?",
            "m.json:6:42: error[unknown-menu]: there is no menu `sale` (/nodes/main/menu); did you mean `sales`?",
            "m.json:6:58: error[unknown-node]: `mainn` is not a node (/nodes/main/then); did you mean `main`?",
            "m.json:7:48: error[unknown-calendar]: there is no calendar `ofice` (/nodes/operator/calendar); did you mean `office`?",
            "m.json:8:55: error[unknown-list]: there is no list `vips` (/nodes/vip/cases/0/in_list); did you mean `vip`?",
            "m.json:8:98: error[unknown-node]: `zzzzzzzzz` is not a node (/nodes/vip/otherwise); add the node, or name one that exists",
            "numbers.json:1:29: error[unknown-menu]: there is no menu `n` (/442079460000/menu)",
            "office.calendar.json:1:32: error[empty]: this calendar is never open (/weekly); write at least one band, such as \"mon\": [\"09:00-17:00\"]",
            "vip.list.json:1:14: error[empty]: this list has no numbers: nobody is on it (/numbers); write at least one number, or leave out the case that asks for the list",
        ],
    );
}
