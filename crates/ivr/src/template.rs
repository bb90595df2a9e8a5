//! Texts with `{{placeholders}}`.
//!
//! `{{caller}}`, `{{called}}`, `{{var.<name>}}`, `{{lookup.<name>}}`; with
//! ` | digits` a value is read digit by digit.

use crate::document::{LONGEST_NAME, is_name};

/// What a placeholder stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// Who calls.
    Caller,
    /// The number called.
    Called,
    /// What a `collect` node took.
    Variable(Box<str>),
    /// What a `lookup` node brought.
    Lookup(Box<str>),
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// It stands as it is.
    Text(Box<str>),
    /// Something is filled in.
    Slot {
        /// What.
        slot: Slot,
        /// Whether it is read digit by digit.
        digits: bool,
    },
}

/// A text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template(pub Vec<Part>);

/// A placeholder that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// What stands between the braces.
    pub written: String,
    /// What was expected.
    pub expected: &'static str,
}

const EXPECTED: &str = "`caller`, `called`, `var.<name>` or `lookup.<name>`, and perhaps `| digits`, between `{{` and `}}`";

/// What follows a placeholder that is never closed.
const UNCLOSED: &str = "`}}` where it ends";

impl Template {
    /// Reads a text.
    ///
    /// # Errors
    /// The first placeholder that cannot be read.
    pub fn new(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let unreadable = |written: &str| TemplateError {
                written: written.trim().to_owned(),
                expected: EXPECTED,
            };
            let (inside, behind) = after.split_once("}}").ok_or_else(|| TemplateError {
                written: ["{{", after].concat(),
                expected: UNCLOSED,
            })?;
            if !before.is_empty() {
                parts.push(Part::Text(before.into()));
            }
            parts.push(slot(inside).ok_or_else(|| unreadable(inside))?);
            rest = behind;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.into()));
        }
        Ok(Self(parts))
    }

    /// What is filled in.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.0.iter().filter_map(|part| match part {
            Part::Slot { slot, .. } => Some(slot),
            Part::Text(_) => None,
        })
    }

    /// The text with the same letters for each placeholder.
    pub fn with_each(&self, stand_in: &str) -> String {
        self.0
            .iter()
            .map(|part| match part {
                Part::Text(text) => text,
                Part::Slot { .. } => stand_in,
            })
            .collect()
    }

    /// The text when nothing is filled in.
    pub fn as_text(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }
}

fn slot(inside: &str) -> Option<Part> {
    let (name, filter) = inside
        .split_once('|')
        .map_or((inside, None), |(name, filter)| (name, Some(filter.trim())));
    let digits = match filter {
        None => false,
        Some("digits") => true,
        Some(_) => return None,
    };
    let name = name.trim();
    let slot = match name {
        "caller" => Slot::Caller,
        "called" => Slot::Called,
        _ => match name.split_once('.')? {
            ("var", name) if is_name(name) => Slot::Variable(name.into()),
            ("lookup", path) if path.len() <= 2 * LONGEST_NAME && path.split('.').all(is_name) => {
                Slot::Lookup(path.into())
            }
            _ => return None,
        },
    };
    Some(Part::Slot { slot, digits })
}

/// What the text around a placeholder is, so that a value can do no harm there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Within `<speak>`, within a JSON string.
    Ssml,
    /// A JSON string.
    Json,
    /// A part of a URL that we ask. A value of dots would climb: see [`climbs`].
    Url,
    /// A header's value in a request of ours.
    Header,
    /// A telephone number, or a part of one.
    Number,
    /// A part of an address in an NCCO, SIP addresses among them. A value of dots is nothing:
    /// it would climb.
    Address,
    /// A JSON string without line ends, like a name: so many bytes at most, escapes counted.
    Line(usize),
    /// The same for a header's value: printable ASCII.
    HeaderLine(usize),
}

/// The most characters one value may add to a prompt, escapes counted.
pub const LONGEST_SPOKEN: usize = 200;

/// Appends a value as its place demands.
pub fn fill(value: &str, digits: bool, place: Place, out: &mut String) {
    match place {
        Place::Ssml => {
            let spelled: String;
            let is_digits = digits && value.bytes().any(|byte| byte.is_ascii_digit());
            let value = if is_digits {
                spelled = value.chars().filter(char::is_ascii_digit).collect();
                &spelled
            } else {
                value
            };
            if is_digits {
                out.push_str("<say-as interpret-as=\\\"digits\\\">");
            }
            let mut left = LONGEST_SPOKEN;
            for letter in value.chars() {
                let mut buffer = [0; 4];
                let escaped = match letter {
                    '&' => "&amp;",
                    '<' => "&lt;",
                    '>' => "&gt;",
                    '"' => "&quot;",
                    '\'' => "&apos;",
                    // `\` is nothing to say, and neither is what XML does not allow.
                    '\\' | '\u{fffe}' | '\u{ffff}' => " ",
                    control if control < ' ' => " ",
                    other => other.encode_utf8(&mut buffer),
                };
                let length = escaped.chars().count();
                if length > left {
                    break;
                }
                left -= length;
                out.push_str(escaped);
            }
            if is_digits {
                out.push_str("</say-as>");
            }
        }
        Place::Json => crate::source::escape(value, out),
        Place::Url => percent_encode(value, out),
        Place::Address if value.bytes().all(|byte| byte == b'.') => {}
        Place::Address => percent_encode(value, out),
        Place::Header => out.extend(value.chars().filter(is_printable_ascii)),
        Place::Number => number(value, out),
        Place::Line(most) => line(
            value.chars().filter(|letter| !letter.is_control()),
            most,
            out,
        ),
        Place::HeaderLine(most) => line(value.chars().filter(is_printable_ascii), most, out),
    }
}

fn is_printable_ascii(letter: &char) -> bool {
    (' '..='~').contains(letter)
}

fn percent_encode(value: &str, out: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                let digit = char::from_digit(digit.into(), 16).unwrap_or('0');
                out.push(digit.to_ascii_uppercase());
            }
        }
    }
}

/// The digits of a telephone number as people and spreadsheets write it. What is no number gives
/// a letter, so that nothing is dialled: the digits in a name are nobody's number.
fn number(value: &str, out: &mut String) {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let value = value.trim();
    let value = value
        .strip_suffix(".0")
        .filter(|whole| is_digits(whole))
        .unwrap_or(value);
    let value = value.strip_prefix('+').unwrap_or(value);
    if !value.bytes().any(|byte| byte.is_ascii_digit()) {
        out.push('x');
    }
    for letter in value.chars() {
        match letter {
            digit if digit.is_ascii_digit() => out.push(digit),
            '-' | '.' | '/' | '(' | ')' | '\u{2010}'..='\u{2015}' => {}
            blank if blank.is_whitespace() => {}
            _ => out.push('x'),
        }
    }
}

/// Within a JSON string: whole characters, as many as fit.
fn line(letters: impl Iterator<Item = char>, most: usize, out: &mut String) {
    let mut left = most;
    let mut buffer = [0; 4];
    let mut escaped = String::new();
    for letter in letters {
        escaped.clear();
        crate::source::escape(letter.encode_utf8(&mut buffer), &mut escaped);
        if escaped.len() > left {
            break;
        }
        left -= escaped.len();
        out.push_str(&escaped);
    }
}

/// Whether filling a URL gave it path segments like `..`, which a client resolves: the request
/// would be another one than the document says. Escaping them does not help, for `%2e%2e` is
/// resolved as well (WHATWG URL, "double-dot URL path segment").
pub fn climbs(template: &Template, filled: &str) -> bool {
    dot_segments(filled) > dot_segments(&template.with_each("x"))
}

fn dot_segments(url: &str) -> usize {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.split(['/', '\\'])
        .filter(|segment| {
            let plain = segment.replace("%2e", ".").replace("%2E", ".");
            plain == "." || plain == ".."
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_read_and_nothing_else_is() {
        fn check(text: &str, expected: &[&str]) {
            let read: Vec<String> = match Template::new(text) {
                Ok(template) => template.0.iter().map(|part| format!("{part:?}")).collect(),
                Err(error) => vec![error.written],
            };
            assert_eq!(read, expected, "{text}");
        }
        check("Hello", &["Text(\"Hello\")"]);
        check("{{caller}}", &["Slot { slot: Caller, digits: false }"]);
        check(
            "You are {{ caller | digits }}.",
            &[
                "Text(\"You are \")",
                "Slot { slot: Caller, digits: true }",
                "Text(\".\")",
            ],
        );
        check(
            "{{var.pin}}",
            &["Slot { slot: Variable(\"pin\"), digits: false }"],
        );
        check(
            "{{lookup.account.name}}",
            &["Slot { slot: Lookup(\"account.name\"), digits: false }"],
        );
        check("{{var.}}", &["var."]);
        check("{{caller | shout}}", &["caller | shout"]);
        check("{{ from }}", &["from"]);
        check("a {{caller", &["{{caller"]);
        check("{ {caller} }", &["Text(\"{ {caller} }\")"]);
    }

    #[test]
    fn a_value_cannot_leave_its_place() {
        fn check(value: &str, digits: bool, place: Place, expected: &str) {
            let mut out = String::new();
            fill(value, digits, place, &mut out);
            assert_eq!(out, expected);
        }
        let evil = "\"},</speak>&\\\n'é";
        check(
            evil,
            false,
            Place::Ssml,
            "&quot;},&lt;/speak&gt;&amp;  &apos;é",
        );
        check(evil, false, Place::Json, "\\\"},</speak>&\\\\\\n'é");
        check(
            evil,
            false,
            Place::Url,
            "%22%7D%2C%3C%2Fspeak%3E%26%5C%0A%27%C3%A9",
        );
        check("a\r\nb: c", false, Place::Header, "ab: c");
        check("+44 20", false, Place::Number, "4420");
        check("(415) 555-0123", false, Place::Number, "4155550123");
        check("447700900500.0", false, Place::Number, "447700900500");
        check("415.555.0123", false, Place::Number, "4155550123");
        check(
            "user-447700900500",
            false,
            Place::Number,
            "xxxx447700900500",
        );
        check("", false, Place::Number, "x");
        check("4477+00900500", false, Place::Number, "4477x00900500");
        check(
            evil,
            false,
            Place::Address,
            "%22%7D%2C%3C%2Fspeak%3E%26%5C%0A%27%C3%A9",
        );
        check("..", false, Place::Address, "");
        check("a..b", false, Place::Address, "a..b");
        check(evil, false, Place::Line(200), "\\\"},</speak>&\\\\'é");
        check("aé\"b", false, Place::Line(4), "aé");
        check(evil, false, Place::HeaderLine(200), "\\\"},</speak>&\\\\'");
        check("a\r\nb: c", false, Place::HeaderLine(4), "ab: ");
        check(
            "4420",
            true,
            Place::Ssml,
            "<say-as interpret-as=\\\"digits\\\">4420</say-as>",
        );
        check("anonymous", true, Place::Ssml, "anonymous");
        check(&"<".repeat(100), false, Place::Ssml, &"&lt;".repeat(50));
    }

    #[test]
    fn a_value_cannot_climb_in_a_path() {
        #[track_caller]
        fn check(url: &str, value: &str, expected: bool) {
            let template = Template::new(url).unwrap();
            let mut filled = String::new();
            for part in &template.0 {
                match part {
                    Part::Text(text) => filled.push_str(text),
                    Part::Slot { digits, .. } => fill(value, *digits, Place::Url, &mut filled),
                }
            }
            assert_eq!(climbs(&template, &filled), expected, "{filled}");
        }
        check(
            "https://a.example/customers/{{caller}}",
            "447700900001",
            false,
        );
        check("https://a.example/customers/{{caller}}", "..", true);
        check("https://a.example/customers/{{caller}}/orders", "..", true);
        check("https://a.example/customers/{{caller}}?x", ".", true);
        check("https://a.example/customers/{{caller}}", "...", false);
        check("https://a.example/customers/{{caller}}", "a..", false);
        check(
            "https://a.example/customers/{{caller}}{{caller}}",
            ".",
            true,
        );
        check("https://a.example/customers/.{{caller}}", ".", true);
        check("https://a.example/customers/%2e{{caller}}", ".", true);
        check("https://a.example/customers/%2{{caller}}.", "e", true);
        check("https://a.example/customers/../{{caller}}", "1", false);
        check("https://a.example/find?n={{caller}}", "..", false);
        check("https://a.example/find#{{caller}}", "..", false);
    }
}
