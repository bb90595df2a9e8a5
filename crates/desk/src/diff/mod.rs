//! What changes from one document to another, in sentences.
//!
//! Everything that means something else is told. Two documents are brought into one form
//! (`normal`), nodes with another name are found again (`rename`), and each place that differs
//! (`tree`) is told: in a sentence of its own where there is one (`menu`, `others`), or else as
//! "`node.field` is now …". So a field that is new to the language is told as well. What only
//! looks different, like a default that is written out, is found by reading both.

mod menu;
mod normal;
mod others;
mod rename;
mod tree;

use ivr::document::{Calendar, List, Menu, Numbers};
use ivr::{Code, Diagnostic};
use serde::Serialize;
use serde_json::Value;

use crate::Role;
use tree::{Difference, Step, differences, dotted, pointer, with};

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
    fn at(path: &[&str], text: impl Into<String>) -> Self {
        Self::at_step(&steps(path), text)
    }

    fn at_step(path: &[Step], text: impl Into<String>) -> Self {
        Self {
            pointer: pointer(path),
            text: text.into(),
        }
    }
}

/// What changes from one document of a kind to another.
///
/// # Errors
/// What is wrong with the first of them that cannot be read.
pub fn changes(role: &Role, before: &str, after: &str) -> Result<Vec<Change>, Vec<Diagnostic>> {
    readable(role, before)?;
    readable(role, after)?;
    let tree = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
    let before = normal::normal(role, tree(before));
    let after = normal::normal(role, tree(after));
    Ok(match role {
        Role::Menu(_) => menu::changes(&before, &after),
        Role::Calendar(_) => others::calendar(&before, &after),
        Role::List(_) => others::list(&before, &after),
        Role::Numbers => others::numbers(&before, &after),
        Role::Test(_) => others::script(&before, &after),
        Role::Other => told(&differences(&before, &after), &[]),
    })
}

/// A document that is whole on one side only, in words: `the calendar office`.
#[must_use]
pub fn document_words(role: &Role) -> String {
    match role {
        Role::Menu(id) => format!("the menu {id}"),
        Role::Calendar(id) => format!("the calendar {id}"),
        Role::List(id) => format!("the list {id}"),
        Role::Numbers => "the numbers".to_owned(),
        Role::Test(id) => format!("the call scripts of {id}"),
        Role::Other => "the file".to_owned(),
    }
}

/// What a document's file is called.
fn file_name(role: &Role) -> String {
    match role {
        Role::Menu(id) => format!("{id}.json"),
        Role::Calendar(id) => format!("{id}.calendar.json"),
        Role::List(id) => format!("{id}.list.json"),
        Role::Test(id) => format!("{id}.test.json"),
        Role::Numbers => "numbers.json".to_owned(),
        Role::Other => "the file".to_owned(),
    }
}

fn readable(role: &Role, text: &str) -> Result<(), Vec<Diagnostic>> {
    let bytes = text.as_bytes();
    match role {
        Role::Menu(_) => ivr::document::read::<Menu>(&file_name(role), bytes).map(drop),
        Role::Calendar(_) => ivr::document::read::<Calendar>(&file_name(role), bytes).map(drop),
        Role::List(_) => ivr::document::read::<List>(&file_name(role), bytes).map(drop),
        Role::Numbers => ivr::document::read::<Numbers>(&file_name(role), bytes).map(drop),
        Role::Test(_) | Role::Other => match ivr::source::parse(text) {
            Ok(_) => Ok(()),
            Err(error) => Err(vec![Diagnostic::at(
                &file_name(role),
                text,
                error.at,
                Code::Syntax,
                "",
                format!("this is not JSON: {}", error.message),
            )]),
        },
    }
}

/// Whether two documents of a kind read the same.
fn same<T: ivr::Document + PartialEq>(one: &Value, other: &Value) -> bool {
    let read = |value: &Value| ivr::document::read::<T>("", value.to_string().as_bytes()).ok();
    match (read(one), read(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// The differences that mean something: those that alone make the document read otherwise. When
/// they do not make one document of the other, all.
fn meant(was: &Value, is: &Value, same: impl Fn(&Value, &Value) -> bool) -> Vec<Difference> {
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
fn steps(names: &[&str]) -> Vec<Step> {
    names
        .iter()
        .map(|name| Step::Member((*name).to_owned()))
        .collect()
}

/// A difference there is no sentence for.
fn told_plainly(difference: &Difference, within: &[Step]) -> Change {
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

fn told(differences: &[Difference], within: &[Step]) -> Vec<Change> {
    differences
        .iter()
        .map(|difference| told_plainly(difference, within))
        .collect()
}

#[cfg(test)]
mod tests;
