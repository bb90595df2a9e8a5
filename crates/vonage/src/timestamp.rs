//! Times in every form Vonage writes them.

use crate::wire::{Form, Wire};
use jiff::Timestamp;
use serde_json::Value;

impl Wire for Timestamp {
    const FORM: Form = Form::Single(|value| {
        Self::read(value).map(|time| Value::String(print_timestamp(time, None)))
    });

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

/// The day of the Gregorian calendar that many days after 1970-01-01: the reverse.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * months + 2) / 5 + 1;
    let month = if months < 10 { months + 3 } else { months - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Writes a point in time as RFC 3339 says, in UTC: `2026-11-21T12:50:26.123Z`, with so many
/// `decimals` of a second, or with as many as it takes.
///
/// jiff writes them too, but brings ten times the WebAssembly for it.
#[must_use]
pub fn print_timestamp(at: Timestamp, decimals: Option<usize>) -> String {
    let seconds = at.as_nanosecond().div_euclid(1_000_000_000) as i64;
    let nanoseconds = at.as_nanosecond().rem_euclid(1_000_000_000) as i64;
    let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
    let time = seconds.rem_euclid(86_400);
    let mut out = String::with_capacity(30);
    if year < 0 {
        out.push('-');
        padded(&mut out, year.abs(), 6);
    } else {
        padded(&mut out, year, 4);
    }
    for (mark, part) in [
        ('-', month),
        ('-', day),
        ('T', time / 3_600),
        (':', time / 60 % 60),
        (':', time % 60),
    ] {
        out.push(mark);
        padded(&mut out, part, 2);
    }
    let whole = out.len();
    out.push('.');
    padded(&mut out, nanoseconds, 9);
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
fn padded(out: &mut String, number: i64, digits: u32) {
    for place in (0..digits).rev() {
        let digit = number / 10_i64.pow(place) % 10;
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
