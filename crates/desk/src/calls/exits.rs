//! Coverage: the ways out of nodes, and those that calls took.

use std::collections::BTreeSet;

use ivr::document::{Kind, Menu};
use ivr::{Cause, Library, Trace};

use crate::ways::ways;

/// A way out of a node, by the words of the document: `choices/1`, `no_input`, `then`, …
pub type Exit = (String, String);

/// Every exit of a menu that a call can be seen to take, in the order of the document.
#[must_use]
pub fn exits(menu: &Menu) -> Vec<Exit> {
    menu.nodes
        .iter()
        .flat_map(|(name, node)| {
            ways(name, node)
                .into_iter()
                .filter(|way| way.counted)
                .map(move |way| (name.to_owned(), way.exit))
        })
        .collect()
}

/// The exits a call took in each menu.
#[must_use]
pub fn taken(moves: &[Trace], library: &Library) -> BTreeSet<(String, Exit)> {
    let mut taken = BTreeSet::new();
    for step in moves {
        if let Some(exit) = exit_of(step, library) {
            taken.insert((step.menu.clone(), (step.node.clone(), exit)));
        }
    }
    taken
}

/// The exit a move took, by the words of the document; `keys/0` for a key of the menu itself.
#[must_use]
pub fn exit_of(step: &Trace, library: &Library) -> Option<String> {
    let menu = library.menus.get(&step.menu)?;
    let node = menu.document.nodes.get(&step.node);
    let connects = node.map(|node| &node.kind).and_then(|kind| match kind {
        Kind::Connect(connect) => Some(connect),
        _ => None,
    });
    // A destination that does not answer may have its own exit or share one.
    let shared = |own: bool, name: &str| {
        if own {
            name.to_owned()
        } else {
            "otherwise".to_owned()
        }
    };
    Some(match &step.cause {
        Cause::Key(keys) | Cause::Speech(keys) => {
            let own = match node.map(|node| &node.kind) {
                Some(Kind::Menu(choices)) => choices.choices.get(keys).is_some(),
                _ => false,
            };
            let field = if own { "choices" } else { "keys" };
            format!("{field}/{keys}")
        }
        Cause::Entered | Cause::Confirmed => "then".to_owned(),
        // Asked again is not yet the way out.
        Cause::NoInput if step.target == step.node => return None,
        Cause::NoMatch if step.target == step.node => return None,
        Cause::NoInput => "no_input".to_owned(),
        Cause::NoMatch => "no_match".to_owned(),
        Cause::Busy => shared(connects.is_some_and(|c| c.busy.is_some()), "busy"),
        Cause::NoAnswer => shared(connects.is_some_and(|c| c.no_answer.is_some()), "no_answer"),
        Cause::Rejected => shared(connects.is_some_and(|c| c.rejected.is_some()), "rejected"),
        Cause::Failed => shared(connects.is_some_and(|c| c.failed.is_some()), "failed"),
        Cause::Then | Cause::Found | Cause::Returned => "then".to_owned(),
        Cause::Open => "open".to_owned(),
        Cause::Closed => "closed".to_owned(),
        Cause::Holiday => "holiday".to_owned(),
        Cause::Override => "override".to_owned(),
        Cause::Case(index) => format!("cases/{index}"),
        Cause::Otherwise => "otherwise".to_owned(),
        Cause::NotFound => "failed".to_owned(),
        Cause::NoNumber => match node.map(|node| &node.kind) {
            Some(Kind::Callback(callback)) if callback.no_number.is_some() => {
                "no_number".to_owned()
            }
            _ => "then".to_owned(),
        },
        Cause::Answer | Cause::Corrected | Cause::Limit | Cause::Missing => return None,
    })
}
