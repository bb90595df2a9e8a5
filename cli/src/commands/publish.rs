//! `ivr publish`, `pull`, `versions`, `rollback`, `replay`

use std::collections::BTreeSet;
use std::fs;

use ivr::Version;
use serde_json::{Value, json};

use super::check::{drawn, findings_of};
use crate::api::Api;
use crate::arguments::{Publish, Pull, Replay, Rollback, Versions};
use crate::error::{CliError, Done, Exit, file_error};
use crate::files::{self, File, Role};
use crate::print::{self, DIM, GREEN, Text, YELLOW};

/// One document on its way.
pub(super) struct PendingDocument<'f> {
    file: &'f File,
    /// `/menus/acme`
    pub(super) path: String,
    /// What is in force, by its tag.
    pub(super) before: Option<String>,
    /// What is in force says the same.
    pub(super) same: bool,
}

/// Puts documents in force.
pub(super) fn publish(publish: &Publish, json: bool) -> Done {
    let files = files::gather(&publish.files)?;
    let found = findings_of(&files);
    let errors: Vec<_> = found.iter().filter(|one| one.severity == "error").collect();
    if !errors.is_empty() {
        if !json {
            print::error_line(Text::new().drawing(&drawn(errors.iter().copied(), &files)));
        }
        return Err(CliError::refused(
            "nothing was published: the check finds errors",
        ));
    }
    let api = Api::of(&publish.worker)?;
    let pending = compared(&api, &files)?;
    if pending.is_empty() {
        return Err(CliError::usage("there is nothing to publish here")
            .help("name a menu, a calendar, a list, `numbers.json` or a folder of them"));
    }
    let mut told = Vec::new();
    let many = pending.len();
    for document in order(pending) {
        print::progress(format!("{} of {many} documents", told.len()));
        let what = document.path.trim_start_matches('/').to_owned();
        let done = if document.same {
            "in force already"
        } else if publish.dry_run {
            "would be published"
        } else {
            put(&api, publish, &document).map_err(|error| after(error, &told))?;
            "published"
        };
        print::progress_done();
        if !json {
            let style = if done == "published" { GREEN } else { DIM };
            print::line(
                Text::new()
                    .styled(style, format_args!("{done:<19}"))
                    .plain(format_args!(" {what}")),
            );
        }
        told.push(json!({ "document": what, "done": done }));
    }
    if json {
        print::json(&json!({ "documents": told }));
    }
    Ok(Exit::Fine)
}

/// The documents asked for, and whether they are in force.
pub(super) fn compared<'f>(
    api: &Api,
    files: &'f [File],
) -> Result<Vec<PendingDocument<'f>>, CliError> {
    // What another document names must be there before it: calendars and lists, menus, numbers.
    let mut asked: Vec<&File> = files.iter().filter(|file| file.asked).collect();
    asked.sort_by_key(|file| file.role());
    let mut pending = Vec::new();
    let many = asked.len();
    for (at, file) in asked.into_iter().enumerate() {
        print::progress(format!("comparing {at} of {many} documents"));
        let path = match file.role() {
            Role::Menu(id) => format!("/menus/{id}"),
            Role::Calendar(id) => format!("/calendars/{id}"),
            Role::List(id) => format!("/lists/{id}"),
            Role::Numbers => {
                number_parcels(api, file, &mut pending)?;
                continue;
            }
            Role::Test(_) | Role::Other => continue,
        };
        // Asked before anything is written: what is out of reach stops nothing half way.
        let there = api.document(&path)?;
        let same = there
            .as_ref()
            .is_some_and(|there| version(&there.body) == version_of(file));
        pending.push(PendingDocument {
            file,
            path,
            before: there.map(|there| {
                there
                    .version
                    .or_else(|| version(&there.body))
                    .unwrap_or_default()
            }),
            same,
        });
    }
    print::progress_done();
    Ok(pending)
}

/// An interruption says what is in force by now, so that nobody has to guess.
fn after(mut error: CliError, told: &[Value]) -> CliError {
    print::progress_done();
    let done: Vec<&str> = told
        .iter()
        .filter(|one| one.get("done").and_then(Value::as_str) == Some("published"))
        .filter_map(|one| one.get("document")?.as_str())
        .collect();
    let so_far = if done.is_empty() {
        "nothing was published".to_owned()
    } else {
        format!("published before that: {}", done.join(", "))
    };
    let help = error
        .help
        .take()
        .map(|help| format!("{help}; "))
        .unwrap_or_default();
    error.help(format!(
        "{help}{so_far}; running it again goes on where it stopped"
    ))
}

fn order(mut pending: Vec<PendingDocument<'_>>) -> Vec<PendingDocument<'_>> {
    let rank = |document: &PendingDocument<'_>| match document.path.split('/').nth(1) {
        Some("calendars" | "lists") => 0,
        Some("menus") => 1,
        _ => 2,
    };
    pending.sort_by_key(rank);
    // A menu that others name goes before them.
    let names: Vec<(String, String)> = pending
        .iter()
        .filter_map(|document| {
            let id = document.path.strip_prefix("/menus/")?.to_owned();
            Some((
                id,
                String::from_utf8_lossy(&document.file.bytes).into_owned(),
            ))
        })
        .collect();
    let named_by = |id: &str| {
        names
            .iter()
            .filter(|(other, text)| {
                other != id
                    && (text.contains(&format!("\"menu:{id}\""))
                        || text.contains(&format!("\"menu\": \"{id}\""))
                        || text.contains(&format!("\"menu\":\"{id}\"")))
            })
            .count()
    };
    pending.sort_by_key(|document| {
        let named = document.path.strip_prefix("/menus/").map_or(0, named_by);
        (rank(document), usize::MAX - named)
    });
    pending
}

fn number_parcels<'f>(
    api: &Api,
    file: &'f File,
    pending: &mut Vec<PendingDocument<'f>>,
) -> Result<(), CliError> {
    let numbers: Value = serde_json::from_slice(&file.bytes)
        .map_err(|why| CliError::refused(format!("{}: {why}", file.name)))?;
    let Value::Object(numbers) = numbers else {
        return Ok(());
    };
    for (number, entry) in numbers.iter().filter(|(name, _)| !name.starts_with('$')) {
        let path = format!("/numbers/{number}");
        let there = api.document(&path)?;
        let same = there
            .as_ref()
            .is_some_and(|there| version(&there.body) == version(&entry.to_string()));
        pending.push(PendingDocument {
            file,
            path,
            before: there.map(|there| there.version.unwrap_or_default()),
            same,
        });
    }
    Ok(())
}

fn put(api: &Api, publish: &Publish, document: &PendingDocument<'_>) -> Result<(), CliError> {
    let mut headers = Vec::new();
    if !publish.force {
        match document.before.as_deref() {
            Some("") => {}
            Some(version) => headers.push(("if-match", format!("\"{version}\""))),
            None => headers.push(("if-none-match", "*".to_owned())),
        }
    }
    let mut path = document.path.clone();
    if let Some(message) = &publish.message {
        path.push_str(&format!("?message={}", encoded(message)));
    }
    let text = String::from_utf8_lossy(&document.file.bytes).into_owned();
    let body = match document.path.strip_prefix("/numbers/") {
        Some(number) => serde_json::from_str::<Value>(&text)
            .ok()
            .and_then(|numbers| Some(numbers.get(number)?.to_string()))
            .unwrap_or_default(),
        None => text,
    };
    let reply = api.send("PUT", &path, &headers, Some(&body))?;
    match reply.status {
        200..=299 => Ok(()),
        409 | 412 => Err(CliError::refused(format!(
            "{}: somebody else published meanwhile",
            document.path.trim_start_matches('/')
        ))
        .help("`ivr pull` gets what is in force, `ivr diff` compares; --force overwrites it")),
        429 | 500..=599 => Err(CliError::unreachable(format!(
            "the Worker cannot do it now ({})",
            reply.status
        ))),
        _ => Err(Api::refusal(&reply)),
    }
}

/// For a query.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// The version of a document: of its canonical JSON, so that white space is no change.
fn version(text: &str) -> Option<String> {
    Version::of_text(text).map(|version| version.to_string())
}

fn version_of(file: &File) -> Option<String> {
    version(&String::from_utf8_lossy(&file.bytes))
}

/// Writes what is in force into files.
pub(super) fn pull(pull: &Pull, json: bool) -> Done {
    let api = Api::of(&pull.worker)?;
    let mut documents: Vec<(String, String)> = Vec::new();
    if pull.menus.is_empty() {
        if pull.version.is_some() {
            return Err(
                CliError::usage("a version of which menu?").help("ivr pull acme --version 3f2a")
            );
        }
        for (kind, ending) in [
            ("menus", ".json"),
            ("calendars", ".calendar.json"),
            ("lists", ".list.json"),
        ] {
            let reply = api.must("GET", &format!("/{kind}"), &[], None)?.json();
            let list = reply
                .get(kind)
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            for id in list.iter().filter_map(|one| one.get("id")?.as_str()) {
                if !ivr::document::is_name(id) {
                    return Err(CliError::refused(format!(
                        "the Worker names one of its {kind} `{id}`, which is no id"
                    ))
                    .help("nothing was written; is that a Worker of yours?"));
                }
                let document = api.must("GET", &format!("/{kind}/{id}"), &[], None)?;
                documents.push((format!("{id}{ending}"), document.body));
            }
        }
        let numbers = api.must("GET", "/numbers", &[], None)?.json();
        if let Some(numbers) = numbers
            .get("numbers")
            .filter(|n| n.as_object().is_some_and(|n| !n.is_empty()))
        {
            documents.push(("numbers.json".to_owned(), pretty(&numbers.to_string())));
        }
    }
    for id in &pull.menus {
        let mut path = Api::path("menus", id)?;
        if let Some(begins) = &pull.version {
            path = format!("{path}/versions/{}", api.version(&path, begins)?);
        }
        documents.push((
            format!("{id}.json"),
            api.must("GET", &path, &[], None)?.body,
        ));
    }
    let mut names = BTreeSet::new();
    if let Some((name, _)) = documents.iter().find(|(name, _)| !names.insert(name)) {
        return Err(CliError::refused(format!("two documents would be {name}"))
            .help("nothing was written; pull the menus by their ids"));
    }
    let fault = |why: std::io::Error| file_error(&pull.into, &why);
    // Nothing is written before it is known that everything may be.
    for (name, text) in &documents {
        let path = pull.into.join(name);
        if !pull.force
            && let Ok(there) = fs::read_to_string(&path)
            && version(&there) != version(text)
        {
            return Err(CliError::refused(format!(
                "{} differs from what is in force",
                path.display()
            ))
            .help("nothing was written; --force overwrites it, --into FOLDER writes elsewhere"));
        }
    }
    fs::create_dir_all(&pull.into).map_err(fault)?;
    let mut told = Vec::new();
    for (name, text) in documents {
        let path = pull.into.join(&name);
        let same = fs::read_to_string(&path).is_ok_and(|there| version(&there) == version(&text));
        if !same {
            let ending = if text.ends_with('\n') { "" } else { "\n" };
            fs::write(&path, format!("{text}{ending}")).map_err(fault)?;
        }
        let done = if same { "the same" } else { "written" };
        if !json {
            print::line(format!("{done:<9} {}", path.display()));
        }
        told.push(json!({ "file": path, "done": done }));
    }
    if json {
        print::json(&json!({ "files": told }));
    }
    Ok(Exit::Fine)
}

fn pretty(text: &str) -> String {
    serde_json::from_str::<Value>(text)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| text.to_owned())
}

/// Lists the versions of a document.
pub(super) fn versions(versions: &Versions, json: bool) -> Done {
    let api = Api::of(&versions.worker)?;
    let list = api.versions(&Api::named(&versions.document)?)?;
    if json {
        print::json(&json!({ "document": versions.document, "versions": list }));
        return Ok(Exit::Fine);
    }
    for version in &list {
        let part = |name: &str| {
            version
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let mark = if version.get("current") == Some(&Value::Bool(true)) {
            "*"
        } else {
            " "
        };
        let short: String = part("version").chars().take(12).collect();
        print::line(
            Text::new()
                .styled(GREEN, mark)
                .plain(" ")
                .styled(YELLOW, short)
                .plain(format_args!("  {}  {}", part("published"), part("message"))),
        );
    }
    Ok(Exit::Fine)
}

/// Puts an earlier version in force.
pub(super) fn rollback(rollback: &Rollback, json: bool) -> Done {
    let api = Api::of(&rollback.worker)?;
    let id = &rollback.document;
    let path = Api::named(id)?;
    let to = match &rollback.to {
        Some(begins) => Some(api.version(&path, begins)?),
        None => None,
    };
    let body = json!({ "to": to, "message": rollback.message });
    let reply = api
        .of_document("POST", &path, "rollback", Some(&body.to_string()))?
        .json();
    if json {
        print::json(&reply);
    } else {
        let version = reply
            .get("version")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let short: String = version.chars().take(12).collect();
        print::line(
            Text::new()
                .styled(GREEN, "in force again")
                .plain(format_args!(" {id} {short}")),
        );
    }
    Ok(Exit::Fine)
}

/// Sends events through the sinks again: a request does a part, until there is no more.
pub(super) fn replay(replay: &Replay, json: bool) -> Done {
    let api = Api::of(&replay.worker)?;
    let (mut sent, mut skipped) = (0, 0);
    let mut cursor = Value::Null;
    loop {
        let mut body = if replay.dead {
            json!({ "dead": true })
        } else {
            let time = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string());
            json!({ "since": time(replay.from), "until": time(replay.to) })
        };
        if let (Some(members), false) = (body.as_object_mut(), cursor.is_null()) {
            members.insert("cursor".to_owned(), cursor.clone());
        }
        let reply = api
            .must("POST", "/events/replay", &[], Some(&body.to_string()))?
            .json();
        let number = |name: &str| reply.get(name).and_then(Value::as_u64).unwrap_or(0);
        sent += number("sent");
        skipped += number("skipped");
        match reply.get("cursor") {
            Some(next) if *next != cursor => cursor = next.clone(),
            _ => break,
        }
    }
    if json {
        print::json(&json!({ "sent": sent, "skipped": skipped }));
    } else {
        print::line(
            Text::new()
                .styled(GREEN, "sent again")
                .plain(format_args!(" {sent} events, {skipped} skipped")),
        );
    }
    Ok(Exit::Fine)
}
