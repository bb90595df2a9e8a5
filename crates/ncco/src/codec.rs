//! How one value looks on the wire: lenient when read, canonical when written.

use std::marker::PhantomData;

use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_json::{Map, Value};

use crate::finding::Code;

/// Why a value cannot be understood, and where below the value it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub code: Code,
    /// JSON pointer relative to the value that was read.
    pub pointer: String,
    pub message: String,
}

impl Problem {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            pointer: String::new(),
            message: message.into(),
        }
    }

    fn expected(what: &str) -> Self {
        Self::new(Code::WrongType, ["expected ", what].concat())
    }

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

/// How a value of type `T` looks on the wire.
pub(crate) trait Codec<T> {
    fn read(value: &Value) -> Result<T, Problem>;
    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>;
}

/// A value together with the codec that writes it.
pub(crate) struct Written<'a, T, C>(&'a T, PhantomData<C>);

impl<'a, T, C> Written<'a, T, C> {
    pub fn new(value: &'a T) -> Self {
        Self(value, PhantomData)
    }
}

impl<T, C: Codec<T>> Serialize for Written<'_, T, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        C::write(self.0, serializer)
    }
}

/// A string. Whole numbers are taken too: `"number": 447700900001` is common.
pub(crate) struct Text;

impl Codec<String> for Text {
    fn read(value: &Value) -> Result<String, Problem> {
        match value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) if number.is_u64() => Ok(number.to_string()),
            _ => Err(Problem::expected("a string")),
        }
    }

    fn write<S: Serializer>(value: &String, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value)
    }
}

/// A string the platform wants as an array of exactly one. A plain string is
/// taken too.
pub(crate) struct One;

impl Codec<String> for One {
    fn read(value: &Value) -> Result<String, Problem> {
        match value {
            Value::String(text) => Ok(text.clone()),
            Value::Array(items) => match items.as_slice() {
                [Value::String(text)] => Ok(text.clone()),
                [_] => Err(Problem::expected("a string").below("0")),
                [] => Err(Problem::new(
                    Code::NotExactlyOne,
                    "expected one item, found none",
                )),
                _ => Err(Problem::new(
                    Code::NotExactlyOne,
                    "expected one item, found several",
                )),
            },
            _ => Err(Problem::expected("an array of one string")),
        }
    }

    fn write<S: Serializer>(value: &String, serializer: S) -> Result<S::Ok, S::Error> {
        let mut items = serializer.serialize_seq(Some(1))?;
        items.serialize_element(value)?;
        items.end()
    }
}

/// A string where some SDKs send an array of one.
pub(crate) struct Single;

impl Codec<String> for Single {
    fn read(value: &Value) -> Result<String, Problem> {
        One::read(value)
    }

    fn write<S: Serializer>(value: &String, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value)
    }
}

/// An array of strings. A plain string counts as an array of one.
pub(crate) struct Texts;

impl Codec<Vec<String>> for Texts {
    fn read(value: &Value) -> Result<Vec<String>, Problem> {
        list(value, Text::read)
    }

    fn write<S: Serializer>(value: &Vec<String>, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> Result<T, Problem>) -> Result<Vec<T>, Problem> {
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| read(item).map_err(|problem| problem.below(&index.to_string())))
            .collect(),
        Value::String(_) => Ok(vec![read(value)?]),
        _ => Err(Problem::expected("an array of strings")),
    }
}

/// A boolean; `"true"` and `"false"` in any case are taken too.
pub(crate) struct Flag;

impl Codec<bool> for Flag {
    fn read(value: &Value) -> Result<bool, Problem> {
        match value {
            Value::Bool(flag) => Ok(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(Problem::expected("true or false")),
        }
    }

    fn write<S: Serializer>(value: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*value)
    }
}

/// A number; numeric strings are taken too.
pub(crate) struct Decimal;

fn decimal(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        // The JSON reader is linked in anyway, the one of the standard library is not.
        Value::String(text) => serde_json::from_str(text).ok(),
        _ => None,
    }
}

/// Above this, not every whole number has a floating-point value of its own.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

impl Codec<f64> for Decimal {
    fn read(value: &Value) -> Result<f64, Problem> {
        decimal(value).ok_or_else(|| Problem::expected("a number"))
    }

    /// Whole numbers are written without a fraction: `3`, not `3.0`.
    fn write<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        if value.fract() == 0.0 && value.abs() <= LARGEST_EXACT {
            serializer.serialize_i64(*value as i64)
        } else {
            serializer.serialize_f64(*value)
        }
    }
}

/// A whole number, 0 or more; numeric strings and `3.0` are taken too.
pub(crate) struct Count;

impl Codec<u32> for Count {
    fn read(value: &Value) -> Result<u32, Problem> {
        let number =
            decimal(value).ok_or_else(|| Problem::expected("a whole number, 0 or more"))?;
        if number.fract() != 0.0 {
            return Err(Problem::expected("a whole number, 0 or more"));
        }
        if number < 0.0 || number > f64::from(u32::MAX) {
            return Err(Problem::new(
                Code::OutOfRange,
                "expected a whole number from 0 to 4294967295",
            ));
        }
        Ok(number as u32)
    }

    fn write<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(*value)
    }
}

/// An object whose members are the user's own.
pub(crate) struct Free;

impl Codec<Map<String, Value>> for Free {
    fn read(value: &Value) -> Result<Map<String, Value>, Problem> {
        object_members(value)
    }

    fn write<S: Serializer>(value: &Map<String, Value>, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }
}

/// The members of an object. PHP writes an empty object as `[]`.
pub(crate) fn object_members(value: &Value) -> Result<Map<String, Value>, Problem> {
    match value {
        Value::Object(members) => Ok(members.clone()),
        Value::Array(items) if items.is_empty() => Ok(Map::new()),
        _ => Err(Problem::expected("an object")),
    }
}

/// A type made by the macro `wire!`.
pub(crate) trait Object: Sized + Serialize {
    /// Takes the members it understands; leaves the map as it was on an error.
    fn read(members: &mut Map<String, Value>) -> Result<Self, Problem>;
}

/// An object of our own types.
pub(crate) struct Nested;

impl<T: Object> Codec<T> for Nested {
    fn read(value: &Value) -> Result<T, Problem> {
        T::read(&mut object_members(value)?)
    }

    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }
}

/// One of a set of words that may grow: unknown ones are kept.
pub(crate) trait Word: Sized + Clone {
    const EXPECTED: &'static str;
    fn from_word(word: &str) -> Self;
    fn as_word(&self) -> &str;
    fn is_known(&self) -> bool;
}

/// A single word.
pub(crate) struct Open;

impl<T: Word> Codec<T> for Open {
    fn read(value: &Value) -> Result<T, Problem> {
        match value {
            Value::String(word) => Ok(T::from_word(word)),
            _ => Err(Problem::expected(T::EXPECTED)),
        }
    }

    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value.as_word())
    }
}

/// An array of words. A plain word counts as an array of one.
pub(crate) struct Opens;

impl<T: Word> Codec<Vec<T>> for Opens {
    fn read(value: &Value) -> Result<Vec<T>, Problem> {
        list(value, <Open as Codec<T>>::read)
    }

    fn write<S: Serializer>(value: &Vec<T>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(value.iter().map(Word::as_word))
    }
}

/// Reads a member that must be there, and leaves it in place.
pub(crate) fn required<T, C: Codec<T>>(
    members: &Map<String, Value>,
    keys: &[&'static str],
) -> Result<T, Problem> {
    for key in keys {
        if let Some(value) = members.get(*key) {
            return C::read(value).map_err(|problem| problem.below(key));
        }
    }
    let key = keys.first().copied().unwrap_or_default();
    Err(Problem::new(Code::MissingMember, ["`", key, "` is required"].concat()).below(key))
}

/// Removes the member that [`required`] read.
pub(crate) fn remove_first(members: &mut Map<String, Value>, keys: &[&'static str]) {
    for key in keys {
        if members.remove(*key).is_some() {
            return;
        }
    }
}

/// Takes a member out if it is there and can be understood. `null` is the same
/// as absent. What cannot be understood stays in the map.
pub(crate) fn optional<T, C: Codec<T>>(
    members: &mut Map<String, Value>,
    keys: &[&'static str],
) -> Option<T> {
    for key in keys {
        match members.get(*key) {
            None => {}
            Some(Value::Null) => {
                members.remove(*key);
            }
            Some(value) => {
                let read = C::read(value).ok()?;
                members.remove(*key);
                return Some(read);
            }
        }
    }
    None
}
