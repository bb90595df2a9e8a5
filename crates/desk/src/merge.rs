//! Two changes of one document, made apart, brought together.
//!
//! What only one side changed is taken over, member by member. What both changed, each otherwise,
//! collides: their version stays, and the place is told. The result is their text with my changes
//! made to it, so all they wrote and I left alone stays as they wrote it.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::Role;
use crate::diff::{self, Change};
use crate::edit::{self, EditError};

/// What came of bringing two changes together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Merged {
    /// Their text with my changes, but for those that collide.
    pub text: String,
    /// What both changed, each otherwise.
    pub collisions: Vec<Collision>,
}

/// A place that both changed, each otherwise. No place lies within another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Collision {
    /// The place, as a JSON pointer.
    pub pointer: String,
    /// My value, as JSON; absent when I took it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mine: Option<String>,
    /// Their value, as JSON; absent when they took it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theirs: Option<String>,
    /// What I changed there, in sentences.
    pub mine_says: Vec<String>,
    /// What they changed there, in sentences.
    pub theirs_says: Vec<String>,
}

/// Why two changes cannot be brought together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{which} is not JSON: {why}")]
pub struct MergeError {
    /// Which of the texts it is: `the common one`, `yours`, `theirs`.
    pub which: &'static str,
    /// What is wrong with it.
    pub why: String,
}

/// Brings what changed from `base` to `mine` and from `base` to `theirs` together.
///
/// # Errors
/// When one of the texts is not JSON.
pub fn merge(role: &Role, base: &str, mine: &str, theirs: &str) -> Result<Merged, MergeError> {
    let trees = (
        read("the common one", base)?,
        read("yours", mine)?,
        read("theirs", theirs)?,
    );
    let mut found = Found::default();
    compare(
        &mut found,
        "",
        Some(&trees.0),
        Some(&trees.1),
        Some(&trees.2),
    );
    let mut text = theirs.to_owned();
    for (pointer, value) in &found.edits {
        let value = value.as_ref().map(Value::to_string);
        // The places lie side by side in their text, so each is there.
        text = take_mine(&text, pointer, value.as_deref()).unwrap_or(text);
    }
    let said = |after: &str| diff::changes(role, base, after).unwrap_or_default();
    let (mine_said, theirs_said) = (said(mine), said(theirs));
    let collisions = found
        .collisions
        .into_iter()
        .map(|(pointer, mine, theirs)| Collision {
            mine: mine.map(|value| value.to_string()),
            theirs: theirs.map(|value| value.to_string()),
            mine_says: about(&mine_said, &pointer),
            theirs_says: about(&theirs_said, &pointer),
            pointer,
        })
        .collect();
    Ok(Merged { text, collisions })
}

/// The merged text with my side of a collision in the place of theirs: `mine` as JSON, or nothing
/// there.
///
/// # Errors
/// When the text is not JSON, or has no such place.
pub fn take_mine(text: &str, pointer: &str, mine: Option<&str>) -> Result<String, EditError> {
    match mine {
        Some(value) => edit::set(text, pointer, value),
        None => edit::remove(text, pointer),
    }
}

fn read(which: &'static str, text: &str) -> Result<Value, MergeError> {
    // As the editor reads it, so that a member given twice is refused here as well.
    describe::source::parse(text).map_err(|error| MergeError {
        which,
        why: error.message,
    })?;
    serde_json::from_str(text).map_err(|error| MergeError {
        which,
        why: error.to_string(),
    })
}

/// The sentences about a place, about what it holds, or about what holds it.
fn about(said: &[Change], pointer: &str) -> Vec<String> {
    let within = |inner: &str, outer: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    said.iter()
        .filter(|change| within(&change.pointer, pointer) || within(pointer, &change.pointer))
        .map(|change| change.text.clone())
        .collect()
}

#[derive(Debug, Default)]
struct Found {
    /// What only I changed: the place and its value, or nothing when I took it out.
    edits: Vec<(String, Option<Value>)>,
    /// What both changed: the place, my value and theirs.
    collisions: Vec<(String, Option<Value>, Option<Value>)>,
}

fn compare(
    found: &mut Found,
    at: &str,
    base: Option<&Value>,
    mine: Option<&Value>,
    theirs: Option<&Value>,
) {
    if mine == theirs || mine == base {
        return;
    }
    if theirs == base {
        found.edits.push((at.to_owned(), mine.cloned()));
        return;
    }
    match (base, mine, theirs) {
        (Some(Value::Object(base)), Some(Value::Object(mine)), Some(Value::Object(theirs)))
            if one_kind(base, mine, theirs) =>
        {
            let mut names = BTreeSet::<&String>::new();
            names.extend(base.keys().chain(mine.keys()));
            for name in names {
                let mut inner = at.to_owned();
                describe::source::push_token(&mut inner, name);
                compare(
                    found,
                    &inner,
                    base.get(name),
                    mine.get(name),
                    theirs.get(name),
                );
            }
        }
        (Some(Value::Array(base)), Some(Value::Array(mine)), Some(Value::Array(theirs)))
            if base.len() == mine.len() && base.len() == theirs.len() =>
        {
            let items = base.iter().zip(mine).zip(theirs).enumerate();
            for (index, ((base, mine), theirs)) in items {
                let inner = format!("{at}/{index}");
                compare(found, &inner, Some(base), Some(mine), Some(theirs));
            }
        }
        _ => {
            let collision = (at.to_owned(), mine.cloned(), theirs.cloned());
            found.collisions.push(collision);
        }
    }
}

/// Whether the three are of one kind: the fields of a node mean something only with its kind.
fn one_kind(
    base: &Map<String, Value>,
    mine: &Map<String, Value>,
    theirs: &Map<String, Value>,
) -> bool {
    let kind = base.get("kind");
    mine.get("kind") == kind && theirs.get("kind") == kind
}

#[cfg(test)]
mod tests;
