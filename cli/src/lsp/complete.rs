//! What may be written at a place, and what is written there already: by the JSON Schema, and by
//! what the documents of the folder are called.

use std::path::Path;

use desk::Role;
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Hover, HoverContents, MarkupContent,
    MarkupKind, Position, TextEdit, Uri,
};
use serde_json::Value;

use super::cursor::{Around, Cursor, Step, cursor};
use super::mentions::{Named, mentions};
use super::position::{offset, range};
use super::workspace::Workspace;

/// What may be written at a place.
pub(super) fn complete(workspace: &Workspace, uri: &Uri, place: Position) -> Vec<CompletionItem> {
    let Some((path, role, text)) = workspace.document(uri) else {
        return Vec::new();
    };
    let Some(cursor) = cursor(text, offset(text, place)) else {
        return Vec::new();
    };
    let schema = schema_of(&role);
    let found = at(&schema, &role, &cursor);
    let options = if cursor.is_key {
        let there = cursor.around.last().cloned().unwrap_or_default();
        let colon = text
            .get(cursor.bytes.end..)
            .is_some_and(|rest| rest.trim_start().starts_with(':'));
        keys(&schema, &found, &there, &cursor, colon)
    } else {
        let folder = path.parent().unwrap_or(Path::new("."));
        let names = Names::of(workspace, folder, &role);
        values(&schema, &found, &cursor, &names)
    };
    options
        .into_iter()
        .map(|option| CompletionItem {
            label: option.label,
            kind: Some(option.kind),
            detail: option.detail,
            filter_text: Some(option.insert.clone()),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(
                range(text, &cursor.bytes),
                option.insert,
            ))),
            ..CompletionItem::default()
        })
        .collect()
}

/// What the field or value at a place means.
pub(super) fn hover(workspace: &Workspace, uri: &Uri, place: Position) -> Option<Hover> {
    let (_, role, text) = workspace.document(uri)?;
    let mut cursor = cursor(text, offset(text, place))?;
    if cursor.is_key {
        cursor.path.push(Step::Member(cursor.written.clone()?));
    }
    let schema = schema_of(&role);
    let said = at(&schema, &role, &cursor)
        .iter()
        .find_map(|schema| description(schema))?;
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind: MarkupKind::Markdown,
            value: said,
        }),
        range: Some(range(text, &cursor.bytes)),
    })
}

fn schema_of(role: &Role) -> Value {
    match role {
        Role::Test(_) => serde_json::from_str(&desk::script::schema()).unwrap_or(Value::Null),
        _ => ivr::schema(),
    }
}

/// A schema where it was referred to, and its own definition.
struct Found<'s> {
    /// What it is called, when it is defined apart.
    name: Option<String>,
    /// From the place that refers to it down to what says what it is.
    schemas: Vec<&'s Value>,
}

impl<'s> Found<'s> {
    fn member(&self, name: &str) -> Option<&'s Value> {
        self.schemas.iter().find_map(|schema| schema.get(name))
    }
}

fn description(found: &Found<'_>) -> Option<String> {
    let said = found.schemas.iter().find_map(|schema| {
        let text = schema.get("description")?.as_str()?;
        (!text.is_empty()).then_some(text)
    })?;
    let standard = found.member("default");
    Some(standard.map_or_else(
        || said.to_owned(),
        |standard| format!("{said}\n\n`{standard}` when left out."),
    ))
}

/// The schemas that may hold at the cursor.
fn at<'s>(schema: &'s Value, role: &Role, cursor: &Cursor) -> Vec<Found<'s>> {
    let name = match role {
        Role::Menu(_) => Some("menu"),
        Role::Calendar(_) => Some("calendar"),
        Role::List(_) => Some("list"),
        Role::Numbers => Some("numbers"),
        Role::Test(_) | Role::Other => None,
    };
    let top = name
        .and_then(|name| schema.get("$defs")?.get(name))
        .unwrap_or(schema);
    let kind = |depth: usize| {
        cursor
            .around
            .get(depth)
            .and_then(|around| around.kind.as_deref())
    };
    let mut found = opened(schema, top, kind(0));
    for (depth, step) in cursor.path.iter().enumerate() {
        let inner: Vec<&Value> = found
            .iter()
            .flat_map(|found| found.schemas.iter())
            .filter_map(|schema| match step {
                Step::Item => schema.get("items"),
                Step::Member(name) => schema
                    .get("properties")
                    .and_then(|properties| properties.get(name))
                    .or_else(|| {
                        schema
                            .get("additionalProperties")
                            .filter(|more| more.is_object())
                    })
                    .or_else(|| {
                        schema
                            .get("patternProperties")?
                            .as_object()?
                            .values()
                            .next()
                    }),
            })
            .collect();
        found = inner
            .into_iter()
            .flat_map(|inner| opened(schema, inner, kind(depth + 1)))
            .collect();
    }
    found
}

/// A schema with what it refers to, its alternatives apart. Which kind of node it is decides
/// between those that are told apart by it.
fn opened<'s>(whole: &'s Value, schema: &'s Value, kind: Option<&str>) -> Vec<Found<'s>> {
    let mut name = None;
    let mut schemas = vec![schema];
    let mut last = schema;
    // A definition that refers to itself alone is nobody's.
    for _ in 0..8 {
        let Some(to) = last.get("$ref").and_then(Value::as_str) else {
            break;
        };
        let Some(next) = to
            .strip_prefix("#/$defs/")
            .and_then(|to| whole.get("$defs")?.get(to))
        else {
            break;
        };
        name = to.rsplit('/').next().map(str::to_owned);
        schemas.push(next);
        last = next;
    }
    let alternatives = ["anyOf", "oneOf"]
        .into_iter()
        .filter_map(|name| last.get(name)?.as_array())
        .flatten()
        .filter(|inner| inner.get("required").is_none() || inner.get("properties").is_some());
    let branch = kind.and_then(|kind| {
        let branches = last.get("allOf")?.as_array()?;
        let fits = |branch: &&Value| {
            branch
                .pointer("/if/properties/kind/const")
                .and_then(Value::as_str)
                == Some(kind)
        };
        branches.iter().find(fits)?.get("then")
    });
    let mut found: Vec<Found<'s>> = branch
        .into_iter()
        .chain(alternatives)
        .flat_map(|inner| opened(whole, inner, kind))
        .collect();
    // What says what it is for goes first: it is nearest.
    found.insert(0, Found { name, schemas });
    found
}

/// Something that may be written.
struct Choice {
    label: String,
    insert: String,
    detail: Option<String>,
    kind: CompletionItemKind,
}

fn keys(
    whole: &Value,
    found: &[Found<'_>],
    there: &Around,
    cursor: &Cursor,
    has_colon: bool,
) -> Vec<Choice> {
    let mut options: Vec<Choice> = Vec::new();
    for schema in found.iter().flat_map(|found| found.schemas.iter()) {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let written = cursor.written.as_deref() == Some(name);
            let known = options.iter().any(|option| option.label == *name);
            if known || (there.names.contains(name) && !written) {
                continue;
            }
            let detail = opened(whole, property, None).iter().find_map(description);
            let colon = if has_colon { "" } else { ": " };
            options.push(Choice {
                label: name.clone(),
                insert: format!("\"{name}\"{colon}"),
                detail,
                kind: CompletionItemKind::FIELD,
            });
        }
    }
    options
}

/// What the documents of a folder have names for.
struct Names {
    nodes: Vec<String>,
    menus: Vec<String>,
    calendars: Vec<String>,
    lists: Vec<String>,
}

impl Names {
    fn of(workspace: &Workspace, folder: &Path, role: &Role) -> Self {
        let mut names = Self {
            nodes: Vec::new(),
            menus: Vec::new(),
            calendars: Vec::new(),
            lists: Vec::new(),
        };
        let menu = match role {
            Role::Menu(id) | Role::Test(id) => id.as_str(),
            _ => "",
        };
        for file in workspace.folder(folder) {
            match file.role() {
                Role::Menu(id) => {
                    let other = String::from_utf8_lossy(&file.bytes);
                    if id == menu {
                        names.nodes = nodes(&file.role(), &other);
                        // A text that is being written is rarely JSON.
                        if names.nodes.is_empty() {
                            names.nodes = super::cursor::nodes(&other);
                        }
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
}

fn nodes(role: &Role, text: &str) -> Vec<String> {
    mentions(role, text)
        .into_iter()
        .filter(|mention| mention.defines)
        .filter_map(|mention| match mention.named {
            Named::Node { node, .. } => Some(node),
            _ => None,
        })
        .collect()
}

fn values(whole: &Value, found: &[Found<'_>], cursor: &Cursor, names: &Names) -> Vec<Choice> {
    let field = cursor.path.iter().rev().find_map(|step| match step {
        Step::Member(name) => Some(name.as_str()),
        Step::Item => None,
    });
    let mut options: Vec<Choice> = Vec::new();
    let mut add = |value: Value, detail: Option<String>, kind: CompletionItemKind| {
        let label = value.as_str().map_or(value.to_string(), str::to_owned);
        if !options.iter().any(|option| option.label == label) {
            options.push(Choice {
                label,
                insert: value.to_string(),
                detail,
                kind,
            });
        }
    };
    let named = |add: &mut dyn FnMut(Value, Option<String>, CompletionItemKind),
                 list: &[String],
                 what: &str| {
        for name in list {
            add(
                Value::from(name.as_str()),
                Some(what.to_owned()),
                CompletionItemKind::REFERENCE,
            );
        }
    };
    let is_target = found.iter().any(|found| {
        found
            .name
            .as_deref()
            .is_some_and(|name| name.eq_ignore_ascii_case("target"))
    });
    match field {
        _ if is_target => {
            named(&mut add, &names.nodes, "a node");
            for (target, what) in TARGETS {
                add(
                    Value::from(target),
                    Some(what.to_owned()),
                    CompletionItemKind::KEYWORD,
                );
            }
            for menu in &names.menus {
                add(
                    Value::from(format!("menu:{menu}")),
                    Some("another menu".to_owned()),
                    CompletionItemKind::REFERENCE,
                );
            }
        }
        Some("start" | "at") => named(&mut add, &names.nodes, "a node"),
        Some("calendar") => named(&mut add, &names.calendars, "a calendar"),
        Some("in_list") => named(&mut add, &names.lists, "a list"),
        Some("menu") => named(&mut add, &names.menus, "a menu"),
        _ => {}
    }
    for found in found {
        let words = found.member("enum").and_then(Value::as_array);
        for word in words.into_iter().flatten() {
            let detail = word
                .as_str()
                .filter(|_| field == Some("kind"))
                .and_then(|kind| whole.get("$defs")?.get(format!("node_{kind}")))
                .and_then(|node| node.get("description")?.as_str().map(str::to_owned));
            add(word.clone(), detail, CompletionItemKind::ENUM_MEMBER);
        }
        if found.member("type") == Some(&Value::from("boolean")) {
            for word in [true, false] {
                add(word.into(), None, CompletionItemKind::KEYWORD);
            }
        }
        if let Some(only) = found.member("const") {
            add(only.clone(), None, CompletionItemKind::CONSTANT);
        }
        if let Some(standard) = found.member("default") {
            add(
                standard.clone(),
                Some("when left out".to_owned()),
                CompletionItemKind::VALUE,
            );
        }
    }
    options
}

const TARGETS: [(&str, &str); 5] = [
    ("@hangup", "the call ends"),
    ("@repeat", "this node again"),
    ("@back", "where the caller was before"),
    ("@start", "the start of this menu"),
    ("@return", "back to the menu that called this one"),
];
