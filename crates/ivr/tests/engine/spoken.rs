//! What callers say instead of pressing keys.

use crate::common::{Call, House};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

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
