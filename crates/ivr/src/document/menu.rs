use crate::decode::{Decode, Fields, Map, text};
use crate::diagnostic::{Code, Findings};
use crate::document::{self, Node, Target};
use crate::source::{Kind, Value};

/// A menu: one IVR document.
#[derive(Debug, Clone, PartialEq)]
pub struct Menu {
    /// What people call it.
    pub title: Option<String>,
    /// A word for those who edit.
    pub note: Option<String>,
    /// Warnings that are meant so, in the whole menu.
    pub allow: Vec<Code>,
    /// The id of the node a caller begins at.
    pub start: String,
    /// How it speaks, unless a node or prompt says otherwise.
    pub voice: Voice,
    /// Keys that work in every `menu` node that has no choice of its own for
    /// them. In a `collect` node only those made of `*` and `#` work.
    pub keys: Map<Choice>,
    /// How long a caller may go round.
    pub limits: Limits,
    /// The steps, by their ids.
    pub nodes: Map<Node>,
}

impl Decode for Menu {
    const EXPECTED: &'static str = "a menu: an object with `start` and `nodes`";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
        fields.raw("$schema");
        let title = fields.optional("title");
        let note = fields.optional("note");
        let allow = document::allow::allow(&mut fields);
        let start = fields.required("start");
        let voice = fields.optional("voice").unwrap_or_default();
        let keys = fields
            .with("keys", |value, findings| {
                Map::read(
                    value,
                    findings,
                    "an object: a target for each key",
                    document::keys,
                )
            })
            .unwrap_or_default();
        let limits = fields.optional("limits").unwrap_or_default();
        if !fields.has("nodes") {
            fields.missing(Code::MissingField, "nodes", "an object: a node for each id");
        }
        let nodes = fields.with("nodes", |value, findings| {
            Map::read(
                value,
                findings,
                "an object: a node for each id",
                |member, findings| document::name(&member.key, "a node's id", member.at, findings),
            )
        });
        fields.finish()?;
        Some(Self {
            title,
            note,
            allow,
            start: start?,
            voice,
            keys,
            limits,
            nodes: nodes?,
        })
    }
}

/// How prompts are spoken (Vonage NCCO reference, talk). What is left out is
/// taken from the node, then the menu, then the platform.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Voice {
    /// BCP-47 language, like `en-GB`.
    pub language: Option<String>,
    /// Which of the language's voices.
    pub style: Option<u8>,
    /// Whether the premium voice is used.
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

impl Decode for Voice {
    const EXPECTED: &'static str = "an object like { \"language\": \"en-GB\", \"style\": 0 }";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
        let language = fields.with("language", language);
        let style = fields
            .whole("style", 0..=99)
            .and_then(|style| u8::try_from(style).ok());
        let premium = fields.optional("premium");
        fields.finish()?;
        Some(Self {
            language,
            style,
            premium,
        })
    }
}

/// A language tag; which ones the platform speaks is an open list.
pub(crate) fn language(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let expected = "a BCP-47 language, like `en-GB`";
    let written = text(value, findings, expected)?;
    let mut parts = written.split('-');
    let first = parts.next().unwrap_or_default();
    let sound = (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    if sound {
        return Some(written.to_owned());
    }
    findings.note(
        Code::OutOfRange,
        value,
        format!("`{written}` is not {expected}"),
    );
    None
}

/// What a key or a spoken word chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the choice means, for reports.
    pub label: Option<String>,
    /// Where the caller goes.
    pub then: Target,
    /// Words a caller may say instead.
    pub say: Vec<String>,
}

impl Decode for Choice {
    const EXPECTED: &'static str =
        "a target, or an object like { \"label\": \"sales\", \"then\": \"sales\" }";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        if let Kind::Text(_) = value.kind {
            return Target::decode(value, findings).map(|then| Self {
                label: None,
                then,
                say: Vec::new(),
            });
        }
        let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
        let label = fields.optional("label");
        let then = fields.exit("then");
        let say = fields.one_or_more::<String>("say").unwrap_or_default();
        if say
            .iter()
            .any(|words| crate::words::normal(words).is_empty())
        {
            fields.refuse(
                Code::OutOfRange,
                "`say` has nothing a caller could say: expected words",
            );
        }
        fields.finish()?;
        Some(Self {
            label,
            then: then?,
            say,
        })
    }
}

/// How long a caller may go round before the menu decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How many nodes a caller may enter in one call, repeats counted.
    pub steps: u16,
    /// Where the caller goes then.
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

impl Decode for Limits {
    const EXPECTED: &'static str = "an object like { \"steps\": 60, \"then\": \"operator\" }";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
        let standard = Self::default();
        let steps = fields
            .whole("steps", 1..=1000)
            .and_then(|steps| u16::try_from(steps).ok());
        let then = fields.optional("then").unwrap_or(standard.then);
        fields.finish()?;
        Some(Self {
            steps: steps.unwrap_or(standard.steps),
            then,
        })
    }
}
