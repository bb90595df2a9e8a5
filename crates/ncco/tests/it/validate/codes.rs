//! The codes and their documentation.

use ncco::{Code, Severity};

use crate::{places, read};

#[test]
fn a_finding_reads_as_one_line() {
    let ncco = read(r#"[{"action":"input","type":["dtmf"],"dtmf":{"maxDigits":30}}]"#);
    let finding = &ncco.validate()[0];
    assert_eq!(
        finding.to_string(),
        "error[out_of_range] /0/dtmf/maxDigits: must be 1 to 20 digits"
    );
    assert_eq!(finding.help, Code::OutOfRange.cure());
}

/// The examples in the documentation of [`Code`], with the code each stands at.
fn documented_examples() -> Vec<(String, String)> {
    let source = include_str!("../../../src/code.rs");
    let (_, codes) = source.split_once("\ncodes! {").unwrap();
    let mut examples = Vec::new();
    let mut example = None;
    for line in codes.lines() {
        let line = line.trim();
        match (line, &mut example) {
            ("/// ```json", _) => example = Some(String::new()),
            ("/// ```", _) => {}
            (line, Some(json)) if line.starts_with("/// ") && !json.ends_with("]\n") => {
                json.push_str(line.trim_start_matches("/// "));
                json.push('\n');
            }
            (line, _) if line.contains(" = \"") => {
                let word = line.split('"').nth(1).unwrap().to_owned();
                if let Some(json) = example.take() {
                    examples.push((word, json));
                }
            }
            _ => {}
        }
    }
    examples
}

#[test]
fn every_documented_example_draws_its_code() {
    let examples = documented_examples();
    for (word, json) in &examples {
        let findings = read(json).validate();
        assert!(
            findings.iter().any(|finding| finding.code.as_str() == word),
            "{word}: {json}{:?}",
            places(&findings)
        );
    }
    let without: Vec<&str> = Code::ALL
        .iter()
        .map(|code| code.as_str())
        .filter(|word| !examples.iter().any(|(known, _)| known == word))
        .collect();
    assert_eq!(
        without,
        ["too_long", "text_too_long"],
        "these are long by nature"
    );
}

#[test]
fn the_readme_lists_every_code_with_its_cure() {
    let rows: String = Code::ALL
        .iter()
        .map(|code| {
            format!(
                "| `{code}` | {} | {} |\n",
                code.severity().as_str(),
                code.cure()
            )
        })
        .collect();
    let readme = include_str!("../../../README.md");
    assert!(readme.contains(&rows), "the table should be:\n{rows}");
}

#[test]
fn codes_are_words_of_their_own() {
    let mut words: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert!(words.iter().all(|word| {
        word.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    }));
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Code::ALL.len());
    assert!(Severity::Warning < Severity::Error);
}
