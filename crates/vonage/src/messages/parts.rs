//! What inbound messages and the states of messages have in common.

use crate::decimal::Decimal;
use crate::open_enum::open_enum;
use crate::wire::Fields;
use crate::wire_struct::wire_struct;
use jiff::Timestamp;

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
        /// It was refused; see [`MessageStatus::error`](crate::MessageStatus::error).
        Rejected = "rejected",
        /// It cannot be delivered; see [`MessageStatus::error`](crate::MessageStatus::error).
        Undeliverable = "undeliverable",
    }
}

wire_struct! {
    /// What something cost.
    pub struct Usage {
        /// ISO 4217, in practice `EUR`.
        currency: Option<String> = "currency",
        /// The amount, exact.
        price: Option<Decimal> = "price",
    }
}

wire_struct! {
    /// The carrier at one end.
    pub struct Carrier {
        /// MCC and MNC.
        network_code: Option<String> = "network_code",
    }
}

wire_struct! {
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

wire_struct! {
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

wire_struct! {
    /// The person at the other end.
    pub struct Profile {
        /// The name shown.
        name: Option<String> = "name",
        /// The user name.
        username: Option<String> = "username",
    }
}

/// The channel v0.1 writes into the parties.
pub(super) fn channel(fields: &Fields) -> Option<Channel> {
    ["from", "to"].iter().find_map(|key| {
        let party = fields.get(*key)?.as_object()?;
        party.get("type")?.as_str().map(Channel::from)
    })
}
