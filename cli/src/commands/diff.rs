//! `ivr diff`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use desk::diff::{Change, changes, document_words};
use serde_json::json;

use crate::api::Api;
use crate::arguments::Diff;
use crate::error::{CliError, Done, Exit};
use crate::files::{self, Role};
use crate::print::{self, Text};

/// Documents by the names of their files, and their texts.
type Documents = BTreeMap<String, (Role, String)>;

/// Runs it.
pub(super) fn run(diff: &Diff, json: bool) -> Done {
    let folders = [&diff.before, &diff.after].map(|name| Path::new(name).is_dir());
    let told = match folders {
        [true, true] => {
            let (before, after) = (folder(&diff.before)?, folder(&diff.after)?);
            folders_told(&before, &after)?
        }
        [false, false] => {
            let (before, after) = (document(&diff.before, diff)?, document(&diff.after, diff)?);
            let (was, is) = (kind(&before.0), kind(&after.0));
            if was != is {
                return Err(CliError::usage(format!(
                    "{} is {was}, and {} is {is}",
                    diff.before, diff.after
                ))
                .help("compare two documents of one kind, or two folders"));
            }
            vec![(diff.after.clone(), compared(&before, &after)?)]
        }
        [true, false] | [false, true] => {
            let (folder, file) = if folders == [true, false] {
                (&diff.before, &diff.after)
            } else {
                (&diff.after, &diff.before)
            };
            return Err(
                CliError::usage(format!("{folder} is a folder, and {file} is a file"))
                    .help("compare two documents of one kind, or two folders"),
            );
        }
    };
    let any = told.iter().any(|(_, changes)| !changes.is_empty());
    if json {
        let all: Vec<_> = told
            .iter()
            .flat_map(|(file, changes)| {
                changes.iter().map(move |change| {
                    json!({ "file": file, "pointer": change.pointer, "text": change.text })
                })
            })
            .collect();
        print::json(&json!({ "changes": all }));
    } else if any {
        for (file, changes) in told.iter().filter(|(_, changes)| !changes.is_empty()) {
            if folders == [true, true] {
                print::line(Text::new().plain(format_args!("{file}:")));
            }
            for change in changes {
                print::line(format!("- {}", change.text));
            }
        }
    } else {
        print::line("Nothing changes for a caller.");
    }
    Ok(if any { Exit::Findings } else { Exit::Fine })
}

/// What changes in each file of two folders.
fn folders_told(
    before: &Documents,
    after: &Documents,
) -> Result<Vec<(String, Vec<Change>)>, CliError> {
    let whole = |what: &str, role: &Role| Change {
        pointer: String::new(),
        text: format!("{what}: {}.", document_words(role)),
    };
    let mut told = Vec::new();
    for (name, new) in after {
        let changes = match before.get(name) {
            Some(old) => compared(old, new)?,
            None => vec![whole("New", &new.0)],
        };
        told.push((name.clone(), changes));
    }
    for (name, old) in before {
        if !after.contains_key(name) {
            told.push((name.clone(), vec![whole("Gone", &old.0)]));
        }
    }
    Ok(told)
}

fn compared(before: &(Role, String), after: &(Role, String)) -> Result<Vec<Change>, CliError> {
    changes(&after.0, &before.1, &after.1).map_err(|found| {
        let first = found.first().map(ToString::to_string).unwrap_or_default();
        CliError::refused(first).help("`ivr check` shows everything")
    })
}

/// The documents of a folder.
fn folder(name: &str) -> Result<Documents, CliError> {
    let files = files::gather(&[PathBuf::from(name)])?;
    Ok(files
        .into_iter()
        .filter_map(|file| {
            let name = file.path.file_name()?.to_string_lossy().into_owned();
            let text = String::from_utf8_lossy(&file.bytes).into_owned();
            Some((name, (file.role(), text)))
        })
        .collect())
}

/// A document in a file, or a menu in force on a Worker.
fn document(name: &str, diff: &Diff) -> Result<(Role, String), CliError> {
    let path = Path::new(name);
    if path.exists() || name.contains(['/', '.']) || diff.worker.url.is_none() {
        let file = files::read(path)?;
        let role = file.role();
        if role == Role::Other {
            return Err(CliError::usage(format!("{name}: not a document")).help(
                "documents are `<menu>.json`, `<menu>.test.json`, `<id>.calendar.json`, \
                 `<id>.list.json` and `numbers.json`",
            ));
        }
        return Ok((role, String::from_utf8_lossy(&file.bytes).into_owned()));
    }
    let (text, _) = Api::of(&diff.worker)?.menu(name)?;
    Ok((Role::Menu(name.to_owned()), text))
}

fn kind(role: &Role) -> &'static str {
    match role {
        Role::Menu(_) => "a menu",
        Role::Calendar(_) => "a calendar",
        Role::List(_) => "a list",
        Role::Numbers => "the numbers",
        Role::Test(_) => "call scripts",
        Role::Other => "no document",
    }
}
