use crate::wire::{Form, Types, Wire, member, text};
use serde_json::Value;
use std::fmt;

/// One end of a call or message: a phone number, a user name, a SIP or WebSocket address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Party {
    text: String,
    channel: Option<String>,
}

impl Party {
    /// The address as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `sms`, `whatsapp`, … of a Messages v0.1 party; `phone`, `sip`, … where a call names it.
    #[must_use]
    pub fn channel(&self) -> Option<&str> {
        self.channel.as_deref()
    }

    /// The E.164 number without `+`, 7 to 15 digits ("Voice API 1.10.0, endpoint phone"), when the
    /// party is one. A leading `+`, and the blank that remains of it in a query, are taken off.
    #[must_use]
    pub fn digits(&self) -> Option<&str> {
        digits(&self.text)
    }

    /// Whether the caller withheld the number or the network lost it: `Unknown`, `anonymous`,
    /// `+266696687` (the word anonymous on a telephone's keys), ….
    #[must_use]
    pub fn is_withheld(&self) -> bool {
        let text = self.text.trim().trim_start_matches('+');
        [
            "",
            "unknown",
            "anonymous",
            "restricted",
            "private",
            "unavailable",
            "266696687",
        ]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<&str> for Party {
    fn from(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            channel: None,
        }
    }
}

impl Wire for Party {
    const FORM: Form = String::FORM;
    const TYPES: Types = Types::TEXT;

    fn read(value: &Value) -> Option<Self> {
        if let Value::Object(fields) = value {
            let keys = ["number", "id", "user", "uri", "extension", "name"];
            let text = member(fields, &keys).and_then(text)?;
            let channel = fields
                .get("type")
                .and_then(Value::as_str)
                .map(str::to_owned);
            return (!text.is_empty()).then(|| Self {
                text: text.into_owned(),
                channel,
            });
        }
        let text = text(value)?;
        (!text.is_empty()).then(|| Self {
            text: text.into_owned(),
            channel: None,
        })
    }
}

/// The digits of an E.164 number, 7 to 15, without `+` and without the blanks around it.
#[must_use]
pub fn digits(text: &str) -> Option<&str> {
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    ((7..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_a_number_only() {
        let check =
            |input: &str, expected: Option<&str>| assert_eq!(digits(input), expected, "{input}");
        check("447700900123", Some("447700900123"));
        check("+447700900123", Some("447700900123"));
        check(" 447700900123", Some("447700900123"));
        check("\t447700900123", Some("447700900123"));
        check("Alice", None);
        check("12345", None);
        check("1234567890123456", None);
        check("٤٤٧٧٠٠٩٠٠", None);
    }
}
