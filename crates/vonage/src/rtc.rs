//! Events of conversations (RTC capability, Conversation API).

use crate::identifier::ConversationId;
use crate::wire::Fields;
use crate::wire_struct::wire_struct;
use jiff::Timestamp;
use serde_json::Value;

wire_struct! {
    /// Something happened in a conversation. Everything but the type may be missing.
    pub struct Rtc {
        /// `member:joined`, `audio:dtmf`, `rtc:status`, `sip:hangup`, `message`, `custom:<name>`,
        /// …: an open set.
        of: Option<String> = "type",
        /// The event's number within the conversation.
        id: Option<u64> = "id",
        /// The member it comes from, `MEM-` and a UUID.
        from: Option<String> = "from",
        /// The member it is for; often empty.
        to: Option<String> = "to",
        /// What happened; its shape goes with the type. Prices and durations in it are text.
        body: Option<Value> = "body",
        /// When, in milliseconds.
        timestamp: Option<Timestamp> = "timestamp",
        /// The conversation.
        conversation: Option<ConversationId> = "conversation_id",
        /// The application.
        application: Option<String> = "application_id",
        /// Of messages: who has seen them.
        state: Option<Value> = "state",
        /// The event's REST address, as it was sent before 2020.
        href: Option<String> = "href",
        /// Links, as they are sent now.
        links: Option<Fields> = "_links",
        /// The user and member it comes from, in full.
        embedded: Option<Fields> = "_embedded",
    }
}

impl Rtc {
    /// The conversation: the member, or what the event's address names.
    pub(crate) fn conversation(&self) -> Option<&str> {
        if let Some(conversation) = &self.conversation {
            return Some(conversation.as_str());
        }
        let own = self.links.as_ref().and_then(|links| links.get("self"));
        let href = own.and_then(|own| own.get("href")).and_then(Value::as_str);
        let (_, path) = self
            .href
            .as_deref()
            .or(href)?
            .split_once("/conversations/")?;
        path.split('/').next().filter(|name| !name.is_empty())
    }

    /// The leg, where the event is of one channel.
    pub(crate) fn leg(&self) -> Option<&str> {
        let channel = self.body.as_ref()?.get("channel")?;
        channel.get("id")?.as_str()
    }
}
