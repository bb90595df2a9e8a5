//! What arrived over HTTP, before anything is known about it.

/// How a webhook came. Vonage uses these two only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// The fields are in the query.
    Get,
    /// The fields are in the body.
    Post,
}

/// One HTTP request, borrowed from whatever received it.
///
/// ```
/// use vonage::{Delivery, Method};
///
/// let delivery = Delivery {
///     method: Method::Get,
///     query: "to=442079460000&from=447700900001",
///     content_type: None,
///     body: b"",
/// };
/// # let _ = delivery;
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// GET or POST.
    pub method: Method,
    /// The raw query, still percent-encoded, without the `?`. Read for GET only: the query of a
    /// POST is the receiver's own.
    pub query: &'a str,
    /// The `Content-Type` header. Read for POST only; without one the body is looked at.
    pub content_type: Option<&'a str>,
    /// The body, exactly as received: its bytes are what Vonage hashed.
    pub body: &'a [u8],
}

impl<'a> Delivery<'a> {
    /// A GET with this raw query.
    #[must_use]
    pub const fn get(query: &'a str) -> Self {
        Self {
            method: Method::Get,
            query,
            content_type: None,
            body: b"",
        }
    }

    /// A POST with a JSON body.
    #[must_use]
    pub const fn json(body: &'a [u8]) -> Self {
        Self {
            method: Method::Post,
            query: "",
            content_type: Some("application/json"),
            body,
        }
    }

    /// A POST with an `application/x-www-form-urlencoded` body.
    #[must_use]
    pub const fn form(body: &'a [u8]) -> Self {
        Self {
            method: Method::Post,
            query: "",
            content_type: Some("application/x-www-form-urlencoded"),
            body,
        }
    }
}

/// Which of the receiver's URLs a webhook came to. A hint: the body decides, and the route only
/// where a body names no kind of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// `answer_url` of an application or of an outbound call.
    Answer,
    /// `event_url`, and the status callback of a number.
    Event,
    /// `fallback_answer_url`.
    Fallback,
    /// `eventUrl` of an `input` action.
    Input,
    /// `eventUrl` of a `connect` action.
    Connect,
    /// `onAnswer.url` of a `connect` endpoint.
    Whisper,
    /// `eventUrl` of a `record` action.
    Recording,
    /// `transcription.eventUrl` of a `record` action.
    Transcription,
    /// `eventUrl` of a `conversation` action.
    Conversation,
    /// `eventUrl` of a `notify` action.
    Notify,
    /// `event_url` of the RTC capability.
    Rtc,
    /// `inbound_url` of the Messages capability.
    MessagesInbound,
    /// `status_url` of the Messages capability.
    MessagesStatus,
    /// The inbound SMS webhook of a number or account.
    SmsInbound,
    /// The delivery receipt webhook of an account or message.
    SmsReceipt,
    /// The `callback` of a Number Insight Advanced request.
    Insight,
    /// `status_url` of the Verify capability.
    Verify,
    /// The `status_url` of a Dispatch workflow.
    Dispatch,
    /// One URL for everything.
    Any,
}

impl Route {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Answer,
        Self::Event,
        Self::Fallback,
        Self::Input,
        Self::Connect,
        Self::Whisper,
        Self::Recording,
        Self::Transcription,
        Self::Conversation,
        Self::Notify,
        Self::Rtc,
        Self::MessagesInbound,
        Self::MessagesStatus,
        Self::SmsInbound,
        Self::SmsReceipt,
        Self::Insight,
        Self::Verify,
        Self::Dispatch,
        Self::Any,
    ];
}
