//! Which path is whose.

mod api;
mod call;
mod dial;
mod event;
mod fallback;
mod gate;
mod healthz;
mod journey;

use vonage::Route;
use worker::{Context, Env};

use gate::Speaks;
pub use gate::admit;

use crate::bindings::{clock, queue};
use crate::log::Line;
use crate::request::{Method, Request};
use crate::respond::Reply;

/// What every handler is given.
pub struct Exchange<'a> {
    /// The request.
    pub request: &'a Request,
    /// The platform's bindings.
    pub env: &'a Env,
    /// Keeps the isolate alive for work after the reply.
    pub context: &'a Context,
    /// What will be logged of it.
    pub line: &'a mut Line,
}

/// Answers one request.
pub async fn handle(request: &Request, env: &Env, context: &Context) -> web_sys::Response {
    let began = clock::now_ms();
    let mut line = Line::default();
    let reply = dispatch(Exchange {
        request,
        env,
        context,
        line: &mut line,
    })
    .await;
    line.finish(&reply, clock::now_ms() - began);
    line.write();
    reply.into_response()
}

/// Keeps what a request told that trapped: its event, and one that says what became of it.
///
/// False when nothing was kept: it is no webhook of Vonage's, or cannot be read, or neither queue
/// nor outbox took it.
pub async fn salvage(
    request: &Request,
    env: &Env,
    context: &Context,
    cause: &str,
    reference: &str,
) -> bool {
    let hook = request.path().strip_prefix("/webhooks/").and_then(Hook::at);
    let Some(hook) = hook else {
        return false;
    };
    let mut exchange = Exchange {
        request,
        env,
        context,
        line: &mut Line::default(),
    };
    let Ok(signed) = gate::enter(&mut exchange, hook.kind, hook.speaks).await else {
        return false;
    };
    let detail = [hook.route, ": reference ", reference].concat();
    match call::lost(&exchange, &signed, hook.kind, cause, &detail) {
        Ok(events) => queue::keep(env, &events).await.is_ok(),
        Err(error) => {
            event::malformed(&mut exchange, &signed, hook.kind, &error).await;
            false
        }
    }
}

/// The reply to one request, whoever sends it.
pub async fn dispatch(mut exchange: Exchange<'_>) -> Reply {
    let path = exchange.request.path();
    if let Some(rest) = path.strip_prefix("/webhooks/") {
        return webhook(rest, exchange).await;
    }
    if path.starts_with("/api/") {
        return api::reply(&mut exchange).await;
    }
    match path {
        "/healthz" => {
            exchange.line.route = "/healthz";
            only(exchange.request.method, &[Method::Get, Method::Head])
                .unwrap_or_else(|| healthz::reply(exchange.env))
        }
        #[cfg(feature = "faults")]
        "/faults" => crate::faults::reply(exchange.request, exchange.env).await,
        _ => nothing_here(exchange.line),
    }
}

async fn webhook(name: &str, mut exchange: Exchange<'_>) -> Reply {
    let Some(hook) = Hook::at(name) else {
        return nothing_here(exchange.line);
    };
    exchange.line.route = hook.route;
    if is_probe(hook.kind, exchange.request) {
        exchange.line.outcome = "probe";
        return Reply::empty(200);
    }
    if hook.kind == Route::Fallback {
        crate::faults::stumble();
        return fallback::reply(&mut exchange).await;
    }
    let signed = match gate::enter(&mut exchange, hook.kind, hook.speaks).await {
        Ok(signed) => signed,
        Err(refusal) => return refusal,
    };
    crate::faults::stumble();
    match hook.kind {
        Route::Answer
        | Route::Input
        | Route::Connect
        | Route::Whisper
        | Route::Notify
        | Route::Recording
        | Route::Transcription
        | Route::Conversation => {
            let named = name.strip_prefix("answer/");
            call::reply(&mut exchange, &signed, hook.kind, named).await
        }
        _ => event::reply(&mut exchange, &signed, hook.kind).await,
    }
}

/// Whether this is the platform asking, before it stores the URL of a messaging webhook, whether
/// somebody answers there: a GET that says nothing.
fn is_probe(route: Route, request: &Request) -> bool {
    let of_messages = matches!(
        route,
        Route::MessagesInbound
            | Route::MessagesStatus
            | Route::SmsInbound
            | Route::SmsReceipt
            | Route::Dispatch
    );
    of_messages && request.method == Method::Get && request.query().is_empty()
}

/// A path under `/webhooks/`.
struct Hook {
    route: &'static str,
    kind: Route,
    speaks: Speaks,
}

impl Hook {
    fn at(name: &str) -> Option<Self> {
        use Speaks::{Ncco, Nothing};
        let hook = |route, kind, speaks| {
            Some(Self {
                route,
                kind,
                speaks,
            })
        };
        match name {
            "answer" => hook("/webhooks/answer", Route::Answer, Ncco),
            "event" | "events" => hook("/webhooks/event", Route::Event, Nothing),
            "fallback" => hook("/webhooks/fallback", Route::Fallback, Ncco),
            "input" => hook("/webhooks/input", Route::Input, Ncco),
            "connect" => hook("/webhooks/connect", Route::Connect, Ncco),
            "whisper" => hook("/webhooks/whisper", Route::Whisper, Ncco),
            "recording" => hook("/webhooks/recording", Route::Recording, Nothing),
            "transcription" => hook("/webhooks/transcription", Route::Transcription, Nothing),
            "conversation" => hook("/webhooks/conversation", Route::Conversation, Nothing),
            "notify" => hook("/webhooks/notify", Route::Notify, Ncco),
            "rtc" => hook("/webhooks/rtc", Route::Rtc, Nothing),
            "messages/inbound" => hook(
                "/webhooks/messages/inbound",
                Route::MessagesInbound,
                Nothing,
            ),
            "messages/status" => hook("/webhooks/messages/status", Route::MessagesStatus, Nothing),
            "sms/inbound" => hook("/webhooks/sms/inbound", Route::SmsInbound, Nothing),
            "sms/receipt" => hook("/webhooks/sms/receipt", Route::SmsReceipt, Nothing),
            "insight" => hook("/webhooks/insight", Route::Insight, Nothing),
            "verify" => hook("/webhooks/verify", Route::Verify, Nothing),
            "dispatch" => hook("/webhooks/dispatch", Route::Dispatch, Nothing),
            _ if name.starts_with("answer/") => {
                hook("/webhooks/answer/{menu}", Route::Answer, Ncco)
            }
            _ => None,
        }
    }
}

fn nothing_here(line: &mut Line) -> Reply {
    line.route = "none";
    Reply::problem(404, "Nothing here", "The paths are listed in the README.")
}

/// A refusal unless the method is one of these.
fn only(method: Method, allowed: &[Method]) -> Option<Reply> {
    (!allowed.contains(&method)).then(|| wrong_method(allowed))
}

fn wrong_method(allowed: &[Method]) -> Reply {
    let names: Vec<_> = allowed.iter().map(|method| method.name()).collect();
    Reply::problem(405, "Not with this method", "See the header Allow.")
        .with("allow", names.join(", "))
}
