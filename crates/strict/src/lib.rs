#![doc = include_str!("../README.md")]

mod reader;

use std::cell::RefCell;

use serde::de::DeserializeOwned;

use reader::{Path, Strict};

/// Why a text is not what was expected.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{message}{place} (line {line}, column {column})")]
pub struct Error {
    message: String,
    place: String,
    /// The line, from 1 on.
    pub line: usize,
    /// The column in bytes, from 1 on.
    pub column: usize,
    /// The JSON pointer of the object or value the error is about; empty for the whole document.
    pub pointer: String,
}

/// Reads a document.
///
/// # Errors
/// It is not JSON, or not what `T` describes; see the crate's documentation.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let path = RefCell::new(Path::default());
    let mut json = serde_json::Deserializer::from_str(text);
    let read = T::deserialize(Strict::new(&mut json, &path)).and_then(|value| {
        json.end()?;
        Ok(value)
    });
    read.map_err(|error| {
        let pointer = path.borrow().pointer();
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let position = format!(" at line {line} column {column}");
        Error {
            message: text.strip_suffix(&position).unwrap_or(&text).to_owned(),
            place: match pointer.as_str() {
                "" => String::new(),
                pointer => format!(", at {pointer}"),
            },
            line,
            column,
            pointer,
        }
    })
}
