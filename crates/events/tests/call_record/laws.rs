//! What holds for the events of any call.

use events::{CallRecord, Event};
use proptest::prelude::*;
use serde_json::json;

use crate::calls::{CALLER, event_in, put_through, record, voicemail};

/// Any event of a small world: three legs, two conversations, few moments, so that things collide.
fn any_event() -> impl Strategy<Value = Event> {
    let kind = prop::sample::select(vec![
        "vonage.voice.started",
        "vonage.voice.ringing",
        "vonage.voice.answered",
        "vonage.voice.busy",
        "vonage.voice.timeout",
        "vonage.voice.rejected",
        "vonage.voice.cancelled",
        "vonage.voice.machine",
        "vonage.voice.completed",
        "vonage.voice.human",
        "vonage.voice.hologram",
        "vonage.voice.answer",
        "vonage.voice.input",
        "vonage.voice.recording",
        "vonage.voice.transcription",
        "vonage.voice.transfer",
        "vonage.voice.error",
        "ivr.step",
        "ivr.degraded",
    ]);
    let text = prop::sample::select(vec![
        "",
        "7",
        "null",
        "user",
        "platform",
        "Unknown",
        "447700900777",
    ]);
    (
        kind,
        prop::option::weighted(0.8, prop::sample::select(vec!["leg-a", "leg-b", "leg-c"])),
        prop::sample::select(vec!["CON-1", "CON-2"]),
        0..4_u32,
        0..3_u32,
        prop::sample::select(vec!["inbound", "outbound"]),
        text,
        0..3_u32,
    )
        .prop_map(|(kind, leg, conversation, second, late, direction, text, step)| {
            let mut event = event_in(
                conversation,
                kind,
                leg,
                second,
                json!({
                    "direction": direction, "from": text, "duration": text, "price": text,
                    "disconnected_by": text, "recording_uuid": text, "step": step,
                    "path": [{ "menu": "m", "version": "v", "node": "n", "entered": "voicemail", "cause": text, "attempt": step, "target": "@hangup" }],
                }),
            );
            // The same webhook again, a little later: same id, other arrival.
            event.receivedat = format!("2026-03-02T10:00:{late:02}.500Z");
            event
        })
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(128)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_any_repetition_give_the_same_records(
        (events, disordered) in prop::collection::vec(any_event(), 1..40).prop_flat_map(|events| {
            let repeated = prop::collection::vec(0..events.len(), 0..20).prop_map({
                let events = events.clone();
                move |again| {
                    let mut all = events.clone();
                    all.extend(again.into_iter().map(|index| events[index].clone()));
                    all
                }
            });
            (Just(events), repeated.prop_shuffle())
        })
    ) {
        prop_assert_eq!(CallRecord::fold_all(&events), CallRecord::fold_all(&disordered));
    }

    #[test]
    fn a_list_cut_short_gives_a_record_that_later_events_only_add_to(
        story in prop::sample::select(vec![put_through(), voicemail()]),
        order in Just((0..12_usize).collect::<Vec<_>>()).prop_shuffle(),
        cut in 0..12_usize,
    ) {
        let order: Vec<Event> = order.into_iter().filter_map(|at| story.get(at).cloned()).collect();
        let cut = cut.min(order.len());
        if let Some(partial) = CallRecord::fold(&CALLER.into(), &order[..cut]) {
            let whole = record(&order, CALLER);
            prop_assert!(partial.path.iter().all(|at| whole.path.contains(at)));
            prop_assert!(partial.recordings.len() <= whole.recordings.len());
            prop_assert!(partial.ended.is_none() || partial.ended == whole.ended);
            prop_assert!(partial.duration.is_none() || partial.duration == whole.duration);
            prop_assert_ne!(partial.status.as_deref().map(far), Some(9));
            prop_assert!(partial.status.as_deref().map(far) <= whole.status.as_deref().map(far));
            // Whatever was folded before, the whole list gives what it gives.
            prop_assert_eq!(whole, record(&story, CALLER));
        }
    }

    /// What the database hands over is no more than this.
    #[test]
    fn a_leg_needs_its_own_events_and_those_of_its_conversations(
        events in prop::collection::vec(any_event(), 1..40)
    ) {
        for whole in CallRecord::fold_all(&events) {
            let talks: Vec<_> = events.iter()
                .filter(|event| event.leg() == Some(&whole.leg))
                .filter_map(|event| event.conversation.clone())
                .collect();
            let needed = events.iter().filter(|event| {
                event.leg() == Some(&whole.leg)
                    || event.conversation.as_ref().is_some_and(|it| talks.contains(it))
            });
            prop_assert_eq!(CallRecord::fold(&whole.leg, needed), Some(whole));
        }
    }

    #[test]
    fn events_of_other_calls_change_nothing(
        strangers in prop::collection::vec(any_event(), 0..20)
    ) {
        let story = voicemail();
        let mut crowd = strangers;
        crowd.extend(story.iter().cloned());
        prop_assert_eq!(record(&crowd, CALLER), record(&story, CALLER));
    }
}

fn far(status: &str) -> u8 {
    match status {
        "started" => 1,
        "ringing" => 2,
        "answered" => 3,
        "completed" => 4,
        _ => 9,
    }
}
