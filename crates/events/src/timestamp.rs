//! The one form of a point in time on events: RFC 3339, UTC, milliseconds.

use jiff::Timestamp;

/// Writes a point in time as `2026-11-21T12:50:26.123Z`. In this form text order is time order.
#[must_use]
pub fn print(at: Timestamp) -> String {
    vonage::print_timestamp(at, Some(3))
}

/// A time as Vonage writes it, in the one form; `None` when it is no point in time.
#[must_use]
pub fn normal(text: &str) -> Option<String> {
    vonage::timestamp(text).map(print)
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
        check("2026-03-01 09:00:00 CEST", None);
        check("2026-13-01T09:00:00Z", None);
    }
}
