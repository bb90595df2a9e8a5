//! Coverage: the ways out of nodes, and those that calls took.

use std::collections::BTreeSet;

use ivr::document::{Kind, Menu, Target};
use ivr::{Cause, Library, Trace};

/// A way out of a node, by the words of the document: `choices/1`, `no_input`, `then`, …
pub type Exit = (String, String);

/// Every exit of a menu that a call can take, in the order of the document.
#[must_use]
pub fn exits(menu: &Menu) -> Vec<Exit> {
    let mut exits = Vec::new();
    for (node, what) in menu.nodes.iter() {
        let mut exit = |name: String| exits.push((node.to_string(), name));
        match &what.kind {
            Kind::Menu(menu) => {
                for (keys, _) in menu.choices.iter() {
                    exit(format!("choices/{keys}"));
                }
                exit("no_input".to_owned());
                exit("no_match".to_owned());
            }
            Kind::Collect(_) => {
                for name in ["then", "no_input", "no_match"] {
                    exit(name.to_owned());
                }
            }
            Kind::Connect(connect) => {
                for (there, name) in [
                    (connect.busy.is_some(), "busy"),
                    (connect.no_answer.is_some(), "no_answer"),
                    (connect.rejected.is_some(), "rejected"),
                    (connect.failed.is_some(), "failed"),
                    (connect.otherwise.is_some(), "otherwise"),
                    (connect.then.is_some(), "then"),
                ] {
                    if there {
                        exit(name.to_owned());
                    }
                }
            }
            Kind::Hours(hours) => {
                exit("open".to_owned());
                exit("closed".to_owned());
                if hours.holiday.is_some() {
                    exit("holiday".to_owned());
                }
                if hours.overridden.is_some() {
                    exit("override".to_owned());
                }
            }
            Kind::Switch(switch) => {
                for index in 0..switch.cases.len() {
                    exit(format!("cases/{index}"));
                }
                exit("otherwise".to_owned());
            }
            Kind::Lookup(_) => {
                exit("then".to_owned());
                exit("failed".to_owned());
            }
            Kind::Callback(callback) => {
                if callback.no_number.is_some() {
                    exit("no_number".to_owned());
                }
                exit("then".to_owned());
            }
            Kind::Conference(_) | Kind::Transfer(_) | Kind::Hangup(_) => {}
            // Nothing tells that a message was the last thing.
            Kind::Voicemail(voicemail) if voicemail.then == Target::Hangup => {}
            Kind::Say(_)
            | Kind::Voicemail(_)
            | Kind::Record(_)
            | Kind::Submenu(_)
            | Kind::Notify(_)
            | Kind::Wait(_) => exit("then".to_owned()),
        }
    }
    exits
}

/// The exits a call took in each menu.
#[must_use]
pub fn taken(moves: &[Trace], library: &Library) -> BTreeSet<(String, Exit)> {
    let mut taken = BTreeSet::new();
    for step in moves {
        let Some(menu) = library.menus.get(&step.menu) else {
            continue;
        };
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
        let exit = match &step.cause {
            Cause::Key(keys) | Cause::Speech(keys) => format!("choices/{keys}"),
            Cause::Entered | Cause::Confirmed => "then".to_owned(),
            // Asked again is not yet the way out.
            Cause::NoInput if step.target == step.node => continue,
            Cause::NoMatch if step.target == step.node => continue,
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
            Cause::Answer | Cause::Corrected | Cause::Limit | Cause::Missing => continue,
        };
        taken.insert((step.menu.clone(), (step.node.clone(), exit)));
    }
    taken
}
