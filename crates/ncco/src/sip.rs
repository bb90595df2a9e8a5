use serde_json::{Map, Value};

use crate::check::{Check, has_scheme};
use crate::code::Code;
use crate::wire_struct::wire_struct;

wire_struct! {
    /// A SIP address: a URI, or a user and the domain of a trunk.
    #[derive(Default)]
    pub struct Sip, "type": "sip" {
        without_setter {
            /// The address, `sip:` or `sips:`, 1 to 50 characters. May end in
            /// `;transport=tls` and `;media=srtp`.
            uri: String = "uri";
            /// The user, with [`domain`](Self::domain), instead of a URI.
            user: String = "user";
            /// The SIP domain of your trunk.
            domain: String = "domain";
        }
        optional {
            /// Headers sent as `X-<key>`.
            headers: Map<String, Value> = "headers";
            /// Headers sent under their own name. Read as `standard_headers` too
            /// (REST API, .NET SDK).
            standard_headers: StandardHeaders = "standardHeaders" | "standard_headers";
        }
    }
}

impl Sip {
    /// Calls a SIP URI.
    #[must_use]
    pub fn new(uri: impl Into<String>) -> Self {
        Self {
            uri: Some(uri.into()),
            ..Self::default()
        }
    }

    /// Calls `user` through the trunk with the SIP domain `domain`.
    #[must_use]
    pub fn trunk(user: impl Into<String>, domain: impl Into<String>) -> Self {
        Self {
            user: Some(user.into()),
            domain: Some(domain.into()),
            ..Self::default()
        }
    }

    /// Adds a header, sent as `X-<key>`.
    #[must_use]
    pub fn header(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.headers
            .get_or_insert_default()
            .insert(key.into(), value.into());
        self
    }

    /// Adds a `User-to-User` header.
    #[must_use]
    pub fn user_to_user(mut self, value: impl Into<String>) -> Self {
        self.standard_headers.get_or_insert_default().user_to_user = Some(value.into());
        self
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        match (&self.uri, &self.user, &self.domain) {
            (Some(uri), None, None) => check_sip_uri(uri, check),
            (None, Some(user), Some(domain)) => {
                check.filled("user", user);
                check.filled("domain", domain);
            }
            _ => {
                check.here(
                    Code::SipAddress,
                    "expected `uri`, or `user` and `domain`, not both",
                );
            }
        }
        if let Some(headers) = &self.standard_headers {
            headers.check_extra(&mut check.below("standardHeaders"));
        }
        self.check_extra(check);
    }
}

fn check_sip_uri(uri: &str, check: &mut Check<'_>) {
    if !has_scheme(uri, &["sips:", "sip:"]) {
        check.member("uri", Code::BadUrl, "expected a sip or sips URI");
    } else if uri.chars().count() > 50 {
        check.member("uri", Code::TooLong, "more than 50 characters");
    }
}

wire_struct! {
    /// SIP headers sent under their own name.
    #[derive(Default)]
    pub struct StandardHeaders {
        optional {
            /// `User-to-User` (RFC 7433), for example `342342ef34;encoding=hex`.
            user_to_user: String = "User-to-User";
        }
    }
}
