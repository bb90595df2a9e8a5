//! What may be written at a place, and what is written there already, as an editor asks for it.

use std::path::Path;

use desk::Role;
use desk::complete::{Names, OptionKind};
use desk::shape::Shapes;
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Hover, HoverContents, MarkupContent,
    MarkupKind, Position, TextEdit, Uri,
};

use super::position::{offset, range};
use super::workspace::Workspace;

/// What may be written at a place.
pub(super) fn complete(workspace: &Workspace, uri: &Uri, place: Position) -> Vec<CompletionItem> {
    let Some((path, role, text)) = workspace.document(uri) else {
        return Vec::new();
    };
    let names = names(workspace, path.parent().unwrap_or(Path::new(".")), &role);
    let found = desk::complete::complete(&shapes(&role), &role, text, offset(text, place), &names);
    let Some(found) = found else {
        return Vec::new();
    };
    let range = range(text, &(found.from..found.to));
    found
        .options
        .into_iter()
        .map(|option| CompletionItem {
            label: option.label,
            kind: Some(kind(option.kind)),
            detail: (!option.detail.is_empty()).then_some(option.detail),
            filter_text: Some(option.insert.clone()),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(
                range,
                option.insert,
            ))),
            ..CompletionItem::default()
        })
        .collect()
}

/// What the field or value at a place means.
pub(super) fn hover(workspace: &Workspace, uri: &Uri, place: Position) -> Option<Hover> {
    let (_, role, text) = workspace.document(uri)?;
    let found = desk::complete::hover(&shapes(&role), &role, text, offset(text, place))?;
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind: MarkupKind::Markdown,
            value: found.text,
        }),
        range: Some(range(text, &(found.from..found.to))),
    })
}

fn shapes(role: &Role) -> Shapes {
    match role {
        Role::Test(_) => Shapes::of_scripts(),
        _ => Shapes::of_menus(),
    }
}

fn kind(kind: OptionKind) -> CompletionItemKind {
    match kind {
        OptionKind::Field => CompletionItemKind::FIELD,
        OptionKind::Reference => CompletionItemKind::REFERENCE,
        OptionKind::Word => CompletionItemKind::ENUM_MEMBER,
        OptionKind::Default => CompletionItemKind::VALUE,
    }
}

/// What the documents of a folder are called.
fn names(workspace: &Workspace, folder: &Path, role: &Role) -> Names {
    let mut names = Names::default();
    for file in workspace.folder(folder) {
        match file.role() {
            Role::Menu(id) => {
                // A call script names the nodes of the menu it is about.
                if matches!(role, Role::Test(menu) if *menu == id) {
                    names.nodes = desk::complete::nodes(&String::from_utf8_lossy(&file.bytes));
                }
                names.menus.push(id);
            }
            Role::Calendar(id) => names.calendars.push(id),
            Role::List(id) => names.lists.push(id),
            Role::Numbers | Role::Test(_) | Role::Other => {}
        }
    }
    names
}
