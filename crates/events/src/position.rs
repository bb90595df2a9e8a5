//! Where a caller is in a menu.

/// Where in a menu the caller was when a webhook came, as the sealed state says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position<'a> {
    /// The menu's id.
    pub menu: &'a str,
    /// Its version, a SHA-256 in hex.
    pub version: &'a str,
    /// The node's id.
    pub node: &'a str,
    /// How many steps the call has made: tells two otherwise equal key presses apart.
    pub step: u32,
    /// Whether the node collects a secret: then what was entered never reaches the event.
    pub secret: bool,
}

impl Position<'static> {
    /// Where a caller is when the state does not tell: nowhere known, and not to be overheard. What
    /// it puts into an event, [`Event::clear_position`](crate::Event::clear_position) takes out.
    pub const UNKNOWN: Self = Self {
        menu: "",
        version: "",
        node: "",
        step: 0,
        secret: true,
    };
}
