//! Where two JSON texts differ.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// A step from a value to one it holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// A member of an object.
    Member(String),
    /// An item of an array.
    Item(usize),
}

/// A place where two values differ.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Difference {
    pub(super) path: Vec<Step>,
    /// `None`: it was not there.
    pub(super) was: Option<Value>,
    /// `None`: it is gone.
    pub(super) is: Option<Value>,
}

impl Difference {
    /// The members and items on the way, as text.
    pub(super) fn names(&self) -> Vec<&str> {
        self.path
            .iter()
            .map(|step| match step {
                Step::Member(name) => name.as_str(),
                Step::Item(_) => "[]",
            })
            .collect()
    }
}

/// The differences between two values, as deep as both are of one shape: arrays of different
/// lengths differ as a whole.
pub(super) fn differences(was: &Value, is: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(was, is, &mut Vec::new(), &mut found);
    found
}

fn compare(was: &Value, is: &Value, path: &mut Vec<Step>, found: &mut Vec<Difference>) {
    match (was, is) {
        _ if was == is => {}
        (Value::Object(old), Value::Object(new)) => {
            let gone = old.keys().filter(|name| !new.contains_key(*name));
            for name in new.keys().chain(gone) {
                path.push(Step::Member(name.clone()));
                let none = Value::Object(Map::new());
                match (old.get(name), new.get(name)) {
                    (Some(was), Some(is)) => compare(was, is, path, found),
                    // What an object has is told one by one, there or not.
                    (Some(was), None) if has_members(was) => compare(was, &none, path, found),
                    (None, Some(is)) if has_members(is) => compare(&none, is, path, found),
                    (was, is) => found.push(Difference {
                        path: path.clone(),
                        was: was.cloned(),
                        is: is.cloned(),
                    }),
                }
                path.pop();
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (at, (was, is)) in old.iter().zip(new).enumerate() {
                path.push(Step::Item(at));
                compare(was, is, path, found);
                path.pop();
            }
        }
        _ => found.push(Difference {
            path: path.clone(),
            was: Some(was.clone()),
            is: Some(is.clone()),
        }),
    }
}

fn has_members(value: &Value) -> bool {
    value.as_object().is_some_and(|members| !members.is_empty())
}

/// The value with something else at a place; `None` takes away what is there.
pub(super) fn with(value: &Value, path: &[Step], new: Option<&Value>) -> Value {
    let Some((first, rest)) = path.split_first() else {
        return new.cloned().unwrap_or(Value::Null);
    };
    let mut value = match (first, value) {
        (Step::Member(_), Value::Null) => Value::Object(Map::new()),
        _ => value.clone(),
    };
    match (first, &mut value) {
        (Step::Member(name), Value::Object(members)) => {
            if rest.is_empty() && new.is_none() {
                members.remove(name);
            } else {
                let inner = members.get(name).cloned().unwrap_or(Value::Null);
                members.insert(name.clone(), with(&inner, rest, new));
            }
        }
        (Step::Item(at), Value::Array(items)) => {
            if let Some(item) = items.get_mut(*at) {
                *item = with(item, rest, new);
            }
        }
        _ => {}
    }
    value
}

/// The JSON pointer of a place.
pub(super) fn pointer(path: &[Step]) -> String {
    let mut pointer = String::new();
    for step in path {
        let _ = match step {
            Step::Member(name) => {
                write!(pointer, "/{}", name.replace('~', "~0").replace('/', "~1"))
            }
            Step::Item(at) => write!(pointer, "/{at}"),
        };
    }
    pointer
}

/// The place as people write it: `to[0].ring`.
pub(super) fn dotted(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        let _ = match step {
            Step::Member(name) if text.is_empty() => write!(text, "{name}"),
            Step::Member(name) => write!(text, ".{name}"),
            Step::Item(at) => write!(text, "[{at}]"),
        };
    }
    text
}

/// One value as a list of itself; a list as it is.
pub(super) fn list(value: &mut Value) {
    if !value.is_array() {
        *value = Value::Array(vec![value.take()]);
    }
}

/// A text as an object with one member; anything else as it is.
pub(super) fn wrap(value: &mut Value, member: &str) {
    if value.is_string() {
        let text = value.take();
        let mut members = Map::new();
        members.insert(member.to_owned(), text);
        *value = Value::Object(members);
    }
}

/// The members of an object, to change.
pub(super) fn members(value: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    value.as_object_mut().into_iter().flatten()
}

/// The items of an array, to change.
pub(super) fn items(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_array_mut().into_iter().flatten()
}
