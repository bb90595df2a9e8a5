//! Webhooks of Verify v2 ("Verify API v2 1.0.1"). Verify v1 has none.

use crate::decimal::Decimal;
use crate::open_enum::open_enum;
use crate::wire_struct::wire_struct;
use jiff::Timestamp;

open_enum! {
    /// What a webhook of Verify tells.
    pub enum VerifyType {
        /// One channel's attempt.
        Event = "event",
        /// The whole request, once it ended.
        Summary = "summary",
    }
}

open_enum! {
    /// How a request or an attempt stands.
    pub enum VerifyState {
        /// The right code came.
        Completed = "completed",
        /// It did not.
        Failed = "failed",
        /// The person refused.
        UserRejected = "user_rejected",
        /// The network refused.
        Rejected = "rejected",
        /// Time ran out.
        Expired = "expired",
        /// Silent authentication: the handset must open [`VerifyAction::check_url`].
        ActionPending = "action_pending",
        /// Summary: an earlier channel was enough.
        Unused = "unused",
    }
}

wire_struct! {
    /// What the handset is to do.
    pub struct VerifyAction {
        /// `check`.
        of: Option<String> = "type",
        /// The address to open over mobile data.
        check_url: Option<String> = "check_url",
    }
}

wire_struct! {
    /// One channel of a request.
    pub struct VerifyAttempt {
        /// `sms`, `whatsapp`, `voice`, `email`, `silent_auth`, ….
        channel: Option<String> = "channel",
        /// When it began.
        initiated_at: Option<Timestamp> = "initiated_at",
        /// How it ended.
        status: Option<VerifyState> = "status",
    }
}

wire_struct! {
    /// A verification moved on or ended.
    pub struct Verify {
        /// The request.
        request: Option<String> = "request_id",
        /// Event or summary.
        of: Option<VerifyType> = "type",
        /// How it stands.
        status: Option<VerifyState> = "status",
        /// Event: `sms`, `whatsapp`, `voice`, `email`, `silent_auth`, ….
        channel: Option<String> = "channel",
        /// Event: when it was triggered.
        triggered_at: Option<Timestamp> = "triggered_at",
        /// Event: when it ended.
        finalized_at: Option<Timestamp> = "finalized_at",
        /// Summary: when the request was made.
        submitted_at: Option<Timestamp> = "submitted_at",
        /// Seconds each channel had.
        channel_timeout: Option<u64> = "channel_timeout",
        /// Summary: every channel.
        workflow: Vec<VerifyAttempt> = "workflow",
        /// Summary: what it cost, in euros.
        price: Option<Decimal> = "price",
        /// Silent authentication: an object, or a list of one.
        action: Vec<VerifyAction> = "action",
        /// Your own reference.
        client_ref: Option<String> = "client_ref",
    }
}
