//! Takes what a caller keyed or said into a secret field out of an event.
//!
//! It leaves both the normalised members and the raw bytes; everything else in them stays as it
//! came. Where the bytes cannot be understood well enough to be sure, all of them go.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// What stands in place of a secret. Always the same, so that not even its length shows.
pub(crate) const REDACTED: &str = "[redacted]";

/// Which members of a webhook hold what a caller entered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entered {
    /// `dtmf` and `speech` of an input event (Vonage webhook reference, input).
    Input,
    /// `body` of an RTC event: `audio:dtmf` and `audio:asr:done` report the same keys and words
    /// once more, without saying which node asked for them.
    RtcBody,
}

impl Entered {
    fn holds(self, member: &str) -> bool {
        let name = member.split('[').next().unwrap_or(member);
        match self {
            Self::Input => matches!(name, "dtmf" | "speech"),
            Self::RtcBody => name == "body",
        }
    }

    /// Inner members that say how the entry ended, not what was entered.
    fn harmless(self, member: &str) -> bool {
        self == Self::Input && matches!(member, "timed_out" | "timeout_reason" | "error")
    }
}

/// Redacts normalised members. Says whether there was anything to redact.
pub(crate) fn fields(data: &mut Map<String, Value>, entered: Entered) -> bool {
    let mut found = false;
    for (name, value) in data.iter_mut() {
        if !entered.holds(name) {
            continue;
        }
        match value {
            Value::Object(inner) => {
                for (name, value) in inner.iter_mut() {
                    if !entered.harmless(name) && !is_nothing(value) {
                        *value = REDACTED.into();
                        found = true;
                    }
                }
            }
            other if is_nothing(other) => {}
            other => {
                *other = REDACTED.into();
                found = true;
            }
        }
    }
    found
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => true,
        Value::String(text) => text.is_empty() || text == "null",
        Value::Array(items) => items.is_empty(),
        Value::Object(inner) => inner.is_empty(),
        Value::Number(_) => false,
    }
}

/// Redacts a raw body or query. `None` when no member to redact was found in it.
pub(crate) fn raw(text: &str, entered: Entered) -> Option<String> {
    let spans = match serde_json::from_str::<Members<'_>>(text) {
        Ok(members) => json_spans(text, &members, entered),
        Err(_) => form_spans(text, entered),
    };
    if spans.is_empty() {
        return None;
    }
    let mut redacted = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end, replacement) in spans {
        redacted.push_str(text.get(from..start)?);
        redacted.push_str(replacement);
        from = end;
    }
    redacted.push_str(text.get(from..)?);
    Some(redacted)
}

type Span = (usize, usize, &'static str);

const IN_JSON: &str = "\"[redacted]\"";
const IN_FORM: &str = "%5Bredacted%5D";

fn json_spans(text: &str, members: &Members<'_>, entered: Entered) -> Vec<Span> {
    let mut spans = Vec::new();
    for (name, value) in &members.0 {
        if !entered.holds(name) {
            continue;
        }
        match serde_json::from_str::<Members<'_>>(value.get()) {
            Ok(inner) => spans.extend(
                inner
                    .0
                    .iter()
                    .filter(|(name, _)| !entered.harmless(name))
                    .filter_map(|(_, value)| json_span(text, value)),
            ),
            Err(_) => spans.extend(json_span(text, value)),
        }
    }
    spans
}

fn json_span(text: &str, value: &RawValue) -> Option<Span> {
    let value = value.get();
    if matches!(value, "null" | "true" | "false" | "\"\"" | "[]" | "{}") {
        return None;
    }
    let start = (value.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    Some((start, start + value.len(), IN_JSON))
}

fn form_spans(text: &str, entered: Entered) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    for pair in text.split('&') {
        if let Some((name, value)) = pair.split_once('=')
            && entered.holds(&decoded(name))
            && !value.is_empty()
        {
            let from = start + name.len() + 1;
            spans.push((from, from + value.len(), IN_FORM));
        }
        start += pair.len() + 1;
    }
    spans
}

/// A name in a form with its percent signs resolved; Vonage's names are ASCII.
fn decoded(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('%') {
        plain.push_str(before);
        match after
            .get(..2)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
        {
            Some(byte) => {
                plain.push(char::from(byte));
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                plain.push('%');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// The members of a JSON object where they lie in the text, repeated names included.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &'de RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::{Entered, raw};

    #[track_caller]
    fn check(input: &str, expected: Option<&str>) {
        assert_eq!(raw(input, Entered::Input).as_deref(), expected, "{input}");
    }

    #[test]
    fn only_the_digits_leave_a_json_body() {
        check(
            r#"{ "speech":{"results":[]}, "dtmf": {"digits":"4821","timed_out":false}, "uuid":"a4821"}"#,
            Some(
                r#"{ "speech":{"results":[]}, "dtmf": {"digits":"[redacted]","timed_out":false}, "uuid":"a4821"}"#,
            ),
        );
        check(
            r#"{"dtmf":"4821","timed_out":false}"#,
            Some(r#"{"dtmf":"[redacted]","timed_out":false}"#),
        );
        check(r#"{"dtmf":{"digits":null,"timed_out":true}}"#, None);
        check(r#"{"dtmf":{"digits":"","timed_out":true}}"#, None);
    }

    #[test]
    fn a_name_that_hides_or_repeats_is_found() {
        check(
            r#"{"\u0064tmf":{"digits":"1"},"dtmf":"22","dtmf":{"digits":333}}"#,
            Some(
                r#"{"\u0064tmf":{"digits":"[redacted]"},"dtmf":"[redacted]","dtmf":{"digits":"[redacted]"}}"#,
            ),
        );
    }

    #[test]
    fn spoken_words_and_their_audio_leave_too() {
        check(
            r#"{"speech":{"results":[{"text":"four","confidence":"0.9"}],"recording_url":"https://x","timeout_reason":"end_on_silence_timeout"}}"#,
            Some(
                r#"{"speech":{"results":"[redacted]","recording_url":"[redacted]","timeout_reason":"end_on_silence_timeout"}}"#,
            ),
        );
    }

    #[test]
    fn a_query_loses_the_whole_value() {
        check(
            "uuid=a&dtmf=%7B%22digits%22%3A%224821%22%7D&to=1",
            Some("uuid=a&dtmf=%5Bredacted%5D&to=1"),
        );
        check(
            "%64tmf=4821&dtmf%5Bdigits%5D=4821&speech[results]=x&dtmf=",
            Some(
                "%64tmf=%5Bredacted%5D&dtmf%5Bdigits%5D=%5Bredacted%5D&speech[results]=%5Bredacted%5D&dtmf=",
            ),
        );
        check("uuid=dtmf&to=1", None);
    }
}
