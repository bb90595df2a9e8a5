//! What may be written at a place of a document, and what is written there already.

use ivr::document::Target;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Role;
use crate::lenient::{Cursor, read};
use crate::shape::{Shape, Shapes};

/// The ids that a document may name.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Names {
    /// Of the nodes of the menu that a call script is about. A menu's own are read from its text.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", tsify(optional))]
    pub nodes: Vec<String>,
    /// Of menus.
    pub menus: Vec<String>,
    /// Of calendars.
    pub calendars: Vec<String>,
    /// Of lists.
    pub lists: Vec<String>,
}

/// What may stand at a place.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Completion {
    /// The first byte that an option takes the place of.
    pub from: usize,
    /// The byte after the last.
    pub to: usize,
    /// What may be written.
    pub options: Vec<CompletionOption>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct CompletionOption {
    /// As it is shown.
    pub label: String,
    /// What is written.
    pub insert: String,
    /// What it means.
    pub detail: String,
    /// What it is.
    pub kind: OptionKind,
}

/// What an option is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum OptionKind {
    /// A field of an object.
    Field,
    /// The name of something: a node, a menu, a calendar, a list.
    Reference,
    /// One of a few words.
    Word,
    /// What holds when nothing is written.
    Default,
}

/// What is said about a place.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Hover {
    /// The first byte it is about.
    pub from: usize,
    /// The byte after the last.
    pub to: usize,
    /// What is said.
    pub text: String,
}

/// What may be written at a byte of a text, however unfinished the text is.
#[must_use]
pub fn complete(
    shapes: &Shapes,
    role: &Role,
    text: &str,
    at: usize,
    names: &Names,
) -> Option<Completion> {
    let (document, cursor) = read(text, at);
    let place = Place {
        shapes,
        role,
        document,
        cursor: cursor?,
    };
    let options = if place.cursor.is_key {
        place.fields(text)
    } else {
        place.values(names)
    };
    Some(Completion {
        from: place.cursor.from,
        to: place.cursor.to,
        options,
    })
}

/// What the field or word at a byte of a text means.
#[must_use]
pub fn hover(shapes: &Shapes, role: &Role, text: &str, at: usize) -> Option<Hover> {
    let (document, cursor) = read(text, at);
    let cursor = cursor?;
    let mut path = cursor.path.clone();
    if cursor.is_key {
        path.push(cursor.written.clone()?);
    }
    let shapes = shapes.at(role, &document, &path);
    let said = shapes.iter().find_map(describes)?;
    let standard = shapes.iter().find_map(|shape| shape.schema.get("default"));
    Some(Hover {
        from: cursor.from,
        to: cursor.to,
        text: standard.map_or_else(
            || said.to_owned(),
            |standard| format!("{said}\n\n`{standard}` when left out."),
        ),
    })
}

/// The ids of a menu's nodes, as far as they are written.
#[must_use]
pub fn nodes(text: &str) -> Vec<String> {
    let (document, _) = read(text, usize::MAX);
    own_nodes(&document).map(|(id, _)| id.clone()).collect()
}

fn own_nodes(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document
        .get("nodes")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

fn describes<'s>(shape: &Shape<'s>) -> Option<&'s str> {
    let text = shape.schema.get("description")?.as_str()?;
    (!text.is_empty()).then_some(text)
}

/// A cursor in a document.
struct Place<'s> {
    shapes: &'s Shapes,
    role: &'s Role,
    document: Value,
    cursor: Cursor,
}

impl Place<'_> {
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for token in &self.cursor.path {
            ivr::source::push_token(&mut pointer, token);
        }
        pointer
    }

    fn fields(&self, text: &str) -> Vec<CompletionOption> {
        // The key that is being written rules nothing out.
        let mut document = self.document.clone();
        let there = document.pointer_mut(&self.pointer());
        let mut there = there.and_then(Value::as_object_mut);
        if let (Some(members), Some(written)) = (&mut there, &self.cursor.written) {
            members.remove(written);
        }
        let names: Vec<String> = there
            .into_iter()
            .flat_map(|members| members.keys().cloned())
            .collect();
        let followed = text
            .get(self.cursor.to..)
            .is_some_and(|rest| rest.trim_start().starts_with(':'));
        let shapes = self.shapes.at(self.role, &document, &self.cursor.path);
        let mut options: Vec<CompletionOption> = Vec::new();
        for shape in shapes {
            let properties = shape.schema.get("properties").and_then(Value::as_object);
            for (name, schema) in properties.into_iter().flatten() {
                let known = names.contains(name);
                if known || options.iter().any(|option| option.label == *name) {
                    continue;
                }
                let colon = if followed { "" } else { ": " };
                options.push(CompletionOption {
                    label: name.clone(),
                    insert: format!("{}{colon}", Value::from(name.as_str())),
                    detail: self.says(name, schema),
                    kind: OptionKind::Field,
                });
            }
        }
        options
    }

    /// What a field of the object at the cursor means.
    fn says(&self, name: &str, schema: &Value) -> String {
        let own = schema.get("description").and_then(Value::as_str);
        own.map_or_else(
            || {
                let mut below = self.cursor.path.clone();
                below.push(name.to_owned());
                let shapes = self.shapes.at(self.role, &self.document, &below);
                let said = shapes.iter().find_map(describes);
                said.unwrap_or_default().to_owned()
            },
            str::to_owned,
        )
    }

    fn values(&self, names: &Names) -> Vec<CompletionOption> {
        let Some((last, above)) = self.cursor.path.split_last() else {
            return Vec::new();
        };
        let is_item = last.bytes().all(|byte| byte.is_ascii_digit());
        let field = if is_item {
            above.last().map_or("", String::as_str)
        } else {
            last.as_str()
        };
        // The value that is being written rules nothing out.
        let mut blank = self.document.clone();
        if let Some(value) = blank.pointer_mut(&self.pointer())
            && !value.is_object()
            && !value.is_array()
        {
            *value = Value::Null;
        }
        let shapes = self.shapes.at(self.role, &blank, &self.cursor.path);
        let mut offered = Offered::default();
        let is = |name: &str| shapes.iter().any(|shape| shape.name == Some(name));
        if is("target") {
            self.offer_nodes(&mut offered, names);
            for (word, target) in Target::WORDS {
                offered.add(Value::from(*word), target_says(target), OptionKind::Word);
            }
            for menu in &names.menus {
                let target = Value::from(format!("menu:{menu}"));
                offered.add(target, "another menu", OptionKind::Reference);
            }
        }
        match field {
            "start" if above.is_empty() => self.offer_nodes(&mut offered, names),
            _ if is("at") => self.offer_nodes(&mut offered, names),
            "calendar" => offered.references(&names.calendars, "a calendar"),
            "in_list" => offered.references(&names.lists, "a list"),
            "menu" => offered.references(&names.menus, "a menu"),
            _ => {}
        }
        for shape in &shapes {
            let words = shape.schema.get("enum").and_then(Value::as_array);
            for word in words.into_iter().flatten() {
                offered.add(word.clone(), kind_says(self.shapes, word), OptionKind::Word);
            }
            if let Some(word) = shape.schema.get("const") {
                let says = describes(shape).unwrap_or_default();
                offered.add(word.clone(), says, OptionKind::Word);
            }
            if shape.schema.get("type").and_then(Value::as_str) == Some("boolean") {
                offered.add(Value::Bool(true), "", OptionKind::Word);
                offered.add(Value::Bool(false), "", OptionKind::Word);
            }
            if let Some(standard) = shape.schema.get("default") {
                offered.add(standard.clone(), "when left out", OptionKind::Default);
            }
        }
        offered.options
    }

    fn offer_nodes(&self, offered: &mut Offered, names: &Names) {
        for (id, node) in own_nodes(&self.document) {
            let kind = node.get("kind").and_then(Value::as_str);
            let says = kind.unwrap_or("a node");
            offered.add(Value::from(id.as_str()), says, OptionKind::Reference);
        }
        offered.references(&names.nodes, "a node");
    }
}

/// What is offered so far; nothing is offered twice.
#[derive(Default)]
struct Offered {
    options: Vec<CompletionOption>,
}

impl Offered {
    fn add(&mut self, value: Value, detail: &str, kind: OptionKind) {
        let insert = value.to_string();
        if self.options.iter().any(|option| option.insert == insert) {
            return;
        }
        self.options.push(CompletionOption {
            label: value.as_str().map_or_else(|| insert.clone(), str::to_owned),
            insert,
            detail: detail.to_owned(),
            kind,
        });
    }

    fn references(&mut self, ids: &[String], detail: &str) {
        for id in ids {
            self.add(Value::from(id.as_str()), detail, OptionKind::Reference);
        }
    }
}

fn target_says(target: &Target) -> &'static str {
    match target {
        Target::Hangup => "the call ends",
        Target::Repeat => "this node again",
        Target::Back => "where the caller was before",
        Target::Start => "the start of this menu",
        Target::Return => "back to the menu that called this one",
        Target::Node(_) | Target::Menu(_) => "",
    }
}

/// What a kind of node does, where a word is one.
fn kind_says<'s>(shapes: &'s Shapes, word: &Value) -> &'s str {
    word.as_str()
        .and_then(|kind| shapes.definition(&format!("node_{kind}")))
        .and_then(|schema| schema.get("description"))
        .and_then(Value::as_str)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu() -> Role {
        Role::Menu("main".to_owned())
    }

    /// Options at `|`.
    fn at(marked: &str) -> Vec<String> {
        let at = marked.find('|').unwrap();
        let text = marked.replacen('|', "", 1);
        let names = Names {
            nodes: Vec::new(),
            menus: vec!["other".to_owned()],
            calendars: vec!["office".to_owned()],
            lists: vec!["vip".to_owned()],
        };
        complete(&Shapes::of_menus(), &menu(), &text, at, &names)
            .map(|found| {
                found
                    .options
                    .into_iter()
                    .map(|option| option.label)
                    .collect()
            })
            .unwrap_or_default()
    }

    #[test]
    fn what_may_be_written_is_offered_however_unfinished_the_text() {
        let check = |marked: &str, some: &[&str], none: &[&str]| {
            let found = at(marked);
            for word in some {
                assert!(
                    found.iter().any(|it| it == word),
                    "{marked}: {word} of {found:?}"
                );
            }
            for word in none {
                assert!(
                    !found.iter().any(|it| it == word),
                    "{marked}: {word} of {found:?}"
                );
            }
        };
        check(
            r#"{ "start": "a", "|"#,
            &["nodes", "voice", "limits"],
            &["start", "kind"],
        );
        check(
            r#"{ "start": "a", "nodes": { "a": { "kind": "|"#,
            &["menu", "say", "hangup"],
            &["a"],
        );
        check(
            r#"{ "start": "a", "nodes": { "a": { "kind": "say", "|" } } }"#,
            &["prompt", "then"],
            &["choices", "to"],
        );
        check(
            r#"{ "start": "a", "nodes": { "a": { "|", "kind": "say" } } }"#,
            &["then"],
            &["choices"],
        );
        check(
            r#"{ "start": "a", "nodes": { "a": { "kind": "say", "then": "|"#,
            &["a", "@hangup", "menu:other"],
            &["office"],
        );
        check(
            r#"{ "start": "|", "nodes": { "a": { "kind": "hangup" } } }"#,
            &["a"],
            &["@hangup"],
        );
        check(
            r#"{ "start": "a", "nodes": { "a": { "kind": "menu", "choices": { "1": | } } } }"#,
            &["a", "@repeat"],
            &[],
        );
        check(
            r#"{ "start": "a", "nodes": { "a": { "kind": "hours", "calendar": "|" } } }"#,
            &["office"],
            &["vip"],
        );
        check(
            r#"{ "start": "a", "nodes": { "a": { "kind": "switch", "cases": [{ "in_list": "|" }] } } }"#,
            &["vip"],
            &["office"],
        );
        check(
            r#"{ "start": "a", "nodes": { "a": { "kind": "menu", "barge_in": | } } }"#,
            &["true", "false"],
            &[],
        );
    }

    #[test]
    fn a_field_and_a_kind_are_explained() {
        let check = |role: &Role, marked: &str, words: &str| {
            let at = marked.find('|').unwrap();
            let found = hover(&Shapes::of_menus(), role, &marked.replacen('|', "", 1), at)
                .map(|hover| hover.text);
            assert!(
                found.as_ref().is_some_and(|text| text.contains(words)),
                "{marked}: {found:?}"
            );
        };
        check(&menu(), r#"{ "sta|rt": "a", "nodes": {} }"#, "begins at");
        check(
            &menu(),
            r#"{ "nodes": { "a": { "kind": "connect", "ri|ng": 3 } } }"#,
            "Seconds each is rung",
        );
        check(
            &Role::Calendar("office".to_owned()),
            r#"{ "timezone": "Europe/London", "weekly": {}, "over|ride": {} }"#,
            "instead of the hours",
        );
    }
}
