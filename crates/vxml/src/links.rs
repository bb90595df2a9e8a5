//! The addresses a browser submits to.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Escaped in a query: all but what RFC 3986 leaves unreserved.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A call as the addresses of its documents tell of it: a VoiceXML browser sends nothing of its own
/// accord but what an address holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// The call's id.
    pub id: String,
    /// Who calls.
    pub from: String,
    /// Who is called.
    pub to: String,
    /// When it was answered, in milliseconds since 1970.
    pub began: String,
    /// How callers are put through.
    pub transfer: Transfer,
}

/// How a caller is put through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transfer {
    /// The browser stays in between, and tells what became of it.
    #[default]
    Bridge,
    /// The browser lets go of the call: for one that cannot bridge.
    Blind,
}

impl Transfer {
    /// As the address says it, and `type` of `<transfer>`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bridge => "bridge",
            Self::Blind => "blind",
        }
    }

    /// What an address says; anything unknown is a bridge.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "blind" => Self::Blind,
            _ => Self::Bridge,
        }
    }
}

/// Makes addresses.
#[derive(Debug, Clone, Copy)]
pub struct Links<'a> {
    /// What our addresses begin with, like `https://ivr.example.com`, without a `/` at its end.
    pub base_url: &'a str,
    /// Lets the browser in.
    pub token: &'a str,
    /// The call.
    pub session: &'a Session,
}

impl Links<'_> {
    /// The address for a browser instead of one of a call control object: the same path, state
    /// and menu, and what tells of the call.
    pub(crate) fn submit(&self, webhook: &str) -> String {
        let (_, rest) = webhook.rsplit_once("/webhooks/").unwrap_or(("", webhook));
        let between = if rest.contains('?') { '&' } else { '?' };
        let mut url = String::with_capacity(webhook.len() + 160);
        url.extend([self.base_url, "/vxml/", rest]);
        url.push(between);
        self.tail(&mut url);
        url
    }

    /// Where a browser tells that the call is over.
    pub(crate) fn event(&self) -> String {
        self.submit("/webhooks/event")
    }

    fn tail(&self, url: &mut String) {
        let Session {
            id,
            from,
            to,
            began,
            transfer,
        } = self.session;
        let mut separator = "";
        for (name, value) in [
            ("session", id.as_str()),
            ("from", from),
            ("to", to),
            ("began", began),
            ("transfer", transfer.name()),
            ("token", self.token),
        ] {
            url.extend([separator, name, "="]);
            url.extend(utf8_percent_encode(value, QUERY));
            separator = "&";
        }
    }
}

/// An address with one more parameter.
pub(crate) fn with(url: &str, name: &str, value: &str) -> String {
    let mut url = url.to_owned();
    url.extend(["&", name, "="]);
    url.extend(utf8_percent_encode(value, QUERY));
    url
}
