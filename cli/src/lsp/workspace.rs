//! The documents of a folder as the editor has them: what is open, over what lies on disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;

use crate::files::{self, File, Role};

/// Open documents by their paths.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    open: BTreeMap<PathBuf, Open>,
}

/// A document in the editor.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) text: String,
}

impl Workspace {
    /// Takes what the editor has of a document. What is no file of ours is left alone.
    pub(super) fn set(&mut self, uri: Uri, version: i32, text: String) -> Option<PathBuf> {
        let path = path_of(&uri)?;
        if Role::of(&path) == Role::Other {
            return None;
        }
        self.open.insert(path.clone(), Open { uri, version, text });
        Some(path)
    }

    /// Forgets a document; what lies on disk counts again.
    pub(super) fn close(&mut self, uri: &Uri) -> Option<PathBuf> {
        let path = path_of(uri)?;
        self.open.remove(&path).map(|_| path)
    }

    /// The open documents of a folder.
    pub(super) fn open_in<'w>(
        &'w self,
        folder: &'w Path,
    ) -> impl Iterator<Item = (&'w Path, &'w Open)> {
        self.open
            .iter()
            .filter(move |(path, _)| path.parent() == Some(folder))
            .map(|(path, open)| (path.as_path(), open))
    }

    /// A document's text, its role and its path.
    pub(super) fn document(&self, uri: &Uri) -> Option<(PathBuf, Role, &str)> {
        let path = path_of(uri)?;
        let open = self.open.get(&path)?;
        let role = Role::of(&path);
        Some((path, role, &open.text))
    }

    /// Every document of a folder.
    pub(super) fn folder(&self, folder: &Path) -> Vec<File> {
        let mut files: BTreeMap<PathBuf, File> = BTreeMap::new();
        for path in files::documents(folder).unwrap_or_default() {
            if self.open.contains_key(&path) {
                continue;
            }
            // What cannot be read is the business of `ivr check`.
            if let Ok(file) = files::read(&path) {
                files.insert(path, file);
            }
        }
        for (path, open) in self.open_in(folder) {
            files.insert(
                path.to_owned(),
                File {
                    path: path.to_owned(),
                    name: path.display().to_string(),
                    bytes: open.text.clone().into_bytes(),
                    asked: true,
                    unread: None,
                },
            );
        }
        files.into_values().collect()
    }

    /// The address of a file, as the editor writes it when the file is open.
    pub(super) fn uri(&self, path: &Path) -> Option<Uri> {
        if let Some(open) = self.open.get(path) {
            return Some(open.uri.clone());
        }
        let url = url::Url::from_file_path(path).ok()?;
        Uri::from_str(url.as_str()).ok()
    }
}

/// The file an address names.
fn path_of(uri: &Uri) -> Option<PathBuf> {
    let url = url::Url::parse(uri.as_str()).ok()?;
    url.to_file_path().ok()
}
