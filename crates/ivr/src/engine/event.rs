//! What a step is made of: who is on the line, and what happened.

use jiff::Timestamp;

use super::direction::Direction;
use crate::state::seal::Sealer;

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
