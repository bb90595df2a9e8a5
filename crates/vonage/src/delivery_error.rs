//! The one error of reading: bytes that are not what their content type says.

use std::fmt;

/// Why a delivery could not be read at all. Odd, missing and unknown fields never are a reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({place})")]
pub struct DeliveryError {
    /// What is wrong.
    pub kind: DeliveryErrorKind,
    /// Where.
    pub place: Place,
    /// One sentence for a log. Holds none of the content: it might be a secret.
    pub message: &'static str,
}

/// What is wrong with a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeliveryErrorKind {
    /// A JSON body was promised and nothing came.
    Empty,
    /// The body is not UTF-8.
    NotUtf8,
    /// The body is not JSON.
    NotJson,
    /// The body is JSON, but not an object.
    NotObject,
    /// Objects or lists are nested more than 128 deep.
    TooDeep,
    /// The query or form holds a blank or control character, has no `name=value` at all, or is a
    /// JSON document.
    NotForm,
}

impl DeliveryErrorKind {
    /// A stable name for logs and counters.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty_body",
            Self::NotUtf8 => "not_utf8",
            Self::NotJson => "not_json",
            Self::NotObject => "not_an_object",
            Self::TooDeep => "too_deep",
            Self::NotForm => "not_a_form",
        }
    }
}

/// Where in a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the body.
    Body {
        /// Bytes from its start.
        offset: usize,
        /// From 1.
        line: usize,
        /// In bytes, from 1.
        column: usize,
    },
    /// In the query.
    Query {
        /// Bytes from its start, the `?` not counted.
        offset: usize,
    },
}

impl Place {
    /// The place of a byte in a body.
    pub(crate) fn body(body: &[u8], offset: usize) -> Self {
        let before = body.get(..offset).unwrap_or(body);
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before
            .iter()
            .rev()
            .take_while(|byte| **byte != b'\n')
            .count()
            + 1;
        Self::Body {
            offset,
            line,
            column,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body { line, column, .. } => write!(f, "body, line {line}, column {column}"),
            Self::Query { offset } => write!(f, "query, byte {offset}"),
        }
    }
}
