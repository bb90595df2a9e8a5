//! Keeps of a webhook what is known to say nothing of what a caller entered.
//!
//! Where a caller may have keyed or said a secret, a member stays only if it is one of a list, and
//! only if its value has the form that member has: an identifier, a number, a time, a word. All
//! else goes, and the raw bytes with it, so that a member nobody has heard of hides nothing.

use std::borrow::Cow;

use serde_json::{Map, Value};
use vonage::{Kind, Webhook};

use crate::position::Position;

/// What stands in place of a secret. Always the same, so that not even its length shows.
pub(crate) const REDACTED: &str = "[redacted]";

/// What a member's value has to be to stay.
#[derive(Clone, Copy)]
enum Form {
    /// A name of a leg, a conversation, a recording: letters, digits, `-`, `_`, `.`.
    Identifier,
    /// A number, as number or text.
    Number,
    /// A point in time.
    Time,
    /// `true` or `false`.
    Flag,
    /// One word or several, without a digit.
    Words,
    /// Who called or was called.
    Party,
    /// An address, which loses its query, if its path names nothing but places and recordings.
    Url,
    /// Keys: whether there were any.
    Keys,
    /// Speech: whether there was any, and why the platform stopped to listen.
    Speech,
    /// The request a fallback stands in for: where it went and what it was.
    Request,
    /// Anything: whether there was something.
    Something,
}

/// The members that stay ("Voice webhook reference", "RTC events").
const KNOWN: &[(&str, Form)] = &[
    ("uuid", Form::Identifier),
    ("call_uuid", Form::Identifier),
    ("conversation_uuid", Form::Identifier),
    ("conversation_uuid_from", Form::Identifier),
    ("conversation_uuid_to", Form::Identifier),
    ("conversation_id", Form::Identifier),
    ("application_id", Form::Identifier),
    ("recording_uuid", Form::Identifier),
    ("network", Form::Identifier),
    ("id", Form::Number),
    ("duration", Form::Number),
    ("price", Form::Number),
    ("rate", Form::Number),
    ("size", Form::Number),
    ("sip_code", Form::Number),
    ("timestamp", Form::Time),
    ("start_time", Form::Time),
    ("end_time", Form::Time),
    ("timed_out", Form::Flag),
    ("status", Form::Words),
    ("detail", Form::Words),
    ("direction", Form::Words),
    ("disconnected_by", Form::Words),
    ("endpoint_type", Form::Words),
    ("reason", Form::Words),
    ("sub_state", Form::Words),
    ("type", Form::Words),
    ("from", Form::Party),
    ("from_user", Form::Party),
    ("to", Form::Party),
    ("recording_url", Form::Url),
    ("region_url", Form::Url),
    ("transcription_url", Form::Url),
    ("dtmf", Form::Keys),
    ("speech", Form::Speech),
    ("original_request", Form::Request),
    ("body", Form::Something),
];

/// RTC events that report nothing a caller entered; of a family, all of them. All others may:
/// `audio:dtmf` and `audio:asr:done` repeat keys and words, `audio:say` reads out what the menu
/// says, and of a new type nobody knows.
const HARMLESS_RTC: &[&str] = &[
    "audio:earmuff:",
    "audio:mute:",
    "audio:play",
    "audio:record",
    "audio:ringing:",
    "audio:speaking:",
    "conversation:",
    "event:delete",
    "leg:",
    "member:",
    "message",
    "rtc:",
    "sip:",
];

/// Whether this webhook may hold what a caller entered where nobody may see it.
///
/// A position tells. Without one, whatever has the marks of an entry counts as a secret, because
/// nobody can tell whose entry it is.
pub(crate) fn may_hold_a_secret(webhook: &Webhook, position: Option<&Position<'_>>) -> bool {
    if position.is_some_and(|position| position.secret) {
        return true;
    }
    match &webhook.kind {
        // A fallback repeats the request that failed, an RTC event every key.
        Kind::Fallback(_) => true,
        Kind::Rtc(rtc) => {
            let kind = rtc.of.as_deref().unwrap_or_default();
            !HARMLESS_RTC.iter().any(|known| kind.starts_with(known))
        }
        kind => {
            position.is_none()
                && (matches!(kind, Kind::Input(_))
                    || has_an_entry(&webhook.fields)
                    || webhook
                        .repeated
                        .iter()
                        .any(|(name, _)| names_an_entry(name)))
        }
    }
}

/// Whether bytes that could not be read may hold an entry. Escaped text may hold anything.
#[must_use]
pub fn bytes_may_hold_an_entry(raw: &[u8]) -> bool {
    let text = String::from_utf8_lossy(raw);
    names_an_entry(&text) || text.contains("\\u") || text.contains('%') || text.contains("webhooks")
}

fn has_an_entry(fields: &Map<String, Value>) -> bool {
    fields
        .iter()
        .any(|(name, value)| names_an_entry(name) || value_has_an_entry(value))
}

fn value_has_an_entry(value: &Value) -> bool {
    match value {
        Value::Object(fields) => has_an_entry(fields),
        Value::Array(items) => items.iter().any(value_has_an_entry),
        Value::String(text) => names_an_entry(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn names_an_entry(text: &str) -> bool {
    let bytes = text.as_bytes();
    holds(bytes, b"dtmf") || holds(bytes, b"speech") || holds(bytes, b"digits")
}

/// Whether a word stands anywhere in the bytes, in whatever case its letters are.
pub(crate) fn holds<const LENGTH: usize>(bytes: &[u8], word: &[u8; LENGTH]) -> bool {
    let mut windows = bytes.windows(LENGTH);
    // Every member of every webhook is looked through: most windows end at their first letter.
    let first = word.first().map(u8::to_ascii_lowercase);
    windows.any(|part| {
        part.first().map(u8::to_ascii_lowercase) == first && part.eq_ignore_ascii_case(word)
    })
}

/// The members that are known to hold no secret, each in the form it has.
pub(crate) fn known(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut kept = Map::new();
    for (name, form) in KNOWN {
        if let Some(value) = fields.get(*name).and_then(|value| form.keep(value)) {
            kept.insert((*name).to_owned(), value);
        }
    }
    kept
}

/// The type of an event whose members are redacted: what the platform calls a status or an RTC
/// event has no digits and no blanks in it.
pub(crate) fn known_type(kind: Cow<'static, str>) -> Cow<'static, str> {
    let is_name = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b':' | b'_');
    match kind.bytes().all(is_name) {
        true => kind,
        false if kind.starts_with("vonage.rtc.") => Cow::Borrowed("vonage.rtc.unknown"),
        false => Cow::Borrowed("vonage.voice.unknown"),
    }
}

impl Form {
    fn keep(self, value: &Value) -> Option<Value> {
        if value.is_null() {
            return Some(Value::Null);
        }
        let text = value.as_str();
        match self {
            Self::Identifier => text.filter(|text| is_identifier(text)).map(Value::from),
            Self::Number => {
                let is_number = value.is_number() || text.is_some_and(is_number);
                is_number.then(|| value.clone())
            }
            Self::Time => text
                .filter(|text| vonage::timestamp(text).is_some())
                .map(Value::from),
            Self::Flag => value.as_bool().map(Value::from),
            Self::Words => text.filter(|text| is_words(text)).map(Value::from),
            Self::Party => match value {
                Value::Number(_) => Some(value.clone()),
                _ => text.filter(|text| text.len() <= 256).map(Value::from),
            },
            Self::Url => text.and_then(without_query).map(Value::from),
            Self::Keys => Some(keys(value)),
            Self::Speech => Some(speech(value)),
            Self::Request => request(value).map(Value::from),
            Self::Something => Some(something(value)),
        }
    }
}

fn is_identifier(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.len() <= 128 && text.bytes().all(is_part)
}

fn is_number(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    text.len() <= 24 && text.bytes().all(is_part)
}

fn is_words(text: &str) -> bool {
    let is_part = |byte: u8| {
        byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'.' | b',' | b':' | b'_' | b'-')
    };
    text.len() <= 100 && text.bytes().all(is_part)
}

/// An address without its query. One with a longer number in it than a host or a version has is
/// none that the platform writes, but for the UUID of what lies there.
fn without_query(url: &str) -> Option<&str> {
    let url = url.split(['?', '#']).next()?;
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let is_plain = rest.bytes().all(|byte| byte.is_ascii_graphic());
    let digits = |piece: &str| piece.bytes().filter(u8::is_ascii_digit).count();
    let is_known = |piece: &str| digits(piece) <= 3 || is_uuid(piece);
    let is_place = rest.split(['/', '.', ':']).all(is_known);
    (is_place && is_plain && url.len() <= 512).then_some(url)
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn keys(value: &Value) -> Value {
    let Value::Object(dtmf) = value else {
        return something(value);
    };
    let mut kept = Map::new();
    if let Some(digits) = dtmf.get("digits") {
        kept.insert("digits".to_owned(), something(digits));
    }
    if let Some(timed_out @ Value::Bool(_)) = dtmf.get("timed_out") {
        kept.insert("timed_out".to_owned(), timed_out.clone());
    }
    kept.into()
}

fn speech(value: &Value) -> Value {
    let Value::Object(speech) = value else {
        return something(value);
    };
    let mut kept = Map::new();
    if let Some(results) = speech.get("results") {
        kept.insert("results".to_owned(), something(results));
    }
    let reason = speech.get("timeout_reason").and_then(Value::as_str);
    if let Some(reason) = reason.filter(|reason| vonage::SpeechTimeout::from(*reason).is_known()) {
        kept.insert("timeout_reason".to_owned(), reason.into());
    }
    kept.into()
}

/// Whether there was something, not what.
fn something(value: &Value) -> Value {
    let is_nothing = match value {
        Value::Null | Value::Bool(_) => true,
        Value::String(text) => text.is_empty() || text == "null",
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Number(_) => false,
    };
    match is_nothing {
        true => value.clone(),
        false => REDACTED.into(),
    }
}

fn request(value: &Value) -> Option<Map<String, Value>> {
    let request = value.as_object()?;
    let mut kept = Map::new();
    for (name, form) in [
        ("url", Form::Url),
        ("type", Form::Words),
        ("method", Form::Words),
        ("body", Form::Something),
    ] {
        if let Some(value) = request.get(name).and_then(|value| form.keep(value)) {
            kept.insert(name.to_owned(), value);
        }
    }
    Some(kept)
}

/// Takes the queries off our own URLs, which hold the sealed state of a call, wherever the platform
/// quotes one. Says whether there were any.
pub(crate) fn take_state_off(fields: &mut Map<String, Value>) -> bool {
    let mut found = false;
    for (_, value) in fields.iter_mut() {
        found |= off_value(value);
    }
    found
}

fn off_value(value: &mut Value) -> bool {
    match value {
        Value::Object(fields) => take_state_off(fields),
        Value::Array(items) => {
            let mut found = false;
            for item in items {
                found |= off_value(item);
            }
            found
        }
        Value::String(text) => match off_text(text) {
            Some(without) => {
                *text = without;
                true
            }
            None => false,
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The text without the queries of our URLs; `None` when there is none in it.
fn off_text(text: &str) -> Option<String> {
    const OURS: &str = "/webhooks/";
    // Most members hold no slash, and one byte is looked for sooner than a word.
    if !text.contains('/') || !text.contains(OURS) {
        return None;
    }
    let mut without = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(OURS) {
        let (before, url) = rest.split_at(at);
        without.push_str(before);
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '\\');
        let (url, after) = url.split_at(url.find(ends).unwrap_or(url.len()));
        without.push_str(url.split('?').next().unwrap_or_default());
        rest = after;
    }
    without.push_str(rest);
    (without.len() < text.len()).then_some(without)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_known_stays_and_only_in_its_form() {
        let check = |name: &str, value: Value, expected: Option<Value>| {
            let fields = Map::from_iter([(name.to_owned(), value.clone())]);
            assert_eq!(
                known(&fields).get(name),
                expected.as_ref(),
                "{name} {value}"
            );
        };
        let same = |name: &str, value: Value| check(name, value.clone(), Some(value));
        same("uuid", json!("63f61863-4a51-4f6b-86e1-46edebcf9356"));
        same("uuid", Value::Null);
        same("timestamp", json!("2026-03-02T10:00:00.000Z"));
        same("duration", json!(7));
        same("price", json!("0.00450000"));
        same("reason", json!("Socket timeout."));
        same("timed_out", json!(true));
        same("from", json!("447700900123"));
        check("uuid", json!("4821 4821"), None);
        check("timestamp", json!("at 4821"), None);
        check("duration", json!({ "pin": 4821 }), None);
        check("reason", json!("not 4821"), None);
        check("timed_out", json!("4821"), None);
        check("digits", json!("4821"), None);
        check("DTMF", json!("4821"), None);
        check(
            "recording_url",
            json!("https://a.example/1?pin=4821"),
            Some(json!("https://a.example/1")),
        );
        check("dtmf", json!("4821"), Some(json!(REDACTED)));
        check("dtmf", json!(4821), Some(json!(REDACTED)));
        check("dtmf", json!(["4821"]), Some(json!(REDACTED)));
        check(
            "dtmf",
            json!({ "digits": "4821", "timed_out": "4821", "other": 4821 }),
            Some(json!({ "digits": REDACTED })),
        );
        same("dtmf", json!({ "digits": "", "timed_out": true }));
        same("dtmf", json!({ "digits": null, "timed_out": true }));
        check(
            "speech",
            json!({ "results": [{ "text": "four" }], "error": "four", "timeout_reason": "end_on_silence_timeout", "recording_url": "https://x" }),
            Some(json!({ "results": REDACTED, "timeout_reason": "end_on_silence_timeout" })),
        );
        check(
            "speech",
            json!({ "results": [], "timeout_reason": "four" }),
            Some(json!({ "results": [] })),
        );
        check(
            "original_request",
            json!({ "url": "https://a.example/webhooks/input?s=abc&dtmf=4821", "type": "event", "body": { "dtmf": "4821" }, "x": 4821 }),
            Some(
                json!({ "url": "https://a.example/webhooks/input", "type": "event", "body": REDACTED }),
            ),
        );
        check("original_request", json!("dtmf=4821"), None);
    }

    #[test]
    fn the_state_of_a_call_is_taken_off_our_urls() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(off_text(text).as_deref(), expected, "{text}");
        };
        check(
            "https://a.example/webhooks/input?s=abc&m=acme",
            Some("https://a.example/webhooks/input"),
        );
        check(
            "POST \"https://a.example/webhooks/input?s=abc\" and /webhooks/connect?s=x failed",
            Some("POST \"https://a.example/webhooks/input\" and /webhooks/connect failed"),
        );
        check("https://a.example/webhooks/input", None);
        check("https://a.example/?s=1", None);
    }
}
