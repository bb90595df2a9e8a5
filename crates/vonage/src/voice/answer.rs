//! A call wants its NCCO ("Voice webhook reference, answer webhook").

use crate::identifier::{ConversationId, LegId};
use crate::open_enum::open_enum;
use crate::party::Party;
use crate::wire::Fields;
use crate::wire_struct::wire_struct;
use serde_json::Value;

open_enum! {
    /// What a leg leads to ("Voice webhook reference, answer webhook").
    pub enum EndpointType {
        /// The telephone network.
        Phone = "phone",
        /// A SIP device or trunk.
        Sip = "sip",
        /// A user of the Client SDK.
        App = "app",
        /// A WebSocket.
        Websocket = "websocket",
        /// A Vonage Business extension.
        Vbc = "vbc",
    }
}

wire_struct! {
    /// A call wants its NCCO (`answer_url`, and `onAnswer.url` of a `connect` endpoint).
    pub struct Answer {
        /// The number or name that was called: usually one of yours.
        to: Option<Party> = "to",
        /// Who calls; absent or withheld at times, absent for callers of the Client SDK.
        from: Option<Party> = "from",
        /// The user name of a Client SDK caller.
        from_user: Option<String> = "from_user",
        /// The leg. Opaque: 32 hexadecimal digits for inbound calls, a dashed UUID otherwise.
        leg: Option<LegId> = "uuid",
        /// The conversation, `CON-` and a UUID.
        conversation: Option<ConversationId> = "conversation_uuid",
        /// The region's REST host, as a URL. Check that it is Vonage's before sending a token there.
        region_url: Option<String> = "region_url",
        /// What kind of endpoint calls (since about 2025).
        endpoint_type: Option<EndpointType> = "endpoint_type",
        /// What a Client SDK caller sent along.
        custom_data: Option<Value> = "custom_data",
    }
}

/// The prefix of members that carry SIP headers.
pub(crate) const SIP_HEADER: &str = "SipHeader_";

/// The SIP headers of a caller: names without the prefix `SipHeader_`, such as `X-Account` or
/// `User-to-User`.
pub(crate) fn sip_headers(fields: &Fields) -> impl Iterator<Item = (&str, &str)> {
    fields
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(SIP_HEADER)?, value.as_str()?)))
}
