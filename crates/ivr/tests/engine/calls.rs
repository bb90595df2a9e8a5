//! Who is on the line, and how the platform is told to call us.

use crate::common::{Call, House, caller};
use ivr::{Caller, ConnectOutcome, Effect, Event, Step};
use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

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
