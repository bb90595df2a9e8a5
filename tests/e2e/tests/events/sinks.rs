//! A sink that fails holds up nobody.

use super::*;

/// One fault at a time: whoever works is not held up, and does not get anything twice.
#[track_caller]
fn one_sink_down(services: &Value, behaviour: fn() -> Answer, heal: impl FnOnce(&Worker, &Sink)) {
    let _alone = alone();
    let sink = Sink::start(move |_| behaviour());
    let worker = Worker::builder()
        .with_faults()
        .variable("SINK_URL", &sink.url())
        .variable("SINK_SECRET", SECRET)
        .start();
    worker.fail(services);
    let calls = calls(8, 0xd0d0);
    let expected = ids_of(&calls.webhooks);
    assert_eq!(
        send(&worker, &calls.webhooks),
        0,
        "a sink is none of Vonage's business"
    );

    let down = |name: &str| services.get(name).is_some();
    let sink_down = !matches!(behaviour(), Answer::Status(204, _));
    worker.wait_for(
        "the working sinks to have everything",
        Duration::from_secs(90),
        |worker| {
            let calls_done = down("calls") || worker.event_ids() == expected;
            let archive_done = down("archive") || worker.archived().len() == expected.len();
            let sink_done = sink_down || sink.taken().len() == expected.len();
            (calls_done && archive_done && sink_done).then_some(())
        },
    );
    // A few rounds of retries of the one that is down.
    thread::sleep(Duration::from_secs(6));
    heal(&worker, &sink);
    wait_for_records(&worker, &calls, 120);
    worker.wait_for(
        "all sinks to have everything",
        Duration::from_secs(120),
        |worker| {
            (sink.taken().len() == expected.len() && worker.archived().len() == expected.len())
                .then_some(())
        },
    );
    thread::sleep(Duration::from_secs(3));
    assert!(
        sink.taken().values().all(|times| *times == 1),
        "{:?}",
        sink.taken()
    );
    assert!(
        worker.archived().values().all(|times| *times == 1),
        "{:?}",
        worker.archived()
    );
}

fn takes() -> Answer {
    Answer::Status(204, String::new())
}

#[test]
fn a_database_that_fails_holds_up_nobody() {
    one_sink_down(&json!({ "calls": { "rate": 1.0 } }), takes, |worker, _| {
        assert!(worker.failures()["calls"] > 1);
        worker.fail(&json!({}));
    });
}

#[test]
fn an_archive_that_fails_holds_up_nobody() {
    one_sink_down(
        &json!({ "archive": { "rate": 1.0 } }),
        takes,
        |worker, _| {
            assert!(worker.failures()["archive"] > 1);
            worker.fail(&json!({}));
        },
    );
}

#[test]
fn a_sink_that_answers_500_holds_up_nobody() {
    one_sink_down(
        &json!({}),
        || Answer::Status(500, "no".into()),
        |_, sink| sink.behave(|_| takes()),
    );
}

#[test]
fn a_sink_that_closes_the_connection_holds_up_nobody() {
    one_sink_down(
        &json!({}),
        || Answer::Close,
        |_, sink| sink.behave(|_| takes()),
    );
}

#[test]
fn a_sink_that_never_answers_holds_up_nobody() {
    one_sink_down(
        &json!({}),
        || Answer::Hang(Duration::from_secs(15)),
        |_, sink| sink.behave(|_| takes()),
    );
}

#[test]
fn a_sink_that_wants_no_more_is_left_alone_and_what_it_missed_is_kept() {
    let _alone = alone();
    let sink = Sink::start(|_| Answer::Status(410, String::new()));
    let worker = Worker::builder()
        .variable("SINK_URL", &sink.url())
        .variable("SINK_SECRET", SECRET)
        .edit("max_batch_timeout = 5", "max_batch_timeout = 1")
        .start();
    let mut sent = BTreeSet::new();
    for seed in [1, 2] {
        let calls = calls(4, seed);
        send(&worker, &calls.webhooks);
        sent.extend(ids_of(&calls.webhooks));
        worker.wait_for("the archive", Duration::from_secs(60), |worker| {
            let archived = worker.archived();
            sent.iter()
                .all(|id| archived.contains_key(id))
                .then_some(())
        });
    }
    let log = worker.log();
    assert!(log.contains("\"reason\":\"sink_gone\""), "{log}");
    assert!(!log.contains("\"reason\":\"sink_failed\""), "{log}");
    // Four requests are on their way at once: those had left when the first was answered.
    let asked = sink.received().len();
    assert!((1..=4).contains(&asked), "asked {asked} times");
}

#[test]
fn what_reaches_the_sink_is_signed() {
    let _alone = alone();
    let sink = Sink::willing();
    let worker = Worker::builder()
        .variable("SINK_URL", &sink.url())
        .variable("SINK_SECRET", SECRET)
        .start();
    let calls = calls(1, 1);
    send(&worker, &calls.webhooks);
    worker.wait_for("the sink", Duration::from_secs(30), |_| {
        (sink.received().len() == calls.webhooks.len()).then_some(())
    });
    let secret = events::signing::SinkSecret::new(SECRET).unwrap();
    for request in sink.received() {
        let at: i64 = request.header("webhook-timestamp").parse().unwrap();
        assert!((e2e::now() - at).abs() < 60);
        assert_eq!(
            request.header("webhook-signature"),
            secret.sign(request.header("webhook-id"), at, &request.body)
        );
        assert_eq!(
            request.header("content-type"),
            "application/cloudevents+json"
        );
        let event = events::Event::from_json(&request.body).unwrap();
        assert_eq!(event.id, request.header("webhook-id"));
        assert_eq!(event.delivered, None);
    }
}

#[test]
fn what_cannot_be_delivered_is_kept_with_its_cause_and_replayed() {
    let _alone = alone();
    let worker = Worker::builder()
        .with_faults()
        .edit("max_retries = 20", "max_retries = 1")
        .edit("max_batch_timeout = 5", "max_batch_timeout = 1")
        .start();
    worker.fail(&json!({ "calls": { "rate": 1.0 } }));
    let calls = calls(3, 0xdead);
    send(&worker, &calls.webhooks);
    let poison = worker.request("POST", "/faults", &[], b"{\"no\": \"event\"");
    assert_eq!(poison.status, 204);

    let letters = worker.wait_for("dead letters", Duration::from_secs(90), |worker| {
        let letters: Vec<Value> = worker
            .objects()
            .iter()
            .filter_map(|text| serde_json::from_str::<Value>(text).ok())
            .filter(|letter| letter["cause"].is_string())
            .collect();
        (letters.len() == calls.webhooks.len() + 1).then_some(letters)
    });
    let (events, poison): (Vec<_>, Vec<_>) = letters
        .iter()
        .partition(|letter| letter["sinks"]["calls"].is_string());
    assert_eq!(poison.len(), 1);
    assert!(
        poison[0]["cause"].as_str().unwrap().contains("no event"),
        "{poison:?}"
    );
    assert_eq!(poison[0]["message"], "{\"no\": \"event\"");
    for letter in events {
        assert_eq!(letter["sinks"]["calls"], "calls: injected");
        assert_eq!(letter["cause"], "every try to reach calls failed");
    }

    worker.fail(&json!({}));
    let reply = worker
        .api("POST", "/api/events/replay", &json!({ "dead": true }))
        .json();
    assert_eq!(reply["sent"], calls.webhooks.len());
    assert_eq!(reply["skipped"], 1);
    wait_for_records(&worker, &calls, 60);
    let reply = worker
        .api("POST", "/api/events/replay", &json!({ "dead": true }))
        .json();
    assert_eq!(reply["sent"], 0, "what was sent again is dead no more");
}
