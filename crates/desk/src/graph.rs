//! A menu as a drawing: its nodes and the ways between them.

use std::collections::BTreeSet;

use ivr::document::{Endpoint, Kind, Menu, Prompt, Target};

use crate::ways::{Way, anywhere, destination, ways};

/// A way from one node to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The node it leaves, or `@keys`.
    pub from: String,
    /// What the caller does or what happens.
    pub label: String,
    /// As it is written: a node, `menu:…`, `@hangup`.
    pub to: String,
}

/// Where the ways of the keys begin that work at every choice; no node is called so.
pub const KEYS: &str = "@keys";

/// Every way through a menu, in the order of the document, and after them those of the keys that
/// work at every choice. `@repeat` and `@start` are told as the node they lead to.
#[must_use]
pub fn edges(menu: &Menu) -> Vec<Edge> {
    let of = |name: &str, to: &str, ways: Vec<Way>| {
        ways.into_iter()
            .map(|way| Edge {
                from: name.to_owned(),
                to: destination(menu, to, &way.target),
                label: way.label,
            })
            .collect::<Vec<_>>()
    };
    let mut all: Vec<Edge> = menu
        .nodes
        .iter()
        .flat_map(|(name, node)| of(name, name, ways(name, node)))
        .collect();
    // A key that asks again leads to wherever the caller is.
    all.extend(of(KEYS, &Target::Repeat.to_string(), anywhere(menu)));
    all
}

/// Whom a connect calls, in words.
#[must_use]
pub fn endpoint(endpoint: &Endpoint) -> String {
    match endpoint {
        Endpoint::Phone { number, .. } => number.to_string(),
        Endpoint::Sip { uri, .. } => uri.clone(),
        Endpoint::App { user, .. } => user.clone(),
        Endpoint::Websocket { uri, .. } => uri.clone(),
        Endpoint::Vbc { extension, .. } => format!("extension {extension}"),
    }
}

/// A prompt, in words.
#[must_use]
pub fn words(prompts: &[Prompt]) -> String {
    let each: Vec<String> = prompts
        .iter()
        .map(|prompt| match prompt {
            Prompt::Spoken(spoken) => spoken.text.clone(),
            Prompt::Audio(audio) => format!("[{}]", audio.url),
        })
        .collect();
    each.join(" ")
}

/// What the keys that work at every choice are called.
const EVERYWHERE: &str = "keys at every choice";

fn caption(name: &str, node: &ivr::document::Node) -> String {
    let detail = match &node.kind {
        Kind::Connect(connect) => {
            let to: Vec<String> = connect.to.iter().map(|to| endpoint(&to.endpoint)).collect();
            to.join(", ")
        }
        Kind::Hours(hours) => hours.calendar.clone(),
        Kind::Lookup(lookup) => lookup.url.split('?').next().unwrap_or_default().to_owned(),
        Kind::Submenu(submenu) => format!("menu {}", submenu.menu),
        _ => shortened(&words(&node.prompt)),
    };
    if detail.is_empty() {
        format!("{name} · {}", node.kind.name())
    } else {
        format!("{name} · {}: {detail}", node.kind.name())
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 48 {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(47).collect();
    short.push('…');
    short
}

/// A name as both languages take it: letters, digits and `_`. Any other letter, and `_` itself,
/// is its number between two `_`, so that different names stay different.
fn identifier(name: &str) -> String {
    let mut safe = String::from("n_");
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() {
            safe.push(letter);
        } else {
            safe.push_str(&format!("_{:x}_", u32::from(letter)));
        }
    }
    safe
}

/// A text between quotes in Mermaid, which reads `#quot;` as HTML reads `&quot;`, and words
/// between backquotes as Markdown.
fn mermaid_text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '#' | '"' | '<' | '>' | '&' | '`' => {
                safe.push_str(&format!("#{};", u32::from(letter)));
            }
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}

/// A text between quotes in DOT, which reads `&amp;` as HTML does.
fn dot_text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '"' => safe.extend(['\\', letter]),
            '&' => safe.push_str("&amp;"),
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}

/// Nodes that are drawn but are not of this menu.
fn elsewhere(menu: &Menu, edges: &[Edge]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for edge in edges {
        if menu.nodes.get(&edge.to).is_none() {
            names.insert(edge.to.clone());
        }
    }
    names
}

/// The drawing as a Mermaid flow chart.
#[must_use]
pub fn mermaid(menu: &Menu, edges: &[Edge]) -> String {
    let text = mermaid_text;
    let mut page = String::from("flowchart TD\n");
    page.push_str(&format!("  call((call)) --> {}\n", identifier(&menu.start)));
    for (name, node) in menu.nodes.iter() {
        let (open, close) = match &node.kind {
            Kind::Menu(_) | Kind::Collect(_) => ("[/\"", "\"/]"),
            Kind::Hours(_) | Kind::Switch(_) | Kind::Lookup(_) => ("{\"", "\"}"),
            Kind::Connect(_) | Kind::Conference(_) | Kind::Transfer(_) => ("([\"", "\"])"),
            _ => ("[\"", "\"]"),
        };
        let caption = text(&caption(name, node));
        page.push_str(&format!("  {}{open}{caption}{close}\n", identifier(name)));
    }
    if edges.iter().any(|edge| edge.from == KEYS) {
        let keys = identifier(KEYS);
        page.push_str(&format!("  {keys}[/\"{EVERYWHERE}\"/]\n"));
    }
    for other in elsewhere(menu, edges) {
        page.push_str(&format!(
            "  {}((\"{}\"))\n",
            identifier(&other),
            text(&other)
        ));
    }
    for edge in edges {
        let (from, to) = (identifier(&edge.from), identifier(&edge.to));
        if edge.label.is_empty() {
            page.push_str(&format!("  {from} --> {to}\n"));
        } else {
            page.push_str(&format!("  {from} -->|\"{}\"| {to}\n", text(&edge.label)));
        }
    }
    page
}

/// The drawing in the DOT language of Graphviz.
#[must_use]
pub fn dot(id: &str, menu: &Menu, edges: &[Edge]) -> String {
    let text = dot_text;
    let mut page = format!(
        "digraph \"{}\" {{\n  node [shape=box];\n  call [shape=circle];\n",
        text(id)
    );
    page.push_str(&format!("  call -> {};\n", identifier(&menu.start)));
    for (name, node) in menu.nodes.iter() {
        let caption = text(&caption(name, node));
        page.push_str(&format!("  {} [label=\"{caption}\"];\n", identifier(name)));
    }
    if edges.iter().any(|edge| edge.from == KEYS) {
        let keys = identifier(KEYS);
        page.push_str(&format!("  {keys} [label=\"{EVERYWHERE}\"];\n"));
    }
    for other in elsewhere(menu, edges) {
        page.push_str(&format!(
            "  {} [label=\"{}\", shape=circle];\n",
            identifier(&other),
            text(&other)
        ));
    }
    for edge in edges {
        page.push_str(&format!(
            "  {} -> {} [label=\"{}\"];\n",
            identifier(&edge.from),
            identifier(&edge.to),
            text(&edge.label)
        ));
    }
    page.push_str("}\n");
    page
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn menu(names: &BTreeSet<String>) -> Menu {
        let mut nodes = serde_json::Map::new();
        let list: Vec<&String> = names.iter().collect();
        for (at, name) in list.iter().enumerate() {
            let next = list.get(at + 1).map_or("@back", |next| next.as_str());
            nodes.insert(
                (*name).clone(),
                serde_json::json!({ "kind": "say", "prompt": "x", "then": next }),
            );
        }
        let json = serde_json::json!({ "start": list[0], "nodes": nodes }).to_string();
        ivr::document::read("m.json", json.as_bytes()).unwrap()
    }

    /// The identifiers that a page gives a text to.
    fn drawn(page: &str, begins: &str) -> Vec<String> {
        page.lines()
            .filter_map(|line| line.trim().strip_prefix("n_")?.split_once(begins))
            .map(|(identifier, _)| identifier.to_owned())
            .filter(|identifier| !identifier.contains(' '))
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn different_names_have_different_identifiers(
            one in any::<String>(), other in any::<String>(),
        ) {
            prop_assert_eq!(one == other, identifier(&one) == identifier(&other));
            prop_assert!(identifier(&one).bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
        }

        #[test]
        fn a_drawing_has_a_box_for_each_node_and_each_place_outside(
            names in proptest::collection::btree_set("[ab_-]{1,4}|[A-Za-z0-9_-]{1,40}", 1..8),
        ) {
            let menu = menu(&names);
            let edges = edges(&menu);
            for boxes in [
                drawn(&mermaid(&menu, &edges), "[\"")
                    .into_iter()
                    .chain(drawn(&mermaid(&menu, &edges), "((\""))
                    .collect::<Vec<_>>(),
                drawn(&dot("m", &menu, &edges), " [label=\""),
            ] {
                let distinct: BTreeSet<&String> = boxes.iter().collect();
                // The nodes, and `@back`.
                prop_assert_eq!(boxes.len(), names.len() + 1, "{:?}", boxes);
                prop_assert_eq!(distinct.len(), boxes.len(), "{:?}", boxes);
            }
        }
    }

    #[test]
    fn a_place_outside_is_no_node_of_the_menu() {
        let check = |one: &str, other: &str| assert_ne!(identifier(one), identifier(other));
        check("a-b", "a_b");
        check("_back", "@back");
        check("menu_a", "menu:a");
        check("_5f_", "_");
        check("a", "a_");
    }

    #[test]
    fn a_text_stays_text_in_a_drawing() {
        let check = |text: &str, mermaid: &str, dot: &str| {
            assert_eq!(mermaid_text(text), mermaid, "{text}");
            assert_eq!(dot_text(text), dot, "{text}");
        };
        check("press 1", "press 1", "press 1");
        check("\"#1;\\", "#34;#35;1;\\", "\\\"#1;\\\\");
        check("<b>&lt;`x`", "#60;b#62;#38;lt;#96;x#96;", "<b>&amp;lt;`x`");
        check("a\nb", "a b", "a b");
    }
}
