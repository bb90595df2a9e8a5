//! Reading events out of JSON text in one pass: no tree of the whole is built first.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use vonage::{ConversationId, is_identifier};

use crate::event::Event;
use crate::subject::Subject;

/// Whether the exact bytes of the webhook are read too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Raw {
    /// They are.
    Kept,
    /// They are not.
    Skipped,
}

/// Why a text is no event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EventError {
    /// What is wrong, for an operator.
    pub message: String,
}

impl Event {
    /// Reads an event from JSON text.
    ///
    /// # Errors
    /// Not JSON, not an object, another major `specversion`, or a required attribute missing.
    pub fn from_json(text: &str) -> Result<Self, EventError> {
        read_event(text, Raw::Kept)
    }

    /// Reads an event from JSON text, without `raw` and `raw_base64`: for the fold, which does
    /// not look at them. They are a third of an event's bytes.
    ///
    /// # Errors
    /// As [`Event::from_json`].
    pub fn from_json_without_raw(text: &str) -> Result<Self, EventError> {
        read_event(text, Raw::Skipped)
    }
}

/// One event of a queue message, or why that part of the message is none; and its text.
pub type Part<'a> = (Result<Event, EventError>, Cow<'a, str>);

/// Reads a queue message: one event, or a JSON array of events (those of one webhook).
///
/// Each element of an array is read alone: one that is no event does not spoil its neighbours. A
/// text that is neither is one part, with the reason. An empty array has no parts.
#[must_use]
pub fn read_message(text: &str) -> Vec<Part<'_>> {
    if !text.trim_start().starts_with('[') {
        return vec![(Event::from_json(text), Cow::Borrowed(text))];
    }
    match serde_json::from_str::<Vec<&RawValue>>(text) {
        Ok(parts) => parts
            .into_iter()
            .map(|part| (Event::from_json(part.get()), Cow::Borrowed(part.get())))
            .collect(),
        Err(error) => {
            let error = EventError {
                message: format!("not a JSON array of events: {error}"),
            };
            vec![(Err(error), Cow::Borrowed(text))]
        }
    }
}

fn read_event(text: &str, raw: Raw) -> Result<Event, EventError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let members = Members { raw }
        .deserialize(&mut reader)
        .and_then(|members| reader.end().map(|()| members))
        .map_err(|error| EventError {
            message: format!("not a JSON object: {error}"),
        })?;
    members.into_event()
}

/// What the text says, before it is checked.
#[derive(Default)]
struct Read {
    attributes: Map<String, Value>,
    data: Option<Option<Map<String, Value>>>,
}

impl Read {
    fn into_event(self) -> Result<Event, EventError> {
        let Self {
            mut attributes,
            data,
        } = self;
        match attributes.remove("specversion") {
            Some(Value::String(version)) if version == "1.0" => {}
            Some(other) => {
                return Err(EventError {
                    message: format!("`specversion` is {other}, expected \"1.0\""),
                });
            }
            None => return Err(missing("specversion")),
        }
        attributes.remove("datacontenttype");
        let mut text = |name: &str| match attributes.remove(name) {
            Some(Value::String(text)) if !text.is_empty() => Some(text),
            _ => None,
        };
        let id = text("id").ok_or_else(|| missing("id"))?;
        let source = text("source").ok_or_else(|| missing("source"))?;
        let kind = text("type").ok_or_else(|| missing("type"))?;
        let receivedat = text("receivedat").ok_or_else(|| missing("receivedat"))?;
        let time = text("time").unwrap_or_else(|| receivedat.clone());
        let kind = kind.as_str().into();
        Ok(Event {
            id,
            subject: text("subject").map(|text| Subject::read(&source, &kind, text)),
            source,
            kind,
            time,
            dataschema: text("dataschema"),
            conversation: text("conversation")
                .filter(|name| is_identifier(name))
                .map(ConversationId::from),
            receivedat,
            menu: text("menu"),
            menuversion: text("menuversion"),
            node: text("node"),
            delivered: text("delivered"),
            dataref: text("dataref"),
            data: match data {
                None => Map::new(),
                Some(Some(data)) => data,
                Some(None) => {
                    return Err(EventError {
                        message: "`data` is not an object".into(),
                    });
                }
            },
            extensions: attributes,
        })
    }
}

fn missing(attribute: &str) -> EventError {
    EventError {
        message: format!("the attribute `{attribute}` is missing, empty or not a string"),
    }
}

struct Members {
    raw: Raw,
}

impl<'de> DeserializeSeed<'de> for Members {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Read, A::Error> {
        let mut read = Read::default();
        while let Some(name) = map.next_key::<String>()? {
            if name == "data" {
                read.data = Some(map.next_value_seed(Data { raw: self.raw })?);
            } else {
                read.attributes.insert(name, map.next_value()?);
            }
        }
        Ok(read)
    }
}

/// `data`; `None` when it is not an object.
struct Data {
    raw: Raw,
}

impl<'de> DeserializeSeed<'de> for Data {
    type Value = Option<Map<String, Value>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.raw == Raw::Kept {
            return Ok(match Value::deserialize(deserializer)? {
                Value::Object(data) => Some(data),
                _ => None,
            });
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Data {
    type Value = Option<Map<String, Value>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the data of an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut data = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if matches!(name.as_str(), "raw" | "raw_base64") {
                map.next_value::<IgnoredAny>()?;
            } else {
                data.insert(name, map.next_value()?);
            }
        }
        Ok(Some(data))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::read_message;
    use crate::Event;

    const EVENT: &str = r#"{"specversion":"1.0","id":"a","source":"/ivr","type":"ivr.notify","receivedat":"2026-11-21T12:00:00.000Z","data":{"x":1,"raw":"{}"}}"#;

    /// What a message holds: the ids of its events, and of what is none, its text after a `!`.
    #[track_caller]
    fn check(message: &str, expected: &[&str]) {
        let found: Vec<String> = read_message(message)
            .into_iter()
            .map(|(event, text)| match event {
                Ok(event) => {
                    assert_eq!(Event::from_json(&text).as_ref(), Ok(&event));
                    event.id
                }
                Err(_) => format!("!{text}"),
            })
            .collect();
        assert_eq!(found, expected, "{message}");
    }

    #[test]
    fn a_message_is_one_event_or_an_array_of_them() {
        let other = EVENT.replace(r#""id":"a""#, r#""id":"b""#);
        check(EVENT, &["a"]);
        check(&format!("[{EVENT},{other}]"), &["a", "b"]);
        check(&format!(" [ {EVENT} ] "), &["a"]);
        check("[]", &[]);
    }

    #[test]
    fn what_is_no_event_does_not_spoil_its_neighbours() {
        check(
            &format!(r#"[{EVENT}, 7, {{"id":"x"}}]"#),
            &["a", "!7", r#"!{"id":"x"}"#],
        );
        check("[1,", &["![1,"]);
        check("hello", &["!hello"]);
        check("", &["!"]);
    }

    #[test]
    fn the_fold_reads_everything_but_the_raw_bytes() {
        let mut whole = Event::from_json(EVENT).unwrap();
        let lean = Event::from_json_without_raw(EVENT).unwrap();
        assert!(whole.data.remove("raw").is_some());
        assert_eq!(lean, whole);
        for data in ["7", "-7", "1.5", "\"x\"", "[1,{}]", "null", "true"] {
            let text = EVENT.replace(r#"{"x":1,"raw":"{}"}"#, data);
            let error = Event::from_json(&text).unwrap_err();
            assert_eq!(Event::from_json_without_raw(&text), Err(error.clone()));
            assert_eq!(error.message, "`data` is not an object", "{data}");
        }
    }
}
