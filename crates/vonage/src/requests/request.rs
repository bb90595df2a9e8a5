//! A request as bytes, and who asks.

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
    /// `Bearer` and an [`ApplicationToken`](crate::requests::ApplicationToken): Voice, recordings, transcripts.
    ApplicationToken,
    /// `Basic` and `api_key:api_secret` in Base64: Application, Numbers and Account API.
    AccountSecret,
}
