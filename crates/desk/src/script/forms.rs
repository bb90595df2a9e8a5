//! The forms of values that call scripts have and other documents have not.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use describe::source::{Kind, Value, canonical};
use describe::{Code, Definitions, Document, Findings, Rule, Text, TextError, mismatch, words};
use serde_json::json;

use super::outcome::OUTCOMES;

/// An instant of RFC 3339.
pub struct Instant;

impl Text for Instant {
    type Value = jiff::Timestamp;
    const NAME: &'static str = "";
    const DESCRIPTION: &'static str = "An instant of RFC 3339.";
    const EXPECTED: &'static str = "an instant, like \"2026-11-21T18:00:00Z\"";
    const FORMAT: &'static str = "date-time";

    fn parse(written: &str) -> Result<Self::Value, TextError> {
        ivr::calendar::instant(written).map_err(|_| {
            let message = format!("expected {}, found `{written}`", Self::EXPECTED);
            TextError::new(Code::BadTime, message)
        })
    }
}

/// Keys a caller presses one after the other.
pub struct Keys;

impl Text for Keys {
    type Value = String;
    const NAME: &'static str = "pressed";
    const DESCRIPTION: &'static str = "Keys of a telephone: 0-9, * and #.";
    const EXPECTED: &'static str = "keys of a telephone: 0-9, `*` and `#`";
    const PATTERN: &'static str = "^[0-9*#]+$";
    const EXAMPLES: &'static [&'static str] = &["1", "1234#"];

    fn parse(written: &str) -> Result<String, TextError> {
        let is_key = |key: char| matches!(key, '0'..='9' | '*' | '#');
        if !written.is_empty() && written.chars().all(is_key) {
            return Ok(written.to_owned());
        }
        let message = format!("a telephone has no keys `{written}`: expected 0-9, `*` and `#`");
        Err(TextError::new(Code::BadKeys, message))
    }
}

/// Where a caller is: a node, or a node of another menu.
pub struct At;

impl Text for At {
    type Value = String;
    const NAME: &'static str = "at";
    const DESCRIPTION: &'static str = "A node: `main`, or `other/main` in another menu.";
    const EXPECTED: &'static str = "the id of a node, like `main`, or `other/main` in another menu";
    const PATTERN: &'static str = "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40})?$";
    const EXAMPLES: &'static [&'static str] = &["main", "other/main"];

    fn parse(written: &str) -> Result<String, TextError> {
        let (first, rest) = written.split_once('/').unwrap_or((written, "x"));
        if ivr::document::is_name(first) && ivr::document::is_name(rest) {
            return Ok(written.to_owned());
        }
        let message = format!("`{written}` is not {}", Self::EXPECTED);
        Err(TextError::new(Code::BadName, message))
    }
}

/// How a call ends.
pub struct Outcome;

impl Document<String> for Outcome {
    fn expected(_: &Rule) -> Cow<'static, str> {
        words(OUTCOMES).into()
    }

    fn read(value: &Value<'_>, _: &Rule, findings: &mut Findings<'_>) -> Option<String> {
        describe::derived::word(value, findings, &OUTCOMES)
            .and_then(|index| OUTCOMES.get(index))
            .map(|word| (*word).to_owned())
    }

    fn schema(_: &mut Definitions, _: &Rule) -> serde_json::Value {
        json!({ "enum": OUTCOMES })
    }
}

/// A caller: a number or a name; `null` has none.
pub struct Caller;

impl Document<Option<String>> for Caller {
    fn expected(_: &Rule) -> Cow<'static, str> {
        "a number, or null for a caller without one".into()
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Option<String>> {
        match &value.kind {
            Kind::Null => Some(None),
            Kind::Text(text) => Some(Some(text.clone().into_owned())),
            _ => mismatch(value, findings, &Self::expected(rule)),
        }
    }

    fn schema(_: &mut Definitions, _: &Rule) -> serde_json::Value {
        json!({ "type": ["string", "null"] })
    }
}

/// Any JSON.
pub struct Json;

impl Document<serde_json::Value> for Json {
    fn expected(_: &Rule) -> Cow<'static, str> {
        "JSON".into()
    }

    fn absent() -> Option<serde_json::Value> {
        Some(serde_json::Value::Null)
    }

    fn read(
        value: &Value<'_>,
        rule: &Rule,
        findings: &mut Findings<'_>,
    ) -> Option<serde_json::Value> {
        let mut text = String::new();
        canonical(value, &mut text);
        match serde_json::from_str(&text) {
            Ok(json) => Some(json),
            Err(_) => mismatch(value, findings, &Self::expected(rule)),
        }
    }

    fn schema(_: &mut Definitions, _: &Rule) -> serde_json::Value {
        json!({})
    }
}

/// An object whose keys are free; when it is not written, it is empty.
pub struct Names<D>(PhantomData<D>);

impl<T, D: Document<T>> Document<BTreeMap<String, T>> for Names<D> {
    fn expected(rule: &Rule) -> Cow<'static, str> {
        format!("an object, each member {}", D::expected(&rule.item())).into()
    }

    fn absent() -> Option<BTreeMap<String, T>> {
        Some(BTreeMap::new())
    }

    fn read(
        value: &Value<'_>,
        rule: &Rule,
        findings: &mut Findings<'_>,
    ) -> Option<BTreeMap<String, T>> {
        let Kind::Object(members) = &value.kind else {
            return mismatch(value, findings, &Self::expected(rule));
        };
        let mut all = BTreeMap::new();
        let mut sound = true;
        for member in members {
            findings.within(&member.key, |findings| {
                match D::read(&member.value, &rule.item(), findings) {
                    Some(read) => {
                        if all.insert(member.key.to_string(), read).is_some() {
                            sound = false;
                            let message = format!("`{}` is written twice", member.key);
                            findings.note_at(Code::DuplicateKey, member.at, message);
                        }
                    }
                    None => sound = false,
                }
            });
        }
        sound.then_some(all)
    }

    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value {
        let item = D::schema(definitions, &rule.item());
        json!({ "type": "object", "additionalProperties": item })
    }
}
