//! Deciding about a webhook: a plain function of its bytes, the settings, what the isolate
//! remembers, and what was fetched for it.
//!
//! [`admit`] comes before the body is read, [`decide`] after. Both wait for nothing and change
//! nothing outside: an [`Outcome`] says what is to be done, and `src/entry.js` does it.

use api::Reason;
use jiff::Timestamp;
use vonage::{Method, Route};

use super::auth::{self, Head, Pass};
use super::context::{RequestContext, WebhookRequest};
use super::hooks::{Hook, LastWords, Sender};
use super::replies::{nothing_here, wrong_method};
use super::{call, event, fallback, voicexml};
use crate::bindings::menus::Documents;
use crate::env::Config;
use crate::facts::{Decision, Facts};
use crate::faults;
use crate::log::Line;
use crate::outcome::Outcome;
use crate::request::{self, Location};
use crate::respond::Reply;

/// How long a caller may wait for us, in milliseconds. Vonage waits five seconds for an answer
/// and then tries once more ("Voice API, webhook timeouts"); a caller hangs up earlier.
pub const BUDGET_MS: u32 = 1_800;

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
    let hook = Hook::at(location.path()).map(|(hook, _)| hook);
    let hook = hook.filter(|hook| hook.sender == Sender::Vonage || !config.vxml_tokens.is_empty());
    let Some(hook) = hook else {
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
    if hook.sender != Sender::Vonage {
        return voicexml::admit(config, hook, location.query(), head, exceeded, line);
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
        outcome.line.reason = Some(Reason::QueueFailed);
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
    let hook = Hook::at(request.location.path());
    if let Some((hook, _)) = hook {
        context.line.route = hook.route;
    }
    context.line.outcome = "degraded";
    context.line.reason = Some(Reason::NoWayOn);
    let reply = match hook {
        Some((hook, _)) if hook.last_words == LastWords::Document => voicexml::apology(config),
        _ => Reply::json(ivr::safe_ncco(config.language.as_deref())),
    };
    context.reply(reply)
}

fn of_route(context: &mut RequestContext<'_>) -> Decision<Outcome> {
    let request = context.request;
    let Some((hook, named)) = Hook::at(request.location.path()) else {
        let reply = nothing_here(&mut context.line);
        return Ok(context.reply(reply));
    };
    context.line.route = hook.route;
    if hook.kind == Route::Fallback && !context.config.verifier.is_configured() {
        faults::inject_panic();
        return Ok(fallback::reply(context, None));
    }
    match hook.sender {
        Sender::Vonage => {}
        Sender::Browser(submit) => return voicexml::reply(context, submit, named),
        Sender::Callback(callback) => return Ok(voicexml::callback(context, callback)),
    }
    let verified = match auth::authenticate(context, hook.kind) {
        Ok(verified) => verified,
        Err(refusal) => return Ok(*refusal),
    };
    faults::inject_panic();
    match hook.kind {
        Route::Fallback => Ok(fallback::reply(context, Some(&verified))),
        Route::Answer
        | Route::Input
        | Route::Connect
        | Route::Whisper
        | Route::Notify
        | Route::Recording
        | Route::Transcription
        | Route::Conversation => call::reply(context, &verified, hook.kind, named),
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
    let (hook, _) = Hook::at(request.location.path())?;
    let verified = match hook.sender {
        Sender::Vonage => auth::authenticate(&mut context, hook.kind).ok()?,
        Sender::Browser(submit) => voicexml::first_webhook(&mut context, submit)?,
        Sender::Callback(callback) => voicexml::old_webhook(&mut context, callback).ok()?,
    };
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

#[cfg(all(test, not(target_arch = "wasm32")))]
pub(super) mod tests;
