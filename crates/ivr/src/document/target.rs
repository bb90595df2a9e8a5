use describe::{Code, Text, TextError};

use crate::document::is_name;

/// Where a caller goes next.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A node of the same menu: its id.
    Node(String),
    /// Another menu, for good: `menu:<id>`.
    Menu(String),
    /// `@hangup`: the call ends.
    Hangup,
    /// `@repeat`: the same node again, as if entered anew.
    Repeat,
    /// `@back`: the node the caller chose from before this one.
    Back,
    /// `@start`: the start of the menu the caller is in.
    Start,
    /// `@return`: back to the menu that called this one with `submenu`.
    Return,
}

impl Target {
    /// The words that begin with `@`.
    pub const WORDS: &'static [(&'static str, Target)] = &[
        ("@hangup", Target::Hangup),
        ("@repeat", Target::Repeat),
        ("@back", Target::Back),
        ("@start", Target::Start),
        ("@return", Target::Return),
    ];
}

/// As it is written.
impl std::fmt::Display for Target {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Target::Node(id) => out.write_str(id),
            Target::Menu(id) => {
                out.write_str("menu:")?;
                out.write_str(id)
            }
            word => {
                let name = Target::WORDS.iter().find(|(_, target)| target == word);
                out.write_str(name.map_or("", |(name, _)| name))
            }
        }
    }
}

impl Text for Target {
    type Value = Self;
    const NAME: &'static str = "target";
    const DESCRIPTION: &'static str = "Where the caller goes: the id of a node, `menu:<id>` for another menu, or @hangup (the call ends), @repeat (this node again), @back (where the caller was before), @start (the start of this menu), @return (back to the menu that called this one).";
    const EXPECTED: &'static str =
        "a target: a node's id, `menu:<id>`, `@hangup`, `@repeat`, `@back`, `@start` or `@return`";
    const PATTERN: &'static str =
        "^(@(hangup|repeat|back|start|return)|(menu:)?[A-Za-z0-9_-]{1,40})$";
    const EXAMPLES: &'static [&'static str] = &[
        "operator",
        "menu:acme",
        "@hangup",
        "@repeat",
        "@back",
        "@start",
        "@return",
    ];
    const MISSING: Code = Code::MissingExit;

    fn parse(written: &str) -> Result<Self, TextError> {
        let target = match written.split_at_checked(1) {
            Some(("@", _)) => Target::WORDS
                .iter()
                .find(|(name, _)| *name == written)
                .map(|(_, target)| target.clone()),
            _ => match written.strip_prefix("menu:") {
                Some(menu) => is_name(menu).then(|| Target::Menu(menu.to_owned())),
                None => is_name(written).then(|| Target::Node(written.to_owned())),
            },
        };
        target.ok_or_else(|| {
            let message = format!("`{written}` is not {}", Self::EXPECTED);
            TextError::new(Code::BadTarget, message)
                .near(written, Target::WORDS.iter().map(|(name, _)| *name))
        })
    }
}
