//! The language server as an editor sees it: the protocol, over pipes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// An editor with a folder of its own.
struct Editor {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    folder: PathBuf,
    asked: i32,
    /// What was published last, by file name.
    published: Vec<(String, Value)>,
}

impl Editor {
    fn started(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("lsp-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_ivr"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut editor = Self {
            to: child.stdin.take(),
            from: BufReader::new(child.stdout.take().unwrap()),
            child,
            folder: folder.canonicalize().unwrap(),
            asked: 0,
            published: Vec::new(),
        };
        let said = editor.ask("initialize", json!({ "capabilities": {} }));
        assert_eq!(said["result"]["capabilities"]["definitionProvider"], true);
        editor.tell("initialized", json!({}));
        editor
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let to = self.to.as_mut().unwrap();
        write!(to, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        to.flush().unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut header = String::new();
            assert!(
                self.from.read_line(&mut header).unwrap() > 0,
                "it went away"
            );
            if header.trim().is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("Content-Length: ") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let said = self.receive();
            if said["id"] == id {
                return said;
            }
            assert_eq!(said["method"], "textDocument/publishDiagnostics", "{said}");
            let uri = said["params"]["uri"].as_str().unwrap();
            let name = uri.rsplit('/').next().unwrap().to_owned();
            self.published.retain(|(known, _)| *known != name);
            self.published.push((name, said["params"].clone()));
        }
    }

    fn uri(&self, name: &str) -> String {
        format!("file://{}", self.folder.join(name).display())
    }

    fn open(&mut self, name: &str, text: &str) {
        let uri = self.uri(name);
        self.tell(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": "json", "version": 1, "text": text } }),
        );
    }

    fn change(&mut self, name: &str, version: i32, text: &str) {
        let uri = self.uri(name);
        self.tell(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "text": text }] }),
        );
    }

    /// The codes and ranges of what is wrong with a document now.
    fn found(&mut self, name: &str) -> Vec<(String, String)> {
        // Whatever was to be published is there before this is answered.
        let _ = self.ask("ivr/nothing", json!({}));
        let (_, params) = self
            .published
            .iter()
            .find(|(known, _)| known == name)
            .unwrap_or_else(|| panic!("nothing was published of {name}"));
        let list = params["diagnostics"].as_array().unwrap();
        list.iter()
            .map(|one| {
                assert_eq!(one["source"], "ivr");
                let code = one["code"].as_str().unwrap().to_owned();
                (code, place(&one["range"]))
            })
            .collect()
    }

    fn at(&mut self, method: &str, name: &str, line: u32, character: u32) -> Value {
        let uri = self.uri(name);
        self.ask(
            &format!("textDocument/{method}"),
            json!({
                "textDocument": { "uri": uri },
                "position": { "line": line, "character": character },
                "context": { "includeDeclaration": true, "triggerKind": 1 },
                "newName": "other",
            }),
        )
    }

    /// Says goodbye; the server ends well.
    fn leave(mut self) {
        let said = self.ask("shutdown", Value::Null);
        assert_eq!(said["result"], Value::Null);
        self.tell("exit", Value::Null);
        drop(self.to.take());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn place(range: &Value) -> String {
    let part = |which: &str| format!("{}:{}", range[which]["line"], range[which]["character"]);
    format!("{}-{}", part("start"), part("end"))
}

const MENU: &str = r#"{ "start": "main", "nodes": {
  "main": { "kind": "menu", "prompt": "ä😀 Press 1 or 2.", "choices": { "1": "bye", "2": "hours" },
    "no_input": { "then": "bye" }, "no_match": { "then": "bye" } },
  "hours": { "kind": "hours", "calendar": "office", "open": "menu:other", "closed": "bye" },
  "bye": { "kind": "hangup", "prompt": "Goodbye." }
} }
"#;
const CALENDAR: &str = r#"{ "timezone": "Europe/London", "weekly": { "mon": "09:00-17:00" } }"#;
const OTHER: &str = r#"{ "start": "a", "nodes": { "a": { "kind": "hangup" } } }"#;

#[test]
fn findings_come_as_one_types() {
    let mut editor = Editor::started("findings");
    fs::write(editor.folder.join("office.calendar.json"), CALENDAR).unwrap();
    fs::write(editor.folder.join("other.json"), OTHER).unwrap();
    editor.open(
        "main.json",
        &MENU.replace("\"2\": \"hours\"", "\"2\": \"houres\""),
    );
    let found = editor.found("main.json");
    // In UTF-16: the letter of two units before it counts as two.
    let expected = ("unknown-node".to_owned(), "1:89-1:97".to_owned());
    assert!(found.contains(&expected), "{found:?}");
    let list = editor.published[0].1["diagnostics"].as_array().unwrap();
    let unknown = list.iter().find(|one| one["code"] == "unknown-node");
    let message = &unknown.unwrap()["message"];
    assert!(
        message.as_str().unwrap().contains("did you mean `hours`"),
        "{message}"
    );

    editor.change("main.json", 2, MENU);
    assert_eq!(
        editor
            .found("main.json")
            .iter()
            .filter(|one| one.0 != "no-person")
            .count(),
        0
    );
    assert_eq!(editor.published[0].1["version"], 2);

    // What is typed in one document is seen from another.
    editor.open("office.calendar.json", &CALENDAR.replace("09:00", "9:00"));
    assert!(!editor.found("office.calendar.json").is_empty());
    editor.change("office.calendar.json", 2, CALENDAR);
    assert!(editor.found("office.calendar.json").is_empty());

    // No JSON at all, and an empty text.
    for text in ["{ \"start\": ", "", "\u{0}", "[[[[[[[["] {
        editor.change("main.json", 3, text);
        let found = editor.found("main.json");
        assert_eq!(found[0].0, "syntax", "{text:?}: {found:?}");
    }

    // Closed, nothing is wrong with it any more.
    let uri = editor.uri("main.json");
    editor.tell(
        "textDocument/didClose",
        json!({ "textDocument": { "uri": uri } }),
    );
    assert!(editor.found("main.json").is_empty());

    // Call scripts too.
    fs::write(editor.folder.join("main.json"), MENU).unwrap();
    editor.open(
        "main.test.json",
        "{ \"cases\": [{ \"name\": \"x\", \"stepps\": [] }] }",
    );
    assert_eq!(editor.found("main.test.json")[0].0, "call-script");
    editor.leave();
}

#[test]
fn one_goes_from_a_name_to_what_it_names_and_back() {
    let mut editor = Editor::started("definition");
    fs::write(editor.folder.join("office.calendar.json"), CALENDAR).unwrap();
    fs::write(editor.folder.join("other.json"), OTHER).unwrap();
    editor.open("main.json", MENU);
    let script = r#"{ "cases": [{ "name": "x", "steps": [{ "at": "hours", "press": "1" }], "end": { "at": "other/a" } }] }"#;
    editor.open("main.test.json", script);
    let column = |line: usize, text: &str| {
        let line = MENU.lines().nth(line).unwrap();
        let at = line.find(text).unwrap();
        u32::try_from(line[..at].encode_utf16().count()).unwrap()
    };
    let mut check = |name: &str, line: u32, column: u32, expected: Option<(&str, &str)>| {
        let said = editor.at("definition", name, line, column);
        let found = &said["result"];
        match expected {
            None => assert_eq!(*found, Value::Null, "{name}:{line}:{column}"),
            Some((file, range)) => {
                assert_eq!(found["uri"], editor.uri(file), "{name}:{line}:{column}");
                assert_eq!(place(&found["range"]), range, "{name}:{line}:{column}");
            }
        }
    };
    check("main.json", 0, 13, Some(("main.json", "1:3-1:7")));
    check(
        "main.json",
        1,
        column(1, "bye\""),
        Some(("main.json", "4:3-4:6")),
    );
    check(
        "main.json",
        1,
        column(1, "hours\""),
        Some(("main.json", "3:3-3:8")),
    );
    check(
        "main.json",
        3,
        column(3, "office"),
        Some(("office.calendar.json", "0:0-0:0")),
    );
    check(
        "main.json",
        3,
        column(3, "other"),
        Some(("other.json", "0:0-0:0")),
    );
    check("main.json", 1, column(1, "Press"), None);
    check("main.json", 99, 0, None);
    check("main.test.json", 0, 47, Some(("main.json", "3:3-3:8")));
    check(
        "main.test.json",
        0,
        u32::try_from(script.find("/a\"").unwrap()).unwrap() + 1,
        Some(("other.json", "0:28-0:29")),
    );
    check("nobody.json", 0, 0, None);

    let said = editor.at("references", "main.json", 3, 4);
    let mut places: Vec<String> = said["result"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let name = one["uri"].as_str().unwrap().rsplit('/').next().unwrap();
            format!("{name} {}", place(&one["range"]))
        })
        .collect();
    places.sort();
    assert_eq!(places.len(), 3, "{places:?}");
    assert_eq!(places[1], "main.json 3:3-3:8");
    editor.leave();
}

#[test]
fn a_node_gets_another_name_wherever_it_is_named() {
    let mut editor = Editor::started("rename");
    fs::write(
        editor.folder.join("main.test.json"),
        r#"{ "cases": [{ "name": "bye", "end": { "at": "bye" } }] }"#,
    )
    .unwrap();
    editor.open("main.json", MENU);
    let said = editor.at("prepareRename", "main.json", 4, 3);
    assert_eq!(place(&said["result"]), "4:3-4:6");
    let said = editor.at("rename", "main.json", 4, 3);
    let changes = said["result"]["changes"].as_object().unwrap();
    let menu = changes[&editor.uri("main.json")].as_array().unwrap();
    // The node, a choice, two retries, and a way out of the hours.
    assert_eq!(menu.len(), 5, "{menu:?}");
    let mut text: Vec<String> = MENU.lines().map(str::to_owned).collect();
    let mut edits: Vec<(usize, usize, usize)> = menu
        .iter()
        .map(|edit| {
            assert_eq!(edit["newText"], "other");
            let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
            let range = &edit["range"];
            let line = number(&range["start"]["line"]);
            (
                line,
                number(&range["start"]["character"]),
                number(&range["end"]["character"]),
            )
        })
        .collect();
    edits.sort_unstable();
    for (line, from, to) in edits.into_iter().rev() {
        let units: Vec<u16> = text[line].encode_utf16().collect();
        let (before, after) = (&units[..from], &units[to..]);
        assert_eq!(String::from_utf16_lossy(&units[from..to]), "bye");
        text[line] = format!(
            "{}other{}",
            String::from_utf16_lossy(before),
            String::from_utf16_lossy(after)
        );
    }
    assert_eq!(text.join("\n") + "\n", MENU.replace("\"bye\"", "\"other\""));
    let script = changes[&editor.uri("main.test.json")].as_array().unwrap();
    assert_eq!(script.len(), 1, "only where it is a node: {script:?}");

    let refuse = |editor: &mut Editor, line: u32, character: u32, name: &str, words: &str| {
        let uri = editor.uri("main.json");
        let said = editor.ask(
            "textDocument/rename",
            json!({
                "textDocument": { "uri": uri },
                "position": { "line": line, "character": character }, "newName": name,
            }),
        );
        let error = said["error"]["message"].as_str().unwrap_or_default();
        assert!(error.contains(words), "{name}: {said}");
    };
    refuse(&mut editor, 4, 3, "main", "there is a node `main` already");
    refuse(&mut editor, 4, 3, "a b", "cannot be a node's id");
    refuse(&mut editor, 4, 3, "", "cannot be a node's id");
    refuse(&mut editor, 3, 40, "x", "only nodes");
    let said = editor.at("prepareRename", "main.json", 3, 40);
    assert_eq!(said["result"], Value::Null);
    editor.leave();
}

#[test]
fn what_is_not_understood_ends_nothing() {
    let mut editor = Editor::started("robust");
    let said = editor.ask("textDocument/definition", json!({ "nothing": 1 }));
    assert!(said["error"]["message"].is_string(), "{said}");
    let said = editor.ask("textDocument/formatting", json!({}));
    assert_eq!(said["error"]["code"], -32601);
    editor.tell("textDocument/didChange", json!({ "x": 1 }));
    editor.tell("$/setTrace", json!({ "value": "off" }));
    for uri in [
        "untitled:Untitled-1",
        "file:///",
        "https://example.com/main.json",
        "file:///nowhere/at/all.json",
    ] {
        editor.tell(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": "json", "version": 1, "text": "{" } }),
        );
    }
    editor.open("main.json", MENU);
    assert!(
        !editor.found("main.json").is_empty(),
        "there is no calendar beside it"
    );
    editor.leave();
}

#[test]
fn what_may_be_written_is_offered_and_what_is_written_explained() {
    let mut editor = Editor::started("complete");
    fs::write(editor.folder.join("office.calendar.json"), CALENDAR).unwrap();
    fs::write(editor.folder.join("vip.list.json"), "{ \"numbers\": [] }").unwrap();
    fs::write(editor.folder.join("main.json"), MENU).unwrap();
    let mut version = 1;
    // The cursor is where `|` stands; what is offered holds these, and none of those.
    let mut check = |name: &str, text: &str, offered: &[&str], not: &[&str]| {
        let place = text.find('|').unwrap();
        let before = &text[..place];
        let line = u32::try_from(before.matches('\n').count()).unwrap();
        let column = before.rsplit('\n').next().unwrap().encode_utf16().count();
        version += 1;
        let text = text.replacen('|', "", 1);
        if version == 2 {
            editor.open(name, &text);
        } else {
            editor.change(name, version, &text);
        }
        let said = editor.at("completion", name, line, u32::try_from(column).unwrap());
        let labels: Vec<String> = said["result"]
            .as_array()
            .unwrap_or_else(|| panic!("{said}"))
            .iter()
            .map(|one| one["label"].as_str().unwrap().to_owned())
            .collect();
        for label in offered {
            assert!(
                labels.iter().any(|one| one == label),
                "{text}: no {label} in {labels:?}"
            );
        }
        for label in not {
            assert!(
                !labels.iter().any(|one| one == label),
                "{text}: {label} in {labels:?}"
            );
        }
    };
    let main = "main.json";
    check(
        main,
        "{ | }",
        &["start", "nodes", "voice", "keys"],
        &["kind", "timezone"],
    );
    check(main, "{ \"start\": \"x\", \"|\" }", &["nodes"], &["start"]);
    check(
        main,
        "{ \"start\": \"|\", \"nodes\": { \"ä\": {}, \"main\": {} } }",
        &["main"],
        &["@hangup"],
    );
    check(
        main,
        "{ \"nodes\": { \"a\": { \"kind\": \"|\" } } }",
        &["menu", "hangup", "connect"],
        &[],
    );
    check(
        main,
        "{ \"nodes\": {\n \"a\": { \"kind\": \"connect\", | \n } } }",
        &["to", "ring", "otherwise", "prompt"],
        &["kind", "choices", "calendar"],
    );
    check(
        main,
        "{ \"nodes\": { \"a\": { \"kind\": \"say\", \"then\": \"|\" }, \"b\": {} } }",
        &["a", "b", "@hangup", "@back", "menu:main"],
        &["true"],
    );
    check(
        main,
        "{ \"nodes\": { \"a\": { \"kind\": \"menu\", \"choices\": { \"1\": \"|",
        &["a", "@repeat"],
        &[],
    );
    check(
        main,
        "{ \"nodes\": { \"a\": { \"kind\": \"menu\", \"no_input\": { \"|",
        &["tries", "then"],
        &["choices"],
    );
    check(
        main,
        "{ \"nodes\": { \"a\": { \"kind\": \"hours\", \"calendar\": | } } }",
        &["office"],
        &["vip"],
    );
    check(
        main,
        "{ \"nodes\": { \"a\": { \"kind\": \"switch\", \"cases\": [{ \"in_list\": \"|\" }] } } }",
        &["vip"],
        &["office"],
    );
    check(
        main,
        "{ \"nodes\": { \"a\": { \"kind\": \"menu\", \"barge_in\": | } } }",
        &["true", "false"],
        &[],
    );
    check(main, "|", &[], &["start"]);
    // Even where the menu is not finished.
    editor.change(main, 98, MENU.trim_end_matches(['}', '\n']));
    let script = r#"{ "cases": [{ "name": "x", "steps": [{ "at": "", "" }] }] }"#;
    editor.open("main.test.json", script);
    let after = |words: &str| u32::try_from(script.find(words).unwrap() + words.len()).unwrap();
    let said = editor.at("completion", "main.test.json", 0, after(r#""at": ""#));
    let labels = said["result"].to_string();
    for word in ["\"main\"", "\"hours\"", "\"bye\""] {
        assert!(labels.contains(word), "no {word} in {labels}");
    }
    let said = editor.at("completion", "main.test.json", 0, after(r#""at": "", ""#));
    let labels = said["result"].to_string();
    for word in ["\"press\"", "\"hear\"", "\"transfer\""] {
        assert!(labels.contains(word), "no {word} in {labels}");
    }

    editor.change(main, 99, MENU);
    let mut hover = |line: u32, character: u32, words: &str| {
        let said = editor.at("hover", main, line, character);
        let text = said["result"]["contents"]["value"]
            .as_str()
            .unwrap_or_default();
        assert!(
            text.contains(words),
            "{line}:{character}: no {words:?} in {said}"
        );
    };
    hover(1, 14, "What the step does");
    hover(3, 33, "The calendar's id");
    hover(3, 53, "opening hours");
    let said = editor.at("hover", main, 1, 0);
    assert_eq!(said["result"], Value::Null);
    editor.leave();
}
