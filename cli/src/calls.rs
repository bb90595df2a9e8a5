//! Playing call scripts.

use std::collections::{BTreeMap, BTreeSet};

use ivr::document::{Calendar, Kind, List, Menu, Target};
use ivr::{Cause, Library, Trace};
use serde::Serialize;
use serde_json::Value;

use crate::offline::{ORIGIN, Offline, Shelf};
use crate::phone::{
    Action, Application, Call, CallSetup, Caller, Demand, Destination, Happening, Moment, Phone,
    Transfer, transcript_line,
};
use crate::script::{Becomes, Case, Given, Step};

/// When a call starts whose script does not say: a Wednesday in the middle of the morning, so
/// that a script passes on every day of the year or on none.
pub const CLOCK: &str = "2026-01-14T10:00:00Z";

/// What came of one case.
#[derive(Debug, Clone, Serialize)]
pub struct Verdict {
    /// The file.
    pub file: String,
    /// The case.
    pub name: String,
    /// The first thing that was wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<Wrong>,
    /// Why it was not played at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    /// What happened, line by line.
    pub transcript: Vec<String>,
    /// What became of the call.
    pub outcome: String,
    /// Every move through the menu, when it ran here.
    #[serde(skip)]
    pub moves: Vec<Trace>,
}

impl Verdict {
    /// Whether everything was as expected.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.wrong.is_none()
    }

    pub(crate) fn skipped(file: &str, case: &Case, why: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            name: case.name.clone(),
            wrong: None,
            skipped: Some(why.into()),
            transcript: Vec::new(),
            outcome: String::new(),
            moves: Vec::new(),
        }
    }
}

/// Something that was not as expected.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct Wrong {
    /// The step, from 1; `None` is the end.
    pub step: Option<usize>,
    /// What was expected.
    pub expected: String,
    /// What there was instead.
    pub found: String,
}

/// The caller of a case: does what its steps say, and compares what it hears.
pub struct Player<'s> {
    steps: &'s [Step],
    place: Box<dyn Fn() -> Option<String> + 's>,
    at: usize,
    heard: Vec<String>,
    whispers: Vec<String>,
    expected_whisper: Option<(usize, String)>,
    pub(crate) wrong: Option<Wrong>,
    pub(crate) transcript: Vec<String>,
}

impl<'s> Player<'s> {
    /// Plays `steps`; `place` tells the node the caller is at, when that can be known.
    pub fn new(steps: &'s [Step], place: impl Fn() -> Option<String> + 's) -> Self {
        Self {
            steps,
            place: Box::new(place),
            at: 0,
            heard: Vec::new(),
            whispers: Vec::new(),
            expected_whisper: None,
            wrong: None,
            transcript: Vec::new(),
        }
    }

    fn fail(&mut self, step: Option<usize>, expected: String, found: String) -> Action {
        if self.wrong.is_none() {
            self.wrong = Some(Wrong {
                step,
                expected,
                found,
            });
        }
        Action::HangUp
    }

    fn check_whisper(&mut self) {
        if let Some((step, words)) = self.expected_whisper.take()
            && !self.whispers.iter().any(|heard| heard.contains(&words))
        {
            let found = if self.whispers.is_empty() {
                "they hear nothing".to_owned()
            } else {
                format!("they hear {:?}", self.whispers.join(" "))
            };
            self.fail(
                Some(step),
                format!("the called party hears {words:?}"),
                found,
            );
        }
        self.whispers.clear();
    }

    fn check_words(&mut self, step: Option<usize>, hear: &[&str], not_hear: &[&str]) -> bool {
        let heard = self.heard.join(" ");
        let said = if heard.is_empty() {
            "the caller hears nothing".to_owned()
        } else {
            format!("the caller hears {heard:?}")
        };
        for words in hear {
            if !heard.contains(words) {
                self.fail(step, format!("to hear {words:?}"), said);
                return false;
            }
        }
        for words in not_hear {
            if heard.contains(words) {
                self.fail(step, format!("not to hear {words:?}"), said);
                return false;
            }
        }
        true
    }

    fn check_place(&mut self, step: Option<usize>, at: Option<&str>) -> bool {
        let (Some(expected), Some(found)) = (at, (self.place)()) else {
            return true;
        };
        if expected == found {
            return true;
        }
        self.fail(
            step,
            format!("to be at `{expected}`"),
            format!("the caller is at `{found}`"),
        );
        false
    }

    /// What is expected once the call is over.
    pub fn finish(&mut self, case: &Case, call: &Call) {
        if self.wrong.is_some() {
            return;
        }
        self.check_whisper();
        // A last step may say only what is expected.
        let left = self.steps.get(self.at);
        if let Some(step) = left {
            let number = self.at + 1;
            let only_expects = step.words().starts_with('(') && number == self.steps.len();
            if !only_expects {
                self.fail(
                    Some(number),
                    format!("`{}`", step.words()),
                    "the call is over before that".to_owned(),
                );
                return;
            }
            let step = step.clone();
            if !self.check_words(Some(number), &step.hear.list(), &step.not_hear.list())
                || !self.check_place(Some(number), step.at.as_deref())
            {
                return;
            }
        }
        let Some(end) = &case.end else {
            return;
        };
        if !self.check_words(None, &end.hear.list(), &[])
            || !self.check_place(None, end.at.as_deref())
        {
            return;
        }
        if let Some(outcome) = &end.outcome
            && outcome != call.outcome()
        {
            self.fail(
                None,
                format!("the outcome `{outcome}`"),
                format!("the outcome is `{}`", call.outcome()),
            );
        }
    }
}

/// What the platform waits for, in words, and what a step may do about it.
fn wants(demand: &Demand) -> (String, &'static str) {
    match demand {
        Demand::Input(listening) => {
            let keys = listening.dtmf.as_ref().map_or(String::new(), |keys| {
                format!("up to {} keys", keys.max_digits)
            });
            let speech = if listening.speech.is_some() {
                "speech"
            } else {
                ""
            };
            let both = if keys.is_empty() || speech.is_empty() {
                ""
            } else {
                " or "
            };
            (
                format!("the menu listens for {keys}{both}{speech}"),
                "`press`, `silent`, `say` or `hang_up`",
            )
        }
        Demand::Connect(dialling) => (
            format!("{} is being called", dialling.to),
            "`transfer` (\"busy\", \"no_answer\", { \"answered\": 30 }, …) or `hang_up`",
        ),
        Demand::Record(_) => (
            "a message is being recorded".to_owned(),
            "`message`, `silent` or `hang_up`",
        ),
        Demand::Hold(why) => (
            format!("the caller is held in {why}"),
            "`stay` or `hang_up`",
        ),
    }
}

fn outcome_of(transfer: &crate::script::Transfer) -> Transfer {
    use crate::script::Transfer as Written;
    match transfer {
        Written::Answered {
            answered,
            caller_hangs_up: true,
        } => Transfer::AnsweredUntilCallerHangsUp(*answered),
        Written::Answered { answered, .. } => Transfer::Answered(*answered),
        Written::Becomes(Becomes::Answered) => Transfer::Answered(60.0),
        Written::Becomes(Becomes::Machine) => Transfer::Machine(20.0),
        Written::Becomes(Becomes::Busy) => Transfer::Busy,
        Written::Becomes(Becomes::NoAnswer) => Transfer::NoAnswer,
        Written::Becomes(Becomes::Unanswered) => Transfer::Unanswered,
        Written::Becomes(Becomes::Rejected) => Transfer::Rejected,
        Written::Becomes(Becomes::Failed) => Transfer::Failed,
    }
}

impl Caller for Player<'_> {
    fn next(&mut self, demand: &Demand) -> Action {
        self.check_whisper();
        if self.wrong.is_some() {
            return Action::HangUp;
        }
        let Some(step) = self.steps.get(self.at).cloned() else {
            // Somebody whose script is over hangs up.
            return Action::HangUp;
        };
        self.at += 1;
        let number = Some(self.at);
        if !self.check_words(number, &step.hear.list(), &step.not_hear.list())
            || !self.check_place(number, step.at.as_deref())
        {
            return Action::HangUp;
        }
        self.heard.clear();
        if let Some(expected) = &step.dialled {
            match demand {
                Demand::Connect(dialling) if dialling.to == *expected => {}
                other => {
                    let (found, _) = wants(other);
                    return self.fail(number, format!("{expected} to be called"), found);
                }
            }
        }
        if let Some(words) = step.whisper.clone() {
            self.expected_whisper = Some((self.at, words));
        }
        let action = if let Some(keys) = &step.press {
            Action::Press(keys.clone())
        } else if let Some(text) = &step.say {
            Action::Speak {
                text: text.clone(),
                confidence: step.confidence.unwrap_or(0.9),
            }
        } else if step.silent {
            Action::StaySilent
        } else if let Some(transfer) = &step.transfer {
            Action::Transfer(outcome_of(transfer))
        } else if let Some(seconds) = step.message {
            Action::LeaveMessage(seconds)
        } else if let Some(seconds) = step.stay {
            Action::Stay(seconds)
        } else {
            Action::HangUp
        };
        let fits = match (&action, demand) {
            (Action::HangUp, _) => true,
            (Action::Speak { .. }, Demand::Input(listening)) => listening.speech.is_some(),
            (Action::Press(_), Demand::Input(listening)) => listening.dtmf.is_some(),
            (Action::StaySilent, Demand::Input(_) | Demand::Record(_)) => true,
            (Action::Press(_), Demand::Hold(_) | Demand::Record(_)) => true,
            (Action::Transfer(_), Demand::Connect(_)) => true,
            (Action::LeaveMessage(_), Demand::Record(_)) => true,
            (Action::Stay(_), Demand::Hold(_)) => true,
            _ => false,
        };
        if fits {
            action
        } else {
            let (found, possible) = wants(demand);
            self.fail(
                number,
                format!("`{}` to make sense", step.words()),
                format!("{found}; here a step does {possible}"),
            )
        }
    }

    fn witness(&mut self, moment: &Moment) {
        match &moment.what {
            Happening::Heard { text } => self.heard.push(text.clone()),
            Happening::CalleeHeard { text, .. } => self.whispers.push(text.clone()),
            _ => {}
        }
        self.transcript.push(transcript_line(moment));
    }
}

/// The call of a case: who calls, and when. The same case always is the same call.
#[must_use]
pub fn setup(menu: &str, case: &Case, given: &Given, origin: &str) -> CallSetup {
    let caller = given.caller.as_deref().unwrap_or("447700900001");
    let called = given.called.as_deref().unwrap_or("442079460000");
    let mut setup = CallSetup::new(caller, called);
    if caller.is_empty() {
        setup.from = None;
    }
    setup.sip_headers = given
        .headers
        .iter()
        .map(|(name, value)| (format!("SipHeader_{name}"), value.clone()))
        .collect();
    if !setup.sip_headers.is_empty() {
        setup.endpoint_type = Some("sip".to_owned());
    }
    setup.answer_url = Some(format!("{origin}/webhooks/answer/{menu}"));
    setup.seed = Some(format!("{menu}/{}", case.name));
    setup.conversation.clone_from(&given.conversation);
    setup.starts = given.clock;
    setup
}

/// How a place stands at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Within its hours.
    Open,
    /// Outside them.
    Closed,
    /// Outside the hours of a day with a name.
    Holiday,
    /// Somebody has said so.
    Override {
        /// What they said.
        open: bool,
    },
}

/// Documents of a folder, for playing cases without a Worker.
pub struct Stage {
    shelf: Shelf,
    calendars: BTreeMap<String, String>,
}

impl Stage {
    /// The documents of a library.
    #[must_use]
    pub fn of(library: &Library) -> Self {
        Self {
            shelf: Shelf::of(library),
            calendars: library
                .calendars
                .iter()
                .map(|(id, entry)| (id.clone(), entry.text.clone()))
                .collect(),
        }
    }

    /// Whether it has this menu.
    #[must_use]
    pub fn has_menu(&self, id: &str) -> bool {
        self.shelf.has_menu(id)
    }

    /// The shelf as a case wants it.
    fn dressed(&self, given: &Given) -> Result<Shelf, String> {
        let mut shelf = self.shelf.clone();
        for (id, numbers) in &given.lists {
            let json = serde_json::json!({ "numbers": numbers }).to_string();
            let list: List = ivr::document::read(&format!("{id}.list.json"), json.as_bytes())
                .map_err(|found| complaint(&format!("the list {id}"), &found))?;
            shelf.set_list(id, list);
        }
        for (id, changes) in &given.calendars {
            let Some(calendar) = patched(self.calendars.get(id), changes) else {
                return Err(format!("there is no calendar {id} to change"));
            };
            let calendar: Calendar =
                ivr::document::read(&format!("{id}.calendar.json"), calendar.as_bytes())
                    .map_err(|found| complaint(&format!("the calendar {id}"), &found))?;
            shelf.set_calendar(id, calendar);
        }
        Ok(shelf)
    }

    /// How each calendar stands when a case begins.
    ///
    /// # Errors
    /// When the world of the case cannot be made.
    pub fn standing(&self, given: &Given) -> Result<BTreeMap<String, Standing>, String> {
        let now = given
            .clock
            .or_else(|| CLOCK.parse().ok())
            .unwrap_or_default();
        let shelf = self.dressed(given)?;
        Ok(shelf
            .calendars()
            .map(|(id, calendar)| {
                let standing = match calendar.hours.state_at(now) {
                    ivr::calendar::State::Open => Standing::Open,
                    ivr::calendar::State::Closed => Standing::Closed,
                    ivr::calendar::State::Holiday { .. } => Standing::Holiday,
                    ivr::calendar::State::Override { open } => Standing::Override { open },
                };
                (id.to_owned(), standing)
            })
            .collect())
    }

    /// Plays one case here.
    #[must_use]
    pub fn play(&self, file: &str, menu: &str, case: &Case, given: &Given) -> Verdict {
        let shelf = match self.dressed(given) {
            Ok(shelf) => shelf,
            Err(why) => {
                return Verdict {
                    wrong: Some(Wrong {
                        step: None,
                        expected: "a world the menu can run in".to_owned(),
                        found: why,
                    }),
                    ..Verdict::skipped(file, case, "")
                }
                .played();
            }
        };
        let offline = Offline::new(shelf, given.lookups.clone());
        let mut application = Application::at(ORIGIN, "");
        // Nobody checks a signature here.
        application.signature_secret = None;
        let phone = Phone::new(application, &offline);
        let mut player = Player::new(&case.steps, || offline.node());
        let mut setup = setup(menu, case, given, ORIGIN);
        setup.starts = setup.starts.or_else(|| CLOCK.parse().ok());
        let call = phone.call(&setup, &mut player);
        player.finish(case, &call);
        Verdict {
            file: file.to_owned(),
            name: case.name.clone(),
            wrong: player.wrong,
            skipped: None,
            transcript: player.transcript,
            outcome: call.outcome().to_owned(),
            moves: offline.moves(),
        }
    }
}

impl Verdict {
    fn played(mut self) -> Self {
        self.skipped = None;
        self
    }
}

/// Plays one case on a Worker.
#[must_use]
pub fn play_on<D: Destination>(
    phone: &Phone<D>,
    origin: &str,
    file: &str,
    menu: &str,
    case: &Case,
    given: &Given,
) -> Verdict {
    // The same ids as offline choose the same shares of a switch and the same turn of a hunt.
    let setup = setup(menu, case, given, origin);
    let mut player = Player::new(&case.steps, || None);
    let call = phone.call(&setup, &mut player);
    player.finish(case, &call);
    Verdict {
        file: file.to_owned(),
        name: case.name.clone(),
        wrong: player.wrong,
        skipped: None,
        transcript: player.transcript,
        outcome: call.outcome().to_owned(),
        moves: Vec::new(),
    }
}

fn complaint(what: &str, found: &[ivr::Diagnostic]) -> String {
    let first = found.first().map(ToString::to_string).unwrap_or_default();
    format!("{what}: {first}")
}

/// A calendar with changes laid over it (RFC 7396). A word stands for an override:
/// `"closed"` is `{ "override": { "state": "closed" } }`.
fn patched(base: Option<&String>, changes: &Value) -> Option<String> {
    let mut document = match base {
        Some(text) => serde_json::from_str(text).ok()?,
        None if changes.get("weekly").is_some() => Value::Null,
        None => return None,
    };
    match changes {
        // Nothing of another override stays.
        Value::String(state) => document
            .as_object_mut()?
            .insert("override".to_owned(), serde_json::json!({ "state": state }))
            .map_or((), drop),
        changes => merge(&mut document, changes),
    }
    Some(document.to_string())
}

/// JSON Merge Patch (RFC 7396).
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(target) = target else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

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
            Kind::Conference(_) | Kind::Transfer(_) | Kind::Hangup(_) => {}
            // Nothing tells that a message was the last thing.
            Kind::Voicemail(voicemail) if voicemail.then == Target::Hangup => {}
            Kind::Say(_)
            | Kind::Voicemail(_)
            | Kind::Record(_)
            | Kind::Submenu(_)
            | Kind::Callback(_)
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
            Cause::Answer | Cause::Corrected | Cause::Limit | Cause::Missing => continue,
        };
        taken.insert((step.menu.clone(), (step.node.clone(), exit)));
    }
    taken
}
