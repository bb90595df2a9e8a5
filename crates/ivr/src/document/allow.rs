use std::borrow::Cow;

use describe::{Definitions, Document, Findings, Rule, TextError, mismatch};
use serde_json::json;

use crate::diagnostic::{Code, Severity};
use crate::source::{Kind, Value};

/// A warning of the check that is meant so.
pub(crate) struct Allowed;

/// Every warning there is.
fn warnings() -> impl Iterator<Item = Code> {
    Code::ALL
        .iter()
        .copied()
        .filter(|code| code.severity() == Severity::Warning)
}

impl Document<Code> for Allowed {
    fn expected(_: &Rule) -> Cow<'static, str> {
        "the code of a warning, like \"no-person\"".into()
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Code> {
        let Kind::Text(written) = &value.kind else {
            return mismatch(value, findings, &Self::expected(rule));
        };
        let code = Code::ALL.iter().find(|code| code.name() == written);
        let fault = match code {
            Some(code) if code.severity() == Severity::Warning => return Some(*code),
            Some(_) => TextError::new(
                Code::OutOfRange,
                format!("`{written}` is an error: only warnings can be meant so"),
            ),
            None => {
                let message = format!("there is no finding called `{written}`");
                TextError::new(Code::OutOfRange, message).near(written, warnings().map(Code::name))
            }
        };
        fault.note(value.at, findings);
        None
    }

    fn schema(definitions: &mut Definitions, _: &Rule) -> serde_json::Value {
        definitions.define::<Self>("allowed", |_| {
            let codes: Vec<&str> = warnings().map(Code::name).collect();
            json!({ "enum": codes, "description": "A warning of the check that is meant so." })
        })
    }
}
