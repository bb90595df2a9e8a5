//! Where webhooks go: a Worker over HTTP, or a menu in this process.

use std::time::Duration;

use jiff::Timestamp;
use vonage::Delivery;

/// How a webhook is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// Every member in the query; objects as percent-encoded JSON text.
    Get,
    /// A JSON body.
    #[default]
    Post,
    /// A form body, as older accounts and the SMS API send it.
    PostForm,
}

impl Method {
    /// The word on the request line.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post | Self::PostForm => "POST",
        }
    }
}

/// One signed HTTP request of the platform.
#[derive(Debug, Clone)]
pub struct Request {
    /// GET or POST.
    pub method: Method,
    /// The whole URL, query included.
    pub url: String,
    /// `Authorization`'s value; `None` when the platform failed to sign.
    pub authorization: Option<String>,
    /// `Content-Type` of the body, when there is one.
    pub content_type: Option<&'static str>,
    /// The body's bytes: what was signed.
    pub body: Vec<u8>,
    /// Time to connect ("Vonage Application API, connect_timeout").
    pub connect_timeout: Duration,
    /// Time to answer ("Vonage Application API, socket_timeout").
    pub socket_timeout: Duration,
}

impl Request {
    /// A POST of these bytes as JSON, whether or not they are; unsigned, with the time-outs of an
    /// answer URL.
    #[must_use]
    pub fn json(url: &str, body: &[u8]) -> Self {
        Self {
            method: Method::Post,
            url: url.to_owned(),
            authorization: None,
            content_type: Some("application/json"),
            body: body.to_vec(),
            connect_timeout: Duration::from_secs(1),
            socket_timeout: Duration::from_secs(5),
        }
    }

    /// The same with a form.
    #[must_use]
    pub fn form(url: &str, form: &str) -> Self {
        Self {
            method: Method::PostForm,
            content_type: Some("application/x-www-form-urlencoded"),
            ..Self::json(url, form.as_bytes())
        }
    }

    /// The same by GET: everything is in the URL's query.
    #[must_use]
    pub fn get(url: &str) -> Self {
        Self {
            method: Method::Get,
            content_type: None,
            ..Self::json(url, b"")
        }
    }

    /// With this token; see [`Application::token`](super::Application::token).
    #[must_use]
    pub fn with_token(self, token: &str) -> Self {
        Self {
            authorization: Some(format!("Bearer {token}")),
            ..self
        }
    }

    /// What is signed.
    #[must_use]
    pub fn delivery(&self) -> Delivery<'_> {
        Delivery {
            method: match self.method {
                Method::Get => vonage::Method::Get,
                Method::Post | Method::PostForm => vonage::Method::Post,
            },
            query: self.query(),
            content_type: self.content_type,
            body: &self.body,
        }
    }

    /// The URL's path.
    #[must_use]
    pub fn path(&self) -> &str {
        let rest = self
            .url
            .split_once("://")
            .map_or(self.url.as_str(), |(_, rest)| rest);
        let path = rest.find('/').map_or("/", |at| rest.split_at(at).1);
        path.split(['?', '#']).next().unwrap_or("/")
    }

    /// The URL's query, without its question mark.
    #[must_use]
    pub fn query(&self) -> &str {
        self.url
            .split_once('?')
            .map_or("", |(_, query)| query.split('#').next().unwrap_or(query))
    }
}

/// What came back.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`, as sent.
    pub content_type: Option<String>,
    /// Every header that is text, its name in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, up to a megabyte.
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DestinationError {
    /// No connection within the connect time-out.
    #[error("no connection within the connect time-out")]
    ConnectTimeout,
    /// A connection, and no answer within the socket time-out.
    #[error("no answer within the socket time-out")]
    SocketTimeout,
    /// The connection was refused, closed or reset.
    #[error("the connection failed: {0}")]
    Closed(String),
    /// TLS could not be agreed on. The platform does not try again.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// The URL cannot be called at all. The platform does not try again.
    #[error("the URL cannot be called: {0}")]
    BadUrl(String),
}

impl DestinationError {
    /// Whether the platform tries the same URL once more (article 115016024247 of its support).
    #[must_use]
    pub fn is_retried(&self) -> bool {
        match self {
            Self::ConnectTimeout | Self::SocketTimeout | Self::Closed(_) => true,
            Self::Tls(_) | Self::BadUrl(_) => false,
        }
    }

    /// The `reason` a fallback request gives.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::ConnectTimeout | Self::SocketTimeout => "Socket timeout.",
            Self::Closed(_) | Self::Tls(_) | Self::BadUrl(_) => "Connection closed.",
        }
    }
}

/// The world outside the phone: takes the platform's requests and answers them, knows the time and
/// what makes a call unlike any other.
pub trait Destination {
    /// Delivers one request.
    ///
    /// # Errors
    /// [`DestinationError`] when there was no HTTP response. A response with an error status is a
    /// response.
    fn deliver(&self, request: &Request) -> Result<Response, DestinationError>;

    /// The time by the destination's clock: the destination compares the `iat` of a token with it,
    /// a call without a start of its own begins at it, and the time of a request is measured by it.
    fn now(&self) -> Timestamp;

    /// Text that nobody was given before: the ids of a call without a seed are made of it.
    fn unique(&self) -> String;
}

impl<D: Destination + ?Sized> Destination for &D {
    fn deliver(&self, request: &Request) -> Result<Response, DestinationError> {
        (**self).deliver(request)
    }

    fn now(&self) -> Timestamp {
        (**self).now()
    }

    fn unique(&self) -> String {
        (**self).unique()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_knows_its_path_and_query() {
        let check = |url: &str, path: &str, query: &str| {
            let request = Request {
                method: Method::Get,
                url: url.to_owned(),
                authorization: None,
                content_type: None,
                body: Vec::new(),
                connect_timeout: Duration::from_secs(1),
                socket_timeout: Duration::from_secs(5),
            };
            assert_eq!((request.path(), request.query()), (path, query), "{url}");
        };
        check(
            "http://localhost:8787/webhooks/input?s=a-b",
            "/webhooks/input",
            "s=a-b",
        );
        check("https://ivr.example.com", "/", "");
        check("https://ivr.example.com/a?b=c&d=e#f", "/a", "b=c&d=e");
    }
}
