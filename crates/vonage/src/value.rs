//! The types fields are read into. Reading is lenient (text for a number, a number for text, blanks
//! around); what a type does not understand is `None` and stays in
//! [`Webhook::fields`](crate::Webhook::fields).

use crate::record::{Fields, Form, Wire, member};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// The text of a string, number or boolean.
pub(crate) fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.as_str().into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(true) => Some("true".into()),
        Value::Bool(false) => Some("false".into()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

impl Wire for String {
    const FORM: Form = Form::Text;
    fn read(value: &Value) -> Option<Self> {
        text(value).map(Cow::into_owned)
    }
}

impl Wire for bool {
    const FORM: Form = Form::Flag;
    /// Also `"true"`, `"false"`, `1`, `0`, and the empty text for false (GET input events of 2018).
    fn read(value: &Value) -> Option<Self> {
        match text(value)?.trim() {
            "1" => Some(true),
            "0" | "" => Some(false),
            word if word.eq_ignore_ascii_case("true") => Some(true),
            word if word.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }
}

impl Wire for u64 {
    const FORM: Form = Form::Number;
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}

impl Wire for i64 {
    const FORM: Form = Form::Number;
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}

impl Wire for f64 {
    const FORM: Form = Form::Float;
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_f64(),
            // `".91"` is no JSON. The reader of JSON numbers is there anyway, that of std is not.
            Value::String(text) => {
                let text = text.trim();
                let zero = if text.starts_with('.') { "0" } else { "" };
                let number: Value = serde_json::from_str(&[zero, text].concat()).ok()?;
                number.as_f64()
            }
            _ => None,
        }
    }
}

impl Wire for Value {
    const FORM: Form = Form::Same;
    fn read(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

impl Wire for Fields {
    const FORM: Form = Form::Same;
    fn read(value: &Value) -> Option<Self> {
        value.as_object().cloned()
    }
}

/// A length of time in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seconds(pub u64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0)
    }
}

impl Wire for Seconds {
    const FORM: Form = Form::Number;
    fn read(value: &Value) -> Option<Self> {
        <u64 as Wire>::read(value).map(Self)
    }
}

/// A decimal number kept exactly as it was written, trailing zeros included: `"0.00450000"`.
///
/// Prices and rates of Vonage are such, in euros unless a `currency` stands beside them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decimal(String);

impl Decimal {
    /// Reads `-12`, `0.0045`, `.5`; not an exponent, not a blank.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let empty = whole.is_empty() && fraction.is_empty();
        (!empty && numeric(whole) && numeric(fraction)).then(|| Self(text.to_owned()))
    }

    /// The number as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the amount is nothing.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        !self.0.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Wire for Decimal {
    const FORM: Form = Form::Decimal;
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Self::parse(text),
            Value::Number(number) => Self::parse(&number.to_string()),
            _ => None,
        }
    }
}

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

/// The digits of an E.164 number, 7 to 15, without `+` and without the blanks around it.
#[must_use]
pub fn digits(text: &str) -> Option<&str> {
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    ((7..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then_some(text)
}

/// Whether a text may name a leg, a conversation or a message. The words that stand for none
/// (`NONE`, `null`), blank text and text with control characters do not: taken for a name, they
/// would make one call of many.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    let word = text.trim();
    let is_none = word.is_empty()
        || ["none", "null", "undefined"]
            .iter()
            .any(|none| word.eq_ignore_ascii_case(none));
    !is_none && !text.chars().any(char::is_control)
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
    const FORM: Form = Form::Text;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_their_zeros() {
        let check = |input: &str, expected: Option<&str>| {
            assert_eq!(
                Decimal::parse(input).as_ref().map(Decimal::as_str),
                expected,
                "{input}"
            );
        };
        check("0.00450000", Some("0.00450000"));
        check("-1", Some("-1"));
        check(".91", Some(".91"));
        check("", None);
        check(".", None);
        check("-", None);
        check("1e5", None);
        check("0,5", None);
    }

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
