//! What a caller lives through, kind by kind.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

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
fn a_status_of_a_destination_moves_the_caller_or_does_not() {
    const HUNT: &str = r#"{ "start": "a", "nodes": {
        "a": { "kind": "connect", "to": ["447700900100", "447700900101"], "machine": MACHINE, "otherwise": "msg" },
        "msg": { "kind": "voicemail", "prompt": "Leave a message." }
    } }"#;
    #[track_caller]
    fn check(machine: &str, statuses: &[&str], expected: &[&str]) {
        let menu = HUNT.replace("MACHINE", &format!("{machine:?}"));
        let house = House::new([("m", menu.as_str())]);
        let mut call = Call::to(&house, "m");
        let mut moves = Vec::new();
        for status in statuses {
            let outcome = ConnectOutcome::from_status(status);
            match house.step(&call.state(), &Event::Connect(outcome)) {
                Step::Continue => moves.push("goes on".to_owned()),
                _ => moves.extend(call.connect(outcome).moves()),
            }
        }
        assert_eq!(moves, expected, "{machine} {statuses:?}");
    }
    check(
        "hangup",
        &["timeout", "unanswered"],
        &["a no-answer 1 a", "a no-answer 2 msg"],
    );
    // The caller is gone: nobody else is rung.
    check("hangup", &["cancelled"], &["goes on"]);
    check("hangup", &["canceled"], &["goes on"]);
    check("continue", &["cancelled"], &["goes on"]);
    // A machine that was hung up on talked to nobody.
    check("hangup", &["machine"], &["a no-answer 1 a"]);
    check(
        "hangup",
        &["machine", "machine"],
        &["a no-answer 1 a", "a no-answer 2 msg"],
    );
    check("continue", &["machine"], &["goes on"]);
    for status in ["answered", "human", "completed", "ringing", "nobody-knows"] {
        check("hangup", &[status], &["goes on"]);
    }
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

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_key_may_be_spoken_as_people_speak_it() {
    const MENU: &str = r#"{ "start": "a", "voice": { "language": LANGUAGE }, "nodes": {
        "a": { "kind": "menu", "prompt": "?", "speech": true, "choices": {
            "1": { "then": "@hangup", "say": ["sales", "number two"] }, "2": "@hangup", "12": "@hangup", "*": "@hangup" },
            "no_match": { "tries": 3, "then": "@hangup" } } } }"#;
    #[track_caller]
    fn check(language: &str, said: &str, expected: &str) {
        let menu = MENU.replace("LANGUAGE", &format!("{language:?}"));
        let house = House::new([("m", menu.as_str())]);
        let mut call = Call::to(&house, "m");
        let moves = call.say(said, 0.9).moves();
        assert_eq!(moves, [format!("a {expected}")], "{language}: {said}");
    }
    check("en-GB", "one", "speech 1 0 @hangup");
    check("en-GB", "press 1", "speech 1 0 @hangup");
    check("en-GB", "Option two, please.", "speech 2 0 @hangup");
    check("en-GB", "twelve", "speech 12 0 @hangup");
    check("en-GB", "the star key", "speech * 0 @hangup");
    check("de-DE", "die Zwei bitte", "speech 2 0 @hangup");
    // The words of a choice win.
    check("en-GB", "number two", "speech 1 0 @hangup");
    check("en-GB", "two for sales", "speech 1 0 @hangup");
    check("en-GB", "one or two", "no-match 1 a");
    check("en-GB", "three", "no-match 1 a");
    check("en-GB", "zwei", "no-match 1 a");
    check("ja-JP", "two", "no-match 1 a");
    check("ja-JP", "2", "speech 2 0 @hangup");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn digits_may_be_spelt() {
    const ENTRY: &str = r#"{ "start": "a", "voice": { "language": "en-GB" }, "nodes": {
        "a": { "kind": "collect", "prompt": "?", "into": "x", "speech": true, DIGITS "then": "b",
               "no_match": { "tries": 0, "then": "@hangup" } },
        "b": { "kind": "hangup", "prompt": "{{var.x}}" } } }"#;
    #[track_caller]
    fn check(digits: &str, said: &str, expected: &str) {
        let house = House::new([("m", ENTRY.replace("DIGITS", digits).as_str())]);
        let mut call = Call::to(&house, "m");
        let heard = call.say(said, 0.9).heard().join("");
        let found = heard
            .trim_start_matches("<speak>")
            .trim_end_matches("</speak>");
        assert_eq!(found, expected, "{said}");
    }
    const NONE: &str = "<break time=\"100ms\"/>";
    let four = r#""digits": 4,"#;
    let any = r#""digits": { "min": 1, "max": 15 },"#;
    check(four, "one two three four", "1234");
    check(four, "my number is 1234", "1234");
    check(four, "double seven, oh one", "7701");
    check(four, "1 2 3 four", "1234");
    check(four, "one two three", NONE);
    check(four, "one two three four five", NONE);
    check(four, "one two three for", NONE);
    check(any, "(415) 555-0123", "4155550123");
    check(any, "+44 7700 900123", "447700900123");
    check(
        any,
        "my telephone number is plus four four 7700 900 one two three",
        "447700900123",
    );
    // Where any words do, they stay words.
    check("", "Ann Two", "Ann Two");
    check("", "please", "please");
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
            ..common::caller()
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

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn on_a_call_we_place_the_caller_is_whom_we_called() {
    let house = House::new([(
        "m",
        r#"{ "start": "s", "nodes": {
            "s": { "kind": "switch", "cases": [{ "in_list": "vip", "then": "c" }], "otherwise": "d" },
            "c": { "kind": "callback", "prompt": "{{caller}} {{called}}", "then": "d" },
            "d": { "kind": "connect", "to": "447700900100", "otherwise": "@hangup" } } }"#,
    )])
    .list("vip", r#"{ "numbers": ["447700900777"] }"#);
    let placed = Caller {
        from: "442079460980",
        to: "447700900777",
        direction: ivr::Direction::Outbound,
        ..caller()
    };
    let call = Call::from(&house, "m", &placed);
    assert_eq!(
        call.heard(),
        [
            "<speak>447700900777 442079460980</speak>",
            "connect 447700900100"
        ]
    );
    assert!(call.reply.ncco.contains(r#""from":"442079460980""#));
    assert!(matches!(
        call.reply.effects.as_slice(),
        [Effect::Callback { number, .. }] if number == "447700900777"
    ));
    assert_eq!(call.state().direction(), ivr::Direction::Outbound);
    assert_eq!(ivr::Direction::of_query(""), ivr::Direction::Inbound);
    assert_eq!(
        ivr::Direction::of_query("s=1&call=outbound"),
        ivr::Direction::Outbound
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn nobody_is_promised_a_call_that_cannot_be_made() {
    #[track_caller]
    fn check(exit: &str, from: &str, expected: &[&str], number: Option<&str>, degraded: usize) {
        let menu = format!(
            r#"{{ "start": "a", "nodes": {{
                "a": {{ "kind": "callback", "prompt": "We call you back.", {exit} "then": "bye" }},
                "bye": {{ "kind": "hangup", "prompt": "Bye." }},
                "no": {{ "kind": "hangup", "prompt": "Call again." }} }} }}"#
        );
        let house = House::new([("m", menu.as_str())]);
        let call = Call::from(&house, "m", &Caller { from, ..caller() });
        assert_eq!(call.heard(), expected, "{from:?}");
        let numbers: Vec<&str> = call
            .reply
            .effects
            .iter()
            .map(|effect| match effect {
                Effect::Callback { number, .. } => number.as_str(),
                Effect::Notify { .. } => "?",
            })
            .collect();
        assert_eq!(numbers, number.into_iter().collect::<Vec<_>>(), "{from:?}");
        assert_eq!(call.reply.degraded.len(), degraded, "{from:?}");
    }
    let promised = ["We call you back.", "Bye."];
    for exit in ["", r#""no_number": "no","#] {
        check(exit, "447700900001", &promised, Some("447700900001"), 0);
        check(exit, "+44 7700 900001", &promised, Some("447700900001"), 0);
    }
    for from in [
        "",
        "anonymous",
        "Unavailable",
        "Restricted",
        "+266696687",
        "266696687",
        "unknown",
        "123",
        "sip:bob4477009@example.com",
    ] {
        check("", from, &["Bye."], None, 1);
        check(r#""no_number": "no","#, from, &["Call again."], None, 0);
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_lookup_brings_what_its_pointers_name_or_fails() {
    #[track_caller]
    fn check(into: &str, answer: serde_json::Value, expected: &str) {
        let menu = format!(
            r#"{{ "start": "l", "nodes": {{
                "l": {{ "kind": "lookup", "url": "https://a.example.com/", "into": {into}, "then": "s", "failed": "no" }},
                "s": {{ "kind": "switch", "on": "lookup.n", "cases": [{{ "equals": 1.0, "then": "one" }}, {{ "in": ["x", 1e2, true, "gold"], "then": "in" }}], "otherwise": "say" }},
                "one": {{ "kind": "hangup", "prompt": "one" }},
                "in": {{ "kind": "hangup", "prompt": "in {{{{lookup.n | digits}}}}" }},
                "say": {{ "kind": "hangup", "prompt": "{{{{lookup.n}}}}" }},
                "no": {{ "kind": "hangup", "prompt": "failed" }} }} }}"#
        );
        let mut house = House::new([("m", menu.as_str())]);
        house.lookup = |_| LookupAnswer::Failed;
        let (step, _) = {
            let mut facts = ivr::Facts::new();
            facts.add_lookup(
                0,
                LookupAnswer::Answer {
                    status: 200,
                    body: answer.clone(),
                },
            );
            (
                ivr::answer(&house.context(), &house.menus["m"], &caller(), &facts),
                (),
            )
        };
        let Step::Reply(reply) = step else {
            panic!("{step:?}")
        };
        let heard = Call {
            house: &house,
            reply,
        }
        .heard()
        .join(" ");
        let heard = heard
            .trim_start_matches("<speak>")
            .trim_end_matches("</speak>");
        assert_eq!(heard, expected, "{into} {answer}");
    }
    let part = r#"{ "n": "/a/n" }"#;
    // Nothing, in all its forms.
    for nothing in [
        json!(null),
        json!({}),
        json!({ "a": {} }),
        json!({ "a": { "n": null } }),
        json!([]),
        json!("text"),
        json!({ "a": { "n": [1] } }),
        json!({ "a": { "n": { "m": 1 } } }),
    ] {
        check(part, nothing, "failed");
    }
    check(
        r#"{ "n": "/a/n", "other": "/b" }"#,
        json!({ "a": { "n": 2 } }),
        "failed",
    );
    check(part, json!({ "a": { "n": "" } }), "");
    check(r#""n""#, json!(null), "failed");
    check(r#""n""#, json!({ "a": 1 }), "failed");
    check(r#""n""#, json!("words"), "words");
    // A number is a number however it is written.
    let number =
        |text: &str| serde_json::from_str(&format!(r#"{{ "a": {{ "n": {text} }} }}"#)).unwrap();
    check(part, number("1"), "one");
    check(part, number("1.0"), "one");
    check(part, number("1e0"), "one");
    check(
        part,
        number("1e2"),
        "in <say-as interpret-as=\"digits\">100</say-as>",
    );
    check(
        part,
        number("100.0"),
        "in <say-as interpret-as=\"digits\">100</say-as>",
    );
    check(part, number("447700900500.0"), "447700900500");
    check(part, number("12.50"), "12.5");
    check(part, number("-0.0"), "0");
    check(part, number("12345678901234567890"), "12345678901234567890");
    // Words are words whatever their case.
    check(part, json!({ "a": { "n": "Gold." } }), "in Gold.");
    check(part, json!({ "a": { "n": true } }), "in true");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_number_that_a_lookup_writes_with_a_point_is_dialled_right() {
    let menu = r#"{ "start": "l", "nodes": {
        "l": { "kind": "lookup", "url": "https://a.example.com/", "into": "n", "then": "d", "failed": "op" },
        "d": { "kind": "connect", "to": "{{lookup.n}}", "otherwise": "@hangup" },
        "op": { "kind": "hangup", "prompt": "failed" } } }"#;
    for body in [
        json!(447_700_900_500.0),
        json!(447_700_900_500_u64),
        json!("447700900500.0"),
        json!("+44 7700 900500"),
    ] {
        let house = House::new([("m", menu)]);
        let mut facts = ivr::Facts::new();
        facts.add_lookup(0, LookupAnswer::Answer { status: 200, body });
        let step = ivr::answer(&house.context(), &house.menus["m"], &caller(), &facts);
        let Step::Reply(reply) = step else {
            panic!("{step:?}")
        };
        assert_eq!(
            Call {
                house: &house,
                reply
            }
            .heard(),
            ["connect 447700900500"]
        );
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_lookup_asks_only_for_what_the_menu_says_and_can_be_told_from_another() {
    const MENU: &str = r#"{ "start": "a", "nodes": {
        "a": { "kind": "collect", "prompt": "?", "into": "x", "speech": true, "then": "l" },
        "l": { "kind": "lookup", "url": "https://a.example.com/v1/customers/{{var.x}}/orders", "method": "METHOD", "then": "m", "failed": "no" },
        "m": { "kind": "lookup", "url": "https://a.example.com/", "method": "METHOD", "then": "a", "failed": "no" },
        "no": { "kind": "hangup", "prompt": "failed" } } }"#;
    fn asked(
        method: &str,
        conversation: &'static str,
        entries: &[&str],
    ) -> Vec<ivr::LookupRequest> {
        let mut house = House::new([("m", MENU.replace("METHOD", method).as_str())]);
        house.lookup = |_| LookupAnswer::Answer {
            status: 200,
            body: json!({}),
        };
        let mut state = house
            .answer(
                "m",
                &Caller {
                    conversation,
                    ..caller()
                },
            )
            .state;
        let mut requests = Vec::new();
        for entry in entries {
            let speech = [ivr::SpeechResult {
                text: (*entry).to_owned(),
                confidence: 0.9,
            }];
            let event = Event::Input {
                digits: None,
                timed_out: false,
                speech: &speech,
                speech_timeout: None,
            };
            // Twice, as the platform may deliver it.
            for _ in 0..2 {
                let (step, needs) =
                    house.satisfy(|facts| ivr::step(&house.context(), &state, &event, facts));
                requests.extend(needs.into_iter().filter_map(|need| match need {
                    Need::Lookup(request) => Some(request),
                    _ => None,
                }));
                if requests.len() % 4 == 0
                    && let Step::Reply(reply) = step
                {
                    state = reply.state;
                }
            }
        }
        requests
    }
    assert_eq!(asked("POST", CONVERSATION, &[".."]), []);
    assert_eq!(asked("POST", CONVERSATION, &["."]), []);
    let requests = asked("POST", CONVERSATION, &["ann", "ann"]);
    let keys: Vec<&str> = requests
        .iter()
        .map(|request| request.idempotency_key.as_deref().unwrap())
        .collect();
    let [one, two, one_again, two_again, later, ..] = keys.as_slice() else {
        panic!("{keys:?}")
    };
    assert_eq!((one, two), (one_again, two_again));
    assert_ne!(one, two);
    assert_ne!(one, later);
    let elsewhere = asked("POST", "CON-2", &["ann"]);
    assert_ne!(elsewhere[0].idempotency_key.as_deref(), Some(*one));
    assert!(
        asked("GET", CONVERSATION, &["ann"])
            .iter()
            .all(|request| request.idempotency_key.is_none())
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn every_url_of_ours_is_told_to_be_posted_to() {
    let house = House::new([(
        "m",
        r#"{ "start": "a", "nodes": {
            "a": { "kind": "menu", "prompt": "?", "choices": { "1": "c", "2": "v", "3": "r", "4": "w" } },
            "c": { "kind": "connect", "to": "447700900100", "otherwise": "@hangup", "then": "v" },
            "v": { "kind": "voicemail", "transcribe": {}, "then": "w" },
            "r": { "kind": "record", "transcribe": {}, "then": "f" },
            "f": { "kind": "conference", "name": "r", "record": true },
            "w": { "kind": "wait", "seconds": 1, "then": "a" } } }"#,
    )]);
    fn check(value: &serde_json::Value) -> usize {
        match value {
            serde_json::Value::Array(items) => items.iter().map(check).sum(),
            serde_json::Value::Object(members) => {
                let own = usize::from(members.contains_key("eventUrl"));
                if own == 1 {
                    assert_eq!(members.get("eventMethod"), Some(&json!("POST")), "{value}");
                }
                own + members.values().map(check).sum::<usize>()
            }
            _ => 0,
        }
    }
    for (key, urls) in [("1", 2), ("2", 3), ("3", 3), ("4", 1)] {
        let mut call = Call::to(&house, "m");
        call.keys(key);
        let ncco: serde_json::Value = serde_json::from_str(&call.reply.ncco).unwrap();
        assert_eq!(check(&ncco), urls, "{ncco}");
    }
}
