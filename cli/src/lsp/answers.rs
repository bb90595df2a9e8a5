//! What the editor asks: what is wrong, what a name means, where it stands, another name.

use std::collections::BTreeMap;
use std::path::Path;

use lsp_types::{
    Diagnostic, DiagnosticSeverity, Location, NumberOrString, Position, Range, TextEdit, Uri,
};
use serde::Serialize;

use super::mentions::{Mention, Named, mentions};
use super::position::{offset, range};
use super::workspace::Workspace;
use crate::commands::check::findings_of;
use crate::excerpt::SourceText;
use crate::files::{File, Role};

/// Why a name stays what it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum RenameError {
    /// Menus, calendars and lists are named by their files.
    #[error(
        "only nodes can be given another name here; menus, calendars and lists are named by their files"
    )]
    NotANode,
    /// It is no name.
    #[error("`{0}` cannot be a node's id: expected 1 to 40 letters a-z, digits, `_` or `-`")]
    NoName(String),
    /// Another node has it.
    #[error("there is a node `{0}` already")]
    Taken(String),
}

/// A `WorkspaceEdit`: what to write where, by the addresses of documents.
#[derive(Debug, Serialize)]
pub(super) struct Edits {
    changes: BTreeMap<String, Vec<TextEdit>>,
}

/// What is wrong with each document of a folder that is open, by `ivr check`.
pub(super) fn diagnostics(
    workspace: &Workspace,
    folder: &Path,
) -> Vec<(Uri, i32, Vec<Diagnostic>)> {
    let found = findings_of(&workspace.folder(folder));
    workspace
        .open_in(folder)
        .map(|(path, open)| {
            let name = path.display().to_string();
            let mut source = SourceText::new(&name, &open.text);
            let mine = found
                .iter()
                .filter(|finding| finding.file == name)
                .map(|finding| {
                    let value = source.value_at(finding.line, finding.column);
                    let mut message = finding.message.clone();
                    if let Some(help) = &finding.help {
                        message = format!("{message}\n{help}");
                    }
                    if !finding.path.is_empty() {
                        let way = finding.path.join(", ");
                        message = format!("{message}\na caller gets there by: {way}");
                    }
                    Diagnostic {
                        range: range(&open.text, &value),
                        severity: Some(if finding.severity == "error" {
                            DiagnosticSeverity::ERROR
                        } else {
                            DiagnosticSeverity::WARNING
                        }),
                        code: Some(NumberOrString::String(finding.code.clone())),
                        source: Some("ivr".to_owned()),
                        message,
                        ..Diagnostic::default()
                    }
                })
                .collect();
            (open.uri.clone(), open.version, mine)
        })
        .collect()
}

/// What is named at a place, and where exactly.
fn named_at(workspace: &Workspace, uri: &Uri, place: Position) -> Option<(Mention, Range)> {
    let (_, role, text) = workspace.document(uri)?;
    let at = offset(text, place);
    let mention = mentions(&role, text)
        .into_iter()
        .find(|mention| mention.bytes.start <= at && at <= mention.bytes.end)?;
    let range = range(text, &mention.bytes);
    Some((mention, range))
}

/// The mentions of a thing in all documents of the folder.
fn everywhere(workspace: &Workspace, uri: &Uri, named: &Named) -> Vec<(File, Mention)> {
    let Some((path, ..)) = workspace.document(uri) else {
        return Vec::new();
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut found = Vec::new();
    for file in workspace.folder(folder) {
        let text = String::from_utf8_lossy(&file.bytes);
        for mention in mentions(&file.role(), &text) {
            if mention.named == *named {
                found.push((file.clone(), mention));
            }
        }
    }
    found
}

fn location(workspace: &Workspace, file: &File, mention: &Mention) -> Option<Location> {
    let text = String::from_utf8_lossy(&file.bytes);
    Some(Location::new(
        workspace.uri(&file.path)?,
        range(&text, &mention.bytes),
    ))
}

/// Where the thing named at a place is written.
pub(super) fn definition(workspace: &Workspace, uri: &Uri, place: Position) -> Option<Location> {
    let (mention, _) = named_at(workspace, uri, place)?;
    if let Named::Node { .. } = mention.named {
        return everywhere(workspace, uri, &mention.named)
            .iter()
            .find(|(_, mention)| mention.defines)
            .and_then(|(file, mention)| location(workspace, file, mention));
    }
    let wanted = match mention.named {
        Named::Menu(id) => Role::Menu(id),
        Named::Calendar(id) => Role::Calendar(id),
        Named::List(id) => Role::List(id),
        Named::Node { .. } => return None,
    };
    let (path, ..) = workspace.document(uri)?;
    let files = workspace.folder(path.parent().unwrap_or(Path::new(".")));
    let file = files.iter().find(|file| file.role() == wanted)?;
    Some(Location::new(workspace.uri(&file.path)?, Range::default()))
}

/// Every place that names the thing named at a place.
pub(super) fn references(
    workspace: &Workspace,
    uri: &Uri,
    place: Position,
    with_definition: bool,
) -> Vec<Location> {
    let Some((mention, _)) = named_at(workspace, uri, place) else {
        return Vec::new();
    };
    everywhere(workspace, uri, &mention.named)
        .iter()
        .filter(|(_, mention)| with_definition || !mention.defines)
        .filter_map(|(file, mention)| location(workspace, file, mention))
        .collect()
}

/// The name at a place, when it can be another.
pub(super) fn renameable(workspace: &Workspace, uri: &Uri, place: Position) -> Option<Range> {
    let (mention, range) = named_at(workspace, uri, place)?;
    matches!(mention.named, Named::Node { .. }).then_some(range)
}

/// Another name for a node: in its menu, and in the call scripts that name it.
pub(super) fn rename(
    workspace: &Workspace,
    uri: &Uri,
    place: Position,
    name: &str,
) -> Result<Edits, RenameError> {
    let (mention, _) = named_at(workspace, uri, place).ok_or(RenameError::NotANode)?;
    let Named::Node { menu, .. } = &mention.named else {
        return Err(RenameError::NotANode);
    };
    if !ivr::document::is_name(name) {
        return Err(RenameError::NoName(name.to_owned()));
    }
    let wanted = Named::Node {
        menu: menu.clone(),
        node: name.to_owned(),
    };
    if mention.named != wanted
        && everywhere(workspace, uri, &wanted)
            .iter()
            .any(|(_, mention)| mention.defines)
    {
        return Err(RenameError::Taken(name.to_owned()));
    }
    let mut changes: BTreeMap<String, Vec<TextEdit>> = BTreeMap::new();
    for (file, mention) in everywhere(workspace, uri, &mention.named) {
        if let Some(place) = location(workspace, &file, &mention) {
            changes
                .entry(place.uri.as_str().to_owned())
                .or_default()
                .push(TextEdit::new(place.range, name.to_owned()));
        }
    }
    Ok(Edits { changes })
}
