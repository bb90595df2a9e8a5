use std::borrow::Cow;

use crate::definitions::Definitions;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::rule::Rule;
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
