//! The command against a Worker.

use super::*;

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
fn every_kind_of_document_has_versions_and_goes_back() {
    let worker = server(|method, path, _, _| {
        Some(match (method, path) {
            ("GET", "/api/calendars/office/versions") => (
                200,
                json!({ "versions": [
                    { "version": "b2".repeat(32), "published": "2026-01-02T10:00:00Z", "current": true },
                    { "version": "a1".repeat(32), "published": "2026-01-01T10:00:00Z" },
                ] })
                .to_string(),
            ),
            ("POST", "/api/calendars/office/rollback") => {
                (200, json!({ "version": "a1".repeat(32) }).to_string())
            }
            _ => {
                let detail = "Nothing is in force under menu:office.";
                (404, json!({ "title": "Not there", "detail": detail }).to_string())
            }
        })
    });
    let there = ["--url", &worker.url, "--token", "t"];
    let office = |words: &[&str], code: i32, expected: &[&str]| {
        check(&[words, &there[..]].concat(), code, expected);
    };
    office(&["versions", "calendars/office"], 0, &["* b2b2b2b2b2b2"]);
    office(
        &["rollback", "calendars/office"],
        0,
        &["in force again calendars/office a1a1a1a1a1a1"],
    );
    office(
        &["rollback", "calendars/office", "--to", "a1"],
        0,
        &["a1a1"],
    );
    // Taken for a menu, and not there: how it is named.
    for command in ["versions", "rollback"] {
        let told = [
            "menus/office: Not there: Nothing is in force under menu:office.",
            "`calendars/office`",
        ];
        office(&[command, "office"], 1, &told);
    }
    // An address that is set to nothing is none.
    check(&["versions", "main", "--url", ""], 2, &["which Worker?"]);
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
fn a_run_in_which_every_case_is_skipped_has_shown_nothing() {
    let folder = Folder::started("skipped");
    let place = folder.path("phone");
    let url = ["--url", "http://127.0.0.1:9", "--secret", "s"];
    check(
        &[&["test", &place][..], &url].concat(),
        1,
        &["it sets the clock", "no call was made", "8 skipped"],
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
