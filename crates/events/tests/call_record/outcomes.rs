//! What is known of a call in the end.

use events::{CallRecord, Event, Outcome};
use serde_json::{Value, json};

use crate::calls::*;

/// A step that the webhook of another leg caused.
fn step_after(webhook: &Event, number: u32, cause: &str, target: &str, entered: &str) -> Event {
    event(
        "ivr.step",
        None,
        40,
        json!({ "webhook": webhook.id, "step": number, "path": [{
            "menu": "front", "version": "5e1f", "node": "sales", "entered": entered,
            "cause": cause, "attempt": 1, "target": target,
        }]}),
    )
}

#[test]
fn a_caller_who_is_put_through() {
    let events = put_through();
    let it = record(&events, CALLER);
    assert_eq!(it.outcome, Some(Outcome::Transferred));
    assert_eq!(it.status.as_deref(), Some("completed"));
    assert_eq!(it.started.as_deref(), Some("2026-03-02T10:00:00.000Z"));
    assert_eq!(it.answered.as_deref(), Some("2026-03-02T10:00:02.000Z"));
    assert_eq!(it.ended.as_deref(), Some("2026-03-02T10:01:00.000Z"));
    assert_eq!(it.duration, Some(58));
    assert_eq!(it.price.as_deref(), Some("0.00696000"));
    assert_eq!(it.rate.as_deref(), Some("0.00720000"));
    assert_eq!(it.network.as_deref(), Some("GB-FIXED"));
    assert_eq!(it.sip_code, Some(200));
    assert_eq!(it.hung_up_by.as_deref(), Some("platform"));
    assert_eq!(it.menu.as_deref(), Some("front"));
    let nodes: Vec<_> = it
        .path
        .iter()
        .map(|at| (at.visit.node.as_str(), at.visit.cause.as_str()))
        .collect();
    assert_eq!(nodes, [("main", "answer"), ("main", "choice 1")]);
    assert_eq!(it.legs.len(), 1);
    assert_eq!(it.legs[0].leg, AGENT.into());
    assert_eq!(it.legs[0].to.as_deref(), Some("447700900654"));

    let agent = record(&events, AGENT);
    assert_eq!(agent.outcome, Some(Outcome::Completed));
    assert_eq!(agent.direction.as_deref(), Some("outbound"));
    assert!(agent.path.is_empty());
    assert_eq!(agent.legs[0].leg, CALLER.into());
}

#[test]
fn a_recording_belongs_to_the_leg_we_answered() {
    let events = voicemail();
    let it = record(&events, CALLER);
    assert_eq!(it.outcome, Some(Outcome::MessageLeft));
    assert_eq!(it.recordings.len(), 1);
    assert_eq!(it.recordings[0].recording.as_deref(), Some("rec-1"));
    assert_eq!(it.recordings[0].size, Some(28_800));
    assert_eq!(
        it.recordings[0].started.as_deref(),
        Some("2026-03-02T10:00:33.000Z")
    );
    assert_eq!(it.transcripts.len(), 1);
    assert_eq!(it.transcripts[0].status.as_deref(), Some("transcribed"));

    let agent = record(&events, AGENT);
    assert!(agent.recordings.is_empty() && agent.transcripts.is_empty());
    assert_eq!(agent.status.as_deref(), Some("timeout"));
    assert_eq!(agent.outcome, Some(Outcome::Failed));
}

#[test]
fn a_recording_that_holds_nothing_is_no_message() {
    #[track_caller]
    fn check(member: &str, value: Value, expected: Outcome) {
        let mut events = voicemail();
        for event in &mut events {
            if event.kind == events::EventType::Recording {
                event.data.insert(member.to_owned(), value.clone());
            }
        }
        let it = record(&events, CALLER);
        assert_eq!(it.outcome, Some(expected), "{member}: {value}");
        // It is kept all the same: the platform made it.
        assert_eq!(it.recordings.len(), 1);
    }
    check("size", json!("28800"), Outcome::MessageLeft);
    check("size", Value::Null, Outcome::MessageLeft);
    check("size", json!("0"), Outcome::Completed);
    check("size", json!(0), Outcome::Completed);
    check("recording_url", Value::Null, Outcome::Completed);
    check("recording_url", json!(""), Outcome::Completed);
    check("recording_url", json!("null"), Outcome::Completed);
}

#[test]
fn a_machine_that_is_hung_up_on_is_nobody_the_caller_talked_to() {
    let machine = status("machine", AGENT, 20, json!({}));
    let answered = [
        answer(),
        step(1, 9, "main", "choice 1", "sales", "connect"),
        status("started", AGENT, 10, json!({})),
        status("answered", AGENT, 18, json!({})),
        machine.clone(),
        completed(AGENT, 21, "3", "platform"),
    ];
    // Talked to: it is somebody as far as anybody can tell.
    let talked = [&answered[..], &[completed(CALLER, 90, "88", "user")]].concat();
    check(
        &talked,
        CALLER,
        "completed",
        Some(Outcome::Transferred),
        true,
    );
    // Hung up on, and a message left here.
    let moved = step_after(&machine, 2, "no-answer", "message", "voicemail");
    let mut recorded = voicemail();
    recorded.retain(|event| event.kind == events::EventType::Recording);
    let left = [
        &answered[..],
        std::slice::from_ref(&moved),
        &recorded,
        &[completed(CALLER, 90, "88", "user")],
    ]
    .concat();
    check(&left, CALLER, "completed", Some(Outcome::MessageLeft), true);
    // Hung up on, and no message.
    let gone = [
        &answered[..],
        &[moved],
        &[completed(CALLER, 50, "48", "user")],
    ]
    .concat();
    check(&gone, CALLER, "completed", Some(Outcome::Abandoned), true);
    // Somebody else who answers after it is somebody.
    let next = status("answered", "leg-3", 60, json!({}));
    let second = [&left[..], &[next]].concat();
    check(
        &second,
        CALLER,
        "completed",
        Some(Outcome::Transferred),
        true,
    );
}

#[test]
fn a_caller_who_hangs_up_while_it_rings_goes_nowhere() {
    let cancelled = status("cancelled", AGENT, 20, json!({}));
    let events = [
        answer(),
        step(1, 9, "main", "choice 1", "sales", "connect"),
        status("ringing", AGENT, 11, json!({})),
        cancelled.clone(),
        // Earlier versions took it for "no answer".
        step_after(&cancelled, 2, "no-answer", "message", "voicemail"),
        completed(CALLER, 21, "19", "user"),
    ];
    let it = record(&events, CALLER);
    let targets: Vec<_> = it
        .path
        .iter()
        .map(|at| at.visit.target.as_deref())
        .collect();
    assert_eq!(targets, [Some("sales")]);
    assert_eq!(it.outcome, Some(Outcome::Abandoned));
}

#[track_caller]
fn check(events: &[Event], leg: &str, status: &str, outcome: Option<Outcome>, ended: bool) {
    let it = record(events, leg);
    assert_eq!(it.status.as_deref(), Some(status));
    assert_eq!(it.outcome, outcome);
    assert_eq!(it.ended.is_some(), ended);
}

#[test]
fn a_failure_says_more_than_the_completed_after_it() {
    for failure in [
        "busy",
        "cancelled",
        "unanswered",
        "rejected",
        "failed",
        "timeout",
    ] {
        let failed = status(
            failure,
            AGENT,
            20,
            json!({ "detail": "declined", "sip_code": 603 }),
        );
        let done = status(
            "completed",
            AGENT,
            21,
            json!({ "duration": "0", "sip_code": 200 }),
        );
        check(
            std::slice::from_ref(&failed),
            AGENT,
            failure,
            Some(Outcome::Failed),
            true,
        );
        check(
            &[done, failed.clone()],
            AGENT,
            failure,
            Some(Outcome::Failed),
            true,
        );
        let it = record(&[failed], AGENT);
        assert_eq!(it.detail.as_deref(), Some("declined"));
        assert_eq!(it.sip_code, Some(603));
    }
}

#[test]
fn a_call_whose_completed_never_came_stays_open() {
    let mut events = put_through();
    events.retain(|event| {
        event.kind != events::EventType::Completed && event.leg() != Some(&AGENT.into())
    });
    check(&events, CALLER, "answered", None, false);
}

#[test]
fn who_hangs_up_inside_the_menu_abandons_it() {
    let mut events = vec![
        answer(),
        step(0, 1, "main", "answer", "main", "menu"),
        completed(CALLER, 9, "8", "user"),
    ];
    check(&events, CALLER, "completed", Some(Outcome::Abandoned), true);
    events.push(step(1, 8, "main", "choice 9", "@hangup", ""));
    check(&events, CALLER, "completed", Some(Outcome::Completed), true);
    events.push(event(
        "ivr.degraded",
        Some(CALLER),
        8,
        json!({ "webhook": "w", "cause": "menu_missing" }),
    ));
    check(&events, CALLER, "completed", Some(Outcome::Degraded), true);
}

#[test]
fn a_status_nobody_knows_counts_as_under_way() {
    let events = [
        status("ringing", CALLER, 1, json!({})),
        status("hologram", CALLER, 2, json!({})),
    ];
    check(&events, CALLER, "hologram", None, false);
    let events = [
        status("answered", CALLER, 1, json!({})),
        status("hologram", CALLER, 2, json!({})),
    ];
    check(&events, CALLER, "answered", None, false);
}

#[test]
fn a_name_known_once_is_not_lost_to_unknown() {
    let mut last = completed(CALLER, 0, "8", "user");
    last.data.insert("from".into(), "Unknown".into());
    let mut first = status("started", CALLER, 5, json!({}));
    first.data.insert("from".into(), "Alice".into());
    assert_eq!(
        record(&[last.clone(), first], CALLER).from.as_deref(),
        Some("Alice")
    );
    assert_eq!(record(&[last], CALLER).from.as_deref(), Some("Unknown"));
}

#[test]
fn numbers_may_come_as_numbers_or_as_text() {
    let mut last = completed(CALLER, 9, "8", "user");
    last.data.insert("duration".into(), json!(8));
    last.data.insert("price".into(), json!(0.25));
    last.data.insert("sip_code".into(), json!("487"));
    let it = record(&[last], CALLER);
    assert_eq!(it.duration, Some(8));
    assert_eq!(it.price.as_deref(), Some("0.25"));
    assert_eq!(it.sip_code, Some(487));
}

#[test]
fn nulls_and_rubbish_are_unknown_not_an_error() {
    let mut last = completed(CALLER, 9, "8", "user");
    for name in [
        "duration",
        "price",
        "rate",
        "network",
        "start_time",
        "end_time",
        "sip_code",
        "disconnected_by",
    ] {
        last.data.insert(name.into(), Value::Null);
    }
    let it = record(std::slice::from_ref(&last), CALLER);
    assert_eq!((it.duration, it.price, it.network), (None, None, None));
    assert_eq!(it.ended.as_deref(), Some("2026-03-02T10:00:09.000Z"));
    for name in [
        "duration",
        "price",
        "end_time",
        "sip_code",
        "disconnected_by",
    ] {
        last.data.insert(name.into(), json!({ "odd": [1] }));
    }
    record(&[last], CALLER);
}

#[test]
fn of_two_copies_the_earlier_arrival_counts() {
    let first = answer();
    let mut retried = first.clone();
    retried.receivedat = "2026-03-02T10:00:04.000Z".into();
    retried.time.clone_from(&retried.receivedat);
    let one = record(&[first.clone(), retried.clone()], CALLER);
    let other = record(&[retried, first], CALLER);
    assert_eq!(one, other);
    assert_eq!(one.started.as_deref(), Some("2026-03-02T10:00:01.000Z"));
}

#[test]
fn a_record_survives_its_json() {
    for event in CallRecord::fold_all(&voicemail()) {
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<CallRecord>(&text).unwrap(), event);
    }
}
