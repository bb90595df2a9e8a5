//! What callers enter, and what stays secret.

use super::*;

const COLLECT: &str = r#"{ "start": "a", "voice": { "language": "en-GB" }, "keys": { "*": "b", "0": "b" }, "nodes": {
    "a": { "kind": "collect", "prompt": "Card?", "into": "card", "digits": { "min": 4, "max": 8 }, "luhn": true,
           "confirm": true, "then": "c", "no_input": { "tries": 1, "then": "b" }, "no_match": { "tries": 1, "then": "b" } },
    "b": { "kind": "hangup", "prompt": "B {{var.card}}" },
    "c": { "kind": "hangup", "prompt": "Thanks & bye, {{var.card | digits}}." } } }"#;

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn an_entry_is_checked_and_read_back() {
    let house = House::new([("m", COLLECT)]);
    let mut call = Call::to(&house, "m");
    assert_eq!(call.keys("4241").moves(), ["a no-match 1 a"]);
    assert_eq!(
        call.keys("4242").heard(),
        [
            "<speak>You entered <say-as interpret-as=\"digits\">4242</say-as>. If that is right, press 1. To enter it again, press 2.</speak>",
            "input"
        ]
    );
    assert_eq!(call.silence().heard().len(), 2);
    assert_eq!(call.keys("2").heard(), ["Card?", "input"]);
    assert_eq!(call.keys("4242").moves(), ["a entered 0 a"]);
    assert_eq!(
        call.keys("1").heard(),
        ["<speak>Thanks &amp; bye, <say-as interpret-as=\"digits\">4242</say-as>.</speak>"]
    );
    // What was never confirmed is forgotten.
    let mut call = Call::to(&house, "m");
    assert_eq!(
        call.keys("4242").silence().silence().heard(),
        ["<speak>B </speak>"]
    );
    // Keys of digits are an entry, others are global.
    assert_eq!(Call::to(&house, "m").keys("*").at(), "m/b");
    assert_eq!(Call::to(&house, "m").keys("0").moves(), ["a no-match 1 a"]);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn an_entry_may_be_spoken() {
    let house = House::new([(
        "m",
        r#"{ "start": "a", "nodes": {
            "a": { "kind": "collect", "prompt": "?", "into": "x", "speech": true, "pattern": "x{4}", "then": "b" },
            "b": { "kind": "collect", "prompt": "Name?", "into": "y", "speech": {}, "then": "c" },
            "c": { "kind": "hangup", "prompt": "{{var.x}} {{var.y}}" } } }"#,
    )]);
    let mut call = Call::to(&house, "m");
    assert_eq!(call.say("12 3", 0.9).moves(), ["a no-match 1 a"]);
    assert_eq!(call.say("12 3-4", 0.9).at(), "m/b");
    assert_eq!(
        call.say(" <Ann> & \"co\" ", 0.9).heard(),
        ["<speak>1234 &lt;Ann&gt; &amp; &quot;co&quot;</speak>"]
    );
}

const ACCOUNT: &str = r#"{ "start": "pin", "nodes": {
    "pin": { "kind": "collect", "prompt": "PIN?", "into": "pin", "digits": 4, "secret": true, "then": "wait" },
    "wait": { "kind": "say", "prompt": "One moment.", "then": "ask" },
    "ask": { "kind": "lookup", "url": "https://bank.example.com/a?n={{caller}}&c={{called}}", "method": "POST",
             "headers": { "x-pin": "{{var.pin}}" }, "body": { "pin": "{{var.pin}}", "n": [1, { "caller": "{{caller}}" }] },
             "deadline_ms": 1500, "into": { "balance": "/account/balance", "echo": "/echo" }, "then": "tell", "failed": "no" },
    "tell": { "kind": "say", "prompt": "You have {{lookup.balance}}. {{lookup.echo}}", "then": "again" },
    "again": { "kind": "lookup", "url": "https://bank.example.com/b", "into": "y", "then": "who", "failed": "no" },
    "who": { "kind": "hangup", "prompt": "{{lookup.y}} {{lookup.y.name}} {{lookup.y.list.1}}" },
    "no": { "kind": "hangup", "prompt": "No." } } }"#;

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_secret_reaches_the_lookup_and_nothing_else() {
    let mut house = House::new([("m", ACCOUNT)]);
    house.lookup = |request| {
        if request.url.ends_with("/b") {
            let body = json!({ "name": "Ann", "list": [1, true], "other": { "x": 1 } });
            return LookupAnswer::Answer { status: 201, body };
        }
        assert_eq!(
            request.url,
            "https://bank.example.com/a?n=447700900001&c=442079460000"
        );
        assert_eq!(request.headers, [("x-pin".to_owned(), "7531".to_owned())]);
        assert_eq!(
            request.body.as_deref(),
            Some(r#"{"n":[1,{"caller":"447700900001"}],"pin":"7531"}"#)
        );
        assert_eq!(request.deadline_ms, 1500);
        LookupAnswer::Answer {
            status: 200,
            body: json!({ "account": { "balance": 12.5 }, "echo": "PIN 7531" }),
        }
    };
    let mut call = Call::to(&house, "m");
    assert!(call.state().expects_secret());
    assert_eq!(
        call.keys("7531").heard(),
        [
            "One moment.",
            "<speak>You have 12.5. </speak>",
            "<speak> Ann true</speak>"
        ]
    );
    assert!(call.reply.secret_input);
    assert_eq!(
        call.moves(),
        [
            "pin entered 0 wait",
            "wait then 0 ask",
            "ask found 0 tell",
            "tell then 0 again",
            "again found 0 who"
        ]
    );
    assert!(!format!("{:?}", call.reply).contains("7531"));
    house.lookup = |_| LookupAnswer::Answer {
        status: 500,
        body: json!({}),
    };
    assert_eq!(
        Call::to(&house, "m").keys("7531").heard(),
        ["One moment.", "No."]
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_menu_that_would_tell_a_secret_is_refused() {
    fn check(node: &str, expected: &str) {
        let json = format!(
            r#"{{ "start": "pin", "nodes": {{
            "pin": {{ "kind": "collect", "prompt": "?", "into": "pin", "secret": true, "then": "n" }}, "n": {node} }} }}"#
        );
        let found = Compiled::compile("m", json.as_bytes()).unwrap_err();
        let found: Vec<String> = found
            .iter()
            .map(|found| format!("{} {}", found.code, found.pointer))
            .collect();
        assert_eq!(found, [expected], "{node}");
    }
    check(
        r#"{ "kind": "say", "prompt": ["x", "{{var.pin}}"], "then": "@hangup" }"#,
        "secret-leak /nodes/n/prompt/1",
    );
    check(
        r#"{ "kind": "switch", "on": "var.pin", "cases": [], "otherwise": "@hangup" }"#,
        "secret-leak /nodes/n/on",
    );
    check(
        r#"{ "kind": "lookup", "url": "https://a.example/{{var.pin}}", "then": "@hangup", "failed": "@hangup" }"#,
        "secret-leak /nodes/n/url",
    );
    check(
        r#"{ "kind": "notify", "payload": { "a": ["{{var.pin}}"] }, "then": "@hangup" }"#,
        "secret-leak /nodes/n/payload",
    );
    check(
        r#"{ "kind": "callback", "number": "{{var.pin}}", "then": "@hangup" }"#,
        "secret-leak /nodes/n/number",
    );
    check(
        r#"{ "kind": "connect", "to": ["{{var.pin}}"], "otherwise": "@hangup" }"#,
        "secret-leak /nodes/n/to/0",
    );
    check(
        r#"{ "kind": "conference", "name": "{{var.pin}}" }"#,
        "secret-leak /nodes/n/name",
    );
    check(
        r#"{ "kind": "transfer", "conversation": "{{var.pin}}" }"#,
        "secret-leak /nodes/n/conversation",
    );
    check(
        r#"{ "kind": "collect", "prompt": "?", "into": "pin", "then": "@hangup" }"#,
        "secret-leak /nodes/n",
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn what_a_menu_says_must_make_sense() {
    fn check(nodes: &str, expected: &[&str]) {
        let json = format!(r#"{{ "start": "main", "nodes": {{ {nodes} }} }}"#);
        let found = Compiled::compile("m", json.as_bytes())
            .err()
            .unwrap_or_default();
        let found: Vec<String> = found
            .iter()
            .map(|found| {
                format!(
                    "{} {} {} [{}]",
                    found.code,
                    found.pointer,
                    found.message,
                    found.help.clone().unwrap_or_default()
                )
            })
            .collect();
        assert_eq!(found, expected, "{nodes}");
    }
    check(
        r#""main": { "kind": "menu", "prompt": "x", "choices": { "1": "slaes", "2": "zzz" } }, "sales": { "kind": "hangup" }"#,
        &[
            "unknown-node /nodes/main/choices/1 `slaes` is not a node [did you mean `sales`?]",
            "unknown-node /nodes/main/choices/2 `zzz` is not a node [add the node, or name one that exists]",
        ],
    );
    check(
        r#""mian": { "kind": "hangup" }"#,
        &["unknown-node /start `main` is not a node [did you mean `mian`?]"],
    );
    check(
        r#""main": { "kind": "hangup", "prompt": ["<speak>a & b</speak>", "{{name}}", "<break time='1s'>", { "text": "x", "loop": 0 }] }"#,
        &[
            "bad-ssml /nodes/main/prompt/0 this is not SSML: an & that begins no entity, write &amp; at byte 9 []",
            "bad-placeholder /nodes/main/prompt/1 `name` is no placeholder: expected `caller`, `called`, `var.<name>` or `lookup.<name>`, and perhaps `| digits`, between `{{` and `}}` []",
            "bad-ssml /nodes/main/prompt/2 this is not SSML: the closing tag does not match the open one (`speak`) at byte 24 []",
            "endless-prompt /nodes/main/prompt/3 `\"loop\": 0` never ends for a caller who keeps silent: expected 1 or more []",
        ],
    );
    let long = format!(
        r#""main": {{ "kind": "hangup", "prompt": "{} {{{{caller}}}}" }}"#,
        "a".repeat(1300)
    );
    check(
        &long,
        &[
            "prompt-too-long /nodes/main/prompt the prompt may have 1501 characters, placeholders filled: expected at most 1500 []",
        ],
    );
    check(
        r#""main": { "kind": "collect", "prompt": "x", "into": "a", "digits": 3, "pattern": "x{4}", "then": "@hangup" }"#,
        &[
            "conflict /nodes/main/pattern nothing fits: the pattern takes 4 to 4 keys, `digits` 3 to 3 []",
        ],
    );
}
