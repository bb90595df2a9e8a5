//! The call scripts of the example menus: they pass, they fit their schema, and they are quick.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use desk::calls::{Stage, exits, taken};
use desk::script;
use ivr_cli::files::{self, Role};
use serde_json::json;

fn menus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../menus")
}

#[test]
fn every_example_script_passes_and_takes_every_exit() {
    let files = files::gather(&[menus()]).unwrap();
    let library = files::library(&files);
    let stage = Stage::of(&library);
    let mut left = BTreeSet::new();
    for (id, entry) in &library.menus {
        left.extend(
            exits(&entry.document)
                .into_iter()
                .map(|exit| (id.clone(), exit)),
        );
    }
    let mut played = 0;
    for file in files
        .iter()
        .filter(|file| matches!(file.role(), Role::Test(_)))
    {
        let document =
            script::read(&file.name, &file.bytes).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let menu = script::menu_of(&file.name, &document);
        for case in &document.cases {
            let given = document.world_of(case);
            let verdict = stage.play(&file.name, &menu, case, &given);
            assert!(
                verdict.is_fine(),
                "{}: {}\n{}\n{:?}",
                file.name,
                case.name,
                verdict.transcript.join("\n"),
                verdict.wrong
            );
            for exit in taken(&verdict.moves, &library) {
                left.remove(&exit);
            }
            played += 1;
        }
    }
    assert!(played > 70, "{played} cases");
    assert!(left.is_empty(), "exits no script takes: {left:?}");
}

#[test]
fn every_example_script_fits_the_schema_and_a_misspelt_step_does_not() {
    let schema = serde_json::from_str(&script::schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let files = files::gather(&[menus()]).unwrap();
    for file in files
        .iter()
        .filter(|file| matches!(file.role(), Role::Test(_)))
    {
        let document = serde_json::from_slice(&file.bytes).unwrap();
        let found: Vec<String> = validator
            .iter_errors(&document)
            .map(|e| e.to_string())
            .collect();
        assert!(found.is_empty(), "{}: {found:?}", file.name);
    }
    let (idle, acts) = (json!({ "hear": "x" }), json!({ "press": "1" }));
    for (wrong, case) in [
        (
            "misspelt",
            json!({ "name": "x", "steps": [{ "pres": "1" }] }),
        ),
        (
            "no key",
            json!({ "name": "x", "steps": [{ "press": "A" }] }),
        ),
        (
            "two actions",
            json!({ "name": "x", "steps": [{ "press": "1", "silent": true }] }),
        ),
        (
            "two idle steps",
            json!({ "name": "x", "steps": [idle, acts, idle] }),
        ),
        (
            "no outcome",
            json!({ "name": "x", "end": { "outcome": "complete" } }),
        ),
        ("a list", json!({ "name": "x", "end": [] })),
        (
            "a bad place",
            json!({ "name": "x", "end": { "at": "a b" } }),
        ),
        ("no name", json!({ "steps": [] })),
    ] {
        let document = json!({ "cases": [case] });
        assert!(!validator.is_valid(&document), "the schema takes: {wrong}");
        let read = script::read("m.test.json", document.to_string().as_bytes());
        assert!(read.is_err(), "the reader takes: {wrong}");
    }
    for case in [
        json!({ "name": "x" }),
        json!({ "name": "x", "steps": [acts, idle], "given": { "caller": null } }),
        json!({ "name": "x", "steps": [{ "press": "1", "silent": false }] }),
    ] {
        let document = json!({ "cases": [case] });
        assert!(
            validator.is_valid(&document),
            "the schema refuses: {document}"
        );
        let read = script::read("m.test.json", document.to_string().as_bytes());
        assert!(read.is_ok(), "the reader refuses: {document}");
    }
    assert!(!validator.is_valid(&json!({ "cases": [] })));
}
