//! An author at work: new, check, test, dial, diff.

use super::*;

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
