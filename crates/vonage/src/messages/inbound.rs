//! A message came in.

use crate::messages::parts::{Carrier, Channel, Profile, SmsDetails, Usage, channel};
use crate::party::Party;
use crate::wire::{Fields, Wire};
use crate::wire_struct::wire_struct;
use jiff::Timestamp;
use serde_json::Value;

wire_struct! {
    /// What an inbound message replies to.
    pub struct Context {
        /// The message.
        message: Option<String> = "message_uuid",
        /// Who sent that one.
        from: Option<Party> = "message_from",
    }
}

wire_struct! {
    /// A message came in.
    pub struct MessageInbound {
        /// The message.
        message: Option<String> = "message_uuid",
        /// What it came by. In v0.1 the `type` of its parties.
        channel: Option<Channel> = "channel",
        /// Who sent it: a number, or a user's id on WhatsApp (`US.…`), Messenger and Viber.
        from: Option<Party> = "from" or OBJECT,
        /// Who it is for.
        to: Option<Party> = "to" or OBJECT,
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
            message.sms = envelope.get("sms").and_then(Wire::read);
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
