//! `ivr vonage apply` against a server that speaks Vonage's Application, Numbers and Account APIs.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing
)]

mod support;

use serde_json::{Map, Value, json};
use support::{Folder, KEY, SECRET, Vonage, VonageState, check, run};

const URL: &str = "https://ivr.example.com";

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn state() -> VonageState {
    VonageState {
        applications: [("app-1".to_owned(), json!({
            "id": "app-1", "name": "Phones", "keys": { "public_key": "PEM" }, "_links": {},
            "capabilities": {
                "rtc": { "webhooks": { "event_url": { "address": "https://rtc.example.com", "http_method": "POST" } } },
                "voice": { "signed_callbacks": false, "region": "eu-west",
                    "webhooks": { "answer_url": { "address": "https://old.example.com", "http_method": "GET" } } }
            }
        }))]
        .into(),
        numbers: vec![
            object(json!({ "country": "GB", "msisdn": "442079460000", "type": "landline",
                "features": ["VOICE"], "moHttpUrl": "https://sms.example.com/in" })),
            object(json!({ "country": "GB", "msisdn": "447700900001", "features": ["SMS", "VOICE"],
                "voiceCallbackType": "tel", "voiceCallbackValue": "447700900100" })),
            object(json!({ "country": "US", "msisdn": "12125550100", "features": ["VOICE"], "app_id": "app-1" })),
        ],
        account: object(json!({ "mo-callback-url": "https://sms.example.com/in" })),
        answering: ["https://sms.example.com/in".to_owned()]
            .into_iter()
            .chain(["inbound", "receipt"].map(|route| format!("{URL}/webhooks/sms/{route}")))
            .collect(),
        ..VonageState::default()
    }
}

/// `ivr vonage apply` with what every run needs.
fn apply<'a>(vonage: &'a Vonage, more: &[&'a str]) -> Vec<&'a str> {
    let base = [
        "vonage",
        "apply",
        "--application",
        "app-1",
        "--url",
        URL,
        "--api",
        &vonage.server.url,
        "--api-key",
        KEY,
        "--api-secret",
        SECRET,
    ];
    [&base[..], more].concat()
}

#[test]
fn an_application_is_shown_asked_about_set_and_read_back() {
    let vonage = Vonage::start(state());
    let shown = check(
        &apply(&vonage, &["--dry-run"]),
        1,
        &[
            "application app-1",
            "- GET https://old.example.com",
            "+ POST https://ivr.example.com/webhooks/answer, connect 1000 ms, socket 5000 ms",
            "/capabilities/voice/signed_callbacks",
        ],
    );
    assert!(!shown.contains("rtc"), "{shown}");
    check(&apply(&vonage, &[]), 2, &["nobody is here to be asked"]);
    assert!(vonage.server.changes().is_empty());
    check(
        &apply(&vonage, &["--yes"]),
        0,
        &["done: 1 part set and read back"],
    );
    {
        let state = vonage.state.lock().unwrap();
        let application = &state.applications["app-1"];
        let voice = &application["capabilities"]["voice"];
        assert_eq!(
            voice["webhooks"]["event_url"],
            json!({ "address": "https://ivr.example.com/webhooks/event", "http_method": "POST",
                "connect_timeout": 1000, "socket_timeout": 10000 })
        );
        assert_eq!(voice["signed_callbacks"], json!(true));
        // What it was not asked to set stays.
        assert_eq!(voice["region"], json!("eu-west"));
        assert_eq!(application["keys"]["public_key"], json!("PEM"));
        assert_eq!(
            application["capabilities"]["rtc"]["webhooks"]["event_url"]["address"],
            json!("https://rtc.example.com")
        );
    }
    check(&apply(&vonage, &["--yes"]), 0, &["set up already"]);
    check(
        &apply(&vonage, &["--dry-run", "--json"]),
        0,
        &["\"changes\": []"],
    );
}

#[test]
fn the_other_capabilities_are_set_when_asked_for() {
    let vonage = Vonage::start(state());
    let all = [
        "--yes",
        "--rtc",
        "--messages",
        "--verify",
        "--fallback",
        "https://spare.example.com",
    ];
    check(
        &apply(&vonage, &all),
        0,
        &["webhooks/rtc", "webhooks/messages/status"],
    );
    let state = vonage.state.lock().unwrap();
    let capabilities = &state.applications["app-1"]["capabilities"];
    let address = |pointer: &str| capabilities.pointer(pointer).unwrap()["address"].clone();
    for (pointer, expected) in [
        (
            "/voice/webhooks/fallback_answer_url",
            "https://spare.example.com/webhooks/fallback",
        ),
        (
            "/rtc/webhooks/event_url",
            "https://ivr.example.com/webhooks/rtc",
        ),
        (
            "/messages/webhooks/inbound_url",
            "https://ivr.example.com/webhooks/messages/inbound",
        ),
        (
            "/messages/webhooks/status_url",
            "https://ivr.example.com/webhooks/messages/status",
        ),
        (
            "/verify/webhooks/status_url",
            "https://ivr.example.com/webhooks/verify",
        ),
    ] {
        assert_eq!(address(pointer), json!(expected));
    }
    assert_eq!(capabilities["rtc"]["signed_callbacks"], json!(true));
    assert_eq!(capabilities["messages"]["version"], json!("v1"));
    assert_eq!(capabilities["verify"]["version"], json!("v2"));
}

#[test]
fn an_answer_url_that_names_a_menu_keeps_it() {
    let vonage = Vonage::start(state());
    let address = || {
        let state = vonage.state.lock().unwrap();
        state.applications["app-1"]["capabilities"]["voice"]["webhooks"]["answer_url"]["address"]
            .clone()
    };
    check(
        &apply(&vonage, &["--yes", "--menu", "clinic"]),
        0,
        &["answer/clinic"],
    );
    check(&apply(&vonage, &["--yes"]), 0, &["set up already"]);
    assert_eq!(
        address(),
        json!("https://ivr.example.com/webhooks/answer/clinic")
    );
    check(
        &apply(&vonage, &["--yes", "--menu", "hotel"]),
        0,
        &["answer/hotel"],
    );
    assert_eq!(
        address(),
        json!("https://ivr.example.com/webhooks/answer/hotel")
    );
    check(&apply(&vonage, &["--menu", "../x"]), 2, &["no menu's id"]);
}

#[test]
fn numbers_are_linked_and_keep_what_is_not_ours() {
    let vonage = Vonage::start(VonageState { page: 2, ..state() });
    let folder = Folder::empty("vonage-numbers");
    let file = folder.write(
        "numbers.json",
        r#"{ "$schema": "menu.schema.json", "default": { "menu": "main" },
             "447700900001": { "menu": "main" }, "12125550100": { "menu": "main" } }"#,
    );
    let shown = check(
        &apply(
            &vonage,
            &[
                "--yes",
                "--number",
                "+44 20 7946 0000",
                "--numbers-in",
                &file,
            ],
        ),
        0,
        &[
            "number 442079460000",
            "- tel 447700900100",
            "is cleared by this",
            "done: 3 parts set and read back",
        ],
    );
    // It was linked before.
    assert!(!shown.contains("number 12125550100"), "{shown}");
    let linked = vonage.number("442079460000");
    assert_eq!(linked["app_id"], json!("app-1"));
    assert_eq!(linked["moHttpUrl"], json!("https://sms.example.com/in"));
    let forwarded = vonage.number("447700900001");
    assert_eq!(forwarded["app_id"], json!("app-1"));
    assert!(
        !forwarded.contains_key("voiceCallbackType"),
        "{forwarded:?}"
    );
    check(
        &apply(&vonage, &["--yes", "--number", "442079460000,447700900001"]),
        0,
        &["set up already"],
    );
}

#[test]
fn the_urls_of_a_number_are_set_when_asked_for() {
    let vonage = Vonage::start(state());
    let asked = apply(
        &vonage,
        &[
            "--yes",
            "--number",
            "442079460000",
            "--number-sms",
            "--number-status",
        ],
    );
    check(
        &asked,
        0,
        &[
            "moHttpUrl",
            "voiceStatusCallback",
            "Vonage does not tell how it is now",
        ],
    );
    let number = vonage.number("442079460000");
    assert_eq!(
        number["moHttpUrl"],
        json!("https://ivr.example.com/webhooks/sms/inbound")
    );
    assert_eq!(
        number["voiceStatusCallback"],
        json!("https://ivr.example.com/webhooks/event")
    );
    // What is not told differs every time, and is said so.
    let output = run(&apply(
        &vonage,
        &[
            "--dry-run",
            "--json",
            "--number",
            "442079460000",
            "--number-status",
        ],
    ));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["changes"].as_array().unwrap().len(), 1);
    assert_eq!(report["changes"][0]["told"], json!(false));
    check(
        &apply(&vonage, &["--number-sms"]),
        2,
        &["of which numbers?"],
    );
}

#[test]
fn the_accounts_sms_urls_are_set_when_asked_for() {
    let vonage = Vonage::start(state());
    check(
        &apply(&vonage, &["--yes", "--account-sms"]),
        0,
        &[
            "account\n",
            "moCallBackUrl",
            "- https://sms.example.com/in",
            "drCallBackUrl",
        ],
    );
    {
        let state = vonage.state.lock().unwrap();
        assert_eq!(
            Value::Object(state.account.clone()),
            json!({ "mo-callback-url": "https://ivr.example.com/webhooks/sms/inbound",
                "dr-callback-url": "https://ivr.example.com/webhooks/sms/receipt" })
        );
    }
    check(
        &apply(&vonage, &["--yes", "--account-sms"]),
        0,
        &["set up already"],
    );
}

#[test]
fn refusals_say_what_was_refused_and_what_is_set_by_now() {
    // SMS URLs are asked before they are stored.
    let vonage = Vonage::start(VonageState {
        answering: Vec::new(),
        ..state()
    });
    check(
        &apply(
            &vonage,
            &["--yes", "--number", "447700900001", "--number-sms"],
        ),
        1,
        &[
            "Vonage refuses number 447700900001 (420): method failed (420)",
            "by GET, and wants 200",
            "set before that: application app-1",
        ],
    );
    check(
        &apply(&vonage, &["--yes", "--account-sms"]),
        1,
        &["Vonage refuses account (400): Invalid URL", "you sent …"],
    );
    // A number of another account stops everything before anything is set.
    let vonage = Vonage::start(state());
    check(
        &apply(&vonage, &["--yes", "--number", "447700900999"]),
        1,
        &[
            "the account has no number 447700900999",
            "nothing was changed",
        ],
    );
    assert!(vonage.server.changes().is_empty());
    check(
        &apply(&vonage, &["--number", "07700900999"]),
        2,
        &["no telephone number"],
    );
    // What is no application of Vonage's any more.
    let mut nameless = state();
    nameless
        .applications
        .get_mut("app-1")
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove("name");
    let vonage = Vonage::start(nameless);
    check(
        &apply(&vonage, &["--yes"]),
        1,
        &[
            "Bad Request; The request failed due to validation errors; name: must be present",
            "nothing was changed",
        ],
    );
}

#[test]
fn a_change_that_is_taken_and_not_made_is_told() {
    let vonage = Vonage::start(VonageState {
        is_deaf: true,
        ..state()
    });
    check(
        &apply(&vonage, &["--yes"]),
        1,
        &[
            "Vonage took the change, but /capabilities/voice/webhooks/answer_url of application app-1 is still GET https://old.example.com",
        ],
    );
}

#[test]
fn who_may_not_or_must_wait_is_told() {
    let vonage = Vonage::start(state());
    let with = |key: &str, secret: &str, application: &str| {
        check(
            &[
                "vonage",
                "apply",
                "--application",
                application,
                "--url",
                URL,
                "--api",
                &vonage.server.url,
                "--api-key",
                key,
                "--api-secret",
                secret,
                "--yes",
            ],
            if application == "app-1" { 3 } else { 1 },
            &[if application == "app-1" {
                "does not let us in"
            } else {
                "does not know application app-2"
            }],
        );
    };
    with(KEY, "wrong", "app-1");
    with(KEY, SECRET, "app-2");
    check(
        &["vonage", "apply", "--application", "app-1", "--url", URL],
        2,
        &["whose account", "VONAGE_API_SECRET"],
    );
    // A few requests too many are sent again; a flood is not.
    let vonage = Vonage::start(VonageState {
        throttled: 3,
        ..state()
    });
    check(&apply(&vonage, &["--dry-run"]), 1, &["application app-1"]);
    let vonage = Vonage::start(VonageState {
        throttled: 100,
        ..state()
    });
    check(
        &apply(&vonage, &["--dry-run"]),
        3,
        &["cannot do it now (429)"],
    );
    let nobody = [
        "vonage",
        "apply",
        "--application",
        "a",
        "--url",
        URL,
        "--api",
        "http://127.0.0.1:9",
        "--api-key",
        KEY,
        "--api-secret",
        SECRET,
    ];
    check(&nobody, 3, &["127.0.0.1:9"]);
    check(
        &[
            "vonage",
            "apply",
            "--application",
            "a",
            "--url",
            "ivr.example.com",
            "--api-key",
            KEY,
            "--api-secret",
            SECRET,
        ],
        2,
        &["is not a URL"],
    );
}
