//! Webhooks of the Messages API, v1 ("Messages API 1.20.0") and v0.1 (`messages-olympus`), and of
//! Dispatch, which grew out of it.

use crate::record::{Fields, member, open_enum, record};
use crate::value::{Decimal, Party};
use jiff::Timestamp;
use serde_json::Value;

open_enum! {
    /// What a message travels by.
    pub enum Channel {
        /// Short message.
        Sms = "sms",
        /// Multimedia message.
        Mms = "mms",
        /// Rich Communication Services.
        Rcs = "rcs",
        /// WhatsApp.
        Whatsapp = "whatsapp",
        /// Facebook Messenger.
        Messenger = "messenger",
        /// Viber.
        Viber = "viber_service" | "viber_service_msg",
        /// Electronic mail.
        Email = "email",
    }
}

open_enum! {
    /// How far a message came.
    pub enum MessageState {
        /// The channel took it.
        Submitted = "submitted",
        /// It is on the recipient's device.
        Delivered = "delivered",
        /// The recipient opened it; not for SMS and MMS.
        Read = "read",
        /// It was refused; see [`MessageStatus::error`].
        Rejected = "rejected",
        /// It cannot be delivered; see [`MessageStatus::error`].
        Undeliverable = "undeliverable",
    }
}

record! {
    /// What something cost.
    pub struct Usage {
        /// ISO 4217, in practice `EUR`.
        currency: Option<String> = "currency",
        /// The amount, exact.
        price: Option<Decimal> = "price",
    }
}

record! {
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

record! {
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

record! {
    /// The carrier at one end.
    pub struct Carrier {
        /// MCC and MNC.
        network_code: Option<String> = "network_code",
    }
}

record! {
    /// One part of a long SMS.
    pub struct Segment {
        /// When.
        timestamp: Option<Timestamp> = "timestamp",
        /// How far it came.
        status: Option<MessageState> = "status",
        /// The carrier's code.
        error_code: Option<String> = "error_code",
    }
}

record! {
    /// What is particular to SMS.
    pub struct SmsDetails {
        /// Status: parts the message was sent in.
        count: Option<u64> = "count_total",
        /// Status: the parts.
        segments: Vec<Segment> = "segments",
        /// Inbound: parts the message came in.
        messages: Option<u64> = "num_messages",
        /// Inbound: the first word, upper case.
        keyword: Option<String> = "keyword",
    }
}

record! {
    /// The person at the other end.
    pub struct Profile {
        /// The name shown.
        name: Option<String> = "name",
        /// The user name.
        username: Option<String> = "username",
    }
}

record! {
    /// What an inbound message replies to.
    pub struct Context {
        /// The message.
        message: Option<String> = "message_uuid",
        /// Who sent that one.
        from: Option<Party> = "message_from",
    }
}

record! {
    /// A message came in.
    pub struct MessageInbound {
        /// The message.
        message: Option<String> = "message_uuid",
        /// What it came by. In v0.1 the `type` of its parties.
        channel: Option<Channel> = "channel",
        /// Who sent it: a number, or a user's id on WhatsApp (`US.…`), Messenger and Viber.
        from: Option<Party> = "from",
        /// Who it is for.
        to: Option<Party> = "to",
        /// When, with or without milliseconds.
        timestamp: Option<Timestamp> = "timestamp",
        /// `text`, `image`, `audio`, `video`, `file`, `vcard`, `location`, `contact`, `reply`,
        /// `button`, `order`, `sticker`, `reaction`, `unsupported`, …. Absent for SMS in v1.
        message_type: Option<String> = "message_type",
        /// The words of a text message, or beside an attachment.
        text: Option<String> = "text",
        /// What a message that is no text carries: the member named by `message_type`, or a list
        /// for an MMS with several attachments.
        content: Option<Value> = "content",
        /// Your own reference.
        client_ref: Option<String> = "client_ref",
        /// What it replies to.
        context: Option<Context> = "context",
        /// WhatsApp and RCS: `none`, `available`, `unavailable`.
        context_status: Option<String> = "context_status",
        /// The sender.
        profile: Option<Profile> = "profile",
        /// The channel's own text for content of an unknown kind.
        provider_message: Option<String> = "provider_message",
        /// What it cost.
        usage: Option<Usage> = "usage",
        /// The sender's carrier.
        origin: Option<Carrier> = "origin",
        /// What is particular to SMS.
        sms: Option<SmsDetails> = "sms",
        /// What is particular to WhatsApp, as it came.
        whatsapp: Option<Value> = "whatsapp",
        /// v0.1: `inbound`.
        direction: Option<String> = "direction",
    }
}

impl MessageInbound {
    /// Reads v1, and v0.1 into the same places.
    pub(crate) fn read(fields: &Fields) -> Self {
        let mut message = Self::read_fields(fields);
        message.channel = message.channel.or_else(|| channel(fields));
        if let Some(Value::Object(envelope)) = fields.get("message") {
            let content = envelope.get("content").and_then(Value::as_object);
            let named = |key| content.and_then(|content| content.get(key));
            message.message_type = named("type").and_then(Value::as_str).map(str::to_owned);
            message.text = named("text").and_then(Value::as_str).map(str::to_owned);
            message.content = message.message_type.as_deref().and_then(named).cloned();
            message.sms = envelope.get("sms").and_then(crate::record::Wire::read);
        }
        if message.content.is_none() {
            let key = message.message_type.as_deref();
            message.content = key.and_then(|key| fields.get(key)).cloned();
        }
        if message.message_type.as_deref() == Some("text") {
            message.content = None;
        }
        message
    }
}

/// The channel v0.1 writes into the parties.
fn channel(fields: &Fields) -> Option<Channel> {
    ["from", "to"].iter().find_map(|key| {
        let party = fields.get(*key)?.as_object()?;
        party.get("type")?.as_str().map(Channel::from)
    })
}

record! {
    /// The state of a message that was sent.
    pub struct MessageStatus {
        /// The message.
        message: Option<String> = "message_uuid",
        /// What it went by. In v0.1 the `type` of its parties.
        channel: Option<Channel> = "channel",
        /// Who sent it: you.
        from: Option<Party> = "from",
        /// Who it was for.
        to: Option<Party> = "to",
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

record! {
    /// One message of a finished Dispatch workflow.
    pub struct DispatchMessage {
        /// The message.
        message: Option<String> = "message_uuid",
        /// Its REST address.
        href: Option<String> = "href",
        /// What it went by.
        channel: Option<Channel> = "channel",
        /// What it cost.
        usage: Option<Usage> = "usage",
        /// How far it came.
        status: Option<MessageState> = "status",
    }
}

record! {
    /// A Dispatch workflow ended, or one of its messages changed its state ("Dispatch API 0.4.0",
    /// closed to new users since 2025-08-31).
    pub struct Dispatch {
        /// The workflow; of a message's status taken from its links.
        dispatch: Option<String> = "dispatch_uuid",
        /// `failover`.
        template: Option<String> = "template",
        /// `completed` or `error`; a message's state otherwise.
        status: Option<String> = "status",
        /// When.
        timestamp: Option<Timestamp> = "timestamp",
        /// What all of it cost.
        usage: Option<Usage> = "usage",
        /// The one message this is about; absent in the final report.
        message: Option<String> = "message_uuid",
        /// Who sent the message.
        from: Option<Party> = "from",
        /// Who the message was for.
        to: Option<Party> = "to",
        /// Why the message failed.
        error: Option<MessageError> = "error",
        /// Links, as they came.
        links: Option<Fields> = "_links",
    }
}

impl Dispatch {
    pub(crate) fn read(fields: &Fields) -> Self {
        let mut dispatch = Self::read_fields(fields);
        if dispatch.dispatch.is_none() {
            dispatch.dispatch = workflow_link(fields).map(str::to_owned);
        }
        dispatch
    }

    /// The messages of the final report.
    #[must_use]
    pub fn messages(&self) -> Vec<DispatchMessage> {
        let messages = self.links.as_ref().and_then(|links| links.get("messages"));
        crate::record::Field::read(messages)
    }
}

/// The workflow a message's status belongs to: `_links.workflow` in the specification,
/// `_links.dispatch` in captures.
pub(crate) fn workflow_link(fields: &Fields) -> Option<&str> {
    let links = fields.get("_links")?.as_object()?;
    let link = member(links, &["workflow", "dispatch"])?.as_object()?;
    link.get("dispatch_uuid")?.as_str()
}
