//! Refusals, as problem details (RFC 9457), and what the check finds.

use serde::{Deserialize, Serialize};

/// Why a request was refused: problem details of RFC 9457.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Problem {
    /// What is wrong, in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What to do.
    pub detail: String,
}

/// Why a document was refused: the check found errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Refusal {
    /// What is wrong, in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What to do.
    pub detail: String,
    /// What the check found.
    pub findings: Vec<Finding>,
}

/// Why a change was refused: somebody else made one first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Conflict {
    /// What is wrong, in a few words.
    pub title: String,
    /// The HTTP status, 412.
    pub status: u16,
    /// What to do.
    pub detail: String,
    /// What is there now: the version in force, or when the draft was saved. Null when nothing is
    /// there, or what is no JSON.
    pub current: Option<String>,
}

/// What is wrong with some files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Findings {
    /// Errors and warnings, file by file.
    pub findings: Vec<Finding>,
}

/// One thing that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The file.
    pub file: String,
    /// The line, from 1 on.
    #[cfg_attr(feature = "openapi", schemars(range(min = 1)))]
    pub line: u32,
    /// The column in characters, from 1 on.
    #[cfg_attr(feature = "openapi", schemars(range(min = 1)))]
    pub column: u32,
    /// The JSON pointer of the place; empty for the whole document.
    pub pointer: String,
    /// How much it matters.
    pub severity: Severity,
    /// Which finding it is: `ivr explain` tells of each.
    pub code: String,
    /// What is wrong, and what was expected.
    pub message: String,
    /// How to put it right, when there is more to say than the message does.
    pub help: Option<String>,
    /// For a trap: the keys and events that lead a caller there.
    pub path: Vec<String>,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The document cannot be put in force.
    Error,
    /// It can, and somebody should look at it.
    Warning,
}

impl From<&ivr::Diagnostic> for Finding {
    fn from(found: &ivr::Diagnostic) -> Self {
        Self {
            file: found.file.clone(),
            line: found.line,
            column: found.column,
            pointer: found.pointer.clone(),
            severity: match found.severity {
                ivr::Severity::Error => Severity::Error,
                ivr::Severity::Warning => Severity::Warning,
            },
            code: found.code.name().to_owned(),
            message: found.message.clone(),
            help: found.help.clone(),
            path: found.path.clone(),
        }
    }
}
