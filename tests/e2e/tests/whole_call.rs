//! One call from its first ring to its record in the database.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::time::Duration;

use e2e::{Reply, Worker};
use ivr_cli::http::Http;
use phone::{Call, CallSetup, EndedBy, Method, Phone, Script, Transfer};
use serde_json::{Value, json};

fn setup() -> CallSetup {
    CallSetup::new("447700900001", "442079460000")
}

/// What the webhooks of these kinds were answered, in order.
fn answers_to(call: &Call, kinds: &[&str]) -> Vec<Reply> {
    let exchanges = call.exchanges.iter();
    exchanges
        .filter(|exchange| kinds.contains(&exchange.kind.as_str()))
        .map(Reply::from)
        .collect()
}

#[test]
fn a_call_is_answered_led_through_the_menu_and_recorded() {
    let worker = Worker::start();
    let mut setup = setup();
    setup.starts = Some("2026-11-21T12:00:03Z".parse().unwrap());
    // Silence, a wrong key, support, an order; nobody picks up, and the caller leaves no message.
    let mut caller = Script::new()
        .stay_silent()
        .press("9")
        .press("2")
        .press("1")
        .transfer(Transfer::NoAnswer);
    let call = worker.phone().call(&setup, &mut caller);
    assert_eq!(call.ended, EndedBy::Caller, "{}", call.transcript());
    assert_eq!(
        call.statuses(),
        ["started", "ringing", "answered", "completed"]
    );
    for exchange in &call.exchanges {
        if exchange.url.ends_with("/webhooks/event") {
            let reply = Reply::from(exchange);
            assert_eq!((reply.status, reply.body.as_str()), (200, ""), "{reply:?}");
        }
    }

    let turns = answers_to(&call, &["answer", "input"]);
    let [main, silence, wrong, support, orders] = turns.as_slice() else {
        panic!("{}", call.transcript());
    };
    assert!(main.spoken().starts_with("Welcome to ACME."), "{main:?}");
    assert!(
        silence.spoken().starts_with("Sorry, I did not hear you."),
        "{silence:?}"
    );
    assert!(
        wrong
            .spoken()
            .starts_with("That is not one of the options."),
        "silence and wrong keys are counted apart: {wrong:?}"
    );
    assert!(support.spoken().starts_with("Support."), "{support:?}");
    let connect = orders
        .ncco()
        .into_iter()
        .find(|action| action["action"] == "connect")
        .unwrap();
    assert_eq!(
        connect["endpoint"][0]["number"], "447700900101",
        "{connect}"
    );
    assert_eq!(call.dialled(), ["447700900101"]);
    assert_eq!(connect["eventType"], "synchronous", "{connect}");

    // Nobody picks up: the caller is offered the voicemail.
    let outcome = connect["eventUrl"][0].as_str().unwrap();
    let of_agent = |status: &str| {
        let sent = call.exchanges.iter();
        let mut sent = sent.filter(|it| it.url == outcome && it.sent["status"] == status);
        Reply::from(sent.next().unwrap_or_else(|| panic!("no {status}")))
    };
    let ringing = of_agent("ringing");
    assert_eq!(
        (ringing.status, ringing.body.as_str()),
        (200, ""),
        "nothing to say: {ringing:?}"
    );
    let voicemail = of_agent("timeout");
    assert!(
        voicemail
            .ncco()
            .iter()
            .any(|action| action["action"] == "record"),
        "{voicemail:?}"
    );

    let sent = |kind: &str| {
        let mut sent = call.exchanges.iter().filter(|it| it.kind == kind);
        &sent
            .find(|it| it.sent["uuid"] == call.leg.as_str())
            .unwrap()
            .sent
    };
    let leg = &call.leg;
    let record = worker.wait_for("the call record", Duration::from_secs(30), |worker| {
        let one = worker.api("GET", &format!("/api/calls/{leg}"), &Value::Null);
        let record = (one.status == 200).then(|| one.json()["record"].clone())?;
        let path = record["path"].as_array().map_or(0, Vec::len);
        (record["status"] == "completed" && path == 6).then_some(record)
    });
    let completed = sent("event:completed");
    assert_eq!(record["answered"], "2026-11-21T12:00:03.200Z", "{record:#}");
    assert_eq!(record["ended"], completed["end_time"], "{record:#}");
    assert_eq!(
        record["duration"].to_string(),
        completed["duration"].as_str().unwrap(),
        "{record:#}"
    );
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

    // Everything Vonage said is kept once, each step is, and sent twice it is still kept once.
    let count = |worker: &Worker| Some(worker.event_ids().len() as u64);
    let everything = (call.exchanges.len() + path.len()) as u64;
    worker.wait_for("every event", Duration::from_secs(30), |worker| {
        count(worker).filter(|kept| *kept >= everything)
    });
    let tell = |body: &Value| {
        let reply = worker.post("/webhooks/event", body);
        assert_eq!((reply.status, reply.body.as_str()), (200, ""), "{reply:?}");
    };
    let twice = sent("event:ringing");
    tell(twice);
    tell(twice);
    let mut another = twice.clone();
    another["status"] = "human".into();
    tell(&another);
    let after = worker.wait_for("the next event", Duration::from_secs(30), |worker| {
        count(worker).filter(|after| *after > everything)
    });
    assert_eq!(
        after,
        everything + 1,
        "a webhook delivered again is one event"
    );
}

#[test]
fn the_one_who_picks_up_hears_a_whisper() {
    let worker = Worker::start();
    let mut caller = Script::new()
        .press("2")
        .press("1")
        .transfer(Transfer::Answered(30.0));
    let call = worker.phone().call(&setup(), &mut caller);
    assert_eq!(call.outcome(), "transferred", "{}", call.transcript());
    let whispers = answers_to(&call, &["whisper"]);
    assert_eq!(whispers.len(), 1, "{}", call.transcript());
    assert_eq!(whispers[0].spoken(), "A call about an order.");
    // By POST as well, whatever the account is set to.
    let whisper = call.exchanges.iter().find(|it| it.kind == "whisper");
    let (url, _) = whisper.unwrap().url.split_once('&').unwrap();
    let body = json!({ "uuid": "whispered-leg", "conversation_uuid": call.conversation, "to": "447700900101" });
    assert_eq!(worker.post(url, &body).spoken(), "A call about an order.");
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
    // And so do whole calls.
    for method in [Method::Get, Method::Post, Method::PostForm] {
        let application = worker.application().with_method(method);
        let phone = Phone::new(application, Http::new());
        let call = phone.call(&setup(), &mut Script::new().press("2"));
        assert!(call.heard_words("Support."), "{}", call.transcript());
        assert!(call.exchanges.iter().all(|it| it.status == Some(200)));
    }
    let mut named = setup();
    named.answer_url = Some(format!("{}/webhooks/answer/clinic", worker.url()));
    let named = worker.phone().call(&named, &mut Script::new());
    let answer = &answers_to(&named, &["answer"])[0];
    assert!(
        !answer.spoken().contains("ACME"),
        "the path names the menu: {answer:?}"
    );
}

#[test]
fn a_call_we_place_shows_our_number_and_rings_nobody_else_once_the_customer_is_gone() {
    let worker = Worker::start();
    let mut placed = CallSetup::new("442079460980", "447700900777");
    placed.outbound = true;
    placed.answer_url = Some(format!(
        "{}/webhooks/answer/acme?call=outbound",
        worker.url()
    ));
    let mut customer = Script::new().press("2").press("1").hang_up();
    let call = worker.phone().call(&placed, &mut customer);
    let turns = answers_to(&call, &["answer", "input"]);
    let orders = turns
        .last()
        .unwrap_or_else(|| panic!("{}", call.transcript()));
    let connect = orders
        .ncco()
        .into_iter()
        .find(|action| action["action"] == "connect")
        .unwrap_or_else(|| panic!("{orders:?}"));
    assert_eq!(connect["from"], "442079460980", "{connect}");
    let cancelled = &answers_to(&call, &["event:cancelled"])[0];
    assert_eq!((cancelled.status, cancelled.body.as_str()), (200, ""));
    assert_eq!(call.dialled(), ["447700900101"]);
}
