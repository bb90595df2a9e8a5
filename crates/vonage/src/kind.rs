//! The kinds of webhooks.

use crate::dispatch::Dispatch;
use crate::insight::Insight;
use crate::messages::{MessageInbound, MessageStatus};
use crate::rtc::Rtc;
use crate::sms::{SmsInbound, SmsReceipt};
use crate::verify::Verify;
use crate::voice::{
    Answer, CallError, Fallback, Input, Notify, Payment, Record, Status, Transcription, Transfer,
};
use crate::wire::{Fields, Row};

/// Lists the kinds: the members each is known to have and what reads them, its source and its type
/// as an event.
macro_rules! kinds {
    ($(
        $(#[$meta:meta])*
        $kind:ident($members:ident, $read:expr), $source:literal, $event_type:literal;
    )*) => {
        /// Which webhook it is.
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::large_enum_variant)] // Made once a request and matched on; a box would only cost.
        pub enum Kind {
            $( $(#[$meta])* $kind($members), )*
            /// Nothing in it tells, and neither does the route.
            Unknown,
        }

        /// The kinds, without their contents.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum KindName {
            $( $kind, )*
            Unknown,
        }

        impl Kind {
            pub(crate) fn read(name: KindName, fields: &Fields) -> Self {
                match name {
                    $( KindName::$kind => Self::$kind($read(fields)), )*
                    KindName::Unknown => Self::Unknown,
                }
            }

            /// The members the kind knows.
            pub(crate) fn rows(&self) -> &'static [Row] {
                match self {
                    $( Self::$kind(_) => $members::ROWS, )*
                    Self::Unknown => &[],
                }
            }

            /// The members that webhooks of a type of event are known to have.
            pub(crate) fn rows_of(event_type: &str) -> &'static [Row] {
                match event_type {
                    $( $event_type => $members::ROWS, )*
                    voice if voice.starts_with("vonage.voice.") => Status::ROWS,
                    rtc if rtc.starts_with("vonage.rtc") => Rtc::ROWS,
                    _ => &[],
                }
            }

            /// The product that sends it. What nobody knows comes from Voice, whose routes they are.
            pub(crate) fn source(&self) -> &'static str {
                match self {
                    $( Self::$kind(_) => $source, )*
                    Self::Unknown => "/vonage/voice",
                }
            }

            /// The event's name where it depends on nothing within.
            pub(crate) fn event_type(&self) -> &'static str {
                match self {
                    $( Self::$kind(_) => $event_type, )*
                    Self::Unknown => "vonage.voice.unknown",
                }
            }
        }
    };
}

kinds! {
    /// Voice: a call wants its NCCO.
    Answer(Answer, Answer::read_fields), "/vonage/voice", "vonage.voice.answer";
    /// Voice: a leg changed its state.
    Status(Status, Status::read_fields), "/vonage/voice", "vonage.voice.unknown";
    /// Voice: a caller pressed keys or spoke.
    Input(Input, Input::read_fields), "/vonage/voice", "vonage.voice.input";
    /// Voice: a recording is ready.
    Record(Record, Record::read_fields), "/vonage/voice", "vonage.voice.recording";
    /// Voice: a transcript is ready.
    Transcription(Transcription, Transcription::read_fields), "/vonage/voice", "vonage.voice.transcription";
    /// Voice: a leg moved to another conversation.
    Transfer(Transfer, Transfer::read_fields), "/vonage/voice", "vonage.voice.transfer";
    /// Voice: a `notify` action was reached.
    Notify(Notify, Notify::read_fields), "/vonage/voice", "vonage.voice.notify";
    /// Voice: an NCCO could not be carried out.
    Error(CallError, CallError::read_fields), "/vonage/voice", "vonage.voice.error";
    /// Voice: a payment ended.
    Payment(Payment, Payment::read_fields), "/vonage/voice", "vonage.voice.payment";
    /// Voice: an answer or event URL failed.
    Fallback(Fallback, Fallback::read_fields), "/vonage/voice", "vonage.voice.fallback";
    /// Something happened in a conversation.
    Rtc(Rtc, Rtc::read_fields), "/vonage/rtc", "vonage.rtc.unknown";
    /// Messages: one came in.
    MessageInbound(MessageInbound, MessageInbound::read), "/vonage/messages", "vonage.messages.inbound";
    /// Messages: the state of one that was sent.
    MessageStatus(MessageStatus, MessageStatus::read), "/vonage/messages", "vonage.messages.status";
    /// SMS: one came in.
    SmsInbound(SmsInbound, SmsInbound::read_fields), "/vonage/sms", "vonage.sms.inbound";
    /// SMS: a delivery receipt.
    SmsReceipt(SmsReceipt, SmsReceipt::read_fields), "/vonage/sms", "vonage.sms.receipt";
    /// Number Insight: what is known of a number.
    Insight(Insight, Insight::read_fields), "/vonage/insight", "vonage.insight";
    /// Verify v2: a verification moved on.
    Verify(Verify, Verify::read_fields), "/vonage/verify", "vonage.verify";
    /// Dispatch: a workflow moved on.
    Dispatch(Dispatch, Dispatch::read), "/vonage/dispatch", "vonage.dispatch";
}
