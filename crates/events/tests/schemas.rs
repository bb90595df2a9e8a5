//! The files under `schemas/` are what the code says, and what the code makes fits them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

use std::path::PathBuf;

use events::schema::TYPES;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

/// `UPDATE_SCHEMAS=1 cargo test -p events --test schemas` writes them anew.
#[test]
fn every_type_has_its_schema_in_the_repository() {
    let update = std::env::var_os("UPDATE_SCHEMAS").is_some();
    let mut expected: Vec<String> = Vec::new();
    for it in TYPES {
        let name = format!("{}.schema.json", it.name);
        let text = serde_json::to_string_pretty(&it.schema()).unwrap() + "\n";
        if update {
            std::fs::create_dir_all(folder()).unwrap();
            std::fs::write(folder().join(&name), &text).unwrap();
        }
        let kept = std::fs::read_to_string(folder().join(&name)).unwrap_or_default();
        assert_eq!(kept, text, "schemas/{name} is out of date");
        expected.push(name);
    }
    let mut found: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "schemas/ holds something else");
}
