//! `SINK_URL`: events over HTTP, signed as Standard Webhooks says.

use events::signing::SinkSecret;

use super::http::{self, Outgoing};
use super::promise::PlatformError;
use crate::bindings::clock;
use crate::env::{Config, is_sink_url};

/// How long the sink may take, in milliseconds.
const TIMEOUT: u32 = 10_000;

/// Where events are forwarded to, and with what they are signed.
pub struct HttpSink<'a> {
    url: &'a str,
    secret: SinkSecret,
}

/// The sink did not take an event.
#[derive(Clone, Debug)]
pub struct SinkError {
    /// Why.
    pub message: String,
    /// Seconds it asked to be left alone for.
    pub retry_after: u32,
    /// Whether it could not be reached at all.
    pub unreachable: bool,
    /// Whether it wants no more (410): Standard Webhooks asks to stop then.
    pub gone: bool,
}

impl<'a> HttpSink<'a> {
    /// The sink of the settings, if one is set.
    ///
    /// # Errors
    /// The address is not `https` (or a loopback one), or the secret cannot be used. Events then
    /// wait, rather than leave unsigned.
    pub fn new(config: &'a Config) -> Option<Result<Self, PlatformError>> {
        let url = config.sink_url.as_deref()?;
        if !is_sink_url(url) {
            return Some(Err(PlatformError::new("SINK_URL must begin with https://")));
        }
        let secret = config.sink_secret.as_deref().unwrap_or_default();
        Some(match SinkSecret::new(secret) {
            Ok(secret) => Ok(Self { url, secret }),
            Err(error) => Err(PlatformError::new(error.to_string())),
        })
    }

    /// Sends one event, as JSON text.
    ///
    /// # Errors
    /// Anything but a 2xx.
    pub async fn send(&self, id: &str, body: &str) -> Result<(), SinkError> {
        let now = clock::now().as_second();
        let outgoing = Outgoing {
            method: "POST",
            url: self.url,
            headers: &[
                ("content-type", "application/cloudevents+json"),
                ("user-agent", "edge-ivr"),
                ("webhook-id", id),
                ("webhook-timestamp", &now.to_string()),
                ("webhook-signature", &self.secret.sign(id, now, body)),
            ],
            body: Some(body),
            timeout: TIMEOUT,
        };
        let response = http::send(&outgoing).await.map_err(|error| SinkError {
            message: format!("SINK_URL: {}", error.message),
            retry_after: 0,
            unreachable: true,
            gone: false,
        })?;
        if response.ok() {
            return Ok(());
        }
        let header = response.headers().get("retry-after").ok().flatten();
        let retry_after = header.map_or(0, |text| retry_after(&text, clock::now().as_second()));
        Err(SinkError {
            message: format!("SINK_URL: status {}", response.status()),
            retry_after,
            unreachable: false,
            gone: response.status() == 410,
        })
    }
}

/// How many seconds a `Retry-After` asks to wait: it names them, or a date (RFC 9110, 10.2.3).
/// What is neither, or long past, asks for nothing.
fn retry_after(header: &str, now: i64) -> u32 {
    let header = header.trim();
    if let Ok(seconds) = header.parse() {
        return seconds;
    }
    let date = httpdate::parse_http_date(header)
        .ok()
        .and_then(|date| date.duration_since(std::time::UNIX_EPOCH).ok())
        .and_then(|since| i64::try_from(since.as_secs()).ok());
    let left = date.map_or(0, |date| date.saturating_sub(now).max(0));
    u32::try_from(left).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::retry_after;

    #[test]
    fn a_pause_is_asked_for_in_seconds_or_by_a_date() {
        let check = |header: &str, expected: u32| {
            assert_eq!(retry_after(header, 784_111_777), expected, "{header}");
        };
        check("120", 120);
        check(" 7 ", 7);
        check("Sun, 06 Nov 1994 08:51:37 GMT", 120);
        check("Sunday, 06-Nov-94 08:49:47 GMT", 10);
        check("Sun Nov  6 08:49:47 1994", 10);
        check("Sun, 06 Nov 1994 08:49:37 GMT", 0);
        check("Sun, 06 Nov 1994 08:00:00 GMT", 0);
        check("soon", 0);
        check("-5", 0);
        check("", 0);
    }
}
