//! The one form of a point in time on events: RFC 3339, UTC, milliseconds.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::temporal::DateTimePrinter;
use jiff::tz::Offset;

/// Writes a point in time as `2026-11-21T12:50:26.123Z`. In this form text order is time order.
#[must_use]
pub fn print(at: Timestamp) -> String {
    DateTimePrinter::new()
        .precision(Some(3))
        .timestamp_to_string(&at)
}

/// Reads what Vonage writes and gives it back in the one form; `None` when it is no point in time.
///
/// Seen in the field: ISO 8601 with and without milliseconds, `2020-01-01 12:00:00` (UTC, SMS API),
/// the same followed by ` +0000` or ` UTC`.
#[must_use]
pub fn normal(text: &str) -> Option<String> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(print(at));
    }
    let (civil, zone) = match text.char_indices().filter(|(_, c)| *c == ' ').nth(1) {
        Some((second_blank, _)) => text.split_at(second_blank),
        None => (text, ""),
    };
    if !matches!(zone.trim(), "" | "UTC" | "GMT" | "Z" | "+0000" | "+00:00") {
        return None;
    }
    let civil: DateTime = civil.trim_end_matches('Z').parse().ok()?;
    Offset::UTC.to_timestamp(civil).ok().map(print)
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[track_caller]
    fn check(input: &str, expected: Option<&str>) {
        assert_eq!(normal(input).as_deref(), expected, "{input}");
    }

    #[test]
    fn every_form_vonage_writes_becomes_one() {
        check("2026-03-01T09:00:00.5Z", Some("2026-03-01T09:00:00.500Z"));
        check("2026-03-01T09:00:00Z", Some("2026-03-01T09:00:00.000Z"));
        check(
            "2026-03-01T10:00:00+01:00",
            Some("2026-03-01T09:00:00.000Z"),
        );
        check(
            "2026-03-01T10:00:00.000+0000",
            Some("2026-03-01T10:00:00.000Z"),
        );
        check("2026-03-01 09:00:00", Some("2026-03-01T09:00:00.000Z"));
        check("2026-03-01T09:00:00", Some("2026-03-01T09:00:00.000Z"));
        check(
            "2026-03-01 09:00:00 +0000",
            Some("2026-03-01T09:00:00.000Z"),
        );
        check("2026-03-01 09:00:00 UTC", Some("2026-03-01T09:00:00.000Z"));
    }

    #[test]
    fn what_is_no_time_is_none() {
        check("", None);
        check("null", None);
        check("2603010900", None);
        check("2026-03-01 09:00:00 CEST", None);
        check("2026-13-01T09:00:00Z", None);
    }
}
