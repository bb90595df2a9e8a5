//! Where events lie in the archive.

use std::collections::BTreeMap;

use crate::canonical::Hasher;
use crate::event::Event;
use crate::event_type::EventType;

/// One object of the archive.
#[derive(Clone, Debug, PartialEq)]
pub struct File<'a> {
    /// `events/dt=2026-11-21/hh=12/<batch>.ndjson`
    pub key: String,
    /// The events in it as JSON text, by id.
    pub lines: BTreeMap<&'a str, &'a str>,
}

impl File<'_> {
    /// Whether the event, or a copy of it, belongs to this file.
    #[must_use]
    pub fn holds(&self, event: &Event) -> bool {
        self.key.starts_with(&folder(&event.receivedat))
            && self.lines.contains_key(event.id.as_str())
    }

    /// One event a line.
    #[must_use]
    pub fn ndjson(&self) -> String {
        let size = self.lines.values().map(|line| line.len() + 1).sum();
        let mut text = String::with_capacity(size);
        for line in self.lines.values() {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

/// Sorts events, each with its JSON text, into the files they belong to, by the hour they were
/// received in. Of several copies of one event the earlier counts.
///
/// A file's name is computed from the ids in it: the same events written again overwrite
/// themselves instead of multiplying.
pub fn files<'a>(events: impl IntoIterator<Item = (&'a Event, &'a str)>) -> Vec<File<'a>> {
    type Copies<'a> = BTreeMap<&'a str, (&'a str, &'a str)>;
    let mut hours: BTreeMap<String, Copies<'a>> = BTreeMap::new();
    for (event, line) in events {
        let copies = hours.entry(folder(&event.receivedat)).or_default();
        let copy = (event.receivedat.as_str(), line);
        let kept = copies.entry(&event.id).or_insert(copy);
        *kept = copy.min(*kept);
    }
    hours
        .into_iter()
        .map(|(folder, copies)| {
            let mut hasher = Hasher::new();
            for id in copies.keys() {
                hasher.part(id.as_bytes());
            }
            let mut lines = BTreeMap::new();
            for (id, (_, line)) in copies {
                lines.insert(id, line);
            }
            File {
                key: format!("{folder}{}.ndjson", hasher.id()),
                lines,
            }
        })
        .collect()
}

/// The folder of the hour of a point in time, with its closing slash.
#[must_use]
pub fn folder(at: &str) -> String {
    let date = at.get(..10).unwrap_or("unknown");
    let hour = at.get(11..13).unwrap_or("00");
    format!("events/dt={date}/hh={hour}/")
}

/// Where a body too large for the queue lies whole.
#[must_use]
pub fn body_key(event: &Event) -> String {
    let date = event.receivedat.get(..10).unwrap_or("unknown");
    format!("bodies/dt={date}/{}.json", event.id)
}

/// Where a dead letter of an event lies.
#[must_use]
pub fn dead_key(event: &Event) -> String {
    let date = event.receivedat.get(..10).unwrap_or("unknown");
    format!("dead/dt={date}/{}.json", event.id)
}

/// Where a recording or transcript is kept, from its id or, where there is none, its event's.
#[must_use]
pub fn recording_key(event: &Event) -> String {
    match event.kind {
        EventType::Transcription => recording_folder(event) + "transcript.json",
        _ => sound_key(named(event)),
    }
}

/// Where the sound of a recording is kept, by its id.
#[must_use]
pub fn sound_key(id: &str) -> String {
    folder_of_recording(id) + "audio"
}

/// The folder of what is kept of one recording.
#[must_use]
pub fn recording_folder(event: &Event) -> String {
    folder_of_recording(named(event))
}

fn named(event: &Event) -> &str {
    event.text("recording_uuid").unwrap_or(&event.id)
}

/// Only letters, digits, `-` and `_` of an id reach the key.
fn folder_of_recording(id: &str) -> String {
    let safe: String = id
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .take(80)
        .collect();
    format!("recordings/{safe}/")
}

#[cfg(test)]
mod tests {
    use super::{File, files};
    use crate::event::Event;

    fn event(id: &str, receivedat: &str) -> Event {
        Event::from_json(&format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"/ivr","type":"ivr.notify","receivedat":"{receivedat}"}}"#
        ))
        .unwrap()
    }

    fn with_text(events: &[Event]) -> Vec<(&Event, String)> {
        events
            .iter()
            .map(|event| (event, event.to_json()))
            .collect()
    }

    fn sorted<'a>(events: &'a [(&'a Event, String)]) -> Vec<File<'a>> {
        files(events.iter().map(|(event, text)| (*event, text.as_str())))
    }

    #[test]
    fn a_batch_is_split_by_the_hour_of_arrival() {
        let events = [
            event("b", "2026-11-21T12:59:59.999Z"),
            event("a", "2026-11-21T13:00:00.000Z"),
            event("c", "2026-11-21T12:00:00.000Z"),
        ];
        let events = with_text(&events);
        let files = sorted(&events);
        assert_eq!(files.len(), 2);
        assert!(files[0].key.starts_with("events/dt=2026-11-21/hh=12/"));
        assert!(files[1].key.starts_with("events/dt=2026-11-21/hh=13/"));
        assert_eq!(files[0].ndjson().lines().count(), 2);
        assert!(files[0].holds(events[0].0) && !files[0].holds(events[1].0));
    }

    #[test]
    fn the_same_events_get_the_same_name_in_any_order_and_number() {
        let a = event("a", "2026-11-21T12:00:00.000Z");
        let b = event("b", "2026-11-21T12:00:01.000Z");
        let later_copy = event("b", "2026-11-21T12:00:09.000Z");
        let once = [a.clone(), b.clone()];
        let again = [b.clone(), later_copy, a.clone(), b];
        assert_eq!(sorted(&with_text(&once)), sorted(&with_text(&again)));
        let alone = [a];
        assert_ne!(
            sorted(&with_text(&once))[0].key,
            sorted(&with_text(&alone))[0].key
        );
    }
}
