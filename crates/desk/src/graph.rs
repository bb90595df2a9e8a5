//! A menu as a drawing: its nodes and the ways between them.

use std::collections::BTreeSet;

use ivr::document::{Endpoint, Kind, Menu, Prompt, Target};

/// A way from one node to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The node it leaves.
    pub from: String,
    /// What the caller does or what happens.
    pub label: String,
    /// As it is written: a node, `menu:…`, `@hangup`.
    pub to: String,
}

/// Every way through a menu, in the order of the document. `@repeat` and `@start` are told as the
/// node they lead to.
#[must_use]
pub fn edges(menu: &Menu) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (name, node) in menu.nodes.iter() {
        let mut edge = |label: &str, target: &Target| {
            let to = match target {
                Target::Repeat => name.to_owned(),
                Target::Start => menu.start.clone(),
                other => other.to_string(),
            };
            edges.push(Edge {
                from: name.to_owned(),
                label: label.to_owned(),
                to,
            });
        };
        match &node.kind {
            Kind::Menu(choices) => {
                for (keys, choice) in choices.choices.iter() {
                    let label = choice
                        .label
                        .as_ref()
                        .map_or(keys.to_owned(), |label| format!("{keys} {label}"));
                    edge(&label, &choice.then);
                }
                edge("no input", &choices.input.no_input.then);
                edge("no match", &choices.input.no_match.then);
            }
            Kind::Collect(collect) => {
                edge("entered", &collect.then);
                edge("no input", &collect.input.no_input.then);
                edge("no match", &collect.input.no_match.then);
            }
            Kind::Say(say) => edge("", &say.then),
            Kind::Connect(connect) => {
                for (label, target) in [
                    ("busy", &connect.busy),
                    ("no answer", &connect.no_answer),
                    ("rejected", &connect.rejected),
                    ("failed", &connect.failed),
                    ("not put through", &connect.otherwise),
                    ("after the talk", &connect.then),
                ] {
                    if let Some(target) = target {
                        edge(label, target);
                    }
                }
            }
            Kind::Voicemail(voicemail) => edge("message left", &voicemail.then),
            Kind::Record(record) => edge("", &record.then),
            Kind::Hours(hours) => {
                edge("open", &hours.open);
                edge("closed", &hours.closed);
                if let Some(target) = &hours.holiday {
                    edge("holiday", target);
                }
                if let Some(target) = &hours.overridden {
                    edge("override", target);
                }
            }
            Kind::Switch(switch) => {
                for case in &switch.cases {
                    edge(&condition(&case.test), &case.then);
                }
                edge("otherwise", &switch.otherwise);
            }
            Kind::Lookup(lookup) => {
                edge("found", &lookup.then);
                edge("failed", &lookup.failed);
            }
            Kind::Submenu(submenu) => {
                edge("in between", &Target::Menu(submenu.menu.clone()));
                edge("on return", &submenu.then);
            }
            Kind::Callback(callback) => edge("", &callback.then),
            Kind::Notify(notify) => edge("", &notify.then),
            Kind::Wait(wait) => edge("", &wait.then),
            Kind::Conference(_) | Kind::Transfer(_) | Kind::Hangup(_) => {}
        }
    }
    edges
}

/// A case of a switch, in words.
#[must_use]
pub fn condition(test: &ivr::document::Test) -> String {
    use ivr::document::Test;
    match test {
        Test::InList(list) => format!("on the list {list}"),
        Test::Prefix(prefixes) => format!("begins with {}", prefixes.join(" or ")),
        Test::Country(countries) => {
            let names: Vec<String> = countries.iter().map(ToString::to_string).collect();
            format!("from {}", names.join(" or "))
        }
        Test::Equals(value) => format!("is {value}"),
        Test::In(values) => format!("is {}", values.join(" or ")),
        Test::Percent(share) => format!("{share} % of calls"),
    }
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

/// Names a drawing can hold: letters and digits.
fn identifier(name: &str) -> String {
    let safe: String = name
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '_'
            }
        })
        .collect();
    format!("n_{safe}")
}

/// Nodes that are drawn but are not of this menu.
fn elsewhere(menu: &Menu, edges: &[Edge]) -> BTreeSet<String> {
    edges
        .iter()
        .map(|edge| edge.to.clone())
        .filter(|to| menu.nodes.get(to).is_none())
        .collect()
}

/// The drawing as a Mermaid flow chart.
#[must_use]
pub fn mermaid(menu: &Menu, edges: &[Edge]) -> String {
    let text = |text: &str| {
        text.replace('"', "#quot;")
            .replace('<', "#lt;")
            .replace('>', "#gt;")
    };
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
    let text = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let mut page = format!(
        "digraph \"{}\" {{\n  node [shape=box];\n  call [shape=circle];\n",
        text(id)
    );
    page.push_str(&format!("  call -> {};\n", identifier(&menu.start)));
    for (name, node) in menu.nodes.iter() {
        let caption = text(&caption(name, node));
        page.push_str(&format!("  {} [label=\"{caption}\"];\n", identifier(name)));
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
