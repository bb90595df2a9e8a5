//! Where a call stands: what rides, sealed, in the URLs of its NCCOs.

mod bytes;
pub(crate) mod seal;

#[cfg(test)]
mod tests;

use crate::engine::Direction;
use crate::version::Version;

/// What an unbound state is bound to: no conversation is called so.
const UNBOUND: &str = "\0unbound";
/// The most menus one call visits.
pub(crate) const MOST_MENUS: usize = 8;
/// The deepest sub-menus nest.
pub(crate) const DEEPEST: usize = 8;
/// How many nodes `@back` remembers.
const MOST_HISTORY: usize = 16;
/// How many nodes with a short prompt are remembered as visited.
const MOST_SEEN: usize = 24;
/// The longest value of a variable, in bytes.
pub const LONGEST_VALUE: usize = 100;
/// The most all variables, names and values, take, in bytes.
const MOST_VARIABLES: usize = 400;
/// The most SIP headers take, in bytes.
pub(crate) const MOST_HEADERS: usize = 256;
/// The longest caller or called party, in bytes.
pub(crate) const LONGEST_PARTY: usize = 64;

/// Where a call stands.
///
/// Everything a step needs, and nothing a `secret` field collected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Not sealed: the seal is bound to it.
    pub(crate) conversation: Box<str>,
    /// Hours since 1970 after which the state counts no more.
    pub(crate) expires: u32,
    /// How many nodes may be entered, and how many were.
    pub(crate) limit: u16,
    pub(crate) steps: u16,
    /// Whether the limit was met, and its exit taken.
    pub(crate) over: bool,
    /// The menus of this call and their versions; the first is where it began.
    pub(crate) pins: Vec<Pin>,
    pub(crate) location: NodeLocation,
    /// The id of the node at `location`.
    pub(crate) node: Box<str>,
    pub(crate) mode: Mode,
    /// Whether this visit began with the short prompt.
    pub(crate) short: bool,
    /// Failures of this visit.
    pub(crate) no_input: u8,
    pub(crate) no_match: u8,
    /// Nodes the caller left by choosing, with the depth of sub-menus there.
    pub(crate) history: Vec<(NodeLocation, u8)>,
    /// The `submenu` nodes to return to.
    pub(crate) stack: Vec<NodeLocation>,
    /// Nodes with a short prompt that were visited: menu and number.
    pub(crate) seen: Vec<(u8, u16)>,
    /// Variables in the order they were set.
    pub(crate) variables: Vec<Variable>,
    pub(crate) direction: Direction,
    /// The person on the line.
    pub(crate) caller: Box<str>,
    /// The number of ours that is on the line.
    pub(crate) called: Box<str>,
    pub(crate) headers: Vec<(Box<str>, Box<str>)>,
}

/// A menu and the version this call has of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pin {
    pub id: Box<str>,
    pub version: Version,
}

/// A node of a pinned menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct NodeLocation {
    pub menu: u8,
    pub node: u16,
}

/// What the call is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// An input.
    Listening { secret: bool },
    /// An input that confirms an entry.
    Confirming,
    /// The outcome of a call to the destination at this place of the order.
    Calling { place: u8 },
    /// The notify action after something that takes its time.
    Pausing,
    /// Nothing: the call ends by itself.
    Ending,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    pub kind: VariableKind,
    pub name: Box<str>,
    pub value: Box<str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VariableKind {
    /// `var.`
    Collected,
    /// `lookup.`
    Looked,
}

/// Where a caller is, for events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position<'s> {
    /// The menu's id.
    pub menu: &'s str,
    /// Its version in this call.
    pub version: &'s Version,
    /// The node's id.
    pub node: &'s str,
}

impl State {
    /// The menu, version and node the caller is at.
    pub fn position(&self) -> Position<'_> {
        let pin = self
            .pins
            .get(usize::from(self.location.menu))
            .or_else(|| self.pins.first());
        Position {
            menu: pin.map_or("", |pin| &pin.id),
            version: pin.map_or(const { &Version::from_bytes([0; 32]) }, |pin| &pin.version),
            node: &self.node,
        }
    }

    /// The version a step from here needs first.
    pub fn version(&self) -> &Version {
        self.position().version
    }

    /// The menu this call has in this version.
    pub fn menu_of(&self, version: &Version) -> Option<&str> {
        let pin = self.pins.iter().find(|pin| pin.version == *version);
        pin.map(|pin| &*pin.id)
    }

    /// Whether the state is bound to no conversation: it came from a URL of a called person, and
    /// says where the caller was when they were called. It moves nobody.
    pub fn is_unbound(&self) -> bool {
        *self.conversation == *UNBOUND
    }

    /// The menu the call began in.
    pub fn menu(&self) -> &str {
        self.pins.first().map_or("", |pin| &pin.id)
    }

    /// How many nodes the caller has entered.
    pub fn steps(&self) -> u16 {
        self.steps
    }

    /// The conversation the state belongs to.
    pub fn conversation(&self) -> &str {
        &self.conversation
    }

    /// Who placed the call.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// Whether the next input is a secret: its digits must be in no event, log
    /// or archive.
    pub fn expects_secret(&self) -> bool {
        matches!(self.mode, Mode::Listening { secret: true })
    }

    pub(crate) fn variable(&self, kind: VariableKind, name: &str) -> Option<&str> {
        self.variables
            .iter()
            .find(|known| known.kind == kind && *known.name == *name)
            .map(|known| &*known.value)
    }

    pub(crate) fn forget(&mut self, kind: VariableKind, name: &str) {
        self.variables
            .retain(|known| known.kind != kind || *known.name != *name);
    }

    /// Sets a variable; the oldest give way when there are too many.
    pub(crate) fn set(&mut self, kind: VariableKind, name: &str, value: &str) {
        self.forget(kind, name);
        self.variables.push(Variable {
            kind,
            name: name.into(),
            value: clip(value, LONGEST_VALUE).into(),
        });
        let size = |variable: &Variable| variable.name.len() + variable.value.len() + 4;
        while self.variables.iter().map(size).sum::<usize>() > MOST_VARIABLES
            && self.variables.len() > 1
        {
            self.variables.remove(0);
        }
    }

    pub(crate) fn remember(&mut self, location: NodeLocation) {
        let depth = u8::try_from(self.stack.len()).unwrap_or(u8::MAX);
        if self.history.last() == Some(&(location, depth)) {
            return;
        }
        if self.history.len() >= MOST_HISTORY {
            self.history.remove(0);
        }
        self.history.push((location, depth));
    }

    /// Marks a node with a short prompt as visited; whether it was before.
    pub(crate) fn see(&mut self, menu: u8, number: u16) -> bool {
        if self.seen.contains(&(menu, number)) {
            return true;
        }
        if self.seen.len() >= MOST_SEEN {
            self.seen.remove(0);
        }
        self.seen.push((menu, number));
        false
    }
}

/// The beginning of a text, at most so many bytes, whole characters.
pub(crate) fn clip(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
