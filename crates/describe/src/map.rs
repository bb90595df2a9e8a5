use std::borrow::Cow;
use std::marker::PhantomData;

use serde_json::json;

use crate::definitions::Definitions;
use crate::diagnostic::{Code, Findings};
use crate::document::{Document, mismatch};
use crate::fields::note_duplicates;
use crate::rule::Rule;
use crate::source::{Kind, Member, Value};
use crate::text::{Text, TextError};

/// An object whose keys are names, in the order they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map<T>(pub Vec<(String, T)>);

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Map<T> {
    /// The value with this name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// Names and values in the order they are written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| key.as_str())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a key of a [`Map`] may be. Every [`Text`] that gives a `String` is a key.
pub trait Key {
    /// The key as it is kept.
    ///
    /// # Errors
    /// Why it is none.
    fn parse(written: &str) -> Result<String, TextError>;

    /// The schema of the keys.
    fn schema(definitions: &mut Definitions) -> serde_json::Value;
}

impl<X: Text<Value = String>> Key for X {
    fn parse(written: &str) -> Result<String, TextError> {
        X::parse(written)
    }

    fn schema(definitions: &mut Definitions) -> serde_json::Value {
        <X as Document<String>>::schema(definitions, &Rule::NONE)
    }
}

/// An object of free names: `K` says what a name is, `D` what each value is.
pub struct Named<K, D>(PhantomData<(K, D)>);

impl<K, D> Named<K, D> {
    /// Reads every member. A repeated key, or a key that is no name, is noted.
    pub fn members<T>(
        members: &[Member<'_>],
        rule: &Rule,
        findings: &mut Findings<'_>,
    ) -> Option<Map<T>>
    where
        K: Key,
        D: Document<T>,
    {
        let rule = rule.item();
        let mut all = Vec::with_capacity(members.len());
        let mut sound = true;
        for member in members {
            let length = findings.enter(&member.key);
            let key = K::parse(&member.key);
            let read = D::read(&member.value, &rule, findings);
            match (key, read) {
                (Ok(key), Some(read)) => all.push((key, read)),
                (Err(fault), _) => {
                    sound = false;
                    fault.note(member.at, findings);
                }
                (Ok(_), None) => sound = false,
            }
            findings.leave(length);
        }
        sound &= !note_duplicates(members, findings);
        sound.then_some(Map(all))
    }
}

impl<T, K: Key, D: Document<T>> Document<Map<T>> for Named<K, D> {
    fn expected(rule: &Rule) -> Cow<'static, str> {
        match rule.expected {
            Some(expected) => expected.into(),
            None => format!("an object, each member {}", D::expected(&rule.item())).into(),
        }
    }

    fn absent() -> Option<Map<T>> {
        Some(Map::default())
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Map<T>> {
        let Kind::Object(members) = &value.kind else {
            return mismatch(value, findings, &Self::expected(rule));
        };
        let all = Self::members(members, rule, findings)?;
        if rule.items.is_some_and(|(low, _)| all.len() < low) {
            let code = if rule.exit {
                Code::MissingExit
            } else {
                Code::MissingField
            };
            findings.note(
                code,
                value,
                format!(
                    "`{}` is empty: expected {}",
                    rule.name,
                    Self::expected(rule)
                ),
            );
            return None;
        }
        Some(all)
    }

    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value {
        let mut schema = json!({
            "type": "object",
            "propertyNames": K::schema(definitions),
            "additionalProperties": D::schema(definitions, &rule.item())
        });
        if let Some((low, _)) = rule.items {
            crate::definitions::insert(&mut schema, "minProperties", low);
        }
        schema
    }
}
