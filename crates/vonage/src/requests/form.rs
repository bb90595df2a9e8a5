//! Bodies of the older APIs: `application/x-www-form-urlencoded`, and replies that say in the body
//! whether they are refusals.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::wire::member;

const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The parameters as a body.
pub(super) fn encode(parameters: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = parameters
        .iter()
        .map(|(name, value)| {
            let value = utf8_percent_encode(value, ENCODED);
            format!("{name}={value}")
        })
        .collect();
    pairs.join("&")
}

/// What the Numbers API says no with. Its status may be 200 all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// `error-code`: `401`, `420`.
    pub code: String,
    /// `error-code-label`.
    pub label: String,
}

impl Refused {
    /// Reads a reply; `None` when it is no refusal.
    #[must_use]
    pub fn read(reply: &[u8]) -> Option<Self> {
        let reply: Value = serde_json::from_slice(reply).ok()?;
        let fields = reply.as_object()?;
        let text = |name| match member(fields, &[name]) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let code = text("error-code");
        (!code.is_empty() && code != "200").then(|| Self {
            code,
            label: text("error-code-label"),
        })
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.label, self.code)
    }
}
