//! How large things may get.
//!
//! A record for any order of events needs all events of a component (the conversations that share
//! legs) at once, so components are bounded. What is beyond a bound is in the archive alone, and
//! the Worker raises an alert.

/// The bounds of rows and components.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A row with so many events is closed: later events go to the next part.
    pub events_a_row: usize,
    /// A row whose packed body has so many bytes is closed. A row has at most 2 MB, and goes to
    /// the database as hexadecimal digits in a parameter of at most 2 MB.
    pub bytes_a_row: usize,
    /// Parts of one conversation.
    pub parts: usize,
    /// Conversations one leg is followed through.
    pub conversations_a_leg: usize,
    /// Conversations of one component.
    pub conversations_a_component: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            events_a_row: 2_500,
            bytes_a_row: 256 * 1024,
            parts: 8,
            conversations_a_leg: 20,
            conversations_a_component: 40,
        }
    }
}

/// Other legs named in one record.
pub const LEGS_A_RECORD: usize = 100;
/// JSON in one parameter, in bytes; a value may have 2 MB.
pub(crate) const PARAMETER: usize = 900_000;
/// JSON in one transaction, in bytes, as long as its components are not larger by themselves.
pub(crate) const TRANSACTION: usize = 6_000_000;
/// Packed bytes asked for by one statement.
pub(crate) const READING: usize = 2_000_000;
