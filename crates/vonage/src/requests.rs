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
//! # Ok::<(), vonage::requests::Invalid>(())
//! ```

mod account;
mod application;
mod call;
mod control;
mod form;
mod host;
mod number;
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
pub use form::Refused;
pub use host::{DEFAULT_HOST, Region, host};
pub use number::{NUMBERS_A_PAGE, NumberPage, NumberSettings, OwnedNumber};
#[cfg(feature = "rs256")]
pub use token::sign_rs256;
pub use token::{ApplicationToken, KeyError, pkcs8_der};

use std::fmt;

/// A request ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is done.
    pub method: Verb,
    /// Where.
    pub url: String,
    /// What goes into the `Authorization` header.
    pub authorization: Authorization,
    /// What the body is.
    pub media_type: MediaType,
    /// The body, where there is one.
    pub body: Option<String>,
}

/// The `Content-Type` of a [`Request`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`: Numbers and Account API.
    Form,
}

impl MediaType {
    /// The type as HTTP writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
        }
    }
}

/// The HTTP method of a [`Request`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
    /// DELETE
    Delete,
}

impl Verb {
    /// The method as HTTP writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// How a [`Request`] says who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Authorization {
    /// `Bearer` and an [`ApplicationToken`]: Voice, recordings, transcripts.
    ApplicationToken,
    /// `Basic` and `api_key:api_secret` in Base64: Application, Numbers and Account API.
    AccountSecret,
}

/// A request the platform would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The member, as a JSON pointer into the body; `/leg` and `/id` for those in the address.
    pub pointer: &'static str,
    /// What it must be.
    pub message: &'static str,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.message)
    }
}

impl std::error::Error for Invalid {}

/// Refuses unless `good`.
fn ensure(good: bool, pointer: &'static str, message: &'static str) -> Result<(), Invalid> {
    match good {
        true => Ok(()),
        false => Err(Invalid { pointer, message }),
    }
}

/// Refuses an id that would change the address it is put in.
fn ensure_id(id: &str, pointer: &'static str) -> Result<(), Invalid> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    ensure(
        !id.is_empty() && id.len() <= 128 && id.bytes().all(plain),
        pointer,
        "letters, digits and dashes, 1 to 128 of them",
    )
}

/// Refuses an address the platform could not call.
fn ensure_url(url: &str, pointer: &'static str) -> Result<(), Invalid> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    ensure(
        rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
            && url.bytes().all(|byte| byte.is_ascii_graphic()),
        pointer,
        "a URL that begins with https:// or http://",
    )
}
