//! From a tree of JSON to typed documents, noting everything that is wrong on
//! the way instead of stopping at the first.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use crate::diagnostic::{Code, Findings, nearest};
use crate::source::{Kind, Member, Value};

/// A type a document may hold.
pub trait Decode: Sized {
    /// What a reader is told to write, as in "expected …".
    const EXPECTED: &'static str;

    /// Reads the value; `None` when that failed, after noting why.
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self>;
}

macro_rules! described {
    ($($document:ty),*) => {$(
        impl Decode for $document {
            const EXPECTED: &'static str = "";
            fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
                <Self as describe::Document>::read(value, &describe::Rule::NONE, findings)
            }
        }
    )*};
}

described!(
    crate::document::Calendar,
    crate::document::List,
    crate::document::NumberEntry,
    crate::document::Numbers
);

/// Notes that a value is of another kind than expected.
pub fn mismatch<T>(value: &Value<'_>, findings: &mut Findings<'_>, expected: &str) -> Option<T> {
    findings.note(
        Code::WrongType,
        value,
        format!("expected {expected}, found {}", value.noun()),
    );
    None
}

impl Decode for bool {
    const EXPECTED: &'static str = "true or false";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        match value.kind {
            Kind::Bool(yes) => Some(yes),
            _ => mismatch(value, findings, Self::EXPECTED),
        }
    }
}

impl Decode for String {
    const EXPECTED: &'static str = "text";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        text(value, findings, Self::EXPECTED).map(str::to_owned)
    }
}

/// The text of a string value.
pub fn text<'v>(
    value: &'v Value<'_>,
    findings: &mut Findings<'_>,
    expected: &str,
) -> Option<&'v str> {
    match &value.kind {
        Kind::Text(text) => Some(text),
        _ => mismatch(value, findings, expected),
    }
}

/// A list, or one value that stands for a list of one.
pub fn one_or_more<T: Decode>(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Vec<T>> {
    match &value.kind {
        Kind::List(items) => list(items, findings),
        _ => T::decode(value, findings).map(|one| vec![one]),
    }
}

/// The items of a list; all are read even when one is wrong.
fn list<T: Decode>(items: &[Value<'_>], findings: &mut Findings<'_>) -> Option<Vec<T>> {
    let mut all = Some(Vec::with_capacity(items.len()));
    for (index, item) in items.iter().enumerate() {
        let read = findings.within(&index.to_string(), |findings| T::decode(item, findings));
        all = all.zip(read).map(|(mut all, one)| {
            all.push(one);
            all
        });
    }
    all
}

/// An object while its fields are read, each by its name.
pub struct Fields<'v, 's, 'f, 'd> {
    at: &'v Value<'s>,
    members: &'v [Member<'s>],
    asked: Vec<&'static str>,
    /// Where findings go.
    pub findings: &'f mut Findings<'d>,
    sound: bool,
}

impl<'v, 's, 'f, 'd> Fields<'v, 's, 'f, 'd> {
    /// Begins; notes a finding when the value is no object.
    pub fn new(
        value: &'v Value<'s>,
        findings: &'f mut Findings<'d>,
        expected: &str,
    ) -> Option<Self> {
        let Kind::Object(members) = &value.kind else {
            return mismatch(value, findings, expected);
        };
        let mut keys = BTreeSet::new();
        for member in members {
            if !keys.insert(member.key.as_ref()) {
                findings.within(&member.key, |findings| {
                    findings.note_at(
                        Code::DuplicateKey,
                        member.at,
                        format!("`{}` is written twice", member.key),
                    );
                });
            }
        }
        Some(Self {
            at: value,
            members,
            asked: Vec::new(),
            findings,
            sound: true,
        })
    }

    /// The member as it is written.
    pub fn raw(&mut self, name: &'static str) -> Option<&'v Value<'s>> {
        self.ask(name);
        self.members
            .iter()
            .find(|member| member.key == name)
            .map(|member| &member.value)
    }

    /// Remembers that there is a field of this name.
    fn ask(&mut self, name: &'static str) {
        if !self.asked.contains(&name) {
            self.asked.push(name);
        }
    }

    /// Whether the field is written.
    pub fn has(&self, name: &str) -> bool {
        self.members.iter().any(|member| member.key == name)
    }

    /// Reads a field with a function; `None` when it is absent or wrong.
    pub fn with<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'v Value<'s>, &mut Findings<'d>) -> Option<T>,
    ) -> Option<T> {
        let value = self.raw(name)?;
        let result = self.findings.within(name, |findings| read(value, findings));
        self.sound &= result.is_some();
        result
    }

    /// A field that may be left out.
    pub fn optional<T: Decode>(&mut self, name: &'static str) -> Option<T> {
        self.with(name, |value, findings| T::decode(value, findings))
    }

    /// A field that must be there.
    pub fn required<T: Decode>(&mut self, name: &'static str) -> Option<T> {
        if !self.has(name) {
            self.missing(Code::MissingField, name, T::EXPECTED);
        }
        self.optional(name)
    }

    /// An exit the node cannot do without.
    pub fn exit<T: Decode>(&mut self, name: &'static str) -> Option<T> {
        if !self.has(name) {
            self.missing(Code::MissingExit, name, T::EXPECTED);
        }
        self.optional(name)
    }

    /// Notes that a field is missing.
    pub fn missing(&mut self, code: Code, name: &'static str, expected: &str) {
        self.ask(name);
        self.sound = false;
        self.findings.note(
            code,
            self.at,
            format!("`{name}` is missing: expected {expected}"),
        );
    }

    /// Notes something about the object as a whole, and that it cannot be used.
    pub fn refuse(&mut self, code: Code, message: impl Into<String>) {
        self.sound = false;
        self.findings.note(code, self.at, message);
    }

    /// A whole number within a range.
    pub fn whole(&mut self, name: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        self.with(name, |value, findings| {
            let (low, high) = (*range.start(), *range.end());
            let expected = format!("a whole number from {low} to {high}");
            let Kind::Number(written) = value.kind else {
                return mismatch(value, findings, &expected);
            };
            let number = crate::source::number(written).unwrap_or(f64::NAN);
            #[allow(clippy::cast_possible_truncation)]
            let whole = number as i64;
            if number.fract() == 0.0 && range.contains(&whole) {
                return Some(whole);
            }
            findings.note(
                Code::OutOfRange,
                value,
                format!("expected {expected}, found {written}"),
            );
            None
        })
    }

    /// A number within a range.
    pub fn number(&mut self, name: &'static str, range: RangeInclusive<f64>) -> Option<f64> {
        self.with(name, |value, findings| {
            let [low, high] = [range.start(), range.end()].map(|end| crate::source::decimal(*end));
            let expected = format!("a number from {low} to {high}");
            let Kind::Number(written) = value.kind else {
                return mismatch(value, findings, &expected);
            };
            match crate::source::number(written) {
                Some(number) if range.contains(&number) => Some(number),
                _ => {
                    findings.note(
                        Code::OutOfRange,
                        value,
                        format!("expected {expected}, found {written}"),
                    );
                    None
                }
            }
        })
    }

    /// One of a few words.
    pub fn word<T: Copy>(&mut self, name: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        self.with(name, |value, findings| word(value, findings, words))
    }

    /// A list whose items are all read.
    pub fn list<T: Decode>(&mut self, name: &'static str) -> Option<Vec<T>> {
        self.with(name, |value, findings| match &value.kind {
            Kind::List(items) => list(items, findings),
            _ => mismatch(
                value,
                findings,
                &format!("a list, each item {}", T::EXPECTED),
            ),
        })
    }

    /// A list, or one value that stands for a list of one.
    pub fn one_or_more<T: Decode>(&mut self, name: &'static str) -> Option<Vec<T>> {
        self.with(name, |value, findings| one_or_more(value, findings))
    }

    /// Notes fields nobody asked for. `Some` when every field could be used.
    pub fn finish(self) -> Option<()> {
        for member in self.members {
            if self.asked.contains(&member.key.as_ref()) {
                continue;
            }
            self.findings.within(&member.key, |findings| {
                findings.note_at(
                    Code::UnknownField,
                    member.at,
                    format!("there is no field `{}` here", member.key),
                );
                match nearest(&member.key, self.asked.iter().copied()) {
                    Some(name) => findings.help(format!("did you mean `{name}`?")),
                    None => findings.help(format!(
                        "the fields are {}",
                        words(self.asked.iter().copied())
                    )),
                }
            });
        }
        self.sound.then_some(())
    }
}

/// One of a few words.
pub fn word<T: Copy>(
    value: &Value<'_>,
    findings: &mut Findings<'_>,
    choices: &[(&'static str, T)],
) -> Option<T> {
    let names = || choices.iter().map(|(name, _)| *name);
    let written = text(value, findings, &words(names()))?;
    if let Some((_, found)) = choices.iter().find(|(name, _)| *name == written) {
        return Some(*found);
    }
    findings.note(
        Code::OutOfRange,
        value,
        format!("expected {}, found `{written}`", words(names())),
    );
    if let Some(name) = nearest(written, names()) {
        findings.help(format!("did you mean `{name}`?"));
    }
    None
}

/// `a`, `b` or `c`, each in backquotes.
pub fn words<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let quoted: Vec<Cow<'_, str>> = names.map(|name| Cow::Owned(format!("`{name}`"))).collect();
    match quoted.split_last() {
        Some((last, [])) => last.to_string(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

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

    /// Reads every member; `name` judges the keys and may normalise them.
    pub(crate) fn read(
        value: &Value<'_>,
        findings: &mut Findings<'_>,
        expected: &str,
        mut name: impl FnMut(&Member<'_>, &mut Findings<'_>) -> Option<String>,
    ) -> Option<Self>
    where
        T: Decode,
    {
        let Kind::Object(members) = &value.kind else {
            return mismatch(value, findings, expected);
        };
        let mut all = Vec::with_capacity(members.len());
        let mut sound = true;
        for member in members {
            findings.within(&member.key, |findings| {
                let key = name(member, findings);
                let read = T::decode(&member.value, findings);
                let (Some(key), Some(read)) = (key, read) else {
                    sound = false;
                    return;
                };
                all.push((key, read));
            });
        }
        // Sorted copies find a repeated key without comparing all with all.
        let mut keys: Vec<(&str, usize)> = members
            .iter()
            .map(|member| (member.key.as_ref(), member.at))
            .collect();
        keys.sort_unstable();
        for pair in keys.windows(2) {
            if let [(first, _), (second, at)] = pair
                && first == second
            {
                sound = false;
                findings.within(second, |findings| {
                    findings.note_at(
                        Code::DuplicateKey,
                        *at,
                        format!("`{second}` is written twice"),
                    );
                });
            }
        }
        sound.then_some(Self(all))
    }
}
