//! How a call may end.

/// The outcomes a call has for the phone.
pub const OUTCOMES: [&str; 5] = [
    "transferred",
    "message_left",
    "abandoned",
    "completed",
    "failed",
];
