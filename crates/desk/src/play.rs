//! A call one takes part in: played again from its beginning with what was done so far.
//!
//! The phone runs a call to its end. So a call in progress is a call that is run until the caller
//! is asked for something that was not done yet; there is no state to keep, and one step back is
//! one step less.

use std::cell::RefCell;

use ivr::document::Target;
use ivr::{Library, Trace};
use jiff::Timestamp;
use phone::{Action, Application, Call, Caller, Demand, EndedBy, Happening, Moment, Phone};
use serde::Serialize;
use serde_json::Value;

use crate::calls::{Stage, action, exit_of, setup, wants};
use crate::offline::{Beginning, ORIGIN, Offline};
use crate::script::{self, Case, Given, Step};
use crate::ways::keys_at;

/// A call as far as it went.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Played {
    /// What was heard, done and happened, in order.
    pub lines: Vec<Line>,
    /// What the call waits for; nothing when it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asks: Option<Asks>,
    /// The node the caller is at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The way through the menu.
    pub path: Vec<Move>,
    /// Seconds since it began, by its own clock.
    pub seconds: f64,
    /// What became of it, when it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// One line of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Line {
    /// Whose it is.
    pub side: Side,
    /// The words.
    pub text: String,
}

/// Whose line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub enum Side {
    /// What the caller hears.
    Menu,
    /// What the caller does.
    Caller,
    /// What happens besides.
    Line,
    /// What went wrong.
    Fault,
}

/// A move through a menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Move {
    /// The menu.
    pub menu: String,
    /// The node left.
    pub node: String,
    /// The exit taken, by the words of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit: Option<String>,
    /// The node entered.
    pub target: String,
}

/// What a call waits for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Asks {
    /// The kind of thing.
    pub kind: AsksKind,
    /// In a sentence.
    pub says: String,
    /// How many keys are taken at most; 0: none.
    pub keys: usize,
    /// What the keys do that lead somewhere from here.
    pub choices: Vec<KeyChoice>,
    /// Words are taken.
    pub speech: bool,
    /// The words that are expected.
    pub words: Vec<String>,
    /// Who is being called.
    pub to: String,
}

/// Keys that lead somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct KeyChoice {
    /// The keys, in the order they are pressed.
    pub keys: String,
    /// What for; where they lead when the document does not say.
    pub label: String,
}

/// The kinds of things a call waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub enum AsksKind {
    /// Keys or words of the caller.
    Input,
    /// What becomes of a leg that is being called.
    Connect,
    /// A message.
    Record,
    /// Nothing: the caller is held.
    Hold,
}

/// The world of a call and what was done in it, read as a call script has them.
///
/// # Errors
/// What is wrong with them, in words.
pub fn rehearsal(given: &str, steps: &str) -> Result<(Given, Vec<Step>), String> {
    let json = |text: &str| serde_json::from_str(text).map_err(|why| why.to_string());
    let (given, steps): (Value, Value) = (json(given)?, json(steps)?);
    let text = serde_json::json!({ "cases": [{ "name": "call", "given": given, "steps": steps }] });
    let mut document = script::read("call.test.json", text.to_string().as_bytes())
        .map_err(|found| found.first().map(ToString::to_string).unwrap_or_default())?;
    let case = document.cases.pop().ok_or("there is no call")?;
    Ok((case.given.unwrap_or_default(), case.steps))
}

/// Plays a call to `menu` with what was done so far.
///
/// # Errors
/// When there is no such menu without errors, or the world of the call cannot be made.
pub fn play(
    library: &Library,
    menu: &str,
    given: &Given,
    steps: &[Step],
    now: Timestamp,
    seed: &str,
) -> Result<Played, String> {
    let stage = Stage::of(library);
    if !stage.has_menu(menu) {
        return Err(format!(
            "the menu {menu:?} has errors: correct them to call it"
        ));
    }
    let case = Case {
        name: seed.to_owned(),
        note: None,
        given: None,
        steps: Vec::new(),
        end: None,
    };
    let mut setup = setup(menu, &case, given, ORIGIN);
    let at = setup.starts.unwrap_or(now);
    setup.starts = Some(at);
    let beginning = Beginning {
        at,
        seed: seed.to_owned(),
    };
    let offline = Offline::new(stage.dressed(given)?, given.lookups.clone(), beginning);
    let mut application = Application::at(ORIGIN, "");
    // Nobody checks a signature here.
    application.signature_secret = None;
    let mut caller = Rehearsed {
        steps,
        done: 0,
        offline: &offline,
        seen: Vec::new(),
        waits: RefCell::new(None),
    };
    let call = Phone::new(application, &offline).call(&setup, &mut caller);
    let over = caller.waits.into_inner();
    let moves = over
        .as_ref()
        .map_or_else(|| offline.moves(), |over| over.moves.clone());
    let seen = caller.seen;
    Ok(Played {
        lines: seen.iter().filter_map(line).collect(),
        path: moves.iter().map(|step| moved(step, library)).collect(),
        node: over
            .as_ref()
            .map_or_else(|| offline.node(), |over| over.node.clone()),
        seconds: seen
            .last()
            .map_or(0.0, |moment| moment.at_ms as f64 / 1000.0),
        outcome: over.is_none().then(|| ended(&call)),
        asks: over.map(|over| asks(&over, library, menu)),
    })
}

/// Where a call stands that waits for its caller.
struct Waiting {
    demand: Demand,
    node: Option<String>,
    moves: Vec<Trace>,
}

/// A caller who does what was done so far.
struct Rehearsed<'s> {
    steps: &'s [Step],
    done: usize,
    offline: &'s Offline,
    seen: Vec<Moment>,
    waits: RefCell<Option<Waiting>>,
}

impl Caller for Rehearsed<'_> {
    fn next(&mut self, demand: &Demand) -> Action {
        let next = self.steps.get(self.done);
        self.done += 1;
        match next {
            Some(step) => action(step),
            None => {
                let mut waits = self.waits.borrow_mut();
                if waits.is_none() {
                    *waits = Some(Waiting {
                        demand: demand.clone(),
                        node: self.offline.node(),
                        moves: self.offline.moves(),
                    });
                }
                Action::HangUp
            }
        }
    }

    fn witness(&mut self, moment: &Moment) {
        // What follows the last step has not happened yet.
        if self.waits.borrow().is_none() {
            self.seen.push(moment.clone());
        }
    }
}

fn moved(step: &Trace, library: &Library) -> Move {
    Move {
        menu: step.menu.clone(),
        node: step.node.clone(),
        exit: exit_of(step, library),
        target: step.target.clone(),
    }
}

fn ended(call: &Call) -> String {
    match call.ended {
        EndedBy::Limit => "stopped: it went on for too long".to_owned(),
        _ => call.outcome().replace('_', " "),
    }
}

fn asks(over: &Waiting, library: &Library, first: &str) -> Asks {
    let (says, _) = wants(&over.demand);
    let mut asks = Asks {
        kind: AsksKind::Hold,
        says,
        keys: 0,
        choices: Vec::new(),
        speech: false,
        words: Vec::new(),
        to: String::new(),
    };
    match &over.demand {
        Demand::Input(listening) => {
            asks.kind = AsksKind::Input;
            if let Some(dtmf) = &listening.dtmf {
                asks.keys = dtmf.max_digits;
                asks.choices = choices(over.node.as_deref(), library, first);
            }
            if let Some(speech) = &listening.speech {
                asks.speech = true;
                asks.words.clone_from(&speech.context);
            }
        }
        Demand::Connect(dialling) => {
            asks.kind = AsksKind::Connect;
            asks.to.clone_from(&dialling.to);
        }
        Demand::Record(_) => asks.kind = AsksKind::Record,
        Demand::Hold(_) => asks.keys = 1,
    }
    asks
}

/// What the keys do at the node a caller is at: `main`, `other/main` in another menu than the first.
fn choices(at: Option<&str>, library: &Library, first: &str) -> Vec<KeyChoice> {
    let Some(at) = at else {
        return Vec::new();
    };
    let (menu, name) = at.split_once('/').unwrap_or((first, at));
    let Some(menu) = library.menus.get(menu).map(|entry| &entry.document) else {
        return Vec::new();
    };
    let Some(node) = menu.nodes.get(name) else {
        return Vec::new();
    };
    keys_at(menu, name, node)
        .into_iter()
        .filter_map(|way| {
            let label = match way.beside_key() {
                "" => place(&way.target),
                label => label.to_owned(),
            };
            way.keys.map(|keys| KeyChoice { keys, label })
        })
        .collect()
}

/// Where a key without a label leads, in a word or two.
fn place(target: &Target) -> String {
    match target {
        Target::Node(node) => node.clone(),
        Target::Menu(menu) => format!("menu {menu}"),
        Target::Hangup => "the end".to_owned(),
        Target::Repeat => "again".to_owned(),
        Target::Back | Target::Return => "back".to_owned(),
        Target::Start => "the start".to_owned(),
    }
}

fn line(moment: &Moment) -> Option<Line> {
    let (side, text) = match &moment.what {
        Happening::Heard { text } => (Side::Menu, text.clone()),
        Happening::CalleeHeard { to, text } => (Side::Line, format!("{to} hears: {text}")),
        Happening::Pressed { digits, lost, .. } => {
            let pressed = if digits.is_empty() { "nothing" } else { digits };
            let late = if lost.is_empty() {
                String::new()
            } else {
                format!(" ({lost} came too late)")
            };
            (Side::Caller, format!("presses {pressed}{late}"))
        }
        Happening::Spoke { text, .. } => (Side::Caller, format!("says “{text}”")),
        Happening::Silent => (Side::Caller, "stays silent".to_owned()),
        Happening::Dialled { to, .. } => (Side::Line, format!("{to} is called")),
        Happening::Transferred {
            to,
            status,
            seconds,
        } => {
            let talked = if *seconds > 0.0 {
                format!(", {seconds:.0} s")
            } else {
                String::new()
            };
            (Side::Line, format!("{to}: {status}{talked}"))
        }
        Happening::RecordingStarted => (Side::Line, "the recording begins".to_owned()),
        Happening::Recorded { seconds } => {
            (Side::Caller, format!("leaves {seconds:.0} s of message"))
        }
        Happening::Joined { name } => (Side::Line, format!("joins {name}")),
        Happening::Waited { seconds } => (Side::Line, format!("{seconds:.0} s pass")),
        Happening::Refused { reason, detail, .. } => (Side::Fault, format!("{reason} {detail}")),
        Happening::FellBack { .. } => (Side::Fault, "the fallback is asked".to_owned()),
        Happening::RepliesDiffer { .. } => return None,
        Happening::Ended { by } => {
            let by = match by {
                EndedBy::Caller => "the caller hangs up",
                EndedBy::Platform => "the call ends",
                EndedBy::Failure => "the call fails",
                EndedBy::Limit => "the call is cut off: it went on for too long",
            };
            (Side::Line, by.to_owned())
        }
    };
    Some(Line { side, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library() -> Library {
        let text = r#"{ "start": "main", "nodes": {
          "main": { "kind": "menu", "prompt": "Press 1 for sales.", "choices": { "1": { "then": "sales", "say": "sales" } }, "speech": true,
            "no_input": { "tries": 0, "then": "bye" }, "no_match": { "tries": 1, "then": "bye" } },
          "sales": { "kind": "connect", "to": ["447700900100"], "otherwise": "bye" },
          "bye": { "kind": "hangup", "prompt": "Goodbye." } } }"#;
        Library::read([("acme.json", text)])
    }

    fn steps(json: &str) -> Vec<Step> {
        rehearsal("{}", json).unwrap().1
    }

    fn played(json: &str) -> Played {
        let now = "2026-01-14T10:00:00Z".parse().unwrap();
        play(
            &library(),
            "acme",
            &Given::default(),
            &steps(json),
            now,
            "a call",
        )
        .unwrap()
    }

    #[test]
    fn a_call_stops_where_it_waits_for_its_caller() {
        let check = |json: &str, kind: Option<AsksKind>, node: &str, last: &str| {
            let played = played(json);
            assert_eq!(played.asks.as_ref().map(|asks| asks.kind), kind, "{json}");
            assert_eq!(played.node.as_deref(), Some(node), "{json}");
            assert_eq!(played.lines.last().unwrap().text, last, "{json}");
            assert_eq!(played.outcome.is_none(), kind.is_some(), "{json}");
        };
        check("[]", Some(AsksKind::Input), "main", "Press 1 for sales.");
        check(
            r#"[{ "press": "1" }]"#,
            Some(AsksKind::Connect),
            "sales",
            "447700900100 is called",
        );
        check(
            r#"[{ "press": "1" }, { "transfer": "busy" }]"#,
            None,
            "bye",
            "the call ends",
        );
        check(r#"[{ "silent": true }]"#, None, "bye", "the call ends");
    }

    #[test]
    fn one_step_less_is_the_call_before_it() {
        let all = steps(r#"[{ "press": "7" }, { "press": "1" }, { "transfer": "no_answer" }]"#);
        let now = "2026-01-14T10:00:00Z".parse().unwrap();
        let upto = |n: usize| {
            play(
                &library(),
                "acme",
                &Given::default(),
                &all[..n],
                now,
                "a call",
            )
            .unwrap()
        };
        for n in 0..all.len() {
            let (before, after) = (upto(n), upto(n + 1));
            assert!(after.lines.starts_with(&before.lines), "{n}");
            assert!(after.path.starts_with(&before.path), "{n}");
        }
    }

    #[test]
    fn the_way_is_told_by_the_exits_of_the_document() {
        let path = played(r#"[{ "press": "1" }, { "transfer": "busy" }]"#).path;
        let exits: Vec<Option<&str>> = path.iter().map(|step| step.exit.as_deref()).collect();
        assert_eq!(exits, [None, Some("choices/1"), Some("otherwise")]);
    }

    #[test]
    fn the_keys_of_the_menu_itself_are_known_wherever_they_work() {
        let text = r##"{ "start": "main", "keys": { "0": { "label": "operator", "then": "bye" }, "*": "@back", "#": "menu:second" },
          "nodes": {
            "main": { "kind": "menu", "prompt": "Press 1 or 0.", "choices": { "1": { "label": "account", "then": "account" }, "*": "bye" },
              "no_input": { "tries": 0, "then": "bye" }, "no_match": { "tries": 1, "then": "bye" } },
            "account": { "kind": "collect", "prompt": "Enter four digits.", "into": "pin", "digits": { "min": 4, "max": 4 }, "then": "bye",
              "no_input": { "then": "bye" }, "no_match": { "then": "bye" } },
            "bye": { "kind": "hangup" } } }"##;
        let second = r#"{ "start": "there", "nodes": {
            "there": { "kind": "menu", "prompt": "Press 12.", "choices": { "12": "@hangup" },
              "no_input": { "then": "@hangup" }, "no_match": { "then": "@hangup" } } } }"#;
        let library = Library::read([("acme.json", text), ("second.json", second)]);
        let check = |json: &str, most: usize, expected: &[(&str, &str)], exit: Option<&str>| {
            let now = "2026-01-14T10:00:00Z".parse().unwrap();
            let given = Given::default();
            let played = play(&library, "acme", &given, &steps(json), now, "x").unwrap();
            let asks = played.asks.unwrap();
            let told: Vec<(&str, &str)> = asks
                .choices
                .iter()
                .map(|choice| (choice.keys.as_str(), choice.label.as_str()))
                .collect();
            assert_eq!((asks.keys, told.as_slice()), (most, expected), "{json}");
            let last = played.path.last().and_then(|step| step.exit.as_deref());
            assert_eq!(last, exit, "{json}");
        };
        check(
            "[]",
            1,
            &[
                ("1", "account"),
                ("*", "bye"),
                ("0", "operator"),
                ("#", "menu second"),
            ],
            None,
        );
        // Digits are of the entry there.
        check(
            r#"[{ "press": "1" }]"#,
            4,
            &[("*", "back"), ("#", "menu second")],
            Some("choices/1"),
        );
        check(
            r##"[{ "press": "#" }]"##,
            2,
            &[("12", "the end")],
            Some("keys/#"),
        );
    }

    #[test]
    fn a_menu_with_errors_is_not_called() {
        let now = Timestamp::UNIX_EPOCH;
        let why = play(&library(), "other", &Given::default(), &[], now, "x").unwrap_err();
        assert!(why.contains("other"), "{why}");
    }
}
