//! `DIAL_ALLOW` and `SIP_ALLOW`: what the Worker does not call, whoever wants it to.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::time::Duration;

use e2e::Worker;
use phone::{Call, CallSetup, Script, Transfer};
use serde_json::{Value, json};

const NUMBER: &str = "442079460999";

/// At home, abroad with an exit for what fails, and abroad in a list with one for everything.
fn tolls() -> Value {
    json!({
        "start": "main",
        "voice": { "language": "en-GB" },
        "limits": { "steps": 20, "then": "bye" },
        "nodes": {
            "main": {
                "kind": "menu", "prompt": "Press 1 for home, 2 for abroad, or 3 for anybody.",
                "choices": { "1": "home", "2": "abroad", "3": "anybody" },
                "no_input": { "tries": 1, "then": "bye" }, "no_match": { "tries": 1, "then": "bye" }
            },
            "home": { "kind": "connect", "to": "447700900100", "otherwise": "bye" },
            "abroad": { "kind": "connect", "to": "33199000100", "failed": "broken", "otherwise": "bye" },
            "anybody": { "kind": "connect", "to": ["447700900101", "19005550100"], "otherwise": "message" },
            "broken": { "kind": "say", "prompt": "That line is out of order.", "then": "bye" },
            "message": { "kind": "voicemail", "prompt": "Please leave a message.", "then": "bye" },
            "bye": { "kind": "hangup", "prompt": "Goodbye." }
        }
    })
}

fn worker() -> Worker {
    Worker::builder().variable("DIAL_ALLOW", "44, +353").start()
}

#[test]
fn a_menu_that_would_dial_elsewhere_is_not_published() {
    let worker = worker();
    let refused = worker.api("PUT", "/api/menus/tolls", &tolls());
    assert_eq!(refused.status, 422, "{refused:?}");
    assert_eq!(refused.content_type, "application/problem+json");
    let problem = refused.json();
    assert!(
        problem["detail"].as_str().unwrap().contains("DIAL_ALLOW"),
        "{problem}"
    );
    let places: Vec<_> = problem["findings"].as_array().unwrap().iter().collect();
    let pointers: Vec<_> = places.iter().map(|found| &found["pointer"]).collect();
    assert_eq!(
        pointers,
        ["/nodes/abroad/to", "/nodes/anybody/to/1"],
        "{problem}"
    );
    assert_eq!(places[0]["file"], "tolls.json", "{problem}");
    assert!(
        places[1]["message"]
            .as_str()
            .unwrap()
            .contains("19005550100"),
        "{problem}"
    );
    assert_eq!(
        worker.api("GET", "/api/menus/tolls", &Value::Null).status,
        404
    );

    // Written by hand it is in the list of versions, and cannot be gone back to.
    worker.put("menu:tolls", &tolls().to_string());
    let mut home = tolls();
    home["nodes"]["abroad"]["to"] = "353870000100".into();
    home["nodes"]["anybody"]["to"] = json!(["447700900101", { "sip": "sip:anybody@example.com" }]);
    let published = worker.api("PUT", "/api/menus/tolls", &home);
    assert_eq!(published.status, 200, "{published:?}");
    let back = worker.api("POST", "/api/menus/tolls/rollback", &json!({}));
    assert_eq!(back.status, 422, "{back:?}");
    assert_eq!(back.json()["findings"][0]["pointer"], "/nodes/abroad/to");
    let current = worker.api("GET", "/api/menus/tolls", &Value::Null);
    assert_eq!(current.json(), home);
}

#[test]
fn a_call_is_not_put_through_elsewhere_whatever_its_menu_says() {
    let worker = worker();
    worker.put(&format!("number:{NUMBER}"), r#"{"menu":"tolls"}"#);
    worker.put("menu:tolls", &tolls().to_string());
    let call = |key: &str, transfer: Transfer| -> Call {
        let mut caller = Script::new()
            .press(key)
            .transfer(transfer)
            .leave_message(5.0);
        worker
            .phone()
            .call(&CallSetup::new("447700900001", NUMBER), &mut caller)
    };
    let home = call("1", Transfer::Answered(10.0));
    assert_eq!(home.dialled(), ["447700900100"], "{}", home.transcript());
    let abroad = call("2", Transfer::Answered(10.0));
    assert_eq!(abroad.dialled(), [""; 0], "{}", abroad.transcript());
    assert!(
        abroad.heard_words("out of order"),
        "{}",
        abroad.transcript()
    );
    assert!(abroad.heard_words("Goodbye"), "{}", abroad.transcript());
    // One after the other: the first may be dialled, and does not pick up.
    let anybody = call("3", Transfer::NoAnswer);
    assert_eq!(
        anybody.dialled(),
        ["447700900101"],
        "{}",
        anybody.transcript()
    );
    assert!(
        anybody.heard_words("leave a message"),
        "{}",
        anybody.transcript()
    );

    for (call, expected) in [(&home, 0), (&abroad, 1), (&anybody, 1)] {
        let events = worker.wait_for("the end of the call", Duration::from_secs(30), |worker| {
            let filter = format!("conversation={}", call.conversation);
            let events = worker.find("events", &filter);
            let has = |kind: &str| events.iter().filter(|event| event["type"] == kind).count();
            (has("vonage.voice.completed") > 0 && has("ivr.degraded") >= expected).then_some(events)
        });
        let refused: Vec<_> = events
            .iter()
            .filter(|event| event["type"] == "ivr.degraded")
            .collect();
        assert_eq!(refused.len(), expected, "{refused:?}");
        for event in refused {
            assert_eq!(event["data"]["cause"], "dial_refused", "{event}");
            assert_eq!(event["conversation"], call.conversation.as_str(), "{event}");
        }
    }
}

#[test]
fn an_operator_places_no_call_elsewhere_either() {
    let worker = worker();
    let place = |to: &str| worker.api("POST", "/api/calls", &json!({ "to": to, "menu": "acme" }));
    for to in ["33199000100", "+33199000100", "19005550100"] {
        let refused = place(to);
        assert_eq!(refused.status, 403, "{to}: {refused:?}");
        assert!(refused.body.contains("DIAL_ALLOW"), "{refused:?}");
    }
    // This one fails only at the settings for calls, which nobody made.
    assert_eq!(place("447700900100").status, 503);
}

#[test]
fn a_list_that_cannot_be_read_allows_nobody_and_says_so() {
    for list in ["+ 44", ",", ""] {
        let worker = Worker::builder().variable("DIAL_ALLOW", list).start();
        let mut menu = tolls();
        menu["nodes"]["home"]["to"] = "19005550100".into();
        menu["nodes"]["abroad"]["to"] = json!({ "sip": "sip:19005550100@gw.example" });
        menu["nodes"]["anybody"]["to"] = json!([{ "vbc": "19005550100" }]);
        let refused = worker.api("PUT", "/api/menus/tolls", &menu);
        assert_eq!(refused.status, 422, "{list:?}: {refused:?}");
        let problem = refused.json();
        let pointers: Vec<_> = problem["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|found| found["pointer"].as_str().unwrap())
            .collect();
        assert_eq!(
            pointers,
            [
                "/nodes/abroad/to/sip",
                "/nodes/anybody/to/0/vbc",
                "/nodes/home/to"
            ],
            "{list:?}"
        );
        let call = json!({ "to": "19005550100", "menu": "acme" });
        assert_eq!(
            worker.api("POST", "/api/calls", &call).status,
            403,
            "{list:?}"
        );
        let health = worker.request("GET", "/healthz", &[], b"").json();
        assert_eq!(health["problems"][0]["setting"], "DIAL_ALLOW", "{health}");
        let log = worker.log();
        assert!(log.contains("dial_allow_malformed"), "{list:?}: {log}");
    }
}

#[test]
fn a_sip_address_and_what_is_excluded_fall_under_the_rules_too() {
    let worker = Worker::builder()
        .variable("DIAL_ALLOW", "44, !449")
        .variable("SIP_ALLOW", "pbx.example")
        .start();
    let check = |to: Value, expected: u16| {
        let mut menu = tolls();
        for node in ["home", "abroad", "anybody"] {
            menu["nodes"][node]["to"] = to.clone();
        }
        let reply = worker.api("PUT", "/api/menus/tolls", &menu);
        let status = if reply.status == 201 {
            200
        } else {
            reply.status
        };
        assert_eq!(status, expected, "{to}: {reply:?}");
    };
    check(json!("449098790000"), 422);
    check(json!("447700900100"), 200);
    check(json!({ "sip": "sip:alice@gw.example" }), 422);
    check(json!({ "sip": "sip:alice@pbx.example" }), 200);
    let health = worker.request("GET", "/healthz", &[], b"").json();
    assert_eq!(health["lists"], json!({ "DIAL_ALLOW": 2, "SIP_ALLOW": 1 }));
    assert_eq!(health["problems"], json!([]));
}
