//! The one clock.

use jiff::Timestamp;

/// Milliseconds since 1970. Stands still while the Worker computes.
#[must_use]
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Now.
#[must_use]
pub fn now() -> Timestamp {
    // Any date JavaScript knows is one jiff knows.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole milliseconds, far below 2^53"
    )]
    Timestamp::from_millisecond(now_ms() as i64).unwrap_or(Timestamp::UNIX_EPOCH)
}
