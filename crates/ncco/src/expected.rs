//! What a value must look like to be understood, as data.
//!
//! Readers ([`codec`](crate::codec)) only say whether they understand a value.
//! What is wrong with one is looked up here, by one function for all types, so
//! that a program that only builds and validates, as a Worker does, carries no
//! reader.

use serde_json::{Map, Value};

use crate::code::Code;
use crate::problem::Problem;

/// The form of a value.
pub(crate) enum Expected {
    /// A string; a whole number is taken too.
    Text,
    /// An array of one string; a plain string is taken too.
    OneText,
    /// A boolean, perhaps in a string.
    Flag,
    /// A number, perhaps in a string.
    Decimal,
    /// A whole number that is not negative, perhaps in a string.
    Count,
    /// One of the words named here, or any other string.
    Word(&'static str),
    /// An array of strings of this form; a plain string is taken too.
    Strings(&'static Expected),
    /// An object whose members are the user's own.
    Free,
    /// An object of our own types.
    Object(&'static [Field]),
    /// An array of one object, which its member `type` makes one of these.
    Endpoint(&'static [(&'static str, &'static [Field])]),
}

/// A member of an object of our own types.
pub(crate) struct Field {
    /// Its key, and then other spellings of it.
    pub keys: &'static [&'static str],
    pub expected: Expected,
    pub required: bool,
}

impl Expected {
    /// What is wrong with a value that the codec of this form does not
    /// understand; `None` for one that it does.
    pub fn problem(&self, value: &Value) -> Option<Problem> {
        let unless = |fits: bool, what: &str| (!fits).then(|| Problem::expected(what));
        match self {
            Self::Text => unless(value.is_string() || value.is_u64(), "a string"),
            Self::OneText => one_text_problem(value),
            Self::Flag => unless(flag(value).is_some(), "true or false"),
            Self::Decimal => unless(decimal(value).is_some(), "a number"),
            Self::Count => count_problem(value),
            Self::Word(words) => unless(value.is_string(), words),
            Self::Strings(item) => match value {
                Value::String(_) => None,
                Value::Array(items) => items.iter().enumerate().find_map(|(index, value)| {
                    let problem = item.problem(value)?;
                    Some(problem.below(&index.to_string()))
                }),
                _ => Some(Problem::expected("an array of strings")),
            },
            Self::Free => unless(as_members(value).is_some(), "an object"),
            Self::Object(fields) => match as_members(value) {
                Some(members) => required_problem(fields, members),
                None => Some(Problem::expected("an object")),
            },
            Self::Endpoint(types) => endpoint_problem(types, value),
        }
    }
}

/// What is wrong with the members an object cannot do without.
pub(crate) fn required_problem(
    fields: &[Field],
    members: Option<&Map<String, Value>>,
) -> Option<Problem> {
    let mut required = fields.iter().filter(|field| field.required);
    required.find_map(|field| {
        let found = members.and_then(|members| find(members, field.keys));
        let Some((key, value)) = found else {
            let key = field.keys.first().copied().unwrap_or_default();
            return Some(Problem::missing(key));
        };
        let problem = field.expected.problem(value)?;
        Some(problem.below(key))
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

fn one_text_problem(value: &Value) -> Option<Problem> {
    let count = match value {
        Value::String(_) => return None,
        Value::Array(items) => match items.as_slice() {
            [Value::String(_)] => return None,
            [_] => return Some(Problem::expected("a string").below("0")),
            [] => "expected one item, found none",
            _ => "expected one item, found several",
        },
        _ => return Some(Problem::expected("an array of one string")),
    };
    Some(Problem::new(Code::NotExactlyOne, count))
}

fn endpoint_problem(types: &[(&'static str, &'static [Field])], value: &Value) -> Option<Problem> {
    let Value::Array(items) = value else {
        return Some(Problem::expected("an array of one endpoint"));
    };
    let count = match items.as_slice() {
        [one] => return one_of_problem(types, one).map(|problem| problem.below("0")),
        [] => "there is no endpoint",
        _ => "there is more than one endpoint",
    };
    Some(Problem::new(Code::OneEndpoint, count))
}

fn one_of_problem(types: &[(&'static str, &'static [Field])], value: &Value) -> Option<Problem> {
    let Value::Object(members) = value else {
        return Some(Problem::expected("an object"));
    };
    let name = match members.get("type") {
        Some(Value::String(name)) => name,
        Some(_) => return Some(Problem::expected("a string").below("type")),
        None => return Some(Problem::missing("type")),
    };
    let mut types = types.iter();
    let (_, fields) = types.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    required_problem(fields, Some(members))
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
        // As JSON writes numbers: no blanks in front, no `+`, no `inf`.
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
