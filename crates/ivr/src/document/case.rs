use std::borrow::Cow;

use describe::{
    Code, Definitions, Document, Fields, Findings, OneOrMore, Rule, Text, TextError, mismatch,
};
use serde_json::json;

use crate::document::Target;
use crate::document::forms::ListName;
use crate::document::number::{international, number_help};
use crate::number::Country;
use crate::source::{Kind, Value};

/// What a `switch` looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// `caller`: who calls.
    Caller,
    /// `called`: the number called.
    Called,
    /// `country`: the caller's country, ISO 3166-1, by the number's prefix.
    Country,
    /// `sip:<name>`: a SIP header of the call, like `sip:X-Customer`.
    Header(String),
    /// `var.<name>`: what a `collect` node took.
    Variable(String),
    /// `lookup.<name>`: what a `lookup` node brought.
    Lookup(String),
}

impl Text for Subject {
    type Value = Self;
    const NAME: &'static str = "";
    const DESCRIPTION: &'static str = "";
    const EXPECTED: &'static str =
        "`caller`, `called`, `country`, `sip:<header>`, `var.<name>` or `lookup.<name>`";
    const PATTERN: &'static str = "^(caller|called|country|sip:.+|var\\..+|lookup\\..+)$";

    fn parse(written: &str) -> Result<Self, TextError> {
        let named = |start: &str| {
            let rest = written.strip_prefix(start)?;
            (!rest.is_empty()).then(|| rest.to_owned())
        };
        let subject = match written {
            "caller" => Some(Subject::Caller),
            "called" => Some(Subject::Called),
            "country" => Some(Subject::Country),
            _ => named("sip:")
                .map(Subject::Header)
                .or_else(|| named("var.").map(Subject::Variable))
                .or_else(|| named("lookup.").map(Subject::Lookup)),
        };
        subject.ok_or_else(|| {
            let message = format!("expected {}, found `{written}`", Self::EXPECTED);
            TextError::new(Code::OutOfRange, message)
        })
    }
}

/// One way out of a switch. The first case that fits is taken.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(
    expected = "an object with one of `in_list`, `prefix`, `country`, `equals`, `in` and `percent`, and `then`"
)]
pub struct Case {
    /// What must hold.
    #[document(flatten)]
    pub test: Test,
    /// Where the caller goes then.
    pub then: Target,
}

/// What a case of a `switch` asks.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(
    by_key,
    expected = "an object with one of `in_list`, `prefix`, `country`, `equals`, `in` and `percent`, and `then`"
)]
pub enum Test {
    /// It is on the list with this id.
    #[document(key = "in_list", as = ListName)]
    InList(String),
    /// It begins with this, or one of these.
    #[document(key = "prefix", as = OneOrMore<Prefix>, items = 1..)]
    Prefix(Vec<String>),
    /// The number belongs to this country, or one of these.
    #[document(key = "country", as = OneOrMore<Country>, items = 1..)]
    Country(Vec<Country>),
    /// It is this.
    #[document(key = "equals", as = Scalar)]
    Equals(String),
    /// It is one of these.
    #[document(key = "in", as = Scalars)]
    In(Vec<String>),
    // Shares add up: two cases of 30 take the first 30 and the next 30 of 100.
    /// This share of calls; the same for all of a call. Shares of one switch add up.
    #[document(key = "percent", range = 0.0..=100.0)]
    Percent(f64),
}

/// A text, or a number or truth value as text.
struct Scalar;

impl Document<String> for Scalar {
    fn expected(_: &Rule) -> Cow<'static, str> {
        "a text".into()
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<String> {
        match &value.kind {
            Kind::Text(text) => Some(text.clone().into_owned()),
            Kind::Number(written) => Some(number_text(written)),
            Kind::Bool(yes) => Some(yes.to_string()),
            _ => mismatch(value, findings, &Self::expected(rule)),
        }
    }

    fn schema(_: &mut Definitions, _: &Rule) -> serde_json::Value {
        json!({ "type": ["string", "number", "boolean"] })
    }
}

/// A number as text: `1.0` is `1`, `1e2` is `100`. Digits beyond what a double holds stay as
/// they are written.
fn number_text(written: &str) -> String {
    let digits = written.strip_prefix('-').unwrap_or(written);
    let is_whole = digits != "0" && digits.bytes().all(|byte| byte.is_ascii_digit());
    match crate::source::number(written).filter(|_| !is_whole) {
        Some(number) => crate::source::decimal(number),
        None => written.to_owned(),
    }
}

/// A list of texts, with at least one.
struct Scalars;

impl Document<Vec<String>> for Scalars {
    fn expected(_: &Rule) -> Cow<'static, str> {
        "a list of texts".into()
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Vec<String>> {
        match &value.kind {
            Kind::List(items) if !items.is_empty() => {
                <Vec<Scalar> as Document<Vec<String>>>::read(value, rule, findings)
            }
            _ => mismatch(value, findings, &Self::expected(rule)),
        }
    }

    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value {
        let rule = Rule {
            items: Some((1, usize::MAX)),
            ..*rule
        };
        <Vec<Scalar> as Document<Vec<String>>>::schema(definitions, &rule)
    }
}

/// The beginning of a number, without the `+` some write before it.
struct Prefix;

impl Text for Prefix {
    type Value = String;
    const NAME: &'static str = "";
    const DESCRIPTION: &'static str = "";
    const EXPECTED: &'static str = "the beginning of a number";
    const PATTERN: &'static str = "^(\\+.|[^+])";

    fn parse(written: &str) -> Result<String, TextError> {
        let plain = written.strip_prefix('+').unwrap_or(written);
        if plain.is_empty() {
            let message = format!("expected {}, found nothing", Self::EXPECTED);
            return Err(TextError::new(Code::OutOfRange, message));
        }
        Ok(plain.to_owned())
    }
}

impl Text for Country {
    type Value = Self;
    const NAME: &'static str = "country";
    const DESCRIPTION: &'static str = "A country (ISO 3166-1).";
    const EXPECTED: &'static str = "a country's ISO 3166-1 code, like `GB`";
    const PATTERN: &'static str = "^[A-Z]{2}$";
    const EXAMPLES: &'static [&'static str] = &["GB"];

    fn parse(written: &str) -> Result<Self, TextError> {
        Country::with_code(written).ok_or_else(|| {
            let message = format!("`{written}` is not {}", Self::EXPECTED);
            TextError::new(Code::OutOfRange, message).with_help(country_help(written))
        })
    }
}

/// Notes values of cases that what the switch looks at can never have: numbers arrive in
/// international form, countries by their code.
pub(super) fn possible(on: &Subject, cases: &[Case], fields: &mut Fields<'_, '_>) {
    let Some(Kind::List(items)) = fields.find("cases").map(|value| &value.kind) else {
        return;
    };
    for (index, (case, item)) in cases.iter().zip(items).enumerate() {
        let (field, texts) = match &case.test {
            Test::Prefix(texts) => ("prefix", texts.as_slice()),
            Test::In(texts) => ("in", texts.as_slice()),
            Test::Equals(text) => ("equals", std::slice::from_ref(text)),
            Test::InList(_) | Test::Country(_) | Test::Percent(_) => continue,
        };
        let Some(value) = item.get(field).map(|member| &member.value) else {
            continue;
        };
        for (place, text) in texts.iter().enumerate() {
            let fault = match on {
                Subject::Caller | Subject::Called if field == "prefix" => no_prefix(text),
                Subject::Caller | Subject::Called => no_party(text),
                Subject::Country => no_country(text, field == "prefix"),
                Subject::Header(_) | Subject::Variable(_) | Subject::Lookup(_) => None,
            };
            let Some(fault) = fault else {
                continue;
            };
            let (index, place_name) = (index.to_string(), place.to_string());
            let (path, value): (&[&str], _) = match &value.kind {
                Kind::List(values) => (
                    &["cases", &index, field, &place_name],
                    values.get(place).unwrap_or(value),
                ),
                _ => (&["cases", &index, field], value),
            };
            fields.refuse_at(fault.code, path, value, fault.message);
            if let Some(help) = fault.help {
                fields.findings.help(help);
            }
        }
    }
}

/// Whether a text is meant for a telephone number: digits, and what people and other systems
/// write between and behind them. Callers from apps and SIP have names, which hold letters.
fn is_numeric(text: &str) -> bool {
    let text = text.trim();
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.chars().all(|letter| {
            letter.is_ascii_digit()
                || letter.is_whitespace()
                || matches!(
                    letter,
                    '+' | '-' | '.' | '(' | ')' | '/' | '*' | '?' | '%' | 'x' | 'X'
                )
        })
}

/// What is wrong with the beginning of a number.
fn no_prefix(text: &str) -> Option<TextError> {
    let sound = text.len() <= 15
        && !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if sound || !is_numeric(text) {
        return None;
    }
    let message = format!(
        "no number begins with `{text}`: numbers arrive as digits from the country code on"
    );
    let open = text.trim_end_matches(['*', 'x', 'X', '?', '%']);
    let digits = match international(open) {
        Some(digits) => Some(digits),
        None if open.starts_with('0') => None,
        None => Some(open.chars().filter(char::is_ascii_digit).collect()),
    };
    let help = match digits {
        Some(digits) if digits.len() > 15 => "a number has at most 15 digits".to_owned(),
        Some(digits) if !digits.is_empty() => format!("did you mean `{digits}`?"),
        _ => "write the country code in place of the leading 0, such as `447` for `07` in Britain"
            .to_owned(),
    };
    Some(TextError::new(Code::BadNumber, message).with_help(Some(help)))
}

/// What is wrong with a whole number.
fn no_party(text: &str) -> Option<TextError> {
    let sound = (1..=15).contains(&text.len())
        && !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if sound || !is_numeric(text) {
        return None;
    }
    let message =
        format!("no number is `{text}`: numbers arrive as digits from the country code on");
    Some(TextError::new(Code::BadNumber, message).with_help(number_help(text)))
}

/// What is wrong with a country's code, or with the beginning of one.
fn no_country(text: &str, begins: bool) -> Option<TextError> {
    let known = if begins {
        Country::codes().any(|code| code.starts_with(text))
    } else {
        // A number that belongs to no country has an empty one.
        text.is_empty() || Country::with_code(text).is_some()
    };
    (!known).then(|| {
        let message = format!("`{text}` is not {}", <Country as Text>::EXPECTED);
        TextError::new(Code::OutOfRange, message).with_help(country_help(text))
    })
}

/// The country that was meant.
fn country_help(written: &str) -> Option<String> {
    let meant = if written.eq_ignore_ascii_case("UK") {
        "GB".to_owned()
    } else {
        written.trim().to_ascii_uppercase()
    };
    Country::with_code(&meant).map(|meant| format!("did you mean `{meant}`?"))
}
