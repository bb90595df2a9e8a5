//! An action of a call control object, as the engine writes it: canonical JSON.
//!
//! Read member by member: the reader of `ncco` takes every form that the platform takes and says
//! what is wrong with each other one. With it, and with a parser for SSML, the Worker was 21 KB
//! larger, compressed.

use serde_json::Value;

#[derive(Clone, Copy)]
pub(crate) struct Action<'a>(pub &'a Value);

impl<'a> Action<'a> {
    pub(crate) fn name(self) -> &'a str {
        self.text("action").unwrap_or_default()
    }

    /// A text; of a list of one its first.
    pub(crate) fn text(self, member: &str) -> Option<&'a str> {
        let value = self.0.get(member)?;
        value.get(0).unwrap_or(value).as_str()
    }

    pub(crate) fn number(self, member: &str) -> Option<f64> {
        self.0.get(member)?.as_f64()
    }

    pub(crate) fn is(self, member: &str) -> bool {
        self.0.get(member).and_then(Value::as_bool) == Some(true)
    }

    /// The texts of a list.
    pub(crate) fn texts(self, member: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let list = self.0.get(member).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str)
    }

    /// What stands under a member, with members of its own; of a list of one its first.
    pub(crate) fn below(self, member: &str) -> Self {
        match self.0.get(member) {
            Some(value) => Self(value.get(0).unwrap_or(value)),
            None => Self(&Value::Null),
        }
    }
}
