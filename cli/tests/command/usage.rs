//! What was asked wrongly.

use super::*;

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
