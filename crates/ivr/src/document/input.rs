use std::borrow::Cow;

use describe::{
    Code, Definitions, Document, Fields, Findings, Map, Named, OnOff, OneOrMore, Rule, Text,
    TextError,
};
use serde_json::json;

use crate::document::forms::{Keys, Language, OneKey, VariableName};
use crate::document::{Choice, Prompt, Target};
use crate::pattern::Pattern;
use crate::source::{Kind, Value};

/// How a `menu` or `collect` node listens.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(expected = "how the node listens")]
pub struct Input {
    /// What is said from the second visit on, instead of `prompt`.
    #[document(as = OneOrMore<Prompt>)]
    pub short_prompt: Vec<Prompt>,
    /// Whether and how callers may speak. When left out they may if a choice has words.
    #[document(as = OnOff<Speech>)]
    pub speech: Option<Speech>,
    // The platform has one clock for the beginning and between keys (Vonage NCCO reference,
    // input, dtmf.timeOut).
    /// Seconds without a key before the entry ends.
    #[document(range = 1..=10, default = 5)]
    pub timeout: u8,
    /// Whether a key or a word interrupts the prompt.
    #[document(default = true)]
    pub barge_in: bool,
    /// Whether # ends the entry. When left out it does where entries differ in length.
    #[document(default)]
    pub submit_on_hash: bool,
    /// What happens when the caller stays silent.
    #[document(default)]
    pub no_input: Retry,
    /// What happens when the caller presses or says something else.
    #[document(default)]
    pub no_match: Retry,
    /// How many failures of both kinds one visit may have.
    #[document(range = 1..=40)]
    pub max_failures: Option<u8>,
}

/// What happens when a caller errs.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(
    expected = "an object like { \"tries\": 2, \"prompts\": [\"…\"], \"then\": \"operator\" }"
)]
pub struct Retry {
    /// How often the caller is asked again.
    #[document(range = 0..=20, default = 2)]
    pub tries: u8,
    /// What is said first, in turn; the last one repeats.
    #[document(as = OneOrMore<OneOrMore<Prompt>>)]
    pub prompts: Vec<Vec<Prompt>>,
    /// Whether the node's prompt follows.
    #[document(default = true)]
    pub repeat: bool,
    /// Where the caller goes when the tries are used up.
    pub then: Target,
    /// Whether an operator wrote this, or it is the rule for want of one.
    #[document(set = |_| true)]
    pub written: bool,
}

impl Default for Retry {
    /// Asked twice more, then the call ends.
    fn default() -> Self {
        Self {
            tries: 2,
            prompts: Vec::new(),
            repeat: true,
            then: Target::Hangup,
            written: false,
        }
    }
}

/// How spoken answers are recognised.
// Vonage NCCO reference, input, speech.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(expected = "an object like { \"confidence\": 0.5, \"hints\": [\"opening hours\"] }")]
pub struct Speech {
    /// The caller's language; the voice's when left out.
    #[document(as = Option<Language>)]
    pub language: Option<String>,
    /// Words to expect beside those the choices name; {{placeholders}} are filled in.
    #[document(as = OneOrMore<String>)]
    pub hints: Vec<String>,
    /// The confidence below which an answer does not count.
    #[document(range = 0.0..=1.0, default = 0.5)]
    pub confidence: f64,
    /// Seconds of silence that end an answer.
    #[document(range = 0.4..=10.0)]
    pub end_on_silence: Option<f64>,
    /// Seconds until the caller must begin to speak.
    #[document(range = 1..=60)]
    pub start_timeout: Option<u8>,
    /// Seconds an answer may last.
    #[document(range = 1..=60)]
    pub max_duration: Option<u8>,
    /// How easily sound counts as speech.
    #[document(range = 10..=100)]
    pub sensitivity: Option<u8>,
}

impl Default for Speech {
    fn default() -> Self {
        Self {
            language: None,
            hints: Vec::new(),
            confidence: 0.5,
            end_on_silence: None,
            start_timeout: None,
            max_duration: None,
            sensitivity: None,
        }
    }
}

/// `menu`: the caller chooses.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(expected = "a `menu` node", complete = MenuNode::speaks)]
pub struct MenuNode {
    /// What each key, or row of keys, chooses.
    #[document(
        as = Named<Keys, Choice>,
        required,
        exit,
        items = 1..,
        expected = "an object: a target for each key"
    )]
    pub choices: Map<Choice>,
    /// How it listens.
    #[document(flatten)]
    pub input: Input,
}

impl MenuNode {
    /// Callers may speak when a choice has words, unless `speech` says otherwise.
    fn speaks(&mut self, fields: &mut Fields<'_, '_>) {
        let mut choices = self.choices.iter();
        if !fields.has("speech") && choices.any(|(_, choice)| !choice.say.is_empty()) {
            self.input.speech = Some(Speech::default());
        }
    }
}

/// `collect`: the caller enters digits or speaks.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(
    expected = "a `collect` node",
    check = Collect::keeps_secrets,
    complete = Collect::ends_entries
)]
pub struct Collect {
    /// The variable the entry goes to: `{{var.<into>}}`.
    #[document(as = VariableName)]
    pub into: String,
    /// How many keys the entry has: the fewest and the most.
    #[document(as = Digits, default = (1, 20))]
    pub digits: (u8, u8),
    /// Whether `digits` was written; a spoken answer is any text when neither this nor `pattern`
    /// nor `luhn` was.
    #[document(set = |fields| fields.has("digits"))]
    pub digits_written: bool,
    /// What the entry must look like, such as `xxxx` for four digits.
    pub pattern: Option<Pattern>,
    /// Whether the last digit must be the check digit of the others, as on payment cards.
    #[document(default = false)]
    pub luhn: bool,
    /// Whether and how the entry is read back.
    #[document(as = OnOff<Confirm>)]
    pub confirm: Option<Confirm>,
    /// Whether only the `lookup` that follows may know the entry: it appears nowhere else.
    #[document(default = false)]
    pub secret: bool,
    /// How it listens.
    #[document(flatten)]
    pub input: Input,
    /// Where the caller goes with a good entry.
    pub then: Target,
}

impl Collect {
    fn keeps_secrets(fields: &mut Fields<'_, '_>) {
        if fields.peek::<bool>("secret") != Some(true) {
            return;
        }
        let is_on = |name: &str| {
            let kind = fields.find(name).map(|value| &value.kind);
            matches!(kind, Some(Kind::Bool(true) | Kind::Object(_)))
        };
        let (confirm, speech) = (is_on("confirm"), is_on("speech"));
        if confirm {
            let message = "a `secret` entry cannot be read back: leave out `confirm`";
            fields.refuse(Code::SecretLeak, message);
        }
        if speech {
            let message = "a `secret` entry cannot be spoken: leave out `speech`";
            fields.refuse(Code::SecretLeak, message);
        }
    }

    /// An entry whose length is not fixed needs a key that ends it.
    fn ends_entries(&mut self, fields: &mut Fields<'_, '_>) {
        if !fields.has("submit_on_hash") {
            self.input.submit_on_hash = self.digits.0 != self.digits.1;
        }
    }
}

/// How an entry is read back before it counts.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(
    check = Confirm::keys_differ,
    expected = "an object like { \"prompt\": \"…\", \"yes\": \"1\", \"no\": \"2\" }"
)]
pub struct Confirm {
    /// What is said; a built-in phrase in the caller's language when left out.
    #[document(as = OneOrMore<Prompt>)]
    pub prompt: Vec<Prompt>,
    /// The key that confirms.
    #[document(as = OneKey, default = "1")]
    pub yes: String,
    /// The key that begins again.
    #[document(as = OneKey, default = "2")]
    pub no: String,
}

impl Default for Confirm {
    fn default() -> Self {
        Self {
            prompt: Vec::new(),
            yes: "1".to_owned(),
            no: "2".to_owned(),
        }
    }
}

impl Confirm {
    fn keys_differ(fields: &mut Fields<'_, '_>) {
        let key = |name: &str, absent: &str| match fields.find(name) {
            Some(_) => fields.peek_as::<String, OneKey>(name),
            None => Some(absent.to_owned()),
        };
        let (yes, no) = (key("yes", "1"), key("no", "2"));
        if yes.is_some() && yes == no {
            fields.refuse(Code::Conflict, "`yes` and `no` are the same key");
        }
    }
}

impl Text for Pattern {
    type Value = Self;
    const NAME: &'static str = "";
    const DESCRIPTION: &'static str = "";
    const EXPECTED: &'static str = "a pattern, like \"xxxx\"";

    fn parse(written: &str) -> Result<Self, TextError> {
        Pattern::new(written).map_err(|error| {
            let message = format!("`{written}` is not a pattern: {error}");
            TextError::new(Code::BadPattern, message)
        })
    }
}

/// How many keys an entry has: exactly so many, or the fewest and the most.
struct Digits;

impl Digits {
    /// Exactly so many.
    const EXACT: Rule = Rule {
        range: Some((1.0, 20.0)),
        ..Rule::NONE
    };
}

impl Document<(u8, u8)> for Digits {
    fn expected(_: &Rule) -> Cow<'static, str> {
        "a number of digits, or an object like { \"min\": 4, \"max\": 6 }".into()
    }

    fn read(value: &Value<'_>, _: &Rule, findings: &mut Findings<'_>) -> Option<(u8, u8)> {
        if let Kind::Number(_) = value.kind {
            let exact = <u8 as Document>::read(value, &Self::EXACT, findings)?;
            return Some((exact, exact));
        }
        let DigitRange { min, max } = describe::object(value, findings)?;
        Some((min, max))
    }

    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value {
        json!({ "anyOf": [
            <u8 as Document>::schema(definitions, &Self::EXACT),
            DigitRange::schema(definitions, rule)
        ] })
    }
}

/// The fewest and the most keys.
#[derive(Document)]
#[document(
    check = DigitRange::in_order,
    expected = "a number of digits, or an object like { \"min\": 4, \"max\": 6 }"
)]
struct DigitRange {
    /// The fewest.
    #[document(range = 1..=20, default = 1)]
    min: u8,
    /// The most.
    #[document(range = 1..=20, default = 20)]
    max: u8,
}

impl DigitRange {
    fn in_order(fields: &mut Fields<'_, '_>) {
        let low = fields.peek::<u8>("min").unwrap_or(1);
        let high = fields.peek::<u8>("max").unwrap_or(20);
        if low > high {
            let message = format!("`min` {low} is more than `max` {high}");
            fields.refuse(Code::OutOfRange, message);
        }
    }
}
