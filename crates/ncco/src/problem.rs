//! Why a value cannot be understood.

use crate::code::Code;

/// Why a value cannot be understood, and where below the value it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub code: Code,
    /// JSON pointer relative to the value that was looked at.
    pub pointer: String,
    pub message: String,
}

impl Problem {
    #[inline(never)]
    pub fn new(code: Code, message: &str) -> Self {
        Self {
            code,
            pointer: String::new(),
            message: message.to_owned(),
        }
    }

    /// A value of another type.
    pub fn expected(what: &str) -> Self {
        Self::new(Code::WrongType, &["expected ", what].concat())
    }

    /// A required member that is not there.
    pub fn missing(key: &str) -> Self {
        Self::new(Code::MissingMember, &["`", key, "` is required"].concat()).below(key)
    }

    /// The same problem, seen from the object or array that holds the value.
    #[inline(never)]
    pub fn below(mut self, key: &str) -> Self {
        self.pointer.insert_str(0, &pointer_token(key));
        self
    }
}

/// One step of a JSON pointer (RFC 6901), with its leading slash.
pub(crate) fn pointer_token(key: &str) -> String {
    let mut token = String::with_capacity(key.len() + 1);
    token.push('/');
    for character in key.chars() {
        match character {
            '~' => token.push_str("~0"),
            '/' => token.push_str("~1"),
            other => token.push(other),
        }
    }
    token
}
