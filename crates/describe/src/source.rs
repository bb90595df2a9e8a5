//! A document's text as a tree that remembers where each value stands.
//!
//! `serde_json` judges the syntax and unescapes strings; it tells no places of values, so the tree
//! of what is known to be JSON is read here.

use std::borrow::Cow;

use memchr::memchr2;
use serde::de::IgnoredAny;

mod canonical;
mod value;

pub use canonical::{canonical, decimal, escape, number, quote};
pub use value::{Kind, Member, Value};

/// How deep a document may nest.
const DEEPEST: usize = 48;

/// The text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
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
/// [`SyntaxError`] when it is not JSON or nests deeper than 48 levels.
pub fn parse(text: &str) -> Result<Value<'_>, SyntaxError> {
    Reader::of(text)?.value(0)
}

/// Reads a text into a tree like [`parse`], but of the members of the object under `name` only keys
/// and places: their values are null until [`value_at`] reads them.
///
/// # Errors
/// [`SyntaxError`] when it is not JSON, or what is read of it nests deeper than 48 levels.
pub fn parse_around<'s>(text: &'s str, name: &str) -> Result<Value<'s>, SyntaxError> {
    let mut reader = Reader::of(text)?;
    if reader.next() != Some(b'{') {
        return reader.value(0);
    }
    let at = reader.at;
    let members = reader.members(|reader, key| {
        if key != name || reader.next() != Some(b'{') {
            return reader.value(1);
        }
        let at = reader.at;
        let members = reader.members(|reader, _| Ok(reader.skip()))?;
        Ok(Value {
            at,
            kind: Kind::Object(members),
        })
    })?;
    Ok(Value {
        at,
        kind: Kind::Object(members),
    })
}

/// Reads the value that begins at a byte offset of a text that [`parse`] or [`parse_around`] took
/// before.
///
/// # Errors
/// [`SyntaxError`] when a string of it has an escape no reader takes, or it nests too deep.
pub fn value_at(text: &str, at: usize) -> Result<Value<'_>, SyntaxError> {
    Reader { text, at }.value(0)
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

/// Reads what is known to be JSON, once through. What it meets that cannot be there ends it.
struct Reader<'s> {
    text: &'s str,
    at: usize,
}

impl<'s> Reader<'s> {
    /// Finds every fault of the syntax; what is read afterwards is JSON.
    fn of(text: &'s str) -> Result<Self, SyntaxError> {
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let body = text.get(start..).unwrap_or_default();
        let _: IgnoredAny = serde_json::from_str(body).map_err(|error| SyntaxError {
            at: start + offset_of(body, error.line(), error.column()),
            message: reason(&error),
        })?;
        Ok(Self { text, at: start })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The first byte that is no blank.
    fn next(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    /// Goes past a byte if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.next() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn value(&mut self, depth: usize) -> Result<Value<'s>, SyntaxError> {
        let first = self.next();
        let at = self.at;
        if depth > DEEPEST {
            return Err(SyntaxError {
                at,
                message: format!("nested deeper than {DEEPEST} levels"),
            });
        }
        let kind = match first {
            Some(b'{') => Kind::Object(self.members(|reader, _| reader.value(depth + 1))?),
            Some(b'[') => {
                self.at += 1;
                let mut items = Vec::new();
                while !matches!(self.next(), Some(b']') | None) {
                    items.push(self.value(depth + 1)?);
                    self.take(b',');
                }
                self.take(b']');
                Kind::List(items)
            }
            Some(b'"') => Kind::Text(self.string()?),
            _ => match self.word() {
                "true" => Kind::Bool(true),
                "false" => Kind::Bool(false),
                "null" => Kind::Null,
                number => Kind::Number(number),
            },
        };
        Ok(Value { at, kind })
    }

    /// The members of the object that comes next, each value read by `value`.
    fn members(
        &mut self,
        mut value: impl FnMut(&mut Self, &str) -> Result<Value<'s>, SyntaxError>,
    ) -> Result<Vec<Member<'s>>, SyntaxError> {
        self.take(b'{');
        let mut members = Vec::new();
        while self.next() == Some(b'"') {
            let at = self.at;
            let key = self.string()?;
            self.take(b':');
            let value = value(self, &key)?;
            members.push(Member { at, key, value });
            self.take(b',');
        }
        self.take(b'}');
        Ok(members)
    }

    /// Goes past a value, which is null at its place.
    fn skip(&mut self) -> Value<'s> {
        let first = self.next();
        let value = Value {
            at: self.at,
            kind: Kind::Null,
        };
        if !matches!(first, Some(b'{' | b'[' | b'"')) {
            self.word();
            return value;
        }
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => drop(self.quoted()),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                _ => self.at += 1,
            }
            if depth == 0 {
                break;
            }
        }
        value
    }

    /// Goes past a string; whether it has no escapes.
    fn quoted(&mut self) -> bool {
        self.at += 1;
        let mut is_plain = true;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let Some(found) = memchr2(b'"', b'\\', rest) else {
                self.at = self.text.len();
                return is_plain;
            };
            self.at += found + 1;
            if rest.get(found) == Some(&b'"') {
                return is_plain;
            }
            is_plain = false;
            self.at += 1;
        }
    }

    fn string(&mut self) -> Result<Cow<'s, str>, SyntaxError> {
        let at = self.at;
        let is_plain = self.quoted();
        let written = self.text.get(at..self.at).unwrap_or_default();
        if is_plain {
            return Ok(Cow::Borrowed(written.trim_matches('"')));
        }
        serde_json::from_str(written)
            .map(Cow::Owned)
            .map_err(|error| SyntaxError {
                at: at + offset_of(written, error.line(), error.column()),
                message: reason(&error),
            })
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> &'s str {
        let at = self.at;
        while let Some(byte) = self.peek()
            && !matches!(byte, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t')
        {
            self.at += 1;
        }
        // Never stands still: whoever asks for the next value goes on behind it.
        self.at = self.at.max(at + 1);
        self.text.get(at..self.at).unwrap_or_default()
    }
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
        let alone = value_at(text, at).unwrap();
        assert_eq!(alone.at, at);
        assert!(matches!(alone.kind, Kind::Text(said) if said == "x\ny"));
        assert_eq!(tree.nearest("/é/7"), tree.nearest("/é"));
    }

    /// A tree as `serde_json` has it; each value's place must show how it begins.
    fn plain(text: &str, value: &Value<'_>) -> serde_json::Value {
        let begins = text.as_bytes()[value.at];
        match &value.kind {
            Kind::Null => serde_json::Value::Null,
            Kind::Bool(yes) => serde_json::Value::Bool(*yes),
            Kind::Number(number) => {
                assert!(text[value.at..].starts_with(number));
                serde_json::from_str(number).unwrap()
            }
            Kind::Text(said) => {
                assert_eq!(begins, b'"');
                serde_json::Value::String(said.clone().into_owned())
            }
            Kind::List(items) => {
                assert_eq!(begins, b'[');
                serde_json::Value::Array(items.iter().map(|item| plain(text, item)).collect())
            }
            Kind::Object(members) => {
                assert_eq!(begins, b'{');
                let members = members.iter().map(|member| {
                    assert_eq!(text.as_bytes()[member.at], b'"');
                    (member.key.clone().into_owned(), plain(text, &member.value))
                });
                serde_json::Value::Object(members.collect())
            }
        }
    }

    #[test]
    fn the_tree_is_what_serde_json_reads() {
        for text in [
            "null",
            " true ",
            "-0.5e+7",
            "\"\"",
            r#""\"""#,
            r#""\\""#,
            r#""\\\"\u00e9\ud83d\ude00""#,
            "[]",
            "{}",
            "[ ]",
            "{ }",
            "[[],{},[[1]],\"]\",\"}\"]",
            "\r\n{\t\"a\" : [ 1 , 2.5,-3 ,true,false , null ] ,\"b\":{\"\":{}}, \"é\":\"ü\\n,:{}[]\" }\n",
            "{\"a\":1,\"b\":false}",
        ] {
            let expected: serde_json::Value = serde_json::from_str(text).unwrap();
            let marked = format!("\u{feff}{text}");
            for text in [text, &marked] {
                assert_eq!(plain(text, &parse(text).unwrap()), expected, "{text}");
            }
        }
    }

    #[test]
    fn what_is_left_unread_is_read_at_its_place() {
        let text = "\u{feff}{ \"a\": {\"b\":[1]}, \"nodes\" : {\"x\": {\"p\":\"}\\\"]\", \"q\":[[{}],2]} ,\"y\\u0041\":[ ],\n\"n\":-1.5,\"t\":true,\"s\":\"\\\\\" }, \"nodes2\":{\"x\":{}} }";
        let (whole, around) = (parse(text).unwrap(), parse_around(text, "nodes").unwrap());
        let members = |tree: &Value<'static>| match &tree.kind {
            Kind::Object(members) => members.clone(),
            other => panic!("{other:?}"),
        };
        let (all, some) = (members(&whole), members(&around));
        assert_eq!(all.len(), some.len());
        for (one, other) in all.iter().zip(&some) {
            assert_eq!((one.at, &one.key), (other.at, &other.key));
            if one.key != "nodes" {
                assert_eq!(format!("{one:?}"), format!("{other:?}"));
                continue;
            }
            for (one, other) in members(&one.value).iter().zip(members(&other.value)) {
                assert_eq!((one.at, &one.key), (other.at, &other.key));
                assert!(matches!(other.value.kind, Kind::Null));
                let read = value_at(text, other.value.at).unwrap();
                assert_eq!(format!("{:?}", one.value), format!("{read:?}"));
            }
            assert_eq!(members(&other.value).len(), 5);
        }
        for text in ["[1]", "{}", "3", r#"{"nodes":[1]}"#] {
            let (one, other) = (parse(text).unwrap(), parse_around(text, "nodes").unwrap());
            assert_eq!(format!("{one:?}"), format!("{other:?}"));
        }
        assert!(parse_around(r#"{"nodes":{"a":}}"#, "nodes").is_err());
    }

    #[test]
    fn what_no_reader_takes_is_refused_with_its_place() {
        let error = |text: &str| parse(text).unwrap_err();
        assert_eq!(error(r#"["a", "\ud800"]"#).at, 13);
        let deep = "[".repeat(60) + &"]".repeat(60);
        let found = error(&deep);
        assert_eq!(
            (found.at, found.message.as_str()),
            (49, "nested deeper than 48 levels")
        );
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "tru",
            "01",
            "\"a",
            "[1] 2",
            "{\"a\":1,}",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_syntax_error_names_its_place() {
        let text = "{\n  \"a\": 1,\n  \"b\" 2\n}";
        let error = parse(text).unwrap_err();
        assert_eq!(place(text, error.at), Place { line: 3, column: 7 });
        assert_eq!(error.message, "expected `:`");
    }
}
