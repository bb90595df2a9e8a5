//! The exports in a browser: each once, and with what nobody should give them.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use super::*;

wasm_bindgen_test_configure!(run_in_browser);

const NOW: &str = "2026-01-14T10:00:00Z";

fn calls() -> Calls {
    let mut calls = Calls::new();
    calls.put("acme.json", include_str!("../../../menus/acme.json"));
    calls.put(
        "acme.test.json",
        include_str!("../../../menus/acme.test.json"),
    );
    calls.put(
        "office.calendar.json",
        include_str!("../../../menus/office.calendar.json"),
    );
    calls
}

fn get(value: &JsValue, path: &[&str]) -> JsValue {
    path.iter().fold(value.clone(), |value, name| {
        js_sys::Reflect::get(&value, &JsValue::from_str(name)).unwrap()
    })
}

fn text(value: &JsValue, path: &[&str]) -> String {
    get(value, path).as_string().unwrap()
}

#[wasm_bindgen_test]
fn a_call_waits_for_its_caller_and_goes_on() {
    let calls = calls();
    let played = calls.play("acme", "{}", "[]", NOW, "a").unwrap();
    let played = played.js_value();
    assert_eq!(text(&played, &["node"]), "main");
    assert_eq!(text(&played, &["asks", "kind"]), "input");
    assert_eq!(text(&played, &["asks", "choices", "0", "label"]), "sales");
    let steps = r#"[{ "press": "2" }, { "press": "2" }]"#;
    let played = calls.play("acme", "{}", steps, NOW, "a").unwrap();
    assert_eq!(text(&played.js_value(), &["asks", "kind"]), "connect");
}

#[wasm_bindgen_test]
fn call_scripts_are_played_against_the_text_of_now() {
    let mut calls = calls();
    let run = calls.scripts("acme").unwrap().js_value();
    assert!(get(&run, &["cases", "length"]).as_f64().unwrap() > 5.0);
    assert!(get(&run, &["cases", "0", "wrong"]).is_undefined());

    let changed = include_str!("../../../menus/acme.json").replace("Welcome to ACME", "Hello");
    calls.put("acme.json", &changed);
    let run = calls.scripts("acme").unwrap().js_value();
    assert!(text(&run, &["cases", "0", "wrong"]).contains("Hello"));
}

#[wasm_bindgen_test]
fn what_makes_no_sense_is_refused_in_words_and_breaks_nothing() {
    let mut calls = calls();
    for _ in 0..3 {
        assert!(calls.play("acme", "{", "[]", NOW, "a").is_err());
        assert!(calls.play("acme", "{}", "[]", "yesterday", "a").is_err());
        assert!(calls.play("nobody", "{}", "[]", NOW, "a").is_err());
        assert!(calls.scripts("nobody").is_err());
    }
    calls.put("acme.json", "{");
    assert!(calls.play("acme", "{}", "[]", NOW, "a").is_err());
    calls.put("acme.json", include_str!("../../../menus/acme.json"));
    assert!(calls.play("acme", "{}", "[]", NOW, "a").is_ok());
}
