use std::borrow::Cow;

use describe::{
    Canonical, Code, Definitions, Document, Fields, Findings, Map, Named, Rule, Text, TextError,
    mismatch,
};
use serde_json::json;

use crate::document::forms::{CalendarName, Headers, VariableName};
use crate::document::{Case, Subject, Target, Test, case};
use crate::source::{Kind, Value};

/// `hours`: open or closed by a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Document)]
#[document(expected = "an `hours` node")]
pub struct Hours {
    /// The calendar's id.
    #[document(as = CalendarName)]
    pub calendar: String,
    /// Within opening hours.
    pub open: Target,
    /// Outside them.
    pub closed: Target,
    /// On a day with a name, outside its hours; `closed` when left out.
    pub holiday: Option<Target>,
    /// While an override holds; `open` or `closed`, whichever it says, when left out.
    #[document(name = "override")]
    pub overridden: Option<Target>,
}

/// `switch`: the way depends on the caller.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(expected = "a `switch` node", check = Switch::can_be_met)]
pub struct Switch {
    /// What is looked at: `caller`, `called`, `country`, `sip:<header>`, `var.<name>` or
    /// `lookup.<name>`.
    #[document(default = Subject::Caller, shown = "caller")]
    pub on: Subject,
    /// Tried in order; the first that fits.
    #[document(exit, expected = "a list of cases")]
    pub cases: Vec<Case>,
    /// When none fits.
    pub otherwise: Target,
}

impl Switch {
    fn can_be_met(fields: &mut Fields<'_, '_>) {
        let cases: Vec<Case> = fields.peek("cases").unwrap_or_default();
        let on = fields.peek("on").unwrap_or(Subject::Caller);
        case::possible(&on, &cases, fields);
        let percent: f64 = cases
            .iter()
            .map(|case| match case.test {
                Test::Percent(share) => share,
                _ => 0.0,
            })
            .sum();
        if percent > 100.0 {
            let percent = crate::source::decimal(percent);
            let message = format!("the `percent` cases add up to {percent}: expected at most 100");
            fields.refuse(Code::OutOfRange, message);
        }
    }
}

/// `lookup`: another system is asked.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(
    expected = "a `lookup` node",
    check = Lookup::posts_its_body,
    also = || json!({
        "if": { "required": ["body"] },
        "then": { "required": ["method"], "properties": { "method": { "const": "POST" } } }
    })
)]
pub struct Lookup {
    /// Where. Placeholders are filled in, but not in the host.
    #[document(as = LookupUrl)]
    pub url: String,
    /// How.
    #[document(default = Method::Get, shown = "GET")]
    pub method: Method,
    /// Headers to send, with placeholders.
    #[document(as = Headers, expected = "an object of texts")]
    pub headers: Map<String>,
    /// JSON to send, with placeholders in its texts. Needs POST.
    #[document(as = Option<Canonical<false>>)]
    pub body: Option<String>,
    /// Milliseconds until the caller goes on without an answer.
    #[document(range = 100..=2000, default = 1000)]
    pub deadline_ms: u16,
    /// Where the answer goes: a name, for `{{lookup.<name>}}`; or names with JSON pointers into the
    /// answer.
    #[document(
        as = AnswerInto,
        default = LookupBinding::Nothing,
        examples = ["account", { "balance": "/account/balance" }]
    )]
    pub into: LookupBinding,
    /// With an answer (status 200 to 299).
    pub then: Target,
    /// Without one.
    pub failed: Target,
}

impl Lookup {
    fn posts_its_body(fields: &mut Fields<'_, '_>) {
        if fields.has("body") && fields.peek("method") != Some(Method::Post) {
            fields.refuse(Code::Conflict, "a `body` needs `\"method\": \"POST\"`");
        }
    }
}

/// How a `lookup` asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Document)]
pub enum Method {
    /// GET
    #[default]
    #[document(name = "GET")]
    Get,
    /// POST
    #[document(name = "POST")]
    Post,
}

/// Where an answer goes.
#[derive(Debug, Clone, PartialEq)]
pub enum LookupBinding {
    /// Nowhere: only whether it came counts.
    Nothing,
    /// `"into": "account"`: `{{lookup.account}}` is the answer when it is one
    /// value, `{{lookup.account.name}}` a member of it, and so on inwards. Only
    /// what this menu reads is kept; name the parts for another menu to read.
    Whole(String),
    /// `"into": { "balance": "/account/balance" }`: `{{lookup.balance}}` is what
    /// the JSON pointer names.
    Parts(Map<String>),
}

/// The address of a look-up: https, with a host that is written out.
struct LookupUrl;

impl Text for LookupUrl {
    type Value = String;
    const NAME: &'static str = "";
    const DESCRIPTION: &'static str = "";
    const EXPECTED: &'static str = "an address that begins with https://";
    const PATTERN: &'static str = "^https://[A-Za-z0-9.:-]+([/?#]|$)";

    fn parse(written: &str) -> Result<String, TextError> {
        let host = written
            .strip_prefix("https://")
            .and_then(|rest| rest.split(['/', '?', '#']).next())
            .unwrap_or_default();
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':');
        if !host.is_empty()
            && host.bytes().all(is_host)
            && written.bytes().all(|byte| (b' '..0x7f).contains(&byte))
        {
            return Ok(written.to_owned());
        }
        let message = format!(
            "`{written}` is not an address that begins with https:// and a host without placeholders"
        );
        Err(TextError::new(Code::BadAddress, message))
    }
}

/// A JSON pointer (RFC 6901).
struct Pointer;

impl Text for Pointer {
    type Value = String;
    const NAME: &'static str = "";
    const DESCRIPTION: &'static str = "";
    const EXPECTED: &'static str = "a JSON pointer, like \"/account/balance\"";
    const PATTERN: &'static str = "^(/|$)";

    fn parse(written: &str) -> Result<String, TextError> {
        if written.is_empty() || written.starts_with('/') {
            return Ok(written.to_owned());
        }
        let message = format!("`{written}` is not {}", Self::EXPECTED);
        Err(TextError::new(Code::OutOfRange, message))
    }
}

/// A name for the whole answer, or names with pointers for its parts.
struct AnswerInto;

/// Names with JSON pointers.
type Parts = Named<VariableName, Pointer>;

impl Document<LookupBinding> for AnswerInto {
    fn expected(_: &Rule) -> Cow<'static, str> {
        "a name, or an object like { \"balance\": \"/account/balance\" }".into()
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<LookupBinding> {
        match &value.kind {
            Kind::Text(_) => {
                <VariableName as Document<_>>::read(value, rule, findings).map(LookupBinding::Whole)
            }
            Kind::Object(_) => {
                <Parts as Document<_>>::read(value, rule, findings).map(LookupBinding::Parts)
            }
            _ => mismatch(value, findings, &Self::expected(rule)),
        }
    }

    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value {
        json!({ "anyOf": [
            <VariableName as Document<String>>::schema(definitions, rule),
            <Parts as Document<Map<String>>>::schema(definitions, rule)
        ] })
    }
}
