//! An account at Vonage, as a client of its Application, Numbers and Account APIs.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use vonage::requests::{
    AccountSettings, ApplicationWebhooks, NumberPage, OwnedNumber, RefusedError, Request,
};

use crate::arguments::Credentials;
use crate::error::CliError;
use crate::print::{self, shown};
use crate::worker_url::WorkerUrl;

/// Where the requests of the `vonage` crate go.
const HOSTS: [&str; 2] = ["https://api.nexmo.com", "https://rest.nexmo.com"];
/// How often a request is sent that was one too many a second.
const ATTEMPTS: u32 = 4;
/// The longest wait Vonage may ask for before that.
const LONGEST_WAIT_SECONDS: u64 = 10;
/// More pages of numbers than anybody has.
const MOST_PAGES: u32 = 200;

/// An account, and who we are there.
pub struct VonageAccount {
    agent: ureq::Agent,
    /// Another server that speaks these APIs.
    elsewhere: Option<String>,
    basic: String,
    secret: String,
}

impl VonageAccount {
    /// The account of a key and its secret.
    ///
    /// # Errors
    /// When one of them is missing.
    pub fn of(credentials: &Credentials) -> Result<Self, CliError> {
        let (Some(key), Some(secret)) = (&credentials.api_key, &credentials.api_secret) else {
            return Err(CliError::usage("whose account at Vonage?").help(
                "set VONAGE_API_KEY and VONAGE_API_SECRET, those of the account's dashboard",
            ));
        };
        let elsewhere = match credentials.api.as_deref() {
            Some(url) => Some(WorkerUrl::parse(url)?),
            None => None,
        };
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .user_agent("ivr");
        if elsewhere.as_ref().is_some_and(WorkerUrl::is_loopback) {
            config = config.proxy(None);
        }
        Ok(Self {
            agent: ureq::Agent::new_with_config(config.build()),
            elsewhere: elsewhere.map(|url| url.base()),
            basic: STANDARD.encode(format!("{key}:{secret}")),
            secret: secret.clone(),
        })
    }

    /// An application, as the API gives it out.
    ///
    /// # Errors
    /// When it cannot be had, or is none.
    pub fn application(&self, id: &str) -> Result<(String, ApplicationWebhooks), CliError> {
        let request = ApplicationWebhooks::get_request(id)
            .map_err(|_| CliError::usage(format!("{id} is no application's id")))?;
        let current = self.send(&request, &format!("application {id}"))?;
        let is = ApplicationWebhooks::read(current.as_bytes())
            .ok_or_else(|| CliError::unreachable("what came back is no application"))?;
        Ok((current, is))
    }

    /// Every number of the account.
    ///
    /// # Errors
    /// When they cannot be had.
    pub fn numbers(&self) -> Result<Vec<OwnedNumber>, CliError> {
        let mut numbers = Vec::new();
        for page in 1..=MOST_PAGES {
            let reply = self.send(&NumberPage::request(page), "the list of numbers")?;
            let mut read = NumberPage::read(reply.as_bytes())
                .ok_or_else(|| CliError::unreachable("what came back is no list of numbers"))?;
            let is_last = read.numbers.is_empty();
            numbers.append(&mut read.numbers);
            if is_last || numbers.len() >= read.count as usize {
                break;
            }
            print::progress(format!("{} of {} numbers read", numbers.len(), read.count));
        }
        print::progress_done();
        Ok(numbers)
    }

    /// The account's SMS URLs.
    ///
    /// # Errors
    /// When they cannot be had.
    pub fn settings(&self) -> Result<AccountSettings, CliError> {
        let reply = self.send(&AccountSettings::get_request(), "the account's settings")?;
        AccountSettings::read(reply.as_bytes())
            .ok_or_else(|| CliError::unreachable("what came back are no account's settings"))
    }

    /// Sends a request about `what`; gives back the body.
    ///
    /// # Errors
    /// When nobody answers, or Vonage says no.
    pub fn send(&self, request: &Request, what: &str) -> Result<String, CliError> {
        let mut attempt = 1;
        loop {
            let (status, wait, text) = self.once(request)?;
            if status == 429 && attempt < ATTEMPTS {
                attempt += 1;
                std::thread::sleep(Duration::from_secs(wait.min(LONGEST_WAIT_SECONDS)));
                continue;
            }
            return self.understood(request, what, status, text);
        }
    }

    /// The status, the seconds Vonage asks us to wait, and the body.
    fn once(&self, request: &Request) -> Result<(u16, u64, String), CliError> {
        let url = match &self.elsewhere {
            Some(base) => HOSTS
                .iter()
                .find_map(|host| request.url.strip_prefix(host))
                .map_or_else(|| request.url.clone(), |rest| format!("{base}{rest}")),
            None => request.url.clone(),
        };
        let message = ureq::http::Request::builder()
            .method(request.method.as_str())
            .uri(&url)
            .header("authorization", format!("Basic {}", self.basic))
            .header("accept", "application/json");
        let bad = |why: ureq::http::Error| CliError::usage(format!("{url}: {why}"));
        let unreachable = |why: ureq::Error| CliError::unreachable(format!("{url}: {why}"));
        let reply = match &request.body {
            Some(body) => self.agent.run(
                message
                    .header("content-type", request.media_type.as_str())
                    .body(body.as_str())
                    .map_err(bad)?,
            ),
            None => self.agent.run(message.body(()).map_err(bad)?),
        };
        let mut reply = reply.map_err(unreachable)?;
        let wait = reply
            .headers()
            .get("retry-after")
            .and_then(|seconds| seconds.to_str().ok()?.trim().parse().ok())
            .unwrap_or(1);
        let status = reply.status().as_u16();
        let text = reply.body_mut().read_to_string().map_err(unreachable)?;
        Ok((status, wait, text))
    }

    fn understood(
        &self,
        request: &Request,
        what: &str,
        status: u16,
        text: String,
    ) -> Result<String, CliError> {
        let refused = RefusedError::read(text.as_bytes());
        let code = match &refused {
            Some(refused) if status < 300 => refused.code.as_str(),
            _ => "",
        };
        match (status, code) {
            (200..=299, "") => Ok(text),
            (401 | 403, _) | (_, "401") => Err(CliError::unreachable(
                "Vonage does not let us in (401)",
            )
            .help("VONAGE_API_KEY and VONAGE_API_SECRET are those of the account's dashboard")),
            (404, _) => Err(CliError::refused(format!("Vonage does not know {what}"))
                .help("is it of the account VONAGE_API_KEY names?")),
            (429 | 500..=599, _) => Err(CliError::unreachable(format!(
                "Vonage cannot do it now ({status})"
            ))
            .help("try again in a minute")),
            _ => {
                let said = refused.map_or_else(|| said(&text), |refused| refused.to_string());
                let error = CliError::refused(format!(
                    "Vonage refuses {what} ({status}): {}",
                    self.without_secret(&said)
                ));
                let probed = request.body.as_deref().is_some_and(|body| {
                    ["moHttpUrl", "moCallBackUrl", "drCallBackUrl"]
                        .iter()
                        .any(|name| body.contains(name))
                });
                Err(if probed {
                    error.help(
                        "before Vonage stores a URL for SMS it asks it once, by GET, and wants 200: \
                         is the Worker deployed there?",
                    )
                } else {
                    error
                })
            }
        }
    }

    /// A reply may quote what was sent.
    fn without_secret(&self, text: &str) -> String {
        text.replace(&self.basic, "…").replace(&self.secret, "…")
    }
}

/// What a refusal says (RFC 9457, with the members of Vonage's own).
fn said(text: &str) -> String {
    let problem: Value = serde_json::from_str(text).unwrap_or_default();
    let part = |of: &Value, name: &str| {
        of.get(name)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .filter(|part| !part.is_empty())
    };
    let mut parts: Vec<String> = ["title", "detail"]
        .iter()
        .filter_map(|name| part(&problem, name))
        .collect();
    let invalid = problem.get("invalid_parameters").and_then(Value::as_array);
    parts.extend(invalid.into_iter().flatten().filter_map(|one| {
        let (name, reason) = (part(one, "name")?, part(one, "reason")?);
        Some(format!("{name}: {reason}"))
    }));
    if parts.is_empty() {
        return shown(&text.chars().take(300).collect::<String>());
    }
    shown(&parts.join("; "))
}
