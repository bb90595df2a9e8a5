//! A call, step by step.
//!
//! [`answer`] and [`step`] are functions of their arguments alone: the same
//! version, state, event and facts give the same bytes. What they need from
//! outside they ask for ([`Step::Need`]); the shell gets it, adds it to
//! [`Facts`] and calls again.

mod input;
mod nodes;
mod run;
mod text;

use jiff::Timestamp;

use crate::compile::Compiled;
use crate::facts::{Facts, Need};
use crate::policy::Destination;
use crate::state::{Sealer, State};
use crate::version::Version;
use run::Run;

/// The shortest NCCO that ends a call. The platform has no action to hang up and
/// refuses an empty NCCO: a talk that only pauses for 100 ms is heard as nothing.
pub const SHORTEST: &str = r#"[{"action":"talk","text":"<speak><break time=\"100ms\"/></speak>"}]"#;

/// What a step is done with.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// What our URLs begin with, like `https://ivr.example.com`, without a `/` at its end.
    pub base_url: &'a str,
    /// Seals the state.
    pub sealer: &'a Sealer,
    /// The clock: it decides opening hours, nothing else.
    pub now: Timestamp,
}

/// Who placed a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// Somebody calls us.
    #[default]
    Inbound,
    /// We call somebody.
    Outbound,
}

impl Direction {
    /// What the answer URL of a call we place says in its query, so that its webhook is told from
    /// that of a call that comes in: both have the same members.
    pub const OUTBOUND_QUERY: &'static str = "call=outbound";

    /// What the query of an answer URL says.
    pub fn of_query(query: &str) -> Self {
        match query.split('&').any(|pair| pair == Self::OUTBOUND_QUERY) {
            true => Self::Outbound,
            false => Self::Inbound,
        }
    }
}

/// Who is on the line.
///
/// The caller of the menu is the person on the line, whoever placed the call: on a call we
/// placed, `{{caller}}`, lists and countries are about whom we called, and what `connect` shows
/// is our number.
#[derive(Debug, Clone, Copy, Default)]
pub struct Caller<'a> {
    /// `conversation_uuid` of the answer webhook.
    pub conversation: &'a str,
    /// `uuid`: the leg.
    pub leg: &'a str,
    /// `from` of the webhook: digits as a rule, but it may be any text or nothing.
    pub from: &'a str,
    /// `to` of the webhook.
    pub to: &'a str,
    /// Who placed the call.
    pub direction: Direction,
    /// SIP headers by name, without the `SipHeader_` before it: `X-Customer`.
    pub sip_headers: &'a [(&'a str, &'a str)],
}

/// What happened.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// An `input` action ended (`/webhooks/input`).
    Input {
        /// `dtmf.digits`; `None` when it is null or missing.
        digits: Option<&'a str>,
        /// `dtmf.timed_out`.
        timed_out: bool,
        /// `speech.results`, best first.
        speech: &'a [SpeechResult],
        /// `speech.timeout_reason`.
        speech_timeout: Option<&'a str>,
    },
    /// Something became of a call to a destination (`/webhooks/connect`).
    Connect(ConnectOutcome),
    /// A destination answered and is to hear the whisper (`/webhooks/whisper`).
    Whisper,
    /// Something that takes its time is over (`/webhooks/notify`).
    Notify,
}

/// What the platform understood.
#[derive(Debug, Clone, PartialEq)]
pub struct SpeechResult {
    /// The words.
    pub text: String,
    /// How sure it is, 0 to 1.
    pub confidence: f64,
}

/// What became of a call to a destination (Vonage webhook reference, event, status).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectOutcome {
    /// `busy`
    Busy,
    /// `timeout`, `unanswered`
    NoAnswer,
    /// `rejected`
    Rejected,
    /// `failed`
    Failed,
    /// `machine`: a machine answered. Under `"machine": "hangup"` the platform hangs up on it,
    /// and it counts as not answered; else it is talked to, and nothing is to be done.
    Machine,
    /// Any other: nothing is to be done. `cancelled` is one of them: the caller hung up while it
    /// rang.
    Other,
}

impl ConnectOutcome {
    /// The statuses that [`is_unanswered`](Self::is_unanswered) is true of.
    pub const UNANSWERED: [&'static str; 5] =
        ["busy", "timeout", "unanswered", "rejected", "failed"];

    /// The outcome a status of the webhook stands for.
    pub fn from_status(status: &str) -> Self {
        match status {
            "busy" => Self::Busy,
            "timeout" | "unanswered" => Self::NoAnswer,
            "rejected" => Self::Rejected,
            "failed" => Self::Failed,
            "machine" => Self::Machine,
            _ => Self::Other,
        }
    }

    /// Whether the destination was surely not reached, whatever the menu says of machines: the
    /// caller waits for what comes next.
    pub fn is_unanswered(self) -> bool {
        match self {
            Self::Busy | Self::NoAnswer | Self::Rejected | Self::Failed => true,
            Self::Machine | Self::Other => false,
        }
    }
}

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

/// Something a caller had to do without: the event `ivr.degraded`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Degraded {
    /// A stable word: `menu-missing`, `version-missing`, `calendar-missing`,
    /// `list-missing`, `number-missing`, `too-many-menus`.
    pub cause: &'static str,
    /// What is missing.
    pub what: String,
}

/// Begins a call: the reply to the answer webhook.
pub fn answer(context: &Context<'_>, menu: &Compiled, caller: &Caller<'_>, facts: &Facts) -> Step {
    Run::begin(context, menu, caller, facts).answer()
}

/// Goes on with a call: the reply to a webhook whose URL held the state.
///
/// Asks for [`Need::Version`] of [`State::version`] first, so a shell that has
/// it adds it beforehand.
pub fn step(context: &Context<'_>, state: &State, event: &Event<'_>, facts: &Facts) -> Step {
    let menu = match facts.version(state.version()) {
        Some(Some(menu)) => menu,
        Some(None) => return lost(state),
        None => return Step::Need(vec![Need::Version(*state.version())]),
    };
    Run::resume(context, menu, state, facts).step(event)
}

/// The version the call is pinned to is gone.
fn lost(state: &State) -> Step {
    let ending = State {
        mode: crate::state::Mode::Ending,
        ..state.clone()
    };
    Step::Reply(Reply {
        ncco: crate::phrases::safe_ncco(None),
        trace: Vec::new(),
        effects: Vec::new(),
        dials: None,
        secret_input: state.expects_secret(),
        degraded: vec![Degraded {
            cause: "version-missing",
            what: state.version().to_string(),
        }],
        state: ending,
    })
}
