//! One change, and how differences become changes.

use serde::Serialize;
use serde_json::Value;

use super::tree::{Difference, Step, differences, dotted, pointer, with};

/// Something that changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// Where, as a JSON pointer into the document after the change, or into the one before it for
    /// what is gone. What may stand alone counts as a list of one.
    pub pointer: String,
    /// What, as a sentence.
    pub text: String,
}

impl Change {
    pub(super) fn at(path: &[&str], text: impl Into<String>) -> Self {
        Self::at_step(&steps(path), text)
    }

    pub(super) fn at_step(path: &[Step], text: impl Into<String>) -> Self {
        Self {
            pointer: pointer(path),
            text: text.into(),
        }
    }
}

/// Whether two documents of a kind read the same.
pub(super) fn same<T: ivr::Document + PartialEq>(one: &Value, other: &Value) -> bool {
    let read = |value: &Value| ivr::document::read::<T>("", value.to_string().as_bytes()).ok();
    match (read(one), read(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// The differences that mean something: those that alone make the document read otherwise. When
/// they do not make one document of the other, all.
pub(super) fn meant(
    was: &Value,
    is: &Value,
    same: impl Fn(&Value, &Value) -> bool,
) -> Vec<Difference> {
    if was == is || same(was, is) {
        return Vec::new();
    }
    let all = differences(was, is);
    let meant: Vec<Difference> = all
        .iter()
        .filter(|one| !same(was, &with(was, &one.path, one.is.as_ref())))
        .cloned()
        .collect();
    let reached = meant.iter().fold(was.clone(), |document, one| {
        with(&document, &one.path, one.is.as_ref())
    });
    if reached == *is || same(&reached, is) {
        meant
    } else {
        all
    }
}

/// The way through members of these names.
pub(super) fn steps(names: &[&str]) -> Vec<Step> {
    names
        .iter()
        .map(|name| Step::Member((*name).to_owned()))
        .collect()
}

/// A difference there is no sentence for.
pub(super) fn told_plainly(difference: &Difference, within: &[Step]) -> Change {
    let path = [within, &difference.path].concat();
    // A node is known by its name.
    let shown = match path.split_first() {
        Some((Step::Member(first), rest)) if first == "nodes" => dotted(rest),
        _ => dotted(&path),
    };
    let text = match (&difference.was, &difference.is) {
        (Some(was), Some(is)) => format!("`{shown}` is now {is}, not {was}."),
        (None, Some(is)) => format!("`{shown}` is now {is}; it was left out."),
        (Some(was), None) => format!("`{shown}` is left out now; it was {was}."),
        (None, None) => format!("`{shown}` is another."),
    };
    Change {
        pointer: pointer(&path),
        text,
    }
}

pub(super) fn told(differences: &[Difference], within: &[Step]) -> Vec<Change> {
    differences
        .iter()
        .map(|difference| told_plainly(difference, within))
        .collect()
}
