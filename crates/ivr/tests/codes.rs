//! Every finding is explained, and has a broken folder.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ivr::{Code, Library};

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn every_code_is_explained_for_people() {
    let mut titles = BTreeSet::new();
    for code in Code::ALL {
        let about = code.explain();
        assert!(
            titles.insert(about.title),
            "{code}: the title is another code's too"
        );
        assert!(about.why.len() > 30 && about.why.ends_with('.'), "{code}");
        assert!(
            !about.example.is_empty() && about.cure.ends_with('.'),
            "{code}"
        );
        assert!(
            code.name()
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
            "{code}"
        );
    }
}

/// Each folder below `tests/broken` is named for a code and has a file `findings.txt`: what
/// the check says of the other files, a finding a line. The code of its name must be among
/// them.
#[test]
fn every_broken_folder_has_its_findings_and_every_code_a_broken_folder() {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(at("tests/broken"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    let mut codes = BTreeSet::new();
    for folder in &folders {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        files.retain(|file| file.extension().is_some_and(|end| end != "txt"));
        let library = Library::read(files.iter().map(|file| {
            (
                file.file_name().unwrap().to_str().unwrap().to_owned(),
                std::fs::read(file).unwrap(),
            )
        }));
        let found = ivr::check(&library);
        let code = Code::ALL.iter().find(|code| code.name() == name);
        let code = code.unwrap_or_else(|| panic!("{name} is no code"));
        assert!(
            found.iter().any(|finding| finding.code == *code),
            "{name} is not among {found:#?}"
        );
        codes.insert(*code);
        let lines: String = found
            .iter()
            .map(|finding| match finding.path.as_slice() {
                [] => format!("{finding}\n"),
                path => format!("{finding} <{}>\n", path.join(", ")),
            })
            .collect();
        let committed = std::fs::read_to_string(folder.join("findings.txt")).unwrap_or_default();
        assert_eq!(
            committed, lines,
            "{name}/findings.txt is out of date; write it anew with `cargo xtask generate`"
        );
    }
    // What is wrong with call scripts and on disk, those find that play and read them.
    let all: BTreeSet<Code> = Code::ALL
        .iter()
        .copied()
        .filter(|code| !matches!(code, Code::CallScript | Code::Unreadable))
        .collect();
    let without: Vec<&str> = all.difference(&codes).map(|code| code.name()).collect();
    assert!(
        without.is_empty(),
        "codes without a broken folder: {without:?}"
    );
}
