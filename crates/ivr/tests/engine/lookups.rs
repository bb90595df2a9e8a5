//! Look-ups: what they ask, and what they bring.

use crate::common::{CONVERSATION, Call, House, caller};
use ivr::{Caller, Event, LookupAnswer, Need, Step};
use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

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
