//! What the `ivr` command shows of documents that are wrong.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A folder of documents, gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), bytes).unwrap();
    }

    /// Runs the command in the folder: its exit code, and all that it prints.
    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_ivr"))
            .args(arguments)
            .current_dir(&self.0)
            .env_clear()
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.code().unwrap(),
            String::from_utf8(said).unwrap(),
        )
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A menu of four thousand nodes with a slip each, and `between` after each of them.
fn slips(between: &str) -> String {
    let mut text = String::from(r#"{"start":"main","nodes":{"#);
    for node in 0..4_000 {
        let _ = write!(
            text,
            r#""n{node}":{{"kind":"hangup","note":"the line is closed for today","promt":"x"}},{between}"#
        );
    }
    text.push_str(r#""main":{"kind":"hangup"}}}"#);
    text
}

#[test]
fn a_document_in_one_line_is_shown_in_part() {
    let folder = Folder::new("one-line");
    let check = |between: &str| {
        let text = slips(between);
        assert!(text.len() > 290_000, "{}", text.len());
        folder.write("main.json", &text);
        let started = Instant::now();
        let (code, said) = folder.run(&["check"]);
        assert_eq!(code, 1);
        assert_eq!(
            said.matches("there is no field `promt` here").count(),
            4_000
        );
        (text, said, started.elapsed())
    };
    let (.., many_lines) = check("\n");
    let (text, said, one_line) = check("");
    assert!(said.len() < 2_000_000, "{} bytes", said.len());
    // To read the whole line anew for each finding would take some thirty times as long.
    assert!(
        one_line < many_lines * 5 + Duration::from_secs(1),
        "{one_line:?}, {many_lines:?}"
    );
    let last = text.rfind(r#""promt""#).unwrap() + 1;
    assert!(said.contains(&format!("main.json:1:{last}")), "{last}");
    for line in said.lines() {
        assert!(line.chars().count() < 140, "{line}");
    }
}

const MENU: &str =
    r#"{"start":"a","nodes":{"a":{"kind":"connect","to":"447700900123","otherwise":"@hangup"}}}"#;

#[test]
fn a_file_that_is_nobodys_is_found_with_a_name_that_would_do() {
    let folder = Folder::new("names");
    folder.write("line.json", MENU);
    for name in [
        "my menu.json",
        "b\u{fc}ro.json",
        "other.json.bak",
        "OTHER.JSON",
        "office.calender.json",
        "menu.schema.json",
        "package.json",
        ".hidden.json",
        "notes.txt",
    ] {
        folder.write(name, MENU);
    }
    let (code, said) = folder.run(&["check", "--json"]);
    assert_eq!(code, 1);
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    let found: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let word = |field: &str| one[field].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", word("file"), word("code"), word("help"))
        })
        .collect();
    assert_eq!(
        found,
        [
            "OTHER.JSON unknown-file name it `OTHER.json`, or move it elsewhere",
            "b\u{fc}ro.json bad-name name it `buero.json`, or move it elsewhere",
            "my menu.json bad-name name it `my_menu.json`, or move it elsewhere",
            "office.calender.json unknown-file name it `office.calendar.json`, or move it elsewhere",
            "other.json.bak unknown-file name it `other.json`, or move it elsewhere",
        ]
    );
    // The other commands do not take it for a menu either.
    for command in [
        &["dial", "--menu", "my menu.json"][..],
        &["test", "my menu.json"],
        &["publish", "my menu.json"],
    ] {
        let (code, said) = folder.run(command);
        assert_ne!(code, 0, "{command:?}: {said}");
    }
}

#[test]
fn a_file_in_another_encoding_is_one_finding_and_the_rest_is_checked() {
    let folder = Folder::new("encodings");
    folder.write("latin.json", b"{ \"title\": \"caf\xe9\" }");
    let wide: Vec<u8> = "\u{feff}{}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    folder.write("wide.json", wide);
    folder.write(
        "line.json",
        r#"{"start":"b","nodes":{"a":{"kind":"hangup"}}}"#,
    );
    let (code, said) = folder.run(&["check"]);
    assert_eq!(code, 1);
    for words in [
        "latin.json:1:16",
        "the byte 0xe9 here is of another encoding",
        "UTF-16, as editors on Windows write it",
        "save the file as UTF-8",
        "line.json:1:",
        "3 documents: 3 errors",
    ] {
        assert!(said.contains(words), "no {words:?} in\n{said}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_one_finding_and_the_rest_is_checked() {
    let folder = Folder::new("unreadable");
    folder.write("huge.json", vec![b' '; 5 << 20]);
    folder.write(
        "line.json",
        r#"{"start":"a","nodes":{"a":{"kind":"say","prompt":"x","then":"menu:huge"},"b":{"kind":"hangup"}}}"#,
    );
    let (code, said) = folder.run(&["check"]);
    assert_eq!(code, 1);
    for words in [
        "unreadable",
        "5.0 MB is too large",
        "no caller comes to `b`",
        "1 error",
    ] {
        assert!(said.contains(words), "no {words:?} in\n{said}");
    }
    assert!(!said.contains("there is no menu"), "{said}");
    // Named, it is what was asked for.
    let (code, said) = folder.run(&["check", "huge.json"]);
    assert_eq!((code, said.contains("too large")), (2, true), "{said}");
}
