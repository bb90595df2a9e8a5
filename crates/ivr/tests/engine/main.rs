//! What a caller lives through, kind by kind.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod calls;
#[path = "../common/mod.rs"]
mod common;
mod lookups;
mod placeholders;
mod spoken;

use common::{CONVERSATION, Call, House, caller, compile};
use ivr::{Caller, Compiled, ConnectOutcome, Effect, Event, LookupAnswer, Need, Step};
use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

const ACME: &str = r#"{
  "start": "main",
  "voice": { "language": "en-GB" },
  "keys": { "0": "operator", "*": "@back" },
  "nodes": {
    "main": {
      "kind": "menu", "prompt": "Press 1 for sales.", "short_prompt": "1 for sales.",
      "choices": { "1": { "then": "sales", "say": ["sales"] }, "12": "support" },
      "no_input": { "tries": 2, "prompts": ["I did not hear you.", "Still nothing."], "then": "operator" },
      "no_match": { "tries": 1, "prompts": "No such option.", "then": "bye" }
    },
    "support": { "kind": "menu", "prompt": "Support.", "choices": { "9": "@start" } },
    "sales": { "kind": "connect", "prompt": "One moment.", "to": ["447700900100", { "sip": "sip:sales@example.com" }],
               "ring": 20, "whisper": "A sales call.", "busy": "bye", "otherwise": "voicemail" },
    "operator": { "kind": "connect", "to": "447700900101", "otherwise": "voicemail", "then": "bye" },
    "voicemail": { "kind": "voicemail", "prompt": "Leave a message.", "then": "bye" },
    "bye": { "kind": "hangup", "prompt": "Goodbye." }
  }
}"#;

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn silence_and_wrong_keys_are_counted_apart() {
    let house = House::new([("acme", ACME)]);
    let mut call = Call::to(&house, "acme");
    assert_eq!(call.heard(), ["Press 1 for sales.", "input"]);
    assert_eq!(call.moves(), ["main answer 0 main"]);
    assert_eq!(
        call.silence().heard(),
        ["I did not hear you.", "Press 1 for sales.", "input"]
    );
    assert_eq!(call.moves(), ["main no-input 1 main"]);
    assert_eq!(
        call.keys("7").heard(),
        ["No such option.", "Press 1 for sales.", "input"]
    );
    assert_eq!(
        call.silence().heard(),
        ["Still nothing.", "Press 1 for sales.", "input"]
    );
    assert_eq!(call.silence().heard(), ["connect 447700900101", "notify"]);
    assert_eq!(call.moves(), ["main no-input 3 operator"]);
    assert_eq!(call.notify().heard(), ["Goodbye."]);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn destinations_are_rung_one_after_the_other() {
    let house = House::new([("acme", ACME)]);
    let mut call = Call::to(&house, "acme");
    assert_eq!(
        call.keys("1").heard(),
        ["One moment.", "connect 447700900100"]
    );
    assert_eq!(
        call.connect(ConnectOutcome::NoAnswer).heard(),
        ["connect sip:sales@example.com"]
    );
    assert_eq!(call.moves(), ["sales no-answer 1 sales"]);
    assert_eq!(call.connect(ConnectOutcome::Busy).heard(), ["Goodbye."]);
    assert_eq!(call.moves(), ["sales busy 2 bye"]);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn one_key_works_beside_two() {
    let house = House::new([("acme", ACME)]);
    assert_eq!(Call::to(&house, "acme").keys("1").at(), "acme/sales");
    assert_eq!(Call::to(&house, "acme").keys("12").at(), "acme/support");
    assert_eq!(
        Call::to(&house, "acme").keys("13").moves(),
        ["main no-match 1 main"]
    );
    assert!(
        Call::to(&house, "acme")
            .reply
            .ncco
            .contains(r#""maxDigits":2"#)
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn global_keys_work_where_a_menu_has_none_of_its_own() {
    let house = House::new([("acme", ACME)]);
    assert_eq!(
        Call::to(&house, "acme").keys("0").moves(),
        ["main key 0 0 operator"]
    );
    let mut call = Call::to(&house, "acme");
    assert_eq!(call.keys("12").at(), "acme/support");
    assert_eq!(call.keys("*").moves(), ["support key * 0 main"]);
    assert_eq!(call.heard(), ["1 for sales.", "input"]);
    // Nothing to go back to: the start.
    assert_eq!(call.keys("*").at(), "acme/main");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn back_leads_through_all_the_menus_a_caller_chose_from() {
    let house = House::new([(
        "m",
        r#"{ "start": "a", "keys": { "*": "@back", "9": "@repeat" }, "nodes": {
            "a": { "kind": "menu", "prompt": "A", "choices": { "1": "s" } },
            "s": { "kind": "say", "prompt": "On.", "then": "b" },
            "b": { "kind": "menu", "prompt": "B", "short_prompt": "b", "choices": { "1": "c" } },
            "c": { "kind": "menu", "prompt": "C", "choices": { "1": "a", "2": "@start" } } } }"#,
    )]);
    let mut call = Call::to(&house, "m");
    assert_eq!(call.keys("1").heard(), ["On.", "B", "input"]);
    // Who asks to hear it again hears all of it.
    assert_eq!(call.keys("9").heard(), ["B", "input"]);
    assert_eq!(call.keys("1").at(), "m/c");
    assert_eq!(call.keys("2").at(), "m/a");
    assert_eq!(call.keys("*").at(), "m/c");
    assert_eq!(call.keys("*").heard(), ["b", "input"]);
    assert_eq!(call.keys("*").at(), "m/a");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_spoken_choice_needs_confidence_and_only_one_that_fits() {
    let house = House::new([(
        "m",
        r#"{ "start": "a", "nodes": {
            "a": { "kind": "menu", "prompt": "A", "speech": { "confidence": 0.6, "hints": ["please"] }, "choices": {
                "1": { "then": "b", "say": ["sales", "buy"] }, "2": { "then": "c", "say": ["sales support", "help"] } } },
            "b": { "kind": "hangup", "prompt": "B" }, "c": { "kind": "hangup", "prompt": "C" } } }"#,
    )]);
    let say = |text: &str, confidence| {
        Call::to(&house, "m")
            .say(text, confidence)
            .moves()
            .join(" ")
    };
    assert_eq!(say("I want to BUY, please.", 0.9), "a speech 1 0 b");
    assert_eq!(say("sales support", 0.6), "a speech 2 0 c");
    assert_eq!(say("buy some help", 0.9), "a speech 2 0 c");
    assert_eq!(say("2", 0.9), "a speech 2 0 c");
    assert_eq!(say("buy", 0.59), "a no-match 1 a");
    assert_eq!(say("wholesale", 0.9), "a no-match 1 a");
    assert_eq!(Call::to(&house, "m").keys("2").at(), "m/c");
    let ncco = Call::to(&house, "m").reply.ncco;
    assert!(ncco.contains(r#""type":["dtmf","speech"]"#), "{ncco}");
    assert!(
        ncco.contains(r#""context":["sales","buy","sales support","help","please"]"#),
        "{ncco}"
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn failures_have_prompts_in_turn_and_a_limit_of_their_own() {
    let house = House::new([(
        "m",
        r##"{ "start": "a", "nodes": {
            "a": { "kind": "menu", "prompt": "A", "choices": { "1": "@hangup" }, "max_failures": 3, "submit_on_hash": true,
                   "no_input": { "tries": 5, "prompts": ["One.", ["Two.", "Three."]], "repeat": false, "then": "s" },
                   "no_match": { "tries": 5, "then": "w" } },
            "s": { "kind": "hangup", "prompt": "Silent." }, "w": { "kind": "hangup", "prompt": "Wrong." } } }"##,
    )]);
    let mut call = Call::to(&house, "m");
    assert_eq!(call.silence().heard(), ["One.", "input"]);
    assert_eq!(call.silence().heard(), ["Two.", "Three.", "input"]);
    // `#` alone is a key, not silence.
    assert_eq!(call.keys("").moves(), ["a no-match 1 w"]);
    let mut call = Call::to(&house, "m");
    assert_eq!(call.keys("5").heard(), ["A", "input"]);
}

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

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn hours_follow_the_calendar_and_its_override() {
    let menu = r#"{ "start": "h", "voice": { "language": "de-DE" }, "nodes": {
        "h": { "kind": "hours", "calendar": "c", "open": "o", "closed": "x", "holiday": "y" },
        "o": { "kind": "hangup", "prompt": "Open." }, "x": { "kind": "hangup", "prompt": "Closed." },
        "y": { "kind": "hangup", "prompt": "Holiday." } } }"#;
    let weekly = r#""timezone": "Europe/London", "weekly": { "fri": ["09:00-12:00"] },
        "exceptions": [{ "date": "2026-12-25", "name": "Christmas", "closed": true }]"#;
    let check = |calendar: &str, now: &str, expected: &[&str], cause: &str| {
        let mut house = House::new([("m", menu)]).calendar("c", calendar);
        house.now = now.parse().unwrap();
        let call = Call::to(&house, "m");
        assert_eq!(call.heard(), expected, "{now}");
        assert!(
            call.moves().iter().any(|moved| moved.contains(cause)),
            "{:?}",
            call.moves()
        );
        call.reply.ncco
    };
    let plain = format!("{{ {weekly} }}");
    check(&plain, "2026-11-20T10:00:00Z", &["Open."], "h open");
    check(&plain, "2026-11-20T12:00:00Z", &["Closed."], "h closed");
    check(&plain, "2026-12-25T10:00:00Z", &["Holiday."], "h holiday");
    let over = format!(
        r#"{{ {weekly}, "override": {{ "state": "closed", "until": "2026-11-20T11:00:00Z", "prompt": "Fire drill." }} }}"#
    );
    let ncco = check(
        &over,
        "2026-11-20T10:00:00Z",
        &["Fire drill.", "Closed."],
        "h override",
    );
    assert_eq!(ncco.matches(r#""language":"de-DE""#).count(), 2);
    check(&over, "2026-11-20T11:00:00Z", &["Open."], "h open");
    // No calendar to be had: closed, and somebody hears of it.
    let house = House::new([("m", menu)]);
    let call = Call::to(&house, "m");
    assert_eq!(call.heard(), ["Closed."]);
    assert_eq!(call.reply.degraded[0].cause, "calendar-missing");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_switch_takes_the_first_case_that_holds() {
    let menu = |on: &str, case: &str| {
        format!(
            r#"{{ "start": "w", "nodes": {{ "w": {{ "kind": "switch", "on": "{on}", "cases": [{{ {case}, "then": "y" }}], "otherwise": "n" }},
            "y": {{ "kind": "hangup", "prompt": "Yes." }}, "n": {{ "kind": "hangup", "prompt": "No." }} }} }}"#
        )
    };
    let check = |on: &str, case: &str, from: &'static str, expected: &str| {
        let house = House::new([("m", menu(on, case).as_str())])
            .list("vip", r#"{ "numbers": ["447700900001"] }"#);
        let caller = Caller {
            from,
            sip_headers: &[("x-class", "gold")],
            ..caller()
        };
        assert_eq!(
            Call::from(&house, "m", &caller).heard(),
            [expected],
            "{on} {case} {from}"
        );
    };
    check("caller", r#""in_list": "vip""#, "+447700900001", "Yes.");
    check("caller", r#""in_list": "vip""#, "anonymous", "No.");
    check("caller", r#""in_list": "nobody""#, "447700900001", "No.");
    check(
        "caller",
        r#""prefix": ["33", "+447700"]"#,
        "447700900001",
        "Yes.",
    );
    check("caller", r#""prefix": "33""#, "447700900001", "No.");
    check(
        "caller",
        r#""country": ["FR", "GB"]"#,
        "447700900001",
        "Yes.",
    );
    check("country", r#""equals": "GB""#, "447700900001", "Yes.");
    check("country", r#""country": "GB""#, "33612345678", "No.");
    check("called", r#""equals": "442079460000""#, "", "Yes.");
    check("caller", r#""equals": """#, "", "Yes.");
    check("sip:X-Class", r#""in": ["silver", "gold"]"#, "", "Yes.");
    check("var.x", r#""equals": "1""#, "", "No.");
    check("caller", r#""percent": 100"#, "", "Yes.");
    check("caller", r#""percent": 0"#, "", "No.");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_share_of_calls_is_about_that_share_and_stable_within_a_call() {
    let menu = r#"{ "start": "w", "nodes": {
        "w": { "kind": "switch", "cases": [{ "percent": 30, "then": "y" }, { "percent": 20, "then": "z" }], "otherwise": "n" },
        "y": { "kind": "menu", "prompt": "Y", "choices": { "1": "w" } }, "z": { "kind": "hangup" }, "n": { "kind": "hangup" } } }"#;
    let house = House::new([("m", menu)]);
    let mut shares = [0, 0, 0];
    for number in 0..2000 {
        let conversation = format!("CON-{number}");
        let reply = house.answer(
            "m",
            &Caller {
                conversation: &conversation,
                ..caller()
            },
        );
        let node = reply.state.position().node.to_owned();
        let index = ["y", "z", "n"]
            .iter()
            .position(|name| *name == node)
            .unwrap();
        shares[index] += 1;
        if node == "y" {
            let again = house.step(
                &reply.state,
                &Event::Input {
                    digits: Some("1"),
                    timed_out: false,
                    speech: &[],
                    speech_timeout: None,
                },
            );
            let Step::Reply(again) = again else {
                panic!("a reply")
            };
            assert_eq!(again.state.position().node, "y");
        }
    }
    assert!(
        (540..660).contains(&shares[0]) && (340..460).contains(&shares[1]),
        "{shares:?}"
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn hunts_go_in_order_at_random_and_in_turn() {
    let menu = |order: &str| {
        format!(
            r#"{{ "start": "c", "nodes": {{ "c": {{ "kind": "connect", "order": "{order}", "otherwise": "n",
            "to": ["447700900100", "447700900101", {{ "phone": "{{{{var.none}}}}" }}, {{ "vbc": "102" }}] }},
            "n": {{ "kind": "hangup", "prompt": "Nobody." }} }} }}"#
        )
    };
    let rung = |order: &str, conversation: &str| {
        let house = House::new([("m", menu(order).as_str())]);
        let mut reply = house.answer(
            "m",
            &Caller {
                conversation,
                ..caller()
            },
        );
        let mut rung = Vec::new();
        loop {
            let call = Call {
                house: &house,
                reply: reply.clone(),
            };
            let heard = call.heard().join(" ");
            if heard == "Nobody." {
                return rung;
            }
            rung.push(
                heard
                    .split(' ')
                    .next_back()
                    .unwrap()
                    .chars()
                    .last()
                    .unwrap(),
            );
            let Step::Reply(next) =
                house.step(&reply.state, &Event::Connect(ConnectOutcome::NoAnswer))
            else {
                panic!("a reply")
            };
            reply = next;
        }
    };
    assert_eq!(rung("sequential", "CON-1"), ['0', '1', '2']);
    let mut firsts = std::collections::BTreeSet::new();
    for order in ["random", "round_robin"] {
        for number in 0..20 {
            let conversation = format!("CON-{number}");
            let one = rung(order, &conversation);
            assert_eq!(one, rung(order, &conversation));
            firsts.insert((order, one[0]));
            let mut all = one.clone();
            all.sort_unstable();
            assert_eq!(all, ['0', '1', '2']);
            if order == "round_robin" {
                assert!("01201".contains(&one.iter().collect::<String>()), "{one:?}");
            }
        }
    }
    assert_eq!(firsts.len(), 6);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_called_person_hears_a_whisper_and_the_caller_does_not_move() {
    let house = House::new([("acme", ACME)]);
    let mut call = Call::to(&house, "acme");
    call.keys("1");
    let before = call.state();
    assert_eq!(call.event(&Event::Whisper).heard(), ["A sales call."]);
    assert_eq!(call.moves(), Vec::<String>::new());
    assert_eq!(call.reply.state, before);
    let states = ["answered", "completed", "ringing"].map(ConnectOutcome::from_status);
    for other in states {
        assert_eq!(house.step(&before, &Event::Connect(other)), Step::Continue);
    }
    assert_eq!(
        house.step(
            &before,
            &Event::Input {
                digits: None,
                timed_out: true,
                speech: &[],
                speech_timeout: None
            }
        ),
        Step::Continue
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_submenu_returns_and_a_jump_does_not() {
    let house = House::new([
        (
            "m",
            r#"{ "start": "a", "nodes": {
                "a": { "kind": "menu", "prompt": "A", "choices": { "1": "s", "2": "menu:n", "3": "menu:gone", "4": "@return" } },
                "s": { "kind": "submenu", "prompt": "Other.", "menu": "n", "then": "b" },
                "b": { "kind": "say", "prompt": "B", "then": "@back" } } }"#,
        ),
        (
            "n",
            r#"{ "start": "x", "keys": { "*": "@back" }, "nodes": {
                "x": { "kind": "menu", "prompt": "X", "choices": { "1": "@return", "2": "y", "3": "menu:m", "4": "@start" } },
                "y": { "kind": "menu", "prompt": "Y", "choices": { "1": "@return" } } } }"#,
        ),
    ]);
    let mut call = Call::to(&house, "m");
    assert_eq!(call.keys("1").heard(), ["Other.", "X", "input"]);
    assert_eq!(call.moves(), ["a key 1 0 s", "s then 0 menu:n/x"]);
    assert_eq!(call.keys("2").at(), "n/y");
    assert_eq!(call.keys("*").at(), "n/x");
    // Back out of the sub-menu, as often as the caller likes.
    assert_eq!(call.keys("2").keys("1").heard(), ["B", "A", "input"]);
    assert_eq!(call.moves(), ["y key 1 0 menu:m/b", "b then 0 a"]);
    assert_eq!(call.keys("1").keys("*").at(), "m/a");
    assert_eq!(call.keys("2").at(), "n/x");
    assert_eq!(call.keys("4").at(), "n/x");
    assert_eq!(call.keys("3").at(), "m/a");
    // Nobody to return to: the end.
    assert_eq!(call.keys("4").moves(), ["a key 4 0 @hangup"]);
    let mut call = Call::to(&house, "m");
    call.keys("3");
    assert_eq!(call.moves(), ["a missing 0 @hangup"]);
    assert_eq!(call.reply.degraded[0].what, "gone");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn what_takes_its_time_asks_where_to_go_on() {
    let house = House::new([(
        "m",
        r#"{ "start": "r", "nodes": {
            "r": { "kind": "record", "format": "wav", "split": true, "transcribe": {}, "then": "v" },
            "v": { "kind": "voicemail", "prompt": "Speak.", "then": "w" },
            "w": { "kind": "wait", "seconds": 2, "then": "x" },
            "x": { "kind": "wait", "music": "https://example.com/m.mp3", "then": "b" },
            "b": { "kind": "callback", "then": "n" },
            "n": { "kind": "notify", "payload": { "who": "\"{{caller}}\"" }, "then": "c" },
            "c": { "kind": "connect", "to": { "app": "ann" }, "otherwise": "f", "then": "f" },
            "f": { "kind": "conference", "name": "room-{{called}}", "mute": true, "record": true } } }"#,
    )]);
    let mut call = Call::to(&house, "m");
    assert_eq!(call.heard(), ["record", "Speak.", "record", "notify"]);
    assert_eq!(call.notify().heard(), ["wait", "notify"]);
    assert_eq!(
        call.notify().heard(),
        ["https://example.com/m.mp3", "connect ann", "notify"]
    );
    assert_eq!(
        call.reply.effects,
        [
            Effect::Callback {
                menu: "m".into(),
                node: "b".into(),
                number: "447700900001".into()
            },
            Effect::Notify {
                menu: "m".into(),
                node: "n".into(),
                payload: r#"{"who":"\"447700900001\""}"#.into()
            }
        ]
    );
    assert_eq!(call.notify().heard(), ["conversation room-442079460000"]);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn an_end_without_words_is_the_shortest_talk() {
    for menu in [
        r#"{ "start": "a", "nodes": { "a": { "kind": "hangup" } } }"#,
        r#"{ "start": "a", "nodes": { "a": { "kind": "notify", "payload": {}, "then": "@hangup" } } }"#,
        r#"{ "start": "a", "nodes": { "a": { "kind": "callback", "then": "@return" } } }"#,
    ] {
        let house = House::new([("m", menu)]);
        assert_eq!(
            Call::to(&house, "m").heard(),
            ["<speak><break time=\"100ms\"/></speak>"]
        );
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn who_goes_round_meets_the_limit_of_the_menu_the_call_began_in() {
    let house = House::new([(
        "m",
        r#"{ "start": "a", "limits": { "steps": 5, "then": "o" }, "nodes": {
            "a": { "kind": "menu", "prompt": "A", "choices": { "1": "@repeat" } },
            "o": { "kind": "menu", "prompt": "O", "choices": { "1": "@repeat" } } } }"#,
    )]);
    let mut call = Call::to(&house, "m");
    for _ in 0..4 {
        assert_eq!(call.keys("1").at(), "m/a");
    }
    assert_eq!(call.keys("1").moves(), ["a limit 0 o"]);
    let mut more = 0;
    while call.keys("1").heard() == ["O", "input"] {
        more += 1;
    }
    assert_eq!(more, 20);
    assert_eq!(call.moves(), ["o limit 0 @hangup"]);
    // A loop without a caller in it ends, too.
    let house = House::new([(
        "m",
        r#"{ "start": "a", "limits": { "steps": 1000 }, "nodes": { "a": { "kind": "say", "prompt": "A", "then": "a" } } }"#,
    )]);
    assert_eq!(Call::to(&house, "m").heard().len(), 64);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn voices_go_from_menu_to_node_to_prompt() {
    let house = House::new([(
        "m",
        r#"{ "start": "a", "voice": { "language": "en-GB", "style": 2, "premium": true }, "nodes": {
            "a": { "kind": "say", "prompt": ["One.", { "text": "Two.", "voice": { "style": 3 }, "level": 0.5, "loop": 2 }], "then": "b" },
            "b": { "kind": "menu", "voice": { "language": "fr-FR" }, "choices": { "1": "@hangup" },
                   "prompt": [{ "audio": "https://example.com/a.mp3" }, "Un.", { "text": "Zwei.", "voice": { "language": "de-DE", "style": 1 } }] } } }"#,
    )]);
    let ncco: serde_json::Value = serde_json::from_str(&Call::to(&house, "m").reply.ncco).unwrap();
    let talks = ncco.as_array().unwrap();
    assert_eq!(
        talks[0],
        json!({ "action": "talk", "text": "One.", "language": "en-GB", "style": 2, "premium": true })
    );
    assert_eq!(talks[1]["style"], 3);
    assert_eq!(
        (&talks[1]["loop"], &talks[1]["level"]),
        (&json!(2), &json!(0.5))
    );
    // Only the last row of one kind can be interrupted.
    assert_eq!(
        talks[2],
        json!({ "action": "stream", "streamUrl": ["https://example.com/a.mp3"] })
    );
    assert_eq!(
        talks[3],
        json!({ "action": "talk", "text": "Un.", "bargeIn": true, "language": "fr-FR", "premium": true })
    );
    assert_eq!(talks[4]["style"], 1);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_version_that_is_gone_gets_the_safe_ncco() {
    let mut house = House::new([("acme", ACME)]);
    let state = Call::to(&house, "acme").state();
    house.menus.clear();
    let Step::Reply(reply) = house.step(&state, &Event::Notify) else {
        panic!("a reply")
    };
    assert!(reply.ncco.contains("sorry"));
    assert_eq!(reply.degraded[0].cause, "version-missing");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_step_asks_for_the_version_of_the_state_first() {
    let house = House::new([("acme", ACME)]);
    let state = Call::to(&house, "acme").state();
    let version = *compile("acme", ACME).version();
    let step = ivr::step(&house.context(), &state, &Event::Notify, &ivr::Facts::new());
    assert_eq!(step, Step::Need(vec![Need::Version(version)]));
    assert_eq!(*state.version(), version);
    let position = state.position();
    assert_eq!((position.menu, position.node), ("acme", "main"));
}

/// The same menu, caller, clock and key give these bytes wherever this runs.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_same_bytes_come_out_everywhere() {
    let house = House::new([("acme", ACME)]);
    let mut call = Call::to(&house, "acme");
    assert_eq!(call.state().conversation(), CONVERSATION);
    let first = call.reply.ncco.clone();
    let second = call.keys("1").reply.ncco.clone();
    assert_eq!(
        first,
        r#"[{"action":"talk","text":"Press 1 for sales.","bargeIn":true,"language":"en-GB"},{"action":"input","type":["dtmf","speech"],"dtmf":{"timeOut":5,"maxDigits":2},"speech":{"language":"en-GB","context":["sales"]},"eventUrl":["https://ivr.example.com/webhooks/input?s=AkYVShUxGipsPjd6yqDr03t9YaHuMWs3X_DVSqOb51rJcROCM_wMCK_KrX0uVH8596eHA3j6HwgP6fMVl1_s-phKRjgV3G8khkYcssyggiHi_miNcQlyay-ywaD-lzo6Q1xZ0V_r81_RYl5bMiBtrrEZ&m=acme"],"eventMethod":"POST"}]"#
    );
    assert_eq!(
        second,
        r#"[{"action":"talk","text":"One moment.","language":"en-GB"},{"action":"connect","endpoint":[{"type":"phone","number":"447700900100","onAnswer":{"url":"https://ivr.example.com/webhooks/whisper?s=Akaqy2EyhWhma-dnlvRAiHLQ7hLhJe9AKhaEC979MdirigWlDsf1DfFgaayi7uGHdaaFmHN3OJq7xie646ZaHZKZrHqEbqs1ZfmOnaEoNv4wQquK1m_CHSaEC_CQoTd8a11-9dgxEfCYXaaGNEgcB1AGgI7BBQ&m=acme"}}],"from":"442079460000","eventType":"synchronous","timeout":20,"eventUrl":["https://ivr.example.com/webhooks/connect?s=AkZL478MFadNIC_VCA460hYYyohil3-dW3oIoMB7t4Y9TmyiiopQ_vQFpzvrvjk6hIjPJeNbmYgiAVpKpz4imFjgbG867t9ILUX2A9Ugv4aoQHyHbJmeUIB8qmTNc1iyvc9tJr0m2bn7xSg1sPmN9l1zgenRmw&m=acme"],"eventMethod":"POST"}]"#
    );
}

#[test]
fn the_statuses_of_a_call_that_failed_are_those_the_engine_moves_on() {
    for status in ivr::ConnectOutcome::UNANSWERED {
        assert!(
            ivr::ConnectOutcome::from_status(status).is_unanswered(),
            "{status}"
        );
    }
    for status in [
        "answered",
        "completed",
        "cancelled",
        "machine",
        "human",
        "ringing",
        "",
    ] {
        let outcome = ivr::ConnectOutcome::from_status(status);
        assert!(!outcome.is_unanswered(), "{status}");
    }
}
