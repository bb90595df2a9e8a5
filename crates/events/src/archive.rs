//! Where events lie in the archive.

use order::Map;

use crate::canonical::Hasher;
use crate::event::{Event, earliest};

/// One object of the archive.
#[derive(Clone, Debug, PartialEq)]
pub struct File<'a> {
    /// `events/dt=2026-11-21/hh=12/<batch>.ndjson`
    pub key: String,
    /// The events in it, by id.
    pub events: Vec<&'a Event>,
}

impl File<'_> {
    /// Whether the event, or a copy of it, belongs to this file.
    #[must_use]
    pub fn holds(&self, event: &Event) -> bool {
        self.key.starts_with(&folder(&event.receivedat))
            && self
                .events
                .binary_search_by(|held| held.id.as_str().cmp(&event.id))
                .is_ok()
    }

    /// One event a line.
    #[must_use]
    pub fn ndjson(&self) -> String {
        let mut text = String::new();
        for event in &self.events {
            text.push_str(&event.to_json());
            text.push('\n');
        }
        text
    }
}

/// Sorts events into the files they belong to, by the hour they were received in.
///
/// A file's name is computed from the ids in it: the same events written again overwrite
/// themselves instead of multiplying.
pub fn files<'a>(events: impl IntoIterator<Item = &'a Event>) -> Vec<File<'a>> {
    let mut hours: Map<String, Vec<&Event>> = Map::new();
    for event in events {
        hours.or_default(folder(&event.receivedat)).push(event);
    }
    hours
        .into_iter()
        .map(|(folder, events)| {
            let events = earliest(events);
            let mut hasher = Hasher::new();
            for id in events.keys() {
                hasher.part(id.as_bytes());
            }
            File {
                key: format!("{folder}{}.ndjson", hasher.id()),
                events: events.into_values().collect(),
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

/// Where a recording or transcript is kept, from its id or, where there is none, its event's.
///
/// Only letters, digits, `-` and `_` of an id reach the key.
#[must_use]
pub fn recording_key(event: &Event) -> String {
    let named = event.text("recording_uuid").unwrap_or(&event.id);
    let safe: String = named
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .take(80)
        .collect();
    let kind = if event.kind == "vonage.voice.transcription" {
        "transcript.json"
    } else {
        "audio"
    };
    format!("recordings/{safe}/{kind}")
}

#[cfg(test)]
mod tests {
    use super::files;
    use crate::event::Event;

    fn event(id: &str, receivedat: &str) -> Event {
        Event::from_json(&format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"/ivr","type":"ivr.notify","receivedat":"{receivedat}"}}"#
        ))
        .unwrap()
    }

    #[test]
    fn a_batch_is_split_by_the_hour_of_arrival() {
        let events = [
            event("b", "2026-11-21T12:59:59.999Z"),
            event("a", "2026-11-21T13:00:00.000Z"),
            event("c", "2026-11-21T12:00:00.000Z"),
        ];
        let files = files(&events);
        assert_eq!(files.len(), 2);
        assert!(files[0].key.starts_with("events/dt=2026-11-21/hh=12/"));
        assert!(files[1].key.starts_with("events/dt=2026-11-21/hh=13/"));
        assert_eq!(files[0].ndjson().lines().count(), 2);
    }

    #[test]
    fn the_same_events_get_the_same_name_in_any_order_and_number() {
        let a = event("a", "2026-11-21T12:00:00.000Z");
        let b = event("b", "2026-11-21T12:00:01.000Z");
        let later_copy = event("b", "2026-11-21T12:00:09.000Z");
        assert_eq!(files([&a, &b]), files([&b, &later_copy, &a, &b]));
        assert_ne!(files([&a, &b])[0].key, files([&a])[0].key);
    }
}
