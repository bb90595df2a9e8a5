//! Deciding about a webhook: a plain function of its bytes, the settings, what the isolate
//! remembers, and what was fetched for it.
//!
//! [`admit`] comes before the body is read, [`decide`] after. Both wait for nothing and change
//! nothing outside: an [`Outcome`] says what is to be done, and `src/entry.js` does it.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use vonage::{Method, Route};

use super::auth::{self, Head, Pass};
use super::{call, event, fallback, nothing_here, wrong_method};
use crate::bindings::menus::Documents;
use crate::env::Config;
use crate::facts::{Decision, Facts};
use crate::faults;
use crate::log::Line;
use crate::outcome::Outcome;
use crate::request::{self, BodyError, Location};
use crate::respond::{self, Reply};

/// How long a caller may wait for us, in milliseconds. Vonage waits five seconds for an answer
/// and then tries once more ("Voice API, webhook timeouts"); a caller hangs up earlier.
pub const BUDGET_MS: u32 = 1_800;
/// When `src/entry.js` answers instead of us: our own deadlines have passed by then.
const OVERDUE_MS: u32 = 2_500;
/// How often a decision may ask for more.
pub const ROUNDS: usize = 16;

/// A webhook with its body, from a sender who was let in.
pub struct WebhookRequest {
    /// GET or POST.
    pub method: Method,
    /// The URL.
    pub location: Location,
    /// The `Content-Type`.
    pub content_type: Option<String>,
    /// The body, or why there is none.
    pub body: Result<Vec<u8>, BodyError>,
    /// The SHA-256 its token vouches for, in hex.
    pub payload_hash: Option<String>,
    /// The address it came from.
    pub source: Option<String>,
}

/// What the handlers of a webhook are given.
pub struct RequestContext<'a> {
    /// The webhook.
    pub request: &'a WebhookRequest,
    /// The settings.
    pub config: &'a Config,
    /// What was fetched.
    pub facts: &'a Facts,
    /// The menus and what belongs to them.
    pub documents: Documents<'a>,
    /// Now.
    pub now: Timestamp,
    /// What will be logged of it.
    pub line: Line,
}

impl RequestContext<'_> {
    /// A reply with nothing to do.
    pub fn reply(&mut self, reply: Reply) -> Outcome {
        Outcome::of(reply, std::mem::take(&mut self.line))
    }
}

/// What a caller hears of `src/entry.js` when this code traps or is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastWords {
    /// The built-in apology.
    Apology,
    /// The apology when the webhook tells of a call that failed: the caller waits. Else nothing.
    IfFailed,
    /// A silence: whoever picked up is put through.
    Silence,
    /// Nothing: the platform is asked to send it again.
    SendAgain,
}

impl LastWords {
    fn name(self) -> &'static str {
        match self {
            Self::Apology => "apology",
            Self::IfFailed => "if_failed",
            Self::Silence => "silence",
            Self::SendAgain => "send_again",
        }
    }
}

/// A path under `/webhooks/`.
#[derive(Clone, Copy, Debug)]
pub struct Hook {
    /// As it is logged: `/webhooks/answer/{menu}`.
    pub route: &'static str,
    /// Which webhook comes there.
    pub kind: Route,
    /// What is said when nothing else can be.
    pub last_words: LastWords,
}

const fn hook(route: &'static str, kind: Route, last_words: LastWords) -> Hook {
    Hook {
        route,
        kind,
        last_words,
    }
}

/// The answer to a menu that the path names.
const NAMED: Hook = hook("/webhooks/answer/{menu}", Route::Answer, LastWords::Apology);

/// Every path under `/webhooks/`, but for the one that names a menu.
const HOOKS: &[(&str, Hook)] = {
    use LastWords::{Apology, IfFailed, SendAgain, Silence};
    &[
        ("answer", hook("/webhooks/answer", Route::Answer, Apology)),
        ("event", hook("/webhooks/event", Route::Event, SendAgain)),
        ("events", hook("/webhooks/event", Route::Event, SendAgain)),
        (
            "fallback",
            hook("/webhooks/fallback", Route::Fallback, Apology),
        ),
        ("input", hook("/webhooks/input", Route::Input, Apology)),
        (
            "connect",
            hook("/webhooks/connect", Route::Connect, IfFailed),
        ),
        (
            "whisper",
            hook("/webhooks/whisper", Route::Whisper, Silence),
        ),
        ("notify", hook("/webhooks/notify", Route::Notify, Apology)),
        (
            "recording",
            hook("/webhooks/recording", Route::Recording, SendAgain),
        ),
        (
            "transcription",
            hook("/webhooks/transcription", Route::Transcription, SendAgain),
        ),
        (
            "conversation",
            hook("/webhooks/conversation", Route::Conversation, SendAgain),
        ),
        ("rtc", hook("/webhooks/rtc", Route::Rtc, SendAgain)),
        (
            "messages/inbound",
            hook(
                "/webhooks/messages/inbound",
                Route::MessagesInbound,
                SendAgain,
            ),
        ),
        (
            "messages/status",
            hook(
                "/webhooks/messages/status",
                Route::MessagesStatus,
                SendAgain,
            ),
        ),
        (
            "sms/inbound",
            hook("/webhooks/sms/inbound", Route::SmsInbound, SendAgain),
        ),
        (
            "sms/receipt",
            hook("/webhooks/sms/receipt", Route::SmsReceipt, SendAgain),
        ),
        (
            "insight",
            hook("/webhooks/insight", Route::Insight, SendAgain),
        ),
        ("verify", hook("/webhooks/verify", Route::Verify, SendAgain)),
        (
            "dispatch",
            hook("/webhooks/dispatch", Route::Dispatch, SendAgain),
        ),
    ]
};

impl Hook {
    /// The hook of a path after `/webhooks/`.
    #[must_use]
    pub fn at(name: &str) -> Option<Self> {
        if name.starts_with("answer/") {
            return Some(NAMED);
        }
        let mut hooks = HOOKS.iter();
        hooks
            .find(|(known, _)| *known == name)
            .map(|(_, hook)| *hook)
    }

    /// Of the statuses that make Vonage ask again when it forgot its token, only 503 holds for
    /// NCCOs.
    fn no_token(self) -> u16 {
        match self.last_words {
            LastWords::SendAgain => 401,
            LastWords::Apology | LastWords::IfFailed | LastWords::Silence => 503,
        }
    }
}

/// Lets the sender of a webhook in, before its body is read.
///
/// # Errors
/// What is replied instead.
pub fn admit(
    config: &Config,
    method: request::Method,
    location: &Location,
    head: &Head<'_>,
    now: i64,
    exceeded: Option<bool>,
) -> Result<Pass, Box<Outcome>> {
    let mut line = Line::default();
    let Some(hook) = location
        .path()
        .strip_prefix("/webhooks/")
        .and_then(Hook::at)
    else {
        let reply = nothing_here(&mut line);
        return Err(Box::new(Outcome::of(reply, line)));
    };
    line.route = hook.route;
    let method = match method {
        request::Method::Get => Method::Get,
        request::Method::Post => Method::Post,
        _ => {
            let reply = wrong_method(&[request::Method::Get, request::Method::Post]);
            return Err(Box::new(Outcome::of(reply, line)));
        }
    };
    if method == Method::Get && location.query().is_empty() && is_of_messages(hook.kind) {
        line.outcome = "probe";
        return Err(Box::new(Outcome::of(Reply::empty(200), line)));
    }
    auth::admit(
        config,
        hook.kind,
        hook.no_token(),
        head,
        now,
        exceeded,
        line,
    )
}

/// The routes whose URLs the platform asks with a GET that says nothing before it stores them.
fn is_of_messages(route: Route) -> bool {
    matches!(
        route,
        Route::MessagesInbound
            | Route::MessagesStatus
            | Route::SmsInbound
            | Route::SmsReceipt
            | Route::Dispatch
    )
}

/// Decides about a webhook whose sender was let in, at a time in milliseconds since 1970.
///
/// # Errors
/// What has to be known first.
pub fn decide(
    request: &WebhookRequest,
    config: &Config,
    facts: &Facts,
    now_ms: f64,
) -> Decision<Outcome> {
    let mut context = RequestContext {
        request,
        config,
        facts,
        documents: Documents::at(now_ms, config.menu_cache_seconds, &facts.documents),
        now: timestamp(now_ms),
        line: Line::default(),
    };
    let mut outcome = of_route(&mut context)?;
    if let Some(why) = &facts.not_kept {
        outcome.events.clear();
        outcome.reply = Reply::empty(503);
        outcome.line.outcome = "not_kept";
        outcome.line.reason = Some("queue_failed");
        outcome.line.detail = Some(why.clone());
    }
    outcome.renew = context.documents.take_due();
    Ok(outcome)
}

/// What is replied to a webhook whose decision asked for more than there is time for.
pub fn out_of_rounds(
    request: &WebhookRequest,
    config: &Config,
    facts: &Facts,
    now_ms: f64,
) -> Outcome {
    let mut context = RequestContext {
        request,
        config,
        facts,
        documents: Documents::at(now_ms, config.menu_cache_seconds, &facts.documents),
        now: timestamp(now_ms),
        line: Line::default(),
    };
    let name = request.location.path().strip_prefix("/webhooks/");
    if let Some(hook) = name.and_then(Hook::at) {
        context.line.route = hook.route;
    }
    context.line.outcome = "degraded";
    context.line.reason = Some("no_way_on");
    context.reply(Reply::json(ivr::safe_ncco(config.language.as_deref())))
}

fn of_route(context: &mut RequestContext<'_>) -> Decision<Outcome> {
    let request = context.request;
    let name = request.location.path().strip_prefix("/webhooks/");
    let Some((name, hook)) = name.and_then(|name| Some((name, Hook::at(name)?))) else {
        let reply = nothing_here(&mut context.line);
        return Ok(context.reply(reply));
    };
    context.line.route = hook.route;
    if hook.kind == Route::Fallback && !context.config.verifier.is_configured() {
        faults::stumble();
        return Ok(fallback::reply(context, None));
    }
    let verified = match auth::authenticate(context, hook.kind) {
        Ok(verified) => verified,
        Err(refusal) => return Ok(*refusal),
    };
    faults::stumble();
    match hook.kind {
        Route::Fallback => Ok(fallback::reply(context, Some(&verified))),
        Route::Answer
        | Route::Input
        | Route::Connect
        | Route::Whisper
        | Route::Notify
        | Route::Recording
        | Route::Transcription
        | Route::Conversation => {
            let named = name.strip_prefix("answer/");
            call::reply(context, &verified, hook.kind, named)
        }
        _ => Ok(event::reply(context, &verified, hook.kind)),
    }
}

/// The events of a webhook that trapped: its own, and one that says what became of it. `None` when
/// it is none of Vonage's, or nobody can read it.
pub fn after_panic(
    request: &WebhookRequest,
    config: &Config,
    now_ms: f64,
    cause: &str,
    reference: &str,
) -> Option<Vec<events::Event>> {
    let facts = Facts::default();
    let mut context = RequestContext {
        request,
        config,
        facts: &facts,
        documents: Documents::at(now_ms, config.menu_cache_seconds, &facts.documents),
        now: timestamp(now_ms),
        line: Line::default(),
    };
    let hook = request
        .location
        .path()
        .strip_prefix("/webhooks/")
        .and_then(Hook::at)?;
    let verified = auth::authenticate(&mut context, hook.kind).ok()?;
    let detail = [hook.route, ": reference ", reference].concat();
    match call::lost(&context, &verified, hook.kind, cause, &detail) {
        Ok(events) => Some(events.into()),
        Err(error) => Some(event::malformed(&mut context, &verified, hook.kind, &error).events),
    }
}

fn timestamp(now_ms: f64) -> Timestamp {
    // Any date JavaScript knows is one jiff knows.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole milliseconds, far below 2^53"
    )]
    Timestamp::from_millisecond(now_ms as i64).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// What `src/entry.js` has to know when this code cannot be asked any more, as JSON.
#[must_use]
pub fn guard(config: &Config) -> String {
    let routes: Map<String, Value> = HOOKS
        .iter()
        .map(|(name, hook)| {
            let known = json!({ "route": hook.route, "words": hook.last_words.name() });
            ((*name).to_owned(), known)
        })
        .collect();
    let headers: Map<String, Value> = respond::security_headers()
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect();
    // In JSON, a form or a query: the status of a call that failed.
    let statuses = ivr::ConnectOutcome::UNANSWERED.join("|");
    let failed = [r#"status"?\s*[:=]\s*"?("#, &statuses, r")\b"].concat();
    json!({
        "routes": routes,
        "headers": headers,
        "apology": ivr::safe_ncco(config.language.as_deref()),
        "silence": ivr::SHORTEST,
        "failed": failed,
        "overdueMs": OVERDUE_MS,
        "limiterMs": crate::bindings::limiter::DEADLINE_MS,
    })
    .to_string()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
