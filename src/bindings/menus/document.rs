//! A document ready to run, and why there is none.

use std::sync::Arc;

use api::Reason;
use ivr::document::{self, Calendar, List, NumberEntry};
use ivr::{Compiled, Diagnostic};

/// Why a caller does not get what the operator meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    /// A code of the reasons page.
    pub cause: Reason,
    /// What is wrong, and where.
    pub detail: String,
}

/// A document ready to run.
#[derive(Clone)]
pub(super) enum Document {
    Number(Arc<NumberEntry>),
    Menu(Arc<Compiled>),
    Calendar(Arc<Calendar>),
    List(Arc<List>),
}

impl Document {
    /// Reads the text under a key of `MENUS`.
    pub(super) fn read(key: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let json = text.as_bytes();
        let (kind, id) = key.split_once(':').unwrap_or((key, ""));
        Ok(match kind {
            "number" => Self::Number(Arc::new(document::read(key, json)?)),
            "calendar" => Self::Calendar(Arc::new(document::read(key, json)?)),
            "list" => Self::List(Arc::new(document::read(key, json)?)),
            _ => Self::Menu(Arc::new(Compiled::compile(id, json)?)),
        })
    }
}

/// The text under `key` is no document.
pub(super) fn broken(key: &str, found: &[Diagnostic]) -> DocumentError {
    let mut detail = key.to_owned();
    match found.split_first() {
        Some((first, rest)) => {
            detail.push_str(": ");
            detail.push_str(&first.to_string());
            if !rest.is_empty() {
                detail.push_str(&[" (and ", &rest.len().to_string(), " more)"].concat());
            }
        }
        None => detail.push_str(" cannot be read"),
    }
    DocumentError {
        cause: Reason::DocumentBroken,
        detail,
    }
}
