#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::{Code, Library, check};

/// The codes found in a folder, each with its file and pointer.
#[track_caller]
fn codes(files: &[(&str, &str)], expected: &[&str]) {
    let found: Vec<String> = check(&Library::read(files.iter().copied()))
        .iter()
        .map(|finding| format!("{} {}{}", finding.code, finding.file, finding.pointer))
        .collect();
    assert_eq!(found, expected);
}

/// A menu of a node `a` and an operator.
fn line(node: &str) -> String {
    format!(
        r#"{{ "start": "a", "nodes": {{ "a": {node}, "op": {{ "kind": "connect", "to": "447700900100", "otherwise": "@hangup" }} }} }}"#
    )
}

#[test]
fn a_mailbox_needs_no_person_and_a_document_says_what_is_meant_so() {
    let mailbox = r#"{ "start": "a", "nodes": { "a": { "kind": "say", "prompt": "Speak.", "then": "b" }, "b": { "kind": "voicemail" } } }"#;
    codes(&[("m.json", mailbox)], &[]);
    let time =
        r#"{ "start": "a", "nodes": { "a": { "kind": "hangup", "prompt": "It is late." } } }"#;
    codes(&[("m.json", time)], &["no-person m.json/start"]);
    let meant = time.replacen('{', r#"{ "allow": ["no-person"], "#, 1);
    codes(&[("m.json", &meant)], &[]);
    let retry = r#""no_input": { "then": "op" }, "no_match": { "then": "op" }"#;
    let hidden =
        r#"{ "kind": "menu", "prompt": "Press 1.", "choices": { "1": "op", "99": "op" }, RETRY }"#
            .replace("RETRY", retry);
    codes(
        &[("m.json", &line(&hidden))],
        &["prompt-key-unsaid m.json/nodes/a/prompt"],
    );
    let meant = hidden.replacen('{', r#"{ "allow": ["prompt-key-unsaid"], "#, 1);
    codes(&[("m.json", &line(&meant))], &[]);
    // Of this node, not of others whose names begin alike; errors and slips are no warnings.
    let other = line(&meant).replace(r#""op": {"#, &format!(r#""a2": {hidden}, "op": {{"#));
    codes(
        &[("m.json", &other)],
        &[
            "unreachable m.json/nodes/a2",
            "prompt-key-unsaid m.json/nodes/a2/prompt",
        ],
    );
    for (allowed, help) in [
        ("trap", None),
        ("no-persn", Some("did you mean `no-person`?")),
    ] {
        let menu = time.replacen('{', &format!(r#"{{ "allow": ["{allowed}"], "#), 1);
        let found = check(&Library::read([("m.json", &menu)]));
        assert_eq!(found[0].pointer, "/allow/0");
        assert_eq!(found[0].help.as_deref(), help);
    }
}

#[test]
fn a_case_is_shadowed_by_what_covers_it_and_by_nothing_else() {
    #[track_caller]
    fn shadowed(on: &str, first: &str, second: &str, expected: bool) {
        let node = format!(
            r#"{{ "kind": "switch", "on": "{on}", "cases": [{{ {first}, "then": "op" }}, {{ {second}, "then": "op" }}], "otherwise": "op" }}"#
        );
        let found = check(&Library::read([
            ("m.json", line(&node)),
            (
                "vip.list.json",
                r#"{ "numbers": ["447700900001"] }"#.to_owned(),
            ),
        ]));
        let found = found.iter().any(|one| one.code == Code::ShadowedCase);
        assert_eq!(found, expected, "{first} {second}");
    }
    shadowed("caller", r#""prefix": "44""#, r#""prefix": "447""#, true);
    shadowed("caller", r#""prefix": "447""#, r#""prefix": "44""#, false);
    shadowed(
        "caller",
        r#""prefix": "44""#,
        r#""equals": "447700900001""#,
        true,
    );
    shadowed(
        "caller",
        r#""equals": "447700900001""#,
        r#""prefix": "44""#,
        false,
    );
    shadowed(
        "caller",
        r#""in": ["441", "442"]"#,
        r#""in": ["442"]"#,
        true,
    );
    shadowed(
        "caller",
        r#""in": ["441", "442"]"#,
        r#""in": ["442", "443"]"#,
        false,
    );
    shadowed("caller", r#""in_list": "vip""#, r#""in_list": "vip""#, true);
    shadowed(
        "caller",
        r#""country": ["GB", "IE"]"#,
        r#""country": "IE""#,
        true,
    );
    shadowed(
        "caller",
        r#""country": "IE""#,
        r#""country": ["GB", "IE"]"#,
        false,
    );
    shadowed("caller", r#""percent": 50"#, r#""percent": 50"#, false);
    shadowed("caller", r#""equals": "Bob""#, r#""equals": "bob""#, false);
}

#[test]
fn a_secret_is_recorded_after_a_recording_began_and_not_before() {
    let menu = |first: &str, second: &str| {
        let collect = r#"{ "kind": "collect", "prompt": "PIN?", "into": "pin", "digits": 4, "secret": true, "then": "ask", "no_input": { "then": "op" }, "no_match": { "then": "op" } }"#;
        let ask = r#"{ "kind": "lookup", "url": "https://x.example/", "method": "POST", "body": { "pin": "{{var.pin}}" }, "then": "AFTER", "failed": "op" }"#;
        let text = format!(
            r#"{{ "start": "{first}", "nodes": {{ "record": {{ "kind": "record", "then": "{second}" }}, "pin": {collect}, "ask": {ask}, "op": {{ "kind": "connect", "to": "447700900100", "otherwise": "@hangup" }} }} }}"#
        );
        text.replace("AFTER", if first == "pin" { "record" } else { "op" })
    };
    codes(
        &[("m.json", &menu("record", "pin"))],
        &["secret-recorded m.json/nodes/pin/secret"],
    );
    codes(&[("m.json", &menu("pin", "op"))], &[]);
}
