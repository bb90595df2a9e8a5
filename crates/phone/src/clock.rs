//! The time of a scripted call.

use jiff::{SignedDuration, Timestamp};

/// A clock that moves only when the call says so: a prompt of ten seconds takes no time to play,
/// and the timestamps of the webhooks are still ten seconds apart.
///
/// Tokens are the exception. A Worker checks their `iat` against its own clock, so they carry the
/// real time.
#[derive(Debug, Clone)]
pub struct Clock {
    start: Timestamp,
    elapsed_ms: i64,
}

impl Clock {
    /// A clock that shows `start` until it is moved.
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self {
            start,
            elapsed_ms: 0,
        }
    }

    /// The time it shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.after_ms(0)
    }

    /// Milliseconds since it was started.
    #[must_use]
    pub fn elapsed_ms(&self) -> i64 {
        self.elapsed_ms
    }

    /// The time it will show `ms` milliseconds from now.
    #[must_use]
    pub fn after_ms(&self, ms: i64) -> Timestamp {
        let elapsed = SignedDuration::from_millis(self.elapsed_ms.saturating_add(ms));
        self.start.checked_add(elapsed).unwrap_or(Timestamp::MAX)
    }

    /// Lets `seconds` pass.
    pub fn pass(&mut self, seconds: f64) {
        let ms = (seconds.clamp(0.0, 1.0e6) * 1000.0) as i64;
        self.elapsed_ms = self.elapsed_ms.saturating_add(ms);
    }

    /// The form of a webhook's `timestamp`: milliseconds and `Z`.
    #[must_use]
    pub fn stamp(&self) -> String {
        stamp_ms(self.now())
    }
}

/// `2026-11-20T10:00:00.123Z`: the `timestamp` of a webhook.
pub(crate) fn stamp_ms(at: Timestamp) -> String {
    vonage::print_timestamp(at, Some(3))
}

/// `2026-11-20T10:00:00.000Z`: `start_time` and `end_time` of a completed call are rounded to
/// whole seconds.
pub(crate) fn stamp_rounded(at: Timestamp) -> String {
    let seconds = Timestamp::from_second(at.as_second()).unwrap_or(at);
    vonage::print_timestamp(seconds, Some(3))
}

/// `2026-11-20T10:00:00Z`: the times of a recording carry no milliseconds.
pub(crate) fn stamp_seconds(at: Timestamp) -> String {
    vonage::print_timestamp(at, Some(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes_only_when_told_and_keeps_its_milliseconds() {
        let mut clock = Clock::at("2026-11-20T10:00:00Z".parse().unwrap());
        assert_eq!(clock.stamp(), "2026-11-20T10:00:00.000Z");
        clock.pass(61.25);
        assert_eq!(clock.stamp(), "2026-11-20T10:01:01.250Z");
        assert_eq!(stamp_rounded(clock.now()), "2026-11-20T10:01:01.000Z");
        assert_eq!(stamp_seconds(clock.now()), "2026-11-20T10:01:01Z");
    }
}
