//! What the handlers of a webhook are given.

use jiff::Timestamp;
use vonage::Method;

use crate::bindings::menus::Documents;
use crate::env::Config;
use crate::facts::Facts;
use crate::log::Line;
use crate::outcome::Outcome;
use crate::request::{BodyError, Location};
use crate::respond::Reply;

/// How often a decision may ask for more.
pub const ROUNDS: usize = 16;

/// A webhook with its body, from a sender who was let in.
pub struct WebhookRequest {
    /// GET or POST.
    pub method: Method,
    /// The URL.
    pub location: Location,
    /// The `Content-Type`.
    pub content_type: Option<String>,
    /// The body, or why there is none.
    pub body: Result<Vec<u8>, BodyError>,
    /// The SHA-256 its token vouches for, in hex.
    pub payload_hash: Option<String>,
    /// The address it came from.
    pub source: Option<String>,
}

/// What the handlers of a webhook are given.
pub struct RequestContext<'a> {
    /// The webhook.
    pub request: &'a WebhookRequest,
    /// The settings.
    pub config: &'a Config,
    /// What was fetched.
    pub facts: &'a Facts,
    /// The menus and what belongs to them.
    pub documents: Documents<'a>,
    /// Now.
    pub now: Timestamp,
    /// What will be logged of it.
    pub line: Line,
}

impl RequestContext<'_> {
    /// A reply with nothing to do.
    pub fn reply(&mut self, reply: Reply) -> Outcome {
        Outcome::of(reply, std::mem::take(&mut self.line))
    }
}
