//! Traps, found by walking.

use super::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Random menus of few nodes, in which almost everything leads somewhere else in them.
fn some_menus() -> impl Strategy<Value = Vec<(String, String)>> {
    let target = prop_oneof![
        8 => prop::sample::select(vec!["a", "b", "c", "d"]),
        1 => prop::sample::select(vec!["@hangup", "@repeat", "@start", "@return"]),
        1 => Just("@back"),
        1 => prop::sample::select(vec!["menu:m", "menu:n"]),
        2 => Just("@hangup"),
    ];
    let t = move || target.clone();
    let node = prop_oneof![
        t().prop_map(|a| format!(r#"{{ "kind": "say", "prompt": "x", "then": "{a}" }}"#)),
        (t(), t(), t()).prop_map(|(a, b, c)| format!(
            r#"{{ "kind": "menu", "prompt": "Press 1.", "choices": {{ "1": "{a}" }},
                "no_input": {{ "then": "{b}" }}, "no_match": {{ "then": "{c}" }} }}"#
        )),
        (t(), t()).prop_map(|(a, b)| format!(
            r#"{{ "kind": "hours", "calendar": "office", "open": "{a}", "closed": "{b}" }}"#
        )),
        (prop::sample::select(vec!["1", "2"]), t(), t()).prop_map(|(prefix, a, b)| format!(
            r#"{{ "kind": "switch", "cases": [{{ "prefix": "{prefix}", "then": "{a}" }}], "otherwise": "{b}" }}"#
        )),
        (prop::sample::select(vec!["m", "n"]), t()).prop_map(|(menu, a)| format!(
            r#"{{ "kind": "submenu", "menu": "{menu}", "then": "{a}" }}"#
        )),
        Just(r#"{ "kind": "hangup" }"#.to_owned()),
    ];
    let menu = prop::collection::vec(node, 4).prop_map(|nodes| {
        let nodes: Vec<String> = nodes
            .into_iter()
            .zip(["a", "b", "c", "d"])
            .map(|(node, id)| format!(r#""{id}": {node}"#))
            .collect();
        format!(r#"{{ "start": "a", "nodes": {{ {} }} }}"#, nodes.join(", "))
    });
    (menu.clone(), menu).prop_map(|(m, n)| vec![("m.json".to_owned(), m), ("n.json".to_owned(), n)])
}

type Place = (String, String);

/// Where a caller is in a walk: the node, where submenus return to, and what is remembered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Walk {
    here: Place,
    stack: Vec<Place>,
    /// Places, and how deep the stack was there.
    past: Vec<(Place, usize)>,
}

/// What a caller remembers in a walk: enough for `@back` after `@back`.
const MEMORY: usize = 2;

impl Walk {
    fn at(&self, here: Place) -> Option<Walk> {
        Some(Walk {
            here,
            ..self.clone()
        })
    }

    fn leads(&self, target: &str, menus: &BTreeMap<String, serde_json::Value>) -> Option<Walk> {
        let start = |menu: &str| {
            (
                menu.to_owned(),
                menus[menu]["start"].as_str().unwrap().to_owned(),
            )
        };
        let mut walk = self.clone();
        match target {
            "@hangup" => None,
            "@repeat" => Some(walk),
            "@start" => self.at(start(&self.here.0)),
            "@back" => match walk.past.pop() {
                Some((here, depth)) => {
                    walk.stack.truncate(depth);
                    walk.at(here)
                }
                None => self.at(start(&self.here.0)),
            },
            "@return" => {
                walk.here = walk.stack.pop()?;
                let depth = walk.stack.len();
                walk.past.retain(|(_, at)| *at <= depth);
                let (menu, node) = &walk.here;
                let then = menus[menu]["nodes"][node]["then"].as_str().unwrap();
                walk.leads(then, menus)
            }
            _ => match target.strip_prefix("menu:") {
                Some(menu) => self.at(start(menu)),
                None => self.at((self.here.0.clone(), target.to_owned())),
            },
        }
    }

    /// As `leads`, out of a node that is remembered.
    fn leaves(&self, target: &str, menus: &BTreeMap<String, serde_json::Value>) -> Option<Walk> {
        let mut walk = self.clone();
        let place = (walk.here.clone(), walk.stack.len());
        if !["@back", "@repeat", "@hangup"].contains(&target) && walk.past.last() != Some(&place) {
            if walk.past.len() == MEMORY {
                walk.past.remove(0);
            }
            walk.past.push(place);
        }
        walk.leads(target, menus)
    }

    fn exits(
        &self,
        is_passive: bool,
        answers: u8,
        menus: &BTreeMap<String, serde_json::Value>,
    ) -> Vec<Option<Walk>> {
        let document = &menus[&self.here.0]["nodes"][&self.here.1];
        let text = |pointer: &str| {
            document
                .pointer(pointer)
                .and_then(|target| target.as_str())
                .unwrap()
        };
        let go = |target: &str| self.leads(target, menus);
        let leave = |target: &str| self.leaves(target, menus);
        match text("/kind") {
            "say" => vec![go(text("/then"))],
            "menu" => {
                let mut all = vec![leave(text("/no_input/then")), leave(text("/no_match/then"))];
                if !is_passive {
                    all.push(leave(text("/choices/1")));
                }
                all
            }
            "hours" => vec![go(text(if answers & 1 == 0 { "/open" } else { "/closed" }))],
            "switch" => {
                let bit = if text("/cases/0/prefix") == "1" { 2 } else { 4 };
                vec![go(text(if answers & bit == 0 {
                    "/cases/0/then"
                } else {
                    "/otherwise"
                }))]
            }
            "submenu" => {
                let mut walk = self.clone();
                walk.stack.push(self.here.clone());
                let menu = text("/menu").to_owned();
                let start = menus[&menu]["start"].as_str().unwrap().to_owned();
                vec![walk.at((menu, start))]
            }
            _ => vec![None],
        }
    }
}

/// Whether a passive caller can go on for ever, found by walking: from everywhere a caller
/// can come to, for every thing a calendar and a caller may be.
fn walked(menus: &BTreeMap<String, serde_json::Value>) -> bool {
    // Deeper than any stack without recursion.
    let deepest = 1 + menus
        .values()
        .flat_map(|menu| menu["nodes"].as_object().into_iter().flatten())
        .filter(|(_, node)| node["kind"] == "submenu")
        .count();
    // How a caller comes to a place is not held to the answers that keep them there: hours
    // change while people talk.
    let mut reached: BTreeSet<Walk> = BTreeSet::new();
    let mut work: Vec<Walk> = menus
        .keys()
        .map(|menu| Walk {
            here: (menu.clone(), "a".to_owned()),
            stack: Vec::new(),
            past: Vec::new(),
        })
        .collect();
    while let Some(here) = work.pop() {
        if here.stack.len() > deepest || !reached.insert(here.clone()) {
            continue;
        }
        work.extend(
            (0..8)
                .flat_map(|answers| here.exits(false, answers, menus))
                .flatten(),
        );
    }
    (0..8).any(|answers| {
        // Where only passive ways lead from there; and what remains of it after taking away, again
        // and again, what only leads to an end.
        let too_deep = |here: &Walk| here.stack.len() > 2 * deepest;
        let mut left: BTreeSet<Walk> = BTreeSet::new();
        let mut work: Vec<Walk> = reached.iter().cloned().collect();
        while let Some(here) = work.pop() {
            if !too_deep(&here) && left.insert(here.clone()) {
                work.extend(here.exits(true, answers, menus).into_iter().flatten());
            }
        }
        loop {
            let ends: Vec<Walk> = left
                .iter()
                .filter(|here| {
                    let mut next = here.exits(true, answers, menus).into_iter().flatten();
                    !next.any(|next| left.contains(&next) || too_deep(&next))
                })
                .cloned()
                .collect();
            if ends.is_empty() {
                return !left.is_empty();
            }
            for end in ends {
                left.remove(&end);
            }
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(crate::cases(256)) })]

    #[test]
    fn a_menu_has_a_trap_exactly_if_a_walk_through_it_can_go_on_for_ever(files in some_menus()) {
        let calendar = ("office.calendar.json".to_owned(), r#"{ "timezone": "UTC", "weekly": { "mon": ["09:00-17:00"] } }"#.to_owned());
        let library = Library::read(files.iter().cloned().chain([calendar]));
        prop_assert!(library.unread.is_empty(), "{:?}", library.unread);
        let found = check(&library).into_iter().find(|finding| finding.code == Code::Trap);
        let menus = files
            .iter()
            .map(|(file, json)| (file.trim_end_matches(".json").to_owned(), serde_json::from_str(json).unwrap()))
            .collect();
        let walked = walked(&menus);
        // What a submenu returns under is not held to the answers around it, so there a trap
        // may be reported that is none; one that is there is reported always.
        let through = files.iter().any(|(_, json)| json.contains("submenu"));
        prop_assert!(found.is_some() == walked || through && found.is_some(), "{:#?}", found);
    }
}
