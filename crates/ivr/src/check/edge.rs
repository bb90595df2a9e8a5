//! The ways between nodes: where each leads, what happens on it, and what must hold for it.

use crate::document::Subject;
use crate::number::Country;

/// One way out of a node.
pub(super) struct Edge<'a> {
    pub to: To,
    pub event: Event<'a>,
    /// Whether it can be taken without the caller choosing anything.
    pub is_passive: bool,
    pub location: ExitLocation<'a>,
    /// What must hold for it to be taken.
    pub facts: Vec<Fact>,
    /// Whether the node is remembered on this way, so that `@back` leads to it.
    pub remembers: bool,
}

/// Where a way leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    Node(usize),
    /// `@back`; to the start of the menu, given here, when nothing is remembered.
    Back(usize),
    /// Into a submenu at its start, and then on.
    Call {
        start: usize,
        then: Then,
    },
    /// Back to where the menu was called from.
    Return,
    End,
}

/// Where a caller goes who comes back from a submenu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Node(usize),
    /// As [`To::Back`].
    Back(usize),
    Return,
    End,
}

impl Then {
    /// The node it leads to, when nothing is remembered.
    pub fn node(self) -> Option<usize> {
        match self {
            Then::Node(node) | Then::Back(node) => Some(node),
            Then::Return | Then::End => None,
        }
    }
}

/// What happens on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event<'a> {
    /// Nothing the caller does.
    Goes,
    Press(&'a str),
    Silent(u8),
    Wrong(u8),
    Enters,
    Leaves,
    Busy,
    NoAnswer,
    Rejected,
    Failed,
    Missed,
    Talked,
    Hours(&'a str, Hour),
    Case(usize),
    NoCase,
    Answered,
    Unanswered,
    NoNumber,
    Limit(u16),
}

/// What a calendar can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hour {
    Open,
    Closed,
    Holiday,
    OverrideOpen,
    OverrideClosed,
}

/// Where an exit is written, below its node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ExitLocation<'a> {
    Field(&'static str),
    Choice(&'a str),
    Case(usize),
    /// In the menu, not the node.
    Key(&'a str),
    Limits,
}

/// Something that holds, or does not, for the rest of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fact {
    pub key: usize,
    pub value: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum FactKey<'a> {
    /// The state of a calendar: an [`Hour`].
    Calendar(&'a str),
    /// Whether a test holds of a subject: 0 or 1.
    Test(&'a Subject, Asked<'a>),
}

/// A [`Test`], comparable; not by its `Debug`, which costs more code than all of this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Asked<'a> {
    InList(&'a str),
    Prefix(&'a [String]),
    Country(&'a [Country]),
    Equals(&'a str),
    In(&'a [String]),
    /// Shares of calls are dealt per node: no other test says the same.
    Share {
        node: usize,
        case: usize,
    },
}

/// The nodes a way leads to.
pub(super) fn ends_of(way: To) -> impl Iterator<Item = usize> {
    let (first, second) = match way {
        To::Node(node) | To::Back(node) => (Some(node), None),
        To::Call { start, then } => (Some(start), then.node()),
        To::Return | To::End => (None, None),
    };
    first.into_iter().chain(second)
}
