//! What `lookup` nodes ask of other systems.

use api::Reason;
use ivr::document::Method;
use ivr::{LookupAnswer, LookupRequest};
use serde_json::Value;

use super::body::{self, BodyError};
use super::deadline::{Deadline, within};
use super::http::{self, Outgoing};
use crate::faults::{self, Service};
use crate::log;

/// The longest answer read, in bytes.
const LONGEST: usize = 64 * 1024;

/// Asks, if the host is one that may be asked. Whatever goes wrong is [`LookupAnswer::Failed`]:
/// the caller takes the exit for it.
pub async fn ask(request: &LookupRequest, hosts: &[String], deadline: Deadline) -> LookupAnswer {
    if !is_allowed(&request.url, hosts) {
        log::alert(
            Reason::LookupRefused,
            &[
                host(&request.url),
                " is not in LOOKUP_HOSTS, or may never be asked",
            ]
            .concat(),
        );
        return LookupAnswer::Failed;
    }
    let deadline = deadline.but_at_most(request.deadline_ms.into());
    let timeout = u32::try_from(deadline.left().as_millis()).unwrap_or(0);
    if timeout == 0 {
        return LookupAnswer::Failed;
    }
    let mut headers: Vec<(&str, &str)> = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    if request.body.is_some() {
        headers.push(("content-type", "application/json"));
    }
    // What is compressed can be a thousand times as long as what is sent.
    headers.push(("accept-encoding", "identity"));
    // The platform sends a webhook again when it hears nothing: the same question, asked once more.
    let own_key = |name: &str| name.eq_ignore_ascii_case("idempotency-key");
    if let Some(key) = &request.idempotency_key
        && !headers.iter().any(|(name, _)| own_key(name))
    {
        headers.push(("idempotency-key", key));
    }
    let url = faults::inject_origin(&request.url);
    let outgoing = Outgoing {
        method: match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
        },
        url: &url,
        headers: &headers,
        body: request.body.as_deref(),
        timeout,
    };
    let answer = within(deadline, async {
        faults::inject_delay(Service::Lookup).await;
        faults::inject_error(Service::Lookup).ok()?;
        let response = http::send(&outgoing).await.ok()?;
        // A body that says beforehand that it is too long is not even begun.
        let announced = response.headers().get("content-length").ok().flatten();
        let announced = announced.and_then(|length| length.parse::<usize>().ok());
        let body = match announced {
            Some(length) if length > LONGEST => Err(BodyError::TooLong),
            _ => body::text_of(&response, LONGEST).await,
        };
        Some((response.status(), body))
    });
    match answer.await {
        Some(Some((status, Ok(body)))) => LookupAnswer::Answer {
            status,
            body: serde_json::from_str(&body).unwrap_or(Value::Null),
        },
        failed => {
            let why = match failed {
                None => " did not answer in time",
                Some(None | Some((_, Err(BodyError::Broken)))) => " could not be asked",
                Some(Some(_)) => " answered with more than is read",
            };
            log::alert(Reason::LookupFailed, &[host(&request.url), why].concat());
            LookupAnswer::Failed
        }
    }
}

/// The host of a URL: what else is in one may be a secret.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

/// Whether a URL is https, to a host on the list, and on the port https has.
///
/// Hosts are named; an address in figures is never asked, nor one of this machine or its network.
#[must_use]
pub fn is_allowed(url: &str, hosts: &[String]) -> bool {
    let Some(rest) = url.strip_prefix("https://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.strip_suffix(":443").unwrap_or(authority);
    let is_name = host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_public = host.contains('.')
        && last.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !["local", "internal", "localhost", "arpa"]
            .contains(&last.to_ascii_lowercase().as_str())
        && !last.starts_with("0x");
    is_name
        && is_public
        && !climbs(rest)
        && hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
}

/// Whether a segment of the path is `.` or `..`, in any writing: it would lead out of the part of
/// the host that the menu means (WHATWG URL, 4.4).
fn climbs(after_scheme: &str) -> bool {
    let path = after_scheme.split(['?', '#']).next().unwrap_or_default();
    path.split(['/', '\\']).skip(1).any(|segment| {
        let segment = segment.to_ascii_lowercase().replace("%2e", ".");
        segment == "." || segment == ".."
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_does_not_climb() {
        let hosts = ["api.example.com".to_owned()];
        let check = |path: &str, expected: bool| {
            let url = format!("https://api.example.com{path}");
            assert_eq!(is_allowed(&url, &hosts), expected, "{path}");
        };
        check("/v1/..", false);
        check("/v1/../admin", false);
        check("/v1/.", false);
        check("/v1/%2e%2E/admin", false);
        check("/v1/.%2e", false);
        check("/v1\\..\\admin", false);
        check("/v1/...", true);
        check("/v1/a..b/.hidden", true);
        check("/v1/x?path=../..", true);
    }

    #[test]
    fn only_named_public_hosts_on_the_list_are_asked() {
        let hosts: Vec<String> = [
            "api.example.com",
            "127.0.0.1",
            "localhost",
            "10.1",
            "0x7f.1",
            "db.internal",
            "[::1]",
            "printer.local",
            "127.0.0.0x1",
        ]
        .map(str::to_owned)
        .into();
        let check = |url: &str, expected: bool| {
            assert_eq!(is_allowed(url, &hosts), expected, "{url}");
        };
        check("https://api.example.com/x?y", true);
        check("https://API.example.com", true);
        check("https://api.example.com:443/", true);
        check("http://api.example.com/", false);
        check("https://api.example.com:8443/", false);
        check("https://api.example.com.evil.example/", false);
        check("https://evil.example/api.example.com", false);
        check("https://api.example.com@evil.example/", false);
        check("https://user@api.example.com/", false);
        check("https://api.example.com\\@evil.example/", false);
        check("https:///api.example.com", false);
        check("https://127.0.0.1/", false);
        check("https://127.0.0.0x1/", false);
        check("https://10.1/", false);
        check("https://0x7f.1/", false);
        check("https://[::1]/", false);
        check("https://localhost/", false);
        check("https://db.internal/", false);
        check("https://printer.local/", false);
        check("https://other.example.com/", false);
    }

    #[test]
    fn without_a_list_nobody_is_asked() {
        assert!(!is_allowed("https://api.example.com/", &[]));
    }
}
