use std::borrow::Cow;

use describe::{Definitions, Document, Rule};
use serde_json::json;

use crate::decode::{Decode, Fields, text};
use crate::diagnostic::{Code, Findings, Severity, nearest};
use crate::source::Value;

/// A warning of the check that is meant so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowed(pub Code);

/// Every warning there is.
fn warnings() -> impl Iterator<Item = Code> {
    Code::ALL
        .iter()
        .copied()
        .filter(|code| code.severity() == Severity::Warning)
}

impl Document for Allowed {
    fn expected(_: &Rule) -> Cow<'static, str> {
        <Self as Decode>::EXPECTED.into()
    }

    fn read(value: &Value<'_>, _: &Rule, findings: &mut Findings<'_>) -> Option<Self> {
        <Self as Decode>::decode(value, findings)
    }

    fn schema(definitions: &mut Definitions, _: &Rule) -> serde_json::Value {
        definitions.define::<Self>("allowed", |_| {
            let codes: Vec<&str> = warnings().map(Code::name).collect();
            json!({ "enum": codes, "description": "A warning of the check that is meant so." })
        })
    }
}

impl Decode for Allowed {
    const EXPECTED: &'static str = "the code of a warning, like \"no-person\"";

    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let written = text(value, findings, Self::EXPECTED)?;
        let code = Code::ALL.iter().find(|code| code.name() == written);
        match code {
            Some(code) if code.severity() == Severity::Warning => return Some(Self(*code)),
            Some(_) => findings.note(
                Code::OutOfRange,
                value,
                format!("`{written}` is an error: only warnings can be meant so"),
            ),
            None => {
                let message = format!("there is no finding called `{written}`");
                findings.note(Code::OutOfRange, value, message);
                if let Some(near) = nearest(written, warnings().map(Code::name)) {
                    findings.help(format!("did you mean `{near}`?"));
                }
            }
        }
        None
    }
}

/// The warnings that a menu or a node says are meant so.
pub(super) fn allow(fields: &mut Fields<'_, '_, '_, '_>) -> Vec<Code> {
    let allowed = fields.list::<Allowed>("allow").unwrap_or_default();
    allowed.into_iter().map(|Allowed(code)| code).collect()
}
