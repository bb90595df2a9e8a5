//! Webhooks over HTTP, to a Worker.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use phone::{Destination, DestinationError, Request, Response};

/// A reply larger than this is cut off: no NCCO comes near it.
const MAX_REPLY_BYTES: u64 = 1024 * 1024;

/// Sends webhooks to where their URLs say.
///
/// One `Http` may be used by many threads; connections are kept and shared.
#[derive(Debug, Clone)]
pub struct Http {
    agent: ureq::Agent,
    rebase: Option<(String, String)>,
}

impl Default for Http {
    fn default() -> Self {
        Self::new()
    }
}

impl Http {
    /// A client with an empty pool of connections.
    #[must_use]
    pub fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections_per_host(64)
            .max_idle_age(Duration::from_secs(3))
            .user_agent("edge-ivr-phone")
            .build();
        Self {
            agent: ureq::Agent::new_with_config(config),
            rebase: None,
        }
    }

    /// Sends what is meant for the origin `from` to the origin `to`: a Worker under test writes
    /// its public address into NCCOs and listens on another.
    #[must_use]
    pub fn rebased(mut self, from: &str, to: &str) -> Self {
        let trim = |origin: &str| origin.trim_end_matches('/').to_owned();
        self.rebase = Some((trim(from), trim(to)));
        self
    }

    fn target(&self, url: &str) -> String {
        self.rebase
            .as_ref()
            .and_then(|(from, to)| {
                let rest = url.strip_prefix(from.as_str())?;
                (rest.is_empty() || rest.starts_with(['/', '?'])).then(|| format!("{to}{rest}"))
            })
            .unwrap_or_else(|| url.to_owned())
    }
}

impl Destination for Http {
    fn deliver(&self, request: &Request) -> Result<Response, DestinationError> {
        let mut builder = ureq::http::Request::builder()
            .method(request.method.verb())
            .uri(self.target(&request.url));
        if let Some(authorization) = &request.authorization {
            builder = builder.header("authorization", authorization);
        }
        if let Some(content_type) = request.content_type {
            builder = builder.header("content-type", content_type);
        }
        let message = builder
            .body(request.body.as_slice())
            .map_err(|why| DestinationError::BadUrl(why.to_string()))?;
        let message = self
            .agent
            .configure_request(message)
            .timeout_connect(Some(request.connect_timeout))
            .timeout_recv_response(Some(request.socket_timeout))
            .timeout_recv_body(Some(request.socket_timeout))
            .build();
        let mut reply = self.agent.run(message).map_err(unreachable)?;
        let headers: Vec<(String, String)> = reply
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect();
        let content_type = headers
            .iter()
            .find(|(name, _)| name == "content-type")
            .map(|(_, value)| value.clone());
        let body = reply
            .body_mut()
            .with_config()
            .limit(MAX_REPLY_BYTES)
            .read_to_vec()
            .map_err(unreachable)?;
        Ok(Response {
            status: reply.status().as_u16(),
            content_type,
            headers,
            body,
        })
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn unique(&self) -> String {
        unique()
    }
}

/// Text that no other call has: time, process and a counter.
#[must_use]
pub fn unique() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!(
        "{}/{}/{next}",
        Timestamp::now().as_nanosecond(),
        std::process::id()
    )
}

fn unreachable(why: ureq::Error) -> DestinationError {
    match why {
        ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
            DestinationError::ConnectTimeout
        }
        ureq::Error::Timeout(_) => DestinationError::SocketTimeout,
        ureq::Error::BadUri(why) => DestinationError::BadUrl(why),
        ureq::Error::HostNotFound => DestinationError::BadUrl("the host has no address".to_owned()),
        ureq::Error::Tls(why) => DestinationError::Tls(why.to_owned()),
        ureq::Error::Rustls(why) => DestinationError::Tls(why.to_string()),
        other => DestinationError::Closed(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_urls_of_the_named_origin_are_rebased() {
        let http = Http::new().rebased("https://ivr.example.com/", "http://127.0.0.1:8787");
        let check = |url: &str, expected: &str| assert_eq!(http.target(url), expected);
        check(
            "https://ivr.example.com/webhooks/input?s=1",
            "http://127.0.0.1:8787/webhooks/input?s=1",
        );
        check(
            "https://ivr.example.com.evil.test/",
            "https://ivr.example.com.evil.test/",
        );
        check(
            "https://media.example.com/a.mp3",
            "https://media.example.com/a.mp3",
        );
    }

    #[test]
    fn what_is_unique_is_never_given_twice() {
        assert_ne!(unique(), unique());
    }

    #[test]
    fn nobody_listening_is_a_closed_connection() {
        let request = Request {
            method: phone::Method::Post,
            url: "http://127.0.0.1:9/webhooks/answer".to_owned(),
            authorization: None,
            content_type: Some("application/json"),
            body: b"{}".to_vec(),
            connect_timeout: Duration::from_secs(1),
            socket_timeout: Duration::from_secs(5),
        };
        let why = Http::new().deliver(&request).unwrap_err();
        assert!(matches!(why, DestinationError::Closed(_)), "{why}");
    }
}
