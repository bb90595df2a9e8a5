//! Replies of the older APIs, which say in the body whether they are refusals.

use serde_json::Value;

use crate::wire::member;

/// What the Numbers API says no with. Its status may be 200 all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{label} ({code})")]
pub struct RefusedError {
    /// `error-code`: `401`, `420`.
    pub code: String,
    /// `error-code-label`.
    pub label: String,
}

impl RefusedError {
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
