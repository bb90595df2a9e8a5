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

mod choices;
mod entries;
mod routes;

use choices::ACME;
use common::{CONVERSATION, Call, House, caller, compile};
use ivr::{Caller, Compiled, ConnectOutcome, Effect, Event, LookupAnswer, Need, Step};
use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

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
    assert_eq!(reply.degraded[0].cause, ivr::Shortfall::VersionMissing);
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
