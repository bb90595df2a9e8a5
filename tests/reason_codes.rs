//! Every reason code is given somewhere, and what the JavaScript of the Worker gives is one.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use api::Reason;

#[test]
fn every_reason_is_given_by_the_code() {
    let mut source = String::new();
    read(&root().join("src"), &mut source);
    // Those that stand for errors of other crates.
    let translated = fs::read_to_string(root().join("crates/api/src/reason.rs")).unwrap();
    let (_, translated) = translated.split_once("impl From<").unwrap();
    source.push_str(translated);
    let script = fs::read_to_string(root().join("src/entry.js")).unwrap();
    let is_given = |reason: &Reason| {
        let by_script = script.contains(&format!("\"{}\"", reason.code()));
        let by_rust = ["Reason", "Self"].iter().any(|of| {
            let name = format!("{of}::{reason:?}");
            let mut after = source.split(&name).skip(1);
            after.any(|rest| !rest.starts_with(|letter: char| letter.is_alphanumeric()))
        });
        by_script || by_rust
    };
    let unused: Vec<Reason> = Reason::all().filter(|it| !is_given(it)).collect();
    assert!(unused.is_empty(), "no code gives these: {unused:?}");
}

#[test]
fn what_the_javascript_gives_is_a_reason() {
    let script = fs::read_to_string(root().join("src/entry.js")).unwrap();
    let known: BTreeSet<&str> = Reason::all().map(Reason::code).collect();
    let mut given = BTreeSet::new();
    for before in ["giveUp(\"", "reason: \"", "overdue, \""] {
        let words = script.split(before).skip(1);
        given.extend(words.filter_map(|rest| rest.split('"').next()));
    }
    assert_eq!(given.len(), 3, "{given:?}");
    let unknown: Vec<_> = given.difference(&known).collect();
    assert!(unknown.is_empty(), "no reasons: {unknown:?}");
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
