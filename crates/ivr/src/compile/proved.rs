//! Menus that are known to compile: a node is compiled when the first caller comes to it.
//!
//! What the engine has to know of all nodes is read from those that say it: which values of
//! look-ups and which SIP headers are read, whether another menu is called, which prompts are
//! short. A node whose text has none of the words for it says nothing of the kind.

use std::sync::{Arc, OnceLock};

use memchr::memmem;

use super::build::{Builder, indices_of, is_end};
use super::compiled::{Compiled, Node, Rest, Slot};
use crate::diagnostic::{Diagnostic, Findings};
use crate::document::{self, Menu};
use crate::source::{self, Kind, Member, SyntaxError, Value};
use crate::version::Version;

/// One of these stands in the text of every node that says something about the whole menu: a word for
/// it, or an escape that may hide one.
const TELLING: [&str; 6] = ["lookup", "sip:", "menu:", "short_prompt", "submenu", "\\u"];

impl Compiled {
    /// The node at this place of the menu; compiled now, when it was not yet.
    pub(crate) fn node(&self, index: u16) -> Option<&Node> {
        let slot = self.nodes.get(usize::from(index))?;
        let build = || self.rest.as_ref().and_then(|rest| rest.node(slot));
        slot.node.get_or_init(build).as_ref()
    }

    /// Makes a menu ready to run that is known to compile, without looking for what is wrong with
    /// it. Where it does not compile after all, a node that a caller comes to is missing. Its
    /// `version` is found out when it is not given.
    ///
    /// # Errors
    /// What is wrong outside its nodes, or with those that had to be read.
    pub fn proved(
        id: &str,
        json: &[u8],
        version: Option<Version>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let file = ["menu:", id].concat();
        let text = document::text(&file, json)?;
        let wrong = |error| vec![document::syntax(&file, text, &error)];
        let version = match version {
            Some(version) => version,
            None => Version::of(&source::parse(text).map_err(wrong)?),
        };
        let tree = source::parse_around(text, "nodes").map_err(wrong)?;
        let Some(nodes) = nodes_of(&tree) else {
            return Self::compile(id, json);
        };
        let menu: Menu = describe::read(&file, text, &with_one_node(&tree, text).map_err(wrong)?)?;
        let names: Vec<Arc<str>> = nodes.iter().map(|it| Arc::from(&*it.key)).collect();
        let places: Box<[usize]> = nodes.iter().map(|it| it.value.at).collect();
        let indices = indices_of(&names);
        let mut read = Vec::new();
        for (at, tells) in places.iter().zip(telling(text, &places)) {
            read.push(if tells {
                let node = source::value_at(text, *at).map_err(wrong)?;
                Some(describe::read::<document::Node>(&file, text, &node)?)
            } else {
                None
            });
        }
        let ends = |index: u16| is_end_at(text, &places, index);
        let mut builder =
            Builder::new(&menu.voice, &indices, &ends, &tree).reporting(Findings::new(&file, text));
        let frame = builder.frame(&menu);
        let mut slots = Vec::with_capacity(names.len());
        for ((name, at), node) in names.iter().zip(&places).zip(&read) {
            slots.push(match node {
                Some(node) => Slot::built(builder.node(name, node, &frame.keys)),
                None => Slot {
                    name: Arc::clone(name),
                    at: *at,
                    node: OnceLock::new(),
                },
            });
        }
        let keys = frame.keys.clone();
        let mut compiled = builder.finish(id, version, &menu, frame, slots)?;
        compiled.rest = Some(Box::new(Rest {
            text: text.into(),
            voice: menu.voice.clone(),
            keys,
            indices,
            places,
        }));
        Ok(compiled)
    }
}

impl Rest {
    /// Compiles one node; `None` when it does not compile.
    pub(super) fn node(&self, slot: &Slot) -> Option<Node> {
        let tree = source::value_at(&self.text, slot.at).ok()?;
        let node: document::Node = describe::read("", &self.text, &tree).ok()?;
        let ends = |index: u16| is_end_at(&self.text, &self.places, index);
        let mut builder = Builder::new(&self.voice, &self.indices, &ends, &tree);
        let built = builder.node(&slot.name, &node, &self.keys);
        builder.is_sound().then_some(built)
    }
}

/// The nodes of a menu as they are written, unless there are none, or more than can be counted.
fn nodes_of<'t, 's>(tree: &'t Value<'s>) -> Option<&'t [Member<'s>]> {
    match &tree.get("nodes")?.value.kind {
        Kind::Object(nodes) if !nodes.is_empty() && nodes.len() <= usize::from(u16::MAX) => {
            Some(nodes)
        }
        _ => None,
    }
}

/// Which of the nodes at these places say something about the whole menu. The text is looked through
/// once for each word: half a megabyte, before a caller who waits.
fn telling(text: &str, places: &[usize]) -> Vec<bool> {
    let mut telling = vec![false; places.len()];
    for word in TELLING {
        for found in memmem::find_iter(text.as_bytes(), word) {
            let node = places.partition_point(|at| *at <= found).checked_sub(1);
            if let Some(tells) = node.and_then(|node| telling.get_mut(node)) {
                *tells = true;
            }
        }
    }
    telling
}

/// A menu with its first node alone: to be read, it has to have one.
fn with_one_node<'s>(tree: &Value<'s>, text: &'s str) -> Result<Value<'s>, SyntaxError> {
    let mut tree = tree.clone();
    if let Kind::Object(members) = &mut tree.kind
        && let Some(nodes) = members.iter_mut().find(|member| member.key == "nodes")
        && let Kind::Object(nodes) = &mut nodes.value.kind
    {
        nodes.truncate(1);
        for node in nodes {
            node.value = source::value_at(text, node.value.at)?;
        }
    }
    Ok(tree)
}

/// Whether the caller hears nothing more at a node.
fn is_end_at(text: &str, places: &[usize], index: u16) -> bool {
    let node = places.get(usize::from(index)).copied();
    let tree = node.and_then(|at| source::value_at(text, at).ok());
    tree.and_then(|tree| describe::read::<document::Node>("", text, &tree).ok())
        .is_some_and(|node| is_end(&node))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MENUS: [(&str, &str); 6] = [
        (
            "every_field",
            include_str!("../../tests/fixtures/every_field.json"),
        ),
        ("account", include_str!("../../../../menus/account.json")),
        ("acme", include_str!("../../../../menus/acme.json")),
        ("clinic", include_str!("../../../../menus/clinic.json")),
        ("hotel", include_str!("../../../../menus/hotel.json")),
        (
            "stationery",
            include_str!("../../../../menus/stationery.json"),
        ),
    ];

    /// Every kind of node, and everything a node can say about the whole menu.
    const KINDS: &str = r#"{ "start": "a", "keys": { "0": "@start", "*": "@back" }, "nodes": {
        "a": { "kind": "menu", "prompt": "One.", "short_prompt": "Short.", "choices": { "1": "b", "2": "menu:other" },
            "no_input": { "tries": 2, "prompts": ["Hm."], "then": "end" }, "no_match": { "tries": 2, "prompts": ["No."], "then": "end" } },
        "b": { "kind": "menu", "prompt": "Two {{lookup.name}}.", "short_prompt": "Shorter.", "choices": { "1": "c" },
            "no_input": { "tries": 2, "prompts": ["Hm."], "then": "c" }, "no_match": { "tries": 2, "prompts": ["No."], "then": "c" } },
        "c": { "kind": "switch", "on": "sip:X-Customer", "cases": [{ "equals": "gold", "then": "v" }], "otherwise": "w" },
        "v": { "kind": "voicemail", "prompt": "Speak.", "then": "end" },
        "w": { "kind": "voicemail", "prompt": "Speak on.", "then": "x" },
        "x": { "kind": "submenu", "menu": "third", "then": "y" },
        "y": { "kind": "say", "prompt": "\u0041nd now {{caller}}.", "then": "end" },
        "end": { "kind": "hangup" } } }"#;

    fn assert_same(id: &str, text: &str) -> usize {
        let whole = Compiled::compile(id, text.as_bytes()).unwrap();
        let proved = Compiled::proved(id, text.as_bytes(), None).unwrap();
        let count = whole.nodes.len();
        let late = proved.nodes.iter().filter(|slot| slot.node.get().is_none());
        let late = late.count();
        assert_eq!(count, proved.nodes.len());
        assert!(whole.node_ids().eq(proved.node_ids()), "{id}");
        // From the last to the first: what was compiled before does not matter.
        for index in (0..count).rev() {
            let index = u16::try_from(index).unwrap();
            let (one, other) = (whole.node(index).unwrap(), proved.node(index).unwrap());
            assert_eq!(format!("{one:?}"), format!("{other:?}"), "{id}");
        }
        assert!(proved.node(u16::try_from(count).unwrap()).is_none());
        let rest = |menu: &Compiled| {
            let Compiled {
                id,
                version,
                title,
                language,
                start,
                steps,
                limit,
                lookups,
                headers,
                leaves,
                ..
            } = menu;
            format!(
                "{id:?} {version:?} {title:?} {language:?} {start} {steps} {limit:?} {lookups:?} {headers:?} {leaves}"
            )
        };
        assert_eq!(rest(&whole), rest(&proved));
        late
    }

    #[test]
    fn a_proved_menu_is_the_menu_that_compiles() {
        for (id, text) in MENUS {
            assert!(
                assert_same(id, text) > 0,
                "nothing of {id} is compiled late"
            );
        }
        let late = assert_same("kinds", KINDS);
        assert_eq!(late, 3, "v, w and end say nothing about the menu");
    }

    #[test]
    fn a_node_that_does_not_compile_is_missing() {
        let text = r#"{ "start": "a", "nodes": { "a": { "kind": "say", "prompt": "Hi.", "then": "b" },
            "b": { "kind": "say", "prompt": "{{nobody}}", "then": "gone" }, "c": { "kind": "never" } } }"#;
        assert!(Compiled::compile("x", text.as_bytes()).is_err());
        let menu = Compiled::proved("x", text.as_bytes(), None).unwrap();
        assert!(menu.node(0).is_some());
        assert!(menu.node(1).is_none());
        assert!(menu.node(2).is_none());
    }

    #[test]
    fn what_is_no_menu_is_refused() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{ "start": "a", "nodes": {} }"#,
            r#"{ "start": "b", "nodes": { "a": { "kind": "hangup" } } }"#,
        ] {
            assert!(
                Compiled::proved("x", text.as_bytes(), None).is_err(),
                "{text}"
            );
        }
    }
}
