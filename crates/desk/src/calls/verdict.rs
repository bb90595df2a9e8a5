//! What came of a case.

use ivr::Trace;
use serde::Serialize;

use crate::script::Case;

/// What came of one case.
#[derive(Debug, Clone, Serialize)]
pub struct Verdict {
    /// The file.
    pub file: String,
    /// The case.
    pub name: String,
    /// The first thing that was wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<Wrong>,
    /// Why it was not played at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    /// What happened, line by line.
    pub transcript: Vec<String>,
    /// What became of the call.
    pub outcome: String,
    /// Every move through the menu, when it ran here.
    #[serde(skip)]
    pub moves: Vec<Trace>,
}

impl Verdict {
    /// Whether everything was as expected.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.wrong.is_none()
    }

    /// A case that was not played, and why.
    #[must_use]
    pub fn skipped(file: &str, case: &Case, why: impl Into<String>) -> Self {
        Self {
            skipped: Some(why.into()),
            ..Self::blank(file, case)
        }
    }

    /// Nothing came of it yet.
    pub(super) fn blank(file: &str, case: &Case) -> Self {
        Self {
            file: file.to_owned(),
            name: case.name.clone(),
            wrong: None,
            skipped: None,
            transcript: Vec::new(),
            outcome: String::new(),
            moves: Vec::new(),
        }
    }
}

/// Something that was not as expected.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct Wrong {
    /// The step, from 1; `None` is the end.
    pub step: Option<usize>,
    /// What was expected.
    pub expected: String,
    /// What there was instead.
    pub found: String,
}
