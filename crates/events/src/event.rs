//! The envelope: CloudEvents 1.0 in the JSON format.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};
use vonage::{ConversationId, LegId};

use crate::event_type::EventType;
use crate::subject::Subject;

/// One event as it lies on the queue, in the archive and in the database.
///
/// Attribute names and meanings are those of the CloudEvents 1.0 specification; `conversation`,
/// `receivedat`, `menu`, `menuversion`, `node`, `delivered` and `dataref` are extensions.
/// Attributes this version does not know are kept in `extensions` and written back untouched,
/// because two versions of the Worker run at once during a rollout.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// 32 hex digits computed from the content: the same webhook delivered twice has one id.
    pub id: String,
    /// Where it comes from: `/vonage/voice`, `/vonage/messages`, …, `/ivr`.
    pub source: String,
    /// What happened: `vonage.voice.completed`, `ivr.step`, …
    pub kind: EventType,
    /// The leg's uuid, the message's id, a menu's id on `ivr.published`, or on `ivr.operator` the
    /// path of what was changed.
    pub subject: Option<Subject>,
    /// When it happened: RFC 3339, UTC, milliseconds. The time of arrival where Vonage says none.
    pub time: String,
    /// `urn:edge-ivr:event:1:<schema>`: names the JSON Schema, and with it the format's version.
    pub dataschema: Option<String>,
    /// The conversation the leg belongs to.
    pub conversation: Option<ConversationId>,
    /// When the Worker received it, in the form of `time`.
    pub receivedat: String,
    /// The menu the caller was in.
    pub menu: Option<String>,
    /// The version of that menu.
    pub menuversion: Option<String>,
    /// The node the caller was at.
    pub node: Option<String>,
    /// Sinks that already have it, `calls,archive`: only on messages that are tried again.
    pub delivered: Option<String>,
    /// Where the rest of `data` lies when it was too large for the queue: a key in `ARCHIVE`.
    pub dataref: Option<String>,
    /// Attributes unknown to this version.
    pub extensions: Map<String, Value>,
    /// The normalised members, and `raw` (text) or `raw_base64`.
    pub data: Map<String, Value>,
}

/// A place events are delivered to by the consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sink {
    /// Events and call records in D1.
    Calls,
    /// NDJSON in R2.
    Archive,
    /// `SINK_URL`.
    Forward,
    /// The recording or transcript an event points to, copied to R2.
    Recording,
    /// `LAKE`, a pipeline into Iceberg tables.
    Lake,
}

impl Sink {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Calls,
        Self::Archive,
        Self::Forward,
        Self::Recording,
        Self::Lake,
    ];

    /// The name on the `delivered` attribute.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Archive => "archive",
            Self::Forward => "forward",
            Self::Recording => "recording",
            Self::Lake => "lake",
        }
    }
}

/// Events by their ids: of several copies of one, the copy that [`Event::precedes`] says counts.
pub fn earliest<'a>(
    events: impl IntoIterator<Item = &'a Event>,
) -> std::collections::BTreeMap<&'a str, &'a Event> {
    let mut kept = std::collections::BTreeMap::new();
    for event in events {
        let known: &mut &Event = kept.entry(event.id.as_str()).or_insert(event);
        if !std::ptr::eq(*known, event) && event.precedes(known) {
            *known = event;
        }
    }
    kept
}

impl Event {
    /// Writes the event as JSON on one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Most events are shorter: their text grows no more than once.
        let mut text = Vec::with_capacity(1_024);
        match serde_json::to_writer(&mut text, self) {
            Ok(()) => String::from_utf8(text).unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// The leg it is about, if it is about one.
    #[must_use]
    pub fn leg(&self) -> Option<&LegId> {
        match &self.subject {
            Some(Subject::Leg(leg)) => Some(leg),
            Some(Subject::Other(_)) | None => None,
        }
    }

    /// A member of `data` as text, if it is text and not empty.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.data
            .get(name)?
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }

    /// Whether `sink` already has it.
    #[must_use]
    pub fn has_reached(&self, sink: Sink) -> bool {
        self.delivered
            .as_deref()
            .is_some_and(|sinks| sinks.split(',').any(|name| name == sink.name()))
    }

    /// Notes that `sink` has it.
    pub fn mark_reached(&mut self, sink: Sink) {
        if self.has_reached(sink) {
            return;
        }
        let delivered = self.delivered.get_or_insert_default();
        if !delivered.is_empty() {
            delivered.push(',');
        }
        delivered.push_str(sink.name());
    }

    /// Takes out where the caller was.
    pub fn clear_position(&mut self) {
        self.menu = None;
        self.menuversion = None;
        self.node = None;
    }

    /// The event without the notes of its own delivery: what the sinks store.
    #[must_use]
    pub fn without_progress(mut self) -> Self {
        self.delivered = None;
        self
    }

    /// Of two copies of one event, whether this one counts: the earlier arrival, then the lesser
    /// text, so that any two readers agree whichever copy they met first.
    #[must_use]
    pub fn precedes(&self, other: &Self) -> bool {
        match self.receivedat.cmp(&other.receivedat) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Greater => false,
            std::cmp::Ordering::Equal => self.to_json() < other.to_json(),
        }
    }

    /// Makes the event small enough for a queue message: everything long leaves `data`, and
    /// `dataref` says where the whole event lies (the CloudEvents data reference extension).
    ///
    /// Scalars under 256 bytes stay, so that a call record is still right.
    #[must_use]
    pub fn shed(mut self, dataref: String) -> Self {
        self.data.retain(|name, value| {
            name.len() < 256
                && match value {
                    Value::Null | Value::Bool(_) | Value::Number(_) => true,
                    Value::String(text) => text.len() < 256,
                    Value::Array(_) | Value::Object(_) => false,
                }
        });
        // A body of many thousand small members is still too large: then the reference must do.
        if self.to_json().len() > 64_000 {
            self.data.clear();
        }
        self.dataref = Some(dataref);
        self
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("specversion", "1.0")?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("source", &self.source)?;
        map.serialize_entry("type", self.kind.as_str())?;
        if let Some(subject) = &self.subject {
            map.serialize_entry("subject", subject)?;
        }
        map.serialize_entry("time", &self.time)?;
        map.serialize_entry("datacontenttype", "application/json")?;
        if let Some(dataschema) = &self.dataschema {
            map.serialize_entry("dataschema", dataschema)?;
        }
        map.serialize_entry("receivedat", &self.receivedat)?;
        if let Some(conversation) = &self.conversation {
            map.serialize_entry("conversation", conversation)?;
        }
        for (name, value) in [
            ("menu", &self.menu),
            ("menuversion", &self.menuversion),
            ("node", &self.node),
            ("delivered", &self.delivered),
            ("dataref", &self.dataref),
        ] {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        for (name, value) in &self.extensions {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry("data", &self.data)?;
        map.end()
    }
}
