use describe::{Code, Document, Map, Named};

use crate::document::allow::Allowed;
use crate::document::forms::{Keys, NodeName};
use crate::document::{Choice, Node, Target, Voice};

/// A phone menu.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(root, expected = "a menu: an object with `start` and `nodes`")]
pub struct Menu {
    /// What people call the menu.
    pub title: Option<String>,
    /// A word for those who edit.
    pub note: Option<String>,
    /// Warnings of the check that are meant so.
    #[document(as = Vec<Allowed>, default, examples = [["no-person"]])]
    pub allow: Vec<Code>,
    /// What the menu is meant to run on, Vonage alone when left out: the check warns of what one of
    /// these has no means for.
    #[document(default, examples = [["vonage", "vxml"]])]
    pub platforms: Vec<Platform>,
    /// The id of the node a caller begins at.
    pub start: String,
    /// How it speaks, unless a node or prompt says otherwise.
    #[document(default)]
    pub voice: Voice,
    /// Keys that work in every `menu` node that has no choice of its own for them. In a `collect`
    /// node only those made of * and # do.
    #[document(
        as = Named<Keys, Choice>,
        expected = "an object: a target for each key",
        examples = [{ "0": "operator", "*": "@back" }]
    )]
    pub keys: Map<Choice>,
    /// How long a caller may go round.
    #[document(default)]
    pub limits: Limits,
    /// The steps of the menu, by their ids.
    #[document(as = Named<NodeName, Node>, required, expected = "an object: a node for each id")]
    pub nodes: Map<Node>,
}

/// What carries the calls of a menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Document)]
pub enum Platform {
    /// The Voice API of Vonage.
    Vonage,
    /// A VoiceXML 2.1 browser.
    #[document(name = "vxml")]
    VoiceXml,
}

/// How long a caller may go round before the menu decides.
#[derive(Debug, Clone, PartialEq, Eq, Document)]
#[document(expected = "an object like { \"steps\": 60, \"then\": \"operator\" }")]
pub struct Limits {
    /// How many nodes a caller may enter in one call, repeats counted.
    #[document(range = 1..=1000, default = 60)]
    pub steps: u16,
    /// Where the caller goes then.
    #[document(default = Target::Hangup, shown = "@hangup")]
    pub then: Target,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 60,
            then: Target::Hangup,
        }
    }
}
