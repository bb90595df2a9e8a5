//! One call from its first ring to its record in the database.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::time::Duration;

use e2e::{Reply, Worker};
use serde_json::{Value, json};

const LEG: &str = "63f61863-4a51-4f6b-86e1-46edebcf9356";
const CONVERSATION: &str = "CON-9d1f8a52-3c11-4a41-9c3a-4f0d6a0f0001";

fn call() -> Value {
    json!({
        "from": "447700900001", "to": "442079460000",
        "uuid": LEG, "conversation_uuid": CONVERSATION, "endpoint_type": "phone"
    })
}

fn status(status: &str, at: &str, more: Value) -> Value {
    let mut body = json!({
        "from": "447700900001", "to": "442079460000", "uuid": LEG,
        "conversation_uuid": CONVERSATION, "status": status, "direction": "inbound",
        "timestamp": format!("2026-11-21T12:00:{at}.000Z")
    });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    body
}

fn keys(digits: &str, timed_out: bool, at: &str) -> Value {
    json!({
        "dtmf": { "digits": digits, "timed_out": timed_out },
        "speech": { "results": [] },
        "from": "447700900001", "to": "442079460000", "uuid": LEG,
        "conversation_uuid": CONVERSATION, "timestamp": format!("2026-11-21T12:00:{at}.000Z")
    })
}

#[test]
fn a_call_is_answered_led_through_the_menu_and_recorded() {
    let worker = Worker::start();
    let event = |body: Value| {
        let reply = worker.post("/webhooks/event", &body);
        assert_eq!((reply.status, reply.body.as_str()), (200, ""), "{reply:?}");
    };
    let press = |before: &Reply, digits: &str, timed_out: bool, at: &str| {
        worker.post(&before.event_url("input"), &keys(digits, timed_out, at))
    };

    event(status("started", "01", json!({})));
    event(status("ringing", "02", json!({})));
    let main = worker.post("/webhooks/answer", &call());
    assert!(main.spoken().starts_with("Welcome to ACME."), "{main:?}");
    event(status(
        "answered",
        "03",
        json!({ "start_time": "2026-11-21T12:00:03.000Z" }),
    ));

    let silence = press(&main, "", true, "13");
    assert!(
        silence.spoken().starts_with("Sorry, I did not hear you."),
        "{silence:?}"
    );
    let wrong = press(&silence, "9", false, "20");
    assert!(
        wrong
            .spoken()
            .starts_with("That is not one of the options."),
        "silence and wrong keys are counted apart: {wrong:?}"
    );
    let support = press(&wrong, "2", false, "25");
    assert!(support.spoken().starts_with("Support."), "{support:?}");
    let orders = press(&support, "1", false, "30");
    let connect = orders
        .ncco()
        .into_iter()
        .find(|action| action["action"] == "connect")
        .unwrap();
    assert_eq!(
        connect["endpoint"][0]["number"], "447700900101",
        "{connect}"
    );
    assert_eq!(connect["eventType"], "synchronous", "{connect}");

    // The one who picks up hears a whisper.
    let whisper = connect["endpoint"][0]["onAnswer"]["url"].as_str().unwrap();
    let body =
        json!({ "uuid": "whispered-leg", "conversation_uuid": CONVERSATION, "to": "447700900101" });
    assert_eq!(
        worker.post(whisper, &body).spoken(),
        "A call about an order."
    );

    // Nobody picks up: the caller is offered the voicemail.
    let outcome = connect["eventUrl"][0].as_str().unwrap();
    let leg = |status: &str| {
        json!({
            "from": "442079460000", "to": "447700900101", "uuid": "outbound-leg",
            "conversation_uuid": CONVERSATION, "status": status, "direction": "outbound",
            "timestamp": "2026-11-21T12:00:40.000Z"
        })
    };
    let ringing = worker.post(outcome, &leg("ringing"));
    assert_eq!(
        (ringing.status, ringing.body.as_str()),
        (200, ""),
        "nothing to say: {ringing:?}"
    );
    let voicemail = worker.post(outcome, &leg("timeout"));
    assert!(
        voicemail
            .ncco()
            .iter()
            .any(|action| action["action"] == "record"),
        "{voicemail:?}"
    );
    event(status(
        "completed",
        "55",
        json!({
            "start_time": "2026-11-21T12:00:03.000Z", "end_time": "2026-11-21T12:00:55.000Z",
            "duration": "52", "price": "0.00450000", "rate": "0.00520000", "network": "GB-FIXED"
        }),
    ));

    let record = worker.wait_for("the call record", Duration::from_secs(30), |worker| {
        let rows = worker.sql(&format!("SELECT record FROM calls WHERE leg = '{LEG}'"));
        let record: Value = serde_json::from_str(rows.first()?["record"].as_str()?).unwrap();
        (record["status"] == "completed").then_some(record)
    });
    assert_eq!(record["answered"], "2026-11-21T12:00:03.000Z", "{record:#}");
    assert_eq!(record["ended"], "2026-11-21T12:00:55.000Z", "{record:#}");
    assert_eq!(record["duration"], 52, "{record:#}");
    assert_eq!(record["from"], "447700900001", "{record:#}");
    assert_eq!(record["menu"], "acme", "{record:#}");
    let path: Vec<_> = record["path"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            let text = |name: &str| step[name].as_str().unwrap().to_owned();
            [text("node"), text("cause"), text("target")].join(" ")
        })
        .collect();
    assert_eq!(
        path,
        [
            "main answer main",
            "main no-input main",
            "main no-match main",
            "main key 2 support",
            "support key 1 orders",
            "orders no-answer voicemail",
        ],
        "{record:#}"
    );

    // Everything Vonage said is kept once, and sent twice it is still kept once.
    let count = |worker: &Worker| worker.sql("SELECT count(*) AS n FROM events")[0]["n"].as_u64();
    let before = count(&worker).unwrap();
    let twice = status("ringing", "02", json!({}));
    event(twice.clone());
    event(twice);
    let another = status("human", "04", json!({}));
    event(another);
    let after = worker.wait_for("the next event", Duration::from_secs(30), |worker| {
        count(worker).filter(|after| *after > before)
    });
    assert_eq!(after, before + 1, "a webhook delivered again is one event");
}

#[test]
fn an_answer_comes_to_get_json_and_form_alike() {
    let worker = Worker::start();
    let query = "from=447700900001&to=442079460000&uuid=leg-forms&conversation_uuid=CON-forms&endpoint_type=phone";
    let replies = [
        worker.get_webhook("/webhooks/answer", query),
        worker.post_form("/webhooks/answer", query),
        worker.post(
            "/webhooks/answer",
            &json!({ "from": "447700900001", "to": "442079460000", "uuid": "leg-forms", "conversation_uuid": "CON-forms" }),
        ),
    ];
    for reply in &replies {
        assert!(reply.spoken().starts_with("Welcome to ACME."), "{reply:?}");
    }

    // The current and the legacy form of an input, and a GET, lead to the same place.
    let input = replies[0].event_url("input");
    let forms = [
        worker.post(&input, &json!({ "dtmf": { "digits": "2", "timed_out": false }, "uuid": "leg-forms", "conversation_uuid": "CON-forms" })),
        worker.post(&input, &json!({ "dtmf": "2", "timed_out": false, "uuid": null, "conversation_uuid": "CON-forms" })),
        worker.get_webhook(&input, "dtmf=2&timed_out=false&conversation_uuid=CON-forms"),
        worker.post_form(&input, "dtmf=2&timed_out=false&conversation_uuid=CON-forms"),
    ];
    for reply in &forms {
        assert!(reply.spoken().starts_with("Support."), "{reply:?}");
    }
    let named = worker.post("/webhooks/answer/clinic", &call());
    assert!(
        !named.spoken().contains("ACME"),
        "the path names the menu: {named:?}"
    );
}
