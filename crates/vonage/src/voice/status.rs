//! A leg changed its state ("Voice webhook reference, event webhook").

use crate::decimal::Decimal;
use crate::identifier::{ConversationId, LegId};
use crate::open_enum::open_enum;
use crate::party::Party;
use crate::seconds::Seconds;
use crate::wire::Fields;
use crate::wire_struct::wire_struct;
use jiff::Timestamp;

open_enum! {
    /// The state of a leg ("Voice webhook reference, event webhook"). New ones appear without
    /// notice.
    pub enum CallStatus {
        /// The platform knows of the call. Comes together with `ringing`; either may arrive first.
        Started = "started",
        /// The callee's telephone rings.
        Ringing = "ringing",
        /// Somebody, or something such as a voicemail, picked up.
        Answered = "answered",
        /// The callee is on another call (SIP 486).
        Busy = "busy",
        /// The caller hung up before an answer. Outbound calls only.
        Cancelled = "cancelled" | "canceled",
        /// Nobody picked up (SIP 480). Also a WebSocket that could not be opened.
        Unanswered = "unanswered",
        /// The receiver closed the WebSocket. May be answered with an NCCO.
        Disconnected = "disconnected",
        /// The callee or the platform refused the call (SIP 603). No `completed` follows.
        Rejected = "rejected",
        /// The call could not be made (SIP 404 and others).
        Failed = "failed",
        /// Machine detection heard a person.
        Human = "human",
        /// Machine detection heard a machine; see [`Status::sub_state`].
        Machine = "machine",
        /// The ringing time of the request or `connect` action passed.
        Timeout = "timeout",
        /// The leg ended. Carries duration and price.
        Completed = "completed" | "complete",
    }
}

impl CallStatus {
    /// Whether the leg was not put through: a synchronous `connect` may answer these with an NCCO
    /// ("NCCO reference, connect, eventType").
    #[must_use]
    pub const fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::Busy
                | Self::Cancelled
                | Self::Unanswered
                | Self::Rejected
                | Self::Failed
                | Self::Timeout
        )
    }
}

open_enum! {
    /// Who started the leg, seen from the platform.
    pub enum Direction {
        /// Somebody calls the platform.
        Inbound = "inbound",
        /// The platform calls somebody.
        Outbound = "outbound",
    }
}

open_enum! {
    /// Why a call was not put through ("Voice webhook reference, detail").
    pub enum Detail {
        /// Unanswered: the callee cannot be reached now.
        Unavailable = "unavailable",
        /// Unanswered: the ringing time passed.
        Timeout = "timeout",
        /// Unanswered: the carrier's ringing time passed.
        CarrierTimeout = "carrier_timeout",
        /// Rejected: the number does not exist.
        InvalidNumber = "invalid_number",
        /// Rejected: the callee does not take such calls.
        Restricted = "restricted",
        /// Rejected: the callee refused this call.
        Declined = "declined",
        /// Failed: no way to the destination.
        CannotRoute = "cannot_route",
        /// Failed: the number is no longer in use.
        NumberOutOfService = "number_out_of_service",
        /// Failed: the platform's own fault.
        InternalError = "internal_error",
    }
}

open_enum! {
    /// Who ended a leg (documented since 2025-02).
    pub enum DisconnectedBy {
        /// The platform: the NCCO ended, or a REST request.
        Platform = "platform",
        /// The person or system at the other end.
        User = "user",
    }
}

open_enum! {
    /// What advanced machine detection heard of a voicemail's beep.
    pub enum SubState {
        /// The beep began: speak now.
        BeepStart = "beep_start",
        /// No beep came within `beep_timeout`.
        BeepTimeout = "beep_timeout",
    }
}

wire_struct! {
    /// A leg changed its state.
    ///
    /// Order is not guaranteed: `started` and `ringing` may swap, and so may a failure and
    /// `completed`. Every call ends with `completed`, except a `rejected` one.
    pub struct Status {
        /// The state.
        status: Option<CallStatus> = "status",
        /// The leg: `uuid`, or `call_uuid` in events of machine detection.
        leg: Option<LegId> = "uuid" | "call_uuid",
        /// The conversation.
        conversation: Option<ConversationId> = "conversation_uuid",
        /// Who calls. Null for callers of the Client SDK, `Unknown` for withheld numbers.
        from: Option<Party> = "from",
        /// Who is called: a number, a user name, a `wss://` address.
        to: Option<Party> = "to",
        /// Inbound or outbound.
        direction: Option<Direction> = "direction",
        /// When it happened, in milliseconds. May lie before `end_time`, which is rounded.
        timestamp: Option<Timestamp> = "timestamp",
        /// Completed: when the call was answered. Null in `answered`, and at times in `completed`.
        start_time: Option<Timestamp> = "start_time",
        /// Completed: when the call ended, rounded to whole seconds.
        end_time: Option<Timestamp> = "end_time",
        /// Completed: billable length in seconds.
        duration: Option<Seconds> = "duration",
        /// Completed: price of a minute in euros.
        rate: Option<Decimal> = "rate",
        /// Completed: price of the call in euros.
        price: Option<Decimal> = "price",
        /// The network: `GB-FIXED`, `US-VIRTUAL-…`, or MCC and MNC such as `23433`. Null for users
        /// of the Client SDK.
        network: Option<String> = "network",
        /// Unanswered, rejected, failed: why.
        detail: Option<Detail> = "detail",
        /// SIP response code, 200 to 699 (since 2025-12).
        sip_code: Option<u64> = "sip_code",
        /// Completed: who hung up.
        disconnected_by: Option<DisconnectedBy> = "disconnected_by",
        /// Machine: what was heard of the beep.
        sub_state: Option<SubState> = "sub_state",
        /// The reference a Client SDK caller gave.
        client_ref: Option<String> = "client_ref" | "client_reference",
        /// Custom SIP or WebSocket headers; often empty.
        headers: Option<Fields> = "headers",
    }
}
