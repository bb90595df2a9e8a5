//! Where calls go: hours, cases, destinations, submenus.

use super::*;

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn hours_follow_the_calendar_and_its_override() {
    let menu = r#"{ "start": "h", "voice": { "language": "de-DE" }, "nodes": {
        "h": { "kind": "hours", "calendar": "c", "open": "o", "closed": "x", "holiday": "y" },
        "o": { "kind": "hangup", "prompt": "Open." }, "x": { "kind": "hangup", "prompt": "Closed." },
        "y": { "kind": "hangup", "prompt": "Holiday." } } }"#;
    let weekly = r#""timezone": "Europe/London", "weekly": { "fri": ["09:00-12:00"] },
        "exceptions": [{ "date": "2026-12-25", "name": "Christmas", "closed": true }]"#;
    let check = |calendar: &str, now: &str, expected: &[&str], cause: &str| {
        let mut house = House::new([("m", menu)]).calendar("c", calendar);
        house.now = now.parse().unwrap();
        let call = Call::to(&house, "m");
        assert_eq!(call.heard(), expected, "{now}");
        assert!(
            call.moves().iter().any(|moved| moved.contains(cause)),
            "{:?}",
            call.moves()
        );
        call.reply.ncco
    };
    let plain = format!("{{ {weekly} }}");
    check(&plain, "2026-11-20T10:00:00Z", &["Open."], "h open");
    check(&plain, "2026-11-20T12:00:00Z", &["Closed."], "h closed");
    check(&plain, "2026-12-25T10:00:00Z", &["Holiday."], "h holiday");
    let over = format!(
        r#"{{ {weekly}, "override": {{ "state": "closed", "until": "2026-11-20T11:00:00Z", "prompt": "Fire drill." }} }}"#
    );
    let ncco = check(
        &over,
        "2026-11-20T10:00:00Z",
        &["Fire drill.", "Closed."],
        "h override",
    );
    assert_eq!(ncco.matches(r#""language":"de-DE""#).count(), 2);
    check(&over, "2026-11-20T11:00:00Z", &["Open."], "h open");
    // No calendar to be had: closed, and somebody hears of it.
    let house = House::new([("m", menu)]);
    let call = Call::to(&house, "m");
    assert_eq!(call.heard(), ["Closed."]);
    assert_eq!(
        call.reply.degraded[0].cause,
        ivr::Shortfall::CalendarMissing
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_switch_takes_the_first_case_that_holds() {
    let menu = |on: &str, case: &str| {
        format!(
            r#"{{ "start": "w", "nodes": {{ "w": {{ "kind": "switch", "on": "{on}", "cases": [{{ {case}, "then": "y" }}], "otherwise": "n" }},
            "y": {{ "kind": "hangup", "prompt": "Yes." }}, "n": {{ "kind": "hangup", "prompt": "No." }} }} }}"#
        )
    };
    let check = |on: &str, case: &str, from: &'static str, expected: &str| {
        let house = House::new([("m", menu(on, case).as_str())])
            .list("vip", r#"{ "numbers": ["447700900001"] }"#);
        let caller = Caller {
            from,
            sip_headers: &[("x-class", "gold")],
            ..caller()
        };
        assert_eq!(
            Call::from(&house, "m", &caller).heard(),
            [expected],
            "{on} {case} {from}"
        );
    };
    check("caller", r#""in_list": "vip""#, "+447700900001", "Yes.");
    check("caller", r#""in_list": "vip""#, "anonymous", "No.");
    check("caller", r#""in_list": "nobody""#, "447700900001", "No.");
    check(
        "caller",
        r#""prefix": ["33", "+447700"]"#,
        "447700900001",
        "Yes.",
    );
    check("caller", r#""prefix": "33""#, "447700900001", "No.");
    check(
        "caller",
        r#""country": ["FR", "GB"]"#,
        "447700900001",
        "Yes.",
    );
    check("country", r#""equals": "GB""#, "447700900001", "Yes.");
    check("country", r#""country": "GB""#, "33612345678", "No.");
    check("called", r#""equals": "442079460000""#, "", "Yes.");
    check("caller", r#""equals": """#, "", "Yes.");
    check("sip:X-Class", r#""in": ["silver", "gold"]"#, "", "Yes.");
    check("var.x", r#""equals": "1""#, "", "No.");
    check("caller", r#""percent": 100"#, "", "Yes.");
    check("caller", r#""percent": 0"#, "", "No.");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_share_of_calls_is_about_that_share_and_stable_within_a_call() {
    let menu = r#"{ "start": "w", "nodes": {
        "w": { "kind": "switch", "cases": [{ "percent": 30, "then": "y" }, { "percent": 20, "then": "z" }], "otherwise": "n" },
        "y": { "kind": "menu", "prompt": "Y", "choices": { "1": "w" } }, "z": { "kind": "hangup" }, "n": { "kind": "hangup" } } }"#;
    let house = House::new([("m", menu)]);
    let mut shares = [0, 0, 0];
    for number in 0..2000 {
        let conversation = format!("CON-{number}");
        let reply = house.answer(
            "m",
            &Caller {
                conversation: &conversation,
                ..caller()
            },
        );
        let node = reply.state.position().node.to_owned();
        let index = ["y", "z", "n"]
            .iter()
            .position(|name| *name == node)
            .unwrap();
        shares[index] += 1;
        if node == "y" {
            let again = house.step(
                &reply.state,
                &Event::Input {
                    digits: Some("1"),
                    timed_out: false,
                    speech: &[],
                    speech_timeout: None,
                },
            );
            let Step::Reply(again) = again else {
                panic!("a reply")
            };
            assert_eq!(again.state.position().node, "y");
        }
    }
    assert!(
        (540..660).contains(&shares[0]) && (340..460).contains(&shares[1]),
        "{shares:?}"
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn hunts_go_in_order_at_random_and_in_turn() {
    let menu = |order: &str| {
        format!(
            r#"{{ "start": "c", "nodes": {{ "c": {{ "kind": "connect", "order": "{order}", "otherwise": "n",
            "to": ["447700900100", "447700900101", {{ "phone": "{{{{var.none}}}}" }}, {{ "vbc": "102" }}] }},
            "n": {{ "kind": "hangup", "prompt": "Nobody." }} }} }}"#
        )
    };
    let rung = |order: &str, conversation: &str| {
        let house = House::new([("m", menu(order).as_str())]);
        let mut reply = house.answer(
            "m",
            &Caller {
                conversation,
                ..caller()
            },
        );
        let mut rung = Vec::new();
        loop {
            let call = Call {
                house: &house,
                reply: reply.clone(),
            };
            let heard = call.heard().join(" ");
            if heard == "Nobody." {
                return rung;
            }
            rung.push(
                heard
                    .split(' ')
                    .next_back()
                    .unwrap()
                    .chars()
                    .last()
                    .unwrap(),
            );
            let Step::Reply(next) =
                house.step(&reply.state, &Event::Connect(ConnectOutcome::NoAnswer))
            else {
                panic!("a reply")
            };
            reply = next;
        }
    };
    assert_eq!(rung("sequential", "CON-1"), ['0', '1', '2']);
    let mut firsts = std::collections::BTreeSet::new();
    for order in ["random", "round_robin"] {
        for number in 0..20 {
            let conversation = format!("CON-{number}");
            let one = rung(order, &conversation);
            assert_eq!(one, rung(order, &conversation));
            firsts.insert((order, one[0]));
            let mut all = one.clone();
            all.sort_unstable();
            assert_eq!(all, ['0', '1', '2']);
            if order == "round_robin" {
                assert!("01201".contains(&one.iter().collect::<String>()), "{one:?}");
            }
        }
    }
    assert_eq!(firsts.len(), 6);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_called_person_hears_a_whisper_and_the_caller_does_not_move() {
    let house = House::new([("acme", ACME)]);
    let mut call = Call::to(&house, "acme");
    call.keys("1");
    let before = call.state();
    assert_eq!(call.event(&Event::Whisper).heard(), ["A sales call."]);
    assert_eq!(call.moves(), Vec::<String>::new());
    assert_eq!(call.reply.state, before);
    let states = ["answered", "completed", "ringing"].map(ConnectOutcome::from_status);
    for other in states {
        assert_eq!(house.step(&before, &Event::Connect(other)), Step::Continue);
    }
    assert_eq!(
        house.step(
            &before,
            &Event::Input {
                digits: None,
                timed_out: true,
                speech: &[],
                speech_timeout: None
            }
        ),
        Step::Continue
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_submenu_returns_and_a_jump_does_not() {
    let house = House::new([
        (
            "m",
            r#"{ "start": "a", "nodes": {
                "a": { "kind": "menu", "prompt": "A", "choices": { "1": "s", "2": "menu:n", "3": "menu:gone", "4": "@return" } },
                "s": { "kind": "submenu", "prompt": "Other.", "menu": "n", "then": "b" },
                "b": { "kind": "say", "prompt": "B", "then": "@back" } } }"#,
        ),
        (
            "n",
            r#"{ "start": "x", "keys": { "*": "@back" }, "nodes": {
                "x": { "kind": "menu", "prompt": "X", "choices": { "1": "@return", "2": "y", "3": "menu:m", "4": "@start" } },
                "y": { "kind": "menu", "prompt": "Y", "choices": { "1": "@return" } } } }"#,
        ),
    ]);
    let mut call = Call::to(&house, "m");
    assert_eq!(call.keys("1").heard(), ["Other.", "X", "input"]);
    assert_eq!(call.moves(), ["a key 1 0 s", "s then 0 menu:n/x"]);
    assert_eq!(call.keys("2").at(), "n/y");
    assert_eq!(call.keys("*").at(), "n/x");
    // Back out of the sub-menu, as often as the caller likes.
    assert_eq!(call.keys("2").keys("1").heard(), ["B", "A", "input"]);
    assert_eq!(call.moves(), ["y key 1 0 menu:m/b", "b then 0 a"]);
    assert_eq!(call.keys("1").keys("*").at(), "m/a");
    assert_eq!(call.keys("2").at(), "n/x");
    assert_eq!(call.keys("4").at(), "n/x");
    assert_eq!(call.keys("3").at(), "m/a");
    // Nobody to return to: the end.
    assert_eq!(call.keys("4").moves(), ["a key 4 0 @hangup"]);
    let mut call = Call::to(&house, "m");
    call.keys("3");
    assert_eq!(call.moves(), ["a missing 0 @hangup"]);
    assert_eq!(call.reply.degraded[0].what, "gone");
}
