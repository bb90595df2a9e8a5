use crate::decode::{Decode, text};
use crate::diagnostic::{Code, Findings, nearest};
use crate::document::is_name;
use crate::source::Value;

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

impl Decode for Target {
    const EXPECTED: &'static str =
        "a target: a node's id, `menu:<id>`, `@hangup`, `@repeat`, `@back`, `@start` or `@return`";

    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let written = text(value, findings, Self::EXPECTED)?;
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
        if target.is_none() {
            findings.note(
                Code::BadTarget,
                value,
                format!("`{written}` is not {}", Self::EXPECTED),
            );
            if let Some(word) = nearest(written, Target::WORDS.iter().map(|(name, _)| *name)) {
                findings.help(format!("did you mean `{word}`?"));
            }
        }
        target
    }
}
