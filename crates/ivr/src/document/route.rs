use crate::decode::{Decode, Fields, Map, mismatch, one_or_more, text};
use crate::diagnostic::{Code, Findings};
use crate::document::number::{international, named, number_help};
use crate::document::{Target, name};
use crate::number::Country;
use crate::source::{Kind, Value};

/// `hours`: open or closed by a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    /// The calendar's id.
    pub calendar: String,
    /// Exit within opening hours.
    pub open: Target,
    /// Exit outside them.
    pub closed: Target,
    /// Exit on a closed day with a name; `closed` when left out.
    pub holiday: Option<Target>,
    /// Exit while an override is in force; `open` or `closed`, whichever it
    /// says, when left out.
    pub overridden: Option<Target>,
}

impl Hours {
    pub(super) fn read(fields: &mut Fields<'_, '_, '_, '_>) -> Option<Self> {
        if !fields.has("calendar") {
            fields.missing(Code::MissingField, "calendar", "a calendar's id");
        }
        let calendar = fields.with("calendar", |value, findings| {
            named(value, findings, "a calendar's id")
        });
        let open = fields.exit("open");
        let closed = fields.exit("closed");
        let holiday = fields.optional("holiday");
        let overridden = fields.optional("override");
        Some(Self {
            calendar: calendar?,
            open: open?,
            closed: closed?,
            holiday,
            overridden,
        })
    }
}

/// `switch`: the way depends on the caller.
#[derive(Debug, Clone, PartialEq)]
pub struct Switch {
    /// What is looked at.
    pub on: Subject,
    /// Tried in order; the first that fits.
    pub cases: Vec<Case>,
    /// Exit when none fits.
    pub otherwise: Target,
}

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

impl Decode for Subject {
    const EXPECTED: &'static str =
        "`caller`, `called`, `country`, `sip:<header>`, `var.<name>` or `lookup.<name>`";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let written = text(value, findings, Self::EXPECTED)?;
        let named = |rest: &str| (!rest.is_empty()).then(|| rest.to_owned());
        let subject = match written {
            "caller" => Some(Subject::Caller),
            "called" => Some(Subject::Called),
            "country" => Some(Subject::Country),
            _ => None
                .or_else(|| {
                    written
                        .strip_prefix("sip:")
                        .and_then(named)
                        .map(Subject::Header)
                })
                .or_else(|| {
                    written
                        .strip_prefix("var.")
                        .and_then(named)
                        .map(Subject::Variable)
                })
                .or_else(|| {
                    written
                        .strip_prefix("lookup.")
                        .and_then(named)
                        .map(Subject::Lookup)
                }),
        };
        if subject.is_none() {
            findings.note(
                Code::OutOfRange,
                value,
                format!("expected {}, found `{written}`", Self::EXPECTED),
            );
        }
        subject
    }
}

/// One way out of a `switch`.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What must hold.
    pub test: Test,
    /// Where the caller goes then.
    pub then: Target,
}

/// What a case of a `switch` asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// `in_list`: it is on the list with this id.
    InList(String),
    /// `prefix`: it begins with one of these.
    Prefix(Vec<String>),
    /// `country`: the number belongs to one of these countries.
    Country(Vec<Country>),
    /// `equals`: it is this.
    Equals(String),
    /// `in`: it is one of these.
    In(Vec<String>),
    /// `percent`: this share of calls. Shares of one switch add up: two cases
    /// of 30 take the first 30 and the next 30 of 100.
    Percent(f64),
}

impl Decode for Case {
    const EXPECTED: &'static str = "an object with one of `in_list`, `prefix`, `country`, `equals`, `in` and `percent`, and `then`";

    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
        let tests = ["in_list", "prefix", "country", "equals", "in", "percent"];
        let written: Vec<_> = tests.into_iter().filter(|test| fields.has(test)).collect();
        let test = match written.as_slice() {
            ["in_list"] => fields
                .with("in_list", |value, findings| {
                    named(value, findings, "a list's id")
                })
                .map(Test::InList),
            ["prefix"] => fields.with("prefix", prefixes).map(Test::Prefix),
            ["country"] => fields.with("country", countries).map(Test::Country),
            ["equals"] => fields.with("equals", scalar).map(Test::Equals),
            ["in"] => fields
                .with("in", |value, findings| match &value.kind {
                    Kind::List(items) if !items.is_empty() => items
                        .iter()
                        .map(|item| scalar(item, findings))
                        .collect::<Option<Vec<_>>>(),
                    _ => mismatch(value, findings, "a list of texts"),
                })
                .map(Test::In),
            ["percent"] => fields.number("percent", 0.0..=100.0).map(Test::Percent),
            several => {
                let message = match several {
                    [] => format!("expected {}", Self::EXPECTED),
                    _ => format!(
                        "`{}` exclude each other: expected one",
                        several.join("` and `")
                    ),
                };
                for test in tests {
                    fields.raw(test);
                }
                fields.refuse(
                    if several.is_empty() {
                        Code::MissingField
                    } else {
                        Code::Conflict
                    },
                    message,
                );
                None
            }
        };
        let then = fields.exit("then");
        fields.finish()?;
        Some(Self {
            test: test?,
            then: then?,
        })
    }
}

/// A text, or a number or truth value as text.
fn scalar(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<String> {
    match &value.kind {
        Kind::Text(text) => Some(text.clone().into_owned()),
        Kind::Number(written) => Some(number_text(written)),
        Kind::Bool(yes) => Some(if *yes { "true" } else { "false" }.to_owned()),
        _ => mismatch(value, findings, "a text"),
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

fn prefixes(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Vec<String>> {
    let all: Vec<String> = one_or_more(value, findings)?;
    let plain = |text: String| text.strip_prefix('+').map(str::to_owned).unwrap_or(text);
    let all: Vec<String> = all.into_iter().map(plain).collect();
    if all.is_empty() || all.iter().any(String::is_empty) {
        findings.note(
            Code::OutOfRange,
            value,
            "expected the beginning of a number, found nothing",
        );
        return None;
    }
    Some(all)
}

impl Decode for Country {
    const EXPECTED: &'static str = "a country's ISO 3166-1 code, like `GB`";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let written = text(value, findings, Self::EXPECTED)?;
        let country = Country::with_code(written);
        if country.is_none() {
            findings.note(
                Code::OutOfRange,
                value,
                format!("`{written}` is not {}", Self::EXPECTED),
            );
            if let Some(help) = country_help(written) {
                findings.help(help);
            }
        }
        country
    }
}

fn countries(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Vec<Country>> {
    let all: Vec<Country> = one_or_more(value, findings)?;
    if all.is_empty() {
        findings.note(
            Code::OutOfRange,
            value,
            format!("expected {}, found nothing", Country::EXPECTED),
        );
        return None;
    }
    Some(all)
}

/// Notes values of cases that what the switch looks at can never have: numbers arrive in
/// international form, countries by their code.
fn possible(on: &Subject, cases: &[Case], written: &Value<'_>, findings: &mut Findings<'_>) {
    let Kind::List(items) = &written.kind else {
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
            let Some((code, message, help)) = fault else {
                continue;
            };
            findings.within(&index.to_string(), |findings| {
                findings.within(field, |findings| match &value.kind {
                    Kind::List(values) => findings.within(&place.to_string(), |findings| {
                        findings.note(code, values.get(place).unwrap_or(value), message);
                        help.into_iter().for_each(|help| findings.help(help));
                    }),
                    _ => {
                        findings.note(code, value, message);
                        help.into_iter().for_each(|help| findings.help(help));
                    }
                });
            });
        }
    }
}

/// What is wrong with a value, and what to write instead.
type Fault = (Code, String, Option<String>);

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
fn no_prefix(text: &str) -> Option<Fault> {
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
    Some((Code::BadNumber, message, Some(help)))
}

/// What is wrong with a whole number.
fn no_party(text: &str) -> Option<Fault> {
    let sound = (1..=15).contains(&text.len())
        && !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if sound || !is_numeric(text) {
        return None;
    }
    let message =
        format!("no number is `{text}`: numbers arrive as digits from the country code on");
    Some((Code::BadNumber, message, number_help(text)))
}

/// What is wrong with a country's code, or with the beginning of one.
fn no_country(text: &str, begins: bool) -> Option<Fault> {
    let known = if begins {
        Country::codes().any(|code| code.starts_with(text))
    } else {
        // A number that belongs to no country has an empty one.
        text.is_empty() || Country::with_code(text).is_some()
    };
    (!known).then(|| {
        let message = format!("`{text}` is not {}", Country::EXPECTED);
        (Code::OutOfRange, message, country_help(text))
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

impl Switch {
    pub(super) fn read(fields: &mut Fields<'_, '_, '_, '_>) -> Option<Self> {
        let on = fields.optional("on");
        if !fields.has("cases") {
            fields.missing(Code::MissingExit, "cases", "a list of cases");
        }
        let cases: Option<Vec<Case>> = fields.list("cases");
        let subject = on.as_ref().unwrap_or(&Subject::Caller);
        if let (Some(cases), Some(written)) = (&cases, fields.raw("cases")) {
            fields.findings.within("cases", |findings| {
                possible(subject, cases, written, findings)
            });
        }
        let percent: f64 = cases
            .iter()
            .flatten()
            .map(|case| {
                if let Test::Percent(share) = case.test {
                    share
                } else {
                    0.0
                }
            })
            .sum();
        if percent > 100.0 {
            let percent = crate::source::decimal(percent);
            fields.refuse(
                Code::OutOfRange,
                format!("the `percent` cases add up to {percent}: expected at most 100"),
            );
        }
        let otherwise = fields.exit("otherwise");
        Some(Self {
            on: on.unwrap_or(Subject::Caller),
            cases: cases?,
            otherwise: otherwise?,
        })
    }
}

/// `lookup`: another system is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookup {
    /// https address, with placeholders (percent-encoded when filled).
    pub url: String,
    /// How it is asked.
    pub method: Method,
    /// Headers to send, with placeholders.
    pub headers: Map<String>,
    /// JSON to send, with placeholders in its texts; canonical.
    pub body: Option<String>,
    /// Milliseconds until the caller goes on without an answer, 100 to 2000.
    pub deadline_ms: u16,
    /// Where the answer goes.
    pub into: Into,
    /// Exit with an answer (status 200 to 299).
    pub then: Target,
    /// Exit without one.
    pub failed: Target,
}

/// How a `lookup` asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Method {
    /// GET
    #[default]
    Get,
    /// POST
    Post,
}

/// Where an answer goes.
#[derive(Debug, Clone, PartialEq)]
pub enum Into {
    /// Nowhere: only whether it came counts.
    Nothing,
    /// `"into": "account"`: `{{lookup.account}}` is the answer when it is one
    /// value, `{{lookup.account.name}}` a member of it, and so on inwards. Only
    /// what this menu reads is kept; name the parts for another menu to read.
    Whole(String),
    /// `"into": { "balance": "/account/balance" }`: `{{lookup.balance}}` is what
    /// the JSON pointer names.
    Parts(Map<String>),
}

impl Lookup {
    pub(super) fn read(fields: &mut Fields<'_, '_, '_, '_>) -> Option<Self> {
        if !fields.has("url") {
            fields.missing(
                Code::MissingField,
                "url",
                "an address that begins with https://",
            );
        }
        let url = fields.with("url", |value, findings| {
            let written = text(value, findings, "an address that begins with https://")?;
            let host = written.strip_prefix("https://").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or(""));
            let sound = |host: &str| {
                !host.is_empty()
                    && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':'))
            };
            if host.is_some_and(sound) && written.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
                return Some(written.to_owned());
            }
            findings.note(
                Code::BadAddress,
                value,
                format!("`{written}` is not an address that begins with https:// and a host without placeholders"),
            );
            None
        });
        let method = fields.word("method", &[("GET", Method::Get), ("POST", Method::Post)]);
        let headers = fields
            .with("headers", |value, findings| {
                Map::read(value, findings, "an object of texts", |member, findings| {
                    let sound = !member.key.is_empty()
                        && member.key.bytes().all(|byte| {
                            byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
                        });
                    if sound {
                        return Some(member.key.clone().into_owned());
                    }
                    findings.note_at(
                        Code::BadName,
                        member.at,
                        format!("`{}` cannot be a header's name", member.key),
                    );
                    None
                })
            })
            .unwrap_or_default();
        let body = fields.with("body", |value, _| {
            let mut body = String::new();
            crate::source::canonical(value, &mut body);
            Some(body)
        });
        if body.is_some() && method != Some(Method::Post) {
            fields.refuse(Code::Conflict, "a `body` needs `\"method\": \"POST\"`");
        }
        let deadline_ms = fields
            .whole("deadline_ms", 100..=2000)
            .and_then(|n| u16::try_from(n).ok())
            .unwrap_or(1000);
        let into = fields.with("into", |value, findings| match &value.kind {
            Kind::Text(_) => named(value, findings, "a variable's name").map(Into::Whole),
            Kind::Object(_) => {
                let parts: Map<String> = Map::read(value, findings, "an object", |member, findings| {
                    name(&member.key, "a variable's name", member.at, findings)
                })?;
                for (key, pointer) in parts.iter() {
                    if !pointer.is_empty() && !pointer.starts_with('/') {
                        findings.note(
                            Code::OutOfRange,
                            value,
                            format!("`{key}`: `{pointer}` is not a JSON pointer, like \"/account/balance\""),
                        );
                        return None;
                    }
                }
                Some(Into::Parts(parts))
            }
            _ => mismatch(value, findings, "a name, or an object like { \"balance\": \"/account/balance\" }"),
        });
        let then = fields.exit("then");
        let failed = fields.exit("failed");
        Some(Self {
            url: url?,
            method: method.unwrap_or_default(),
            headers,
            body,
            deadline_ms,
            into: into.unwrap_or(Into::Nothing),
            then: then?,
            failed: failed?,
        })
    }
}
