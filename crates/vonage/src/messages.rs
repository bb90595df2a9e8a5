//! Webhooks of the Messages API, v1 ("Messages API 1.20.0") and v0.1 (`messages-olympus`).

mod inbound;
mod parts;
mod status;

pub use inbound::{Context, MessageInbound};
pub use parts::{Carrier, Channel, MessageState, Profile, Segment, SmsDetails, Usage};
pub use status::{MessageError, MessageStatus, Workflow};
