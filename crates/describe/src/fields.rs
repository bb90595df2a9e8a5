use crate::definitions::{Definitions, Variant};
use crate::diagnostic::{Code, Findings, nearest};
use crate::document::{Document, mismatch};
use crate::rule::Rule;
use crate::source::{Kind, Member, Value};
use crate::text::{did_you_mean, words};

/// A type that is written as an object, and can be a part of another object's fields.
pub trait Object: Sized {
    /// The name among the definitions of the schema.
    const NAME: &'static str;
    /// What it is, for a person who writes one.
    const DESCRIPTION: &'static str;
    /// What a person is told to write, as in "expected …".
    const EXPECTED: &'static str;
    /// The field a text stands for that is written in place of the object; empty when none may be.
    const SHORT: &'static str = "";

    /// Reads the fields; `None` when one is wrong or missing, after noting why.
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self>;

    /// The name of the first field.
    fn first() -> &'static str;

    /// Marks every field as known, whatever is written.
    fn know(fields: &mut Fields<'_, '_>);

    /// The fields of each form the object has, for schema, help, forms and completion.
    fn variants(definitions: &mut Definitions) -> Vec<Variant>;
}

impl<O: Object> Object for Box<O> {
    const NAME: &'static str = O::NAME;
    const DESCRIPTION: &'static str = O::DESCRIPTION;
    const EXPECTED: &'static str = O::EXPECTED;
    const SHORT: &'static str = O::SHORT;

    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        O::read(fields).map(Box::new)
    }

    fn first() -> &'static str {
        O::first()
    }

    fn know(fields: &mut Fields<'_, '_>) {
        O::know(fields);
    }

    fn variants(definitions: &mut Definitions) -> Vec<Variant> {
        O::variants(definitions)
    }
}

/// Reads an object, or the text that stands for one.
pub fn object<O: Object>(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<O> {
    match &value.kind {
        Kind::Object(members) => {
            note_duplicates(members, findings);
            let mut fields = Fields::new(value, members, false, findings);
            let read = O::read(&mut fields);
            fields.finish()?;
            read
        }
        Kind::Text(_) if !O::SHORT.is_empty() => {
            let member = [Member {
                at: value.at,
                key: O::SHORT.into(),
                value: value.clone(),
            }];
            let mut fields = Fields::new(value, &member, true, findings);
            let read = O::read(&mut fields);
            fields.finish()?;
            read
        }
        _ => mismatch(value, findings, O::EXPECTED),
    }
}

/// The names of an object's fields, those of every form it has. No schema is made for it.
#[must_use]
pub fn names<O: Object>() -> Vec<&'static str> {
    let nothing = Value {
        at: 0,
        kind: Kind::Object(Vec::new()),
    };
    let mut findings = Findings::new("", "");
    let mut fields = Fields::new(&nothing, &[], false, &mut findings);
    O::know(&mut fields);
    fields.known
}

/// Notes keys that are written twice; the places of the later ones.
pub(crate) fn note_duplicates(members: &[Member<'_>], findings: &mut Findings<'_>) -> bool {
    let mut keys: Vec<(&str, usize)> = members
        .iter()
        .map(|member| (member.key.as_ref(), member.at))
        .collect();
    keys.sort_unstable();
    let mut found = false;
    for pair in keys.windows(2) {
        if let [(first, _), (second, at)] = pair
            && first == second
        {
            found = true;
            findings.within(second, |findings| {
                findings.note_at(
                    Code::DuplicateKey,
                    *at,
                    format!("`{second}` is written twice"),
                );
            });
        }
    }
    found
}

/// An object while its fields are read, each by its name.
pub struct Fields<'v, 'd> {
    value: &'v Value<'v>,
    members: &'v [Member<'v>],
    known: Vec<&'static str>,
    /// Whether a text stands for the object: then its one field has no pointer of its own.
    short: bool,
    /// Where findings go.
    pub findings: &'v mut Findings<'d>,
    sound: bool,
    abandoned: bool,
}

impl<'v, 'd> Fields<'v, 'd> {
    fn new(
        value: &'v Value<'_>,
        members: &'v [Member<'_>],
        short: bool,
        findings: &'v mut Findings<'d>,
    ) -> Self {
        Self {
            value,
            members,
            known: Vec::with_capacity(16),
            short,
            findings,
            sound: true,
            abandoned: false,
        }
    }

    /// The value of a field as it is written.
    pub fn find(&self, name: &str) -> Option<&'v Value<'v>> {
        self.members
            .iter()
            .find(|member| member.key == name)
            .map(|member| &member.value)
    }

    /// Whether the field is written.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// What a field says, without noting what is wrong with it.
    pub fn peek<T: Document>(&self, name: &str) -> Option<T> {
        self.peek_as::<T, T>(name)
    }

    /// What a field says that is written in another way than its type says.
    pub fn peek_as<T, D: Document<T>>(&self, name: &str) -> Option<T> {
        D::read(self.find(name)?, &Rule::NONE, &mut Findings::new("", ""))
    }

    /// Marks a field as known, whatever it says.
    pub fn know(&mut self, name: &'static str) {
        if !self.known.contains(&name) {
            self.known.push(name);
        }
    }

    /// Reads a field, which must be there unless its type says what it counts as otherwise.
    pub fn read<T, D: Document<T>>(&mut self, rule: &Rule) -> Option<T> {
        match self.written::<T, D>(rule) {
            Some(read) => read,
            None => {
                let absent = D::absent().filter(|_| !rule.required);
                if absent.is_none() {
                    let code = if rule.exit {
                        Code::MissingExit
                    } else {
                        D::MISSING
                    };
                    match rule.expected {
                        Some(expected) => self.missing(code, rule.name, expected),
                        None => self.missing(code, rule.name, &D::expected(rule)),
                    }
                }
                absent
            }
        }
    }

    /// Reads a field that counts as something when it is not written.
    pub fn read_or<T, D: Document<T>>(
        &mut self,
        rule: &Rule,
        absent: impl FnOnce() -> T,
    ) -> Option<T> {
        self.written::<T, D>(rule).unwrap_or_else(|| Some(absent()))
    }

    /// What is written there, if anything is, as far as it can be read.
    fn written<T, D: Document<T>>(&mut self, rule: &Rule) -> Option<Option<T>> {
        self.know(rule.name);
        let value = self.find(rule.name)?;
        let read = if self.short {
            D::read(value, rule, self.findings)
        } else {
            let length = self.findings.enter(rule.name);
            let read = D::read(value, rule, self.findings);
            self.findings.leave(length);
            read
        };
        self.sound &= read.is_some();
        Some(read)
    }

    /// Reads the field that tells which of several kinds an object is. When it tells none,
    /// the object's other fields cannot be judged, and are not.
    pub fn tag(&mut self, name: &'static str, what: &str, tags: &[&'static str]) -> Option<usize> {
        self.know(name);
        let Some(value) = self.find(name) else {
            self.missing(Code::MissingField, name, &words(tags.iter().copied()));
            self.abandoned = true;
            return None;
        };
        let Kind::Text(written) = &value.kind else {
            self.abandoned = true;
            return self.findings.within(name, |findings| {
                mismatch(value, findings, &format!("a kind of {what}"))
            });
        };
        if let Some(index) = tags.iter().position(|tag| tag == written) {
            return Some(index);
        }
        self.abandoned = true;
        self.findings.within(name, |findings| {
            findings.note(
                Code::UnknownKind,
                value,
                format!("there is no kind `{written}`"),
            );
            findings.help(match nearest(written, tags.iter().copied()) {
                Some(tag) => did_you_mean(tag),
                None => format!("the kinds are {}", words(tags.iter().copied())),
            });
        });
        None
    }

    /// Which one of several fields is written; notes when none or more than one is.
    pub fn one_of(&mut self, keys: &[&'static str], expected: &str) -> Option<usize> {
        let written: Vec<usize> = keys
            .iter()
            .enumerate()
            .filter(|(_, key)| self.has(key))
            .map(|(index, _)| index)
            .collect();
        match written.as_slice() {
            [one] => Some(*one),
            [] => {
                self.refuse(Code::MissingField, format!("expected {expected}"));
                None
            }
            several => {
                let several: Vec<&str> = several
                    .iter()
                    .filter_map(|index| keys.get(*index).copied())
                    .collect();
                self.refuse(
                    Code::Conflict,
                    format!(
                        "`{}` exclude each other: expected one",
                        several.join("` and `")
                    ),
                );
                None
            }
        }
    }

    /// Notes that a field is missing.
    pub fn missing(&mut self, code: Code, name: &str, expected: &str) {
        self.refuse(code, format!("`{name}` is missing: expected {expected}"));
    }

    /// Notes something about the object as a whole, and that it cannot be used.
    pub fn refuse(&mut self, code: Code, message: impl Into<String>) {
        self.sound = false;
        self.findings.note(code, self.value, message);
    }

    /// Notes something about a field, and that the object cannot be used.
    pub fn refuse_field(&mut self, code: Code, name: &str, message: impl Into<String>) {
        let value = self.find(name).unwrap_or(self.value);
        self.refuse_at(code, &[name], value, message);
    }

    /// Notes something about a value inside the object, and that the object cannot be used. The
    /// path leads from the object to the value.
    pub fn refuse_at(
        &mut self,
        code: Code,
        path: &[&str],
        value: &Value<'_>,
        message: impl Into<String>,
    ) {
        self.sound = false;
        let lengths: Vec<usize> = path
            .iter()
            .map(|token| self.findings.enter(token))
            .collect();
        self.findings.note(code, value, message);
        if let Some(length) = lengths.first() {
            self.findings.leave(*length);
        }
    }

    /// Notes fields nobody knows. `Some` when every field could be used.
    fn finish(self) -> Option<()> {
        if self.abandoned {
            return None;
        }
        for member in self.members {
            if self.known.contains(&member.key.as_ref()) {
                continue;
            }
            self.findings.within(&member.key, |findings| {
                findings.note_at(
                    Code::UnknownField,
                    member.at,
                    format!("there is no field `{}` here", member.key),
                );
                findings.help(match nearest(&member.key, self.known.iter().copied()) {
                    Some(name) => did_you_mean(name),
                    None => format!("the fields are {}", words(self.known.iter().copied())),
                });
            });
        }
        self.sound.then_some(())
    }
}
