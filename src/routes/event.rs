//! Webhooks that only tell something: kept first, acknowledged then.

use super::Exchange;
use super::call;
use super::gate::Signed;
use crate::bindings::promise::Refusal;
use crate::bindings::{clock, queue};
use crate::respond::Reply;
use events::{Broken, Event, bytes_may_hold_an_entry};
use vonage::{Malformed, Method, Route, Webhook};

/// Keeps the event of a webhook, then says so.
pub async fn reply(exchange: &mut Exchange<'_>, signed: &Signed, route: Route) -> Reply {
    let received = clock::now();
    let webhook = match Webhook::parse(route, &signed.delivery()) {
        Ok(webhook) => webhook,
        Err(error) => return malformed(exchange, signed, route, &error).await,
    };
    let event = Event::from_webhook(&webhook, signed.raw(), received, None);
    tell(exchange, &event);
    kept(exchange, &[event]).await
}

/// Keeps bytes that Vonage signed and nobody understands: nothing is lost.
///
/// Bytes that may hold a secret are not kept: what broken ones mean, no key can tell.
pub async fn malformed(
    exchange: &mut Exchange<'_>,
    signed: &Signed,
    route: Route,
    error: &Malformed,
) -> Reply {
    exchange.line.outcome = "malformed";
    exchange.line.reason = Some(error.fault.code());
    exchange.line.detail = Some(error.to_string());
    let broken = Broken {
        path: exchange.request.path(),
        method: match signed.method {
            Method::Get => "GET",
            Method::Post => "POST",
        },
        content_type: signed.content_type.as_deref(),
        place: &error.place.to_string(),
        message: error.message,
    };
    let raw = signed.raw();
    let secret = may_hold_an_entry(route, raw).then_some(&call::UNKNOWN);
    let mut event = Event::malformed(&broken, raw, clock::now(), secret);
    call::without_position(&mut event);
    match queue::keep(exchange.env, &[event]).await {
        Ok(()) => Reply::empty(400),
        Err(error) => not_kept(exchange, &error),
    }
}

/// Whether bytes nobody could read may hold what a caller entered. Where entries come, they do; the
/// other products send none.
fn may_hold_an_entry(route: Route, raw: &[u8]) -> bool {
    match route {
        Route::Input | Route::Fallback | Route::Rtc => true,
        Route::Answer
        | Route::Event
        | Route::Connect
        | Route::Whisper
        | Route::Recording
        | Route::Transcription
        | Route::Conversation
        | Route::Notify
        | Route::Any => bytes_may_hold_an_entry(raw),
        Route::MessagesInbound
        | Route::MessagesStatus
        | Route::SmsInbound
        | Route::SmsReceipt
        | Route::Insight
        | Route::Verify
        | Route::Dispatch => false,
    }
}

/// 200 once the events are durable.
pub async fn kept(exchange: &mut Exchange<'_>, events: &[Event]) -> Reply {
    match queue::keep(exchange.env, events).await {
        Ok(()) => {
            exchange.line.outcome = "kept";
            Reply::empty(200)
        }
        Err(error) => not_kept(exchange, &error),
    }
}

/// Puts what an event is about into the log line.
pub fn tell(exchange: &mut Exchange<'_>, event: &Event) {
    exchange.line.event_type = Some(event.kind.clone());
    exchange.line.leg = event.leg().map(str::to_owned);
    exchange.line.conversation = event.conversation.clone();
}

fn not_kept(exchange: &mut Exchange<'_>, error: &Refusal) -> Reply {
    exchange.line.outcome = "not_kept";
    exchange.line.reason = Some("queue_failed");
    exchange.line.detail = Some(error.message.clone());
    Reply::empty(503)
}
