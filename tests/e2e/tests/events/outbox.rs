//! What the queue does not take.

use super::*;

#[test]
fn what_the_queue_refuses_survives_a_kill_and_drains_by_itself() {
    let _alone = alone();
    let mut worker = Worker::builder().with_faults().start();
    worker.fail(&json!({ "queue": { "rate": 1.0 } }));
    let calls = calls(40, 0x6111);
    assert_eq!(send(&worker, &calls.webhooks), 0, "all were acknowledged");
    assert!(worker.all("events").is_empty(), "and none was consumed");

    worker.kill();
    worker.start_again();
    // The switch is in memory and died with the process: the queue takes events again, and nobody
    // tells the outbox.
    wait_for_records(&worker, &calls, 120);
    assert_eq!(worker.event_ids(), ids_of(&calls.webhooks));
    assert_eq!(worker.archived().len(), calls.webhooks.len());
    println!(
        "{} webhooks acknowledged, killed, {} events kept",
        calls.webhooks.len(),
        worker.event_ids().len()
    );
}

#[test]
fn the_outbox_drains_when_the_queue_recovers() {
    let _alone = alone();
    let worker = Worker::builder().with_faults().start();
    worker.fail(&json!({ "queue": { "rate": 1.0 } }));
    let calls = calls(10, 0x0b0c);
    send(&worker, &calls.webhooks);
    let sent = calls.webhooks.len() as u64;
    worker.wait_for(
        "a try of the outbox, without being asked",
        Duration::from_secs(60),
        |worker| (worker.failures()["queue"] > sent).then_some(()),
    );
    assert!(worker.all("events").is_empty());
    worker.fail(&json!({}));
    wait_for_records(&worker, &calls, 60);
}

#[test]
fn objects_go_on_when_the_code_has_panicked_around_them() {
    let _alone = alone();
    let worker = Worker::builder().with_faults().start();
    let publish = |title: &str, status: u16| {
        let menu =
            json!({ "title": title, "start": "bye", "nodes": { "bye": { "kind": "hangup" } } });
        let reply = worker.api("PUT", "/api/menus/short", &menu);
        assert_eq!(reply.status, status, "{reply:?}");
    };
    publish("one", 201);
    let calls = calls(4, 0x0b0e);
    let (last, rest) = calls.webhooks.split_last().unwrap();
    for round in 0..3 {
        // The panic takes the switches with it, so what waits goes on by itself: with the object
        // that was there before, in an instance that was not.
        let handler = json!({ "rate": 1.0, "times": 1 });
        worker.fail(&json!({ "queue": { "rate": 1.0 } }));
        for webhook in rest.iter().skip(round).step_by(3) {
            assert_eq!(worker.post("/webhooks/event", webhook).status, 200);
        }
        worker.fail(&json!({ "queue": { "rate": 1.0 }, "handler": handler }));
        assert_eq!(worker.post("/webhooks/event", last).status, 503);
        publish(&format!("again {round}"), 200);
    }
    let expected = ids_of(&calls.webhooks);
    worker.wait_for("the events", Duration::from_secs(60), |worker| {
        expected.is_subset(&worker.event_ids()).then_some(())
    });
    let versions = worker.api("GET", "/api/menus/short/versions", &Value::Null);
    let versions = versions.json()["versions"].as_array().unwrap().len();
    assert_eq!(versions, 4);
}

#[test]
fn what_a_real_refusal_of_the_queue_meets_waits_in_the_outbox() {
    let _alone = alone();
    let producer = "binding = \"EVENTS\"";
    let nobody = "binding = \"NOBODYS_EVENTS\"";
    let mut worker = Worker::builder().edit(producer, nobody).start();
    let calls = calls(10, 0x0b0d);
    assert_eq!(send(&worker, &calls.webhooks), 0);
    let reply = worker.post("/webhooks/answer", &answer());
    assert_eq!(reply.status, 200, "{reply:?}");
    // From the second on it is answered out of memory.
    let reply = worker.post("/webhooks/answer", &answer());
    assert_eq!(reply.status, 200, "{reply:?}");
    let seen = |worker: &Worker| worker.log().matches("queue_refused").count();
    worker.wait_for(
        "the answers' events to be refused",
        Duration::from_secs(20),
        |worker| (seen(worker) >= calls.webhooks.len() + 2).then_some(()),
    );
    assert!(worker.all("events").is_empty());

    worker.kill();
    let config = worker.folder().join("wrangler.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace(nobody, producer)).unwrap();
    worker.start_again();
    let ids: BTreeSet<String> = ids_of(&calls.webhooks).into_iter().collect();
    worker.wait_for(
        "everything to come out of the outbox",
        Duration::from_secs(90),
        |worker| {
            let events = worker.all("events");
            let has_type = |kind| events.iter().any(|event| event["type"] == kind);
            let kept: BTreeSet<String> = events
                .iter()
                .filter_map(|event| event["id"].as_str().map(str::to_owned))
                .collect();
            (ids.is_subset(&kept) && has_type("vonage.voice.answer") && has_type("ivr.step"))
                .then_some(())
        },
    );
}

#[test]
fn a_body_too_large_for_the_queue_is_kept_whole() {
    let _alone = alone();
    let worker = Worker::start();
    let calls = calls(1, 0xb16);
    let mut webhooks = calls.webhooks.clone();
    let long = "x".repeat(300_000);
    webhooks[0]["headers"] = json!({ "X-Long": long });
    send(&worker, &webhooks);
    wait_for_records(&worker, &calls, 60);
    let id = id_of(&webhooks[0]);
    let events = worker.all("events");
    let event = events
        .iter()
        .find(|event| event["id"] == id.as_str())
        .unwrap();
    let key = event["dataref"].as_str().unwrap();
    assert!(
        key.starts_with("bodies/dt=") && key.ends_with(&format!("{id}.json")),
        "{key}"
    );
    assert_eq!(event["data"]["status"], "started");
    let whole = worker
        .objects()
        .into_iter()
        .find(|text| text.len() > 300_000)
        .expect("the whole event lies in the archive");
    let whole: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(whole["data"]["raw"], webhooks[0].to_string());
}
