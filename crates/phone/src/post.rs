//! Sending: signatures, retries, the fallback URL, and faults on purpose.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use vonage::ConversationId;

use crate::clock::Clock;
use crate::destination::{Destination, DestinationError, Method, Request, Response};
use crate::ids::Ids;
use crate::report::{Exchange, Happening, Moment};
use crate::signature::sign;
use crate::statuses::{self, Body};
use crate::{Application, Misbehaviour, WebhookSettings};

/// The reason the platform gives for an NCCO it cannot run.
const SYNTAX_ERROR: &str = "Syntax error in NCCO. Invalid value type or action.";

/// What a request for instructions came to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Instructions {
    /// Run these actions instead of what was left.
    Ncco(Vec<Value>),
    /// Go on with what was left.
    Continue,
}

/// Nothing to run came back, not from the fallback URL either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoInstructionsError;

/// What kind of request asks for instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asking {
    /// An answer or `onAnswer` URL: an NCCO is required.
    Answer,
    /// An event that may be answered with an NCCO.
    Event,
}

impl Asking {
    fn word(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Event => "event",
        }
    }
}

struct Deferred {
    due: Timestamp,
    kind: String,
    webhook: WebhookSettings,
    body: Body,
}

/// Carries the webhooks of one call.
pub(crate) struct Post<'p> {
    application: &'p Application,
    destination: &'p dyn Destination,
    faults: &'p Misbehaviour,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    chance: Ids,
    deferred: Vec<Deferred>,
    held: Option<(String, WebhookSettings, Body)>,
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) news: Vec<Moment>,
}

impl<'p> Post<'p> {
    pub(crate) fn new(
        application: &'p Application,
        destination: &'p dyn Destination,
        faults: &'p Misbehaviour,
        clock: Clock,
        ids: Ids,
    ) -> Self {
        Self {
            application,
            destination,
            faults,
            clock,
            ids,
            chance: Ids::from_seed(&format!("faults/{}", faults.seed)),
            deferred: Vec::new(),
            held: None,
            exchanges: Vec::new(),
            news: Vec::new(),
        }
    }

    pub(crate) fn application(&self) -> &'p Application {
        self.application
    }

    /// Notes something for the transcript.
    pub(crate) fn tell(&mut self, what: Happening) {
        self.news.push(Moment {
            at_ms: self.clock.elapsed_ms(),
            what,
        });
    }

    /// Lets time pass and sends what became due.
    pub(crate) fn pass(&mut self, seconds: f64) {
        self.clock.pass(seconds);
        self.send_due(self.clock.now());
    }

    /// Sends what is still to be sent, in order of time.
    pub(crate) fn finish(&mut self) {
        if let Some((kind, webhook, body)) = self.held.take() {
            self.send_event(&kind, &webhook, &body);
        }
        self.send_due(Timestamp::MAX);
    }

    fn send_due(&mut self, until: Timestamp) {
        while let Some(next) = self
            .deferred
            .iter()
            .enumerate()
            .filter(|(_, deferred)| deferred.due <= until)
            .min_by_key(|(at, deferred)| (deferred.due, *at))
            .map(|(at, _)| at)
        {
            let Deferred {
                kind,
                webhook,
                body,
                ..
            } = self.deferred.remove(next);
            self.send_event(&kind, &webhook, &body);
        }
    }

    fn luck(&mut self, percent: u8) -> bool {
        percent > 0 && self.chance.below(100) < u32::from(percent)
    }

    /// A status or another event whose reply does not matter.
    pub(crate) fn event(&mut self, kind: &str, webhook: &WebhookSettings, body: Body) {
        if self.luck(self.faults.drop_percent) {
            return;
        }
        if self.luck(self.faults.delay_percent) {
            self.later(self.faults.delay_seconds, kind, webhook, body);
            return;
        }
        if self.held.is_none() && self.luck(self.faults.reorder_percent) {
            self.held = Some((kind.to_owned(), webhook.clone(), body));
            return;
        }
        self.send_event(kind, webhook, &body);
        if let Some((kind, webhook, body)) = self.held.take() {
            self.send_event(&kind, &webhook, &body);
        }
    }

    /// An event that is sent when `seconds` have passed, or at the end of the call.
    pub(crate) fn later(
        &mut self,
        seconds: f64,
        kind: &str,
        webhook: &WebhookSettings,
        body: Body,
    ) {
        let due = self.clock.after_ms((seconds * 1000.0) as i64);
        self.deferred.push(Deferred {
            due,
            kind: kind.to_owned(),
            webhook: webhook.clone(),
            body,
        });
    }

    fn send_event(&mut self, kind: &str, webhook: &WebhookSettings, body: &Body) {
        let _ = self.deliver(kind, webhook, body);
        if self.luck(self.faults.duplicate_percent) {
            let _ = self.deliver(kind, webhook, body);
        }
    }

    /// An event whose reply could say what happens next, if there were a caller left to hear it.
    pub(crate) fn last_event(&mut self, kind: &str, webhook: &WebhookSettings, body: &Body) {
        let reply = self.deliver(kind, webhook, body);
        if let Ok(Instructions::Ncco(_)) = instructions(Asking::Event, reply) {
            self.tell(Happening::Refused {
                url: webhook.url.clone(),
                reason: "The call is over.".to_owned(),
                detail: "an NCCO for a caller who has hung up".to_owned(),
            });
        }
    }

    /// A request whose reply says what happens next, with the platform's retries and fallback
    /// (article 115016024247 of its support).
    pub(crate) fn ask(
        &mut self,
        asking: Asking,
        kind: &str,
        webhook: &WebhookSettings,
        body: &Body,
    ) -> Result<Instructions, NoInstructionsError> {
        let failure = match self.ask_twice(asking, kind, webhook, body) {
            Ok(instructions) => return Ok(instructions),
            Err(failure) => failure,
        };
        self.tell(Happening::Refused {
            url: webhook.url.clone(),
            reason: failure.reason.to_owned(),
            detail: failure.detail.clone(),
        });
        if failure.is_ncco {
            let conversation = body
                .get("conversation_uuid")
                .and_then(Value::as_str)
                .map(ConversationId::from)
                .unwrap_or_default();
            let event = statuses::error(&conversation, SYNTAX_ERROR, self.clock.now());
            let to = self.application.event.clone();
            self.event("error", &to, event);
        }
        let Some(fallback) = self.application.fallback.clone() else {
            return Err(NoInstructionsError);
        };
        let mut original = body.clone();
        original.insert("reason".to_owned(), failure.reason.into());
        original.insert(
            "original_request".to_owned(),
            json!({ "url": webhook.url, "type": asking.word() }),
        );
        let saved = self.ask_twice(Asking::Answer, "fallback", &fallback, &original);
        self.tell(Happening::FellBack {
            saved: saved.is_ok(),
        });
        saved.map_err(|_| NoInstructionsError)
    }

    fn ask_twice(
        &mut self,
        asking: Asking,
        kind: &str,
        webhook: &WebhookSettings,
        body: &Body,
    ) -> Result<Instructions, Failure> {
        let first = self.ask_once(asking, kind, webhook, body);
        match first {
            Err(failure) if failure.retried => {
                self.pass(1.0);
                self.ask_once(asking, kind, webhook, body)
            }
            settled => settled,
        }
    }

    fn ask_once(
        &mut self,
        asking: Asking,
        kind: &str,
        webhook: &WebhookSettings,
        body: &Body,
    ) -> Result<Instructions, Failure> {
        let reply = self.deliver(kind, webhook, body);
        if self.luck(self.faults.duplicate_percent) {
            let again = self.deliver(kind, webhook, body);
            if let (Ok(one), Ok(two)) = (&reply, &again)
                && (one.status, &one.body) != (two.status, &two.body)
            {
                self.tell(Happening::RepliesDiffer {
                    url: webhook.url.clone(),
                });
            }
        }
        instructions(asking, reply)
    }

    fn deliver(
        &mut self,
        kind: &str,
        webhook: &WebhookSettings,
        body: &Body,
    ) -> Result<Response, DestinationError> {
        let unsigned = self.luck(self.faults.unsigned_percent);
        if unsigned {
            // A signature missing by accident: the platform tries again, signed, when it is
            // answered with 5xx (its guide to signed webhooks).
            let reply = self.deliver_once(kind, webhook, body, false);
            if !matches!(&reply, Ok(response) if response.status >= 500) {
                return reply;
            }
        }
        self.deliver_once(kind, webhook, body, true)
    }

    fn deliver_once(
        &mut self,
        kind: &str,
        webhook: &WebhookSettings,
        body: &Body,
        signed: bool,
    ) -> Result<Response, DestinationError> {
        let request = self.request(webhook, body, signed);
        let started = self.destination.now();
        let reply = self.destination.deliver(&request);
        let took = self.destination.now().duration_since(started);
        let took = Duration::try_from(took).unwrap_or_default();
        self.exchanges.push(Exchange {
            kind: kind.to_owned(),
            method: webhook.method,
            url: request.url.clone(),
            sent: Value::Object(body.clone()),
            status: reply.as_ref().ok().map(|response| response.status),
            unreachable: reply.as_ref().err().map(ToString::to_string),
            content_type: reply.as_ref().ok().and_then(|it| it.content_type.clone()),
            reply: reply
                .as_ref()
                .map(|response| response.body.clone())
                .unwrap_or_default(),
            took,
            signed: request.authorization.is_some(),
        });
        reply
    }

    fn request(&mut self, webhook: &WebhookSettings, body: &Body, signed: bool) -> Request {
        let (url, content_type, bytes) = match webhook.method {
            Method::Get => {
                let separator = if webhook.url.contains('?') { '&' } else { '?' };
                let url = format!("{}{separator}{}", webhook.url, query(body));
                (url, None, Vec::new())
            }
            Method::Post => {
                let text = Value::Object(body.clone()).to_string();
                (
                    webhook.url.clone(),
                    Some("application/json"),
                    text.into_bytes(),
                )
            }
            Method::PostForm => {
                let text = query(body);
                let kind = "application/x-www-form-urlencoded";
                (webhook.url.clone(), Some(kind), text.into_bytes())
            }
        };
        let mut request = Request {
            method: webhook.method,
            url,
            authorization: None,
            content_type,
            body: bytes,
            connect_timeout: webhook.connect_timeout,
            socket_timeout: webhook.socket_timeout,
        };
        if signed && let Some(secret) = &self.application.signature_secret {
            let token = sign(
                secret,
                self.application,
                &request,
                &self.ids.uuid(),
                self.destination.now().as_second(),
            );
            request.authorization = Some(format!("Bearer {token}"));
        }
        request
    }
}

struct Failure {
    retried: bool,
    is_ncco: bool,
    reason: &'static str,
    detail: String,
}

fn instructions(
    asking: Asking,
    reply: Result<Response, DestinationError>,
) -> Result<Instructions, Failure> {
    let response = reply.map_err(|why| Failure {
        retried: why.is_retried(),
        is_ncco: false,
        reason: why.reason(),
        detail: why.to_string(),
    })?;
    if !(200..=205).contains(&response.status) {
        return Err(Failure {
            retried: matches!(response.status, 429 | 503 | 504),
            is_ncco: false,
            reason: "Invalid response code.",
            detail: format!(
                "HTTP {}: {}",
                response.status,
                String::from_utf8_lossy(&response.body)
                    .chars()
                    .take(200)
                    .collect::<String>()
            ),
        });
    }
    let refuse = |detail: String| Failure {
        retried: false,
        is_ncco: true,
        reason: "Invalid NCCO.",
        detail,
    };
    let text = response.body.trim_ascii();
    let nothing = text.is_empty() || text.starts_with(b"{");
    if nothing {
        return match asking {
            Asking::Event => Ok(Instructions::Continue),
            Asking::Answer => Err(refuse("an NCCO (an array) is needed".to_owned())),
        };
    }
    let kind = response.content_type.as_deref().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !matches!(kind, "application/json" | "text/plain") {
        return Err(refuse(format!("content type {kind:?} is refused")));
    }
    let ncco = ncco::Ncco::from_json(text).map_err(|why| refuse(why.to_string()))?;
    let actions = match serde_json::from_slice(text) {
        Ok(Value::Array(actions)) => actions,
        Ok(_) => return Err(refuse("an NCCO is an array".to_owned())),
        Err(why) => return Err(refuse(why.to_string())),
    };
    // Nothing to do ends the call; it is used on purpose and not an error.
    if !actions.is_empty() {
        let text: Vec<String> = ncco
            .validate()
            .iter()
            .filter(|finding| finding.severity() == ncco::Severity::Error)
            .map(|finding| format!("{}: {}", finding.pointer, finding.message))
            .collect();
        if !text.is_empty() {
            return Err(refuse(text.join("; ")));
        }
    }
    Ok(Instructions::Ncco(actions))
}

/// The members as a query: scalars as they are, objects as JSON text, null as the word.
pub(crate) fn query(body: &Body) -> String {
    let pairs: Vec<String> = body
        .iter()
        .map(|(name, value)| {
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            format!("{}={}", percent_encoded(name), percent_encoded(&text))
        })
        .collect();
    pairs.join("&")
}

/// Percent-encodes what the captures show encoded, and what a query could not hold otherwise.
/// Colons and commas stay.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => encoded.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b':' | b',' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
