//! `ivr test`

use std::collections::BTreeSet;

use desk::calls::{self, Stage, Verdict};
use desk::script;
use phone::{Application, Phone};
use serde_json::json;

use crate::arguments::Test;
use crate::error::{CliError, Done, Exit};
use crate::files::{self, Role};
use crate::http::Http;
use crate::print::{self, DIM, GREEN, RED, Text, YELLOW, count, print_broken};
use desk::broken::{BrokenDocument, broken as broken_beside};

/// Runs it.
pub(super) fn run(test: &Test, json: bool) -> Done {
    let mut files = files::gather(&test.files)?;
    // A menu stands for its call script.
    let menus: BTreeSet<String> = files
        .iter()
        .filter(|file| file.asked)
        .filter_map(|file| match file.role() {
            Role::Menu(id) => Some(id),
            _ => None,
        })
        .collect();
    for file in &mut files {
        if let Role::Test(id) = file.role() {
            file.asked |= menus.contains(&id);
        }
    }
    let library = files::library(&files);
    let stage = Stage::of(&library);
    let mut verdicts: Vec<Verdict> = Vec::new();
    let mut broken = Vec::new();
    let mut covered = BTreeSet::new();
    let mut scripts = 0;
    for file in &files {
        if !file.asked || !matches!(file.role(), Role::Test(_)) {
            continue;
        }
        let document = match script::read(&file.name, &file.bytes) {
            Ok(document) => document,
            Err(wrong) => {
                broken.extend(wrong);
                continue;
            }
        };
        let menu = script::menu_of(&file.name, &document);
        covered.insert(menu.clone());
        scripts += 1;
        if !stage.has_menu(&menu) && test.url.is_none() {
            let first = format!("{menu}.json");
            if !broken_beside(&library, [menu.as_str()])
                .iter()
                .any(|broken| broken.file.ends_with(&first))
            {
                broken.extend(script::unknown_names(
                    &file.name,
                    &file.bytes,
                    &document,
                    &library,
                ));
            }
            continue;
        }
        for case in &document.cases {
            if test
                .case
                .as_ref()
                .is_some_and(|words| !case.name.contains(words.as_str()))
            {
                continue;
            }
            let given = document.world_of(case);
            verdicts.push(match &test.url {
                None => stage.play(&file.name, &menu, case, &given),
                Some(url) => live(test, url, &file.name, &menu, case, &given)?,
            });
        }
    }
    // A Worker has documents of its own.
    let beside = match test.url {
        None => broken_beside(&library, covered.iter().map(String::as_str)),
        Some(_) => Vec::new(),
    };
    if verdicts.is_empty() && broken.is_empty() && beside.is_empty() {
        let places: Vec<String> = test
            .files
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let places = named(&places);
        return Err(match &test.case {
            Some(words) if scripts > 0 => {
                CliError::usage(format!("no case in {places} has {words:?} in its name"))
                    .help("`ivr test --transcripts` names the cases")
            }
            _ => CliError::usage(format!("no call scripts in {places}"))
                .help("a call script lies beside its menu: `acme.test.json` for `acme.json`"),
        });
    }
    let taken: BTreeSet<_> = verdicts
        .iter()
        .flat_map(|verdict| calls::taken(&verdict.moves, &library))
        .collect();
    let missed: Vec<(String, calls::Exit)> = if test.url.is_some() {
        Vec::new()
    } else {
        covered
            .iter()
            .filter_map(|id| Some((id, library.menus.get(id)?)))
            .flat_map(|(id, entry)| {
                calls::exits(&entry.document)
                    .into_iter()
                    .map(|exit| (id.clone(), exit))
            })
            .filter(|exit| !taken.contains(exit))
            .collect()
    };
    let failed = verdicts.iter().filter(|verdict| !verdict.is_fine()).count();
    let wrong = Wrong {
        scripts: &broken,
        beside: &beside,
    };
    report(test, json, &verdicts, &wrong, &missed);
    let bad = failed > 0
        || none_was_called(&verdicts)
        || !broken.is_empty()
        || !beside.is_empty()
        || (test.coverage && !missed.is_empty());
    Ok(if bad { Exit::Findings } else { Exit::Fine })
}

/// Whether there are cases and a Worker can play none of them: nothing was tried then.
fn none_was_called(verdicts: &[Verdict]) -> bool {
    !verdicts.is_empty() && verdicts.iter().all(|verdict| verdict.skipped.is_some())
}

/// What keeps calls from being played, or from being played as on a Worker.
struct Wrong<'a> {
    scripts: &'a [ivr::Diagnostic],
    beside: &'a [BrokenDocument],
}

fn named(places: &[String]) -> String {
    if places.is_empty() {
        "this folder".to_owned()
    } else {
        places.join(", ")
    }
}

fn live(
    test: &Test,
    url: &str,
    file: &str,
    menu: &str,
    case: &script::Case,
    given: &script::Given,
) -> Result<Verdict, CliError> {
    let secret = test.signing.secret.as_deref().ok_or_else(|| {
        CliError::usage("calls to a Worker are signed, and there is no secret")
            .help("give --secret or set IVR_SECRET to its VONAGE_SIGNATURE_SECRET")
    })?;
    if let Some(why) = given.only_here() {
        return Ok(Verdict::skipped(file, case, why));
    }
    let phone = Phone::new(Application::at(url, secret), Http::new());
    let origin = url.trim_end_matches('/');
    let verdict = calls::play_on(&phone, origin, file, menu, case, given);
    if verdict
        .transcript
        .iter()
        .any(|line| line.contains("the connection failed"))
    {
        return Err(CliError::unreachable(format!("no Worker answers at {url}"))
            .help("`make dev` starts one"));
    }
    Ok(verdict)
}

fn report(
    test: &Test,
    json: bool,
    verdicts: &[Verdict],
    wrong: &Wrong<'_>,
    missed: &[(String, calls::Exit)],
) {
    let failed = verdicts.iter().filter(|verdict| !verdict.is_fine()).count();
    let skipped = verdicts
        .iter()
        .filter(|verdict| verdict.skipped.is_some())
        .count();
    let passed = verdicts.len() - failed - skipped;
    if json {
        print::json(&json!({
            "passed": passed,
            "failed": failed,
            "skipped": skipped,
            "cases": verdicts,
            "broken": wrong.scripts.iter().map(|finding| json!({
                "file": finding.file, "line": finding.line,
                "column": finding.column, "message": finding.message,
            })).chain(wrong.beside.iter().map(|broken| json!(broken))).collect::<Vec<_>>(),
            "exits_not_taken": missed.iter().map(|(menu, (node, exit))| json!({
                "menu": menu, "node": node, "exit": exit,
            })).collect::<Vec<_>>(),
        }));
        return;
    }
    print_broken(wrong.beside);
    for finding in wrong.scripts {
        let help = finding.help.as_ref().map(|help| format!("; {help}"));
        print::error_line(Text::new().styled(RED, "error").plain(format_args!(
            ": {}:{}:{}: {}{}",
            finding.file,
            finding.line,
            finding.column,
            finding.message,
            help.unwrap_or_default()
        )));
    }
    for verdict in verdicts {
        if let Some(wrong) = &verdict.wrong {
            let step = wrong
                .step
                .map_or("at the end".to_owned(), |step| format!("step {step}"));
            print::line(
                Text::new()
                    .styled(RED, "FAILED")
                    .plain(format_args!(" {}: {}", verdict.file, verdict.name)),
            );
            for line in &verdict.transcript {
                print::line(Text::new().plain("  ").styled(DIM, line));
            }
            print::line(format!("  {step}: expected {}", wrong.expected));
            print::line(format!(
                "  {:width$}  but {}",
                "",
                wrong.found,
                width = step.len().saturating_sub(2)
            ));
            print::line("");
        } else if let Some(why) = &verdict.skipped {
            print::line(
                Text::new()
                    .styled(YELLOW, "skipped")
                    .plain(format_args!(" {}: {}: {why}", verdict.file, verdict.name)),
            );
        } else if test.transcripts {
            print::line(
                Text::new()
                    .styled(GREEN, "ok")
                    .plain(format_args!(" {}: {}", verdict.file, verdict.name)),
            );
            for line in &verdict.transcript {
                print::line(Text::new().plain("  ").styled(DIM, line));
            }
        }
    }
    if !missed.is_empty() && test.case.is_none() {
        let exits = count(missed.len(), "exit", "exits");
        if test.coverage {
            print::line(Text::new().styled(YELLOW, format_args!("{exits} no script takes:")));
            for (menu, (node, exit)) in missed {
                print::line(format!("  {menu}: {node}: {exit}"));
            }
        } else {
            print::line(
                Text::new()
                    .styled(YELLOW, format_args!("{exits} no script takes"))
                    .plain(" (--coverage lists them)"),
            );
        }
    }
    let all_ran = failed == 0 && skipped == 0 && test.case.is_none();
    if test.coverage && all_ran && passed > 0 && missed.is_empty() {
        print::line(Text::new().styled(GREEN, "every exit of every node is taken"));
    }
    let none_was_called = none_was_called(verdicts);
    if none_was_called {
        print::error_line(
            Text::new()
                .styled(RED, "error")
                .plain(": no call was made: a Worker can play none of these cases"),
        );
        print::error_line(
            "help: write a case without what only the command can set, as the lines above name it",
        );
    }
    let fine =
        failed == 0 && !none_was_called && wrong.scripts.is_empty() && wrong.beside.is_empty();
    let style = if fine { GREEN } else { RED };
    let mut line = format!(
        "{}: {passed} passed",
        count(verdicts.len(), "call", "calls")
    );
    if failed > 0 {
        line.push_str(&format!(", {failed} failed"));
    }
    if skipped > 0 {
        line.push_str(&format!(", {skipped} skipped"));
    }
    print::line(Text::new().styled(style, line));
}
