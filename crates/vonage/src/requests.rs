//! Requests to Vonage, as typed values to bytes: nothing here sends them.
//!
//! ```
//! use vonage::requests::{Answer, Caller, Endpoint, OutboundCall};
//!
//! let call = OutboundCall::new(
//!     Endpoint::phone("447700900001"),
//!     Caller::number("442079460000"),
//!     Answer::url("https://example.com/webhooks/answer"),
//! );
//! let request = call.to_request(vonage::requests::DEFAULT_HOST)?;
//! assert_eq!(request.url, "https://api.nexmo.com/v1/calls");
//! # Ok::<(), vonage::requests::InvalidError>(())
//! ```

mod account;
mod application;
mod call;
mod control;
mod host;
mod invalid;
mod number;
mod refused;
mod request;
mod token;

pub use account::AccountSettings;
pub use application::{
    ApplicationWebhooks, Change, MessagesWebhooks, RtcWebhooks, VerifyWebhooks, VoiceWebhooks,
    WebhookSetting,
};
pub use call::{
    AdvancedMachineDetection, Answer, Behaviour, Caller, CreatedCall, DetectionMode, Endpoint,
    EventUrl, OutboundCall, WebsocketAuthorization,
};
pub use control::{ModifyCall, PlayStream, SpeakText};
pub use host::{DEFAULT_HOST, Region, host};
pub use invalid::InvalidError;
pub use number::{NUMBERS_A_PAGE, NumberPage, NumberSettings, OwnedNumber};
pub use refused::RefusedError;
pub use request::{Authorization, MediaType, Request, Verb};
#[cfg(feature = "rs256")]
pub use token::sign_rs256;
pub use token::{ApplicationToken, KeyError, pkcs8_der};
