use std::borrow::Cow;

use describe::{Definitions, Document, Fields, Key, Map, Named, Rule, Text, TextError};
use serde_json::json;

use crate::diagnostic::{Code, Findings};
use crate::document::forms::MenuName;
use crate::number::{E164, E164Error};
use crate::source::{Kind, Value};

impl Text for E164 {
    type Value = Self;
    const NAME: &'static str = "number";
    const DESCRIPTION: &'static str = "A telephone number: country code first, digits only, no +.";
    const EXPECTED: &'static str =
        "a telephone number in international form, like \"447700900123\"";
    const PATTERN: &'static str = "^[1-9][0-9]{6,14}$";
    const EXAMPLES: &'static [&'static str] = &["447700900123"];

    fn parse(written: &str) -> Result<Self, TextError> {
        written.parse().map_err(|error| {
            TextError::new(
                Code::BadNumber,
                format!(
                    "`{written}` is not a telephone number in international form (E.164): {error}"
                ),
            )
            .with_help(number_help(written))
        })
    }
}

/// What to write instead of a text that is no number.
///
/// A number is suggested only where the text itself says that it begins with the country code:
/// the same digits with another country's code before them are a stranger's number.
pub(crate) fn number_help(written: &str) -> Option<String> {
    if is_pattern(written) {
        return Some(
            "a number stands for itself alone: all that begin alike are matched by a `prefix` \
             case of a `switch`"
                .to_owned(),
        );
    }
    if let Some(number) = E164::written_by_people(written) {
        return Some(format!("did you mean `{number}`?"));
    }
    match international(written) {
        Some(_) => None,
        None => match written.parse::<E164>() {
            Err(E164Error::Short | E164Error::Long) => None,
            _ => Some(
                "put the country code before it, in place of a leading 0: 020 7946 0000 in \
                 Britain is \"442079460000\""
                    .to_owned(),
            ),
        },
    }
}

impl E164 {
    /// The number somebody wrote as people do, with a `+` or `00` and what stands between digits;
    /// none where the text does not say which country's it is.
    #[must_use]
    pub fn written_by_people(text: &str) -> Option<Self> {
        international(text)?.parse().ok()
    }
}

/// Whether a text is digits with `*`, `x` or `?` for more of them, as other systems write
/// patterns.
fn is_pattern(written: &str) -> bool {
    let is_joker = |letter: char| matches!(letter, '*' | 'x' | 'X' | '?' | '%');
    let digits = written.chars().filter(char::is_ascii_digit).count();
    let ends = written.trim_end().ends_with(is_joker);
    let plain = written.chars().all(|letter| {
        letter.is_ascii_digit() || is_joker(letter) || matches!(letter, '+' | ' ' | '-' | '_')
    });
    digits > 0 && plain && (ends || written.contains(['*', '?', '%']))
}

/// The digits of a number whose writing says that it begins with the country code: after `+`
/// or `00`, with what people put between the digits.
pub(crate) fn international(written: &str) -> Option<String> {
    let text = written.trim();
    let text = text
        .get(..4)
        .filter(|scheme| scheme.eq_ignore_ascii_case("tel:"))
        .and_then(|_| text.get(4..))
        .unwrap_or(text);
    let rest = text.strip_prefix('+').or_else(|| text.strip_prefix("00"))?;
    // The 0 that is dialled only within the country.
    let rest = rest.replacen("(0)", "", 1);
    let between = |letter: char| {
        letter.is_whitespace() || matches!(letter, '-' | '.' | '(' | ')' | '/' | '–')
    };
    if !rest
        .chars()
        .all(|letter| letter.is_ascii_digit() || between(letter))
    {
        return None;
    }
    Some(rest.chars().filter(char::is_ascii_digit).collect())
}

/// The menu of a number: the document `number:<digits>`.
#[derive(Debug, Clone, PartialEq, Eq, Document)]
#[document(root, expected = "an object like { \"menu\": \"acme\" }")]
pub struct NumberEntry {
    /// The menu's id.
    #[document(as = MenuName)]
    pub menu: String,
    /// A word for those who edit.
    pub note: Option<String>,
}

/// The file `numbers.json`: every number entry by its digits, and `default`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Numbers {
    /// Entries by the called number's digits.
    pub entries: Map<NumberEntry>,
    /// The entry of numbers that have none.
    pub default: Option<NumberEntry>,
}

impl Document for Numbers {
    fn expected(_: &Rule) -> Cow<'static, str> {
        "an object: a number entry for each called number, and `default`".into()
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Self> {
        let Kind::Object(members) = &value.kind else {
            return describe::mismatch(value, findings, &Self::expected(rule));
        };
        // `$schema` is the editor's, not a number.
        let members: Vec<_> = members
            .iter()
            .filter(|member| member.key != "$schema")
            .cloned()
            .collect();
        let mut entries =
            Named::<CalledNumber, NumberEntry>::members::<NumberEntry>(&members, rule, findings)?;
        let default = entries
            .0
            .iter()
            .position(|(key, _)| key == CalledNumber::DEFAULT)
            .map(|index| entries.0.remove(index).1);
        if entries.is_empty() && default.is_none() {
            findings.note(
                Code::MissingField,
                value,
                "no number has a menu here: expected a number, or `default`",
            );
            findings.help(
                "write { \"442079460000\": { \"menu\": \"acme\" } }, or `default` for every number",
            );
            return None;
        }
        Some(Self { entries, default })
    }

    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value {
        definitions.define::<Self>("numbers", |definitions| {
            let entry = NumberEntry::schema(definitions, rule);
            let number = <E164 as Text>::PATTERN;
            json!({
                "type": "object",
                "description": "Which menu each called number gets; `default` is for all others.",
                "properties": {
                    "$schema": { "description": "The schema an editor checks this file with." },
                    "default": entry
                },
                "patternProperties": { number: entry },
                "additionalProperties": false,
                "anyOf": [
                    { "minProperties": 2 },
                    { "minProperties": 1, "not": { "required": ["$schema"] } }
                ],
                "examples": [{ "442079460000": { "menu": "acme" }, "default": { "menu": "acme" } }]
            })
        })
    }
}

/// The key of an entry in `numbers.json`.
struct CalledNumber;

impl CalledNumber {
    const DEFAULT: &'static str = "default";
}

impl Key for CalledNumber {
    fn parse(written: &str) -> Result<String, TextError> {
        if written == Self::DEFAULT {
            return Ok(written.to_owned());
        }
        <E164 as Text>::parse(written).map(|number| number.to_string())
    }

    fn schema(definitions: &mut Definitions) -> serde_json::Value {
        <E164 as Document>::schema(definitions, &Rule::NONE)
    }
}

/// A list of callers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Document)]
#[document(
    root,
    complete = List::sort,
    expected = "an object like { \"numbers\": [\"447700900001\"] }"
)]
pub struct List {
    /// Who is on it.
    #[document(expected = "a list of telephone numbers")]
    pub numbers: Vec<E164>,
    /// A word for those who edit.
    pub note: Option<String>,
}

impl List {
    /// Whether a caller is on the list.
    pub fn contains(&self, number: E164) -> bool {
        self.numbers.binary_search(&number).is_ok()
    }

    fn sort(&mut self, _: &mut Fields<'_, '_>) {
        self.numbers.sort_unstable();
    }
}
