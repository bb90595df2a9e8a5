//! What others wrote gives the terminal no orders.

use super::*;

#[test]
fn a_worker_gives_the_terminal_no_orders() {
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}x";
    let worker = server(move |method, path, _, _| {
        Some(match (method, path) {
            ("GET", "/api/menus/main/versions") => (
                200,
                json!({ "versions": [{
                    "version": format!("3f2a{hostile}"), "published": hostile, "message": hostile,
                }] })
                .to_string(),
            ),
            ("GET", "/api/menus/main") => (
                200,
                json!({ "start": "x", "nodes": { "x": { "kind": hostile } } }).to_string(),
            ),
            _ => (
                422,
                json!({ "title": hostile, "detail": hostile, "findings": [{
                    "file": hostile, "line": 1, "column": 1, "code": hostile, "message": hostile,
                }] })
                .to_string(),
            ),
        })
    });
    let folder = Folder::started("orders");
    let menu = folder.path("phone/main.json");
    let orders = |arguments: &[&str]| {
        let there = ["--url", &worker.url, "--token", "t"];
        let online = [arguments, &there[..]].concat();
        for arguments in [online.clone(), [&online[..], &["--json"]].concat()] {
            let output = run(&arguments, None);
            let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
            assert!(said.contains("owned"), "{arguments:?}: {said}");
            let order =
                |letter: char| (letter.is_control() && letter != '\n') || letter == '\u{202e}';
            assert!(!said.contains(order), "{arguments:?}: {said:?}");
        }
    };
    orders(&["versions", "main"]);
    orders(&["rollback", "main"]);
    orders(&["rollback", "main", "--to", "3f"]);
    orders(&["replay", "--dead"]);
    orders(&["pull", "other"]);
    orders(&["diff", "main", &menu]);
    orders(&["publish", &menu]);
}

#[test]
fn a_document_gives_the_terminal_no_orders() {
    let folder = Folder::empty("document-orders");
    // As JSON writes it, and raw where JSON allows it.
    let hostile = "\\u001b]0;owned\\u0007\\u001b[2J\u{9b}31m\u{202e}x";
    let menu = folder.write(
        "main.json",
        format!(
            r#"{{ "title": "{hostile}", "start": "bye", "nodes": {{
              "bye": {{ "kind": "hangup", "prompt": "{hostile}" }},
              "{hostile}": {{ "kind": "say", "prompt": "x", "then": "{hostile}" }} }} }}"#
        ),
    );
    let script = folder.write(
        "main.test.json",
        format!(
            r#"{{ "cases": [{{ "name": "{hostile}", "steps": [{{ "press": "{hostile}" }}] }}] }}"#
        ),
    );
    let playable = folder.write(
        "fine.json",
        format!(
            r#"{{ "start": "bye", "nodes": {{
              "bye": {{ "kind": "hangup", "prompt": "{hostile}" }} }} }}"#
        ),
    );
    folder.write(
        "fine.test.json",
        format!(r#"{{ "cases": [{{ "name": "{hostile}", "end": {{ "hear": "{hostile}!" }} }}] }}"#),
    );
    // Raw controls are no JSON, and are shown in the excerpt.
    let raw = folder.write("raw.json", "{ \"title\": \"\u{1b}]0;owned\u{7}\" }");
    let orders = |letter: char| (letter.is_control() && letter != '\n') || letter == '\u{202e}';
    let output = run(&["check", &raw], None);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(said.contains("?]0;owned?"), "{said}");
    assert!(!said.contains(orders), "{said:?}");
    for arguments in [
        vec!["check", &menu],
        vec!["test", &script],
        vec!["test", &playable],
        vec!["test", &playable, "--transcripts"],
        vec!["dial", "--menu", &playable, "--keys", "1"],
        vec!["dial", "--menu", &playable, "--keys", "1", "--verbose"],
        vec!["graph", &playable],
        vec!["graph", &playable, "--format", "dot"],
        vec![
            "diff",
            &playable,
            &folder.write(
                "b.json",
                r#"{ "start": "bye", "nodes": { "bye": { "kind": "hangup" } } }"#,
            ),
        ],
    ] {
        for arguments in [arguments.clone(), [&arguments[..], &["--json"]].concat()] {
            let output = run(&arguments, None);
            let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
            let drawn = said.contains("owned") || arguments.contains(&"--json");
            assert!(drawn, "{arguments:?}: {said}");
            assert!(!said.contains(orders), "{arguments:?}: {said:?}");
        }
    }
}
