//! The state of a message that was sent.

use crate::messages::parts::{Carrier, Channel, MessageState, Profile, SmsDetails, Usage, channel};
use crate::party::Party;
use crate::wire::Fields;
use crate::wire_struct::wire_struct;
use jiff::Timestamp;
use serde_json::Value;

wire_struct! {
    /// Why a message failed. v1 sends type, title, detail and instance; v0.1 code and reason.
    pub struct MessageError {
        /// v1: the address of the error's documentation.
        of: Option<String> = "type",
        /// v1: the error's number, as text; v0.1: `code`.
        code: Option<String> = "title" | "code",
        /// v1: one sentence; v0.1: `reason`.
        detail: Option<String> = "detail" | "reason",
        /// v1: the occurrence, for support.
        instance: Option<String> = "instance",
    }
}

wire_struct! {
    /// Where a message stands in a failover workflow.
    pub struct Workflow {
        /// The workflow.
        id: Option<String> = "workflow_id" | "id",
        /// Which attempt this is, from 1.
        item: Option<u64> = "items_number" | "item_number",
        /// How many there are.
        items: Option<u64> = "items_total" | "total_items",
    }
}

wire_struct! {
    /// The state of a message that was sent.
    pub struct MessageStatus {
        /// The message.
        message: Option<String> = "message_uuid",
        /// What it went by. In v0.1 the `type` of its parties.
        channel: Option<Channel> = "channel",
        /// Who sent it: you.
        from: Option<Party> = "from" or OBJECT,
        /// Who it was for.
        to: Option<Party> = "to" or OBJECT,
        /// When, with or without milliseconds.
        timestamp: Option<Timestamp> = "timestamp",
        /// How far it came.
        status: Option<MessageState> = "status",
        /// Why it failed.
        error: Option<MessageError> = "error",
        /// Your own reference, up to 100 characters.
        client_ref: Option<String> = "client_ref",
        /// What it cost.
        usage: Option<Usage> = "usage",
        /// Where it stands in a failover workflow.
        workflow: Option<Workflow> = "workflow",
        /// The recipient's carrier: SMS, MMS and RCS.
        destination: Option<Carrier> = "destination",
        /// What is particular to SMS.
        sms: Option<SmsDetails> = "sms",
        /// The recipient.
        profile: Option<Profile> = "profile",
        /// What is particular to WhatsApp, as it came.
        whatsapp: Option<Value> = "whatsapp",
    }
}

impl MessageStatus {
    /// Reads v1, and v0.1 into the same places.
    pub(crate) fn read(fields: &Fields) -> Self {
        let mut status = Self::read_fields(fields);
        status.channel = status.channel.or_else(|| channel(fields));
        status
    }
}
