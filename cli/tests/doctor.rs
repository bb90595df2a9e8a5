//! `ivr doctor` against a Worker and a Vonage on this machine.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use support::{Answer, Asked, Folder, KEY, SECRET, Server, Vonage, VonageState, run, said};
use vonage::Delivery;
use vonage::jwt::Verifier;

const SIGNATURE: &str = "the signature secret of the account";
const TOKEN: &str = "the-admin-token-of-this-worker-0001";
const MENU: &str =
    r#"{ "start": "bye", "nodes": { "bye": { "kind": "hangup", "prompt": "Goodbye." } } }"#;
const NUMBERS: &str = r#"{ "442079460000": { "menu": "main" } }"#;

/// What the Worker of a test does.
#[derive(Clone)]
struct Worker {
    health: Value,
    /// Seconds its clock is ahead.
    ahead: i64,
    /// `None` verifies, as it should.
    answers_everybody: bool,
    ncco: String,
    delay: Duration,
    event_status: u16,
    /// Documents in force, by path.
    documents: BTreeMap<String, String>,
}

impl Worker {
    fn well() -> Self {
        Self {
            health: json!({
                "version": env!("CARGO_PKG_VERSION"),
                "bound": { "MENUS": true, "EVENTS": true },
                "configured": { "VONAGE_SIGNATURE_SECRET": true, "STATE_KEY": true, "ADMIN_TOKEN": true },
                "required": ["VONAGE_SIGNATURE_SECRET", "STATE_KEY", "ADMIN_TOKEN"],
                "lists": { "DIAL_ALLOW": 2, "SIP_ALLOW": null },
                "problems": [],
            }),
            ahead: 0,
            answers_everybody: false,
            ncco: r#"[{"action":"talk","text":"Goodbye."}]"#.to_owned(),
            delay: Duration::ZERO,
            event_status: 200,
            documents: [
                ("/api/menus/main", MENU),
                ("/api/numbers/442079460000", r#"{ "menu": "main" }"#),
                ("/api/menus", r#"{ "menus": [{ "id": "main" }] }"#),
                ("/api/calendars", r#"{ "calendars": [] }"#),
                ("/api/lists", r#"{ "lists": [] }"#),
            ]
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
            .into(),
        }
    }

    fn start(self) -> Server {
        Server::start(move |asked| Some(self.answer(asked)))
    }

    fn answer(&self, asked: &Asked) -> Answer {
        let path = asked.path.as_str();
        if let Some(route) = path.strip_prefix("/webhooks/") {
            return self.webhook(asked, route);
        }
        if path == "/healthz" {
            let date = Timestamp::now() + jiff::SignedDuration::from_secs(self.ahead);
            let date = jiff::fmt::rfc2822::DateTimePrinter::new()
                .timestamp_to_rfc9110_string(&date)
                .unwrap();
            return Answer::json(200, &self.health).with("date", date);
        }
        if asked.headers.get("authorization") != Some(&format!("Bearer {TOKEN}")) {
            return Answer::json(401, "{}");
        }
        match self.documents.get(path) {
            Some(text) => Answer::json(200, text),
            None => Answer::json(404, "{}"),
        }
    }

    fn webhook(&self, asked: &Asked, route: &str) -> Answer {
        let authorization = asked.headers.get("authorization").map(String::as_str);
        let delivery = Delivery::json(asked.body.as_bytes());
        let now = Timestamp::now().as_second() + self.ahead;
        let verified = Verifier::new(SIGNATURE, None).verify(authorization, &delivery, now);
        if verified.is_err() && !self.answers_everybody {
            let problem = json!({ "status": 401, "title": "The token is not good" });
            return Answer::json(401, problem);
        }
        match route {
            "answer" => {
                std::thread::sleep(self.delay);
                Answer::json(200, &self.ncco)
            }
            "event" => Answer::json(self.event_status, ""),
            "fallback" => Answer::json(200, r#"[{"action":"talk","text":"Sorry."}]"#),
            _ => Answer::json(404, ""),
        }
    }
}

/// A Vonage where everything is as it should be for the Worker at `url`.
fn platform(url: &str) -> VonageState {
    let webhook = |route: &str| json!({ "address": format!("{url}/webhooks/{route}"), "http_method": "POST" });
    let voice = json!({ "signed_callbacks": true, "webhooks": {
        "answer_url": webhook("answer"), "event_url": webhook("event"),
        "fallback_answer_url": { "address": "https://spare.example.com/webhooks/fallback", "http_method": "POST" } } });
    VonageState {
        applications: [(
            "app-1".to_owned(),
            json!({ "id": "app-1", "name": "Phones", "capabilities": { "voice": voice } }),
        )]
        .into(),
        numbers: vec![number("442079460000", json!({ "app_id": "app-1" }))],
        ..VonageState::default()
    }
}

fn number(msisdn: &str, more: Value) -> Map<String, Value> {
    let mut number = json!({ "country": "GB", "msisdn": msisdn, "features": ["VOICE"] });
    let number = number.as_object_mut().unwrap();
    number.extend(more.as_object().unwrap().clone());
    number.clone()
}

fn menus(name: &str) -> Folder {
    let folder = Folder::empty(name);
    folder.write("main.json", MENU);
    folder.write("numbers.json", NUMBERS);
    folder
}

/// Runs the doctor with every key; gives its exit code and its report.
fn examine(worker: &Server, platform: &Vonage, folder: &Folder, more: &[&str]) -> (i32, Value) {
    let folder = folder.path("");
    let base = [
        "--json",
        "doctor",
        &folder,
        "--url",
        &worker.url,
        "--token",
        TOKEN,
        "--secret",
        SIGNATURE,
        "--application",
        "app-1",
        "--api-key",
        KEY,
        "--api-secret",
        SECRET,
        "--api",
        &platform.server.url,
    ];
    let output = run(&[&base[..], more].concat());
    let printed = said(&output);
    for secret in [SECRET, SIGNATURE, TOKEN] {
        assert!(!printed.contains(secret), "{printed}");
    }
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{printed}"));
    (output.status.code().unwrap(), report)
}

fn codes(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}

/// What is found when the Worker, Vonage or the files are changed so.
fn check(
    worker: impl Fn(&mut Worker),
    change: impl Fn(&mut VonageState, &str),
    files: impl Fn(&Folder),
    expected: &[&str],
) -> Value {
    let mut here = Worker::well();
    worker(&mut here);
    let worker = here.start();
    let mut state = platform(&worker.url);
    change(&mut state, &worker.url);
    let vonage = Vonage::start(state);
    let folder = menus(&format!(
        "doctor-{}",
        worker.url.rsplit(':').next().unwrap()
    ));
    files(&folder);
    let (exit, report) = examine(&worker, &vonage, &folder, &[]);
    assert_eq!(codes(&report), expected, "{report:#}");
    let errors = report["errors"].as_u64().unwrap();
    assert_eq!(exit, i32::from(errors > 0), "{report:#}");
    for finding in report["findings"].as_array().unwrap() {
        for part in ["place", "message", "help"] {
            assert_ne!(finding[part], json!(""), "{finding}");
        }
    }
    // It only looks: nothing is set at Vonage, and nothing published.
    assert!(
        vonage.server.changes().is_empty(),
        "{:?}",
        vonage.server.changes()
    );
    let calls = worker.changes();
    assert!(
        calls.iter().all(|call| call.starts_with("POST /webhooks/")),
        "{calls:?}"
    );
    report
}

fn worker(change: impl Fn(&mut Worker), expected: &[&str]) -> Value {
    check(change, |_, _| {}, |_| {}, expected)
}

fn vonage(change: impl Fn(&mut VonageState, &str), expected: &[&str]) -> Value {
    check(|_| {}, change, |_| {}, expected)
}

#[test]
fn what_is_well_is_said_to_be() {
    let report = worker(|_| {}, &[]);
    assert_eq!(report["skipped"], json!([]));
    assert_eq!(report["well"].as_array().unwrap().len(), 4, "{report:#}");
}

#[test]
fn a_worker_tells_what_it_lacks() {
    let set = |pointer: &'static str, value: Value| {
        move |worker: &mut Worker| *worker.health.pointer_mut(pointer).unwrap() = value.clone()
    };
    let report = worker(set("/bound/EVENTS", json!(false)), &["binding-missing"]);
    assert_eq!(report["findings"][0]["message"], "EVENTS is not bound");
    worker(
        set("/configured/STATE_KEY", json!(false)),
        &["secret-missing"],
    );
    worker(
        set("/configured/ADMIN_TOKEN", json!(false)),
        &["admin-token-missing"],
    );
    worker(set("/lists/DIAL_ALLOW", json!(null)), &["dial-open"]);
    worker(set("/version", json!("0.0.1")), &["version-differs"]);
    let problem = json!([{ "setting": "ALLOWED_IPS", "reason": "allowed_ips_malformed", "what": "has entries" }]);
    worker(set("/problems", problem), &["setting-unusable"]);
}

#[test]
fn only_the_secrets_this_worker_needs_are_missed() {
    let lacks = |names: &'static [&'static str], required: &'static [&'static str]| {
        move |worker: &mut Worker| {
            for name in names {
                worker.health["configured"][*name] = json!(false);
            }
            worker.health["required"] = json!(required);
        }
    };
    let calls = &["VONAGE_SIGNATURE_SECRET", "STATE_KEY"];
    let optional = &["STATE_KEY_PREVIOUS", "VXML_TOKEN", "SINK_SECRET"];
    worker(lacks(optional, calls), &[]);
    // Cloudflare Access lets the operators in.
    worker(lacks(&["ADMIN_TOKEN"], calls), &[]);
    // Events are forwarded, and nothing signs them.
    let report = worker(lacks(optional, &["SINK_SECRET"]), &["secret-missing"]);
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("SINK_SECRET is not set"), "{message}");
}

#[test]
fn a_worker_of_another_build_is_looked_at_as_far_as_it_goes() {
    let report = worker(
        |worker| {
            worker.health.as_object_mut().unwrap().remove("required");
        },
        &["version-differs"],
    );
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains("missing field `required`"), "{message}");
}

#[test]
fn a_clock_that_is_wrong_is_found() {
    worker(|worker| worker.ahead = 60, &["clock-skew"]);
    // Beyond the window of the signatures, calls signed here are refused as well.
    let report = worker(
        |worker| worker.ahead = 3_600,
        &[
            "clock-skew",
            "answer-refused",
            "event-refused",
            "fallback-refused",
        ],
    );
    let said = report["findings"][0]["message"].as_str().unwrap();
    assert!(said.contains("36") && said.contains("stale"), "{said}");
}

#[test]
fn a_test_call_shows_what_callers_get() {
    worker(
        |worker| worker.answers_everybody = true,
        &["forgery-accepted"],
    );
    worker(|worker| worker.event_status = 503, &["event-refused"]);
    worker(
        |worker| worker.ncco = "<html>".to_owned(),
        &["answer-unusable"],
    );
    for language in [None, Some("de")] {
        worker(
            move |worker| worker.ncco = ivr::safe_ncco(language),
            &["answer-safe-words"],
        );
    }
    worker(
        |worker| worker.delay = Duration::from_millis(1_600),
        &["answer-slow"],
    );
}

#[test]
fn the_secret_must_be_the_workers() {
    let here = Worker::well().start();
    let vonage = Vonage::start(platform(&here.url));
    let folder = menus("doctor-secret");
    let (exit, report) = examine(&here, &vonage, &folder, &["--secret", "another"]);
    assert_eq!(exit, 2, "given twice");
    assert!(report["error"].is_string());
    let output = run(&[
        "doctor",
        &folder.path(""),
        "--url",
        &here.url,
        "--secret",
        "another",
    ]);
    let printed = said(&output);
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(
        printed.contains("error[answer-refused] Worker, /webhooks/answer"),
        "{printed}"
    );
    assert!(
        printed.contains("refused with 401: The token is not good"),
        "{printed}"
    );
    assert!(
        printed.contains("not looked at: Vonage (set VONAGE_API_KEY)"),
        "{printed}"
    );
    assert!(
        printed.contains("not looked at: documents in force (set IVR_TOKEN"),
        "{printed}"
    );
}

#[test]
fn without_keys_what_can_be_looked_at_is() {
    let asked = Arc::new(Mutex::new(0));
    let seen = Arc::clone(&asked);
    let well = Worker::well();
    let here = Server::start(move |request| {
        *seen.lock().unwrap() += 1;
        Some(well.answer(request))
    });
    let empty = Folder::empty("doctor-empty");
    let vars = empty.write(
        ".dev.vars",
        format!("VONAGE_SIGNATURE_SECRET={SIGNATURE}\n"),
    );
    let output = run(&["doctor", "--url", &here.url, "--vars", &vars]);
    let printed = said(&output);
    assert_eq!(output.status.code(), Some(0), "{printed}");
    for words in [
        "well calls",
        "well the Worker",
        "not looked at: Vonage",
        "0 errors",
    ] {
        assert!(printed.contains(words), "no {words:?} in\n{printed}");
    }
    // How it is, a forged call, a signed one, its end, the fallback.
    assert_eq!(*asked.lock().unwrap(), 5);
    let output = run(&["doctor"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let nobody = run(&["doctor", "--url", "http://127.0.0.1:9"]);
    assert_eq!(nobody.status.code(), Some(1));
    assert!(said(&nobody).contains("error[worker-unreachable]"));
    let other = Server::start(|_| Some(Answer::json(200, "{}")));
    let other = run(&["doctor", "--url", &other.url]);
    assert!(
        said(&other).contains("error[not-our-worker]"),
        "{}",
        said(&other)
    );
}

#[test]
fn documents_in_force_are_compared_with_the_files() {
    let force = |path: &'static str, text: &'static str| {
        move |worker: &mut Worker| {
            worker.documents.insert(path.to_owned(), text.to_owned());
        }
    };
    let without = |path: &'static str| {
        move |worker: &mut Worker| {
            worker.documents.remove(path);
        }
    };
    let other = r#"{ "start": "bye", "nodes": { "bye": { "kind": "hangup" } } }"#;
    worker(force("/api/menus/main", other), &["published-differs"]);
    worker(without("/api/menus/main"), &["not-published"]);
    worker(without("/api/numbers/442079460000"), &["not-published"]);
    worker(
        force(
            "/api/menus",
            r#"{ "menus": [{ "id": "main" }, { "id": "old" }] }"#,
        ),
        &["only-in-force"],
    );
    worker(without("/api/menus"), &["api-refused"]);
    check(
        |_| {},
        |_, _| {},
        |folder| {
            fs::write(
                folder.0.join("main.json"),
                MENU.replace("\"bye\",", "\"by\","),
            )
            .unwrap()
        },
        &["file-findings", "published-differs"],
    );
}

#[test]
fn webhooks_that_go_astray_are_found() {
    let set = |pointer: &'static str, value: Value| {
        move |state: &mut VonageState, url: &str| {
            let application = state.applications.get_mut("app-1").unwrap();
            let text = value.to_string().replace("URL", url);
            let value = serde_json::from_str(&text).unwrap();
            match application.pointer_mut(pointer) {
                Some(there) => *there = value,
                None => {
                    let (parent, name) = pointer.rsplit_once('/').unwrap();
                    application.pointer_mut(parent).unwrap()[name] = value;
                }
            }
        }
    };
    const ANSWER: &str = "/capabilities/voice/webhooks/answer_url";
    const FALLBACK: &str = "/capabilities/voice/webhooks/fallback_answer_url";
    vonage(set(ANSWER, json!(null)), &["webhook-missing"]);
    vonage(
        set(
            ANSWER,
            json!({ "address": "https://old.example.com/answer", "http_method": "POST" }),
        ),
        &["webhook-elsewhere"],
    );
    vonage(
        set(
            ANSWER,
            json!({ "address": "URL/answer", "http_method": "POST" }),
        ),
        &["webhook-route"],
    );
    // The menu in the URL is one of the right ones.
    vonage(
        set(
            ANSWER,
            json!({ "address": "URL/webhooks/answer/clinic", "http_method": "POST" }),
        ),
        &[],
    );
    vonage(
        set(
            ANSWER,
            json!({ "address": "URL/webhooks/answer", "http_method": "GET" }),
        ),
        &["webhook-method"],
    );
    vonage(
        set(
            ANSWER,
            json!({ "address": "URL/webhooks/answer", "http_method": "POST", "socket_timeout": 1000 }),
        ),
        &["webhook-timeout"],
    );
    vonage(set(FALLBACK, json!(null)), &["fallback-missing"]);
    vonage(
        set(
            FALLBACK,
            json!({ "address": "URL/webhooks/fallback", "http_method": "POST" }),
        ),
        &["fallback-same-worker"],
    );
    vonage(
        set("/capabilities/voice/signed_callbacks", json!(false)),
        &["callbacks-unsigned"],
    );
    vonage(
        set(
            "/capabilities/rtc",
            json!({ "signed_callbacks": false,
            "webhooks": { "event_url": { "address": "URL/rtc", "http_method": "POST" } } }),
        ),
        &["webhook-route", "callbacks-unsigned"],
    );
    // Another product's webhooks are its own affair.
    vonage(
        set(
            "/capabilities/messages",
            json!({
            "webhooks": { "inbound_url": { "address": "https://chat.example.com", "http_method": "POST" } } }),
        ),
        &[],
    );
}

#[test]
fn numbers_that_do_not_come_here_are_found() {
    vonage(
        |state, _| state.numbers = Vec::new(),
        &["number-not-owned", "no-number"],
    );
    vonage(
        |state, _| state.numbers = vec![number("442079460000", json!({ "app_id": "app-2" }))],
        &["number-not-linked", "no-number"],
    );
    vonage(
        |state, _| {
            state.numbers[0] = number(
                "442079460000",
                json!({ "app_id": "app-1", "voiceCallbackType": "sip", "voiceCallbackValue": "sip:a@example.com" }),
            );
        },
        &["number-forwarded"],
    );
    vonage(
        |state, _| {
            state
                .numbers
                .push(number("447700900001", json!({ "app_id": "app-1" })))
        },
        &["number-without-menu"],
    );
    vonage(
        |state, url| {
            let sms = json!({ "app_id": "app-1", "moHttpUrl": format!("{url}/webhooks/sms") });
            state.numbers[0] = number("442079460000", sms);
        },
        &["webhook-route"],
    );
    vonage(
        |state, url| {
            let url = format!("{url}/webhooks/receipts");
            state
                .account
                .insert("dr-callback-url".to_owned(), json!(url));
        },
        &["webhook-route"],
    );
    vonage(|state, _| state.applications.clear(), &["vonage-refused"]);
}
