//! Menus edited by hand while calls come in.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use e2e::{Reply, Worker};
use serde_json::{Value, json};

/// The tests' `MENU_CACHE_SECONDS`, and a little.
const CACHE_TIME: Duration = Duration::from_millis(2_500);

/// The ids of a new call.
fn call() -> (String, String) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    (format!("leg-edit-{count}"), format!("CON-edit-{count}"))
}

fn answer(worker: &Worker, to: &str) -> (String, Reply) {
    let (leg, conversation) = call();
    let body =
        json!({ "from": "447700900002", "to": to, "uuid": leg, "conversation_uuid": conversation });
    let reply = worker.post("/webhooks/answer", &body);
    (conversation, reply)
}

fn press(worker: &Worker, conversation: &str, before: &Reply, digits: &str) -> Reply {
    let body = json!({ "dtmf": { "digits": digits, "timed_out": false }, "conversation_uuid": conversation });
    worker.post(&before.event_url("input"), &body)
}

/// The ACME menu, its first sentence changed.
fn edited(worker: &Worker, sentence: &str) -> String {
    let menu = worker.get("menu:acme").unwrap();
    assert!(menu.contains("Welcome to ACME."), "{menu}");
    menu.replace("Welcome to ACME.", sentence)
}

/// Waits until an event of this type and conversation is in the database.
fn event(worker: &Worker, kind: &str, conversation: &str) -> Value {
    worker.wait_for(kind, Duration::from_secs(30), |worker| {
        let filter = format!("type={kind}&conversation={conversation}");
        worker.find("events", &filter).into_iter().next()
    })
}

#[test]
fn an_edit_is_heard_by_the_next_call_and_not_by_the_one_in_progress() {
    let worker = Worker::start();
    let (old_call, old) = answer(&worker, "442079460000");
    assert!(old.spoken().starts_with("Welcome to ACME."), "{old:?}");

    // The edit also takes the support menu away: the call in progress still has it.
    let new = edited(&worker, "This is ACME.").replace("Support. Press 1", "Elsewhere. Press 1");
    worker.put("menu:acme", &new);
    sleep(CACHE_TIME);

    let (_, fresh) = answer(&worker, "442079460000");
    assert!(fresh.spoken().starts_with("This is ACME."), "{fresh:?}");
    let pressed = press(&worker, &old_call, &old, "2");
    assert!(pressed.spoken().starts_with("Support."), "{pressed:?}");
    let again = press(&worker, &old_call, &pressed, "*");
    assert!(
        again.spoken().contains("Press 1 for sales"),
        "back to the main menu it began with: {again:?}"
    );
}

#[test]
fn a_menu_broken_by_hand_does_not_stop_calls() {
    let mut worker = Worker::start();
    let (_, before) = answer(&worker, "442079460000");
    assert!(
        before.spoken().starts_with("Welcome to ACME."),
        "{before:?}"
    );
    worker.wait_for("the last good version", Duration::from_secs(30), |worker| {
        worker.get("lastgood:acme")
    });

    let broken =
        edited(&worker, "This is ACME.").replace("\"then\": \"support\"", "\"then\": \"suport\"");
    worker.put("menu:acme", &broken);
    sleep(CACHE_TIME);
    let (conversation, reply) = answer(&worker, "442079460000");
    assert!(
        reply.spoken().starts_with("Welcome to ACME."),
        "the last good one: {reply:?}"
    );
    let support = press(&worker, &conversation, &reply, "2");
    assert!(support.spoken().starts_with("Support."), "{support:?}");
    let degraded = event(&worker, "ivr.degraded", &conversation);
    assert_eq!(degraded["data"]["cause"], "document_broken", "{degraded}");
    let (lines, _) = worker.log_lines(0);
    let alerts: Vec<_> = lines
        .iter()
        .filter(|line| line["reason"] == "document_broken" && line["outcome"] == "alert")
        .collect();
    assert_eq!(
        alerts.len(),
        1,
        "said once, not with every call: {alerts:?}"
    );
    let detail = alerts[0]["detail"].as_str().unwrap();
    assert!(
        detail.contains("menu:acme")
            && detail.contains("/nodes/main/choices/2")
            && detail.contains("suport"),
        "what is wrong, and where: {detail}"
    );

    // Another isolate, which never saw a good one, finds it all the same.
    worker.kill();
    worker.start_again();
    let (_, reply) = answer(&worker, "442079460000");
    assert!(reply.spoken().starts_with("Welcome to ACME."), "{reply:?}");

    // Mended, the edit is heard.
    worker.put("menu:acme", &broken.replace("suport", "support"));
    sleep(CACHE_TIME);
    let (_, mended) = answer(&worker, "442079460000");
    assert!(mended.spoken().starts_with("This is ACME."), "{mended:?}");
}

#[test]
fn where_no_menu_can_be_had_the_caller_hears_a_sentence() {
    let worker = Worker::start();
    worker.delete("number:default");
    let (unknown, reply) = answer(&worker, "33123456789");
    assert!(reply.spoken().contains("sorry"), "{reply:?}");
    assert_eq!(
        event(&worker, "ivr.degraded", &unknown)["data"]["cause"],
        "unknown_number"
    );

    worker.put("number:33123456789", r#"{ "menu": "nowhere" }"#);
    sleep(CACHE_TIME);
    let (missing, reply) = answer(&worker, "33123456789");
    assert!(reply.spoken().contains("sorry"), "{reply:?}");
    assert_eq!(
        event(&worker, "ivr.degraded", &missing)["data"]["cause"],
        "document_missing"
    );

    worker.put("menu:nowhere", "{\"title\": \u{7}");
    sleep(CACHE_TIME);
    let (rubbish, reply) = answer(&worker, "33123456789");
    assert!(reply.spoken().contains("sorry"), "{reply:?}");
    assert_eq!(
        event(&worker, "ivr.degraded", &rubbish)["data"]["cause"],
        "document_broken"
    );
}

#[test]
fn state_of_another_call_starts_the_menu_again() {
    let worker = Worker::start();
    let (_, mine) = answer(&worker, "442079460000");
    let theirs = "CON-somebody-else";
    let body = json!({ "dtmf": { "digits": "2", "timed_out": false }, "conversation_uuid": theirs, "to": "442079460000" });
    let url = mine.event_url("input");
    for (url, cause) in [
        (url.clone(), "state_forged"),
        (format!("{url}AAAA"), "state_forged"),
        (url[..url.len() - 30].to_owned(), "state_forged"),
        ("/webhooks/input?s=x".to_owned(), "state_malformed"),
        ("/webhooks/input".to_owned(), "state_missing"),
    ] {
        let reply = worker.post(&url, &body);
        assert!(
            reply.spoken().starts_with("Welcome to ACME."),
            "{cause}: {reply:?}"
        );
        let line = worker.wait_for(cause, Duration::from_secs(30), |worker| {
            worker
                .log_lines(0)
                .0
                .into_iter()
                .rev()
                .find(|line| line["reason"] == cause)
        });
        assert_eq!(line["status"], 200, "{line}");
    }
    let rejected = event(&worker, "ivr.state_rejected", theirs);
    assert!(
        !rejected.to_string().contains("\"digits\":\"2\""),
        "{rejected}"
    );
    let input = event(&worker, "vonage.voice.input", theirs);
    assert!(
        !input.to_string().contains("\\\"digits\\\":\\\"2\\\""),
        "nobody can tell whether these digits were a secret: {input}"
    );
}

#[test]
fn too_many_calls_from_one_number_are_asked_to_wait() {
    let worker = Worker::builder()
        .limit("CALLER_LIMIT", 3)
        .variable("LANGUAGE", "fr-CA")
        .start();
    let mut answered = 0;
    let (conversation, busy) = loop {
        let (conversation, reply) = answer(&worker, "442079460000");
        if !reply.spoken().starts_with("Welcome to ACME.") {
            break (conversation, reply);
        }
        answered += 1;
        // A minute may end meanwhile, and the count with it.
        assert!(answered <= 6, "{answered} calls were answered");
    };
    assert!(answered >= 3, "{answered} calls were answered");
    assert_eq!(
        busy.ncco(),
        [json!({
            "action": "talk", "language": "fr-CA",
            "text": "Toutes nos lignes sont occupées. Veuillez rappeler dans quelques minutes.",
        })]
    );
    let other = json!({ "from": "447700900003", "to": "442079460000", "uuid": "leg-other",
        "conversation_uuid": "CON-other" });
    let other = worker.post("/webhooks/answer", &other);
    assert!(
        other.spoken().starts_with("Welcome to ACME."),
        "somebody else: {other:?}"
    );
    assert_eq!(
        event(&worker, "ivr.degraded", &conversation)["data"]["cause"],
        "caller_limit"
    );
    event(&worker, "vonage.voice.answer", &conversation);
}
