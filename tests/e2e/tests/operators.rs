//! What operators read back, what is fetched for them, and what is forgotten.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so and stops"
)]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use e2e::events::{Calls, calls};
use e2e::{Answer, Keys, Sink, Worker, now};
use phone::Request;
use serde_json::{Value, json};

const APPLICATION: &str = "0ab1c2d3-0000-4000-8000-000000000001";

fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn send(worker: &Worker, calls: &Calls) {
    let (events, records) = (worker.all("events").len(), worker.all("calls").len());
    for webhook in &calls.webhooks {
        let reply = worker.post("/webhooks/event", webhook);
        assert_eq!(reply.status, 200, "{reply:?}");
    }
    worker.wait_for("the records", Duration::from_secs(60), |worker| {
        (worker.all("events").len() == events + calls.webhooks.len()
            && worker.all("calls").len() == records + calls.expected.len())
        .then_some(())
    });
}

#[test]
fn calls_and_events_are_found_again() {
    let _alone = alone();
    let worker = Worker::start();
    let calls = calls(12, 0xf17d);
    send(&worker, &calls);

    let get = |path: &str| worker.api("GET", path, &Value::Null);
    let page = get("/api/calls?limit=5").json();
    assert_eq!(page["calls"].as_array().unwrap().len(), 5);
    let mut legs = BTreeSet::new();
    let mut path = "/api/calls?limit=5".to_owned();
    loop {
        let page = get(&path).json();
        for record in page["calls"].as_array().unwrap() {
            assert!(
                legs.insert(record["leg"].as_str().unwrap().to_owned()),
                "twice on the pages"
            );
        }
        let Some(cursor) = page["cursor"].as_str() else {
            break;
        };
        path = format!("/api/calls?limit=5&cursor={cursor}");
    }
    assert_eq!(legs.len(), calls.expected.len());

    let transferred = get("/api/calls?outcome=transferred").json();
    let expected = calls
        .expected
        .iter()
        .filter(|it| it.outcome == Some("transferred"))
        .count();
    assert_eq!(transferred["calls"].as_array().unwrap().len(), expected);
    assert!(expected > 0);
    let talk = page["calls"][0]["conversation"].as_str().unwrap();
    let of_talk = get(&format!("/api/calls?conversation={talk}")).json();
    let legs_of_talk = 1 + page["calls"][0]["legs"].as_array().unwrap().len();
    assert_eq!(of_talk["calls"].as_array().unwrap().len(), legs_of_talk);
    let none = get("/api/calls?since=2100-01-01T00:00:00Z").json();
    assert_eq!(none["calls"], json!([]));

    let leg = &calls.expected[0].leg;
    let one = get(&format!("/api/calls/{leg}")).json();
    assert_eq!(one["record"]["leg"], leg.as_str());
    assert!(one["path"].is_array());
    let own = calls
        .webhooks
        .iter()
        .filter(|it| it["uuid"] == leg.as_str())
        .count();
    assert!(one["events"].as_array().unwrap().len() >= own);
    assert_eq!(get("/api/calls/nobody").status, 404);

    let of_leg = get(&format!("/api/events?leg={leg}")).json();
    assert_eq!(of_leg["events"].as_array().unwrap().len(), own);
    let started = get("/api/events?type=vonage.voice.started&limit=500").json();
    assert_eq!(
        started["events"].as_array().unwrap().len(),
        calls.expected.len()
    );
    let voice = get("/api/events?type=vonage.voice.*&limit=500").json();
    assert_eq!(
        voice["events"].as_array().unwrap().len(),
        calls.webhooks.len()
    );

    let failed = get("/api/calls?outcome=failed&limit=500").json();
    let failed_expected = calls.expected.iter();
    let failed_expected = failed_expected.filter(|it| it.outcome == Some("failed"));
    assert_eq!(
        failed["calls"].as_array().unwrap().len(),
        failed_expected.count()
    );
    let from = page["calls"][0]["from"].as_str().unwrap();
    for record in get(&format!("/api/calls?from={from}")).json()["calls"]
        .as_array()
        .unwrap()
    {
        assert_eq!(record["from"], from);
    }
    assert_eq!(get("/api/calls?from=440000").json()["calls"], json!([]));

    // Who follows along sees what comes, once, and nothing else.
    let place = get("/api/events?after=now").json()["cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let more = e2e::events::calls(3, 0xf17e);
    send(&worker, &more);
    let mut place = format!("/api/events?after={place}");
    let expected = e2e::events::ids_of(&more.webhooks);
    let count = expected.len();
    let followed = worker.wait_for("the tail", Duration::from_secs(30), {
        let mut seen = Vec::new();
        move |worker| {
            let part = worker.api("GET", &place, &Value::Null).json();
            for event in part["events"].as_array().unwrap() {
                seen.push(event["id"].as_str().unwrap().to_owned());
            }
            place = format!("/api/events?after={}", part["cursor"].as_str().unwrap());
            (seen.len() >= count).then(|| seen.clone())
        }
    });
    let once: BTreeSet<String> = followed.iter().cloned().collect();
    assert_eq!(followed.len(), once.len(), "each once");
    assert_eq!(once, expected);

    for (method, path, body, status) in [
        (
            "GET",
            "/api/calls?since=2026-01-01T00:00:00",
            Value::Null,
            400,
        ),
        ("GET", "/api/events?until=2026-01-01", Value::Null, 400),
        ("GET", "/api/events?after=yesterday", Value::Null, 400),
        ("GET", "/api/calls?form=1", Value::Null, 400),
        ("GET", "/api/calls?limit=x", Value::Null, 400),
        ("GET", "/api/events?cursor=x", Value::Null, 400),
        ("POST", "/api/events/replay", json!({}), 400),
        (
            "POST",
            "/api/events/replay",
            json!({ "dead": ["events/x"] }),
            400,
        ),
        ("POST", "/api/events/replay", json!({ "since": "now" }), 400),
        (
            "POST",
            "/api/events/replay",
            json!({ "until": "2026-01-01T00:00:00Z", "sinks": ["moon"] }),
            400,
        ),
        ("GET", "/api/events/replay", Value::Null, 405),
        ("DELETE", "/api/events", Value::Null, 405),
    ] {
        let reply = worker.api(method, path, &body);
        assert_eq!(reply.status, status, "{method} {path}: {reply:?}");
        assert_eq!(reply.content_type, "application/problem+json");
    }
}

#[test]
fn what_is_old_is_forgotten() {
    let _alone = alone();
    let worker = Worker::builder()
        .variable("RETENTION_DAYS", "30")
        .argument("--test-scheduled")
        .start();
    // 1,300 conversations of 2020: 1577836800000 milliseconds, then 11 bits.
    let _ = worker.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1300)
         INSERT INTO conversations (n, conversation, part, revision, writer, last, legs, terms, body)
         SELECT 1577836800000 * 2048 + i, 'old' || i, 0, 1, 1, 1577836800000,
           json_array('leg' || i), json_array('menu:old'), x'00' FROM n;
         INSERT INTO legs (leg, conversation, n, caller)
         SELECT 'leg' || (n & 2047), conversation, n, '447700900999' FROM conversations;
         INSERT INTO terms SELECT 'menu:old', n FROM conversations;",
    );
    let calls = calls(2, 0x01d);
    for webhook in &calls.webhooks {
        assert_eq!(worker.post("/webhooks/event", webhook).status, 200);
    }
    // What the calls began is long ago as well, but their events came today.
    let count = |table: &str| {
        let rows = worker.sql(&format!("SELECT count(*) AS n FROM {table}"));
        rows[0]["n"].as_u64().unwrap()
    };
    worker.wait_for("the events", Duration::from_secs(60), |worker| {
        let today = worker.find("events", "since=2021-01-01T00:00:00Z");
        (today.len() == calls.webhooks.len()).then_some(())
    });
    let before = count("conversations");
    let done = worker.request("GET", "/__scheduled", &[], b"");
    assert_eq!(done.status, 200, "{done:?}");
    worker.wait_for("the old ones to go", Duration::from_secs(30), |_| {
        (count("conversations") == before - 1300).then_some(())
    });
    assert_eq!(worker.event_ids().len(), calls.webhooks.len());
    for (table, old) in [
        ("legs", "conversation LIKE 'old%'"),
        ("terms", "term = 'menu:old'"),
    ] {
        assert_eq!(count(&format!("{table} WHERE {old}")), 0, "{table}");
    }
}

#[test]
fn recordings_are_fetched_from_vonage_when_they_are_ready() {
    let _alone = alone();
    let keys = Keys::new("application");
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let vonage = Sink::start(move |_| match count.fetch_add(1, Ordering::Relaxed) {
        0 | 1 => Answer::Status(404, "not ready".into()),
        _ => Answer::Status(200, "the sound of a voice".into()),
    });
    let private = keys.private_pem().trim().replace('\n', "\\n");
    let worker = Worker::builder()
        .with_faults()
        .variable("VONAGE_PRIVATE_KEY", &private)
        .variable("VONAGE_APPLICATION_ID", APPLICATION)
        .start();
    let origins = json!({ "origins": { "https://api-eu.nexmo.com": vonage.url() } });
    let set = worker.request("PUT", "/faults", &[], origins.to_string().as_bytes());
    assert_eq!(set.status, 200);

    let recording = |id: &str, url: &str| {
        json!({ "recording_url": url, "recording_uuid": id, "conversation_uuid": "CON-1", "size": 20,
            "start_time": "2026-03-02T10:00:00Z", "end_time": "2026-03-02T10:00:10Z", "timestamp": "2026-03-02T10:00:11.000Z" })
    };
    let post = |body: &Value| {
        let body = body.to_string();
        let mut application = worker.application();
        application.application_id = Some(APPLICATION.to_owned());
        let request = Request::json(&application.event.url, body.as_bytes());
        worker.deliver(application.signed(request, now())).status
    };
    assert_eq!(
        post(&recording(
            "rec-1",
            "https://api-eu.nexmo.com/v1/files/rec-1"
        )),
        200
    );
    worker.wait_for("the recording", Duration::from_secs(90), |worker| {
        worker
            .objects()
            .iter()
            .any(|text| text == "the sound of a voice")
            .then_some(())
    });
    assert_eq!(asked.load(Ordering::Relaxed), 3);
    let request = &vonage.received()[2];
    assert_eq!(request.path, "/v1/files/rec-1");
    let token = request
        .header("authorization")
        .strip_prefix("Bearer ")
        .unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    assert!(keys.has_signed(signed, &URL_SAFE_NO_PAD.decode(signature).unwrap()));
    // The other sinks did not wait for it, and got it once.
    assert!(worker.archived().values().all(|times| *times == 1));

    // A token for the whole application goes to nobody else.
    let before = vonage.received().len();
    assert_eq!(
        post(&recording(
            "rec-2",
            &format!("{}/v1/files/rec-2", vonage.url())
        )),
        200
    );
    assert_eq!(
        post(&recording(
            "rec-3",
            "https://api-eu.nexmo.com.example/v1/files/rec-3"
        )),
        200
    );
    worker.wait_for("their events", Duration::from_secs(60), |worker| {
        (worker.all("events").len() == 3).then_some(())
    });
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(vonage.received().len(), before);
}
