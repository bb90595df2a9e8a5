use describe::{Code, Document, Fields, Map, Named, OneOrMore};

use crate::document::allow::Allowed;
use crate::document::forms::{Keys, Language, NodeName};
use crate::document::{Node, Target};

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

/// How prompts are spoken. What is left out is taken from the node, then the menu, then the
/// platform.
// Vonage NCCO reference, talk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Document)]
#[document(expected = "an object like { \"language\": \"en-GB\", \"style\": 0 }")]
pub struct Voice {
    /// The language that is spoken.
    #[document(as = Option<Language>)]
    pub language: Option<String>,
    /// Which of the language's voices.
    #[document(range = 0..=99)]
    pub style: Option<u8>,
    /// Whether the premium voice is used; it is not, when left out everywhere.
    pub premium: Option<bool>,
}

impl Voice {
    /// This voice, completed by another.
    #[must_use]
    pub fn or(&self, base: &Voice) -> Voice {
        // A style belongs to its language: another language begins at its own.
        let same = self.language.is_none() || self.language == base.language;
        Voice {
            language: self.language.clone().or_else(|| base.language.clone()),
            style: self.style.or(if same { base.style } else { None }),
            premium: self.premium.or(base.premium),
        }
    }
}

/// What a key or a spoken word chooses.
#[derive(Debug, Clone, PartialEq, Eq, Document)]
#[document(
    short = "then",
    check = Choice::can_be_said,
    expected = "a target, or an object like { \"label\": \"sales\", \"then\": \"sales\" }"
)]
pub struct Choice {
    /// What the choice means, for reports.
    pub label: Option<String>,
    /// Where the caller goes.
    pub then: Target,
    /// Words a caller may say instead.
    #[document(as = OneOrMore<String>)]
    pub say: Vec<String>,
}

impl Choice {
    fn can_be_said(fields: &mut Fields<'_, '_>) {
        let say: Option<Vec<String>> = fields.peek_as::<_, OneOrMore<String>>("say");
        let empty = |words: &String| crate::words::normal(words).is_empty();
        if say.is_some_and(|say| say.iter().any(empty)) {
            let message = "`say` has nothing a caller could say: expected words";
            fields.refuse(Code::OutOfRange, message);
        }
    }
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
