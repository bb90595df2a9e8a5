//! The types fields are read into. Reading is lenient (text for a number, a number for text, blanks
//! around); what a type does not understand is `None` and stays in
//! [`Webhook::fields`](crate::Webhook::fields).

use serde_json::{Map, Value};
use std::fmt;

pub use jiff::Timestamp;

/// Members of a webhook by name.
pub type Fields = Map<String, Value>;

/// A value that has a type of its own on the wire.
pub(crate) trait Wire: Sized {
    fn read(value: &Value) -> Option<Self>;
    fn write(&self) -> Value;
}

/// A field of a webhook: there or not.
pub(crate) trait Field: Sized {
    fn read(value: Option<&Value>) -> Self;
    fn write(&self) -> Option<Value>;
}

impl<T: Wire> Field for Option<T> {
    fn read(value: Option<&Value>) -> Self {
        value.and_then(T::read)
    }
    fn write(&self) -> Option<Value> {
        self.as_ref().map(T::write)
    }
}

impl<T: Wire> Field for Vec<T> {
    /// A list; one member standing alone is a list of one, entries not understood are left out.
    fn read(value: Option<&Value>) -> Self {
        match value {
            Some(Value::Array(items)) => items.iter().filter_map(T::read).collect(),
            Some(value) => T::read(value).into_iter().collect(),
            None => Vec::new(),
        }
    }
    fn write(&self) -> Option<Value> {
        (!self.is_empty()).then(|| Value::Array(self.iter().map(T::write).collect()))
    }
}

/// The first of `keys` that is there and not null.
pub(crate) fn member<'a>(fields: &'a Fields, keys: &[&str]) -> Option<&'a Value> {
    keys.iter()
        .find_map(|key| fields.get(*key).filter(|value| !value.is_null()))
}

/// Declares a structure read from the members of a JSON object: every field names its keys on the
/// wire, the first one present winning.
macro_rules! record {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $( $(#[$field_meta:meta])* $field:ident : $type:ty = $($key:literal)|+ ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        $visibility struct $name {
            $( $(#[$field_meta])* $visibility $field: $type, )*
        }

        impl $name {
            /// The names on the wire this type reads.
            #[allow(dead_code)]
            pub const KEYS: &'static [&'static str] = &[$( $($key),+ ),*];

            #[allow(dead_code)]
            pub(crate) fn read_fields(fields: &$crate::value::Fields) -> Self {
                Self {
                    $( $field: $crate::value::Field::read(
                        $crate::value::member(fields, &[$($key),+])
                    ), )*
                }
            }

            /// Overlays what was understood onto `fields`, each under the name it came by.
            #[allow(dead_code)]
            pub(crate) fn write_fields(&self, fields: &mut $crate::value::Fields) {
                $( $crate::value::overlay(
                    fields,
                    &[$($key),+],
                    $crate::value::Field::write(&self.$field),
                ); )*
            }
        }

        impl $crate::value::Wire for $name {
            fn read(value: &serde_json::Value) -> Option<Self> {
                value.as_object().map(Self::read_fields)
            }
            fn write(&self) -> serde_json::Value {
                let mut fields = $crate::value::Fields::new();
                self.write_fields(&mut fields);
                serde_json::Value::Object(fields)
            }
        }
    };
}

/// Puts a value in the place of the member it was read from; one read from nowhere comes in under
/// the first name.
pub(crate) fn overlay(fields: &mut Fields, keys: &[&str], value: Option<Value>) {
    let Some(value) = value else { return };
    let Some(first) = keys.first() else { return };
    let key = keys
        .iter()
        .find(|key| fields.get(**key).is_some_and(|old| !old.is_null()))
        .unwrap_or(first);
    match fields.get_mut(*key) {
        Some(old) => merge(old, value),
        None => {
            fields.insert((*key).to_owned(), value);
        }
    }
}

/// Replaces what was understood and keeps everything beside it: members nobody reads, and lists and
/// objects that were read as something smaller.
fn merge(old: &mut Value, new: Value) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in new {
                match old.get_mut(&key) {
                    Some(old) => merge(old, value),
                    None => {
                        old.insert(key, value);
                    }
                }
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (old, new) in old.iter_mut().zip(new) {
                merge(old, new);
            }
        }
        (Value::Object(_) | Value::Array(_), _) => {}
        (old, new) => *old = new,
    }
}

/// Declares an enumeration that Vonage extends without notice: known names, and the rest as text.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $text:literal $(| $alias:literal)* ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )*
            /// A value newer than this crate, as it was sent.
            Other(String),
        }

        impl $name {
            /// The value's name on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )*
                    Self::Other(text) => text,
                }
            }

            /// Whether this crate knows the value.
            #[must_use]
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Other(_))
            }

            #[allow(dead_code)]
            pub(crate) fn known(text: &str) -> Option<Self> {
                let text = text.trim();
                $( if text.eq_ignore_ascii_case($text) $(|| text.eq_ignore_ascii_case($alias))* {
                    return Some(Self::$variant);
                } )*
                None
            }
        }

        impl From<&str> for $name {
            /// Never fails. Letter case does not matter for known values.
            fn from(text: &str) -> Self {
                Self::known(text).unwrap_or_else(|| Self::Other(text.to_owned()))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::value::Wire for $name {
            fn read(value: &serde_json::Value) -> Option<Self> {
                $crate::value::text(value).map(|text| Self::from(text.as_ref()))
            }
            fn write(&self) -> serde_json::Value {
                serde_json::Value::String(self.as_str().to_owned())
            }
        }
    };
}

pub(crate) use {open_enum, record};

/// The text of a string, number or boolean.
pub(crate) fn text(value: &Value) -> Option<std::borrow::Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.as_str().into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(true) => Some("true".into()),
        Value::Bool(false) => Some("false".into()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

impl Wire for String {
    fn read(value: &Value) -> Option<Self> {
        text(value).map(std::borrow::Cow::into_owned)
    }
    fn write(&self) -> Value {
        Value::String(self.clone())
    }
}

impl Wire for bool {
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
    fn write(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Wire for u64 {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
    fn write(&self) -> Value {
        Value::from(*self)
    }
}

impl Wire for i64 {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
    fn write(&self) -> Value {
        Value::from(*self)
    }
}

impl Wire for f64 {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text
                .trim()
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }
    fn write(&self) -> Value {
        Value::from(*self)
    }
}

impl Wire for Value {
    fn read(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
    fn write(&self) -> Value {
        self.clone()
    }
}

impl Wire for Fields {
    fn read(value: &Value) -> Option<Self> {
        value.as_object().cloned()
    }
    fn write(&self) -> Value {
        Value::Object(self.clone())
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
    fn read(value: &Value) -> Option<Self> {
        <u64 as Wire>::read(value).map(Self)
    }
    fn write(&self) -> Value {
        Value::from(self.0)
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
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Self::parse(text),
            Value::Number(number) => Self::parse(&number.to_string()),
            _ => None,
        }
    }
    fn write(&self) -> Value {
        Value::String(self.0.clone())
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

    /// Whether the caller withheld the number or the network lost it: `Unknown`, `anonymous`, ….
    #[must_use]
    pub fn is_withheld(&self) -> bool {
        let text = self.text.trim();
        [
            "unknown",
            "anonymous",
            "restricted",
            "private",
            "unavailable",
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
    fn write(&self) -> Value {
        Value::String(self.text.clone())
    }
}

impl Wire for Timestamp {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => timestamp(text),
            Value::Number(number) => number.as_i64().and_then(unix),
            _ => None,
        }
    }
    fn write(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// Seconds since 1970, or milliseconds when there are 13 digits of them.
fn unix(number: i64) -> Option<Timestamp> {
    match number {
        0..=99_999_999_999 => Timestamp::from_second(number).ok(),
        1_000_000_000_000..=9_999_999_999_999 => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
}

/// Reads every form of time Vonage sends: `2020-01-01T12:00:00.000Z` with or without the fraction,
/// `2020-01-01 12:00:00` (UTC, SMS API), the same followed by ` +0000`, `+00:00`, ` UTC` or by the
/// blank and digits that a `+` in a query decodes to, and Unix seconds.
#[must_use]
pub fn timestamp(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if (9..=13).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().and_then(unix);
    }
    let mut rest = text;
    let year = number(&mut rest, 4)?;
    punctuation(&mut rest, "-")?;
    let month = number(&mut rest, 2)?;
    punctuation(&mut rest, "-")?;
    let day = number(&mut rest, 2)?;
    punctuation(&mut rest, "Tt ")?;
    let hour = number(&mut rest, 2)?;
    punctuation(&mut rest, ":")?;
    let minute = number(&mut rest, 2)?;
    punctuation(&mut rest, ":")?;
    // A leap second counts as the second before it: nobody here can hold it apart.
    let second = number(&mut rest, 2).map(|second| if second == 60 { 59 } else { second })?;
    let mut nanosecond = 0;
    if punctuation(&mut rest, ".,").is_some() {
        let mut unit = 100_000_000;
        let mut any = false;
        while let Some(digit) = number(&mut rest, 1) {
            nanosecond += digit * unit;
            unit /= 10;
            any = true;
        }
        any.then_some(())?;
    }
    let offset = offset(rest)?;
    let valid = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    valid.then_some(())?;
    let days = days_from_civil(year, month, day);
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset;
    Timestamp::new(seconds, i32::try_from(nanosecond).ok()?).ok()
}

/// Takes `length` digits off the front.
fn number(rest: &mut &str, length: usize) -> Option<i64> {
    let head = rest.get(..length)?;
    if !head.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    *rest = rest.get(length..)?;
    head.parse().ok()
}

/// Takes one of `any` off the front.
fn punctuation(rest: &mut &str, any: &str) -> Option<char> {
    let first = rest.chars().next().filter(|first| any.contains(*first))?;
    *rest = rest.get(first.len_utf8()..)?;
    Some(first)
}

/// Seconds east of Greenwich.
fn offset(text: &str) -> Option<i64> {
    let spaced = text.starts_with(' ');
    let mut rest = text.trim();
    if rest.is_empty()
        || ["z", "utc", "gmt"]
            .iter()
            .any(|zone| rest.eq_ignore_ascii_case(zone))
    {
        return Some(0);
    }
    let sign = match punctuation(&mut rest, "+-") {
        Some('-') => -1,
        Some(_) => 1,
        None if spaced => 1,
        None => return None,
    };
    let hours = number(&mut rest, 2)?;
    let _ = punctuation(&mut rest, ":");
    let minutes = if rest.is_empty() {
        0
    } else {
        number(&mut rest, 2)?
    };
    (rest.is_empty() && hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar, counting years from March so that the leap day
/// is the last of its year.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_time_vonage_sends_is_read() {
        let check = |input: &str, expected: Option<&str>| {
            assert_eq!(
                timestamp(input).map(|time| time.to_string()).as_deref(),
                expected,
                "{input}"
            );
        };
        check("2024-05-06T07:08:09.123Z", Some("2024-05-06T07:08:09.123Z"));
        check("2024-05-06T07:08:09Z", Some("2024-05-06T07:08:09Z"));
        check("2024-05-06T07:08:09.00Z", Some("2024-05-06T07:08:09Z"));
        check("2024-05-06 07:08:09", Some("2024-05-06T07:08:09Z"));
        check("2024-05-06 07:08:09 +0000", Some("2024-05-06T07:08:09Z"));
        check("2024-05-06 07:08:09 UTC", Some("2024-05-06T07:08:09Z"));
        check(
            "2024-05-06T07:08:09.000+00:00",
            Some("2024-05-06T07:08:09Z"),
        );
        check(
            "2024-05-06T07:08:09.000 00:00",
            Some("2024-05-06T07:08:09Z"),
        );
        check("2024-05-06T07:08:09+02:00", Some("2024-05-06T05:08:09Z"));
        check("2024-05-06T07:08:09-0330", Some("2024-05-06T10:38:09Z"));
        check("2000-02-29T23:59:60Z", Some("2000-02-29T23:59:59Z"));
        check("1970-01-01T00:00:00Z", Some("1970-01-01T00:00:00Z"));
        check("1600000000", Some("2020-09-13T12:26:40Z"));
        check("1600000000123", Some("2020-09-13T12:26:40.123Z"));
        check("", None);
        check("yesterday", None);
        check("2023-02-29T00:00:00Z", None);
        check("2024-13-01T00:00:00Z", None);
        check("2024-05-06T07:08", None);
        check("2024-05-06T07:08:09.Z", None);
        check("2024-05-06T07:08:09X", None);
        check("２024-05-06T07:08:09Z", None);
    }

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
