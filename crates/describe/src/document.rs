use std::borrow::Cow;

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::schema::Definitions;
use crate::source::{self, Value};

/// How a `T` is written in a document: what reads it, and what its JSON Schema is.
///
/// A type usually describes itself (`T` is `Self`); a description of another type, such as
/// [`OneOrMore`](crate::OneOrMore) for a `Vec`, is named with `#[document(as = …)]`.
pub trait Document<T = Self> {
    /// The code of a required field of this type that is missing.
    const MISSING: Code = Code::MissingField;

    /// What a person is told to write, as in "expected …".
    fn expected(rule: &Rule) -> Cow<'static, str>;

    /// What a field counts as that is not written. `None`: it must be written.
    fn absent() -> Option<T> {
        None
    }

    /// Reads the value; `None` when that failed, after noting why.
    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<T>;

    /// The JSON Schema, or a reference to it in `definitions`.
    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value;
}

/// What a field's attributes say, beside what its type does.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The field's name.
    pub name: &'static str,
    /// The least and the greatest a number may be.
    pub range: Option<(f64, f64)>,
    /// How few and how many items a list or an object of names may have.
    pub items: Option<(usize, usize)>,
    /// Whether it must be written, even if its type says what it counts as otherwise.
    pub required: bool,
    /// Whether a caller leaves the node by this field.
    pub exit: bool,
    /// What a person is told to write when the field is missing, if other than what its type says.
    pub expected: Option<&'static str>,
}

impl Rule {
    /// A value without a field, such as a whole document or an item of a list.
    pub const NONE: Rule = Rule::named("");

    /// A field without attributes.
    pub const fn named(name: &'static str) -> Self {
        Self {
            name,
            range: None,
            items: None,
            required: false,
            exit: false,
            expected: None,
        }
    }

    /// The rule for an item of a list this rule stands for. A number's range is the item's,
    /// the count of items is not.
    #[must_use]
    pub fn item(&self) -> Self {
        Self {
            items: None,
            required: false,
            exit: false,
            expected: None,
            ..*self
        }
    }
}

/// Notes that a value is of another kind than expected.
pub fn mismatch<T>(value: &Value<'_>, findings: &mut Findings<'_>, expected: &str) -> Option<T> {
    findings.note(
        Code::WrongType,
        value,
        format!("expected {expected}, found {}", value.noun()),
    );
    None
}

/// Reads one document from its tree.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read<T: Document>(
    file: &str,
    text: &str,
    value: &source::Value<'_>,
) -> Result<T, Vec<Diagnostic>> {
    let mut findings = Findings::new(file, text);
    match T::read(value, &Rule::NONE, &mut findings) {
        Some(document) if findings.errors() == 0 => Ok(document),
        _ => Err(findings.into_found()),
    }
}
