//! Placeholders: filled, escaped, or refused.

use crate::common::{Call, House};
use ivr::{Caller, Compiled};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn placeholders_are_filled_wherever_a_text_leaves() {
    const MENU: &str = r#"{ "start": "a", "nodes": {
        "a": { "kind": "collect", "prompt": { "audio": "https://cdn.example.com/{{called}}/{{caller}}.mp3" }, "into": "x",
               "speech": { "hints": "to {{called}}" }, "then": "b" },
        "b": NODE } }"#;
    /// What the actions after the entry are, as JSON.
    #[track_caller]
    fn check(node: &str, caller: &str, entry: &str, expected: &str) {
        let house = House::new([("m", MENU.replace("NODE", node).as_str())]);
        let from = Caller {
            from: caller,
            ..crate::common::caller()
        };
        let mut call = Call::from(&house, "m", &from);
        call.say(entry, 0.9);
        let ncco = call.reply.ncco.clone();
        assert!(ncco.contains(expected), "{expected} is not in {ncco}");
        assert!(!ncco.contains("{{"), "{ncco}");
    }
    let house = House::new([(
        "m",
        MENU.replace("NODE", r#"{ "kind": "hangup" }"#).as_str(),
    )]);
    let call = Call::to(&house, "m");
    assert_eq!(
        call.heard(),
        [
            "https://cdn.example.com/442079460000/447700900001.mp3",
            "input"
        ]
    );
    assert!(call.reply.ncco.contains(r#""context":["to 442079460000"]"#));
    let connect = |to: &str, more: &str| {
        format!(
            r#"{{ "kind": "connect", "to": [{to}, "447700900199"], {more} "otherwise": "@hangup" }}"#
        )
    };
    let sip = connect(
        r#"{ "sip": "sip:{{var.x}}@pbx.example.com", "headers": { "Ext": "{{var.x}}", "Who": "a \"{{caller}}\"" } }"#,
        "",
    );
    check(
        &sip,
        "447700900001",
        "101",
        r#""uri":"sip:101@pbx.example.com""#,
    );
    check(
        &sip,
        "447700900001",
        "101",
        r#""Ext":"101","Who":"a \"447700900001\"""#,
    );
    check(
        &sip,
        "anonymous",
        "a@evil.example",
        r#""uri":"sip:a%40evil.example@pbx.example.com""#,
    );
    check(
        &sip,
        "\"\r\nX-Evil: 1",
        "é",
        r#""Ext":"","Who":"a \"\"X-Evil: 1\"""#.replace("\"\"X", "\"\\\"X").as_str(),
    );
    // What cannot be rung is passed over.
    check(
        &sip,
        "447700900001",
        &"9".repeat(60),
        r#""number":"447700900199""#,
    );
    let app = connect(r#"{ "app": "{{caller}}" }"#, "");
    check(&app, "Ann", "1", r#""user":"Ann""#);
    check(&app, "", "1", r#""number":"447700900199""#);
    let socket = connect(
        r#"{ "websocket": "wss://bot.example.com/{{var.x}}?c={{caller}}", "headers": { "caller": "{{caller}}" } }"#,
        r#""ringback": "https://cdn.example.com/{{called}}.mp3","#,
    );
    check(
        &socket,
        "447700900001",
        "a b",
        r#""uri":"wss://bot.example.com/a%20b?c=447700900001""#,
    );
    check(
        &socket,
        "447700900001",
        "..",
        r#""uri":"wss://bot.example.com/?c=447700900001""#,
    );
    check(
        &socket,
        "447700900001",
        "1",
        r#""headers":{"caller":"447700900001"}"#,
    );
    check(
        &socket,
        "447700900001",
        "1",
        r#""ringbackTone":"https://cdn.example.com/442079460000.mp3""#,
    );
    let whisper = connect(
        r#""447700900100""#,
        r#""whisper": "w", "ringback": "https://cdn.example.com/{{called}}.mp3","#,
    );
    check(
        &whisper,
        "1",
        "1",
        r#""ringbackTone":"https://cdn.example.com/442079460000.mp3"}"#,
    );
    check(
        r#"{ "kind": "wait", "music": "https://cdn.example.com/{{var.x}}.mp3", "then": "@hangup" }"#,
        "1",
        "a/b",
        r#""streamUrl":["https://cdn.example.com/a%2Fb.mp3"]"#,
    );
    let room = r#"{ "kind": "conference", "name": "{{caller}}", "music": "https://cdn.example.com/{{var.x}}.mp3" }"#;
    check(room, "Ann\nB", "7", r#""name":"AnnB""#);
    check(
        room,
        "Ann",
        "7",
        r#""musicOnHoldUrl":["https://cdn.example.com/7.mp3"]"#,
    );
    // Without a name there is no room: the call ends in good order.
    check(room, "", "7", "break");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_placeholder_where_nothing_is_filled_in_is_refused() {
    #[track_caller]
    fn check(node: &str, expected: &str) {
        let menu = format!(r#"{{ "start": "a", "nodes": {{ "a": {node} }} }}"#);
        let found = Compiled::compile("m", menu.as_bytes()).unwrap_err();
        let found: Vec<String> = found
            .iter()
            .map(|found| format!("{} {}", found.code, found.pointer))
            .collect();
        assert_eq!(found, [expected], "{node}");
    }
    let connect =
        |to: &str| format!(r#"{{ "kind": "connect", "to": [{to}], "otherwise": "@hangup" }}"#);
    check(
        &connect(r#"{ "sip": "sip:{{caller}}" }"#),
        "bad-placeholder /nodes/a/to/0/sip",
    );
    check(
        &connect(r#"{ "sip": "sip:a@{{caller}}" }"#),
        "bad-placeholder /nodes/a/to/0/sip",
    );
    check(
        &connect(r#"{ "sip": "sip:a@example.com{{caller}}" }"#),
        "bad-placeholder /nodes/a/to/0/sip",
    );
    check(
        &connect(r#"{ "sip": "sip:{{callr}}@example.com" }"#),
        "bad-placeholder /nodes/a/to/0/sip",
    );
    check(
        &connect(r#"{ "sip": "sip:a@example.com", "headers": { "x": "{{callr}}" } }"#),
        "bad-placeholder /nodes/a/to/0/headers/x",
    );
    check(
        &connect(r#"{ "app": "{{callr}}" }"#),
        "bad-placeholder /nodes/a/to/0/app",
    );
    check(
        &connect(r#"{ "websocket": "wss://{{caller}}/a" }"#),
        "bad-placeholder /nodes/a/to/0/websocket",
    );
    check(
        &connect(r#"{ "websocket": "wss://example.com/", "headers": { "x": "{{caller" } }"#),
        "bad-placeholder /nodes/a/to/0/headers/x",
    );
    check(&connect(r#""+{{caller}}""#), "bad-number /nodes/a/to/0");
    check(
        r#"{ "kind": "connect", "to": "447700900100", "ringback": "https://{{caller}}/a.mp3", "otherwise": "@hangup" }"#,
        "bad-placeholder /nodes/a/ringback",
    );
    check(
        r#"{ "kind": "hangup", "prompt": { "audio": "https://example.com/{{callr}}.mp3" } }"#,
        "bad-placeholder /nodes/a/prompt",
    );
    check(
        r#"{ "kind": "wait", "music": "https://example.com/{{callr}}.mp3", "then": "@hangup" }"#,
        "bad-placeholder /nodes/a/music",
    );
    check(
        r#"{ "kind": "menu", "prompt": "1", "choices": { "1": { "then": "@hangup", "say": ["{{caller}}"] } } }"#,
        "bad-placeholder /nodes/a/choices/1/say/0",
    );
    check(
        r#"{ "kind": "menu", "prompt": "1", "choices": { "1": "@hangup" }, "speech": { "hints": ["a", "{{x}}"] } }"#,
        "bad-placeholder /nodes/a/speech/hints/1",
    );
    for case in [
        r#""equals": "{{called}}""#,
        r#""in": "[{{called}}]""#,
        r#""prefix": "{{called}}""#,
    ] {
        let case = case.replace("\"[", "[\"").replace("]\"", "\"]");
        let field = case.split('"').nth(1).unwrap_or_default().to_owned();
        let expected = format!(
            "bad-placeholder /nodes/a/cases/0/{field}{}",
            if field == "in" { "/0" } else { "" }
        );
        check(
            &format!(
                r#"{{ "kind": "switch", "on": "var.x", "cases": [{{ {case}, "then": "@hangup" }}], "otherwise": "@hangup" }}"#
            ),
            &expected,
        );
    }
}
