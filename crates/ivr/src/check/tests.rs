mod values;
mod walk;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::{Code, Library, Severity, check, errors, errors_in_parts};

/// Every finding of a folder, printed, one a line; the path of a trap after it.
#[track_caller]
fn folder(files: &[(&str, &str)], expected: &[&str]) {
    let library = Library::read(files.iter().copied());
    let found = check(&library);
    let wrong = found.iter().filter(|it| it.severity == Severity::Error);
    assert!(errors(&library).iter().eq(wrong), "not the same errors");
    let found: Vec<String> = found
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
fn a_check_in_parts_waits_between_them_and_finds_the_same() {
    let menu = r#"{ "start": "a", "nodes": { "a": { "kind": "say", "prompt": "Round we go.", "then": "a" } } }"#;
    let library = Library::read([("m.json", menu), ("n.json", menu)]);
    let waited = RefCell::new(Vec::new());
    let pause = |bytes| {
        waited.borrow_mut().push(bytes);
        let mut is_over = false;
        let pending_once = poll_fn(move |_| match std::mem::replace(&mut is_over, true) {
            false => Poll::Pending,
            true => Poll::Ready(()),
        });
        Box::pin(pending_once) as std::pin::Pin<Box<dyn Future<Output = ()>>>
    };
    let mut check = pin!(errors_in_parts(&library, &pause));
    let mut times = 0;
    let found = loop {
        match check.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(found) => break found,
            Poll::Pending => times += 1,
        }
    };
    assert_eq!(found, errors(&library));
    assert!(!found.is_empty());
    let one = menu.len();
    // Each menu is read, then compiled; then all of them are looked at together, twice.
    assert_eq!(*waited.borrow(), [one, one, one, one, 2 * one, 2 * one]);
    assert_eq!(times, 6);
}

#[test]
fn what_a_calendar_or_a_list_says_breaks_no_menu() {
    let menu = r#"{ "start": "a", "nodes": {
        "a": { "kind": "hours", "calendar": "office", "open": "b", "closed": "a", "holiday": "b" },
        "b": { "kind": "switch", "cases": [{ "in_list": "vip", "then": "a" }], "otherwise": "gone" } } }"#;
    let calendars = [
        r#"{ "timezone": "UTC", "weekly": { "mon": ["09:00-17:00"] } }"#,
        r#"{ "timezone": "Asia/Tokyo", "weekly": {}, "override": { "state": "closed", "until": "2099-01-01T00:00:00+09:00" } }"#,
    ];
    let lists = [r#"{ "numbers": ["447700900001"] }"#, r#"{ "numbers": [] }"#];
    let found = calendars.iter().flat_map(|calendar| {
        lists.iter().map(|list| {
            let files = [
                ("m.json", menu),
                ("office.calendar.json", *calendar),
                ("vip.list.json", *list),
            ];
            let library = Library::read(files);
            assert!(library.unread.is_empty(), "{:?}", library.unread);
            errors(&library)
                .iter()
                .filter(|it| it.file == "m.json")
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        })
    });
    let found: BTreeSet<Vec<String>> = found.collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found.iter().all(|errors| errors.len() > 1), "{found:?}");
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
