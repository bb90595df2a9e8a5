//! From the bytes of a delivery to its members, whatever the transport.

use crate::delivery::{Delivery, Method};
use crate::delivery_error::{DeliveryError, DeliveryErrorKind, Place};
use crate::query;
use crate::wire::Fields;
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Objects and lists within one another, the outermost counted: what serde_json allows.
const DEEPEST: usize = 128;

/// Members that the platform sends as objects, and as JSON text when the webhook is a GET or a form
/// ("Voice webhook reference", event_method GET; captures of 2020).
const NESTED: [&str; 12] = [
    "speech",
    "dtmf",
    "payload",
    "custom_data",
    "original_request",
    "headers",
    "body",
    "channel",
    "usage",
    "error",
    "_links",
    "_embedded",
];

/// What a delivery holds.
#[derive(Debug, Default)]
pub(crate) struct Members {
    /// Every member; of one that comes twice, the last.
    pub fields: Fields,
    /// Earlier values of members that come more than once.
    pub repeated: Vec<(String, Value)>,
    /// Whether they came as JSON, where all of them are the platform's.
    pub is_json: bool,
}

impl Members {
    pub(crate) fn read(delivery: &Delivery<'_>) -> Result<Self, DeliveryError> {
        match delivery.method {
            Method::Get => Self::from_query(delivery.query),
            Method::Post => match Transport::of(delivery) {
                Transport::Json => Self::from_json(delivery.body),
                Transport::Form => Self::from_form(delivery.body),
            },
        }
    }

    fn insert(&mut self, key: String, value: Value) {
        match self.fields.entry(key) {
            serde_json::map::Entry::Vacant(place) => {
                place.insert(value);
            }
            serde_json::map::Entry::Occupied(mut place) => {
                let key = place.key().clone();
                let earlier = place.insert(value);
                self.repeated.push((key, earlier));
            }
        }
    }

    fn from_query(text: &str) -> Result<Self, DeliveryError> {
        if let Some(offset) = text.bytes().position(never_in_a_form) {
            return Err(DeliveryError {
                kind: DeliveryErrorKind::NotForm,
                place: Place::Query { offset },
                message: "the query holds a blank or control character that is not percent-encoded",
            });
        }
        if has_no_pair(text) {
            return Err(DeliveryError {
                kind: DeliveryErrorKind::NotForm,
                place: Place::Query { offset: 0 },
                message: "the query has no name=value",
            });
        }
        Ok(Self::from_pairs(text))
    }

    fn from_form(body: &[u8]) -> Result<Self, DeliveryError> {
        let malformed = |kind, offset, message| DeliveryError {
            kind,
            place: Place::body(body, offset),
            message,
        };
        let text = std::str::from_utf8(body).map_err(|error| {
            malformed(
                DeliveryErrorKind::NotUtf8,
                error.valid_up_to(),
                "the form is not UTF-8",
            )
        })?;
        let text = text.trim_end_matches(['\r', '\n']);
        if let Some(offset) = text.bytes().position(never_in_a_form) {
            return Err(malformed(
                DeliveryErrorKind::NotForm,
                offset,
                "the form holds a blank or control character that is not percent-encoded",
            ));
        }
        if has_no_pair(text) {
            return Err(malformed(
                DeliveryErrorKind::NotForm,
                0,
                "the form has no name=value",
            ));
        }
        if text.starts_with('{') && serde_json::from_str::<&RawValue>(text).is_ok() {
            return Err(malformed(
                DeliveryErrorKind::NotForm,
                0,
                "the body is JSON, its content type says form",
            ));
        }
        Ok(Self::from_pairs(text))
    }

    fn from_pairs(text: &str) -> Self {
        let pairs = query::pairs(text);
        // In the SMS API everything is text: somebody may well send the word null, or a brace.
        let sms = pairs
            .clone()
            .any(|(key, _)| matches!(key.as_ref(), "msisdn" | "messageId"));
        let mut members = Self::default();
        for (key, value) in pairs {
            let value = match sms {
                true => Value::String(value.into_owned()),
                false => widen(&key, value.into_owned()),
            };
            members.insert(key.into_owned(), value);
        }
        members
    }

    fn from_json(body: &[u8]) -> Result<Self, DeliveryError> {
        let malformed = |kind, offset, message| DeliveryError {
            kind,
            place: Place::body(body, offset),
            message,
        };
        let content = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let start = body.len() - content.len();
        let text = std::str::from_utf8(content).map_err(|error| {
            malformed(
                DeliveryErrorKind::NotUtf8,
                start + error.valid_up_to(),
                "the body is not UTF-8",
            )
        })?;
        match text.trim_ascii_start().bytes().next() {
            None => {
                return Err(malformed(
                    DeliveryErrorKind::Empty,
                    start,
                    "the body is empty",
                ));
            }
            Some(b'{') => {}
            // What follows may be good JSON or not: an object it is not.
            Some(_) => {
                let (kind, message) = match serde_json::from_str::<&RawValue>(text) {
                    Ok(_) => (
                        DeliveryErrorKind::NotObject,
                        "the body is JSON but not an object",
                    ),
                    Err(_) => (DeliveryErrorKind::NotJson, "the body is not JSON"),
                };
                return Err(malformed(kind, start, message));
            }
        }
        if let Some(offset) = too_deep(text) {
            return Err(malformed(
                DeliveryErrorKind::TooDeep,
                start + offset,
                "objects or lists are nested more than 128 deep",
            ));
        }
        let mut members = Self {
            is_json: true,
            ..Self::default()
        };
        each_member(text, &mut |key, raw| {
            members.insert(key.into_owned(), value(raw))
        })
        .map_err(|error| {
            let offset = offset_of(text, error.line(), error.column());
            malformed(
                DeliveryErrorKind::NotJson,
                start + offset,
                "the body is not JSON",
            )
        })?;
        Ok(members)
    }
}

/// Neither a query nor a form has these; both encode them.
fn never_in_a_form(byte: u8) -> bool {
    byte <= b' ' || byte == 0x7f
}

/// A lone word is neither a query nor a form. Nothing at all is: a webhook without fields.
fn has_no_pair(text: &str) -> bool {
    !text.is_empty() && !text.contains('=')
}

/// The value behind the text of a query or form: `null` is the word for nothing, objects come as
/// JSON. Anything else is text.
fn widen(key: &str, value: String) -> Value {
    if value == "null" && key != "text" {
        return Value::Null;
    }
    if value.starts_with(['{', '[']) && NESTED.contains(&key) {
        // Too deep or not JSON: it stays the text it is.
        return serde_json::from_str(&value).unwrap_or(Value::String(value));
    }
    Value::String(value)
}

enum Transport {
    Json,
    Form,
}

impl Transport {
    /// What the content type says; where it says neither, what the body begins with.
    fn of(delivery: &Delivery<'_>) -> Self {
        let media_type = delivery
            .content_type
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim();
        let ends = |suffix: &str| {
            media_type
                .len()
                .checked_sub(suffix.len())
                .and_then(|at| media_type.get(at..))
                .is_some_and(|end| end.eq_ignore_ascii_case(suffix))
        };
        if ends("/json") || ends("+json") {
            return Self::Json;
        }
        if ends("/x-www-form-urlencoded") {
            return Self::Form;
        }
        let body = delivery
            .body
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(delivery.body);
        match body.trim_ascii_start().first() {
            Some(b'{' | b'[' | b'"') => Self::Json,
            _ => Self::Form,
        }
    }
}

/// Where the nesting passes what is allowed. Brackets in strings do not count.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut bytes = text.bytes().enumerate();
    while let Some((offset, byte)) = bytes.next() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                if depth > DEEPEST {
                    return Some(offset);
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                while let Some((_, byte)) = bytes.next() {
                    match byte {
                        b'\\' => {
                            bytes.next();
                        }
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    None
}

/// The byte at a line and column as serde_json counts them: both from 1, a column of 0 for the end
/// of the line before.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    (line_start + column.saturating_sub(1)).min(text.len())
}

/// Hands on every member of a JSON object: its name, and its value as it is written.
pub(crate) fn each_member<'a>(
    json: &'a str,
    each: &mut dyn FnMut(Cow<'a, str>, &'a str),
) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    deserializer.deserialize_map(ObjectVisitor(each))?;
    deserializer.end()
}

struct ObjectVisitor<'f, 'a>(&'f mut dyn FnMut(Cow<'a, str>, &'a str));

impl<'a> Visitor<'a> for ObjectVisitor<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            let raw: &RawValue = map.next_value()?;
            (self.0)(key, raw.get());
        }
        Ok(())
    }
}

/// A member's name. Half a surrogate pair (`"\ud800"`) is JSON but no text: it is read as the
/// replacement character.
struct Key<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }
            fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Key<'de>, E> {
                Ok(Key(String::from_utf8_lossy(bytes)))
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(String::from_utf8_lossy(bytes).into_owned())))
            }
        }
        deserializer.deserialize_bytes(KeyVisitor)
    }
}

/// The value of a piece of JSON. A number that a 64-bit integer or float would change (a price with
/// trailing zeros, `1e999`) is kept as its text, and so is a value that is JSON but fits no
/// [`Value`] (half a surrogate pair).
fn value(raw: &str) -> Value {
    match serde_json::from_str(raw) {
        Ok(Value::Number(number)) if number.is_f64() && number.to_string() != raw => {
            Value::String(raw.to_owned())
        }
        Ok(value) => value,
        Err(_) => Value::String(raw.to_owned()),
    }
}
