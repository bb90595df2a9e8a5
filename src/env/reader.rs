//! Reads settings, and remembers each that cannot be read: none is silently the default.

use std::cell::RefCell;
use std::str::FromStr;

use api::{Reason, Secret};

/// The shortest key that counts as one, in characters.
pub const SHORTEST_KEY: usize = 32;

/// A setting that was made and cannot be used as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The setting's name.
    pub setting: &'static str,
    /// The code of `docs/reason-codes.md`.
    pub reason: Reason,
    /// What is wrong, and what holds instead. Never the value.
    pub what: String,
    /// The parts of a list that cannot be read. For the log alone.
    pub entries: Vec<String>,
}

/// The settings as the platform has them, by name.
pub struct Reader<'a> {
    raw: &'a dyn Fn(&str) -> Option<String>,
    problems: RefCell<Vec<Problem>>,
    secrets: RefCell<Vec<Secret>>,
}

impl<'a> Reader<'a> {
    /// Reads from `raw`, which gives the text of a setting, or nothing when it is not set.
    pub fn new(raw: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            raw,
            problems: RefCell::default(),
            secrets: RefCell::default(),
        }
    }

    /// Which secrets are set and can be used, and what could not be used, so far.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Secret>, Vec<Problem>) {
        (self.secrets.into_inner(), self.problems.into_inner())
    }

    /// Remembers that a setting cannot be used.
    pub fn problem(&self, setting: &'static str, reason: Reason, what: impl Into<String>) {
        self.entries_problem(setting, reason, what, Vec::new());
    }

    /// Remembers which parts of a list cannot be used.
    pub fn entries_problem(
        &self,
        setting: &'static str,
        reason: Reason,
        what: impl Into<String>,
        entries: Vec<String>,
    ) {
        self.problems.borrow_mut().push(Problem {
            setting,
            reason,
            what: what.into(),
            entries,
        });
    }

    /// A setting as it was made, blank or not.
    #[must_use]
    pub fn as_set(&self, name: &str) -> Option<String> {
        (self.raw)(name)
    }

    /// A text. One that is blank counts as not set, and is a problem.
    #[must_use]
    pub fn text(&self, name: &'static str) -> Option<String> {
        let value = self.as_set(name)?;
        if value.trim().is_empty() {
            self.problem(
                name,
                Reason::SettingMalformed,
                "is set to nothing, and counts as not set",
            );
            return None;
        }
        Some(value)
    }

    /// A secret. One that cannot be used counts as not set, and is a problem: one that is blank,
    /// and of our own keys one that has fewer than [`SHORTEST_KEY`] characters. The signature
    /// secret has the form Vonage gives it.
    #[must_use]
    pub fn secret(&self, secret: Secret) -> Option<String> {
        let value = match secret {
            Secret::VonageSignature | Secret::VonageSignaturePrevious => self.text(secret.name()),
            _ => self.key(secret.name()),
        }?;
        self.secrets.borrow_mut().push(secret);
        Some(value)
    }

    fn key(&self, name: &'static str) -> Option<String> {
        let value = self.as_set(name)?;
        let length = value.trim().chars().count();
        if length < SHORTEST_KEY {
            self.problem(
                name,
                Reason::KeyTooShort,
                format!(
                    "has {length} characters and counts as missing: a key has at least \
                     {SHORTEST_KEY}, such as `openssl rand -base64 32` prints"
                ),
            );
            return None;
        }
        Some(value)
    }

    /// A number, or `instead` when there is text that is none, which is a problem; `holds` says
    /// what that means.
    #[must_use]
    pub fn number<T: FromStr>(&self, name: &'static str, instead: T, holds: &str) -> Option<T> {
        let value = self.as_set(name)?;
        match value.trim().parse() {
            Ok(number) => Some(number),
            Err(_) => {
                let what = format!("is no whole number: {holds}");
                self.problem(name, Reason::SettingMalformed, what);
                Some(instead)
            }
        }
    }

    /// A list, its entries apart by commas or blanks. Entries that are not `good` stay in it, for
    /// whoever reads it to allow nobody by them. A list that is set and has no entries is a
    /// problem too, and has one entry then, which is nothing.
    #[must_use]
    pub fn list(
        &self,
        name: &'static str,
        reason: Reason,
        expected: &str,
        good: impl Fn(&str) -> bool,
    ) -> Vec<String> {
        let Some(value) = self.as_set(name) else {
            return Vec::new();
        };
        let mut entries: Vec<String> = value
            .split(|letter: char| letter == ',' || letter.is_whitespace())
            .filter(|entry| !entry.is_empty())
            .map(str::to_owned)
            .collect();
        if entries.is_empty() {
            let what = format!("is set and names no {expected}: it allows nobody");
            self.problem(name, reason, what);
            entries.push(String::new());
            return entries;
        }
        let malformed: Vec<String> = entries
            .iter()
            .filter(|entry| !good(entry))
            .cloned()
            .collect();
        if !malformed.is_empty() {
            let what = format!("has entries that are no {expected}, and allow nobody");
            self.entries_problem(name, reason, what, malformed);
        }
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reading of one setting gives, and the reasons of its problems.
    fn read<T>(value: Option<&str>, read: impl Fn(&Reader<'_>) -> T) -> (T, Vec<Reason>) {
        let raw = |_: &str| value.map(str::to_owned);
        let reader = Reader::new(&raw);
        let found = read(&reader);
        let reasons = reader.into_parts().1.iter().map(|it| it.reason).collect();
        (found, reasons)
    }

    #[test]
    fn a_key_that_is_short_or_blank_counts_as_missing_and_is_told() {
        let check = |value: Option<&str>, is_there: bool, reasons: &[Reason]| {
            let (key, told) = read(value, |reader| reader.secret(Secret::StateKey));
            assert_eq!(
                (key.is_some(), told.as_slice()),
                (is_there, reasons),
                "{value:?}"
            );
        };
        check(None, false, &[]);
        check(Some(""), false, &[Reason::KeyTooShort]);
        check(Some(" "), false, &[Reason::KeyTooShort]);
        check(Some("k1"), false, &[Reason::KeyTooShort]);
        check(Some(&"k".repeat(31)), false, &[Reason::KeyTooShort]);
        check(
            Some(&format!("{}{}", "k".repeat(20), " ".repeat(20))),
            false,
            &[Reason::KeyTooShort],
        );
        check(Some(&"k".repeat(32)), true, &[]);
    }

    #[test]
    fn a_problem_never_holds_the_key() {
        let raw = |_: &str| Some("hunter2".to_owned());
        let reader = Reader::new(&raw);
        assert_eq!(reader.secret(Secret::AdminToken), None);
        let (secrets, problems) = reader.into_parts();
        assert!(secrets.is_empty());
        assert!(!format!("{problems:?}").contains("hunter2"));
    }

    #[test]
    fn a_number_that_does_not_parse_takes_the_safe_side_and_is_told() {
        let check = |value: Option<&str>, expected: Option<u32>, reasons: &[Reason]| {
            let (number, told) = read(value, |reader| {
                reader.number("RETENTION_DAYS", 7, "nothing is deleted")
            });
            assert_eq!((number, told.as_slice()), (expected, reasons), "{value:?}");
        };
        check(None, None, &[]);
        check(Some("30"), Some(30), &[]);
        check(Some(" 30 "), Some(30), &[]);
        for odd in ["30 days", "", " ", "-1", "1.5", "1e3", "99999999999"] {
            check(Some(odd), Some(7), &[Reason::SettingMalformed]);
        }
    }

    #[test]
    fn a_list_without_entries_is_not_the_list_that_is_not_set() {
        let check = |value: Option<&str>, expected: &[&str], reasons: &[Reason]| {
            let (list, told) = read(value, |reader| {
                reader.list("LOOKUP_HOSTS", Reason::SettingMalformed, "host", |it| {
                    it != "x"
                })
            });
            assert_eq!(list, expected, "{value:?}");
            assert_eq!(told, reasons, "{value:?}");
        };
        check(None, &[], &[]);
        check(Some("a, b\tc\nd"), &["a", "b", "c", "d"], &[]);
        check(Some("a,x"), &["a", "x"], &[Reason::SettingMalformed]);
        for empty in ["", " ", ",", " , "] {
            check(Some(empty), &[""], &[Reason::SettingMalformed]);
        }
    }
}
