//! The addresses a browser submits to.

use vonage::encode_query;

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
        let between = if rest.contains('?') { "&" } else { "?" };
        let call = self.session;
        let query = encode_query([
            ("session", call.id.as_str()),
            ("from", &call.from),
            ("to", &call.to),
            ("began", &call.began),
            ("transfer", call.transfer.name()),
            ("token", self.token),
        ]);
        [self.base_url, "/vxml/", rest, between, &query].concat()
    }

    /// Where a browser tells that the call is over.
    pub(crate) fn event(&self) -> String {
        self.submit("/webhooks/event")
    }
}

/// An address with one more parameter.
pub(crate) fn with(url: &str, name: &str, value: &str) -> String {
    [url, "&", &encode_query([(name, value)])].concat()
}
