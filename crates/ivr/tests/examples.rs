//! The example menus, as they lie in `menus/`.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use std::path::Path;

use ivr::Library;

fn examples() -> Library {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../menus");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    Library::read(
        files
            .iter()
            .filter(|file| file.extension().is_some_and(|end| end == "json"))
            .map(|file| {
                (
                    file.file_name().unwrap().to_str().unwrap().to_owned(),
                    std::fs::read(file).unwrap(),
                )
            }),
    )
}

#[test]
fn every_example_can_be_read() {
    let found: Vec<String> = examples().unread.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_examples_use_every_kind_of_node() {
    let library = examples();
    let used: std::collections::BTreeSet<&str> = library
        .menus
        .values()
        .flat_map(|menu| menu.document.nodes.iter().map(|(_, node)| node.kind.name()))
        .collect();
    let all: std::collections::BTreeSet<&str> =
        ivr::document::Kind::NAMES.iter().copied().collect();
    assert_eq!(used, all);
}

#[test]
fn every_example_passes_the_check() {
    let found: Vec<String> = ivr::check(&examples())
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}
