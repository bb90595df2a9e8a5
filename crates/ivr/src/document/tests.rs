use super::*;
use crate::Library;

/// Every finding of a menu, printed, one a line.
#[track_caller]
fn check(json: &str, expected: &[&str]) {
    let found = read::<Menu>("m.json", json.as_bytes())
        .err()
        .unwrap_or_default();
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

#[test]
fn every_mistake_is_found_at_once_each_with_its_place() {
    check(
        r#"{
  "start": "main",
  "voice": { "language": "english", "stile": 1 },
  "nodes": {
    "main": { "kind": "menu", "prompt": "", "choices": { "1": "@hangupp", "A": "main" }, "timeout": 11 },
    "away": { "kind": "conect", "to": "x" },
    "in": { "kind": "connect", "to": ["020 7946 0000", { "sip": "sip:a@b.example", "app": "x" }] },
    "in": { "kind": "say", "then": "menu:a b", "propmt": "x" }
  }
}"#,
        &[
            "m.json:3:26: error[out-of-range]: `english` is not a BCP-47 language, like `en-GB` (/voice/language)",
            "m.json:3:37: error[unknown-field]: there is no field `stile` here (/voice/stile); did you mean `style`?",
            "m.json:5:41: error[out-of-range]: the prompt is empty: expected something to say (/nodes/main/prompt)",
            "m.json:5:63: error[bad-target]: `@hangupp` is not a target: a node's id, `menu:<id>`, `@hangup`, `@repeat`, `@back`, `@start` or `@return` (/nodes/main/choices/1); did you mean `@hangup`?",
            "m.json:5:75: error[bad-keys]: `A` cannot be pressed: expected 1 to 20 of the keys 0-9, `*` and `#` (/nodes/main/choices/A)",
            "m.json:5:101: error[out-of-range]: expected a whole number from 1 to 10, found 11 (/nodes/main/timeout)",
            "m.json:6:23: error[unknown-kind]: there is no kind `conect` (/nodes/away/kind); did you mean `connect`?",
            "m.json:7:11: error[missing-exit]: `otherwise` is missing: expected a target: a node's id, `menu:<id>`, `@hangup`, `@repeat`, `@back`, `@start` or `@return` (/nodes/in)",
            "m.json:7:39: error[bad-number]: `020 7946 0000` is not a telephone number in international form (E.164): write digits only, without blanks or hyphens (/nodes/in/to/0); put the country code before it, in place of a leading 0: 020 7946 0000 in Britain is \"442079460000\"",
            "m.json:7:56: error[conflict]: `sip` and `app` exclude each other: expected one (/nodes/in/to/1)",
            "m.json:8:5: error[duplicate-key]: `in` is written twice (/nodes/in)",
            "m.json:8:11: error[missing-field]: `prompt` is missing: expected a prompt: text, an object with `text` or `audio`, or a list of those (/nodes/in)",
            "m.json:8:36: error[bad-target]: `menu:a b` is not a target: a node's id, `menu:<id>`, `@hangup`, `@repeat`, `@back`, `@start` or `@return` (/nodes/in/then)",
            "m.json:8:48: error[unknown-field]: there is no field `propmt` here (/nodes/in/propmt); did you mean `prompt`?",
        ],
    );
}

#[test]
fn a_secret_can_neither_be_read_back_nor_spoken() {
    check(
        r#"{ "start": "a", "nodes": { "a": {
            "kind": "collect", "into": "pin", "secret": true, "confirm": true, "speech": true, "then": "@hangup" } } }"#,
        &[
            "m.json:1:33: error[secret-leak]: a `secret` entry cannot be read back: leave out `confirm` (/nodes/a)",
            "m.json:1:33: error[secret-leak]: a `secret` entry cannot be spoken: leave out `speech` (/nodes/a)",
        ],
    );
}

#[test]
fn what_is_no_json_says_where_it_ceases_to_be() {
    check(
        "{ \"start\": \"a\",\n  }",
        &[
            "m.json:1:15: error[syntax]: this is not JSON: a comma before `}`; remove it: no comma stands after the last member",
        ],
    );
    check(
        "",
        &[
            "m.json:1:1: error[syntax]: this is not JSON: the file is empty; write a document into it, or remove it; `ivr new FOLDER` makes a folder to start from",
        ],
    );
    check(
        "[]",
        &[
            "m.json:1:1: error[wrong-type]: expected a menu: an object with `start` and `nodes`, found a list",
        ],
    );
}

#[test]
fn a_folder_is_read_by_the_names_of_its_files() {
    let calendar = r#"{ "timezone": "Europe/Londn", "weekly": { "mon": ["09:00-12:30", "25:00-26:00"], "fr": [] },
  "exceptions": [ { "date": "2026-02-30", "closed": true }, { "date": "2026-12-24" } ],
  "override": { "state": "shut", "until": "tomorrow" } }"#;
    let library = Library::read([
        (
            "menus/acme.json",
            r#"{ "start": "a", "nodes": { "a": { "kind": "hangup" } } }"#,
        ),
        ("menus/acme.test.json", "anything"),
        ("menus/menu.schema.json", "anything"),
        (
            "menus/vip.list.json",
            r#"{ "numbers": ["447700900002", "447700900001"] }"#,
        ),
        ("menus/office.calendar.json", calendar),
        (
            "menus/numbers.json",
            r#"{ "442079460000": { "menu": "acme" }, "default": { "menu": "acme" } }"#,
        ),
        ("menus/readme.txt", ""),
        ("menus/a.b.json", ""),
    ]);
    assert_eq!(library.menus.keys().collect::<Vec<_>>(), ["acme"]);
    let list = &library.lists.get("vip").unwrap().document;
    assert!(list.contains("447700900001".parse().unwrap()));
    assert!(!list.contains("447700900003".parse().unwrap()));
    let numbers = &library.numbers.as_ref().unwrap().document;
    assert_eq!(
        numbers.entries.names().collect::<Vec<_>>(),
        ["442079460000"]
    );
    assert!(numbers.default.is_some());
    assert_eq!(library.broken, ["calendar:office"]);
    let found: Vec<String> = library.unread.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "menus/office.calendar.json:1:15: error[unknown-timezone]: there is no time zone `Europe/Londn` (/timezone); did you mean `Europe/London`?",
            "menus/office.calendar.json:1:66: error[bad-time]: expected two times of day, such as \"09:00-17:30\", found `25:00-26:00` (/weekly/mon/1)",
            "menus/office.calendar.json:1:82: error[unknown-field]: there is no field `fr` here (/weekly/fr); did you mean `fri`?",
            "menus/office.calendar.json:2:29: error[bad-time]: expected a date that exists, such as \"2026-12-25\", found `2026-02-30` (/exceptions/0/date)",
            "menus/office.calendar.json:2:61: error[missing-field]: `hours` is missing: expected the bands of that day, or `\"closed\": true` (/exceptions/1)",
            "menus/office.calendar.json:3:26: error[out-of-range]: expected `open` or `closed`, found `shut` (/override/state)",
            "menus/office.calendar.json:3:43: error[bad-time]: expected an instant with its offset, such as \"2026-11-21T18:00:00Z\", found `tomorrow` (/override/until)",
            "menus/readme.txt:1:1: warning[unknown-file]: no document has such a name, so nobody reads this file; documents are `<menu>.json`, `<menu>.test.json`, `<id>.calendar.json`, `<id>.list.json` and `numbers.json`",
            "menus/a.b.json:1:1: warning[unknown-file]: no document has such a name, so nobody reads this file; name it `a_b.json`, or move it elsewhere",
        ]
    );
}

#[test]
fn every_kind_reads_all_its_fields() {
    let json = r##"{
  "$schema": "menu.schema.json", "title": "t", "note": "n", "start": "m",
  "voice": { "language": "en-GB", "style": 2, "premium": true },
  "keys": { "0": "c", "*": "@back" }, "limits": { "steps": 30, "then": "c" },
  "nodes": {
    "m": { "kind": "menu", "prompt": ["a", { "text": "b", "voice": { "language": "de-DE" }, "loop": 2, "level": -0.5 },
             { "audio": "https://example.com/a.mp3", "loop": 1, "level": 0.1 }],
           "short_prompt": "s", "choices": { "1": { "label": "one", "then": "s", "say": "one" }, "12": "s" },
           "speech": { "language": "en-GB", "hints": ["x"], "confidence": 0.4, "end_on_silence": 1.5,
                       "start_timeout": 5, "max_duration": 20, "sensitivity": 50 },
           "timeout": 3, "barge_in": false, "submit_on_hash": true, "max_failures": 3,
           "no_input": { "tries": 1, "prompts": ["x", ["y", "z"]], "repeat": false, "then": "c" },
           "no_match": { "tries": 1, "prompts": "x", "then": "@hangup" } },
    "l": { "kind": "collect", "into": "acct", "digits": { "min": 4, "max": 6 }, "pattern": "x{4,6}", "luhn": true,
           "confirm": { "prompt": "p", "yes": "1", "no": "*" }, "then": "s" },
    "n": { "kind": "collect", "into": "pin", "digits": 4, "secret": true, "then": "q" },
    "s": { "kind": "say", "prompt": "x", "voice": { "language": "fr-FR" }, "note": "n", "then": "@return" },
    "c": { "kind": "connect", "to": ["447700900100", { "phone": "447700900101", "dtmf": "p1#", "ring": 10 },
             { "sip": "sip:a@example.com", "headers": { "Dept": "x" } }, { "app": "ann" },
             { "websocket": "wss://example.com/a", "content_type": "audio/l16;rate=8000", "headers": { "k": "v" } },
             { "vbc": "123" }],
           "order": "round_robin", "ring": 20, "from": "442079460000", "limit": 600,
           "ringback": "https://example.com/r.mp3", "machine": "hangup", "whisper": "w",
           "busy": "v", "no_answer": "v", "rejected": "v", "failed": "v", "then": "s" },
    "v": { "kind": "voicemail", "prompt": "x", "max": 60, "end_on_silence": 4, "end_on_key": "*", "beep": false,
           "transcribe": { "language": "en-GB", "sentiment": true }, "then": "b" },
    "r": { "kind": "record", "format": "wav", "split": "conversation", "channels": 2, "transcribe": {}, "then": "f" },
    "f": { "kind": "conference", "name": "room {{var.acct}}", "music": "https://example.com/m.mp3",
           "start_on_enter": false, "end_on_exit": true, "mute": true, "record": true },
    "h": { "kind": "hours", "calendar": "office", "open": "m", "closed": "v", "holiday": "v", "override": "v" },
    "w": { "kind": "switch", "on": "caller", "cases": [ { "in_list": "vip", "then": "c" },
             { "prefix": ["+44", "33"], "then": "c" }, { "country": ["GB", "FR"], "then": "c" }, { "equals": 1, "then": "c" },
             { "in": ["a", true], "then": "c" }, { "percent": 12.5, "then": "c" } ], "otherwise": "m" },
    "q": { "kind": "lookup", "url": "https://example.com/a?b={{caller}}", "method": "POST",
           "headers": { "x-pin": "{{var.pin}}" }, "body": { "b": [1, "{{var.pin}}"], "a": null },
           "deadline_ms": 1500, "into": { "balance": "/account/balance" }, "then": "s", "failed": "s" },
    "u": { "kind": "submenu", "menu": "other", "then": "m" },
    "b": { "kind": "callback", "number": "{{caller}}", "then": "y" },
    "y": { "kind": "notify", "payload": { "from": "{{caller}}" }, "then": "i" },
    "i": { "kind": "wait", "seconds": 1.5, "then": "j" },
    "j": { "kind": "wait", "music": "https://example.com/w.mp3", "then": "t" },
    "t": { "kind": "transfer", "conversation": "CON-{{lookup.balance}}" },
    "z": { "kind": "hangup", "prompt": "bye" }
  }
}"##;
    let menu: Menu = match read("m.json", json.as_bytes()) {
        Ok(menu) => menu,
        Err(found) => panic!(
            "{}",
            found
                .iter()
                .map(|found| format!("{found}\n"))
                .collect::<String>()
        ),
    };
    let mut kinds: Vec<&str> = menu
        .nodes
        .iter()
        .map(|(_, node)| node.kind.name())
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut all = Kind::NAMES.to_vec();
    all.sort_unstable();
    assert_eq!(kinds, all);
    let Some(Kind::Lookup(lookup)) = menu.nodes.get("q").map(|node| &node.kind) else {
        panic!("a lookup")
    };
    assert_eq!(
        lookup.body.as_deref(),
        Some(r#"{"a":null,"b":[1,"{{var.pin}}"]}"#)
    );
    let Some(Kind::Menu(node)) = menu.nodes.get("m").map(|node| &node.kind) else {
        panic!("a menu")
    };
    assert_eq!(node.input.no_input.prompts.len(), 2);
}

/// The help of the one finding that a switch with this case has.
#[track_caller]
fn never(on: &str, case: &str, code: Code, help: &str) {
    let json = format!(
        r#"{{ "start": "a", "nodes": {{ "a": {{ "kind": "switch", "on": "{on}", "cases": [{{ {case}, "then": "@hangup" }}], "otherwise": "@hangup" }} }} }}"#
    );
    let found = read::<Menu>("m.json", json.as_bytes())
        .err()
        .unwrap_or_default();
    let [finding] = found.as_slice() else {
        panic!("{on} {case}: {found:#?}");
    };
    let field = case.split('"').nth(1).unwrap();
    assert_eq!(finding.code, code, "{case}");
    assert!(
        finding
            .pointer
            .starts_with(&format!("/nodes/a/cases/0/{field}")),
        "{}",
        finding.pointer
    );
    assert_eq!(finding.help.as_deref().unwrap_or_default(), help, "{case}");
}

#[test]
fn a_case_that_no_caller_can_meet_is_refused() {
    let national =
        "write the country code in place of the leading 0, such as `447` for `07` in Britain";
    let country = "put the country code before it, in place of a leading 0: 020 7946 0000 in Britain is \"442079460000\"";
    let pattern = "a number stands for itself alone: all that begin alike are matched by a `prefix` case of a `switch`";
    for on in ["caller", "called"] {
        never(on, r#""prefix": "07""#, Code::BadNumber, national);
        never(
            on,
            r#""prefix": "0044""#,
            Code::BadNumber,
            "did you mean `44`?",
        );
        never(
            on,
            r#""prefix": "+44 7""#,
            Code::BadNumber,
            "did you mean `447`?",
        );
        never(
            on,
            r#""prefix": ["44", "44 7"]"#,
            Code::BadNumber,
            "did you mean `447`?",
        );
        never(
            on,
            r#""prefix": "447*""#,
            Code::BadNumber,
            "did you mean `447`?",
        );
        never(
            on,
            r#""prefix": "44-7xx""#,
            Code::BadNumber,
            "did you mean `447`?",
        );
        never(
            on,
            r#""prefix": "1234567890123456""#,
            Code::BadNumber,
            "a number has at most 15 digits",
        );
        never(
            on,
            r#""equals": "+447700900001""#,
            Code::BadNumber,
            "did you mean `447700900001`?",
        );
        never(on, r#""equals": "07700 900001""#, Code::BadNumber, country);
        never(
            on,
            r#""in": ["447700900001", "44 7700 900001"]"#,
            Code::BadNumber,
            country,
        );
        never(on, r#""equals": "447*""#, Code::BadNumber, pattern);
    }
    never(
        "country",
        r#""equals": "UK""#,
        Code::OutOfRange,
        "did you mean `GB`?",
    );
    never(
        "country",
        r#""in": ["GB", "gb"]"#,
        Code::OutOfRange,
        "did you mean `GB`?",
    );
    never("country", r#""equals": "44""#, Code::OutOfRange, "");
    never("country", r#""prefix": "g""#, Code::OutOfRange, "");
}

#[test]
fn a_case_that_somebody_can_meet_passes() {
    for (on, case) in [
        ("caller", r#""prefix": ["44", "+447"]"#),
        (
            "caller",
            r#""in": ["anonymous", "Unavailable", "alice", "447700900001", "12345", ""]"#,
        ),
        ("caller", r#""equals": "alice.2""#),
        ("called", r#""equals": "442079460000""#),
        ("country", r#""in": ["GB", "IE", ""]"#),
        ("country", r#""prefix": "G""#),
        ("var.pin", r#""in": ["07", "44 7", "447*"]"#),
        ("lookup.code", r#""equals": "+44""#),
        ("sip:X-Line", r#""prefix": "00""#),
    ] {
        let json = format!(
            r#"{{ "start": "a", "nodes": {{ "a": {{ "kind": "switch", "on": "{on}", "cases": [{{ {case}, "then": "@hangup" }}], "otherwise": "@hangup" }} }} }}"#
        );
        assert_eq!(
            read::<Menu>("m.json", json.as_bytes()).err(),
            None,
            "{case}"
        );
    }
}

#[test]
fn no_number_is_suggested_that_may_be_a_strangers() {
    #[track_caller]
    fn check(written: &str, expected: &str) {
        let json = format!(r#"{{ "numbers": [{}] }}"#, serde_json::Value::from(written));
        let found = read::<List>("x.list.json", json.as_bytes()).unwrap_err();
        let help = found[0].help.as_deref().unwrap_or_default();
        let help = match help {
            _ if help.starts_with("put the country code before it") => "country code",
            _ if help.contains("`prefix`") => "prefix",
            other => other,
        };
        assert_eq!((found.len(), help), (1, expected), "{written}");
    }
    for international in [
        "+447700900123",
        "00447700900123",
        "tel:+447700900123",
        "TEL:+44-7700-900123",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "+44.7700.900.123 ",
        "+44\u{a0}7700\u{a0}900123",
    ] {
        check(international, "did you mean `447700900123`?");
    }
    for national in [
        "(212) 555-0123",
        "212 555 0123",
        "07700900123",
        "07700 900123",
        "tel:07700900123",
        "+44 7700 900123 ext. 5",
        "call me",
        "٤٤٧٧٠٠٩٠٠١٢٣",
        "",
    ] {
        let expected = if national.is_empty() {
            ""
        } else {
            "country code"
        };
        check(national, expected);
    }
    for pattern in [
        "447*",
        "4477xxxxxxxx",
        "44 7700 9001??",
        "+4477009001XX",
        "447%",
    ] {
        check(pattern, "prefix");
    }
    check("123456", "");
    check("1234567890123456", "");
}

#[test]
fn an_address_in_place_of_a_number_is_shown_as_a_destination() {
    #[track_caller]
    fn check(written: &str, expected: &str) {
        let json = format!(
            r#"{{ "start": "a", "nodes": {{ "a": {{ "kind": "connect", "to": "{written}", "otherwise": "@hangup" }} }} }}"#
        );
        let found = read::<Menu>("m.json", json.as_bytes()).unwrap_err();
        let help = found[0].help.as_deref().unwrap_or_default();
        assert!(help.ends_with(expected), "{help}");
    }
    check("sip:bob@x", r#": { "sip": "sip:bob@x" }"#);
    check("SIPS:bob@x", r#": { "sip": "SIPS:bob@x" }"#);
    check(
        "wss://bot.example.com/s",
        r#": { "websocket": "wss://bot.example.com/s" }"#,
    );
    check("bob@x", "\"442079460000\"");
}

#[test]
fn a_field_is_listed_once_among_those_there_are() {
    let found = read::<Calendar>(
        "x.calendar.json",
        br#"{ "tz": "UTC", "exceptions": [{ "when": "2026-12-25" }] }"#,
    );
    let helps: Vec<String> = found
        .unwrap_err()
        .into_iter()
        .filter_map(|finding| finding.help)
        .collect();
    assert_eq!(
        helps,
        [
            "the fields are `$schema`, `note`, `allow`, `timezone`, `weekly`, `exceptions` or `override`",
            "the fields are `date`, `name`, `closed` or `hours`",
        ]
    );
}
