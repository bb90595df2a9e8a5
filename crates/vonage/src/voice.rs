//! Webhooks of the Voice API ("Voice webhook reference").

mod answer;
mod fallback;
mod input;
mod recording;
mod status;

pub use answer::{Answer, EndpointType};
pub(crate) use answer::{SIP_HEADER, sip_headers};
pub use fallback::{Fallback, OriginalRequest};
pub use input::{Dtmf, Input, Speech, SpeechResult, SpeechTimeout};
pub use recording::{Record, Transcription};
pub use status::{CallStatus, Detail, Direction, DisconnectedBy, Status, SubState};

use crate::identifier::{ConversationId, LegId};
use crate::party::Party;
use crate::wire_struct::wire_struct;
use jiff::Timestamp;
use serde_json::Value;

wire_struct! {
    /// A leg moved to another conversation.
    pub struct Transfer {
        /// The leg.
        leg: Option<LegId> = "uuid",
        /// Where it was.
        from_conversation: Option<ConversationId> = "conversation_uuid_from",
        /// Where it is.
        to_conversation: Option<ConversationId> = "conversation_uuid_to",
        /// When, in milliseconds.
        timestamp: Option<Timestamp> = "timestamp",
    }
}

wire_struct! {
    /// A `notify` action was reached. May be answered with an NCCO.
    pub struct Notify {
        /// What the action carried.
        payload: Option<Value> = "payload",
        /// The leg; seen in no capture.
        leg: Option<LegId> = "uuid",
        /// The conversation.
        conversation: Option<ConversationId> = "conversation_uuid",
        /// When, in milliseconds.
        timestamp: Option<Timestamp> = "timestamp",
    }
}

wire_struct! {
    /// An NCCO could not be carried out, or a dial failed.
    pub struct CallError {
        /// What went wrong, such as `Syntax error in NCCO. Invalid value type or action.`
        reason: Option<String> = "reason" or OBJECT,
        /// The leg; seen in no capture.
        leg: Option<LegId> = "uuid",
        /// The conversation.
        conversation: Option<ConversationId> = "conversation_uuid",
        /// When, in milliseconds.
        timestamp: Option<Timestamp> = "timestamp",
    }
}

wire_struct! {
    /// A `pay` action ended (2021 to 2023).
    pub struct Payment {
        /// `success` or `failure`.
        status: Option<String> = "status",
        /// The leg.
        leg: Option<LegId> = "uuid",
        /// The conversation.
        conversation: Option<ConversationId> = "conversation_uuid",
        /// Who calls.
        from: Option<Party> = "from",
        /// Who is called.
        to: Option<Party> = "to",
        /// When, in milliseconds.
        timestamp: Option<Timestamp> = "timestamp",
    }
}
