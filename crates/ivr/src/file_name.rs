//! What a file is, by its name; and the name that would do for one that is nothing.

use crate::diagnostic::nearest;
use crate::document::{LONGEST_NAME, is_name};

/// What a file is, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileName<'n> {
    /// `acme.json`
    Menu(&'n str),
    /// `office.calendar.json`
    Calendar(&'n str),
    /// `vip.list.json`
    List(&'n str),
    /// `numbers.json`
    Numbers,
    /// `acme.test.json`
    Script(&'n str),
    /// `menu.schema.json`
    Schema,
    /// The name of a document, but for its id.
    BadId {
        /// The id.
        id: &'n str,
        /// What of: `a menu`.
        what: &'static str,
        /// The name that would do.
        better: String,
    },
    /// The name of no document.
    Unknown {
        /// The name that would do, when one can be told.
        better: Option<String>,
    },
}

/// Kinds of documents by the part of the name before `.json`, and what other people call them.
const KINDS: [(&str, &[&str]); 4] = [
    ("calendar", &["cal", "calendars", "hours"]),
    ("list", &["lists", "lst"]),
    ("test", &["tests", "script", "spec"]),
    ("schema", &[]),
];

impl<'n> FileName<'n> {
    /// What a file is. Only what stands behind the last `/` or `\` counts.
    #[must_use]
    pub fn of(file: &'n str) -> Self {
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let Some(stem) = name.strip_suffix(".json") else {
            return Self::Unknown {
                better: better(name),
            };
        };
        let (id, kind) = stem.split_once('.').unwrap_or((stem, ""));
        let (what, known): (_, fn(&'n str) -> Self) = match kind {
            "" if stem == "numbers" => return Self::Numbers,
            "" if !stem.contains('.') => ("a menu", Self::Menu),
            "calendar" => ("a calendar", Self::Calendar),
            "list" => ("a list", Self::List),
            "test" => ("a call script", Self::Script),
            "schema" => return Self::Schema,
            _ => {
                return Self::Unknown {
                    better: better(name),
                };
            }
        };
        if is_name(id) {
            return known(id);
        }
        let suffix = if kind.is_empty() {
            String::new()
        } else {
            format!(".{kind}")
        };
        Self::BadId {
            id,
            what,
            better: format!("{}{suffix}.json", plain(id)),
        }
    }
}

/// What is wrong with an id.
pub(crate) fn fault(id: &str) -> String {
    let foreign = id
        .chars()
        .find(|letter| !letter.is_ascii_alphanumeric() && !matches!(letter, '_' | '-'));
    match foreign {
        _ if id.is_empty() => "it is empty".to_owned(),
        Some(' ') => "it holds a blank".to_owned(),
        Some(letter) if letter.is_control() || letter.is_whitespace() => {
            format!("it holds the character U+{:04X}", u32::from(letter))
        }
        Some(letter) => format!("it holds `{letter}`"),
        None => format!("it has {} characters", id.len()),
    }
}

/// The name of a document nearest to this one.
fn better(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let at = lower.rfind("json")?;
    // Upper and lower case of a letter may differ in length.
    let before = name.get(..at).unwrap_or_default();
    let stem = before.trim_end_matches(['.', '-', '_', ' ']);
    let mut parts: Vec<&str> = stem.split('.').filter(|part| !part.is_empty()).collect();
    let kind = match parts.as_slice() {
        [_, .., last] => kind_of(last),
        _ => None,
    };
    if kind.is_some() {
        parts.pop();
    }
    let id = plain(&parts.join("_"));
    let kind = kind.map(|kind| format!(".{kind}")).unwrap_or_default();
    Some(format!("{id}{kind}.json")).filter(|better| better != name)
}

/// The kind that a part of a name means.
fn kind_of(part: &str) -> Option<&'static str> {
    let part = part.to_lowercase();
    KINDS
        .iter()
        .find(|(kind, others)| *kind == part || others.contains(&part.as_str()))
        .map(|(kind, _)| *kind)
        .or_else(|| nearest(&part, KINDS.iter().map(|(kind, _)| *kind)))
}

/// An id like this text.
fn plain(text: &str) -> String {
    let mut id = String::new();
    for letter in text.chars() {
        match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => id.push(letter),
            _ => match without_accent(letter) {
                Some(plain) => id.push_str(plain),
                None if id.is_empty() || id.ends_with('_') => {}
                None => id.push('_'),
            },
        }
    }
    id.truncate(LONGEST_NAME);
    let id = id.trim_end_matches(['_', '-']);
    if id.is_empty() { "menu" } else { id }.to_owned()
}

/// The letters of ASCII that are written for an accented one.
fn without_accent(letter: char) -> Option<&'static str> {
    const ACCENTS: [(&str, &str); 16] = [
        ("a", "àáâãåāăą"),
        ("ae", "äæ"),
        ("c", "çćč"),
        ("d", "ďđ"),
        ("e", "èéêëēęě"),
        ("i", "ìíîïī"),
        ("l", "łľĺ"),
        ("n", "ñńň"),
        ("o", "òóôõōő"),
        ("oe", "öøœ"),
        ("r", "řŕ"),
        ("s", "śšş"),
        ("t", "ťţ"),
        ("u", "ùúûūůű"),
        ("y", "ýÿ"),
        ("z", "źžż"),
    ];
    let lower = letter.to_lowercase().next()?;
    match lower {
        'ü' => Some("ue"),
        'ß' => Some("ss"),
        _ => ACCENTS
            .iter()
            .find(|(_, accented)| accented.contains(lower))
            .map(|(plain, _)| *plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_a_file_is() {
        let check = |file: &str, expected: FileName<'_>| {
            assert_eq!(FileName::of(file), expected, "{file}");
        };
        check("menus/acme.json", FileName::Menu("acme"));
        check("c:\\menus\\acme.json", FileName::Menu("acme"));
        check("office.calendar.json", FileName::Calendar("office"));
        check("vip.list.json", FileName::List("vip"));
        check("numbers.json", FileName::Numbers);
        check("acme.test.json", FileName::Script("acme"));
        check("menu.schema.json", FileName::Schema);
    }

    #[test]
    fn a_name_that_will_not_do_gets_one_that_does() {
        let check = |file: &str, expected: &str| {
            let better = match FileName::of(file) {
                FileName::BadId { better, .. } => Some(better),
                FileName::Unknown { better } => better,
                other => panic!("{file}: {other:?}"),
            };
            assert_eq!(better.as_deref().unwrap_or_default(), expected, "{file}");
            if let Some(better) = &better {
                assert!(
                    !matches!(
                        FileName::of(better),
                        FileName::BadId { .. } | FileName::Unknown { .. }
                    ),
                    "{better}"
                );
            }
        };
        check("my menu.json", "my_menu.json");
        check("menü.json", "menue.json");
        check("メニュー.json", "menu.json");
        check(".json", "menu.json");
        check(
            &format!("{}.json", "a".repeat(41)),
            &format!("{}.json", "a".repeat(40)),
        );
        check("büro zeiten.calendar.json", "buero_zeiten.calendar.json");
        check("acme.JSON", "acme.json");
        check("acme.json.bak", "acme.json");
        check("acme.json~", "acme.json");
        check("acme.json5", "acme.json");
        check("acme.jsonc", "acme.json");
        check("acme_json", "acme.json");
        check("acme (1).json", "acme_1.json");
        check("acme.v2.json", "acme_v2.json");
        check("office.calender.json", "office.calendar.json");
        check("vip.lists.json", "vip.list.json");
        check("acme.tests.json", "acme.test.json");
        check("office.calendar.json.txt", "office.calendar.json");
        check("a.b.list.json", "a_b.list.json");
        check("notes.txt", "");
    }

    #[test]
    fn a_bad_id_is_said_to_be_bad_for_a_reason() {
        assert_eq!(fault("my menu"), "it holds a blank");
        assert_eq!(fault("menü"), "it holds `ü`");
        assert_eq!(fault("a\u{a0}b"), "it holds the character U+00A0");
        assert_eq!(fault(&"a".repeat(41)), "it has 41 characters");
        assert_eq!(fault(""), "it is empty");
    }
}
