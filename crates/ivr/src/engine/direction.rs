//! Who placed a call.

/// Who placed a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// Somebody calls us.
    #[default]
    Inbound,
    /// We call somebody.
    Outbound,
}

impl Direction {
    /// What the answer URL of a call we place says in its query, so that its webhook is told from
    /// that of a call that comes in: both have the same members.
    pub const OUTBOUND_QUERY: &'static str = "call=outbound";

    /// What the query of an answer URL says.
    pub fn of_query(query: &str) -> Self {
        match query.split('&').any(|pair| pair == Self::OUTBOUND_QUERY) {
            true => Self::Outbound,
            false => Self::Inbound,
        }
    }
}
