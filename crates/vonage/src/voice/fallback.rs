//! An answer or event URL failed ("Voice webhook reference, fallback URL").

use crate::identifier::{ConversationId, LegId};
use crate::party::Party;
use crate::voice::status::CallStatus;
use crate::wire_struct::wire_struct;
use jiff::Timestamp;

wire_struct! {
    /// The request the platform could not make.
    pub struct OriginalRequest {
        /// Its URL.
        url: Option<String> = "url",
        /// `answer` or `event`.
        of: Option<String> = "type",
    }
}

wire_struct! {
    /// An answer or event URL failed twice, and `fallback_answer_url` is asked instead. Carries the
    /// members of the request that failed too.
    pub struct Fallback {
        /// Why: `Connection closed.`, `Connection reset.`, `Socket timeout.`, `Invalid NCCO.`,
        /// `Invalid response code.`
        reason: Option<String> = "reason",
        /// Which request failed.
        original_request: Option<OriginalRequest> = "original_request",
        /// The number or name that was called.
        to: Option<Party> = "to",
        /// Who calls.
        from: Option<Party> = "from",
        /// The leg.
        leg: Option<LegId> = "uuid" | "call_uuid",
        /// The conversation.
        conversation: Option<ConversationId> = "conversation_uuid",
        /// The state of the leg, when an event failed.
        status: Option<CallStatus> = "status",
        /// When, in milliseconds; absent when an answer failed.
        timestamp: Option<Timestamp> = "timestamp",
    }
}
