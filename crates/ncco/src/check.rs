//! Collects findings while an NCCO is validated.

use serde_json::{Map, Value};

use crate::code::Code;
use crate::expected::Field;
use crate::finding::Finding;
use crate::problem::{Problem, pointer_token};
use crate::word::Word;

/// Collects findings about one object.
pub(crate) struct Check<'a> {
    at: String,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Check<'a> {
    pub fn new(at: String, findings: &'a mut Vec<Finding>) -> Self {
        Self { at, findings }
    }

    /// The same list of findings, one object further down.
    #[inline(never)]
    pub fn below(&mut self, key: &str) -> Check<'_> {
        Check {
            at: [self.at.as_str(), &pointer_token(key)].concat(),
            findings: self.findings,
        }
    }

    /// Reports something about this object itself.
    pub fn here(&mut self, code: Code, message: impl Into<String>) {
        self.findings.push(Finding {
            code,
            pointer: self.at.clone(),
            message: message.into(),
            help: code.cure(),
        });
    }

    /// Reports something about a member.
    #[inline(never)]
    pub fn member(&mut self, key: &str, code: Code, message: impl Into<String>) {
        self.below(key).here(code, message);
    }

    #[inline(never)]
    pub fn problem(&mut self, problem: Problem) {
        self.findings.push(Finding {
            code: problem.code,
            pointer: [self.at.as_str(), &problem.pointer].concat(),
            message: problem.message,
            help: problem.code.cure(),
        });
    }

    /// `range` says the bounds and the unit: "0 to 10 seconds".
    #[inline(never)]
    pub fn count(&mut self, key: &str, value: Option<u32>, min: u32, max: u32, range: &str) {
        if value.is_some_and(|value| !(min..=max).contains(&value)) {
            self.range(key, range);
        }
    }

    #[inline(never)]
    pub fn decimal(&mut self, key: &str, value: Option<f64>, min: f64, max: f64, range: &str) {
        if value.is_some_and(|value| !(min..=max).contains(&value)) {
            self.range(key, range);
        }
    }

    #[inline(never)]
    fn range(&mut self, key: &str, range: &str) {
        self.member(key, Code::OutOfRange, ["must be ", range].concat());
    }

    pub fn word<T: Word>(&mut self, key: &str, value: Option<&T>) {
        if let Some(value) = value.filter(|value| !value.is_known()) {
            let message = ["expected ", T::EXPECTED, ", found `", value.as_word(), "`"].concat();
            self.member(key, Code::UnknownValue, message);
        }
    }

    /// A string that must not be empty.
    #[inline(never)]
    pub fn filled(&mut self, key: &str, value: &str) {
        if value.is_empty() {
            self.member(key, Code::EmptyValue, "must not be empty");
        }
    }

    /// An absolute http or https URL.
    #[inline(never)]
    pub fn url(&mut self, key: &str, value: Option<&str>) {
        if value.is_some_and(|value| !has_scheme(value, &["https://", "http://"])) {
            self.member(key, Code::BadUrl, "expected an http or https URL");
        }
    }

    /// The same for members that are arrays of one on the wire.
    #[inline(never)]
    pub fn one_url(&mut self, key: &str, value: Option<&str>) {
        self.below(key).url("0", value);
    }

    /// Reports members that are unknown or could not be understood.
    #[inline(never)]
    pub fn extra(&mut self, extra: &Map<String, Value>, fields: &[Field]) {
        for (key, value) in extra {
            if key.starts_with('_') {
                continue;
            }
            let field = fields
                .iter()
                .find(|field| field.keys.contains(&key.as_str()));
            match field {
                None => self.member(key, Code::UnknownMember, "unknown member, it has no effect"),
                Some(_) if value.is_null() => {}
                Some(field) => match field.expected.problem(value) {
                    Some(problem) => self.problem(problem.below(key)),
                    None => {
                        self.member(key, Code::DuplicateMember, "this member is given twice");
                    }
                },
            }
        }
    }
}

/// Whether `value` begins with one of the schemes and has something after it,
/// without blanks or control characters.
pub(crate) fn has_scheme(value: &str, schemes: &[&str]) -> bool {
    schemes.iter().any(|scheme| {
        value
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && value.len() > scheme.len()
    }) && !value
        .chars()
        .any(|character| character.is_whitespace() || character.is_control())
}

/// Whether a text is a number that can be called or shown: E.164 without the plus sign, 7 to 15
/// digits.
///
/// ```
/// assert!(ncco::is_number("447700900001"));
/// assert!(!ncco::is_number("+447700900001"));
/// ```
#[must_use]
pub fn is_number(value: &str) -> bool {
    (7..=15).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit())
}
