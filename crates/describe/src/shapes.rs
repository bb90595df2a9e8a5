//! How the common kinds of values are written.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde_json::json;

use crate::definitions::{Definitions, insert};
use crate::diagnostic::{Code, Findings};
use crate::document::{Document, mismatch};
use crate::rule::Rule;
use crate::source::{self, Kind, Value};
use crate::text::{TextError, words};

impl Document for bool {
    fn expected(_: &Rule) -> Cow<'static, str> {
        "true or false".into()
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Self> {
        match value.kind {
            Kind::Bool(yes) => Some(yes),
            _ => mismatch(value, findings, &Self::expected(rule)),
        }
    }

    fn schema(_: &mut Definitions, _: &Rule) -> serde_json::Value {
        json!({ "type": "boolean" })
    }
}

impl Document for String {
    fn expected(_: &Rule) -> Cow<'static, str> {
        "text".into()
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Self> {
        match &value.kind {
            Kind::Text(text) => Some(text.clone().into_owned()),
            _ => mismatch(value, findings, &Self::expected(rule)),
        }
    }

    fn schema(_: &mut Definitions, _: &Rule) -> serde_json::Value {
        json!({ "type": "string" })
    }
}

/// A number within the rule's range. Whole ones have no range but their type's when the rule
/// has none.
fn number(
    value: &Value<'_>,
    expected: &str,
    findings: &mut Findings<'_>,
    fits: impl FnOnce(f64) -> bool,
) -> Option<f64> {
    let Kind::Number(written) = value.kind else {
        return mismatch(value, findings, expected);
    };
    let number = source::number(written).filter(|number| fits(*number));
    if number.is_none() {
        findings.note(
            Code::OutOfRange,
            value,
            format!("expected {expected}, found {written}"),
        );
    }
    number
}

fn between(what: &str, (low, high): (f64, f64)) -> Cow<'static, str> {
    let [low, high] = [low, high].map(source::decimal);
    format!("{what} from {low} to {high}").into()
}

/// Bounds as a schema writes them: a whole bound as an integer.
fn bounds(kind: &str, (low, high): (f64, f64)) -> serde_json::Value {
    #[allow(clippy::cast_possible_truncation)]
    let bound = |bound: f64| {
        if bound.fract() == 0.0 {
            json!(bound as i64)
        } else {
            json!(bound)
        }
    };
    json!({ "type": kind, "minimum": bound(low), "maximum": bound(high) })
}

macro_rules! whole {
    ($($type:ty),*) => {$(
        impl Document for $type {
            fn expected(rule: &Rule) -> Cow<'static, str> {
                between("a whole number", rule.range.unwrap_or((<$type>::MIN.into(), <$type>::MAX.into())))
            }

            fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Self> {
                let (low, high) = rule.range.unwrap_or((<$type>::MIN.into(), <$type>::MAX.into()));
                let number = number(value, &Self::expected(rule), findings, |number| {
                    number.fract() == 0.0 && (low..=high).contains(&number)
                })?;
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                Some(number as $type)
            }

            fn schema(_: &mut Definitions, rule: &Rule) -> serde_json::Value {
                bounds("integer", rule.range.unwrap_or((<$type>::MIN.into(), <$type>::MAX.into())))
            }
        }
    )*};
}

whole!(u8, u16, u32);

impl Document for f64 {
    fn expected(rule: &Rule) -> Cow<'static, str> {
        match rule.range {
            Some(range) => between("a number", range),
            None => "a number".into(),
        }
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Self> {
        number(value, &Self::expected(rule), findings, |number| {
            rule.range
                .is_none_or(|(low, high)| (low..=high).contains(&number))
        })
    }

    fn schema(_: &mut Definitions, rule: &Rule) -> serde_json::Value {
        match rule.range {
            Some(range) => bounds("number", range),
            None => json!({ "type": "number" }),
        }
    }
}

impl<T, D: Document<T>> Document<Option<T>> for Option<D> {
    fn expected(rule: &Rule) -> Cow<'static, str> {
        D::expected(rule)
    }

    fn absent() -> Option<Option<T>> {
        Some(None)
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Option<T>> {
        D::read(value, rule, findings).map(Some)
    }

    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value {
        D::schema(definitions, rule)
    }
}

/// The items of a list; all are read even when one is wrong.
fn items<T, D: Document<T>>(
    value: &Value<'_>,
    items: &[Value<'_>],
    rule: &Rule,
    findings: &mut Findings<'_>,
) -> Option<Vec<T>> {
    let item_rule = rule.item();
    let mut all = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let length = findings.enter(&index.to_string());
        all.extend(D::read(item, &item_rule, findings));
        findings.leave(length);
    }
    if let Some((low, high)) = rule.items
        && !(low..=high).contains(&items.len())
    {
        findings.note(
            Code::OutOfRange,
            value,
            if high == usize::MAX {
                format!("expected {}, found nothing", D::expected(&item_rule))
            } else {
                format!("expected {low} to {high}, found {}", items.len())
            },
        );
        return None;
    }
    (all.len() == items.len()).then_some(all)
}

fn list_schema(item: serde_json::Value, rule: &Rule) -> serde_json::Value {
    let mut schema = json!({ "type": "array", "items": item });
    if let Some((low, high)) = rule.items {
        insert(&mut schema, "minItems", low);
        if high < usize::MAX {
            insert(&mut schema, "maxItems", high);
        }
    }
    schema
}

/// A list whose items are all read. It must be written.
impl<T, D: Document<T>> Document<Vec<T>> for Vec<D> {
    fn expected(rule: &Rule) -> Cow<'static, str> {
        format!("a list, each item {}", D::expected(&rule.item())).into()
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Vec<T>> {
        match &value.kind {
            Kind::List(list) => items::<T, D>(value, list, rule, findings),
            _ => mismatch(value, findings, &Self::expected(rule)),
        }
    }

    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value {
        list_schema(D::schema(definitions, &rule.item()), rule)
    }
}

/// A list, or one value that stands for a list of one. Not written, it is empty.
pub struct OneOrMore<D>(PhantomData<D>);

/// Reads a list, or one value that stands for a list of one.
pub fn one_or_more<T, D: Document<T>>(
    value: &Value<'_>,
    rule: &Rule,
    findings: &mut Findings<'_>,
) -> Option<Vec<T>> {
    match &value.kind {
        Kind::List(list) => items::<T, D>(value, list, rule, findings),
        _ => D::read(value, &rule.item(), findings).map(|one| vec![one]),
    }
}

impl<T, D: Document<T>> Document<Vec<T>> for OneOrMore<D> {
    const MISSING: Code = D::MISSING;

    fn expected(rule: &Rule) -> Cow<'static, str> {
        D::expected(&rule.item())
    }

    fn absent() -> Option<Vec<T>> {
        Some(Vec::new())
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Vec<T>> {
        one_or_more::<T, D>(value, rule, findings)
    }

    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value {
        let item = D::schema(definitions, &rule.item());
        json!({ "anyOf": [item.clone(), list_schema(item, rule)] })
    }
}

/// `false`, `true` for what is customary, or an object that says more.
pub struct OnOff<D>(PhantomData<D>);

impl<T: Default, D: Document<T>> Document<Option<T>> for OnOff<D> {
    fn expected(rule: &Rule) -> Cow<'static, str> {
        format!("true, false, or {}", D::expected(rule)).into()
    }

    fn absent() -> Option<Option<T>> {
        Some(None)
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Option<T>> {
        match &value.kind {
            Kind::Bool(yes) => Some(yes.then(T::default)),
            Kind::Object(_) => D::read(value, rule, findings).map(Some),
            _ => mismatch(value, findings, &Self::expected(rule)),
        }
    }

    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value {
        json!({ "anyOf": [{ "type": "boolean" }, D::schema(definitions, rule)] })
    }
}

/// Any JSON, kept in its canonical form; with `OBJECT`, an object.
pub struct Canonical<const OBJECT: bool>;

impl<const OBJECT: bool> Document<String> for Canonical<OBJECT> {
    fn expected(_: &Rule) -> Cow<'static, str> {
        if OBJECT { "an object" } else { "JSON" }.into()
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<String> {
        if OBJECT && !matches!(value.kind, Kind::Object(_)) {
            return mismatch(value, findings, &Self::expected(rule));
        }
        let mut canonical = String::new();
        source::canonical(value, &mut canonical);
        Some(canonical)
    }

    fn schema(_: &mut Definitions, _: &Rule) -> serde_json::Value {
        if OBJECT {
            json!({ "type": "object" })
        } else {
            json!({})
        }
    }
}

/// A type whose values are a few words.
pub trait Words: Sized + 'static {
    /// The words, as they are written.
    const WORDS: &'static [&'static str];

    /// The word of this value.
    fn word(&self) -> &'static str;
}

/// Which of a few words a text is; notes when it is none. For the code of the derive macro.
#[doc(hidden)]
pub fn word(
    value: &Value<'_>,
    findings: &mut Findings<'_>,
    names: &[&'static str],
) -> Option<usize> {
    let Kind::Text(written) = &value.kind else {
        return mismatch(value, findings, &words(names.iter().copied()));
    };
    let found = names.iter().position(|name| name == written);
    if found.is_none() {
        let expected = words(names.iter().copied());
        TextError::new(
            Code::OutOfRange,
            format!("expected {expected}, found `{written}`"),
        )
        .near(written, names.iter().copied())
        .note(value.at, findings);
    }
    found
}
