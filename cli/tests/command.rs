//! The command as a shell sees it: bad input, exit codes, and the servers it talks to.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

struct Folder(PathBuf);

impl Folder {
    /// A folder of one's own; `ivr new` fills it.
    fn started(name: &str) -> Self {
        let folder = Self::empty(name);
        let made = run(&["new", &folder.path("phone")], None);
        assert_eq!(made.status.code(), Some(0));
        folder
    }

    fn empty(name: &str) -> Self {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        fs::write(self.0.join(name), bytes).unwrap();
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(arguments: &[&str], input: Option<&str>) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ivr"))
        .args(arguments)
        .env_remove("IVR_URL")
        .env_remove("IVR_TOKEN")
        .env_remove("IVR_SECRET")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all(input.unwrap_or_default().as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The exit code, and words of what is printed.
fn check(arguments: &[&str], code: i32, words: &[&str]) {
    let output = run(arguments, None);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{said}");
    for words in words {
        assert!(
            said.contains(words),
            "{arguments:?}: no {words:?} in\n{said}"
        );
    }
    assert!(
        !said.contains('\u{1b}'),
        "colours without a terminal: {said}"
    );
}

/// A server that answers by rule and remembers what it was asked.
struct Server {
    url: String,
    asked: Arc<Mutex<Vec<(String, String, String)>>>,
}

fn server(
    reply: impl Fn(&str, &str, &str, &str) -> Option<(u16, String)> + Send + 'static,
) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                continue;
            }
            let mut words = line.split_whitespace();
            let (method, path) = (
                words.next().unwrap().to_owned(),
                words.next().unwrap().to_owned(),
            );
            let mut headers = String::new();
            let mut length = 0;
            loop {
                let mut header = String::new();
                reader.read_line(&mut header).unwrap();
                if header.trim().is_empty() {
                    break;
                }
                let lower = header.to_lowercase();
                if let Some(value) = lower.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                headers.push_str(&lower);
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let body = text(&body);
            seen.lock()
                .unwrap()
                .push((method.clone(), path.clone(), body.clone()));
            // Nothing at all is a connection that breaks.
            if let Some((status, reply)) = reply(&method, &path, &headers, &body) {
                let mut stream = stream;
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{reply}",
                    reply.len()
                );
            }
        }
    });
    Server { url, asked }
}

impl Server {
    fn puts(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .filter(|(method, ..)| method == "PUT")
            .map(|(_, path, _)| path.clone())
            .collect()
    }
}

#[test]
fn an_author_goes_from_an_empty_folder_to_a_call() {
    let folder = Folder::started("author");
    let menu = folder.path("phone/main.json");
    check(&["check", &folder.path("phone")], 0, &["nothing found"]);
    check(
        &["test", &folder.path("phone"), "--coverage"],
        0,
        &["8 calls: 8 passed"],
    );
    check(
        &["test", &menu, "--case", "busy", "--transcripts"],
        0,
        &["447700900100: busy", "1 call: 1 passed"],
    );
    check(
        &[
            "dial",
            "--menu",
            &menu,
            "--at",
            "2026-01-14T10:00:00Z",
            "--keys",
            "1",
        ],
        0,
        &["One moment", "answered"],
    );
    check(
        &["graph", &menu],
        0,
        &[
            "flowchart TD",
            "call((call)) --> n_hours",
            "-->|\"open\"| n_main",
        ],
    );
    check(
        &["graph", &menu, "--format", "dot"],
        0,
        &["digraph \"main\"", "n_hours -> n_main"],
    );
    check(&["diff", &menu, &menu], 0, &["Nothing changes"]);
    check(&["new", &folder.path("phone")], 2, &["is there already"]);
    check(&["completions", "bash"], 0, &["_ivr()"]);
}

#[test]
fn every_starter_is_without_findings_and_its_scripts_take_every_exit() {
    let folder = Folder::empty("starters");
    for (starter, calls) in [("company", 8), ("clinic", 11), ("hotel", 10), ("shop", 9)] {
        let place = folder.path(starter);
        check(
            &["new", &place, "--from", starter],
            0,
            &["main.test.json", "*.schema.json", "ivr check"],
        );
        check(&["check", &place, "--strict"], 0, &["nothing found"]);
        let passed = format!("{calls} passed");
        check(&["test", &place, "--coverage"], 0, &[&passed]);
        for name in ["main.json", "numbers.json", "main.test.json"] {
            let text_of = fs::read_to_string(folder.0.join(starter).join(name)).unwrap();
            let document: Value = serde_json::from_str(&text_of).unwrap();
            let schema = document["$schema"].as_str().unwrap();
            let schema = fs::read_to_string(folder.0.join(starter).join(schema)).unwrap();
            let schema: Value = serde_json::from_str(&schema).unwrap();
            assert!(jsonschema::is_valid(&schema, &document), "{starter}/{name}");
        }
    }
    check(
        &["new", &folder.path("x"), "--from", "pub"],
        2,
        &["company", "shop"],
    );
}

#[test]
fn schemas_and_manual_pages_are_printed() {
    let menus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../menus");
    for (arguments, file) in [
        (&["schema"][..], "menu.schema.json"),
        (&["schema", "test"], "test.schema.json"),
    ] {
        let output = run(arguments, None);
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
        let file = fs::read(menus.join(file)).unwrap();
        assert_eq!(printed, serde_json::from_slice::<Value>(&file).unwrap());
    }
    check(
        &["schema", "calendar"],
        0,
        &["#/$defs/calendar", "timezone"],
    );
    check(&["schema", "pub"], 2, &["calendar"]);
    let folder = Folder::empty("man");
    check(
        &["man", &folder.path("man1")],
        0,
        &["ivr.1", "ivr-check.1", "ivr-vonage-apply.1"],
    );
    let page = fs::read_to_string(folder.0.join("man1/ivr-check.1")).unwrap();
    for words in [".TH ivr", "ivr check", "Treat warnings as errors"] {
        assert!(page.contains(words), "no {words:?} in\n{page}");
    }
}

#[test]
fn a_caller_at_a_terminal_types_what_happens() {
    let folder = Folder::started("terminal");
    let menu = folder.path("phone/main.json");
    let dial = ["dial", "--menu", &menu, "--at", "2026-01-14T10:00:00Z"];
    let output = run(&dial, Some("what\n1\nbusy\n12\n"));
    let said = text(&output.stdout);
    for words in [
        "main keys>",
        "this menu takes keys only",
        "447700900100: busy",
        "recorded 12 s",
        "outcome message_left",
    ] {
        assert!(said.contains(words), "no {words:?} in\n{said}");
    }
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn bad_input_is_told_clearly_and_by_exit_code() {
    let folder = Folder::started("bad");
    let phone = folder.path("phone");
    let menu = fs::read_to_string(folder.0.join("phone/main.json")).unwrap();
    let missing = folder.path("nobody.json");
    for command in ["check", "test", "graph"] {
        check(&[command, &missing], 2, &["nobody.json: no such file"]);
    }
    check(
        &["check", &folder.write("words.json", "hello")],
        1,
        &["syntax", "words.json:1:1"],
    );
    check(
        &[
            "check",
            &folder.write("latin.json", b"{ \"title\": \"\xe9\" }"),
        ],
        1,
        &["syntax", "not UTF-8", "0xe9", "latin.json:1:13"],
    );
    check(
        &["check", &folder.write("schema.json", "{ \"start\": 1 }")],
        1,
        &["wrong-type", "start"],
    );
    check(
        &["check", &folder.write("notes.txt", "x")],
        2,
        &["not a document"],
    );
    let long = format!("{{ \"title\": \"{}\" }}", "x".repeat(10 << 20));
    check(
        &["check", &folder.write("huge.json", long)],
        2,
        &["10.0 MB is too large"],
    );
    for name in [
        "words.json",
        "latin.json",
        "schema.json",
        "huge.json",
        "notes.txt",
    ] {
        fs::remove_file(folder.0.join(name)).unwrap();
    }
    check(&["check", &folder.path("")], 2, &["no menus here"]);
    check(
        &["test", &folder.write("alone.json", &menu)],
        2,
        &["no call scripts"],
    );
    check(
        &["check", "--explain", "trapp"],
        2,
        &["did you mean `trap`?"],
    );
    check(&["check", "--explain", "trap"], 0, &["error[trap]"]);
    check(&["--explain", "trap"], 0, &["error[trap]"]);
    check(&["--explain", "trapp"], 2, &["did you mean `trap`?"]);
    check(&["--json"], 2, &["what to do?"]);
    check(&[], 2, &["Usage: ivr"]);
    check(&["dial"], 2, &["whom to call?"]);
    check(&["publish", &phone], 2, &["which Worker?"]);
    check(&["chekc"], 2, &["unrecognized subcommand"]);
    check(&["--help"], 0, &["Exit codes:", "Environment:"]);
    for command in [
        "check", "test", "dial", "graph", "diff", "publish", "pull", "versions", "rollback",
        "replay", "new", "sign",
    ] {
        check(&[command, "--help"], 0, &["Example", "Usage:"]);
    }
    // A finding shows the line and a caret.
    let wrong = menu.replace("\"open\": \"main\"", "\"open\": \"mian\"");
    fs::write(folder.0.join("phone/main.json"), &wrong).unwrap();
    check(
        &["check", &phone],
        1,
        &[
            "unknown-node",
            "\"open\": \"mian\"",
            "main.json:11:15",
            "1 error",
        ],
    );
    let output = run(&["check", &phone, "--json"], None);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let unknown = found["findings"].as_array().unwrap().iter();
    let unknown: Vec<&Value> = unknown
        .filter(|one| one["code"] == "unknown-node")
        .collect();
    assert_eq!(unknown[0]["pointer"], json!("/nodes/hours/open"));
    assert_eq!(unknown[0]["line"], json!(11));
}

#[test]
fn a_failed_script_shows_the_call_up_to_the_wrong_step_and_what_was_there() {
    let folder = Folder::started("failed");
    let path = folder.0.join("phone/main.test.json");
    let script = fs::read_to_string(&path).unwrap();
    let expect = |from: &str, to: &str, words: &[&str]| {
        assert!(script.contains(from), "{from}");
        fs::write(&path, script.replacen(from, to, 1)).unwrap();
        check(&["test", &folder.path("phone")], 1, words);
    };
    expect(
        "\"hear\": \"press 1\"",
        "\"hear\": \"press 5\"",
        &[
            "FAILED",
            "step 1: expected to hear \"press 5\"",
            "For sales, press 1",
        ],
    );
    expect(
        "\"at\": \"main\"",
        "\"at\": \"sales\"",
        &["to be at `sales`", "the caller is at `main`"],
    );
    expect(
        "\"dialled\": \"447700900100\"",
        "\"dialled\": \"447700900101\"",
        &["447700900101 to be called", "447700900100 is being called"],
    );
    expect(
        "\"outcome\": \"transferred\"",
        "\"outcome\": \"abandoned\"",
        &["at the end", "the outcome is `transferred`"],
    );
    expect(
        "{ \"transfer\": \"busy\" },",
        "{ \"press\": \"1\" },",
        &["here a step does `transfer`"],
    );
    expect(
        "\"press\": \"1\"",
        "\"press\": \"x\"",
        &["a telephone has no keys"],
    );
    expect(
        "\"press\": \"1\"",
        "\"pres\": \"1\"",
        &[
            "there is no field `pres` here; did you mean `press`?",
            "main.test.json:8:",
        ],
    );
    expect("\"transferred\"", "\"happy\"", &["found `happy`"]);
    fs::write(
        &path,
        script.replacen("\"press\": \"7\"", "\"press\": \"1\"", 1),
    )
    .unwrap();
    check(
        &["test", &folder.path("phone")],
        1,
        &["not one of the options"],
    );
}

#[test]
fn a_worker_that_is_away_or_says_no_is_told_apart() {
    let folder = Folder::started("away");
    let phone = folder.path("phone");
    let away = ["--url", "http://127.0.0.1:9", "--token", "t"];
    check(
        &[&["publish", &phone], &away[..]].concat(),
        3,
        &["http://127.0.0.1:9/api/"],
    );
    check(
        &[&["versions", "main"], &away[..]].concat(),
        3,
        &["is that the Worker"],
    );
    check(
        &["dial", "--url", "http://127.0.0.1:9", "--keys", "1"],
        3,
        &["nobody answers"],
    );
    check(
        &["test", &phone, "--url", "http://127.0.0.1:9"],
        2,
        &["there is no secret"],
    );

    let refusing = server(|_, _, _, _| Some((401, "{}".to_owned())));
    let at = ["--url", &refusing.url, "--token", "wrong"];
    check(
        &[&["publish", &phone], &at[..]].concat(),
        3,
        &["not let in (401)", "ADMIN_TOKEN"],
    );
    check(
        &[
            "dial",
            "--url",
            &refusing.url,
            "--secret",
            "s",
            "--keys",
            "1",
        ],
        3,
        &["refuses the signature"],
    );
}

#[test]
fn a_broken_document_beside_a_menu_is_told_and_not_played_as_absent() {
    let folder = Folder::started("beside");
    let phone = folder.path("phone");
    let menu = folder.path("phone/main.json");
    let calendar = folder.path("phone/office.calendar.json");
    let fine = fs::read_to_string(&calendar).unwrap();
    let broken = fine.replacen("09:00", "9:00", 1);
    assert_ne!(fine, broken);
    fs::write(&calendar, broken).unwrap();
    let told = ["office.calendar.json", "keeps the last good version"];
    check(&["test", &phone], 1, &told);
    check(&["test", &menu], 1, &told);
    check(&["dial", "--menu", &menu, "--keys", "1"], 1, &told);
    let script = folder.path("phone/main.test.json");
    check(&["dial", "--menu", &menu, "--script", &script], 1, &told);
    for arguments in [
        &["test", &phone, "--json"][..],
        &["dial", "--menu", &menu, "--keys", "1", "--json"],
        &["dial", "--menu", &menu, "--script", &script, "--json"],
    ] {
        let output = run(arguments, None);
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        let files: Vec<&str> = said["broken"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["file"].as_str().unwrap())
            .collect();
        assert_eq!(files, [calendar.as_str()], "{arguments:?}");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    }
    // What callers do not come by is the business of `ivr check`.
    fs::write(&calendar, fine).unwrap();
    folder.write("phone/other.json", "{");
    check(&["test", &phone], 0, &["8 passed"]);
    check(&["dial", "--menu", &menu, "--keys", "1"], 0, &[]);
    // The menu of a script itself.
    let text_of = fs::read_to_string(&menu).unwrap();
    fs::write(&menu, text_of.replacen("\"start\"", "\"strat\"", 1)).unwrap();
    check(
        &["test", &phone],
        1,
        &["main.json:1:1", "`start` is missing"],
    );
    fs::remove_file(&menu).unwrap();
    check(&["test", &phone], 1, &["there is no menu `main`"]);
}

#[test]
fn what_was_asked_wrongly_is_told_in_words() {
    let folder = Folder::started("asked");
    let phone = folder.path("phone");
    let menu = folder.path("phone/main.json");
    let none = folder.write("none.json", fs::read_to_string(&menu).unwrap());
    folder.write("none.test.json", "{ \"cases\": [] }");
    let cases: [(&[&str], i32, &[&str]); 13] = [
        (&["graph", &phone], 2, &["phone: this is a folder"]),
        (&["diff", &menu, &phone], 2, &["phone is a folder, and"]),
        (&["new", &menu], 2, &["there is a file of this name"]),
        (
            &["new", &format!("{menu}/x")],
            2,
            &["a part of this path is a file"],
        ),
        (
            &["check", &format!("{menu}/x.json")],
            2,
            &["a part of this path is a file"],
        ),
        (
            &["test", &phone, "--case", "nobody"],
            2,
            &["no case in", "\"nobody\"", "phone"],
        ),
        (&["test", &none], 1, &["there are no cases"]),
        (
            &["dial", "--menu", &menu, "--keys", "1,x"],
            2,
            &["0-9, * and #"],
        ),
        (
            &["dial", "--menu", &menu, "--keys", "w"],
            2,
            &["0-9, * and #"],
        ),
        (
            &["dial", "--menu", &menu, "--calls", "3"],
            2,
            &["--calls", "--menu"],
        ),
        (
            &["dial", "--url", "http://127.0.0.1:9", "--calls", "0"],
            2,
            &["--calls"],
        ),
        (&["dial", "--menu", &menu, "--keys", "*#0,,1"], 0, &[]),
        (&["chekc"], 2, &["unrecognized subcommand"]),
    ];
    for (arguments, code, words) in cases {
        check(arguments, code, words);
        let said = run(arguments, None);
        let said = format!("{}{}", text(&said.stdout), text(&said.stderr));
        assert!(!said.contains("os error"), "{arguments:?}: {said}");
    }
}

#[test]
fn documents_of_any_kind_and_whole_folders_are_compared() {
    let folder = Folder::started("compared");
    let (old, new) = (folder.path("phone"), folder.path("new"));
    assert_eq!(run(&["new", &new], None).status.code(), Some(0));
    check(&["diff", &old, &new], 0, &["Nothing changes"]);
    let change = |name: &str, from: &str, to: &str| {
        let path = folder.0.join("new").join(name);
        let before = fs::read_to_string(&path).unwrap();
        assert!(before.contains(from), "{name}: {from}");
        fs::write(&path, before.replacen(from, to, 1)).unwrap();
    };
    change("main.json", "447700900100", "447700900101");
    change("office.calendar.json", "09:00", "08:00");
    change("numbers.json", "\"main\"", "\"other\"");
    change("main.test.json", "\"press\": \"1\"", "\"press\": \"2\"");
    folder.write("new/vip.list.json", "{ \"numbers\": [] }");
    fs::write(folder.0.join("phone/old.list.json"), "{ \"numbers\": [] }").unwrap();
    for (name, words) in [
        ("main.json", "are put through to 447700900101"),
        ("office.calendar.json", "open 08:00"),
        ("numbers.json", "now reaches the menu other"),
        ("main.test.json", "is now \"2\", not \"1\""),
    ] {
        check(
            &["diff", &format!("{old}/{name}"), &format!("{new}/{name}")],
            1,
            &[words],
        );
        check(&["diff", &old, &new], 1, &[&format!("{name}:"), words]);
    }
    check(
        &["diff", &old, &new],
        1,
        &["New: the list vip.", "Gone: the list old."],
    );
    let output = run(&["diff", &old, &new, "--json"], None);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let changes = said["changes"].as_array().unwrap();
    assert!(
        changes
            .iter()
            .any(|change| change["file"] == "main.json" && change["pointer"] == "/nodes/sales/to"),
        "{said}"
    );
    check(
        &[
            "diff",
            &format!("{old}/main.json"),
            &format!("{new}/office.calendar.json"),
        ],
        2,
        &["is a menu, and", "is a calendar"],
    );
    check(
        &["diff", &old, &format!("{new}/main.json")],
        2,
        &["phone is a folder, and"],
    );
    check(
        &["diff", &format!("{old}/x.txt"), &old],
        2,
        &["is a folder, and"],
    );
    fs::write(folder.0.join("phone/main.json"), "{").unwrap();
    check(&["diff", &old, &new], 1, &["main.json:1:"]);
}

#[test]
fn programs_get_json_for_usage_errors_too() {
    for arguments in [
        &["--json", "chekc"][..],
        &["check", "--jsn", "--json"],
        &["graph", "--json"],
        &["dial", "--keys", "x", "--json"],
        &["--json"],
        &["graph", "nobody.json", "--json"],
    ] {
        let output = run(arguments, None);
        let said: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|why| panic!("{arguments:?}: {why}: {}", text(&output.stderr)));
        let error = said["error"].as_str().unwrap();
        assert!(!error.is_empty() && !error.starts_with("error"), "{said}");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stderr.is_empty(), "{arguments:?}");
    }
    // After `--`, it is a file's name.
    let output = run(&["check", "--nobody", "--", "--json"], None);
    assert!(output.stdout.is_empty());
}

#[test]
fn findings_are_what_check_prints() {
    let folder = Folder::started("report");
    let menu = folder.path("phone/main.json");
    let text_of = fs::read_to_string(&menu).unwrap();
    fs::write(
        &menu,
        text_of.replacen("\"open\": \"main\"", "\"open\": \"mian\"", 1),
    )
    .unwrap();
    let output = run(&["check", &folder.path("phone")], None);
    let report = text(&output.stdout);
    assert!(
        report.contains("unknown-node") && report.contains("1 error"),
        "{report}"
    );
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn an_end_without_words_is_not_heard() {
    let folder = Folder::empty("wordless");
    let menu = folder.write(
        "main.json",
        r#"{ "start": "a", "nodes": { "a": { "kind": "hangup" } } }"#,
    );
    let output = run(&["dial", "--menu", &menu], None);
    let said = text(&output.stdout);
    assert!(!said.contains("hears"), "{said}");
    assert!(said.contains("outcome"), "{said}");
}

#[test]
fn a_token_is_not_sent_in_clear() {
    for command in [
        &["versions", "main"][..],
        &["rollback", "main"],
        &["pull"],
        &["replay", "--dead"],
        &["diff", "main", "main"],
    ] {
        let there = ["--url", "http://ivr.example.com", "--token", "t"];
        check(
            &[command, &there[..]].concat(),
            2,
            &["not encrypted", "https://"],
        );
    }
}

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

#[test]
fn what_is_pulled_stays_in_its_folder() {
    let folder = Folder::empty("pulled");
    for (kind, id) in [
        ("menus", "../escaped"),
        ("menus", "/tmp/ivr-escaped"),
        ("calendars", "..\\escaped"),
        ("lists", "a/b"),
        ("menus", ""),
        ("menus", "numbers"),
    ] {
        let worker = server(move |_, path, _, _| {
            Some((
                200,
                match path {
                    "/api/menus" | "/api/calendars" | "/api/lists" if path.ends_with(kind) => {
                        json!({ kind: [{ "id": id }] }).to_string()
                    }
                    "/api/numbers" => json!({ "numbers": { "default": "main" } }).to_string(),
                    _ => json!({ "menus": [], "calendars": [], "lists": [] }).to_string(),
                },
            ))
        });
        let into = folder.path("into");
        check(
            &[
                "pull",
                "--url",
                &worker.url,
                "--token",
                "t",
                "--into",
                &into,
            ],
            1,
            &["nothing was written"],
        );
        let left: Vec<_> = fs::read_dir(&folder.0).unwrap().collect();
        assert!(left.is_empty(), "{id}: {left:?}");
    }
    let worker = server(|_, _, _, _| Some((200, "{}".to_owned())));
    let there = ["--url", &worker.url, "--token", "t"];
    for command in [
        &["pull", "../x"][..],
        &["versions", "../x"],
        &["rollback", "a/b"],
    ] {
        check(&[command, &there[..]].concat(), 2, &["is no id"]);
    }
    assert!(worker.asked.lock().unwrap().is_empty());
}

#[test]
fn a_publish_race_an_interruption_and_a_refusal_leave_nothing_half_done() {
    let folder = Folder::started("race");
    let phone = folder.path("phone");
    let publish = |server: &Server, code: i32, words: &[&str]| {
        check(
            &["publish", &phone, "--url", &server.url, "--token", "t"],
            code,
            words,
        );
    };
    // Somebody else was faster: the PUT names what was there, and is refused.
    let race = server(|method, path, headers, _| match (method, path) {
        ("GET", "/api/menus/main") => Some((200, "{ \"other\": 1 }".to_owned())),
        ("PUT", "/api/menus/main") => {
            assert!(headers.contains("if-match: \""), "{headers}");
            Some((409, "{ \"title\": \"Somebody was faster\" }".to_owned()))
        }
        ("PUT", _) => Some((201, "{}".to_owned())),
        _ => Some((404, "{}".to_owned())),
    });
    publish(
        &race,
        1,
        &[
            "menus/main: somebody else published meanwhile",
            "published before that: calendars/office",
        ],
    );
    assert_eq!(race.puts(), ["/api/calendars/office", "/api/menus/main"]);

    // The connection breaks: what was done is said, and a second run does the rest.
    let broken = server(|method, path, _, _| match (method, path) {
        ("PUT", "/api/menus/main") => None,
        ("PUT", _) => Some((201, "{}".to_owned())),
        _ => Some((404, "{}".to_owned())),
    });
    publish(
        &broken,
        3,
        &[
            "published before that: calendars/office",
            "goes on where it stopped",
        ],
    );

    // The Worker's own check says no.
    let strict = server(|method, _, _, _| {
        match method {
        "PUT" => Some((422, json!({ "title": "The check finds errors", "findings": [{
            "file": "main.json", "line": 3, "column": 5, "code": "trap", "message": "never ends" }] }).to_string())),
        _ => Some((404, "{}".to_owned())),
    }
    });
    publish(
        &strict,
        1,
        &[
            "The check finds errors",
            "main.json:3:5 [trap] never ends",
            "nothing was published",
        ],
    );

    // Our own check says no: nobody is even asked.
    let idle = server(|_, _, _, _| Some((404, "{}".to_owned())));
    let path = folder.0.join("phone/main.json");
    let menu = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        menu.replace("\"open\": \"main\"", "\"open\": \"mian\""),
    )
    .unwrap();
    publish(&idle, 1, &["nothing was published", "unknown-node"]);
    assert!(idle.asked.lock().unwrap().is_empty());

    // What is in force already is left alone; white space is no change.
    fs::write(&path, &menu).unwrap();
    let files: BTreeMap<&str, String> = [
        ("/api/menus/main", menu.replace("  ", " ")),
        (
            "/api/calendars/office",
            fs::read_to_string(folder.0.join("phone/office.calendar.json")).unwrap(),
        ),
        ("/api/numbers/default", "{ \"menu\": \"main\" }".to_owned()),
    ]
    .into();
    let same = server(move |_, path, _, _| {
        Some(
            files
                .get(path)
                .map_or((404, "{}".to_owned()), |text| (200, text.clone())),
        )
    });
    publish(&same, 0, &["in force already"]);
    assert!(same.puts().is_empty());
}

#[test]
fn a_caller_is_erased_part_by_part_and_only_when_meant() {
    let reply = |removed: Value, cursor: Option<&str>| {
        let mut reply = json!({ "done": cursor.is_none(), "removed": removed });
        if let Some(cursor) = cursor {
            reply["cursor"] = json!(cursor);
        }
        Some((200, reply.to_string()))
    };
    let worker = server(move |method, path, headers, _| {
        assert!(headers.contains("authorization: bearer t"), "{headers}");
        assert_eq!(method, "DELETE");
        match path {
            "/api/callers/447700900123" => {
                reply(json!({ "conversations": 2, "events": 40 }), Some("a/b"))
            }
            "/api/callers/447700900123?cursor=a%2Fb" => {
                reply(json!({ "conversations": 1, "recordings": 3 }), None)
            }
            "/api/callers/447700900123?everywhere=true" => {
                reply(json!({ "archived": 1 }), Some("c"))
            }
            "/api/callers/447700900123?everywhere=true&cursor=c" => {
                reply(json!({ "archived": 2 }), None)
            }
            "/api/callers/447700900124" => reply(json!({ "conversations": 5 }), Some("c")),
            "/api/callers/447700900125" => Some((200, "{}".to_owned())),
            "/api/callers/447700900124?cursor=c" => Some((503, "{}".to_owned())),
            _ => Some((404, "{}".to_owned())),
        }
    });
    let there = ["--url", &worker.url, "--token", "t"];
    let erase = |arguments: &[&str], code: i32, words: &[&str]| {
        check(&[&["erase"], arguments, &there[..]].concat(), code, words);
    };
    // Nobody is asked here, and nothing is sent.
    erase(&["447700900123"], 2, &["--yes"]);
    erase(
        &["07700900123", "--yes"],
        2,
        &["no telephone number", "country code"],
    );
    assert!(worker.asked.lock().unwrap().is_empty());
    erase(
        &["+44 7700 900123", "--yes"],
        0,
        &[
            "erased 447700900123",
            "3 conversations",
            "40 events",
            "3 recordings",
        ],
    );
    erase(
        &["447700900124", "--yes"],
        3,
        &[
            "erased before that: 5 conversations",
            "goes on where it stopped",
        ],
    );
    erase(
        &["447700900123", "--yes", "--everywhere"],
        0,
        &["3 archived"],
    );
    erase(&["447700900125", "--yes"], 3, &["neither that it is done"]);
    let output = run(
        &[&["erase", "447700900123", "--yes", "--json"], &there[..]].concat(),
        None,
    );
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        said["erased"],
        json!({ "conversations": 3, "events": 40, "recordings": 3 })
    );
}

#[test]
fn a_signed_request_is_ready_to_paste() {
    let folder = Folder::empty("sign");
    let vars = folder.write(
        ".dev.vars",
        "STATE_KEY=x\nVONAGE_SIGNATURE_SECRET=\"0123456789abcdef\"\n",
    );
    let output = run(&["sign", "--vars", &vars, "--json"], None);
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    let body = made["body"].as_str().unwrap();
    let now = jiff::Timestamp::now().as_second();
    vonage::jwt::Verifier::new("0123456789abcdef", None)
        .verify(
            made["authorization"].as_str(),
            &vonage::Delivery::json(body.as_bytes()),
            now,
        )
        .unwrap();
    check(
        &["sign", "--vars", &vars],
        0,
        &["curl -sS 'http://127.0.0.1:8787/webhooks/answer'"],
    );
    check(
        &["sign", "--vars", &folder.path("nothing")],
        2,
        &["there is no secret to sign with"],
    );
    check(
        &["sign", "--vars", &vars, "--body", "{"],
        2,
        &["--body is not JSON"],
    );
}

#[test]
fn many_calls_are_measured() {
    let worker = server(|_, path, _, _| match path {
        "/webhooks/answer" => Some((
            200,
            "[{\"action\":\"talk\",\"text\":\"Hello.\"}]".to_owned(),
        )),
        _ => Some((200, String::new())),
    });
    let output = run(
        &[
            "dial",
            "--url",
            &worker.url,
            "--secret",
            "s",
            "--calls",
            "20",
            "--concurrency",
            "4",
            "--json",
        ],
        None,
    );
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["requests"], json!(100), "{report}");
    assert_eq!(report["failed_calls"], json!(0));
    let answer = report["latency_ms"]
        .as_array()
        .unwrap()
        .iter()
        .find(|kind| kind["kind"] == "answer")
        .unwrap();
    assert_eq!(answer["count"], json!(20));
    assert!(answer["p50"].as_f64().unwrap() <= answer["p99"].as_f64().unwrap());
}
