//! The address of a Worker whose API is used.

use std::net::IpAddr;

use url::{Host, Url};

use crate::error::CliError;

/// An address that a token may be sent to: https, or plain http on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerUrl(Url);

/// Why an address is none that a token may be sent to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkerUrlError {
    /// It cannot be read, or is not http.
    #[error("{0} is not a URL")]
    NotAUrl(String),
    /// Everybody on the way could read the token.
    #[error("{0} is not encrypted, and the token would be sent in clear")]
    InClear(String),
    /// It holds a user name or a password.
    #[error("a URL with a user name or a password in it is not taken")]
    Credentials,
}

impl WorkerUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// When no token may be sent there.
    pub fn parse(text: &str) -> Result<Self, WorkerUrlError> {
        let not_a_url = || WorkerUrlError::NotAUrl(text.to_owned());
        let url = Url::parse(text).map_err(|_| not_a_url())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(WorkerUrlError::Credentials);
        }
        match (url.scheme(), url.host()) {
            ("https", Some(_)) => Ok(Self(url)),
            ("http", Some(host)) if is_loopback(&host) => Ok(Self(url)),
            ("http", Some(_)) => Err(WorkerUrlError::InClear(text.to_owned())),
            _ => Err(not_a_url()),
        }
    }

    /// The address without a slash, a query or a fragment at its end.
    #[must_use]
    pub fn base(&self) -> String {
        let origin = self.0.origin().ascii_serialization();
        format!("{origin}{}", self.0.path().trim_end_matches('/'))
    }

    /// Whether it is this machine, which no proxy reaches.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.0.host().is_some_and(|host| is_loopback(&host))
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => IpAddr::V4(*address).is_loopback(),
        Host::Ipv6(address) => IpAddr::V6(*address).is_loopback(),
    }
}

impl From<WorkerUrlError> for CliError {
    fn from(why: WorkerUrlError) -> Self {
        let help = match &why {
            WorkerUrlError::NotAUrl(_) => "like https://ivr.example.com",
            WorkerUrlError::InClear(_) => "write https:// (plain http is for this machine only)",
            WorkerUrlError::Credentials => "give the token with --token or IVR_TOKEN",
        };
        Self::usage(why.to_string()).help(help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_over_https_or_to_this_machine_only() {
        let check = |text: &str, expected: Result<&str, WorkerUrlError>| {
            assert_eq!(
                WorkerUrl::parse(text).map(|url| url.base()),
                expected.map(str::to_owned),
                "{text}"
            );
        };
        let in_clear = |text: &str| Err(WorkerUrlError::InClear(text.to_owned()));
        let no_url = |text: &str| Err(WorkerUrlError::NotAUrl(text.to_owned()));
        check("https://ivr.example.com/", Ok("https://ivr.example.com"));
        check(
            "HTTPS://IVR.example.com:8443",
            Ok("https://ivr.example.com:8443"),
        );
        check("http://127.0.0.1:8787", Ok("http://127.0.0.1:8787"));
        check("http://127.9.9.9/", Ok("http://127.9.9.9"));
        check("http://[::1]:8787", Ok("http://[::1]:8787"));
        check("http://localhost:8787/", Ok("http://localhost:8787"));
        check("http://ivr.localhost", Ok("http://ivr.localhost"));
        for text in [
            "http://ivr.example.com",
            "HTTP://ivr.example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://192.168.1.2:8787",
            "http://0.0.0.0:8787",
            "http://[2001:db8::1]",
        ] {
            check(text, in_clear(text));
        }
        for text in [
            "ivr.example.com",
            "ftp://ivr.example.com",
            "",
            "https://",
            "file:///x",
        ] {
            check(text, no_url(text));
        }
        check(
            "https://a:b@ivr.example.com",
            Err(WorkerUrlError::Credentials),
        );
        // What only looks like this machine.
        check(
            "http://localhost@example.com",
            Err(WorkerUrlError::Credentials),
        );
    }
}
