//! What was recorded of a call, and whether it is a message.

use std::collections::BTreeMap;

use super::member::{scalar, whole};
use crate::event::Event;
use crate::event_type::EventType;
use crate::record::{CallRecord, Recording, Transcript};
use crate::timestamp;

/// The recordings of a call, in the order they came.
pub(super) fn recordings(own: &[&Event], legless: &[&Event]) -> Vec<Recording> {
    let mut found: BTreeMap<String, (&str, Recording)> = BTreeMap::new();
    for event in own.iter().chain(legless) {
        if event.kind != EventType::Recording {
            continue;
        }
        let said = Recording {
            recording: scalar(event, "recording_uuid"),
            url: scalar(event, "recording_url"),
            started: event.text("start_time").and_then(timestamp::normal),
            ended: event.text("end_time").and_then(timestamp::normal),
            size: scalar(event, "size").and_then(|text| whole(&text)),
            node: event.node.clone(),
        };
        let key = said
            .recording
            .clone()
            .or_else(|| said.url.clone())
            .unwrap_or_else(|| event.id.clone());
        let (_, kept) = found
            .entry(key)
            .or_insert_with(|| (&event.time, Recording::default()));
        kept.recording = kept.recording.take().or(said.recording);
        kept.url = kept.url.take().or(said.url);
        kept.started = kept.started.take().or(said.started);
        kept.ended = kept.ended.take().or(said.ended);
        kept.size = kept.size.take().or(said.size);
        kept.node = kept.node.take().or(said.node);
    }
    let mut recordings: Vec<_> = found.into_iter().collect();
    recordings.sort_unstable_by(|a, b| (a.1.0, &a.0).cmp(&(b.1.0, &b.0)));
    recordings.into_iter().map(|(_, (_, it))| it).collect()
}

/// The transcripts of a call's recordings.
pub(super) fn transcripts(own: &[&Event], legless: &[&Event]) -> Vec<Transcript> {
    let mut found: BTreeMap<String, Transcript> = BTreeMap::new();
    for event in own.iter().chain(legless) {
        if event.kind != EventType::Transcription {
            continue;
        }
        let said = Transcript {
            recording: scalar(event, "recording_uuid"),
            url: scalar(event, "transcription_url"),
            status: scalar(event, "status"),
        };
        let key = said
            .url
            .clone()
            .or_else(|| said.recording.clone())
            .unwrap_or_else(|| event.id.clone());
        found.entry(key).or_insert(said);
    }
    found.into_values().collect()
}

/// A recording made by a voicemail node; one made by a `record` node is no message, and neither
/// is one that holds nothing or that nobody can fetch.
pub(super) fn left_a_message(record: &CallRecord) -> bool {
    let voicemails: Vec<&str> = record
        .path
        .iter()
        .filter(|passed| passed.visit.entered.as_deref() == Some("voicemail"))
        .filter_map(|passed| passed.visit.target.as_deref())
        // In another menu it is `menu:<id>/<node>`.
        .map(|target| target.rsplit('/').next().unwrap_or(target))
        .collect();
    !voicemails.is_empty()
        && record.recordings.iter().any(|recording| {
            recording.url.is_some()
                && recording.size != Some(0)
                && recording
                    .node
                    .as_deref()
                    .is_none_or(|node| voicemails.contains(&node))
        })
}
