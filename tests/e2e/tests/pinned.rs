//! Calls that end on the version they began on, and menus that are found again: with KV as it is.
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
const NUMBER: &str = "442079460500";

/// A menu that says which of its writings it is, at every node.
fn writing(name: &str) -> Value {
    json!({
        "start": "main",
        "voice": { "language": "en-GB" },
        "limits": { "steps": 40, "then": "bye" },
        "nodes": {
            "main": {
                "kind": "menu", "prompt": format!("{name} main. Press 1 for more."),
                "choices": { "1": "more" },
                "no_input": { "tries": 1, "then": "bye" }, "no_match": { "tries": 1, "then": "bye" }
            },
            "more": {
                "kind": "menu", "prompt": format!("{name} more. Press 1 to go back."),
                "choices": { "1": "main" },
                "no_input": { "tries": 1, "then": "bye" }, "no_match": { "tries": 1, "then": "bye" }
            },
            "bye": { "kind": "hangup", "prompt": "Goodbye." }
        }
    })
}

fn write(worker: &Worker, name: &str) {
    worker.put("menu:test", &writing(name).to_string());
}

fn publish(worker: &Worker, name: &str) {
    let reply = worker.api("PUT", "/api/menus/test", &writing(name));
    assert!(matches!(reply.status, 200 | 201), "{reply:?}");
}

fn start() -> Worker {
    start_remembering("2")
}

fn start_remembering(seconds: &str) -> Worker {
    let worker = Worker::builder()
        .with_faults()
        .variable("MENU_CACHE_SECONDS", seconds)
        .start();
    worker.put(&format!("number:{NUMBER}"), r#"{"menu":"test"}"#);
    worker
}

/// The same storage, and nothing in memory.
fn restart(worker: &mut Worker) {
    worker.kill();
    worker.start_again();
}

/// A call, and what it heard last.
struct Call {
    conversation: String,
    last: Reply,
}

impl Call {
    fn begin(worker: &Worker) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let conversation = format!("CON-pin-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let body = json!({ "from": "447700900002", "to": NUMBER, "uuid": format!("leg-{conversation}"),
            "conversation_uuid": conversation });
        let last = worker.post("/webhooks/answer", &body);
        Self { conversation, last }
    }

    fn heard(&self) -> String {
        self.last.spoken()
    }

    #[track_caller]
    fn hears(&self, words: &str) {
        assert!(self.heard().starts_with(words), "{}", self.heard());
    }

    /// Presses 1, on the Worker as it runs now.
    #[track_caller]
    fn goes_on_to(&mut self, worker: &Worker, words: &str) {
        self.last = self.pressed(worker);
        self.hears(words);
    }

    /// The same without remembering it: the platform asked twice.
    fn pressed(&self, worker: &Worker) -> Reply {
        let url = self.last.event_url("input");
        let path = url.split_once("/webhooks/").unwrap().1;
        let body = json!({ "from": "447700900002", "to": NUMBER, "uuid": format!("leg-{}", self.conversation),
            "conversation_uuid": self.conversation, "dtmf": { "digits": "1", "timed_out": false } });
        worker.post(&format!("/webhooks/{path}"), &body)
    }

    /// Waits until an `ivr.degraded` of this call is in the database.
    fn degraded(&self, worker: &Worker) -> Value {
        worker.wait_for("ivr.degraded", Duration::from_secs(30), |worker| {
            let filter = format!("type=ivr.degraded&conversation={}", self.conversation);
            let events = worker.find("events", &filter);
            Some(events.first()?["data"]["cause"].clone())
        })
    }
}

/// Waits until the copy of the menu in force is kept, and says its version.
fn kept(worker: &Worker, before: Option<&str>) -> String {
    worker.wait_for("the copy", Duration::from_secs(30), |worker| {
        let hash = worker.get("lastgood:test")?.trim().to_owned();
        let is_new = before.is_none_or(|before| before != hash);
        (is_new && worker.get(&format!("version:{hash}")).is_some()).then_some(hash)
    })
}

#[test]
fn a_call_ends_on_its_version_however_often_the_menu_is_edited_by_hand() {
    let mut worker = start();
    write(&worker, "First");
    let mut call = Call::begin(&worker);
    call.hears("First main.");
    // The copy is written behind the caller's back.
    let first = kept(&worker, None);
    write(&worker, "Second");
    restart(&mut worker);
    call.goes_on_to(&worker, "First more.");
    let (lines, _) = worker.log_lines(0);
    let line = lines
        .iter()
        .find(|line| line["route"] == "/webhooks/input")
        .unwrap();
    assert_eq!(line["version"], first.as_str(), "{line}");
    let mut second = Call::begin(&worker);
    second.hears("Second main.");
    kept(&worker, Some(&first));
    write(&worker, "Third");
    restart(&mut worker);
    call.goes_on_to(&worker, "First main.");
    second.goes_on_to(&worker, "Second more.");
    assert!(Call::begin(&worker).heard().starts_with("Third main."));
}

#[test]
fn a_call_whose_version_is_gone_begins_again_on_the_one_in_force() {
    let mut worker = start();
    write(&worker, "First");
    let mut call = Call::begin(&worker);
    let first = kept(&worker, None);
    write(&worker, "Second");
    worker.delete(&format!("version:{first}"));
    restart(&mut worker);
    call.goes_on_to(&worker, "Second main.");
    assert_eq!(call.degraded(&worker), "version_missing");
    call.goes_on_to(&worker, "Second more.");
}

#[test]
fn a_copy_that_was_deleted_is_written_again_before_it_is_needed() {
    let mut worker = start();
    write(&worker, "First");
    let _ = Call::begin(&worker);
    let first = kept(&worker, None);
    worker.delete(&format!("version:{first}"));
    restart(&mut worker);
    let mut call = Call::begin(&worker);
    kept(&worker, None);
    write(&worker, "Second");
    restart(&mut worker);
    call.goes_on_to(&worker, "First more.");
}

#[test]
fn a_copy_that_kv_does_not_show_yet_stops_no_call() {
    let mut worker = start();
    publish(&worker, "First");
    let mut call = Call::begin(&worker);
    kept(&worker, None);
    // KV shows the pointer, and has remembered for the copy that there is none.
    restart(&mut worker);
    worker.fail(&json!({ "menus": { "missing": "version:" } }));
    call.goes_on_to(&worker, "First more.");
    // With the next version in force nothing tells what the call began on.
    publish_unseen(&mut worker, "Second");
    let again = call.pressed(&worker);
    assert!(again.spoken().starts_with("Second main."), "{again:?}");
    assert_eq!(call.degraded(&worker), "version_missing");
    // Once it is seen, the same request is answered from it.
    worker.fail(&json!({}));
    call.goes_on_to(&worker, "First main.");
}

/// Publishes, and forgets everything but what KV shows.
fn publish_unseen(worker: &mut Worker, name: &str) {
    worker.fail(&json!({}));
    publish(worker, name);
    restart(worker);
    worker.fail(&json!({ "menus": { "missing": "version:" } }));
}

#[test]
fn what_was_published_is_what_callers_hear_when_an_edit_breaks_it() {
    let mut worker = start();
    // Nobody calls between the publishing and the edit.
    publish(&worker, "First");
    worker.put("menu:test", r#"{"start": "main", "nodes": "#);
    restart(&mut worker);
    let call = Call::begin(&worker);
    call.hears("First main.");
    assert_eq!(call.degraded(&worker), "document_broken");

    publish(&worker, "Second");
    sleep(CACHE_TIME);
    assert!(Call::begin(&worker).heard().starts_with("Second main."));
    publish(&worker, "Third");
    worker.put("menu:test", r#"{"start": "nowhere", "nodes": {}}"#);
    restart(&mut worker);
    let call = Call::begin(&worker);
    call.hears("Third main.");

    // Back to the one before: that one, then.
    let third = worker.get("lastgood:test").unwrap();
    worker.put("menu:test", &writing("Third").to_string());
    let back = worker.api("POST", "/api/menus/test/rollback", &json!({}));
    assert_eq!(back.status, 200, "{back:?}");
    worker.put("menu:test", "");
    restart(&mut worker);
    let call = Call::begin(&worker);
    call.hears("Second main.");
    assert_ne!(worker.get("lastgood:test").unwrap(), third);
}

#[test]
fn a_pointer_newer_than_its_copy_costs_an_apology_and_no_second_one() {
    let mut worker = start_remembering("600");
    publish(&worker, "First");
    let _ = Call::begin(&worker);
    kept(&worker, None);
    worker.put("menu:test", "{");
    restart(&mut worker);
    worker.fail(&json!({ "menus": { "missing": "version:" } }));
    let call = Call::begin(&worker);
    assert!(call.heard().contains("sorry"), "{}", call.heard());
    assert_eq!(call.degraded(&worker), "document_broken");
    // Neither does one who calls while KV fails leave an apology in memory for others.
    worker.fail(&json!({ "menus": { "rate": 1.0 } }));
    assert!(Call::begin(&worker).heard().contains("sorry"));
    worker.fail(&json!({}));
    let call = Call::begin(&worker);
    call.hears("First main.");
}

/// The same with so many nodes more that it is not compiled whole while a caller waits.
fn large(name: &str) -> Value {
    let mut menu = writing(name);
    for index in 0..400 {
        let prompt = format!(
            "This is desk {index}. {}",
            "We are glad you called. ".repeat(10)
        );
        let node = json!({ "kind": "say", "prompt": prompt, "then": "bye" });
        menu["nodes"][format!("desk_{index}")] = node;
    }
    menu["allow"] = json!(["unreachable"]);
    menu
}

#[test]
fn a_large_menu_is_known_by_what_was_published_and_not_by_what_an_editor_keeps_beside_it() {
    let mut worker = start();
    let reply = worker.api("PUT", "/api/menus/test", &large("First"));
    assert_eq!(reply.status, 201, "{reply:?}");
    restart(&mut worker);
    // Of the text alone: no copy is seen.
    worker.fail(&json!({ "menus": { "missing": "version:" } }));
    let mut call = Call::begin(&worker);
    call.hears("First main.");
    call.goes_on_to(&worker, "First more.");
    worker.fail(&json!({}));

    let metadata = worker.metadata("menu:test").unwrap();
    let mut broken = large("Second");
    broken["nodes"]["desk_399"]["then"] = json!("nowhere");
    worker.put_beside("menu:test", &broken.to_string(), Some(&metadata));
    assert_eq!(worker.metadata("menu:test").as_ref(), Some(&metadata));
    restart(&mut worker);
    let call = Call::begin(&worker);
    call.hears("First main.");
    assert_eq!(call.degraded(&worker), "document_broken");
}
