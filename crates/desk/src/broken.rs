//! Documents with errors beside the ones in use.

use std::collections::{BTreeMap, BTreeSet};

use ivr::document::{Kind, Target, Test};
use ivr::{Compiled, Diagnostic, Library, Severity};
use serde::Serialize;

use crate::graph::edges;

/// A document with errors that callers of a menu come by. What is played without it is not what
/// a Worker does: it keeps the last good version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrokenDocument {
    /// The file.
    pub file: String,
    /// Where the first error is, from 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// The first error.
    pub message: String,
}

impl From<&Diagnostic> for BrokenDocument {
    fn from(first: &Diagnostic) -> Self {
        Self {
            file: first.file.clone(),
            line: first.line,
            column: first.column,
            message: first.message.clone(),
        }
    }
}

/// The documents with errors among these menus and those they name, and so on, by file.
#[must_use]
pub fn broken<'m>(
    library: &Library,
    menus: impl IntoIterator<Item = &'m str>,
) -> Vec<BrokenDocument> {
    let mut unread: BTreeMap<String, &Diagnostic> = BTreeMap::new();
    for finding in &library.unread {
        if finding.severity == Severity::Error {
            unread.entry(name(&finding.file)).or_insert(finding);
        }
    }
    let mut left: Vec<String> = menus.into_iter().map(|id| format!("{id}.json")).collect();
    let mut seen = BTreeSet::new();
    let mut found = BTreeMap::new();
    while let Some(file) = left.pop() {
        if !seen.insert(file.clone()) {
            continue;
        }
        if let Some(first) = unread.get(&file) {
            found.insert(file, BrokenDocument::from(*first));
            continue;
        }
        let id = file.strip_suffix(".json").unwrap_or_default();
        let Some(entry) = library.menus.get(id) else {
            continue;
        };
        if let Err(wrong) = Compiled::from_entry(id, entry)
            && let Some(first) = wrong.first()
        {
            found.insert(file.clone(), BrokenDocument::from(first));
        }
        left.extend(named(&entry.document));
    }
    found.into_values().collect()
}

/// The files of the documents that a menu names.
fn named(menu: &ivr::document::Menu) -> Vec<String> {
    let mut files = Vec::new();
    for edge in edges(menu) {
        if let Some(id) = edge.to.strip_prefix("menu:") {
            files.push(format!("{id}.json"));
        }
    }
    if let Target::Menu(id) = &menu.limits.then {
        files.push(format!("{id}.json"));
    }
    for (_, node) in menu.nodes.iter() {
        match &node.kind {
            Kind::Hours(hours) => files.push(format!("{}.calendar.json", hours.calendar)),
            Kind::Switch(switch) => {
                for case in &switch.cases {
                    if let Test::InList(id) = &case.test {
                        files.push(format!("{id}.list.json"));
                    }
                }
            }
            _ => {}
        }
    }
    files
}

/// The file's name without its folder.
fn name(file: &str) -> String {
    file.rsplit(['/', '\\']).next().unwrap_or(file).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: &str = r#"{ "start": "a", "nodes": { "a": { "kind": "hangup" } } }"#;

    #[test]
    fn a_document_with_errors_is_told_of_where_callers_come_by_it() {
        let check = |menu: &str, beside: &[(&str, &str)], expected: &[&str]| {
            let files = [("m.json", menu)].into_iter().chain(beside.iter().copied());
            let library = Library::read(files);
            let told: Vec<String> = broken(&library, ["m"])
                .into_iter()
                .map(|broken| broken.file)
                .collect();
            assert_eq!(told, expected, "{menu}");
        };
        let hours = r#"{ "start": "h", "nodes": { "h": { "kind": "hours", "calendar": "c",
            "open": "@hangup", "closed": "@hangup" } } }"#;
        let listed = r#"{ "start": "s", "nodes": { "s": { "kind": "switch",
            "cases": [{ "in_list": "l", "then": "@hangup" }], "otherwise": "menu:other" } } }"#;
        let keys = r#"{ "start": "a", "keys": { "0": "menu:other" },
            "nodes": { "a": { "kind": "hangup" } } }"#;
        check(END, &[], &[]);
        check("{", &[], &["m.json"]);
        check(
            r#"{ "start": "b", "nodes": { "a": { "kind": "hangup" } } }"#,
            &[],
            &["m.json"],
        );
        // Nobody comes by what is not named.
        check(END, &[("other.json", "{"), ("c.calendar.json", "{")], &[]);
        check(hours, &[("c.calendar.json", "{}")], &["c.calendar.json"]);
        check(hours, &[], &[]);
        check(
            listed,
            &[("l.list.json", "[]"), ("other.json", END)],
            &["l.list.json"],
        );
        check(listed, &[("other.json", "{")], &["other.json"]);
        check(keys, &[("other.json", "{")], &["other.json"]);
        // What a named menu names counts as well.
        check(
            keys,
            &[("other.json", hours), ("c.calendar.json", "1")],
            &["c.calendar.json"],
        );
    }
}
