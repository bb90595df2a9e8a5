//! The exports in a browser: each once, and with what nobody should give them.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use super::*;

wasm_bindgen_test_configure!(run_in_browser);

const ACME: &str = include_str!("../../../menus/acme.json");
const OFFICE: &str = include_str!("../../../menus/office.calendar.json");
const SCHEMA: &str = include_str!("../../../menus/menu.schema.json");

fn get(value: &JsValue, path: &[&str]) -> JsValue {
    path.iter().fold(value.clone(), |value, name| {
        js_sys::Reflect::get(&value, &JsValue::from_str(name)).unwrap()
    })
}

fn number(value: &JsValue, path: &[&str]) -> f64 {
    get(value, path).as_f64().unwrap()
}

fn text(value: &JsValue, path: &[&str]) -> String {
    get(value, path).as_string().unwrap()
}

fn folder() -> Folder {
    let files = js_sys::JSON::parse(
        &serde_json::json!({ "files": [
            { "name": "acme.json", "text": ACME },
            { "name": "office.calendar.json", "text": OFFICE },
        ] })
        .to_string(),
    )
    .unwrap();
    Folder::new(Ts::new_unchecked(files)).unwrap()
}

#[wasm_bindgen_test]
fn a_number_is_read_as_people_write_it() {
    assert_eq!(number_of("+44 7700 900-321").unwrap(), "447700900321");
    assert_eq!(number_of("07700 900321"), None);
    assert_eq!(number_of("call bob"), None);
}

#[wasm_bindgen_test]
fn a_folder_checks_and_draws() {
    let mut folder = folder();
    let found = folder.check().unwrap().js_value();
    assert_eq!(number(&found, &["all", "length"]), 0.0);
    let picture = folder.picture("acme").unwrap().js_value();
    assert_eq!(text(&picture, &["start"]), "main");
    // Its ten nodes, the keys of every choice, and where `*` leads.
    assert_eq!(number(&picture, &["cards", "length"]), 12.0);

    folder.put(
        "acme.json",
        &ACME.replace("\"then\": \"thanks\"", "\"then\": \"thank\""),
    );
    let found = folder.check().unwrap().js_value();
    assert_eq!(text(&found, &["all", "0", "code"]), "unknown-node");
}

#[wasm_bindgen_test]
fn texts_are_changed_compared_and_completed() {
    use_schema(SCHEMA).unwrap();
    let changed = set_at(ACME, "/nodes/sales/ring", "30").unwrap();
    assert_ne!(version(&changed), version(ACME));
    let told = changes("acme.json", ACME, &changed).unwrap().js_value();
    assert_eq!(number(&told, &["all", "length"]), 1.0);
    assert!(!remove_at(ACME, "/limits").unwrap().contains("limits"));
    assert!(
        rename_at(ACME, "/nodes/main/choices/1", "7")
            .unwrap()
            .contains("\"7\"")
    );
    assert!(
        rename_node(ACME, "operator", "desk")
            .unwrap()
            .contains("\"0\": \"desk\"")
    );
    let names = js_sys::JSON::parse(r#"{ "menus": [], "calendars": [], "lists": [] }"#).unwrap();
    let found = complete("acme.json", "{ \"é\": 1, \"", 11, Ts::new_unchecked(names))
        .unwrap()
        .unwrap();
    assert_eq!(number(&found.js_value(), &["from"]), 10.0);
    let said = hover("acme.json", "{ \"start\": \"a\" }", 4)
        .unwrap()
        .unwrap()
        .js_value();
    assert!(text(&said, &["text"]).contains("begins"));
    assert_eq!(place_of("{ \"é\": [1] }", "/é/0"), 8);
}

#[wasm_bindgen_test]
fn changes_made_apart_are_brought_together() {
    let mine = set_at(ACME, "/nodes/sales/ring", "30").unwrap();
    let theirs = set_at(ACME, "/nodes/sales/ring", "40").unwrap();
    let theirs = set_at(&theirs, "/title", "\"ACME again\"").unwrap();
    let found = merge("acme.json", ACME, &mine, &theirs).unwrap().js_value();
    assert_eq!(text(&found, &["text"]), theirs);
    assert_eq!(number(&found, &["collisions", "length"]), 1.0);
    assert_eq!(
        text(&found, &["collisions", "0", "pointer"]),
        "/nodes/sales/ring"
    );
    let taken = take_mine(&theirs, "/nodes/sales/ring", Some("30".to_owned())).unwrap();
    assert!(taken.contains("ACME again") && taken.contains("\"ring\": 30"));
    assert!(merge("acme.json", "{", &mine, &theirs).is_err());
    assert!(take_mine(&theirs, "/nowhere/at/all", None).is_err());
}

#[wasm_bindgen_test]
fn calendars_say_how_they_stand() {
    let now = "2026-01-14T10:00:00Z";
    assert!(text(&outlook(OFFICE, now).unwrap().js_value(), &["says"]).starts_with("Open until"));
    assert_eq!(fortnight(OFFICE, now).unwrap().len(), 14);
}

#[wasm_bindgen_test]
fn what_makes_no_sense_is_refused_in_words_and_breaks_nothing() {
    let folder = folder();
    for _ in 0..3 {
        assert!(Folder::new(Ts::new_unchecked(JsValue::from_str("no"))).is_err());
        assert!(folder.picture("nobody").is_err());
        assert!(set_at("{", "/a", "1").is_err());
        assert!(remove_at("{}", "/a").is_err());
        assert!(changes("acme.json", "{", ACME).is_err());
        assert!(explain("no-such-code").is_err());
        assert!(outlook("{}", "2026-01-14T10:00:00Z").is_err());
        assert!(version("{").is_none());
    }
    assert!(explain("trap").is_ok());
    assert!(folder.picture("acme").is_ok());
}
