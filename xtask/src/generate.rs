//! What is generated, and where it is kept.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ivr::Library;

use crate::reason_codes;

/// A file, by its path from the top of the repository, and what belongs into it.
type Generated = (PathBuf, String);

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Writes every generated file, and removes those whose source is gone.
pub fn write() -> Result<(), String> {
    for (path, text) in all()? {
        fs::write(root().join(&path), text).map_err(|error| at(&path, &error))?;
    }
    for path in left_over()? {
        fs::remove_file(root().join(&path)).map_err(|error| at(&path, &error))?;
    }
    Ok(())
}

/// Says which files are not what the code gives.
pub fn check() -> Result<(), String> {
    let mut stale = Vec::new();
    for (path, text) in all()? {
        if fs::read_to_string(root().join(&path)).unwrap_or_default() != text {
            stale.push(path);
        }
    }
    stale.extend(left_over()?);
    if stale.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = stale
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    Err(format!(
        "out of date: {}; write them anew with `cargo xtask generate`",
        names.join(", ")
    ))
}

fn at(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

fn all() -> Result<Vec<Generated>, String> {
    let mut all = vec![
        ("menus/menu.schema.json".into(), ivr::schema_text()),
        ("menus/test.schema.json".into(), desk::script::schema()),
        ("crates/ivr/CODES.md".into(), ivr::catalogue()),
        ("docs/openapi.json".into(), api::openapi::text()?),
        ("docs/reason-codes.md".into(), reason_codes::page()?),
    ];
    for (name, schema) in events::json_schema::all() {
        let text = serde_json::to_string_pretty(&schema).map_err(|error| {
            format!("the schema of the event `{name}` cannot be written: {error}")
        })?;
        all.push((event_schema(&name), text + "\n"));
    }
    for folder in folders(Path::new("crates/ivr/tests/broken"))? {
        all.push((folder.join("findings.txt"), findings(&folder)?));
    }
    Ok(all)
}

const EVENT_SCHEMAS: &str = "crates/events/schemas";

fn event_schema(name: &str) -> PathBuf {
    Path::new(EVENT_SCHEMAS).join(format!("{name}.schema.json"))
}

/// Schemas of events that are no more.
fn left_over() -> Result<Vec<PathBuf>, String> {
    let known: BTreeSet<PathBuf> = events::json_schema::all()
        .keys()
        .map(|name| event_schema(name))
        .collect();
    let mut found = entries(Path::new(EVENT_SCHEMAS))?;
    found.retain(|path| !known.contains(path));
    Ok(found)
}

/// What the check says of a folder, a finding a line.
fn findings(folder: &Path) -> Result<String, String> {
    let mut files = Vec::new();
    for path in entries(folder)? {
        if path.extension().is_some_and(|end| end == "txt") {
            continue;
        }
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let text = fs::read(root().join(&path)).map_err(|error| at(&path, &error))?;
        files.push((name, text));
    }
    let found = ivr::check(&Library::read(files));
    Ok(found
        .iter()
        .map(|finding| match finding.path.as_slice() {
            [] => format!("{finding}\n"),
            path => format!("{finding} <{}>\n", path.join(", ")),
        })
        .collect())
}

fn folders(path: &Path) -> Result<Vec<PathBuf>, String> {
    let mut all = entries(path)?;
    all.retain(|path| root().join(path).is_dir());
    Ok(all)
}

/// What a folder holds, in order, as paths from the top of the repository.
fn entries(path: &Path) -> Result<Vec<PathBuf>, String> {
    let mut all = Vec::new();
    for entry in fs::read_dir(root().join(path)).map_err(|error| at(path, &error))? {
        let entry = entry.map_err(|error| at(path, &error))?;
        all.push(path.join(entry.file_name()));
    }
    all.sort();
    Ok(all)
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_generated_is_what_the_code_gives() {
        assert_eq!(super::check(), Ok(()));
    }
}
