//! How one value looks on the wire: lenient when read, canonical when written.

use serde::ser::{Serialize, SerializeMap, Serializer};
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

    #[inline(never)]
    fn expected(what: &str) -> Self {
        Self::new(Code::WrongType, ["expected ", what].concat())
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

/// How a value of type `T` looks on the wire.
///
/// Readers are not inlined: they are used once a member, and the whole crate is
/// part of programs whose size counts.
pub(crate) trait Codec<T> {
    fn read(value: &Value) -> Result<T, Problem>;
    fn part(value: &T) -> Part<'_>;
}

/// A value as it is written. One type for all of them, so that a serializer is
/// compiled into one writer and not into one for each object.
pub(crate) enum Part<'a> {
    Text(&'a str),
    /// A string in an array of one.
    One(&'a str),
    Flag(bool),
    Count(u32),
    Decimal(f64),
    Free(&'a Map<String, Value>),
    Object(Parts<'a>),
    Items(Vec<Part<'a>>),
}

/// The members of an object as they are written.
pub(crate) struct Parts<'a> {
    members: Vec<(&'static str, Part<'a>)>,
    extra: &'a Map<String, Value>,
}

impl<'a> Parts<'a> {
    pub fn new(extra: &'a Map<String, Value>) -> Self {
        Self {
            members: Vec::with_capacity(8),
            extra,
        }
    }

    #[inline(never)]
    pub fn push(&mut self, key: &'static str, part: Part<'a>) {
        self.members.push((key, part));
    }
}

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, part) in &self.members {
            map.serialize_entry(key, part)?;
        }
        for (key, value) in self.extra {
            if !self.members.iter().any(|(written, _)| written == key) {
                map.serialize_entry(key, value)?;
            }
        }
        map.end()
    }
}

/// Above this, not every whole number has a floating-point value of its own.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::One(text) => serializer.collect_seq([text]),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Count(count) => serializer.serialize_u32(*count),
            // Whole numbers are written without a fraction: `3`, not `3.0`.
            Self::Decimal(number) if number.fract() == 0.0 && number.abs() <= LARGEST_EXACT => {
                serializer.serialize_i64(*number as i64)
            }
            Self::Decimal(number) => serializer.serialize_f64(*number),
            Self::Free(members) => members.serialize(serializer),
            Self::Object(parts) => parts.serialize(serializer),
            Self::Items(items) => serializer.collect_seq(items),
        }
    }
}

/// A string. Whole numbers are taken too: `"number": 447700900001` is common.
pub(crate) struct Text;

impl Codec<String> for Text {
    #[inline(never)]
    fn read(value: &Value) -> Result<String, Problem> {
        match value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) if number.is_u64() => Ok(number.to_string()),
            _ => Err(Problem::expected("a string")),
        }
    }

    fn part(value: &String) -> Part<'_> {
        Part::Text(value)
    }
}

/// A string the platform wants as an array of exactly one. A plain string is
/// taken too.
pub(crate) struct One;

impl Codec<String> for One {
    #[inline(never)]
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

    fn part(value: &String) -> Part<'_> {
        Part::One(value)
    }
}

/// A string where some SDKs send an array of one.
pub(crate) struct Single;

impl Codec<String> for Single {
    #[inline(never)]
    fn read(value: &Value) -> Result<String, Problem> {
        One::read(value)
    }

    fn part(value: &String) -> Part<'_> {
        Part::Text(value)
    }
}

/// An array of strings. A plain string counts as an array of one.
pub(crate) struct Texts;

impl Codec<Vec<String>> for Texts {
    #[inline(never)]
    fn read(value: &Value) -> Result<Vec<String>, Problem> {
        list(value, Text::read)
    }

    fn part(value: &Vec<String>) -> Part<'_> {
        Part::Items(value.iter().map(|text| Part::Text(text)).collect())
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
    #[inline(never)]
    fn read(value: &Value) -> Result<bool, Problem> {
        match value {
            Value::Bool(flag) => Ok(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(Problem::expected("true or false")),
        }
    }

    fn part(value: &bool) -> Part<'_> {
        Part::Flag(*value)
    }
}

/// A number; numeric strings are taken too.
pub(crate) struct Decimal;

#[inline(never)]
fn decimal(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        // This reader is linked in anyway, the one of the standard library is not.
        Value::String(text) => serde_json::from_slice::<Value>(text.as_bytes())
            .ok()?
            .as_f64(),
        _ => None,
    }
}

impl Codec<f64> for Decimal {
    #[inline(never)]
    fn read(value: &Value) -> Result<f64, Problem> {
        decimal(value).ok_or_else(|| Problem::expected("a number"))
    }

    fn part(value: &f64) -> Part<'_> {
        Part::Decimal(*value)
    }
}

/// A whole number, 0 or more; numeric strings and `3.0` are taken too.
pub(crate) struct Count;

impl Codec<u32> for Count {
    #[inline(never)]
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

    fn part(value: &u32) -> Part<'_> {
        Part::Count(*value)
    }
}

/// An object whose members are the user's own.
pub(crate) struct Free;

impl Codec<Map<String, Value>> for Free {
    #[inline(never)]
    fn read(value: &Value) -> Result<Map<String, Value>, Problem> {
        object_members(value)
    }

    fn part(value: &Map<String, Value>) -> Part<'_> {
        Part::Free(value)
    }
}

/// The members of an object. PHP writes an empty object as `[]`.
#[inline(never)]
pub(crate) fn object_members(value: &Value) -> Result<Map<String, Value>, Problem> {
    match value {
        Value::Object(members) => Ok(members.clone()),
        Value::Array(items) if items.is_empty() => Ok(Map::new()),
        _ => Err(Problem::expected("an object")),
    }
}

/// A type made by the macro `wire!`.
pub(crate) trait Object: Sized {
    /// Takes the members it understands; leaves the map as it was on an error.
    fn read(members: &mut Map<String, Value>) -> Result<Self, Problem>;

    /// The members as they are written.
    fn parts(&self) -> Parts<'_>;
}

/// An object of our own types.
pub(crate) struct Nested;

impl<T: Object> Codec<T> for Nested {
    #[inline(never)]
    fn read(value: &Value) -> Result<T, Problem> {
        T::read(&mut object_members(value)?)
    }

    fn part(value: &T) -> Part<'_> {
        Part::Object(value.parts())
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
    #[inline(never)]
    fn read(value: &Value) -> Result<T, Problem> {
        match value {
            Value::String(word) => Ok(T::from_word(word)),
            _ => Err(Problem::expected(T::EXPECTED)),
        }
    }

    fn part(value: &T) -> Part<'_> {
        Part::Text(value.as_word())
    }
}

/// An array of words. A plain word counts as an array of one.
pub(crate) struct Opens;

impl<T: Word> Codec<Vec<T>> for Opens {
    #[inline(never)]
    fn read(value: &Value) -> Result<Vec<T>, Problem> {
        list(value, <Open as Codec<T>>::read)
    }

    fn part(value: &Vec<T>) -> Part<'_> {
        Part::Items(
            value
                .iter()
                .map(|word| Part::Text(word.as_word()))
                .collect(),
        )
    }
}

/// Reads a member that must be there, and leaves it in place.
#[inline(never)]
pub(crate) fn required<T, C: Codec<T>>(
    members: &Map<String, Value>,
    keys: &[&'static str],
) -> Result<T, Problem> {
    let (key, value) = find(members, keys).ok_or_else(|| missing(keys))?;
    C::read(value).map_err(|problem| problem.below(key))
}

#[inline(never)]
fn find<'a>(
    members: &'a Map<String, Value>,
    keys: &[&'static str],
) -> Option<(&'static str, &'a Value)> {
    keys.iter()
        .find_map(|key| members.get(*key).map(|value| (*key, value)))
}

#[inline(never)]
fn missing(keys: &[&'static str]) -> Problem {
    let key = keys.first().copied().unwrap_or_default();
    Problem::new(Code::MissingMember, ["`", key, "` is required"].concat()).below(key)
}

/// Removes the member that [`required`] read.
#[inline(never)]
pub(crate) fn remove_first(members: &mut Map<String, Value>, keys: &[&'static str]) {
    for key in keys {
        if members.remove(*key).is_some() {
            return;
        }
    }
}

/// Takes a member out if it is there and can be understood. `null` is the same
/// as absent. What cannot be understood stays in the map.
#[inline(never)]
pub(crate) fn optional<T, C: Codec<T>>(
    members: &mut Map<String, Value>,
    keys: &[&'static str],
) -> Option<T> {
    let (key, value) = find_filled(members, keys)?;
    let read = C::read(value).ok()?;
    remove_first(members, &[key]);
    Some(read)
}

/// The first of the members that is there and not `null`; removes those before.
#[inline(never)]
fn find_filled<'a>(
    members: &'a mut Map<String, Value>,
    keys: &[&'static str],
) -> Option<(&'static str, &'a Value)> {
    let mut filled = None;
    for key in keys {
        match members.get(*key) {
            None => {}
            Some(Value::Null) => remove_first(members, &[key]),
            Some(_) => {
                filled = Some(*key);
                break;
            }
        }
    }
    filled.and_then(|key| Some((key, members.get(key)?)))
}
