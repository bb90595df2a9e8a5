//! Choices: keys, words, silence and failures.

use super::*;

pub(super) const ACME: &str = r#"{
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
