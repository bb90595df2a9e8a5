//! One text or several.

use std::borrow::Cow;

use describe::source::{Kind, Value};
use describe::{Definitions, Document, Findings, Rule, mismatch};
use serde_json::json;

/// One text or several.
#[derive(Debug, Clone, Default)]
pub enum Words {
    /// None.
    #[default]
    None,
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Words {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list().is_empty()
    }

    /// As a list.
    #[must_use]
    pub fn list(&self) -> Vec<&str> {
        match self {
            Self::None => Vec::new(),
            Self::One(one) => vec![one],
            Self::Many(many) => many.iter().map(String::as_str).collect(),
        }
    }
}

impl Document for Words {
    fn expected(_: &Rule) -> Cow<'static, str> {
        "words, or a list of them".into()
    }

    fn absent() -> Option<Self> {
        Some(Self::None)
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Self> {
        match &value.kind {
            Kind::Text(text) => Some(Self::One(text.clone().into_owned())),
            Kind::List(_) => <Vec<String>>::read(value, rule, findings).map(Self::Many),
            _ => mismatch(value, findings, &Self::expected(rule)),
        }
    }

    fn schema(_: &mut Definitions, _: &Rule) -> serde_json::Value {
        json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] })
    }
}
