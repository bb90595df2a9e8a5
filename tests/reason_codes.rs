//! `docs/reason-codes.md` lists every reason code the Worker can log, and no other.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What stands before a code in the source.
const BEFORE: [&str; 12] = [
    "alert(",
    "reason = Some(",
    "reason: ",
    "cause: ",
    "degrade(",
    "refuse(context, ",
    "unconfigured(context, ",
    "giveUp(",
    "OVERDUE_MS, ",
    "Err(",
    "ok_or(",
    "then_some(",
];

#[test]
fn every_reason_code_is_explained_and_no_other() {
    let page = fs::read_to_string(root().join("docs/reason-codes.md")).unwrap();
    let explained: BTreeSet<&str> = page
        .lines()
        .skip_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| `")?.split(" | ").next())
        .flat_map(|cell| cell.trim_end_matches('`').split("`, `"))
        .collect();
    let mut source = String::new();
    for place in [
        "src",
        "crates/ivr/src/engine",
        "crates/ivr/src/state",
        "crates/vonage/src",
    ] {
        read(&root().join(place), &mut source);
    }
    let unknown: Vec<_> = explained
        .iter()
        .filter(|code| !source.contains(&format!("\"{code}\"")))
        .collect();
    assert!(
        unknown.is_empty(),
        "on the page, not in the code: {unknown:?}"
    );

    let mut logged = BTreeSet::new();
    for before in BEFORE {
        logged.extend(source.split(before).skip(1).filter_map(code));
    }
    // Codes of errors: the arms of `fn code`.
    for function in source.split("fn code(").skip(1) {
        let body = function.split("\n    }\n").next().unwrap_or_default();
        logged.extend(body.split("=> ").skip(1).filter_map(code));
    }
    assert!(logged.len() > 50, "{logged:?}");
    let unexplained: Vec<_> = logged
        .into_iter()
        .filter(|code| !explained.contains(code))
        .collect();
    assert!(
        unexplained.is_empty(),
        "in the code, not on the page: {unexplained:?}"
    );
}

/// The code that comes next, if one does.
fn code(rest: &str) -> Option<&str> {
    let (code, after) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
    let is_code = code
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || b"_-".contains(&byte));
    (is_code && after.starts_with([',', ')', ';', ' ', '\n', '}', ':'])).then_some(code)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(place: &Path, into: &mut String) {
    if place.is_dir() {
        for entry in fs::read_dir(place).unwrap() {
            read(&entry.unwrap().path(), into);
        }
    } else if !place.ends_with("tests.rs") {
        let text = fs::read_to_string(place).unwrap();
        into.push_str(text.split("#[cfg(test)]").next().unwrap_or_default());
    }
}
