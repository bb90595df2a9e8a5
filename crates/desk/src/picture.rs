//! A menu as a picture: a card a node, a row an exit, in an operator's words.

use ivr::document::{Kind, Menu, Node, Target};
use serde::Serialize;

use crate::graph::{KEYS, endpoint, words};
use crate::ways::{Way, anywhere, destination, ways};

/// A menu, ready to be laid out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Picture {
    /// What people call the menu.
    pub title: String,
    /// The node a caller begins at.
    pub start: String,
    /// The nodes, in the order of the document, after them the keys that work at every choice, and
    /// the places elsewhere.
    pub cards: Vec<Card>,
}

/// A node, the keys that work at every choice, or a place outside the menu.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Card {
    /// The node's id, or `@keys`, or `menu:…`, `@hangup`, `@back`, `@return`.
    pub id: String,
    /// What it is called: the node's id, or `everywhere`.
    pub name: String,
    /// What kind of node it is; `keys` and `elsewhere` for what is none.
    pub kind: String,
    /// What that means, in a few words.
    pub says: String,
    /// Kinds that do the like.
    pub family: Family,
    /// What callers hear.
    pub prompt: String,
    /// What else there is to know: who is rung, which calendar.
    pub detail: String,
    /// A word for those who edit.
    pub note: String,
    /// The ways out.
    pub exits: Vec<CardExit>,
}

/// What nodes do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub enum Family {
    /// The caller is asked.
    Listens,
    /// The caller is told, or waits.
    Speaks,
    /// The caller is put through.
    Connects,
    /// The caller is recorded.
    Records,
    /// The way is decided without the caller.
    Decides,
    /// The call ends, or goes on elsewhere.
    Ends,
}

/// A way out, or several that are taken for want of a better one and lead to one place.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct CardExit {
    /// The names of the exits, by the words of the document: `choices/1`, `no_input`.
    pub exits: Vec<String>,
    /// The keys that lead here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<String>,
    /// Who takes it, as the subject of a sentence.
    pub who: String,
    /// What happens, in a few words.
    pub label: String,
    /// The card it leads to.
    pub target: String,
    /// The caller takes it without having chosen it.
    pub fails: bool,
}

/// A menu as a picture.
#[must_use]
pub fn picture(menu: &Menu) -> Picture {
    let mut cards: Vec<Card> = menu
        .nodes
        .iter()
        .map(|(name, node)| card(menu, name, node))
        .collect();
    cards.extend(everywhere(menu));
    let mut outside: Vec<String> = Vec::new();
    for exit in cards.iter().flat_map(|card| &card.exits) {
        if menu.nodes.get(&exit.target).is_none() && !outside.contains(&exit.target) {
            outside.push(exit.target.clone());
        }
    }
    cards.extend(outside.iter().map(|target| elsewhere(target)));
    Picture {
        title: menu.title.clone().unwrap_or_default(),
        start: menu.start.clone(),
        cards,
    }
}

fn card(menu: &Menu, name: &str, node: &Node) -> Card {
    Card {
        id: name.to_owned(),
        name: name.to_owned(),
        kind: node.kind.name().to_owned(),
        says: says(&node.kind).to_owned(),
        family: family(&node.kind),
        prompt: words(&node.prompt),
        detail: detail(&node.kind),
        note: node.note.clone().unwrap_or_default(),
        exits: rows(menu, name, ways(name, node)),
    }
}

/// The keys of the menu itself: one card, whichever nodes they work at.
fn everywhere(menu: &Menu) -> Option<Card> {
    // A key that asks again leads to wherever the caller is.
    let exits = rows(menu, &Target::Repeat.to_string(), anywhere(menu));
    (!exits.is_empty()).then(|| Card {
        id: KEYS.to_owned(),
        name: "everywhere".to_owned(),
        kind: "keys".to_owned(),
        says: "keys at every choice".to_owned(),
        family: Family::Listens,
        prompt: String::new(),
        detail: String::new(),
        note: String::new(),
        exits,
    })
}

/// The ways out of a card as its rows.
fn rows(menu: &Menu, name: &str, ways: Vec<Way>) -> Vec<CardExit> {
    let mut exits: Vec<CardExit> = Vec::new();
    for way in ways {
        let target = destination(menu, name, &way.target);
        let label = label(&way);
        // Failures that lead to one place are one row.
        let shared = exits
            .iter_mut()
            .find(|exit| way.fails && exit.fails && exit.target == target);
        match shared {
            Some(exit) => {
                exit.label = format!("{}, {label}", exit.label);
                exit.exits.push(way.exit);
            }
            None => exits.push(CardExit {
                exits: vec![way.exit],
                keys: way.keys,
                who: way.who,
                label,
                target,
                fails: way.fails,
            }),
        }
    }
    exits
}

fn elsewhere(target: &str) -> Card {
    let says = match target.strip_prefix("menu:") {
        Some(menu) => format!("the menu {menu}"),
        None if target == Target::Hangup.to_string() => "the call ends".to_owned(),
        None if target == Target::Back.to_string() => "where the caller was before".to_owned(),
        None if target == Target::Repeat.to_string() => "the same again".to_owned(),
        None if target == Target::Return.to_string() => "the menu that sent the caller".to_owned(),
        None => "no such step".to_owned(),
    };
    Card {
        id: target.to_owned(),
        name: String::new(),
        kind: "elsewhere".to_owned(),
        says,
        family: Family::Ends,
        prompt: String::new(),
        detail: String::new(),
        note: String::new(),
        exits: Vec::new(),
    }
}

fn label(way: &Way) -> String {
    match way.exit.as_str() {
        "no_input" => "silence".to_owned(),
        "no_match" => "wrong key".to_owned(),
        "no_answer" => "nobody answers".to_owned(),
        "otherwise" if way.fails => "not put through".to_owned(),
        "then" if way.label.is_empty() => "then".to_owned(),
        _ => way.beside_key().to_owned(),
    }
}

fn detail(kind: &Kind) -> String {
    match kind {
        Kind::Connect(connect) => {
            let to: Vec<String> = connect.to.iter().map(|to| endpoint(&to.endpoint)).collect();
            to.join(", ")
        }
        Kind::Hours(hours) => hours.calendar.clone(),
        Kind::Lookup(lookup) => lookup.url.split('?').next().unwrap_or_default().to_owned(),
        Kind::Submenu(submenu) => submenu.menu.clone(),
        Kind::Conference(room) => room.name.clone(),
        Kind::Collect(collect) => collect.into.clone(),
        _ => String::new(),
    }
}

fn family(kind: &Kind) -> Family {
    match kind {
        Kind::Menu(_) | Kind::Collect(_) => Family::Listens,
        Kind::Say(_) | Kind::Wait(_) | Kind::Notify(_) => Family::Speaks,
        Kind::Connect(_) | Kind::Conference(_) | Kind::Callback(_) => Family::Connects,
        Kind::Voicemail(_) | Kind::Record(_) => Family::Records,
        Kind::Hours(_) | Kind::Switch(_) | Kind::Lookup(_) | Kind::Submenu(_) => Family::Decides,
        Kind::Transfer(_) | Kind::Hangup(_) => Family::Ends,
    }
}

fn says(kind: &Kind) -> &'static str {
    match kind {
        Kind::Menu(_) => "choices",
        Kind::Collect(_) => "asks for digits",
        Kind::Say(_) => "announcement",
        Kind::Connect(_) => "puts through",
        Kind::Voicemail(_) => "takes a message",
        Kind::Record(_) => "records the call",
        Kind::Conference(_) => "conference",
        Kind::Hours(_) => "opening hours",
        Kind::Switch(_) => "depends on the caller",
        Kind::Lookup(_) => "asks another system",
        Kind::Submenu(_) => "another menu, and back",
        Kind::Callback(_) => "calls back later",
        Kind::Notify(_) => "tells another system",
        Kind::Wait(_) => "waits",
        Kind::Transfer(_) => "moves to a conversation",
        Kind::Hangup(_) => "goodbye",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_that_lead_to_one_place_are_one_row_and_keys_have_their_caps() {
        let menu: Menu = ivr::document::read(
            "m.json",
            br#"{ "start": "main", "nodes": {
              "main": { "kind": "menu", "prompt": "Press 1.", "choices": { "1": { "label": "sales", "then": "sales" }, "2": "menu:other" },
                "no_input": { "then": "@hangup" }, "no_match": { "then": "@hangup" } },
              "sales": { "kind": "connect", "to": "447700900100", "busy": "main", "otherwise": "@hangup" }
            } }"#,
        )
        .unwrap();
        let picture = picture(&menu);
        let rows: Vec<(Option<&str>, &str, &str, bool)> = picture
            .cards
            .iter()
            .flat_map(|card| &card.exits)
            .map(|exit| {
                (
                    exit.keys.as_deref(),
                    exit.label.as_str(),
                    exit.target.as_str(),
                    exit.fails,
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                (Some("1"), "sales", "sales", false),
                (Some("2"), "", "menu:other", false),
                (None, "silence, wrong key", "@hangup", true),
                (None, "busy", "main", true),
                (None, "not put through", "@hangup", true),
            ]
        );
        let ids: Vec<&str> = picture.cards.iter().map(|card| card.id.as_str()).collect();
        assert_eq!(ids, ["main", "sales", "menu:other", "@hangup"]);
    }
    #[test]
    fn keys_of_the_menu_itself_are_one_card() {
        let menu: Menu = ivr::document::read(
            "m.json",
            br#"{ "start": "main", "keys": { "0": { "label": "operator", "then": "main" }, "*": "@back", "9": "@repeat" },
              "nodes": { "main": { "kind": "say", "prompt": "Hello.", "then": "@hangup" } } }"#,
        )
        .unwrap();
        let picture = picture(&menu);
        let ids: Vec<&str> = picture.cards.iter().map(|card| card.id.as_str()).collect();
        assert_eq!(ids, ["main", KEYS, "@hangup", "@back", "@repeat"]);
        let rows: Vec<(&str, Option<&str>, &str, &str)> = picture
            .cards
            .iter()
            .filter(|card| card.id == KEYS)
            .flat_map(|card| &card.exits)
            .map(|exit| {
                let name = exit.exits.first().map_or("", String::as_str);
                (
                    name,
                    exit.keys.as_deref(),
                    exit.label.as_str(),
                    exit.target.as_str(),
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                ("keys/0", Some("0"), "operator", "main"),
                ("keys/*", Some("*"), "", "@back"),
                ("keys/9", Some("9"), "", "@repeat"),
            ]
        );
    }
}
