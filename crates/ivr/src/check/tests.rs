#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use crate::{Code, Library, check};

/// Every finding of a folder, printed, one a line; the path of a trap after it.
#[track_caller]
fn folder(files: &[(&str, &str)], expected: &[&str]) {
    let found: Vec<String> = check(&Library::read(files.iter().copied()))
        .iter()
        .map(|finding| match finding.path.as_slice() {
            [] => finding.to_string(),
            path => format!("{finding} <{}>", path.join(", ")),
        })
        .collect();
    assert_eq!(found, expected);
}

/// The traps of menus given by their nodes, as `menu pointer <path>`.
#[track_caller]
fn traps(menus: &[(&str, &str)], expected: &[&str]) {
    let files = menus.iter().map(|(id, nodes)| {
        (
            format!("{id}.json"),
            format!(r#"{{ "start": "a", "nodes": {{ {nodes} }} }}"#),
        )
    });
    let calendar = r#"{ "timezone": "UTC", "weekly": { "mon": ["09:00-17:00"] } }"#;
    let files = files.chain([("office.calendar.json".to_owned(), calendar.to_owned())]);
    let found: Vec<String> = check(&Library::read(files))
        .iter()
        .filter(|finding| finding.code == Code::Trap || finding.code == Code::MissingExit)
        .map(|finding| {
            format!(
                "{} {} <{}>",
                finding.file.trim_end_matches(".json"),
                finding.pointer,
                finding.path.join(", ")
            )
        })
        .collect();
    assert_eq!(found, expected);
}

const END: &str = r#""end": { "kind": "hangup" }"#;

#[test]
fn silence_that_leads_back_is_a_trap() {
    let menu = |silence: &str| {
        format!(
            r#""a": {{ "kind": "menu", "prompt": "Press 1.", "choices": {{ "1": "@hangup" }},
                "no_input": {{ "tries": 2, "then": "{silence}" }}, "no_match": {{ "then": "@hangup" }} }}"#
        )
    };
    for silence in ["a", "@repeat", "@start", "@back", "menu:m"] {
        traps(
            &[("m", &menu(silence))],
            &["m /nodes/a/no_input/then <stay silent ×3>"],
        );
    }
    traps(&[("m", &menu("@hangup"))], &[]);
}

#[test]
fn the_way_into_a_trap_is_the_shortest_there_is() {
    let menu = r#"
        "a": { "kind": "menu", "prompt": "Press 1 or 2.", "choices": { "1": "long", "2": "b" },
            "no_input": { "then": "@hangup" }, "no_match": { "tries": 0, "then": "b" } },
        "long": { "kind": "menu", "prompt": "Press 1.", "choices": { "1": "c" },
            "no_input": { "then": "@hangup" }, "no_match": { "then": "@hangup" } },
        "b": { "kind": "say", "prompt": "b", "then": "c" },
        "c": { "kind": "menu", "prompt": "Press 1.", "choices": { "1": "@hangup" }, "max_failures": 2,
            "no_input": { "tries": 5, "then": "b" }, "no_match": { "tries": 0, "then": "@hangup" } }"#;
    traps(
        &[("m", menu)],
        &["m /nodes/c/no_input/then <press 2, stay silent ×2>"],
    );
}

#[test]
fn a_call_nobody_takes_may_not_lead_back() {
    let menu = r#"
        "a": { "kind": "connect", "to": "447700900100", "busy": "b", "otherwise": "@hangup" },
        "b": { "kind": "say", "prompt": "Busy.", "then": "a" }"#;
    traps(&[("m", menu)], &["m /nodes/b/then <`a` is busy>"]);
    let after_a_talk =
        r#""a": { "kind": "connect", "to": "447700900100", "otherwise": "@hangup", "then": "a" }"#;
    traps(&[("m", after_a_talk)], &[]);
}

#[test]
fn a_machine_that_answers_may_not_lead_back() {
    #[track_caller]
    fn check(machine: &str, exits: &str, expected: &[&str]) {
        let menu = format!(
            r#""a": {{ "kind": "connect", "to": "447700900100", "machine": "{machine}", {exits} }},
               "b": {{ "kind": "say", "prompt": "Again.", "then": "a" }},
               "q": {{ "kind": "menu", "prompt": "Press 1.", "choices": {{ "1": "a" }},
                       "no_input": {{ "then": "@hangup" }}, "no_match": {{ "then": "@hangup" }} }}"#
        );
        traps(&[("m", &menu)], expected);
    }
    // It counts as not answered.
    check(
        "hangup",
        r#""otherwise": "a""#,
        &["m /nodes/a/otherwise <`a` is not reached>"],
    );
    check(
        "hangup",
        r#""no_answer": "b", "otherwise": "@hangup""#,
        &["m /nodes/b/then <`a` does not answer>"],
    );
    let talk = "talk to `a`, who hangs up";
    for machine in ["hangup", "continue"] {
        check(
            machine,
            r#""otherwise": "@hangup", "then": "a""#,
            &[&format!("m /nodes/a/then <{talk}>")],
        );
        check(
            machine,
            r#""otherwise": "@hangup", "then": "b""#,
            &[&format!("m /nodes/b/then <{talk}>")],
        );
        // Whoever is asked in between chooses to go round.
        check(machine, r#""otherwise": "@hangup", "then": "q""#, &[]);
    }
}

#[test]
fn a_branch_that_points_at_itself_is_a_trap() {
    traps(
        &[("m", r#""a": { "kind": "say", "prompt": "a", "then": "a" }"#)],
        &["m /nodes/a/then <>"],
    );
    let hours =
        r#""a": { "kind": "hours", "calendar": "office", "open": "@hangup", "closed": "a" }"#;
    traps(
        &[("m", hours)],
        &["m /nodes/a/closed <while `office` is closed>"],
    );
    let switch = r#""a": { "kind": "switch", "cases": [{ "prefix": "44", "then": "@hangup" }], "otherwise": "a" }"#;
    traps(
        &[("m", switch)],
        &["m /nodes/a/otherwise <as no case of `a`>"],
    );
    let lookup = r#""a": { "kind": "lookup", "url": "https://x.example/", "then": "@hangup", "failed": "a" }"#;
    traps(&[("m", lookup)], &["m /nodes/a/failed <`a` fails>"]);
}

#[test]
fn who_chooses_to_go_round_is_in_no_trap() {
    let menu = r#"
        "a": { "kind": "menu", "prompt": "Press 1.", "choices": { "1": "b" },
            "no_input": { "then": "@hangup" }, "no_match": { "then": "@hangup" } },
        "b": { "kind": "say", "prompt": "b", "then": "a" }"#;
    traps(&[("m", menu)], &[]);
    let pin = r#"
        "a": { "kind": "collect", "prompt": "PIN?", "into": "pin", "digits": 4, "then": "b",
            "no_input": { "then": "@hangup" }, "no_match": { "then": "@hangup" } },
        "b": { "kind": "lookup", "url": "https://x.example/{{var.pin}}", "into": "x", "then": "c", "failed": "a" },
        "c": { "kind": "switch", "on": "lookup.x", "cases": [{ "equals": "ok", "then": "@hangup" }], "otherwise": "a" }"#;
    traps(&[("m", pin)], &[]);
}

#[test]
fn one_calendar_says_one_thing_in_a_call() {
    let two = |second: &str| {
        format!(
            r#""a": {{ "kind": "hours", "calendar": "office", "open": "b", "closed": "@hangup" }},
               "b": {{ "kind": "hours", "calendar": "office", {second} }}"#
        )
    };
    traps(&[("m", &two(r#""open": "@hangup", "closed": "a""#))], &[]);
    traps(
        &[("m", &two(r#""open": "a", "closed": "@hangup""#))],
        &["m /nodes/b/open <while `office` is open, while `office` is open>"],
    );
    // An override can be put on while it is open: it is a state of its own.
    traps(
        &[(
            "m",
            &two(r#""open": "@hangup", "closed": "@hangup", "override": "a""#),
        )],
        &["m /nodes/b/override <while `office` is overridden, while `office` is overridden>"],
    );
}

#[test]
fn one_caller_is_one_caller() {
    let two = |then: &str, otherwise: &str| {
        format!(
            r#""a": {{ "kind": "switch", "cases": [{{ "prefix": "44", "then": "b" }}], "otherwise": "@hangup" }},
               "b": {{ "kind": "switch", "cases": [{{ "prefix": "44", "then": "{then}" }}], "otherwise": "{otherwise}" }}"#
        )
    };
    traps(&[("m", &two("@hangup", "a"))], &[]);
    traps(
        &[("m", &two("a", "@hangup"))],
        &["m /nodes/b/cases/0/then <as the case of `a`, as the case of `b`>"],
    );
}

#[test]
fn what_a_look_up_brings_may_differ_each_time() {
    let menu = r#"
        "a": { "kind": "lookup", "url": "https://x.example/", "into": "x", "then": "b", "failed": "@hangup" },
        "b": { "kind": "switch", "on": "lookup.x", "cases": [{ "equals": "1", "then": "c" }], "otherwise": "@hangup" },
        "c": { "kind": "lookup", "url": "https://x.example/", "into": "x", "then": "d", "failed": "@hangup" },
        "d": { "kind": "switch", "on": "lookup.x", "cases": [{ "equals": "1", "then": "@hangup" }], "otherwise": "a" }"#;
    traps(
        &[("m", menu)],
        &[
            "m /nodes/d/otherwise <`a` is answered, as the case of `b`, `c` is answered, as no case of `d`>",
        ],
    );
}

#[test]
fn submenus_give_back_to_whoever_called_them() {
    let called = r#""a": { "kind": "say", "prompt": "a", "then": "@return" }"#;
    let twice = r#"
        "a": { "kind": "submenu", "menu": "s", "then": "b" },
        "b": { "kind": "submenu", "menu": "s", "then": "end" }, "end": { "kind": "hangup" }"#;
    traps(&[("m", twice), ("s", called)], &[]);
    let round = r#"
        "a": { "kind": "submenu", "menu": "s", "then": "b" },
        "b": { "kind": "say", "prompt": "b", "then": "a" }"#;
    traps(&[("m", round), ("s", called)], &["m /nodes/b/then <>"]);
    let never = r#""a": { "kind": "hangup" }"#;
    traps(&[("m", round), ("s", never)], &[]);
}

#[test]
fn menus_that_call_each_other_for_ever_are_a_trap() {
    let calls = |menu: &str| {
        format!(r#""a": {{ "kind": "submenu", "menu": "{menu}", "then": "end" }}, {END}"#)
    };
    traps(&[("m", &calls("m"))], &["m /nodes/a/menu <>"]);
    traps(
        &[("m", &calls("s")), ("s", &calls("m"))],
        &["s /nodes/a/menu <call `m`>"],
    );
}

#[test]
fn back_leads_to_where_the_caller_was() {
    let menu = |silence: &str, b: &str| {
        format!(
            r#""a": {{ "kind": "menu", "prompt": "Press 1.", "choices": {{ "1": "b" }},
                "no_input": {{ "tries": 0, "then": "{silence}" }}, "no_match": {{ "then": "@hangup" }} }},
            "b": {{ "kind": "menu", "prompt": "Press 1.", "choices": {{ "1": "b" }},
                "no_input": {{ "tries": 1, "then": "{b}" }}, "no_match": {{ "then": "@hangup" }} }}"#
        )
    };
    traps(
        &[("m", &menu("b", "@back"))],
        &["m /nodes/b/no_input/then <stay silent, stay silent ×2>"],
    );
    traps(&[("m", &menu("@hangup", "@back"))], &[]);
    // Where nothing is remembered, `@back` is the start; here it is another node.
    let elsewhere = r#"
        "a": { "kind": "say", "prompt": "a", "then": "b" },
        "b": { "kind": "menu", "prompt": "Press 1.", "choices": { "1": "@hangup" },
            "no_input": { "tries": 0, "then": "c" }, "no_match": { "tries": 0, "then": "@hangup" } },
        "c": { "kind": "say", "prompt": "c", "then": "@back" }"#;
    traps(&[("m", elsewhere)], &["m /nodes/c/then <stay silent>"]);
}

#[test]
fn every_loop_is_reported_and_each_once() {
    let menu = r#"
        "a": { "kind": "menu", "prompt": "Press 1.", "choices": { "1": "b" },
            "no_input": { "tries": 0, "then": "@repeat" }, "no_match": { "tries": 0, "then": "b" } },
        "b": { "kind": "connect", "to": "447700900100", "otherwise": "a" },
        "c": { "kind": "say", "prompt": "c", "then": "c" }"#;
    traps(
        &[("m", menu)],
        &[
            "m /nodes/a/no_input/then <stay silent>",
            "m /nodes/b/otherwise <press a wrong key, `b` is not reached>",
        ],
    );
}

#[test]
fn a_submenu_may_return_through_another() {
    let m = r#"
        "a": { "kind": "submenu", "menu": "n", "then": "c" },
        "c": { "kind": "say", "prompt": "c", "then": "a" }"#;
    let n = r#""a": { "kind": "submenu", "menu": "o", "then": "@return" }"#;
    let o = r#""a": { "kind": "say", "prompt": "a", "then": "@return" }"#;
    traps(&[("m", m), ("n", n), ("o", o)], &["m /nodes/c/then <>"]);
}

/// The findings about placeholders and secrets of menus given by their nodes, as
/// `code pointer <path>`.
#[track_caller]
fn values(menus: &[(&str, &str)], expected: &[&str]) {
    let files = menus.iter().map(|(id, nodes)| {
        (
            format!("{id}.json"),
            format!(r#"{{ "start": "a", "nodes": {{ {nodes} }} }}"#),
        )
    });
    let library = Library::read(files);
    assert_eq!(library.unread, []);
    let found: Vec<String> = check(&library)
        .iter()
        .filter(|finding| {
            matches!(
                finding.code,
                Code::UnknownPlaceholder | Code::SecretLost | Code::SecretLeak
            )
        })
        .map(|finding| {
            format!(
                "{} {} <{}>",
                finding.code,
                finding.pointer,
                finding.path.join(", ")
            )
        })
        .collect();
    assert_eq!(found, expected);
}

const COLLECT: &str = r#""kind": "collect", "prompt": "Number?", "into": "n",
    "no_input": { "tries": 0, "then": "b" }, "no_match": { "tries": 0, "then": "@hangup" }"#;

#[test]
fn a_placeholder_is_filled_on_every_way_to_it() {
    let menu = |silent: &str| {
        format!(
            r#""a": {{ {COLLECT}, "then": "b" }}, "b": {{ "kind": "say", "prompt": "{{{{var.n}}}}", "then": "@hangup" }},
               "c": {{ "kind": "hangup" }}"#
        )
        .replace(r#""then": "b" }, "no_match""#, &format!(r#""then": "{silent}" }}, "no_match""#))
    };
    values(&[("m", &menu("c"))], &[]);
    values(
        &[("m", &menu("b"))],
        &["unknown-placeholder /nodes/b/prompt <stay silent>"],
    );
    let never = r#""a": { "kind": "hangup", "prompt": "{{lookup.x}}, {{var.y}}, {{caller}}" }"#;
    values(
        &[("m", never)],
        &[
            "unknown-placeholder /nodes/a/prompt <>",
            "unknown-placeholder /nodes/a/prompt <>",
        ],
    );
}

#[test]
fn what_a_submenu_collects_is_there_when_it_returns() {
    let m = r#""a": { "kind": "submenu", "menu": "n", "then": "b" },
        "b": { "kind": "hangup", "prompt": "{{var.n}}" }"#;
    let n = |then: &str| {
        format!(
            r#""a": {{ {COLLECT}, "then": "@return" }}, "b": {{ "kind": "say", "prompt": "b", "then": "{then}" }}"#
        )
    };
    values(&[("m", m), ("n", &n("@hangup"))], &[]);
    values(
        &[("m", m), ("n", &n("@return"))],
        &["unknown-placeholder /nodes/b/prompt <stay silent>"],
    );
}

#[test]
fn a_look_up_fills_only_when_it_is_answered() {
    let menu = r#"
        "a": { "kind": "lookup", "url": "https://x.example/", "into": { "name": "/n" }, "then": "b", "failed": "c" },
        "b": { "kind": "say", "prompt": "{{lookup.name}}", "then": "c" },
        "c": { "kind": "hangup", "prompt": "{{lookup.name}}" }"#;
    values(
        &[("m", menu)],
        &["unknown-placeholder /nodes/c/prompt <`a` fails>"],
    );
}

#[test]
fn a_secret_lasts_until_the_caller_is_waited_for() {
    let menu = |between: &str, body: &str| {
        format!(
            r#""a": {{ {COLLECT}, "secret": true, "digits": 4, "then": "x" }}, "x": {{ {between}, "then": "l" }},
               "b": {{ "kind": "hangup" }},
               "l": {{ "kind": "lookup", "url": "https://x.example/", "method": "POST", "body": {{ "pin": "{body}" }},
                    "then": "@hangup", "failed": "@hangup" }}"#
        )
    };
    let say = r#""kind": "say", "prompt": "One moment.""#;
    values(&[("m", &menu(say, "{{var.n}}"))], &[]);
    values(
        &[("m", &menu(r#""kind": "wait", "seconds": 1"#, "{{var.n}}"))],
        &["secret-lost /nodes/l/body <>"],
    );
    values(
        &[("m", &menu(say, "none"))],
        &["secret-lost /nodes/a/into <>"],
    );
}

#[test]
fn names_must_name_something() {
    folder(
        &[
            (
                "m.json",
                r#"{
  "start": "mian",
  "keys": { "0": "operater" },
  "limits": { "then": "menu:salse" },
  "nodes": {
    "main": { "kind": "submenu", "menu": "sale", "then": "mainn" },
    "operator": { "kind": "hours", "calendar": "ofice", "open": "main", "closed": "@hangup" },
    "vip": { "kind": "switch", "cases": [{ "in_list": "vips", "then": "@hangup" }], "otherwise": "zzzzzzzzz" }
  }
}"#,
            ),
            (
                "sales.json",
                r#"{ "start": "a", "nodes": { "a": { "kind": "transfer", "conversation": "CON-1" } } }"#,
            ),
            (
                "office.calendar.json",
                r#"{ "timezone": "UTC", "weekly": {} }"#,
            ),
            ("vip.list.json", r#"{ "numbers": [] }"#),
            (
                "numbers.json",
                r#"{ "442079460000": { "menu": "n" }, "default": { "menu": "sales" } }"#,
            ),
        ],
        &[
            "m.json:2:12: error[unknown-node]: `mian` is not a node (/start); did you mean `main`?",
            "m.json:3:18: error[unknown-node]: `operater` is not a node (/keys/0); did you mean `operator`?",
            "m.json:4:23: error[unknown-menu]: there is no menu `salse` (/limits/then); did you mean `sales`?",
            "m.json:6:42: error[unknown-menu]: there is no menu `sale` (/nodes/main/menu); did you mean `sales`?",
            "m.json:6:58: error[unknown-node]: `mainn` is not a node (/nodes/main/then); did you mean `main`?",
            "m.json:7:48: error[unknown-calendar]: there is no calendar `ofice` (/nodes/operator/calendar); did you mean `office`?",
            "m.json:8:55: error[unknown-list]: there is no list `vips` (/nodes/vip/cases/0/in_list); did you mean `vip`?",
            "m.json:8:98: error[unknown-node]: `zzzzzzzzz` is not a node (/nodes/vip/otherwise); add the node, or name one that exists",
            "numbers.json:1:29: error[unknown-menu]: there is no menu `n` (/442079460000/menu)",
            "office.calendar.json:1:32: error[empty]: this calendar is never open (/weekly); write at least one band, such as \"mon\": [\"09:00-17:00\"]",
            "vip.list.json:1:14: error[empty]: this list has no numbers: nobody is on it (/numbers); write at least one number, or leave out the case that asks for the list",
        ],
    );
}

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

#[test]
fn a_loop_through_two_menus_says_whose_nodes_they_are() {
    let one = r#"{ "start": "main", "nodes": { "main": { "kind": "say", "prompt": "One.", "then": "menu:two" } } }"#;
    let two = r#"{ "start": "main", "nodes": { "main": { "kind": "connect", "to": "447700900100", "otherwise": "menu:one" } } }"#;
    let found = check(&Library::read([("one.json", one), ("two.json", two)]));
    let trap = found.iter().find(|one| one.code == Code::Trap).unwrap();
    assert_eq!(trap.file, "two.json");
    assert_eq!(
        trap.message,
        "a caller goes round for ever: `one:main` → `main` → `one:main` (`main` is not reached)"
    );
}
