//! How one value looks on the wire: lenient when read, canonical when written.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::shape::{Field, Shape, as_members, count, decimal, find, flag};

/// How a value of type `T` looks on the wire.
///
/// Readers are not inlined: they are used once a member, and the whole crate is
/// part of programs whose size counts.
pub(crate) trait Codec<T> {
    /// What [`read`](Self::read) understands.
    const SHAPE: Shape;

    fn read(value: &Value) -> Option<T>;
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
    const SHAPE: Shape = Shape::Text;

    #[inline(never)]
    fn read(value: &Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => number.as_u64().map(|number| number.to_string()),
            _ => None,
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
    const SHAPE: Shape = Shape::One;

    #[inline(never)]
    fn read(value: &Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Array(items) => match items.as_slice() {
                [Value::String(text)] => Some(text.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    fn part(value: &String) -> Part<'_> {
        Part::One(value)
    }
}

/// A string where some SDKs send an array of one.
pub(crate) struct Single;

impl Codec<String> for Single {
    const SHAPE: Shape = Shape::One;

    fn read(value: &Value) -> Option<String> {
        One::read(value)
    }

    fn part(value: &String) -> Part<'_> {
        Part::Text(value)
    }
}

/// An array of strings. A plain string counts as an array of one.
pub(crate) struct Texts;

impl Codec<Vec<String>> for Texts {
    const SHAPE: Shape = Shape::Texts;

    #[inline(never)]
    fn read(value: &Value) -> Option<Vec<String>> {
        match value {
            Value::Array(items) => items.iter().map(Text::read).collect(),
            Value::String(text) => Some(vec![text.clone()]),
            _ => None,
        }
    }

    fn part(value: &Vec<String>) -> Part<'_> {
        Part::Items(value.iter().map(|text| Part::Text(text)).collect())
    }
}

/// A boolean; `"true"` and `"false"` in any case are taken too.
pub(crate) struct Flag;

impl Codec<bool> for Flag {
    const SHAPE: Shape = Shape::Flag;

    fn read(value: &Value) -> Option<bool> {
        flag(value)
    }

    fn part(value: &bool) -> Part<'_> {
        Part::Flag(*value)
    }
}

/// A number; numeric strings are taken too.
pub(crate) struct Decimal;

impl Codec<f64> for Decimal {
    const SHAPE: Shape = Shape::Decimal;

    fn read(value: &Value) -> Option<f64> {
        decimal(value)
    }

    fn part(value: &f64) -> Part<'_> {
        Part::Decimal(*value)
    }
}

/// A whole number, 0 or more; numeric strings and `3.0` are taken too.
pub(crate) struct Count;

impl Codec<u32> for Count {
    const SHAPE: Shape = Shape::Count;

    fn read(value: &Value) -> Option<u32> {
        count(value)
    }

    fn part(value: &u32) -> Part<'_> {
        Part::Count(*value)
    }
}

/// An object whose members are the user's own.
pub(crate) struct Free;

impl Codec<Map<String, Value>> for Free {
    const SHAPE: Shape = Shape::Free;

    #[inline(never)]
    fn read(value: &Value) -> Option<Map<String, Value>> {
        as_members(value).map(|members| members.cloned().unwrap_or_default())
    }

    fn part(value: &Map<String, Value>) -> Part<'_> {
        Part::Free(value)
    }
}

/// A type made by the macro `wire!`.
pub(crate) trait Object: Sized {
    /// Its members.
    const FIELDS: &'static [Field];

    /// Takes the members it understands; leaves the map as it was when one that
    /// is required is missing or not understood.
    fn read(members: &mut Map<String, Value>) -> Option<Self>;

    /// The members as they are written.
    fn parts(&self) -> Parts<'_>;
}

/// An object of our own types.
pub(crate) struct Nested;

impl<T: Object> Codec<T> for Nested {
    const SHAPE: Shape = Shape::Object(T::FIELDS);

    #[inline(never)]
    fn read(value: &Value) -> Option<T> {
        T::read(&mut Free::read(value)?)
    }

    fn part(value: &T) -> Part<'_> {
        Part::Object(value.parts())
    }
}

/// One of a set of words that may grow: unknown ones are kept.
pub(crate) trait Word: Sized {
    const EXPECTED: &'static str;
    fn from_word(word: &str) -> Self;
    fn as_word(&self) -> &str;
    fn is_known(&self) -> bool;
}

/// A single word.
pub(crate) struct Open;

impl<T: Word> Codec<T> for Open {
    const SHAPE: Shape = Shape::Word(T::EXPECTED);

    fn read(value: &Value) -> Option<T> {
        value.as_str().map(T::from_word)
    }

    fn part(value: &T) -> Part<'_> {
        Part::Text(value.as_word())
    }
}

/// An array of words. A plain word counts as an array of one.
pub(crate) struct Opens;

impl<T: Word> Codec<Vec<T>> for Opens {
    const SHAPE: Shape = Shape::Words(T::EXPECTED);

    #[inline(never)]
    fn read(value: &Value) -> Option<Vec<T>> {
        match value {
            Value::Array(items) => items.iter().map(<Open as Codec<T>>::read).collect(),
            one => Some(vec![<Open as Codec<T>>::read(one)?]),
        }
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
) -> Option<T> {
    C::read(find(members, keys)?.1)
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
    let read = C::read(value)?;
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
