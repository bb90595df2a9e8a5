//! Times in every form Vonage writes them.

use crate::wire::{Form, Types, Wire};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde_json::Value;
use std::str::FromStr;

impl Wire for Timestamp {
    const FORM: Form = Form::Single(|value| {
        Self::read(value).map(|time| Value::String(print_timestamp(time, None)))
    });
    const TYPES: Types = Types::TEXT;

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => timestamp(text),
            Value::Number(number) => number.as_i64().and_then(unix),
            _ => None,
        }
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
    let second = number(&mut rest, 2).map(|second: i8| if second == 60 { 59 } else { second })?;
    let mut nanosecond = 0;
    if punctuation(&mut rest, ".,").is_some() {
        let mut unit = 100_000_000;
        let mut any = false;
        while let Some(digit) = number::<i32>(&mut rest, 1) {
            nanosecond += digit * unit;
            unit /= 10;
            any = true;
        }
        any.then_some(())?;
    }
    let civil = DateTime::new(year, month, day, hour, minute, second, nanosecond).ok()?;
    offset(rest)?.to_timestamp(civil).ok()
}

/// Takes `length` digits off the front.
fn number<T: FromStr>(rest: &mut &str, length: usize) -> Option<T> {
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

/// What stands behind the time of day; nothing is UTC.
fn offset(text: &str) -> Option<Offset> {
    let spaced = text.starts_with(' ');
    let mut rest = text.trim();
    if ["", "z", "utc", "gmt"]
        .iter()
        .any(|zone| rest.eq_ignore_ascii_case(zone))
    {
        return Some(Offset::UTC);
    }
    let sign = match punctuation(&mut rest, "+-") {
        Some('-') => -1,
        Some(_) => 1,
        None if spaced => 1,
        None => return None,
    };
    let hours: i32 = number(&mut rest, 2)?;
    let _ = punctuation(&mut rest, ":");
    let minutes: i32 = match rest {
        "" => 0,
        _ => number(&mut rest, 2)?,
    };
    let valid = rest.is_empty() && hours < 24 && minutes < 60;
    Offset::from_seconds(sign * (hours * 3_600 + minutes * 60))
        .ok()
        .filter(|_| valid)
}

/// Writes a point in time as RFC 3339 says, in UTC: `2026-11-21T12:50:26.123Z`, with so many
/// `decimals` of a second, or with as many as it takes.
///
/// jiff's own writer would do; it weighs 0.9 KB of compressed WebAssembly, in the Worker and in the
/// console.
#[must_use]
pub fn print_timestamp(at: Timestamp, decimals: Option<usize>) -> String {
    let civil = Offset::UTC.to_datetime(at);
    let mut out = String::with_capacity(30);
    let year = i32::from(civil.year());
    if year < 0 {
        out.push('-');
    }
    padded(&mut out, year, if year < 0 { 6 } else { 4 });
    for (mark, part) in [
        ('-', civil.month()),
        ('-', civil.day()),
        ('T', civil.hour()),
        (':', civil.minute()),
        (':', civil.second()),
    ] {
        out.push(mark);
        padded(&mut out, part.into(), 2);
    }
    let whole = out.len();
    out.push('.');
    padded(&mut out, civil.subsec_nanosecond(), 9);
    match decimals {
        Some(decimals) => out.truncate(whole + 1 + decimals),
        None => out.truncate(out.trim_end_matches('0').len()),
    }
    if out.ends_with('.') {
        out.truncate(whole);
    }
    out.push('Z');
    out
}

/// Appends a number of that many digits, with zeros in front.
fn padded(out: &mut String, number: i32, digits: u32) {
    for place in (0..digits).rev() {
        let digit = number / 10_i32.pow(place) % 10;
        out.push(char::from(b'0' + digit.unsigned_abs() as u8));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_jiff_writes_it() {
        let printer = jiff::fmt::temporal::DateTimePrinter::new;
        let (first, last) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        for step in 0..20_000_i64 {
            // A prime number of seconds: every time of day and every day of the year.
            let second = (first + step * 31_556_953).min(last);
            for nanosecond in [0, 1, 120_000_000, 999_999_999] {
                let at = Timestamp::new(second, nanosecond).unwrap_or(Timestamp::MAX);
                assert_eq!(print_timestamp(at, None), at.to_string());
                for decimals in [0, 3, 9] {
                    assert_eq!(
                        print_timestamp(at, Some(decimals)),
                        printer()
                            .precision(Some(decimals as u8))
                            .timestamp_to_string(&at)
                    );
                }
            }
        }
    }

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
}
