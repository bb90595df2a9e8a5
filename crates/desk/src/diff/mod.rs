//! What changes from one document to another, in sentences.
//!
//! Everything that means something else is told. Two documents are brought into one form
//! (`normal`), nodes with another name are found again (`rename`), and each place that differs
//! (`tree`) is told: in a sentence of its own where there is one (`menu`, `others`), or else as
//! "`node.field` is now …". So a field that is new to the language is told as well. What only
//! looks different, like a default that is written out, is found by reading both.

mod change;
mod menu;
mod normal;
mod others;
mod rename;
mod tree;

use ivr::document::{Calendar, List, Menu, Numbers};
use ivr::{Code, Diagnostic};
use serde_json::Value;

pub use change::Change;

use crate::Role;
use change::told;
use tree::differences;

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

#[cfg(test)]
mod tests;
