//! What a value must look like to be understood, as tables.
//!
//! Readers ([`codec`](crate::codec)) only say whether they understand a value.
//! What is wrong with one is looked up here, by one function for all types, so
//! that a program that builds and validates does not carry the readers.

use serde_json::{Map, Value};

use crate::finding::Code;

/// The form of a value.
pub(crate) enum Shape {
    /// A string; a whole number is taken too.
    Text,
    /// An array of one string; a plain string is taken too.
    One,
    /// An array of strings; a plain string is taken too.
    Texts,
    /// A boolean, perhaps in a string.
    Flag,
    /// A number, perhaps in a string.
    Decimal,
    /// A whole number that is not negative, perhaps in a string.
    Count,
    /// One of the words named here, or any other string.
    Word(&'static str),
    /// An array of such words; a plain word is taken too.
    Words(&'static str),
    /// Any object.
    Free,
    /// An object of our own types.
    Object(&'static [Field]),
    /// An array of one endpoint.
    Endpoint,
}

/// A member of an object of our own types.
pub(crate) struct Field {
    /// Its key, and then other spellings of it.
    pub keys: &'static [&'static str],
    pub shape: Shape,
    pub required: bool,
}

/// Why a value cannot be understood, and where below the value it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub code: Code,
    /// JSON pointer relative to the value that was looked at.
    pub pointer: String,
    pub message: String,
}

impl Problem {
    #[inline(never)]
    fn new(code: Code, message: &str) -> Self {
        Self {
            code,
            pointer: String::new(),
            message: message.to_owned(),
        }
    }

    fn expected(what: &str) -> Self {
        Self::new(Code::WrongType, &["expected ", what].concat())
    }

    #[inline(never)]
    pub fn below(mut self, key: &str) -> Self {
        self.pointer.insert_str(0, &pointer_token(key));
        self
    }
}

/// One step of a JSON pointer (RFC 6901), with its leading slash.
pub(crate) fn pointer_token(key: &str) -> String {
    let mut token = String::with_capacity(key.len() + 1);
    token.push('/');
    for character in key.chars() {
        match character {
            '~' => token.push_str("~0"),
            '/' => token.push_str("~1"),
            other => token.push(other),
        }
    }
    token
}

const TEXT: &str = "a string";

/// What is wrong with a value that the codec of this shape does not understand;
/// `None` for one that it does.
pub(crate) fn problem(shape: &Shape, value: &Value) -> Option<Problem> {
    match shape {
        Shape::Text => (!is_text(value)).then(|| Problem::expected(TEXT)),
        Shape::One => one_problem(value),
        Shape::Texts => list_problem(value, TEXT, is_text),
        Shape::Flag => flag(value)
            .is_none()
            .then(|| Problem::expected("true or false")),
        Shape::Decimal => decimal(value)
            .is_none()
            .then(|| Problem::expected("a number")),
        Shape::Count => count_problem(value),
        Shape::Word(expected) => (!value.is_string()).then(|| Problem::expected(expected)),
        Shape::Words(expected) => list_problem(value, expected, Value::is_string),
        Shape::Free => as_members(value)
            .is_none()
            .then(|| Problem::expected("an object")),
        Shape::Object(fields) => match as_members(value) {
            Some(members) => fields_problem(fields, members),
            None => Some(Problem::expected("an object")),
        },
        Shape::Endpoint => match value {
            Value::Array(items) => match items.as_slice() {
                [one] => crate::endpoint::problem(one).map(|problem| problem.below("0")),
                [] => Some(Problem::new(Code::OneEndpoint, "there is no endpoint")),
                _ => Some(Problem::new(
                    Code::OneEndpoint,
                    "there is more than one endpoint",
                )),
            },
            _ => Some(Problem::expected("an array of one endpoint")),
        },
    }
}

/// What is wrong with the members an object cannot do without.
pub(crate) fn fields_problem(
    fields: &[Field],
    members: Option<&Map<String, Value>>,
) -> Option<Problem> {
    fields
        .iter()
        .filter(|field| field.required)
        .find_map(|field| {
            let found = members.and_then(|members| find(members, field.keys));
            let Some((key, value)) = found else {
                return Some(missing(field.keys.first().copied().unwrap_or_default()));
            };
            problem(&field.shape, value).map(|problem| problem.below(key))
        })
}

/// The first of the members that is there.
pub(crate) fn find<'a>(
    members: &'a Map<String, Value>,
    keys: &[&'static str],
) -> Option<(&'static str, &'a Value)> {
    keys.iter()
        .find_map(|key| members.get(*key).map(|value| (*key, value)))
}

pub(crate) fn missing(key: &str) -> Problem {
    Problem::new(Code::MissingMember, &["`", key, "` is required"].concat()).below(key)
}

pub(crate) fn text_problem(value: &Value) -> Option<Problem> {
    (!value.is_string()).then(|| Problem::expected(TEXT))
}

pub(crate) fn object_problem() -> Problem {
    Problem::expected("an object")
}

fn is_text(value: &Value) -> bool {
    value.is_string() || value.is_u64()
}

fn one_problem(value: &Value) -> Option<Problem> {
    match value {
        Value::String(_) => None,
        Value::Array(items) => match items.as_slice() {
            [one] => text_problem(one).map(|problem| problem.below("0")),
            [] => Some(Problem::new(
                Code::NotExactlyOne,
                "expected one item, found none",
            )),
            _ => Some(Problem::new(
                Code::NotExactlyOne,
                "expected one item, found several",
            )),
        },
        _ => Some(Problem::expected("an array of one string")),
    }
}

fn list_problem(value: &Value, item: &str, fits: fn(&Value) -> bool) -> Option<Problem> {
    match value {
        Value::String(_) => None,
        Value::Array(items) => {
            let index = items.iter().position(|item| !fits(item))?;
            Some(Problem::expected(item).below(&index.to_string()))
        }
        _ => Some(Problem::expected("an array of strings")),
    }
}

fn count_problem(value: &Value) -> Option<Problem> {
    match decimal(value) {
        Some(number) if number.fract() == 0.0 => count(value).is_none().then(|| {
            Problem::new(
                Code::OutOfRange,
                "expected a whole number from 0 to 4294967295",
            )
        }),
        _ => Some(Problem::expected("a whole number, 0 or more")),
    }
}

/// A boolean; `"true"` and `"false"` in any case are taken too.
pub(crate) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A number; numeric strings are taken too.
#[inline(never)]
pub(crate) fn decimal(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        // This reader is linked in anyway, the one of the standard library is not.
        Value::String(text) => serde_json::from_str::<Value>(text).ok()?.as_f64(),
        _ => None,
    }
}

/// A whole number, 0 or more; numeric strings and `3.0` are taken too.
pub(crate) fn count(value: &Value) -> Option<u32> {
    let number = decimal(value)?;
    let fits = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    fits.then_some(number as u32)
}

/// The members of an object; the inner `None` is the empty object, which PHP
/// writes as `[]`.
pub(crate) fn as_members(value: &Value) -> Option<Option<&Map<String, Value>>> {
    match value {
        Value::Object(members) => Some(Some(members)),
        Value::Array(items) if items.is_empty() => Some(None),
        _ => None,
    }
}
