use std::borrow::Cow;

use serde_json::json;

use crate::definitions::Definitions;
use crate::diagnostic::{Code, Findings, nearest};
use crate::document::{Document, mismatch};
use crate::rule::Rule;
use crate::source::{Kind, Value};

/// A form of text, such as a time of day or a telephone number.
///
/// The pattern is the part of the form a JSON Schema can say; [`Text::parse`] decides.
pub trait Text {
    /// What the text becomes.
    type Value;
    /// The name among the definitions of the schema; empty when each place has its own copy.
    const NAME: &'static str;
    /// What the text is, for a person who writes one.
    const DESCRIPTION: &'static str;
    /// What a person is told to write, as in "expected …".
    const EXPECTED: &'static str;
    /// A regular expression of ECMA-262 every such text matches; empty when there is none.
    const PATTERN: &'static str = "";
    /// A regular expression of ECMA-262 no such text matches; empty when there is none.
    const NOT: &'static str = "";
    /// A format of JSON Schema, such as `date`; empty when there is none.
    const FORMAT: &'static str = "";
    /// Texts of this form.
    const EXAMPLES: &'static [&'static str] = &[];
    /// The code of a required field of this form that is missing.
    const MISSING: Code = Code::MissingField;

    /// Reads the text.
    ///
    /// # Errors
    /// What is wrong with it.
    fn parse(written: &str) -> Result<Self::Value, TextError>;
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextError {
    /// The kind of finding.
    pub code: Code,
    /// What is wrong, and what was expected.
    pub message: String,
    /// How to put it right, when that can be told.
    pub help: Option<String>,
}

impl TextError {
    /// A fault without advice.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            help: None,
        }
    }

    /// The same fault with advice.
    #[must_use]
    pub fn with_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// Advice to write the nearest of the names, if one is near.
    #[must_use]
    pub fn near<'n>(self, written: &str, names: impl IntoIterator<Item = &'n str>) -> Self {
        let help = nearest(written, names).map(did_you_mean);
        self.with_help(help)
    }

    /// Notes the fault at a byte of the document.
    pub fn note(self, at: usize, findings: &mut Findings<'_>) {
        findings.note_at(self.code, at, self.message);
        if let Some(help) = self.help {
            findings.help(help);
        }
    }
}

impl<X: Text> Document<X::Value> for X {
    const MISSING: Code = X::MISSING;

    fn expected(_: &Rule) -> Cow<'static, str> {
        X::EXPECTED.into()
    }

    fn read(value: &Value<'_>, _: &Rule, findings: &mut Findings<'_>) -> Option<X::Value> {
        let Kind::Text(written) = &value.kind else {
            return mismatch(value, findings, X::EXPECTED);
        };
        match X::parse(written) {
            Ok(read) => Some(read),
            Err(fault) => {
                fault.note(value.at, findings);
                None
            }
        }
    }

    fn schema(definitions: &mut Definitions, _: &Rule) -> serde_json::Value {
        let schema = || {
            let mut schema = json!({ "type": "string" });
            for (rule, holds) in [
                ("description", X::DESCRIPTION),
                ("pattern", X::PATTERN),
                ("format", X::FORMAT),
            ] {
                if !holds.is_empty() {
                    crate::definitions::insert(&mut schema, rule, holds);
                }
            }
            if !X::NOT.is_empty() {
                crate::definitions::insert(&mut schema, "not", json!({ "pattern": X::NOT }));
            }
            if !X::EXAMPLES.is_empty() {
                crate::definitions::insert(&mut schema, "examples", X::EXAMPLES);
            }
            schema
        };
        if X::NAME.is_empty() {
            schema()
        } else {
            definitions.define::<X>(X::NAME, |_| schema())
        }
    }
}

pub(crate) fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

/// `a`, `b` or `c`, each in backquotes.
pub fn words<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
