#![doc = include_str!("../README.md")]

mod classify;
mod decimal;
mod delivery;
mod delivery_error;
mod described;
mod dispatch;
mod identifier;
mod insight;
pub mod jwt;
mod kind;
mod members;
mod messages;
mod open_enum;
mod party;
mod query;
pub mod requests;
mod rtc;
mod seconds;
mod sms;
pub mod sms_signature;
mod timestamp;
mod verify;
mod voice;
mod webhook;
mod wire;
mod wire_struct;

pub use decimal::Decimal;
pub use delivery::{Delivery, Method, Route};
pub use delivery_error::{DeliveryError, DeliveryErrorKind, Place};
pub use described::fit;
#[cfg(feature = "schema")]
pub use described::{DescribedMember, described};
pub use dispatch::{Dispatch, DispatchMessage};
pub use identifier::{ConversationId, LegId, is_identifier};
pub use insight::{
    CallerIdentity, Insight, InsightCarrier, NetworkType, Ported, Reachable, Roaming, ValidNumber,
};
pub use kind::Kind;
pub use messages::{
    Carrier, Channel, Context, MessageError, MessageInbound, MessageState, MessageStatus, Profile,
    Segment, SmsDetails, Usage, Workflow,
};
pub use party::{Party, digits};
pub use query::encode_query;
pub use rtc::Rtc;
pub use seconds::Seconds;
pub use sms::{ReceiptState, SmsInbound, SmsReceipt, SmsType};
pub use timestamp::{print_timestamp, timestamp};
pub use verify::{Verify, VerifyAction, VerifyAttempt, VerifyState, VerifyType};
pub use voice::{
    Answer, CallError, CallStatus, Detail, Direction, DisconnectedBy, Dtmf, EndpointType, Fallback,
    Input, Notify, OriginalRequest, Payment, Record, Speech, SpeechResult, SpeechTimeout, Status,
    SubState, Transcription, Transfer,
};
pub use webhook::Webhook;
pub use wire::Fields;

pub use jiff::Timestamp;
