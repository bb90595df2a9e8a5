//! Webhooks of Dispatch, which grew out of Messages ("Dispatch API 0.4.0", closed to new users
//! since 2025-08-31).

use crate::messages::{Channel, MessageError, MessageState, Usage};
use crate::party::Party;
use crate::wire::{Field, Fields, member};
use crate::wire_struct::wire_struct;
use jiff::Timestamp;

wire_struct! {
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

wire_struct! {
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
        from: Option<Party> = "from" or OBJECT,
        /// Who the message was for.
        to: Option<Party> = "to" or OBJECT,
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
        Field::read(messages)
    }
}

/// The workflow a message's status belongs to: `_links.workflow` in the specification,
/// `_links.dispatch` in captures.
pub(crate) fn workflow_link(fields: &Fields) -> Option<&str> {
    let links = fields.get("_links")?.as_object()?;
    let link = member(links, &["workflow", "dispatch"])?.as_object()?;
    link.get("dispatch_uuid")?.as_str()
}
