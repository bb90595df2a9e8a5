//! Between the browser's values and ours.

use ivr::{Diagnostic, Severity};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tsify::{Ts, Tsify};
use wasm_bindgen::JsError;

/// Sentences.
#[derive(Debug, Serialize, Tsify)]
pub struct Texts {
    /// Each.
    pub all: Vec<String>,
}

/// What a finding means.
#[derive(Debug, Serialize, Tsify)]
pub struct Explained {
    /// In a few words.
    pub title: String,
    /// What a caller or an operator would live through.
    pub why: String,
    /// JSON with the fault.
    pub example: String,
    /// How to put it right.
    pub cure: String,
}

/// A document of a folder.
#[derive(Debug, Deserialize, Tsify)]
pub struct File {
    /// `acme.json`, `office.calendar.json`, …
    pub name: String,
    /// The JSON.
    pub text: String,
}

/// The documents of a folder.
#[derive(Debug, Deserialize, Tsify)]
pub struct Files {
    /// Each.
    pub files: Vec<File>,
}

/// Something that is wrong with a document.
#[derive(Debug, Serialize, Tsify)]
pub struct Finding {
    /// The stable name of the kind.
    pub code: String,
    /// It refuses the document.
    pub error: bool,
    /// The file it is in.
    pub file: String,
    /// JSON pointer into it.
    pub pointer: String,
    /// From 1.
    pub line: u32,
    /// In UTF-16, from the beginning of the text.
    pub at: usize,
    /// What is wrong.
    pub message: String,
    /// How to put it right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// For a trap: what leads a caller there.
    pub path: Vec<String>,
}

/// What is wrong with the documents of a folder.
#[derive(Debug, Serialize, Tsify)]
pub struct Findings {
    /// Each, in the order of the files.
    pub all: Vec<Finding>,
}

impl Finding {
    pub(crate) fn of(found: Diagnostic, text: &str) -> Self {
        Self {
            at: offset(text, found.line, found.column),
            code: found.code.name().to_owned(),
            error: found.severity == Severity::Error,
            file: found.file,
            pointer: found.pointer,
            line: found.line,
            message: found.message,
            help: found.help,
            path: found.path,
        }
    }
}

/// The place of a line and a column, in UTF-16.
fn offset(text: &str, line: u32, column: u32) -> usize {
    let line = usize::try_from(line).unwrap_or(1).max(1) - 1;
    let column = usize::try_from(column).unwrap_or(1).max(1) - 1;
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines.by_ref().take(line).map(utf16).sum();
    let here = lines.next().unwrap_or_default();
    before
        + here
            .chars()
            .take(column)
            .map(char::len_utf16)
            .sum::<usize>()
}

fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The byte of a place counted in UTF-16.
pub(crate) fn to_bytes(text: &str, at: usize) -> usize {
    let mut seen = 0;
    for (byte, letter) in text.char_indices() {
        if seen >= at {
            return byte;
        }
        seen += letter.len_utf16();
    }
    text.len()
}

/// The place in UTF-16 of a byte.
pub(crate) fn to_utf16(text: &str, at: usize) -> usize {
    let before = text.char_indices().take_while(|(byte, _)| *byte < at);
    before.map(|(_, letter)| letter.len_utf16()).sum()
}

pub(crate) fn texts(all: Vec<String>) -> Result<Ts<Texts>, JsError> {
    Ok(Texts { all }.into_ts()?)
}

pub(crate) fn failed(why: String) -> JsError {
    JsError::new(&why)
}

pub(crate) fn instant(text: &str) -> Result<Timestamp, JsError> {
    ivr::calendar::instant(text)
        .map_err(|_| failed(format!("{text:?} is not an instant (RFC 3339)")))
}
