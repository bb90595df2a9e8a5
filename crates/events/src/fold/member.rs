//! Members of `data` as values.

use serde_json::Value;

use crate::event::Event;

/// A text or number of `data` as text; Vonage writes numbers both ways.
pub(super) fn scalar(event: &Event, name: &str) -> Option<String> {
    match event.data.get(name)? {
        Value::String(text) => {
            let text = text.trim();
            (!text.is_empty() && text != "null").then(|| text.to_owned())
        }
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The whole part of a number.
pub(super) fn whole(text: &str) -> Option<u64> {
    text.split('.').next()?.parse().ok()
}
