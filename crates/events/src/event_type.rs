//! What an event says happened: the CloudEvents attribute `type`.

use std::fmt;
use std::ops::Deref;

use strum::{EnumIter, IntoEnumIterator, IntoStaticStr};

/// The type of an event. The set is open: Vonage may report statuses that this version does not
/// know, and another version of the Worker may write types of its own.
#[derive(Clone, Debug, PartialEq, Eq, EnumIter, IntoStaticStr)]
#[cfg_attr(feature = "schema", derive(strum::EnumMessage))]
pub enum EventType {
    /// A call asks what to do: the answer webhook.
    #[strum(serialize = "vonage.voice.answer")]
    Answer,
    /// A leg was created.
    #[strum(serialize = "vonage.voice.started")]
    Started,
    /// A leg rings.
    #[strum(serialize = "vonage.voice.ringing")]
    Ringing,
    /// A leg was answered.
    #[strum(serialize = "vonage.voice.answered")]
    Answered,
    /// The line was busy.
    #[strum(serialize = "vonage.voice.busy")]
    Busy,
    /// The caller gave up before an answer.
    #[strum(serialize = "vonage.voice.cancelled")]
    Cancelled,
    /// Nobody answered.
    #[strum(serialize = "vonage.voice.unanswered")]
    Unanswered,
    /// A WebSocket was closed from the far end.
    #[strum(serialize = "vonage.voice.disconnected")]
    Disconnected,
    /// The call was refused; no `completed` follows.
    #[strum(serialize = "vonage.voice.rejected")]
    Rejected,
    /// The call could not be made.
    #[strum(serialize = "vonage.voice.failed")]
    Failed,
    /// A person answered (machine detection).
    #[strum(serialize = "vonage.voice.human")]
    Human,
    /// A machine answered (machine detection).
    #[strum(serialize = "vonage.voice.machine")]
    Machine,
    /// It rang for as long as it was allowed to.
    #[strum(serialize = "vonage.voice.timeout")]
    Timeout,
    /// A leg is over.
    #[strum(serialize = "vonage.voice.completed")]
    Completed,
    /// A caller keyed or said something, or did not; what a secret field collects is redacted.
    #[strum(serialize = "vonage.voice.input")]
    Input,
    /// A recording is ready.
    #[strum(serialize = "vonage.voice.recording")]
    Recording,
    /// A transcript is ready.
    #[strum(serialize = "vonage.voice.transcription")]
    Transcription,
    /// A leg moved to another conversation.
    #[strum(serialize = "vonage.voice.transfer")]
    Transfer,
    /// A `notify` action was reached.
    #[strum(serialize = "vonage.voice.notify")]
    VoiceNotify,
    /// Vonage could not do what it was told.
    #[strum(serialize = "vonage.voice.error")]
    VoiceError,
    /// A webhook failed and Vonage asked the fallback; what a caller entered is redacted.
    #[strum(serialize = "vonage.voice.fallback")]
    Fallback,
    /// A message came in (Messages API).
    #[strum(serialize = "vonage.messages.inbound")]
    MessageInbound,
    /// A sent message came further (Messages API).
    #[strum(serialize = "vonage.messages.status")]
    MessageStatus,
    /// An SMS came in (SMS API).
    #[strum(serialize = "vonage.sms.inbound")]
    SmsInbound,
    /// A delivery receipt (SMS API).
    #[strum(serialize = "vonage.sms.receipt")]
    SmsReceipt,
    /// The result of a number insight.
    #[strum(serialize = "vonage.insight")]
    Insight,
    /// A verification came further.
    #[strum(serialize = "vonage.verify")]
    Verify,
    /// A workflow came further (Dispatch API).
    #[strum(serialize = "vonage.dispatch")]
    Dispatch,
    /// A signed request that is no webhook.
    #[strum(serialize = "vonage.malformed")]
    Malformed,
    /// One webhook moved a caller.
    #[strum(serialize = "ivr.step")]
    Step,
    /// A caller got less than the menu in force.
    #[strum(serialize = "ivr.degraded")]
    Degraded,
    /// The state in a URL was not ours, expired, or of another call.
    #[strum(serialize = "ivr.state_rejected")]
    StateRejected,
    /// A caller asked to be called back.
    #[strum(serialize = "ivr.callback")]
    Callback,
    /// A caller passed a `notify` node.
    #[strum(serialize = "ivr.notify")]
    Notify,
    /// Another version of a menu is in force.
    #[strum(serialize = "ivr.published")]
    Published,
    /// An operator changed something, or looked at what is personal.
    #[strum(serialize = "ivr.operator")]
    Operator,
    /// Any other, as it is written.
    #[strum(disabled)]
    Other(String),
}

/// What the types of statuses of a leg begin with, and other types of the Voice API.
const VOICE: &str = "vonage.voice.";

impl EventType {
    /// Every type but `Other`.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter()
    }

    /// As it is written: `vonage.voice.completed`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => known.into(),
        }
    }

    /// The status of a leg this reports, if it reports one: `completed`.
    #[must_use]
    pub fn status(&self) -> Option<&str> {
        match self {
            Self::Answer
            | Self::Input
            | Self::Recording
            | Self::Transcription
            | Self::Transfer
            | Self::VoiceNotify
            | Self::VoiceError
            | Self::Fallback => None,
            Self::Other(name) => match name.strip_prefix(VOICE)? {
                "conversation" | "payment" => None,
                "complete" => Some("completed"),
                "canceled" => Some("cancelled"),
                status => Some(status),
            },
            known => known.as_str().strip_prefix(VOICE),
        }
    }

    /// Whether it speaks of a recording or a transcript.
    #[must_use]
    pub fn is_of_recording(&self) -> bool {
        matches!(self, Self::Recording | Self::Transcription)
    }

    /// Whether it is about documents or operators, and no call.
    #[must_use]
    pub fn is_of_operators(&self) -> bool {
        matches!(self, Self::Published | Self::Operator)
    }

    /// The schema that describes it: its own, or that of the open set it belongs to.
    #[must_use]
    pub fn schema(&self) -> &str {
        match self {
            Self::Other(name) if name.starts_with(VOICE) => "vonage.voice.status",
            Self::Other(name) if name.starts_with("vonage.rtc") => "vonage.rtc",
            Self::Other(_) => "event",
            known => known.as_str(),
        }
    }
}

impl From<&str> for EventType {
    fn from(name: &str) -> Self {
        Self::all()
            .find(|known| known.as_str() == name)
            .unwrap_or_else(|| Self::Other(name.to_owned()))
    }
}

impl Deref for EventType {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_written_as_it_was_read() {
        for known in EventType::all() {
            assert_eq!(EventType::from(known.as_str()), known);
        }
        for name in [
            "vonage.voice.hologram",
            "vonage.rtc.audio:dtmf",
            "com.example",
            "",
            "Other",
            "other",
        ] {
            let read = EventType::from(name);
            assert_eq!(read, EventType::Other(name.to_owned()));
            assert_eq!(read.as_str(), name);
        }
    }

    #[test]
    fn a_type_nobody_knows_yet_belongs_to_an_open_set() {
        let check = |name: &str, schema: &str| assert_eq!(EventType::from(name).schema(), schema);
        check("vonage.voice.completed", "vonage.voice.completed");
        check("vonage.voice.hologram", "vonage.voice.status");
        check("vonage.rtc.audio:dtmf", "vonage.rtc");
        check("com.example", "event");
    }

    #[test]
    fn the_status_of_a_leg_is_told() {
        let check = |name: &str, status: Option<&str>| {
            assert_eq!(EventType::from(name).status(), status, "{name}");
        };
        check("vonage.voice.completed", Some("completed"));
        check("vonage.voice.complete", Some("completed"));
        check("vonage.voice.canceled", Some("cancelled"));
        check("vonage.voice.hologram", Some("hologram"));
        check("vonage.voice.payment", None);
        check("vonage.voice.input", None);
        check("vonage.sms.inbound", None);
        check("ivr.step", None);
    }
}
