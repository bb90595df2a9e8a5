//! What names what, as `LIBRARY` knows it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use worker::{Result, SqlStorage, SqlStorageValue};

use super::rows::{rows, text, value};

/// How many of the documents that name one are looked at when it changes. A calendar may be named
/// by thousands of menus, and what it does to one of them it does to all.
pub const NAMERS: u8 = 100;
/// How many documents are looked at in all.
const AROUND: i64 = 800;
/// How many names are written at a time: a statement each would keep callers in the same isolate
/// waiting, and a text that a statement is given has at most two megabytes.
const NAMES_A_STATEMENT: usize = 1_000;

/// Comes after every name.
const BEHIND: &str = "~";

/// The documents around one that is about to change.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Around {
    /// Whether every document of KV has been gone through.
    pub is_complete: bool,
    /// The keys of those that name it, and of what these name, and so on; and of one number, if
    /// there is any: then a menu that no number and no menu names is reached by no caller.
    pub documents: BTreeSet<String>,
}

/// The documents in a range of keys.
#[derive(Clone, Debug, Default)]
pub struct Range {
    /// The range begins behind this key.
    pub after: String,
    /// And ends with this one.
    pub end: String,
    /// What the documents in it name, by their keys.
    pub names: BTreeMap<String, BTreeSet<String>>,
    /// Whether everything has been gone through with it.
    pub is_last: bool,
}

/// The tables.
pub const TABLES: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS names (document TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (document, name)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS names_of ON names (name)",
    "CREATE TABLE IF NOT EXISTS registrations (number INTEGER PRIMARY KEY)",
];

/// Writes what a document names.
pub fn name(sql: &SqlStorage, document: &str, names: &BTreeSet<String>) -> Result<()> {
    let document = || SqlStorageValue::String(document.to_owned());
    let known = rows(
        sql,
        "SELECT name FROM names WHERE document = ?1",
        vec![document()],
    )?;
    let known = texts(&known);
    let gone = known.difference(names);
    for (statement, changed) in [
        ("DELETE FROM names WHERE document = ?1 AND name = ?2", gone),
        (
            "INSERT INTO names VALUES (?1, ?2)",
            names.difference(&known),
        ),
    ] {
        for name in changed {
            rows(
                sql,
                statement,
                vec![document(), SqlStorageValue::String(name.clone())],
            )?;
        }
    }
    Ok(())
}

/// The first column of these rows.
fn texts(rows: &[Vec<SqlStorageValue>]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    all.extend(rows.iter().filter_map(|row| text(row.first()?)));
    all
}

/// A document and a name in it.
type Pair<'r> = (&'r str, &'r str);

/// Some pairs of a range, and which part of the table they are all of.
#[derive(Debug, PartialEq)]
struct Part<'r> {
    behind: Pair<'r>,
    to: Pair<'r>,
    pairs: Vec<Pair<'r>>,
}

/// The parts of a range, in the order of the table: each begins where the one before ends.
fn parts<'r>(range: &'r Range, kept: &BTreeSet<String>) -> Vec<Part<'r>> {
    let mut parts = Vec::new();
    let mut behind = (range.after.as_str(), BEHIND);
    let mut pairs = Vec::new();
    for (document, names) in &range.names {
        if kept.contains(document) {
            continue;
        }
        for name in names {
            let to = (document.as_str(), name.as_str());
            pairs.push(to);
            if pairs.len() == NAMES_A_STATEMENT {
                let pairs = std::mem::take(&mut pairs);
                parts.push(Part { behind, to, pairs });
                behind = to;
            }
        }
    }
    let to = (range.end.as_str(), BEHIND);
    parts.push(Part { behind, to, pairs });
    parts
}

/// Writes what the documents in a range name. What is known of those that were `moved` since a
/// moment, in milliseconds, stays: KV may still show what they were before.
pub fn register(sql: &SqlStorage, range: &Range, moved: f64) -> Result<()> {
    let recent = rows(
        sql,
        "SELECT document FROM heads WHERE moved > ?1 AND document > ?2 AND document <= ?3",
        vec![
            SqlStorageValue::Float(moved),
            value(&range.after),
            value(&range.end),
        ],
    )?;
    let recent = texts(&recent);
    let kept = serde_json::to_string(&recent)?;
    for part in parts(range, &recent) {
        let list = serde_json::to_string(part.pairs.as_slice())?;
        let (from, to) = (part.behind, part.to);
        rows(
            sql,
            "DELETE FROM names WHERE (document, name) > (?2, ?3) AND (document, name) <= (?4, ?5)
             AND (document, name) NOT IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1))
             AND document NOT IN (SELECT value FROM json_each(?6))",
            vec![
                value(&list),
                value(from.0),
                value(from.1),
                value(to.0),
                value(to.1),
                value(&kept),
            ],
        )?;
        rows(
            sql,
            "INSERT OR IGNORE INTO names SELECT value ->> 0, value ->> 1 FROM json_each(?1)",
            vec![value(&list)],
        )?;
    }
    if range.is_last {
        rows(
            sql,
            "INSERT OR IGNORE INTO registrations VALUES (1)",
            vec![],
        )?;
    }
    Ok(())
}

/// What is known of the documents around one that is to name `names`.
pub fn around(sql: &SqlStorage, document: &str, names: &BTreeSet<String>) -> Result<Around> {
    let registered = rows(sql, "SELECT 1 FROM registrations", vec![])?;
    let rows = rows(
        sql,
        "WITH RECURSIVE namers (document) AS (SELECT document FROM names WHERE name = ?1 LIMIT ?3),
         around (document) AS (
           SELECT document FROM namers
           UNION SELECT value FROM json_each(?2)
           UNION SELECT * FROM (SELECT document FROM names
             WHERE document > 'number:' AND document < 'number;' LIMIT 1)
           UNION SELECT n.name FROM around JOIN names AS n ON n.document = around.document)
         SELECT document FROM around LIMIT ?4",
        vec![
            SqlStorageValue::String(document.to_owned()),
            SqlStorageValue::String(serde_json::to_string(names)?),
            SqlStorageValue::Integer(NAMERS.into()),
            SqlStorageValue::Integer(AROUND),
        ],
    )?;
    Ok(Around {
        is_complete: !registered.is_empty(),
        documents: texts(&rows),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_range_are_all_of_it() {
        let document = |number: usize, names: usize| {
            let names = (0..names).map(|name| format!("menu:{name:04}"));
            (format!("menu:{number:04}"), names.collect())
        };
        let range = Range {
            after: "menu:0000".to_owned(),
            end: "menu;".to_owned(),
            names: [
                document(1, 700),
                document(2, 2),
                document(3, 700),
                document(4, 0),
            ]
            .into(),
            is_last: false,
        };
        let kept = BTreeSet::from(["menu:0002".to_owned()]);
        let found = parts(&range, &kept);
        let ends: Vec<_> = found.iter().map(|part| (part.behind, part.to)).collect();
        let middle = ("menu:0003", "menu:0299");
        // What the document at the end of the range before names is not touched.
        let (first, last) = (("menu:0000", BEHIND), ("menu;", BEHIND));
        assert_eq!(ends, [(first, middle), (middle, last)]);
        let pairs: Vec<_> = found.iter().flat_map(|part| &part.pairs).collect();
        assert_eq!(pairs.len(), 1_400);
        assert!(pairs.iter().all(|(document, _)| *document != "menu:0002"));
        assert!(
            found
                .iter()
                .all(|part| part.pairs.len() <= NAMES_A_STATEMENT)
        );
    }

    #[test]
    fn a_range_without_names_is_emptied() {
        let range = Range {
            after: "number:".to_owned(),
            end: "number;".to_owned(),
            ..Range::default()
        };
        let found = parts(&range, &BTreeSet::new());
        let whole = Part {
            behind: ("number:", BEHIND),
            to: ("number;", BEHIND),
            pairs: Vec::new(),
        };
        assert_eq!(found, [whole]);
    }
}
