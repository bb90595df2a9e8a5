//! A JSON value that remembers where it stands.

use std::borrow::Cow;

/// A JSON value and the byte it begins at.
#[derive(Debug, Clone)]
pub struct Value<'s> {
    /// Offset of the first byte.
    pub at: usize,
    /// What it holds.
    pub kind: Kind<'s>,
}

/// What a JSON value holds.
#[derive(Debug, Clone)]
pub enum Kind<'s> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// The number as it is written.
    Number(&'s str),
    /// A string, unescaped.
    Text(Cow<'s, str>),
    /// An array.
    List(Vec<Value<'s>>),
    /// An object, its members in the order they are written.
    Object(Vec<Member<'s>>),
}

/// One `"key": value` of an object.
#[derive(Debug, Clone)]
pub struct Member<'s> {
    /// Offset of the key's opening quote.
    pub at: usize,
    /// The key, unescaped.
    pub key: Cow<'s, str>,
    /// The value.
    pub value: Value<'s>,
}

impl<'s> Value<'s> {
    /// The member of an object with this key.
    pub fn get(&self, key: &str) -> Option<&Member<'s>> {
        match &self.kind {
            Kind::Object(members) => members.iter().find(|member| member.key == key),
            _ => None,
        }
    }

    /// Where the value a JSON pointer names begins, or the nearest one above it.
    pub fn nearest(&self, pointer: &str) -> usize {
        self.existing(pointer).0
    }

    /// Where that value begins, and how much of the pointer leads to it.
    pub fn existing(&self, pointer: &str) -> (usize, usize) {
        let mut here = self;
        let mut length = 0;
        for token in pointer.split('/').skip(1) {
            match here.step(token) {
                Some(value) => here = value,
                None => break,
            }
            length += 1 + token.len();
        }
        (here.at, length)
    }

    fn step(&self, token: &str) -> Option<&Value<'s>> {
        match &self.kind {
            Kind::Object(_) if token.contains('~') => self
                .get(&token.replace("~1", "/").replace("~0", "~"))
                .map(|member| &member.value),
            Kind::Object(_) => self.get(token).map(|member| &member.value),
            Kind::List(items) => token
                .parse::<usize>()
                .ok()
                .and_then(|index| items.get(index)),
            _ => None,
        }
    }

    /// What kind of value it is, in words.
    pub fn noun(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "true or false",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Object(_) => "an object",
        }
    }
}
