//! The ways dates and times are written in a calendar.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// Why a text is no date, band or instant: what was expected, in words that can follow
/// "expected ".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct CalendarError(pub &'static str);

/// A date, written `2026-12-25`.
///
/// # Errors
/// What was expected, when `text` is not a date that exists.
pub fn date(text: &str) -> Result<Date, CalendarError> {
    let mut digits = Digits(text.as_bytes());
    digits
        .date()
        .filter(|_| digits.0.is_empty())
        .ok_or(CalendarError("a date that exists, such as \"2026-12-25\""))
}

/// An instant, written as RFC 3339 says: `2026-11-21T18:00:00Z`, or with an offset such
/// as `+01:00` in place of the `Z`. Fractions of a second are dropped.
///
/// jiff reads these too, but brings 53 KB of compressed WebAssembly for it.
///
/// # Errors
/// What was expected, when `text` is not such an instant.
pub fn instant(text: &str) -> Result<Timestamp, CalendarError> {
    Digits(text.as_bytes()).instant().ok_or(CalendarError(
        "an instant with its offset, such as \"2026-11-21T18:00:00Z\"",
    ))
}

/// What is left to read.
pub(super) struct Digits<'a>(pub(super) &'a [u8]);

impl Digits<'_> {
    /// A number of exactly that many digits.
    pub(super) fn number(&mut self, digits: usize) -> Option<u16> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.iter().try_fold(0u16, |number, digit| {
            let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
            number.checked_mul(10)?.checked_add(digit.into())
        })
    }

    pub(super) fn then(&mut self, byte: u8) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(self)
    }

    fn small(&mut self) -> Option<i8> {
        self.number(2)?.try_into().ok()
    }

    fn date(&mut self) -> Option<Date> {
        let year = self.number(4)?.try_into().ok()?;
        let month = self.then(b'-')?.small()?;
        let day = self.then(b'-')?.small()?;
        Date::new(year, month, day).ok()
    }

    fn instant(mut self) -> Option<Timestamp> {
        let date = self.date()?;
        self.0 = self
            .0
            .strip_prefix(b"T")
            .or(self.0.strip_prefix(b"t"))
            .or(self.0.strip_prefix(b" "))?;
        let hour = self.small()?;
        let minute = self.then(b':')?.small()?;
        let second = self.then(b':')?.small()?;
        if let Some(fraction) = self.0.strip_prefix(b".") {
            let digits = fraction
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            self.0 = fraction.get(digits..).filter(|_| digits > 0)?;
        }
        // A leap second is the last second of its minute.
        let time = Time::new(
            hour,
            minute,
            second.min(if second == 60 { 59 } else { second }),
            0,
        )
        .ok()?;
        let seconds = match self.0.split_first()? {
            (b'Z' | b'z', []) => 0,
            (sign @ (b'+' | b'-'), rest) => {
                let mut rest = Digits(rest);
                let (hours, minutes) = (rest.number(2)?, rest.then(b':')?.number(2)?);
                if !rest.0.is_empty() || hours > 23 || minutes > 59 {
                    return None;
                }
                let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
                if *sign == b'-' { -seconds } else { seconds }
            }
            _ => return None,
        };
        let offset = Offset::from_seconds(seconds).ok()?;
        offset.to_timestamp(DateTime::from_parts(date, time)).ok()
    }
}
