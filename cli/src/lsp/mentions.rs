//! Where documents name nodes, menus, calendars and lists.

use std::ops::Range;

use desk::Role;
use ivr::source::{self, Kind, Value};

/// What is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// A node of a menu.
    Node { menu: String, node: String },
    /// A menu.
    Menu(String),
    /// A calendar.
    Calendar(String),
    /// A list.
    List(String),
}

/// A place that names something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// The bytes of the name alone.
    pub(super) bytes: Range<usize>,
    pub(super) named: Named,
    /// The node stands here.
    pub(super) defines: bool,
}

/// Every place of a document that names something. A text that is no JSON names nothing.
pub(super) fn mentions(role: &Role, text: &str) -> Vec<Mention> {
    let Ok(tree) = source::parse(text) else {
        return Vec::new();
    };
    let mut reader = Reader {
        text,
        menu: "",
        found: Vec::new(),
    };
    match role {
        Role::Menu(id) => {
            reader.menu = id;
            reader.menu(&tree);
        }
        Role::Numbers => {
            for (_, entry) in members(&tree) {
                reader.text_at(entry.get("menu").map(|member| &member.value), Named::Menu);
            }
        }
        Role::Test(id) => {
            let menu = tree.get("menu").map(|member| &member.value);
            reader.text_at(menu, Named::Menu);
            let named = menu.and_then(words).unwrap_or(id).to_owned();
            reader.menu = &named;
            reader.script(&tree);
            return reader.found;
        }
        Role::Calendar(_) | Role::List(_) | Role::Other => {}
    }
    reader.found
}

struct Reader<'t> {
    text: &'t str,
    menu: &'t str,
    found: Vec<Mention>,
}

impl Reader<'_> {
    fn menu(&mut self, tree: &Value<'_>) {
        for (name, value) in members(tree) {
            match name {
                "start" => self.target(value),
                "keys" => self.choices(value),
                "nodes" => {
                    if let Kind::Object(nodes) = &value.kind {
                        for node in nodes {
                            let named = self.node(&node.key);
                            self.add(node.at, node.key.len(), 0, named, true);
                            self.fields(&node.value);
                        }
                    }
                }
                _ => self.fields(value),
            }
        }
    }

    fn fields(&mut self, value: &Value<'_>) {
        match &value.kind {
            Kind::Object(_) => {
                for (name, value) in members(value) {
                    match (name, &value.kind) {
                        ("choices", _) => self.choices(value),
                        (name, Kind::Text(_)) if desk::targets::is_field(name) => {
                            self.target(value)
                        }
                        ("calendar", Kind::Text(_)) => {
                            self.text_at(Some(value), Named::Calendar);
                        }
                        ("menu", Kind::Text(_)) => self.text_at(Some(value), Named::Menu),
                        ("in_list", Kind::Text(_)) => self.text_at(Some(value), Named::List),
                        (name, _) if desk::targets::FREE.contains(&name) => {}
                        _ => self.fields(value),
                    }
                }
            }
            Kind::List(items) => items.iter().for_each(|item| self.fields(item)),
            _ => {}
        }
    }

    /// Targets by keys, alone or in an object.
    fn choices(&mut self, value: &Value<'_>) {
        for (_, choice) in members(value) {
            match choice.kind {
                Kind::Text(_) => self.target(choice),
                _ => self.fields(choice),
            }
        }
    }

    fn target(&mut self, value: &Value<'_>) {
        let Some(to) = words(value) else {
            return;
        };
        if let Some(id) = to.strip_prefix("menu:") {
            self.add(
                value.at,
                id.len(),
                "menu:".len(),
                Named::Menu(id.to_owned()),
                false,
            );
        } else if !to.starts_with('@') {
            let named = self.node(to);
            self.add(value.at, to.len(), 0, named, false);
        }
    }

    /// Where callers are to be: `main`, or `other/main` in another menu.
    fn script(&mut self, value: &Value<'_>) {
        match &value.kind {
            Kind::Object(_) => {
                for (name, value) in members(value) {
                    match (name, words(value)) {
                        ("at", Some(at)) => match at.split_once('/') {
                            Some((menu, node)) => {
                                let named = Named::Node {
                                    menu: menu.to_owned(),
                                    node: node.to_owned(),
                                };
                                self.add(value.at, node.len(), menu.len() + 1, named, false);
                            }
                            None => {
                                let named = self.node(at);
                                self.add(value.at, at.len(), 0, named, false);
                            }
                        },
                        ("given", _) => {}
                        _ => self.script(value),
                    }
                }
            }
            Kind::List(items) => items.iter().for_each(|item| self.script(item)),
            _ => {}
        }
    }

    fn text_at(&mut self, value: Option<&Value<'_>>, named: impl FnOnce(String) -> Named) {
        if let Some(value) = value
            && let Some(text) = words(value)
        {
            self.add(value.at, text.len(), 0, named(text.to_owned()), false);
        }
    }

    fn node(&self, name: &str) -> Named {
        Named::Node {
            menu: self.menu.to_owned(),
            node: name.to_owned(),
        }
    }

    /// A name in the string whose quote is at `at`, after `skip` bytes of it.
    fn add(&mut self, at: usize, length: usize, skip: usize, named: Named, defines: bool) {
        let begins = at + 1 + skip;
        let bytes = begins..begins + length;
        // A name with escapes in it is no name.
        let escaped = self
            .text
            .get(bytes.clone())
            .is_none_or(|name| name.contains('\\'));
        if !escaped {
            self.found.push(Mention {
                bytes,
                named,
                defines,
            });
        }
    }
}

fn members<'v, 's>(value: &'v Value<'s>) -> impl Iterator<Item = (&'v str, &'v Value<'s>)> {
    let members = match &value.kind {
        Kind::Object(members) => members.as_slice(),
        _ => &[],
    };
    members.iter().map(|member| (&*member.key, &member.value))
}

fn words<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    match &value.kind {
        Kind::Text(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_they_are_names() {
        let check = |role: Role, text: &str, expected: &[&str]| {
            let told: Vec<String> = mentions(&role, text)
                .into_iter()
                .map(|mention| {
                    let name = &text[mention.bytes.clone()];
                    let what = match mention.named {
                        Named::Node { menu, node } => {
                            assert_eq!(name, node);
                            format!("{menu}/{node}")
                        }
                        Named::Menu(id) => format!("menu {id}"),
                        Named::Calendar(id) => format!("calendar {id}"),
                        Named::List(id) => format!("list {id}"),
                    };
                    if mention.defines {
                        format!("{what}!")
                    } else {
                        what
                    }
                })
                .collect();
            assert_eq!(told, expected, "{text}");
        };
        let menu = || Role::Menu("m".to_owned());
        check(
            menu(),
            r#"{ "title": "a", "start": "a", "keys": { "0": "b", "*": "@back" },
                 "limits": { "then": "b" }, "nodes": {
                 "a": { "kind": "menu", "prompt": "b", "choices": { "1": "b", "2": { "then": "menu:x" } },
                        "no_input": { "then": "a" } },
                 "then": { "kind": "hours", "calendar": "c", "open": "a", "closed": "@hangup" },
                 "b": { "kind": "switch", "cases": [{ "in_list": "l", "then": "a" }, { "equals": "a", "then": "b" }],
                        "otherwise": "a" },
                 "n": { "kind": "notify", "payload": { "then": "a" }, "then": "b" },
                 "s": { "kind": "submenu", "menu": "y", "then": "b" } } }"#,
            &[
                "m/a",
                "m/b",
                "m/b",
                "m/a!",
                "m/b",
                "menu x",
                "m/a",
                "m/then!",
                "calendar c",
                "m/a",
                "m/b!",
                "list l",
                "m/a",
                "m/b",
                "m/a",
                "m/n!",
                "m/b",
                "m/s!",
                "menu y",
                "m/b",
            ],
        );
        check(
            Role::Numbers,
            r#"{ "default": { "menu": "m" } }"#,
            &["menu m"],
        );
        check(
            Role::Test("m".to_owned()),
            r#"{ "cases": [{ "name": "a", "steps": [{ "hear": "a", "at": "a", "press": "1" }],
                 "end": { "at": "other/b" } }] }"#,
            &["m/a", "other/b"],
        );
        check(
            Role::Test("m".to_owned()),
            r#"{ "menu": "x", "cases": [{ "name": "a", "end": { "at": "b" } }] }"#,
            &["menu x", "x/b"],
        );
        check(menu(), "{", &[]);
    }
}
