//! What names a row.

use std::hash::{DefaultHasher, Hash, Hasher};

use events::{ConversationId, Event, LegId};
use serde::{Deserialize, Serialize};

/// Bits of `n` below the milliseconds. With twelve, `n` would pass 2^53 in 2039 and be no exact
/// number in JSON any more; with eleven, in 2109.
const HASH_BITS: u32 = 11;

/// What the parts of one row are kept under: the id of a conversation; `leg:` and the id of a leg that
/// is in none; `id:` and the id of an event that is about neither.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowKey(String);

impl RowKey {
    /// The key of the row an event belongs to.
    #[must_use]
    pub fn of_event(event: &Event) -> Self {
        match (&event.conversation, event.leg()) {
            (Some(conversation), _) => Self::of_conversation(conversation),
            (None, Some(leg)) => Self::of_leg(leg),
            (None, None) => Self(["id:", &event.id].concat()),
        }
    }

    /// The key of the row of a conversation.
    #[must_use]
    pub fn of_conversation(conversation: &ConversationId) -> Self {
        Self(conversation.as_str().to_owned())
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of the row that holds the record of a leg of no conversation.
    #[must_use]
    pub fn of_leg(leg: &LegId) -> Self {
        Self(["leg:", leg.as_str()].concat())
    }
}

/// The number of a new row: the milliseconds of its first arrival, then a hash. It never changes,
/// so it is primary key, order of time and cursor in one, and needs no index of its own.
///
/// Two rows of one millisecond may meet; the later one is written again with the next `attempt`.
#[must_use]
pub fn number(milliseconds: i64, key: &RowKey, part: u32, attempt: u32) -> i64 {
    let mut hasher = DefaultHasher::new();
    (key, part, attempt).hash(&mut hasher);
    let mask = (1_u64 << HASH_BITS) - 1;
    let low = i64::try_from(hasher.finish() & mask).unwrap_or_default();
    first_number(milliseconds) | low
}

/// The least number a row of this millisecond can have.
#[must_use]
pub fn first_number(milliseconds: i64) -> i64 {
    milliseconds.max(0).saturating_mul(1 << HASH_BITS)
}

/// The millisecond of a row's first arrival.
#[must_use]
pub fn milliseconds_of(number: i64) -> i64 {
    number >> HASH_BITS
}

/// The milliseconds of a point in time as events write it; `None` when it is none.
#[must_use]
pub fn milliseconds(at: &str) -> Option<i64> {
    at.parse::<jiff::Timestamp>()
        .ok()
        .map(jiff::Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_the_order_of_time_and_exact_in_json_for_a_lifetime() {
        let at = |text| milliseconds(text).unwrap();
        let (a, z) = (RowKey("a".to_owned()), RowKey("z".to_owned()));
        let early = number(at("2026-11-26T10:00:00.000Z"), &z, 9, 9);
        let late = number(at("2026-11-26T10:00:00.001Z"), &a, 0, 0);
        assert!(early < late);
        assert_eq!(milliseconds_of(late), at("2026-11-26T10:00:00.001Z"));
        assert!(number(at("2109-01-01T00:00:00.000Z"), &a, 0, 0) < 1 << 53);
        assert_ne!(number(0, &a, 0, 0), number(0, &a, 0, 1));
        assert_eq!(milliseconds("yesterday"), None);
    }
}
