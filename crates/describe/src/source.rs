//! A document's text as a tree that remembers where each value stands.
//!
//! `serde_json` reads the syntax; its `RawValue` borrows from the text, so a
//! value's place is the distance of that borrow from the start of the text.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// How deep a document may nest.
const DEEPEST: usize = 48;

/// A JSON value and the byte it begins at.
#[derive(Debug, Clone)]
pub struct Value<'s> {
    /// Offset of the first byte.
    pub at: usize,
    /// What it holds.
    pub kind: Kind<'s>,
}

/// What a JSON value holds.
#[derive(Debug, Clone)]
pub enum Kind<'s> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// The number as it is written.
    Number(&'s str),
    /// A string, unescaped.
    Text(Cow<'s, str>),
    /// An array.
    List(Vec<Value<'s>>),
    /// An object, its members in the order they are written.
    Object(Vec<Member<'s>>),
}

/// One `"key": value` of an object.
#[derive(Debug, Clone)]
pub struct Member<'s> {
    /// Offset of the key's opening quote.
    pub at: usize,
    /// The key, unescaped.
    pub key: Cow<'s, str>,
    /// The value.
    pub value: Value<'s>,
}

/// The text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syntax {
    /// Offset of the byte where reading stopped.
    pub at: usize,
    /// What was wrong there.
    pub message: String,
}

/// A place in a text, counted from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub line: u32,
    /// Column, in characters.
    pub column: u32,
}

/// Reads a text into a tree.
///
/// # Errors
/// [`Syntax`] when it is not JSON or nests deeper than 48 levels.
pub fn parse(text: &str) -> Result<Value<'_>, Syntax> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let body = text.get(start..).unwrap_or_default();
    let raw: &RawValue = serde_json::from_str(body).map_err(|error| Syntax {
        at: start + offset_of(body, error.line(), error.column()),
        message: reason(&error),
    })?;
    tree(text, raw, 0)
}

/// The line and column of a byte offset.
pub fn place(text: &str, at: usize) -> Place {
    Places::new(text).of(at)
}

/// Lines and columns of byte offsets. Offsets that are asked for in the order of the text are
/// found in one reading of it.
#[derive(Debug, Clone)]
pub struct Places<'s> {
    text: &'s str,
    at: usize,
    line: u32,
    column: u32,
}

impl<'s> Places<'s> {
    /// The places of a text.
    #[must_use]
    pub fn new(text: &'s str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            column: 1,
        }
    }

    /// The line and column of a byte offset.
    pub fn of(&mut self, at: usize) -> Place {
        let mut end = at.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        if end < self.at {
            *self = Self::new(self.text);
        }
        let between = self.text.get(self.at..end).unwrap_or_default();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let breaks = between.bytes().filter(|byte| *byte == b'\n').count();
        let last = between.rsplit('\n').next().unwrap_or_default();
        if breaks > 0 {
            self.line = self.line.saturating_add(count(breaks));
            self.column = 1;
        }
        self.column = self.column.saturating_add(count(last.chars().count()));
        self.at = end;
        Place {
            line: self.line,
            column: self.column,
        }
    }
}

/// Adds one step to a JSON pointer (RFC 6901).
pub fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    for letter in token.chars() {
        match letter {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// Writes JSON as the canonical form of RFC 8785 has it: members sorted, no
/// blanks, one way to write each string and number. A menu's version is the
/// SHA-256 of this.
pub fn canonical(value: &Value<'_>, out: &mut String) {
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(true) => out.push_str("true"),
        Kind::Bool(false) => out.push_str("false"),
        Kind::Number(text) => canonical_number(text, out),
        Kind::Text(text) => quote(text, out),
        Kind::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                canonical(item, out);
            }
            out.push(']');
        }
        Kind::Object(members) => {
            let mut sorted: Vec<&Member<'_>> = members.iter().collect();
            // RFC 8785 orders keys by their UTF-16 code units.
            sorted.sort_by(|a, b| a.key.encode_utf16().cmp(b.key.encode_utf16()));
            out.push('{');
            for (index, member) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                quote(&member.key, out);
                out.push(':');
                canonical(&member.value, out);
            }
            out.push('}');
        }
    }
}

/// Appends a JSON string.
pub fn quote(text: &str, out: &mut String) {
    out.push('"');
    escape(text, out);
    out.push('"');
}

/// Appends what stands between the quotes of a JSON string.
pub fn escape(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            control if control < ' ' => {
                out.push_str("\\u00");
                for shift in [4, 0] {
                    let digit = (control as usize >> shift) & 15;
                    out.push(char::from(HEX.get(digit).copied().unwrap_or(b'0')));
                }
            }
            other => out.push(other),
        }
    }
}

fn canonical_number(text: &str, out: &mut String) {
    match number(text) {
        Some(number) => out.push_str(&decimal(number)),
        // Beyond every double: no reader tells such numbers apart but by their text.
        None => out.push_str(text),
    }
}

/// The double a JSON number stands for; `None` when it is beyond the largest.
pub fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A number as ECMAScript writes it, which RFC 8785 asks for.
pub fn decimal(number: f64) -> String {
    ryu_js::Buffer::new().format(number).to_owned()
}

impl<'s> Value<'s> {
    /// The member of an object with this key.
    pub fn get(&self, key: &str) -> Option<&Member<'s>> {
        match &self.kind {
            Kind::Object(members) => members.iter().find(|member| member.key == key),
            _ => None,
        }
    }

    /// Where the value a JSON pointer names begins, or the nearest one above it.
    pub fn nearest(&self, pointer: &str) -> usize {
        self.existing(pointer).0
    }

    /// Where that value begins, and how much of the pointer leads to it.
    pub fn existing(&self, pointer: &str) -> (usize, usize) {
        let mut here = self;
        let mut length = 0;
        for token in pointer.split('/').skip(1) {
            match here.step(token) {
                Some(value) => here = value,
                None => break,
            }
            length += 1 + token.len();
        }
        (here.at, length)
    }

    fn step(&self, token: &str) -> Option<&Value<'s>> {
        match &self.kind {
            Kind::Object(_) if token.contains('~') => self
                .get(&token.replace("~1", "/").replace("~0", "~"))
                .map(|member| &member.value),
            Kind::Object(_) => self.get(token).map(|member| &member.value),
            Kind::List(items) => token
                .parse::<usize>()
                .ok()
                .and_then(|index| items.get(index)),
            _ => None,
        }
    }

    /// What kind of value it is, in words.
    pub fn noun(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "true or false",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Object(_) => "an object",
        }
    }
}

fn tree<'s>(text: &'s str, raw: &'s RawValue, depth: usize) -> Result<Value<'s>, Syntax> {
    let written = raw.get();
    let at = distance(text, written);
    if depth > DEEPEST {
        return Err(Syntax {
            at,
            message: format!("nested deeper than {DEEPEST} levels"),
        });
    }
    let kind = match written.as_bytes().first() {
        Some(b'{') => {
            let Raw(pairs) = read(written, at)?;
            let mut members = Vec::with_capacity(pairs.len());
            for (key, value) in pairs {
                let key_at = distance(text, key.get());
                members.push(Member {
                    at: key_at,
                    key: unquote(key.get(), key_at)?,
                    value: tree(text, value, depth + 1)?,
                });
            }
            Kind::Object(members)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = read(written, at)?;
            Kind::List(
                items
                    .into_iter()
                    .map(|item| tree(text, item, depth + 1))
                    .collect::<Result<_, _>>()?,
            )
        }
        Some(b'"') => Kind::Text(unquote(written, at)?),
        Some(b't') => Kind::Bool(true),
        Some(b'f') => Kind::Bool(false),
        Some(b'n') => Kind::Null,
        _ => Kind::Number(written),
    };
    Ok(Value { at, kind })
}

/// How far `part` stands from the start of the text it borrows from.
fn distance(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

fn read<'s, T: Deserialize<'s>>(written: &'s str, at: usize) -> Result<T, Syntax> {
    serde_json::from_str(written).map_err(|error| Syntax {
        at: at + offset_of(written, error.line(), error.column()),
        message: reason(&error),
    })
}

fn unquote(written: &str, at: usize) -> Result<Cow<'_, str>, Syntax> {
    if written.contains('\\') {
        return read::<String>(written, at).map(Cow::Owned);
    }
    Ok(Cow::Borrowed(written.trim_matches('"')))
}

fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text.get(..end).unwrap_or_default().to_owned(),
        None => text,
    }
}

fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    (start + column.saturating_sub(1)).min(text.len())
}

struct Raw<'s>(Vec<(&'s RawValue, &'s RawValue)>);

impl<'de> Deserialize<'de> for Raw<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Raw<'de>;
            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Raw(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_knows_its_line_and_column() {
        let text = "{\n  \"é\": [1, {\"b\\u0062\": \"x\\ny\"}]\n}";
        let tree = parse(text).unwrap();
        let at = tree.nearest("/é/1/bb");
        assert_eq!(
            place(text, at),
            Place {
                line: 2,
                column: 24
            }
        );
        assert_eq!(text.get(at..at + 6), Some("\"x\\ny\""));
        assert_eq!(tree.nearest("/é/7"), tree.nearest("/é"));
    }

    #[test]
    fn a_syntax_error_names_its_place() {
        let text = "{\n  \"a\": 1,\n  \"b\" 2\n}";
        let error = parse(text).unwrap_err();
        assert_eq!(place(text, error.at), Place { line: 3, column: 7 });
        assert_eq!(error.message, "expected `:`");
    }

    #[test]
    fn numbers_are_written_as_ecmascript_does() {
        // The standard library finds the same digits, and lays them out in its own way.
        fn expected(number: f64) -> String {
            if number == 0.0 {
                return "0".to_owned();
            }
            if (1e-6..1e21).contains(&number.abs()) {
                return number.to_string();
            }
            let written = format!("{number:e}");
            match written.split_once('e') {
                Some((digits, power)) if !power.starts_with('-') => format!("{digits}e+{power}"),
                _ => written,
            }
        }
        let mut bits: u64 = 1;
        for _ in 0..20_000 {
            bits = bits
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let number = f64::from_bits(bits);
            if number.is_finite() {
                // Half between two last digits either is right.
                let written = decimal(number);
                assert_eq!(written.len(), expected(number).len(), "{written}");
                assert_eq!(written.parse(), Ok(number));
            }
            // As people write them: a few digits, a point somewhere.
            let small = (bits >> 44) as f64 / 10_f64.powi((bits % 9) as i32) - 50.0;
            assert_eq!(decimal(small), expected(small));
            assert_eq!(super::number(&decimal(small)), Some(small));
        }
        for number in [
            0.0,
            -0.0,
            1e21,
            1e20,
            1e-6,
            1e-7,
            9e15,
            -2.5,
            f64::MAX,
            5e-324,
        ] {
            assert_eq!(decimal(number), expected(number));
        }
    }

    #[test]
    fn the_canonical_form_does_not_depend_on_order_blanks_or_spelling() {
        fn check(text: &str, expected: &str) {
            let mut out = String::new();
            canonical(&parse(text).unwrap(), &mut out);
            assert_eq!(out, expected, "{text}");
        }
        check(
            "{ \"b\": 1.0, \"a\" : [ -0, 1e2, 0.50 ] }",
            r#"{"a":[0,100,0.5],"b":1}"#,
        );
        check(r#""\u0041\/\u20ac\u0007""#, "\"A/€\\u0007\"");
        check(
            "[1e21, 1e-7, 123456789012345680000]",
            "[1e+21,1e-7,123456789012345680000]",
        );
        check("\u{feff}{}", "{}");
    }
}
