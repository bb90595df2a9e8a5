#![doc = include_str!("../README.md")]

mod delivery;
mod insight;
pub mod jwt;
mod malformed;
mod members;
mod messages;
mod query;
mod record;
pub mod requests;
mod rtc;
mod shape;
mod sms;
pub mod sms_signature;
mod time;
mod value;
mod verify;
mod voice;
mod webhook;

pub use delivery::{Delivery, Method, Route};
pub use insight::{
    CallerIdentity, Insight, InsightCarrier, NetworkType, Ported, Reachable, Roaming, ValidNumber,
};
pub use malformed::{Fault, Malformed, Place};
pub use messages::{
    Carrier, Channel, Context, Dispatch, DispatchMessage, MessageError, MessageInbound,
    MessageState, MessageStatus, Profile, Segment, SmsDetails, Usage, Workflow,
};
pub use query::encode_query;
pub use record::Fields;
pub use rtc::Rtc;
pub use sms::{ReceiptState, SmsInbound, SmsReceipt, SmsType};
pub use time::{print_timestamp, timestamp};
pub use value::{Decimal, Party, Seconds, digits, is_identifier};

pub use jiff::Timestamp;
pub use verify::{Verify, VerifyAction, VerifyAttempt, VerifyState, VerifyType};
pub use voice::{
    Answer, CallError, CallStatus, Detail, Direction, DisconnectedBy, Dtmf, EndpointType, Fallback,
    Input, Notify, OriginalRequest, Payment, Record, Speech, SpeechResult, SpeechTimeout, Status,
    SubState, Transcription, Transfer,
};
pub use webhook::{Kind, Webhook};
