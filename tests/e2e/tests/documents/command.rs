//! The `ivr` command against a Worker.

use super::*;

use ivr::Cause;

fn ivr(arguments: &[&str]) -> ExitCode {
    let mut all = vec!["ivr"];
    all.extend(arguments);
    ivr_cli::run(Arguments::try_parse_from(all).unwrap_or_else(|why| panic!("{why}")))
}

#[test]
fn an_author_publishes_pulls_and_rolls_back_with_the_command() {
    let worker = Worker::start();
    let url = worker.url();
    let folder =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("author-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    let path = |name: &str| folder.join(name).display().to_string();
    let at = ["--url", url.as_str(), "--token", ADMIN_TOKEN];
    let there = |command: &[&str]| ivr(&[command, &at[..]].concat());
    let fine = ExitCode::SUCCESS;

    assert_eq!(ivr(&["new", &folder.display().to_string()]), fine);
    assert_eq!(ivr(&["check", &folder.display().to_string()]), fine);
    assert_eq!(
        ivr(&["test", &folder.display().to_string(), "--coverage"]),
        fine
    );
    assert_eq!(
        there(&[
            "publish",
            &folder.display().to_string(),
            "--message",
            "Begun"
        ]),
        fine
    );
    // The doctor's calls are answered, refused and told of as Vonage's are.
    let named = folder.display().to_string();
    let doctor = ["doctor", &named, "--secret", SIGNATURE_SECRET];
    assert_eq!(there(&doctor), fine);
    let wrong = ["doctor", &named, "--secret", "not the one of this Worker"];
    assert_eq!(there(&wrong), ExitCode::from(1));
    // White space is no change.
    let spaced = fs::read_to_string(path("main.json"))
        .unwrap()
        .replace("  ", " ");
    fs::write(path("main.json"), &spaced).unwrap();
    let before = worker.get("menu:main").unwrap();
    assert_eq!(there(&["publish", &path("main.json")]), fine);
    assert_eq!(worker.get("menu:main").unwrap(), before);
    // Other words are.
    fs::write(path("main.json"), spaced.replace("Hello.", "Good day.")).unwrap();
    assert_eq!(
        there(&["diff", "main", &path("main.json")]),
        ExitCode::from(1)
    );
    assert_eq!(
        there(&["publish", &path("main.json"), "--message", "Politer"]),
        fine
    );
    assert!(worker.get("menu:main").unwrap().contains("Good day."));
    assert_eq!(there(&["versions", "main"]), fine);
    assert_eq!(there(&["rollback", "main"]), fine);
    assert!(worker.get("menu:main").unwrap().contains("Hello."));
    // A pull does not overwrite what is newer here, unless it is told to.
    assert_eq!(
        there(&["pull", "main", "--into", &folder.display().to_string()]),
        ExitCode::from(1)
    );
    assert!(
        fs::read_to_string(path("main.json"))
            .unwrap()
            .contains("Good day.")
    );
    assert_eq!(
        there(&[
            "pull",
            "main",
            "--force",
            "--into",
            &folder.display().to_string()
        ]),
        fine
    );
    assert!(
        fs::read_to_string(path("main.json"))
            .unwrap()
            .contains("Hello.")
    );
    // An error on one document keeps all of them back.
    fs::write(
        path("main.json"),
        spaced.replace("\"then\": \"bye\"", "\"then\": \"nowhere\""),
    )
    .unwrap();
    assert_eq!(
        there(&["publish", &folder.display().to_string()]),
        ExitCode::from(1)
    );
    assert!(worker.get("menu:main").unwrap().contains("\"bye\""));
    // Nobody there; a wrong token.
    assert_eq!(
        ivr(&[
            "versions",
            "main",
            "--url",
            "http://127.0.0.1:9",
            "--token",
            "x"
        ]),
        ExitCode::from(3)
    );
    assert_eq!(
        ivr(&["versions", "main", "--url", &url, "--token", "x"]),
        ExitCode::from(3)
    );
    let _ = fs::remove_dir_all(&folder);
}

/// A calendar that stands so today, whatever the hour.
fn calendar(standing: Standing) -> Value {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let weekly: serde_json::Map<String, Value> = days
        .iter()
        .map(|day| ((*day).to_owned(), json!(["00:00-24:00"])))
        .collect();
    let date = |ahead: i64| {
        let at = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * ahead);
        at.strftime("%Y-%m-%d").to_string()
    };
    let mut calendar = json!({ "timezone": "UTC", "weekly": weekly });
    match standing {
        Standing::Open => {}
        Standing::Closed | Standing::Holiday => {
            let name = |at: i64| match standing {
                Standing::Holiday => json!({ "date": date(at), "name": "Today", "closed": true }),
                _ => json!({ "date": date(at), "hours": [] }),
            };
            // A test at midnight has two days.
            calendar["exceptions"] = json!([name(0), name(1)]);
        }
        Standing::Override { open } => {
            calendar["override"] = json!({ "state": if open { "open" } else { "closed" } });
        }
    }
    calendar
}

#[test]
fn the_example_scripts_go_on_a_worker_as_they_go_offline() {
    let worker = Worker::start();
    let url = worker.url();
    let phone = Phone::new(Application::at(&url, SIGNATURE_SECRET), Http::new());
    let files = files::gather(&[root().join("menus")]).unwrap();
    let stage = Stage::of(&files::library(&files));
    // What a Worker cannot be told (its clock) stands in its calendars instead. Cases of one
    // world are played together: a Worker may use what it read for two seconds.
    let mut worlds: BTreeMap<String, Vec<_>> = BTreeMap::new();
    let mut left = Vec::new();
    for file in files
        .iter()
        .filter(|file| matches!(file.role(), Role::Test(_)))
    {
        let document =
            script::read(&file.name, &file.bytes).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let menu = script::menu_of(&file.name, &document);
        for case in document.cases.clone() {
            let given = document.world_of(&case);
            let here = stage.play(&file.name, &menu, &case, &given);
            // Look-ups go to https hosts only, which a test has none of: those that fail are played.
            if here.moves.iter().any(|step| step.cause == Cause::Found) {
                left.push(case.name);
                continue;
            }
            let standing = stage.standing(&given).unwrap();
            let world = format!("{standing:?} {:?}", given.lists);
            worlds.entry(world).or_default().push((
                file,
                menu.clone(),
                case,
                given,
                standing,
                here,
            ));
        }
    }
    let mut played = 0;
    for cases in worlds.values() {
        let (_, _, _, given, standing, _) = &cases[0];
        for (id, standing) in standing {
            worker.put(&format!("calendar:{id}"), &calendar(*standing).to_string());
        }
        let regulars = fs::read_to_string(root().join("menus/regulars.list.json")).unwrap();
        let regulars = match given.lists.get("regulars") {
            Some(numbers) => json!({ "numbers": numbers }).to_string(),
            None => regulars,
        };
        worker.put("list:regulars", &regulars);
        std::thread::sleep(std::time::Duration::from_secs(3));
        for (file, menu, case, given, _, here) in cases {
            let there = play_on(&phone, &url, &file.name, menu, case, given);
            assert!(
                there.is_fine(),
                "{}: {:?}\n{}",
                case.name,
                there.wrong,
                there.transcript.join("\n")
            );
            assert_eq!(here.outcome, there.outcome, "{}", case.name);
            assert_eq!(here.transcript, there.transcript, "{}", case.name);
            played += 1;
        }
    }
    assert!(played >= 65, "{played} cases; without {left:?}");
}
