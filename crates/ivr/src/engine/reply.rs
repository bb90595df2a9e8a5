//! What comes of a step.

use crate::facts::Need;
use crate::policy::Destination;
use crate::state::State;
use crate::version::Version;

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one for a webhook, taken apart at once"
)]
pub enum Step {
    /// Get these, then call again.
    Need(Vec<Need>),
    /// Reply with an NCCO.
    Reply(Reply),
    /// Reply with nothing (200, empty): the call goes on as it is.
    Continue,
}

/// An NCCO, and what goes with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The NCCO, JSON.
    pub ncco: String,
    /// Each move of the caller, in order; empty when nobody moved (a whisper).
    pub trace: Vec<Trace>,
    /// What is to be done besides.
    pub effects: Vec<Effect>,
    /// Where the NCCO calls, if it calls a number, a SIP address or an extension: whether it may is
    /// for a [`DialPolicy`](crate::policy::DialPolicy) to say.
    pub dials: Option<Destination>,
    /// Whether the webhook held a secret: its digits must be taken out of it
    /// before it is logged, queued or archived.
    pub secret_input: bool,
    /// What the caller had to do without.
    pub degraded: Vec<Degraded>,
    /// Where the call stands now: what the URLs of the NCCO hold, sealed.
    pub state: State,
}

/// A move of a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The menu moved in.
    pub menu: String,
    /// Its version in this call.
    pub version: Version,
    /// The node left; at the answer, the one begun at.
    pub node: String,
    /// Why.
    pub cause: Cause,
    /// Which try this is: failures of this kind, or destinations rung. 0 when
    /// nothing is tried again.
    pub attempt: u8,
    /// The node entered, with `menu:<id>/` before it when it is another menu's;
    /// `@hangup` at the end.
    pub target: String,
    /// What kind of node was entered: `voicemail`, …; `None` at the end, and
    /// where the caller stays.
    pub entered: Option<&'static str>,
}

/// Why a caller moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The call was answered.
    Answer,
    /// These keys were pressed.
    Key(String),
    /// The choice with these keys was spoken.
    Speech(String),
    /// An entry was taken (which one is not told).
    Entered,
    /// An entry was confirmed.
    Confirmed,
    /// An entry was taken back.
    Corrected,
    /// Silence.
    NoInput,
    /// Something that is no choice.
    NoMatch,
    /// The destination was busy.
    Busy,
    /// It did not answer, or a machine did that was hung up on.
    NoAnswer,
    /// It rejected the call.
    Rejected,
    /// It could not be rung.
    Failed,
    /// What the node does is done.
    Then,
    /// Opening hours.
    Open,
    /// Not opening hours.
    Closed,
    /// A holiday.
    Holiday,
    /// An override.
    Override,
    /// The case of a switch, counted from 0.
    Case(usize),
    /// No case of a switch.
    Otherwise,
    /// A look-up was answered.
    Found,
    /// A look-up was not.
    NotFound,
    /// There is no number to call back.
    NoNumber,
    /// A sub-menu returned.
    Returned,
    /// The caller went round too often.
    Limit,
    /// What comes next cannot be had.
    Missing,
}

impl std::fmt::Display for Cause {
    /// A stable word, and what it is about: `key 2`, `no-input`.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = match self {
            Cause::Answer => "answer",
            Cause::Key(keys) => return write!(out, "key {keys}"),
            Cause::Speech(keys) => return write!(out, "speech {keys}"),
            Cause::Entered => "entered",
            Cause::Confirmed => "confirmed",
            Cause::Corrected => "corrected",
            Cause::NoInput => "no-input",
            Cause::NoMatch => "no-match",
            Cause::Busy => "busy",
            Cause::NoAnswer => "no-answer",
            Cause::Rejected => "rejected",
            Cause::Failed => "failed",
            Cause::Then => "then",
            Cause::Open => "open",
            Cause::Closed => "closed",
            Cause::Holiday => "holiday",
            Cause::Override => "override",
            Cause::Case(index) => return write!(out, "case {index}"),
            Cause::Otherwise => "otherwise",
            Cause::Found => "found",
            Cause::NotFound => "not-found",
            Cause::NoNumber => "no-number",
            Cause::Returned => "returned",
            Cause::Limit => "limit",
            Cause::Missing => "missing",
        };
        out.write_str(word)
    }
}

/// What is to be done besides replying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Somebody is to call back: the event `ivr.callback`.
    Callback {
        /// The menu's id.
        menu: String,
        /// The node's id.
        node: String,
        /// The number to call.
        number: String,
    },
    /// Another system is to be told: the event `ivr.notify`.
    Notify {
        /// The menu's id.
        menu: String,
        /// The node's id.
        node: String,
        /// JSON.
        payload: String,
    },
}

/// Something a caller had to do without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Degraded {
    /// What kind of thing.
    pub cause: Shortfall,
    /// What is missing.
    pub what: String,
}

/// What kind of thing a caller had to do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortfall {
    /// A menu that a way on leads to cannot be had.
    MenuMissing,
    /// A way on leads to more menus than a call can hold.
    TooManyMenus,
    /// The version the call is pinned to cannot be had: the call begins again.
    VersionMissing,
    /// A calendar cannot be had: its hours count as closed.
    CalendarMissing,
    /// A list cannot be had: it counts as empty.
    ListMissing,
    /// A `callback` node has no number to call, and no exit for that.
    NumberMissing,
}
