//! Documents on disk.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

pub use desk::Role;
use ivr::{Code, Diagnostic, FileName, Library};

use crate::error::{CliError, file_error};

/// A document larger than this is refused unread: KV takes 25 MiB, a menu of two thousand nodes
/// has half of one.
pub const LARGEST: u64 = 4 * 1024 * 1024;

/// One document as it lies on disk.
#[derive(Debug, Clone)]
pub struct File {
    /// As it was named or found.
    pub path: PathBuf,
    /// The path as text, for messages.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// It was asked for, not only found beside what was asked for.
    pub asked: bool,
    /// Why it could not be read, when it was found in a folder that was asked for.
    pub unread: Option<CliError>,
}

impl File {
    /// What it is.
    #[must_use]
    pub fn role(&self) -> Role {
        Role::of(&self.path)
    }
}

/// Reads one file.
///
/// # Errors
/// When it is missing, no file or too large.
pub fn read(path: &Path) -> Result<File, CliError> {
    let name = path.display().to_string();
    let size = fs::metadata(path)
        .map_err(|why| file_error(path, &why))?
        .len();
    if size > LARGEST {
        return Err(CliError::usage(format!(
            "{name}: {:.1} MB is too large for a document; the most is {} MB",
            size as f64 / 1_048_576.0,
            LARGEST / 1_048_576
        ))
        .help("is this a menu? A menu of two thousand nodes has half a megabyte"));
    }
    let bytes = fs::read(path).map_err(|why| file_error(path, &why))?;
    Ok(File {
        path: path.to_owned(),
        name,
        bytes,
        asked: true,
        unread: None,
    })
}

/// Reads the files asked for, every document of the folders asked for, and the documents beside
/// them, which they may refer to.
///
/// # Errors
/// When one of the files asked for cannot be read, or a folder asked for holds no document.
pub fn gather(asked: &[PathBuf]) -> Result<Vec<File>, CliError> {
    let here = [PathBuf::from(".")];
    let asked = if asked.is_empty() { &here } else { asked };
    let mut wanted = BTreeSet::new();
    let mut listed = BTreeSet::new();
    let mut beside = BTreeSet::new();
    for path in asked {
        if path.is_dir() {
            let found = documents(path)?;
            if found.is_empty() {
                return Err(
                    CliError::usage(format!("{}: no menus here", path.display()))
                        .help("`ivr new FOLDER` makes a folder to start from"),
                );
            }
            listed.extend(found);
        } else {
            if !mentions_json(path) && path.exists() {
                return Err(
                    CliError::usage(format!("{}: not a document", path.display())).help(
                        "documents are `<menu>.json`, `<menu>.test.json`, `<id>.calendar.json`, \
                     `<id>.list.json` and `numbers.json`",
                    ),
                );
            }
            wanted.insert(path.clone());
            if let Some(folder) = path.parent() {
                let folder = if folder.as_os_str().is_empty() {
                    Path::new(".")
                } else {
                    folder
                };
                beside.extend(documents(folder).unwrap_or_default());
            }
        }
    }
    let known: BTreeSet<_> = wanted
        .union(&listed)
        .filter_map(|path| path.canonicalize().ok())
        .collect();
    let mut files = Vec::new();
    for path in wanted.union(&listed) {
        files.push(match read(path) {
            // One file of a folder that cannot be read is no reason to leave out the others.
            Err(why) if !wanted.contains(path) => File {
                path: path.clone(),
                name: path.display().to_string(),
                bytes: Vec::new(),
                asked: true,
                unread: Some(why),
            },
            read => read?,
        });
    }
    for path in beside {
        if path.canonicalize().is_ok_and(|path| known.contains(&path)) {
            continue;
        }
        // What is only beside is not complained about.
        if let Ok(mut file) = read(&path) {
            file.asked = false;
            files.push(file);
        }
    }
    Ok(files)
}

/// The documents of a folder, and what may have been meant for one; schemas left out.
pub(crate) fn documents(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let entries = fs::read_dir(folder).map_err(|why| file_error(folder, &why))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| {
            if folder == Path::new(".") {
                PathBuf::from(entry.file_name())
            } else {
                entry.path()
            }
        })
        .filter(|path| path.is_file() && mentions_json(path) && !is_foreign(path))
        .collect();
    found.sort();
    Ok(found)
}

/// Whether a file may be meant for a document.
fn mentions_json(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().to_lowercase().contains("json"))
}

/// Whether a file is a schema, or another tool's: those keep their JSON beside ours, and hide
/// it by a point before its name.
fn is_foreign(path: &Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    FileName::of(&name) == FileName::Schema
        || name.starts_with('.') && name != ".json"
        || matches!(
            name.as_str(),
            "package.json" | "package-lock.json" | "tsconfig.json" | "jsconfig.json"
        )
}

/// The documents as one library.
#[must_use]
pub fn library(files: &[File]) -> Library {
    let read = files.iter().filter(|file| file.unread.is_none());
    let mut library = Library::read(read.map(|file| (file.name.as_str(), &file.bytes)));
    for file in files {
        let Some(why) = &file.unread else { continue };
        // It is there, whatever it says: what names it is not found fault with.
        library.broken.extend(match file.role() {
            Role::Menu(id) => Some(format!("menu:{id}")),
            Role::Calendar(id) => Some(format!("calendar:{id}")),
            Role::List(id) => Some(format!("list:{id}")),
            Role::Numbers | Role::Test(_) | Role::Other => None,
        });
        let said = why.message.strip_prefix(&format!("{}: ", file.name));
        let message = said.unwrap_or(&why.message).to_owned();
        let found = Diagnostic::at(&file.name, "", 0, Code::Unreadable, "", message);
        library.unread.push(match &why.help {
            Some(help) => found.with_help(help.as_str()),
            None => found,
        });
    }
    library
}

/// What is wrong with the library's documents, in the order of the files.
#[must_use]
pub fn findings(library: &Library) -> Vec<Diagnostic> {
    ivr::check(library)
}
