//! The person on the line: what the platform wants of them, and what they do.

use std::collections::VecDeque;

use crate::report::Happening;

/// The platform waits for the person, or for somebody called on their behalf.
#[derive(Debug, Clone, PartialEq)]
pub enum Demand {
    /// An `input` action listens.
    Input(Listening),
    /// A `connect` action calls somebody: what becomes of that leg?
    Connect(Dialling),
    /// A `record` action that ends on silence, on a key or after a time waits for a message.
    Record(Recording),
    /// Nothing more will happen by itself: a conference, a queue, an endless prompt.
    Hold(String),
}

/// Settings of an `input` action.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listening {
    /// Keys are taken.
    pub dtmf: Option<Keys>,
    /// Speech is taken.
    pub speech: Option<Speech>,
    /// The first form of the action (settings at the top level), answered in the first form of
    /// the webhook.
    pub legacy: bool,
    /// The flow goes on; each key is sent alone.
    pub asynchronous: bool,
}

/// Settings of an `input` action's `dtmf`.
#[derive(Debug, Clone, PartialEq)]
pub struct Keys {
    /// Seconds of silence after which the platform stops waiting.
    pub time_out: f64,
    /// Keys after which it does not wait for more.
    pub max_digits: usize,
    /// `#` ends the entry and is not part of it.
    pub submit_on_hash: bool,
}

impl Keys {
    /// What the platform makes of keys that are pressed one after the other.
    pub(crate) fn entry(&self, pressed: &str) -> Entry {
        let mut entry = Entry {
            digits: String::new(),
            lost: String::new(),
            timed_out: true,
            seconds: 0.4 * pressed.chars().count() as f64,
        };
        for key in pressed.chars() {
            if !entry.timed_out {
                entry.lost.push(key);
            } else if key == '#' && self.submit_on_hash {
                entry.timed_out = false;
            } else {
                entry.digits.push(key);
                entry.timed_out = entry.digits.chars().count() < self.max_digits;
            }
        }
        entry
    }
}

/// What a caller keyed in.
pub(crate) struct Entry {
    /// The keys that count.
    pub(crate) digits: String,
    /// The keys that came too late.
    pub(crate) lost: String,
    /// The platform waited for more.
    pub(crate) timed_out: bool,
    /// How long pressing took.
    pub(crate) seconds: f64,
}

impl Entry {
    /// As it is told.
    pub(crate) fn happening(&self) -> Happening {
        Happening::Pressed {
            digits: self.digits.clone(),
            timed_out: self.timed_out,
            lost: self.lost.clone(),
        }
    }
}

/// Settings of an `input` action's `speech`.
#[derive(Debug, Clone, PartialEq)]
pub struct Speech {
    /// Seconds the platform waits for the first word.
    pub start_timeout: f64,
    /// Seconds of silence that end what is said.
    pub end_on_silence: f64,
    /// Words the menu expects.
    pub context: Vec<String>,
    /// Keep the audio.
    pub save_audio: bool,
}

/// A leg the platform is about to call.
#[derive(Debug, Clone, PartialEq)]
pub struct Dialling {
    /// `phone`, `sip`, `app`, `websocket` or `vbc`.
    pub kind: String,
    /// Number, SIP URI, user, WebSocket URI or extension.
    pub to: String,
    /// The number shown; `None` is shown as unknown.
    pub from: Option<String>,
    /// Seconds it rings.
    pub ring: f64,
    /// The menu is asked what to do when nobody answers.
    pub synchronous: bool,
}

/// Settings of a `record` action the caller can end.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// A tone marks the start.
    pub beep: bool,
    /// This key ends it.
    pub end_on_key: Option<String>,
    /// Seconds of silence that end it.
    pub end_on_silence: Option<f64>,
    /// Seconds after which it ends.
    pub max: Option<f64>,
}

/// What the person does, or what becomes of the leg they are being put through to.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Presses keys, one after the other.
    Press(String),
    /// Says something the platform understands with this confidence, 0 to 1.
    Speak {
        /// The words.
        text: String,
        /// How sure the platform is.
        confidence: f64,
    },
    /// Does nothing.
    StaySilent,
    /// Leaves a message of so many seconds and ends it with the key asked for, else by silence.
    LeaveMessage(f64),
    /// The called leg does this.
    Transfer(Transfer),
    /// Stays on the line for so many seconds (on hold, in a conference).
    Stay(f64),
    /// Hangs up.
    HangUp,
}

/// What becomes of a called leg.
#[derive(Debug, Clone, PartialEq)]
pub enum Transfer {
    /// Answers, talks for so many seconds, hangs up; the caller stays.
    Answered(f64),
    /// Answers, talks for so many seconds, and the caller hangs up.
    AnsweredUntilCallerHangsUp(f64),
    /// An answering machine answers and listens for so many seconds.
    Machine(f64),
    /// Busy (SIP 486).
    Busy,
    /// Rings until `connect.timeout` has passed (status `timeout`).
    NoAnswer,
    /// The carrier gives up first (status `unanswered`, SIP 480).
    Unanswered,
    /// The callee declines (SIP 603).
    Rejected,
    /// The platform cannot reach it (SIP 404).
    Failed,
}

/// Plays the person. A script, a terminal and a load generator are callers.
pub trait Caller {
    /// The platform waits; what happens next?
    fn next(&mut self, demand: &Demand) -> Action;

    /// Something happened on the line. Called at once, in order.
    fn witness(&mut self, _moment: &super::report::Moment) {}
}

/// A caller who does one thing after the other and then hangs up.
///
/// ```
/// use phone::{Script, Transfer};
/// let caller = Script::new().press("1").transfer(Transfer::Busy).leave_message(5.0);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Script {
    actions: VecDeque<Action>,
    demands: Vec<Demand>,
}

impl Script {
    /// A caller who hangs up at once.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Then does `action`.
    #[must_use]
    pub fn then(mut self, action: Action) -> Self {
        self.actions.push_back(action);
        self
    }

    /// Then presses `keys`.
    #[must_use]
    pub fn press(self, keys: &str) -> Self {
        self.then(Action::Press(keys.to_owned()))
    }

    /// Then says `text`, well understood.
    #[must_use]
    pub fn speak(self, text: &str) -> Self {
        self.then(Action::Speak {
            text: text.to_owned(),
            confidence: 0.9,
        })
    }

    /// Then waits without a word.
    #[must_use]
    pub fn stay_silent(self) -> Self {
        self.then(Action::StaySilent)
    }

    /// Then somebody is called, and does this.
    #[must_use]
    pub fn transfer(self, transfer: Transfer) -> Self {
        self.then(Action::Transfer(transfer))
    }

    /// Then leaves a message of so many seconds.
    #[must_use]
    pub fn leave_message(self, seconds: f64) -> Self {
        self.then(Action::LeaveMessage(seconds))
    }

    /// Then hangs up.
    #[must_use]
    pub fn hang_up(self) -> Self {
        self.then(Action::HangUp)
    }

    /// What the platform waited for so far.
    #[must_use]
    pub fn demands(&self) -> &[Demand] {
        &self.demands
    }
}

impl Caller for Script {
    fn next(&mut self, demand: &Demand) -> Action {
        self.demands.push(demand.clone());
        self.actions.pop_front().unwrap_or(Action::HangUp)
    }
}
