use crate::decode::{Decode, Fields, Map, mismatch};
use crate::diagnostic::{Code, Findings};
use crate::document::menu::language;
use crate::document::number::named;
use crate::document::{self, Choice, Prompt, Target, is_keys};
use crate::pattern::Pattern;
use crate::source::{Kind, Value};

/// How a `menu` or `collect` node listens.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// What is said from the second visit on, instead of `prompt`.
    pub short_prompt: Vec<Prompt>,
    /// Spoken answers; `None` when only keys count.
    pub speech: Option<Speech>,
    /// Seconds without a key before the entry ends, at the beginning and
    /// between keys alike: the platform has one clock for both (Vonage NCCO
    /// reference, input, dtmf.timeOut). 1 to 10.
    pub timeout: u8,
    /// Whether a key or a word interrupts the prompt.
    pub barge_in: bool,
    /// Whether `#` ends the entry.
    pub submit_on_hash: bool,
    /// What happens when nothing is entered.
    pub no_input: Retry,
    /// What happens when something wrong is entered.
    pub no_match: Retry,
    /// The failure, of either kind, with which a visit ends at the latest.
    pub max_failures: Option<u8>,
}

/// What happens when a caller errs.
#[derive(Debug, Clone, PartialEq)]
pub struct Retry {
    /// How often the caller is asked again.
    pub tries: u8,
    /// What is said first, in turn; the last one repeats.
    pub prompts: Vec<Vec<Prompt>>,
    /// Whether the node's prompt follows.
    pub repeat: bool,
    /// Where the caller goes when the tries are used up.
    pub then: Target,
    /// Whether an operator wrote this, or it is the rule for want of one.
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

/// A list whose items are prompts or lists of prompts.
struct Prompts(Vec<Prompt>);

impl Decode for Prompts {
    const EXPECTED: &'static str = Prompt::EXPECTED;
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        crate::decode::one_or_more(value, findings).map(Self)
    }
}

impl Decode for Retry {
    const EXPECTED: &'static str =
        "an object like { \"tries\": 2, \"prompts\": [\"…\"], \"then\": \"operator\" }";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
        let tries = fields
            .whole("tries", 0..=20)
            .and_then(|tries| u8::try_from(tries).ok())
            .unwrap_or(2);
        let prompts = fields.one_or_more::<Prompts>("prompts").unwrap_or_default();
        let repeat = fields.optional("repeat").unwrap_or(true);
        let then = fields.exit("then");
        fields.finish()?;
        let prompts = prompts
            .into_iter()
            .map(|Prompts(prompts)| prompts)
            .collect();
        Some(Self {
            tries,
            prompts,
            repeat,
            then: then?,
            written: true,
        })
    }
}

/// How spoken answers are recognised (Vonage NCCO reference, input, speech).
#[derive(Debug, Clone, PartialEq)]
pub struct Speech {
    /// BCP-47 language of the caller; the voice's when left out.
    pub language: Option<String>,
    /// Words to expect beside those the choices name.
    pub hints: Vec<String>,
    /// The confidence below which an answer does not count, 0 to 1.
    pub confidence: f64,
    /// Seconds of silence that end an answer, 0.4 to 10.
    pub end_on_silence: Option<f64>,
    /// Seconds until the caller must begin to speak, 1 to 60.
    pub start_timeout: Option<u8>,
    /// Seconds an answer may last, 1 to 60.
    pub max_duration: Option<u8>,
    /// How easily sound counts as speech, 10 to 100.
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

impl Decode for Speech {
    const EXPECTED: &'static str =
        "an object like { \"confidence\": 0.5, \"hints\": [\"opening hours\"] }";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
        let language = fields.with("language", language);
        let hints = fields.one_or_more("hints").unwrap_or_default();
        let confidence = fields.number("confidence", 0.0..=1.0).unwrap_or(0.5);
        let end_on_silence = fields.number("end_on_silence", 0.4..=10.0);
        let start_timeout = fields
            .whole("start_timeout", 1..=60)
            .and_then(|n| u8::try_from(n).ok());
        let max_duration = fields
            .whole("max_duration", 1..=60)
            .and_then(|n| u8::try_from(n).ok());
        let sensitivity = fields
            .whole("sensitivity", 10..=100)
            .and_then(|n| u8::try_from(n).ok());
        fields.finish()?;
        Some(Self {
            language,
            hints,
            confidence,
            end_on_silence,
            start_timeout,
            max_duration,
            sensitivity,
        })
    }
}

impl Input {
    /// Reads the fields; `speaks` is whether a choice has words to say.
    fn read(fields: &mut Fields<'_, '_, '_, '_>, submit_on_hash: bool, speaks: bool) -> Self {
        let speech = fields.with("speech", |value, findings| match &value.kind {
            Kind::Bool(false) => Some(None),
            Kind::Bool(true) => Some(Some(Speech::default())),
            Kind::Object(_) => Speech::decode(value, findings).map(Some),
            _ => mismatch(
                value,
                findings,
                &format!("true, false, or {}", Speech::EXPECTED),
            ),
        });
        Self {
            short_prompt: fields.one_or_more("short_prompt").unwrap_or_default(),
            speech: speech.unwrap_or_else(|| speaks.then(Speech::default)),
            timeout: fields
                .whole("timeout", 1..=10)
                .and_then(|n| u8::try_from(n).ok())
                .unwrap_or(5),
            barge_in: fields.optional("barge_in").unwrap_or(true),
            submit_on_hash: fields.optional("submit_on_hash").unwrap_or(submit_on_hash),
            no_input: fields.optional("no_input").unwrap_or_default(),
            no_match: fields.optional("no_match").unwrap_or_default(),
            max_failures: fields
                .whole("max_failures", 1..=40)
                .and_then(|n| u8::try_from(n).ok()),
        }
    }
}

/// `menu`: the caller chooses.
#[derive(Debug, Clone, PartialEq)]
pub struct MenuNode {
    /// What each key or row of keys chooses.
    pub choices: Map<Choice>,
    /// How it listens.
    pub input: Input,
}

impl MenuNode {
    pub(super) fn read(fields: &mut Fields<'_, '_, '_, '_>) -> Option<Self> {
        if !fields.has("choices") {
            fields.missing(
                Code::MissingExit,
                "choices",
                "an object: a target for each key",
            );
        }
        let choices: Option<Map<Choice>> = fields.with("choices", |value, findings| {
            let choices = Map::read(
                value,
                findings,
                "an object: a target for each key",
                document::keys,
            )?;
            if choices.is_empty() {
                findings.note(
                    Code::MissingExit,
                    value,
                    "`choices` is empty: expected a target for at least one key",
                );
                return None;
            }
            Some(choices)
        });
        let speaks = choices
            .as_ref()
            .is_some_and(|all| all.iter().any(|(_, choice)| !choice.say.is_empty()));
        let input = Input::read(fields, false, speaks);
        Some(Self {
            choices: choices?,
            input,
        })
    }
}

/// `collect`: the caller enters digits or speaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Collect {
    /// The variable the answer goes to: `{{var.<into>}}`.
    pub into: String,
    /// The fewest and the most keys, 1 to 20.
    pub digits: (u8, u8),
    /// Whether `digits` was written; a spoken answer is any text when neither
    /// this nor `pattern` nor `luhn` was.
    pub digits_written: bool,
    /// What the entry must look like.
    pub pattern: Option<Pattern>,
    /// Whether the last digit must be the Luhn check digit of the others.
    pub luhn: bool,
    /// Whether the entry is read back.
    pub confirm: Option<Confirm>,
    /// Whether only the `lookup` that follows may know the entry.
    pub secret: bool,
    /// How it listens.
    pub input: Input,
    /// Where the caller goes with a good entry.
    pub then: Target,
}

/// An entry is read back before it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Confirm {
    /// What is said; a built-in phrase in the caller's language when empty.
    pub prompt: Vec<Prompt>,
    /// The key that confirms.
    pub yes: String,
    /// The key that begins again.
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

impl Decode for Confirm {
    const EXPECTED: &'static str =
        "an object like { \"prompt\": \"…\", \"yes\": \"1\", \"no\": \"2\" }";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
        let standard = Self::default();
        let key = |value: &Value<'_>, findings: &mut Findings<'_>| {
            let key = crate::decode::text(value, findings, "one key")?;
            if key.len() == 1 && is_keys(key) {
                return Some(key.to_owned());
            }
            findings.note(
                Code::BadKeys,
                value,
                format!("`{key}` is not one key: expected one of 0-9, `*` and `#`"),
            );
            None
        };
        let prompt = fields.one_or_more("prompt").unwrap_or_default();
        let yes = fields.with("yes", key).unwrap_or(standard.yes);
        let no = fields.with("no", key).unwrap_or(standard.no);
        if yes == no {
            fields.refuse(Code::Conflict, "`yes` and `no` are the same key");
        }
        fields.finish()?;
        Some(Self { prompt, yes, no })
    }
}

impl Collect {
    pub(super) fn read(fields: &mut Fields<'_, '_, '_, '_>) -> Option<Self> {
        if !fields.has("into") {
            fields.missing(Code::MissingField, "into", "the variable's name");
        }
        let into = fields.with("into", |value, findings| {
            named(value, findings, "a variable's name")
        });
        let digits_written = fields.has("digits");
        let digits = fields.with("digits", digits).unwrap_or((1, 20));
        let pattern = fields.with("pattern", |value, findings| {
            let written = crate::decode::text(value, findings, "a pattern, like \"xxxx\"")?;
            match Pattern::new(written) {
                Ok(pattern) => Some(pattern),
                Err(error) => {
                    findings.note(
                        Code::BadPattern,
                        value,
                        format!("`{written}` is not a pattern: {error}"),
                    );
                    None
                }
            }
        });
        let luhn = fields.optional("luhn").unwrap_or(false);
        let confirm = fields.with("confirm", |value, findings| match &value.kind {
            Kind::Bool(yes) => Some(yes.then(Confirm::default)),
            Kind::Object(_) => Confirm::decode(value, findings).map(Some),
            _ => mismatch(
                value,
                findings,
                &format!("true, false, or {}", Confirm::EXPECTED),
            ),
        });
        let secret = fields.optional("secret").unwrap_or(false);
        let input = Input::read(fields, digits.0 != digits.1, false);
        if secret && confirm.as_ref().is_some_and(Option::is_some) {
            fields.refuse(
                Code::SecretLeak,
                "a `secret` entry cannot be read back: leave out `confirm`",
            );
        }
        if secret && input.speech.is_some() {
            fields.refuse(
                Code::SecretLeak,
                "a `secret` entry cannot be spoken: leave out `speech`",
            );
        }
        let then = fields.exit("then");
        Some(Self {
            into: into?,
            digits,
            digits_written,
            pattern,
            luhn,
            confirm: confirm.flatten(),
            secret,
            input,
            then: then?,
        })
    }
}

fn digits(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<(u8, u8)> {
    if let Kind::Number(written) = value.kind {
        if let Some(exact) = written
            .parse::<u8>()
            .ok()
            .filter(|count| (1..=20).contains(count))
        {
            return Some((exact, exact));
        }
        findings.note(
            Code::OutOfRange,
            value,
            format!("expected a whole number from 1 to 20, found {written}"),
        );
        return None;
    }
    let expected = "a number of digits, or an object like { \"min\": 4, \"max\": 6 }";
    let mut fields = Fields::new(value, findings, expected)?;
    let min = fields
        .whole("min", 1..=20)
        .and_then(|n| u8::try_from(n).ok());
    let max = fields
        .whole("max", 1..=20)
        .and_then(|n| u8::try_from(n).ok());
    let (low, high) = (min.unwrap_or(1), max.unwrap_or(20));
    if low > high {
        fields.refuse(
            Code::OutOfRange,
            format!("`min` {low} is more than `max` {high}"),
        );
    }
    fields.finish()?;
    Some((low, high))
}
