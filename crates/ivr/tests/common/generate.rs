//! Menus nobody wrote, and callers who do what callers do.
//!
//! In a tame menu, whoever only errs, stays silent or meets calls that fail moves
//! on to a node further down the document, and so reaches an end: it passes the
//! check. In a wild one every exit leads anywhere, and the check has to judge.

use ivr::{ConnectOutcome, LookupAnswer, SpeechResult};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

/// The secret that callers enter. It occurs nowhere else.
pub const SECRET: &str = "90817263";

/// A node, but for where its exits lead.
#[derive(Debug, Clone)]
enum Draft {
    Menu {
        keys: Vec<&'static str>,
        exits: Vec<Index>,
        speech: bool,
        tries: (u8, u8),
        most: Option<u8>,
        short: bool,
    },
    Collect {
        variable: &'static str,
        exit: Index,
        confirm: bool,
        luhn: bool,
        pattern: bool,
        speech: bool,
    },
    Secret,
    Say(Index),
    Connect {
        to: u8,
        order: &'static str,
        own: bool,
        then: Option<Index>,
        whisper: bool,
    },
    Voicemail,
    Record,
    Conference,
    Hours,
    Switch(u8),
    Lookup {
        whole: bool,
    },
    Submenu,
    Jump,
    Callback,
    Notify,
    Wait(bool),
    Transfer,
    Hangup(bool),
}

fn draft() -> impl Strategy<Value = Draft> {
    let keys = || {
        proptest::collection::btree_set(
            select(vec!["1", "2", "12", "3", "*", "#", "0", "99"]),
            1..5,
        )
    };
    prop_oneof![
        4 => (keys(), proptest::collection::vec(any::<Index>(), 8), any::<bool>(), (0u8..3, 0u8..3), proptest::option::of(1u8..4), any::<bool>())
            .prop_map(|(keys, exits, speech, tries, most, short)| Draft::Menu {
                keys: keys.into_iter().collect(), exits, speech, tries, most, short
            }),
        2 => (select(vec!["a", "b"]), any::<Index>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(variable, exit, confirm, luhn, pattern, speech)| Draft::Collect {
                variable, exit, confirm, luhn, pattern, speech
            }),
        2 => Just(Draft::Secret),
        2 => any::<Index>().prop_map(Draft::Say),
        2 => (1u8..7, select(vec!["sequential", "random", "round_robin"]), any::<bool>(), proptest::option::of(any::<Index>()), any::<bool>())
            .prop_map(|(to, order, own, then, whisper)| Draft::Connect { to, order, own, then, whisper }),
        1 => Just(Draft::Voicemail),
        1 => Just(Draft::Record),
        1 => Just(Draft::Conference),
        1 => Just(Draft::Hours),
        2 => (0u8..7).prop_map(Draft::Switch),
        2 => any::<bool>().prop_map(|whole| Draft::Lookup { whole }),
        1 => Just(Draft::Submenu),
        1 => Just(Draft::Jump),
        1 => Just(Draft::Callback),
        1 => Just(Draft::Notify),
        1 => any::<bool>().prop_map(Draft::Wait),
        1 => Just(Draft::Transfer),
        1 => any::<bool>().prop_map(Draft::Hangup),
    ]
}

/// A menu `m`, and the menu `sub` it may call. Calendar `c` and list `l` are read.
#[derive(Debug, Clone)]
pub struct Menus {
    pub main: String,
    pub sub: String,
}

impl Menus {
    /// The errors the check finds, but for placeholders that some way leaves
    /// unfilled and secrets nobody asks for: the laws hold with them all the same.
    pub fn pass(&self) -> Vec<ivr::Diagnostic> {
        let library = ivr::Library::read([
            ("m.json", self.main.as_str()),
            ("sub.json", self.sub.as_str()),
            ("c.calendar.json", CALENDAR),
            ("l.list.json", LIST),
        ]);
        let mut found = ivr::check(&library);
        found.retain(|finding| {
            let harmless = matches!(
                finding.code,
                ivr::Code::UnknownPlaceholder | ivr::Code::SecretLost
            );
            finding.severity == ivr::Severity::Error && !harmless
        });
        found
    }
}

pub const CALENDAR: &str =
    r#"{ "timezone": "Europe/London", "weekly": { "fri": ["09:00-12:00"] } }"#;
pub const LIST: &str = r#"{ "numbers": ["447700900001"] }"#;

/// Menus that pass the check by the way they are made.
pub fn menus() -> impl Strategy<Value = Menus> {
    any_menus(false)
}

/// Menus that may be anything.
pub fn wild_menus() -> impl Strategy<Value = Menus> {
    any_menus(true)
}

fn any_menus(wild: bool) -> impl Strategy<Value = Menus> {
    let menu = || {
        (
            proptest::collection::vec(draft(), 1..9),
            proptest::collection::vec(any::<Index>(), 9),
            1u16..40,
        )
    };
    (menu(), menu(), any::<bool>()).prop_map(
        move |((main, falls, steps), (sub, sub_falls, _), marked)| Menus {
            main: write(&main, &falls, steps, false, marked, wild),
            sub: write(&sub, &sub_falls, 60, true, !marked, wild),
        },
    )
}

fn write(
    drafts: &[Draft],
    falls: &[Index],
    steps: u16,
    is_sub: bool,
    marked: bool,
    wild: bool,
) -> String {
    let last = if is_sub { "@return" } else { "@hangup" };
    let name = |index: usize| {
        drafts
            .get(index)
            .map_or(last.to_owned(), |_| format!("n{index}"))
    };
    // Whoever chooses goes anywhere.
    let anywhere = |to: &Index| match to.index(drafts.len() + 5) {
        extra if extra >= drafts.len() => [
            "@back",
            "@start",
            "@repeat",
            "@hangup",
            if is_sub { "@return" } else { "menu:sub" },
        ][extra - drafts.len()]
        .to_owned(),
        index => name(index),
    };
    // Whoever errs falls to a node further down.
    let fall = |from: usize, turn: usize| {
        if wild {
            return anywhere(&falls[turn % falls.len()]);
        }
        let rest = drafts.len() - from;
        let by = falls[turn % falls.len()].index(rest) + 1;
        name(from + by)
    };
    let mut nodes = serde_json::Map::new();
    for (at, draft) in drafts.iter().enumerate() {
        let then = fall(at, at);
        let other = fall(at, at + 1);
        let node: Value = match draft {
            Draft::Menu {
                keys,
                exits,
                speech,
                tries,
                most,
                short,
            } => {
                let choices: serde_json::Map<String, Value> = keys
                    .iter()
                    .zip(exits)
                    .map(|(key, exit)| {
                        let then = anywhere(exit);
                        let choice = if *speech {
                            json!({ "then": then, "say": [format!("word {key}")] })
                        } else {
                            json!(then)
                        };
                        ((*key).to_owned(), choice)
                    })
                    .collect();
                let mut node = json!({
                    "kind": "menu",
                    "prompt": ["Hello {{caller}} & {{var.a | digits}}", { "audio": "https://example.com/a.mp3" }, { "text": "<break time=\"1s\"/>Now.", "level": 0.5 }],
                    "choices": choices,
                    "no_input": { "tries": tries.0, "prompts": ["First.", "Later."], "then": then },
                    "no_match": { "tries": tries.1, "repeat": tries.0 == 1, "prompts": "Wrong.", "then": other },
                });
                if let Some(most) = most {
                    node["max_failures"] = json!(most);
                }
                if *short {
                    node["short_prompt"] = json!("Short.");
                }
                node
            }
            Draft::Collect {
                variable,
                exit,
                confirm,
                luhn,
                pattern,
                speech,
            } => {
                let mut node = json!({
                    "kind": "collect", "prompt": "Enter it.", "into": variable, "confirm": confirm, "luhn": luhn,
                    "speech": speech, "then": anywhere(exit),
                    "no_input": { "tries": 1, "then": then }, "no_match": { "tries": 1, "then": other },
                });
                if *speech {
                    node["speech"] = json!({ "hints": ["{{lookup.x}}", "name {{caller}}"] });
                }
                if *pattern {
                    node["pattern"] = json!("x{1,4}|[*]99");
                }
                node
            }
            Draft::Secret => {
                // The look-up is the only reader, and follows at once.
                let reader = format!("n{at}q");
                nodes.insert(
                    reader.clone(),
                    json!({ "kind": "lookup", "url": "https://example.com/pin?n={{caller}}", "method": "POST",
                            "headers": { "x-pin": "{{var.pin}}" }, "body": { "pin": ["{{var.pin}}"] },
                            "into": { "x": "/x", "z": "/z" }, "then": then, "failed": other }),
                );
                json!({
                    "kind": "collect", "prompt": "Your PIN.", "into": "pin", "digits": { "min": 4, "max": 8 }, "secret": true,
                    "then": reader, "no_input": { "tries": 1, "then": then }, "no_match": { "tries": 1, "then": other },
                })
            }
            Draft::Say(exit) => {
                // Half of them go forward, so that callers get around.
                let _ = exit;
                json!({ "kind": "say", "prompt": "You are at {{lookup.x}} {{lookup.y.z}}.", "voice": { "language": "fr-FR" }, "then": then })
            }
            Draft::Connect {
                to,
                order,
                own,
                then: after,
                whisper,
            } => {
                let all = [
                    json!("447700900100"),
                    json!({ "phone": "{{var.a}}" }),
                    json!({ "sip": "sip:a@example.com", "ring": 9 }),
                    json!({ "sip": "sip:{{caller}}@example.com", "headers": { "Caller": "{{caller}} \"{{lookup.x}}\"" } }),
                    json!({ "websocket": "wss://example.com/{{called}}?a={{var.a}}", "headers": { "caller": "{{caller}}", "all": "{{lookup.x}}{{lookup.z}}{{var.a}}" } }),
                    json!({ "app": "agent {{lookup.x}}" }),
                ];
                let mut node = json!({
                    "kind": "connect", "prompt": ["Please hold.", { "audio": "https://example.com/{{called}}/{{var.b}}.mp3" }],
                    "to": all[..usize::from(*to)], "order": order, "otherwise": then,
                });
                if *own {
                    node["busy"] = json!(other);
                    node["failed"] = json!("@hangup");
                }
                if let Some(after) = after {
                    node["then"] = json!(anywhere(after));
                }
                // Who is hung up on as a machine may not be rung again at once.
                if *order == "random" && after.is_none() {
                    node["machine"] = json!("hangup");
                }
                if *whisper {
                    node["whisper"] = json!("From {{caller}}.");
                    node["ringback"] = json!("https://example.com/{{lookup.y.z}}.mp3");
                }
                node
            }
            Draft::Voicemail => {
                json!({ "kind": "voicemail", "prompt": "Speak.", "transcribe": {}, "then": then })
            }
            Draft::Record => {
                json!({ "kind": "record", "split": true, "channels": 2, "then": then })
            }
            Draft::Conference => {
                json!({ "kind": "conference", "name": "{{var.a}}", "music": "https://example.com/{{caller}}.mp3", "record": true })
            }
            Draft::Hours => {
                json!({ "kind": "hours", "calendar": "c", "open": then, "closed": other, "holiday": "@hangup" })
            }
            Draft::Switch(which) => {
                let (on, case) = [
                    ("caller", json!({ "in_list": "l" })),
                    ("caller", json!({ "prefix": ["44", "+33"] })),
                    ("country", json!({ "country": "GB" })),
                    ("var.a", json!({ "equals": "1" })),
                    ("lookup.x", json!({ "in": ["1", 2] })),
                    ("sip:X-Class", json!({ "equals": "gold" })),
                    ("called", json!({ "percent": 40 })),
                ][usize::from(*which)]
                .clone();
                let mut case = case;
                case["then"] = json!(then);
                json!({ "kind": "switch", "on": on, "cases": [case], "otherwise": other })
            }
            Draft::Lookup { whole } => {
                let into = if *whole {
                    json!("y")
                } else {
                    json!({ "x": "/x", "z": "/z" })
                };
                json!({ "kind": "lookup", "url": "https://example.com/who?n={{caller}}&a={{var.a}}",
                        "method": "POST", "body": [1, "{{var.a}}"], "into": into, "then": then, "failed": other })
            }
            Draft::Submenu if !is_sub => json!({ "kind": "submenu", "menu": "sub", "then": then }),
            Draft::Jump if !is_sub => {
                json!({ "kind": "say", "prompt": "On we go.", "then": "menu:sub" })
            }
            Draft::Submenu | Draft::Jump => {
                json!({ "kind": "say", "prompt": "Nearly.", "then": then })
            }
            Draft::Callback => {
                json!({ "kind": "callback", "prompt": "We call you back.", "no_number": other, "then": then })
            }
            Draft::Notify => {
                json!({ "kind": "notify", "payload": { "a": "{{var.a}}", "n": ["{{caller}}"] }, "then": then })
            }
            Draft::Wait(true) => json!({ "kind": "wait", "seconds": 1.5, "then": then }),
            Draft::Wait(false) => {
                json!({ "kind": "wait", "music": "https://example.com/w.mp3?n={{caller}}", "then": then })
            }
            Draft::Transfer => {
                json!({ "kind": "transfer", "conversation": "CON-{{var.b}}" })
            }
            Draft::Hangup(true) => json!({ "kind": "hangup", "prompt": "Goodbye." }),
            Draft::Hangup(false) => json!({ "kind": "hangup" }),
        };
        nodes.insert(format!("n{at}"), node);
    }
    json!({
        "title": if marked { "one" } else { "other" },
        "start": "n0",
        "voice": { "language": "en-GB", "style": 1 },
        "keys": { "*": "@back", "0": name(drafts.len() - 1) },
        "limits": { "steps": steps, "then": name(drafts.len() - 1) },
        "nodes": nodes,
    })
    .to_string()
}

/// What a caller does next, whatever is asked.
#[derive(Debug, Clone)]
pub enum Act {
    Silence,
    Keys(String),
    Secret,
    Speak(String, f64),
    Mumble,
    Connect(ConnectOutcome),
    Whisper,
    Notify,
}

impl Act {
    /// Does it, as an event.
    pub fn with<T>(&self, work: impl Fn(&ivr::Event<'_>) -> T) -> T {
        let input = |digits: Option<&str>, timed_out, speech: &[SpeechResult], speech_timeout| {
            work(&ivr::Event::Input {
                digits,
                timed_out,
                speech,
                speech_timeout,
            })
        };
        match self {
            Act::Silence => input(Some(""), true, &[], None),
            Act::Keys(keys) => input(Some(keys), false, &[], None),
            Act::Secret => input(Some(SECRET), false, &[], None),
            Act::Speak(text, confidence) => {
                let speech = [SpeechResult {
                    text: text.clone(),
                    confidence: *confidence,
                }];
                input(None, false, &speech, Some("end_on_silence_timeout"))
            }
            Act::Mumble => input(None, false, &[], Some("max_duration")),
            Act::Connect(outcome) => work(&ivr::Event::Connect(*outcome)),
            Act::Whisper => work(&ivr::Event::Whisper),
            Act::Notify => work(&ivr::Event::Notify),
        }
    }
}

/// Anything a caller or a destination may do.
pub fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => Just(Act::Silence),
        4 => "[0-9*#]{1,4}".prop_map(Act::Keys),
        4 => select(vec!["1", "2", "12", "3", "*", "#", "0", "99"]).prop_map(|keys| Act::Keys(keys.to_owned())),
        2 => Just(Act::Secret),
        2 => ("(word )?[0-9]{1,2}|\\PC{0,12}", 0.0..1.0f64).prop_map(|(text, confidence)| Act::Speak(text, confidence)),
        1 => Just(Act::Mumble),
        4 => outcome().prop_map(Act::Connect),
        1 => Just(Act::Whisper),
        3 => Just(Act::Notify),
    ]
}

/// What a caller does who only errs, and what destinations do who never answer.
pub fn error() -> impl Strategy<Value = Act> {
    prop_oneof![
        Just(Act::Silence),
        Just(Act::Keys("8888".to_owned())),
        Just(Act::Mumble),
        outcome().prop_map(Act::Connect)
    ]
}

fn outcome() -> impl Strategy<Value = ConnectOutcome> {
    select(vec![
        ConnectOutcome::Busy,
        ConnectOutcome::NoAnswer,
        ConnectOutcome::Rejected,
        ConnectOutcome::Failed,
        ConnectOutcome::Machine,
    ])
}

/// A look-up that fails for some callers, and tells others what it was asked.
pub fn look_up(request: &ivr::LookupRequest) -> LookupAnswer {
    let pin = request
        .headers
        .iter()
        .find(|(name, _)| name == "x-pin")
        .map_or("", |(_, value)| value);
    match request.url.len() % 3 {
        0 => LookupAnswer::Failed,
        1 => LookupAnswer::Answer {
            status: 404,
            body: Value::Null,
        },
        // A careless system gives back what it was told.
        _ => LookupAnswer::Answer {
            status: 200,
            body: json!({ "x": pin, "z": 3, "y": { "z": format!("is {pin}") } }),
        },
    }
}
