//! Replies on their way out: one string, one set of headers.

use std::cell::RefCell;

use api::Problem;
use serde::Serialize;
use wasm_bindgen::JsValue;
use web_sys::{ReadableStream, Response, ResponseInit};

use crate::bindings::promise::object;

/// What is said with every reply. The Worker serves machines: nothing of it is to be
/// framed, sniffed, cached or followed.
const SECURITY_HEADERS: [(&str, &str); 5] = [
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=31536000"),
    ("x-content-type-options", "nosniff"),
];

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// None.
    Empty,
    /// `application/json`: NCCOs too; the platform refuses `text/html` ones.
    Json,
    /// `application/problem+json` (RFC 9457).
    Problem,
    /// `application/x-ndjson`.
    Ndjson,
    /// `text/plain`.
    Text,
    /// `application/voicexml+xml`.
    VoiceXml,
    /// `audio/…` or `application/octet-stream`.
    Recording(&'static str),
}

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// What the body is.
    pub content: Content,
    /// The body.
    pub body: String,
    /// The body of what is too large to be held here.
    pub stream: Option<ReadableStream>,
    /// Headers beside the ones every reply has.
    pub headers: Vec<(&'static str, String)>,
}

impl Reply {
    /// A status and nothing else.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            content: Content::Empty,
            body: String::new(),
            stream: None,
            headers: Vec::new(),
        }
    }

    /// JSON, an NCCO for one.
    #[must_use]
    pub fn json(body: String) -> Self {
        Self {
            status: 200,
            content: Content::Json,
            body,
            stream: None,
            headers: Vec::new(),
        }
    }

    /// A VoiceXML document.
    #[must_use]
    pub fn document(body: String) -> Self {
        Self {
            content: Content::VoiceXml,
            ..Self::json(body)
        }
    }

    /// JSON of a type of the API.
    #[must_use]
    pub fn of(body: &impl Serialize) -> Self {
        match serde_json::to_string(body) {
            Ok(body) => Self::json(body),
            Err(error) => Self::problem(500, "The reply cannot be written", &error.to_string()),
        }
    }

    /// A problem (RFC 9457): `title` says what is wrong, `detail` what to do.
    #[must_use]
    pub fn problem(status: u16, title: &str, detail: &str) -> Self {
        let problem = Problem {
            title: title.to_owned(),
            status,
            detail: detail.to_owned(),
        };
        Self::refusal(status, &problem)
    }

    /// A problem with members of its own.
    #[must_use]
    pub fn refusal(status: u16, problem: &impl Serialize) -> Self {
        Self {
            status,
            content: Content::Problem,
            body: serde_json::to_string(problem).unwrap_or_default(),
            stream: None,
            headers: Vec::new(),
        }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The headers as `src/entry.js` takes them: undefined for an empty reply or JSON with status
    /// 200, which have only their type; else a list of pairs.
    ///
    /// Vonage is no browser: the headers that tell one what not to do go with refusals alone, which
    /// strangers see.
    #[must_use]
    pub fn own_headers(&self) -> JsValue {
        let is_plain = self.status == 200 && self.headers.is_empty();
        if is_plain && matches!(self.content, Content::Empty | Content::Json) {
            return JsValue::UNDEFINED;
        }
        let headers = js_sys::Array::new();
        for (name, value) in header_pairs(self.content, &self.headers) {
            headers.push(&js_sys::Array::of2(&name.into(), &value.into()));
        }
        headers.into()
    }

    /// The platform's form of it.
    #[must_use]
    pub fn into_response(self) -> Response {
        let init = if self.headers.is_empty() {
            shared_init(self.status, self.content)
        } else {
            init(self.status, self.content, &self.headers)
        };
        if let Some(stream) = self.stream {
            let reply = Response::new_with_opt_readable_stream_and_init(Some(&stream), &init);
            return reply.unwrap_or_else(|_| Response::error());
        }
        let body = match self.content {
            Content::Empty => None,
            _ => Some(self.body.as_str()),
        };
        Response::new_with_opt_str_and_init(body, &init).unwrap_or_else(|_| Response::error())
    }
}

/// The headers that every reply to a stranger has.
#[must_use]
pub fn security_headers() -> &'static [(&'static str, &'static str)] {
    &SECURITY_HEADERS
}

fn header_pairs<'a>(
    content: Content,
    more: &'a [(&'static str, String)],
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let content_type = match content {
        Content::Empty => None,
        Content::Json => Some("application/json"),
        Content::Problem => Some("application/problem+json"),
        Content::Ndjson => Some("application/x-ndjson"),
        Content::Text => Some("text/plain; charset=utf-8"),
        Content::VoiceXml => Some(vxml::CONTENT_TYPE),
        Content::Recording(kind) => Some(kind),
    };
    SECURITY_HEADERS
        .into_iter()
        .chain(content_type.map(|name| ("content-type", name)))
        .chain(more.iter().map(|(name, value)| (*name, value.as_str())))
}

fn init(status: u16, content: Content, more: &[(&'static str, String)]) -> ResponseInit {
    let headers: Vec<(&str, JsValue)> = header_pairs(content, more)
        .map(|(name, value)| (name, JsValue::from_str(value)))
        .collect();
    let init = ResponseInit::new();
    init.set_status(status);
    init.set_headers(&object(&headers));
    init
}

/// Almost all replies are of a handful of kinds: each kind's headers are made once.
fn shared_init(status: u16, content: Content) -> ResponseInit {
    thread_local! {
        static KINDS: RefCell<Vec<(u16, Content, ResponseInit)>> = const { RefCell::new(Vec::new()) };
    }
    KINDS.with_borrow_mut(|kinds| {
        let known = kinds
            .iter()
            .find(|(s, c, _)| *s == status && *c == content)
            .map(|(_, _, init)| init.clone());
        known.unwrap_or_else(|| {
            let init = init(status, content, &[]);
            kinds.push((status, content, init.clone()));
            init
        })
    })
}
