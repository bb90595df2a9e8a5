//! Webhooks that only tell something: kept first, acknowledged then.

use events::{Event, MalformedRequest, Position, bytes_may_hold_an_entry};
use vonage::{DeliveryError, Method, Route, Webhook};

use super::auth::VerifiedWebhook;
use super::context::RequestContext;
use crate::outcome::Outcome;
use crate::respond::Reply;

/// Keeps the event of a webhook, then says so.
pub fn reply(
    context: &mut RequestContext<'_>,
    verified: &VerifiedWebhook<'_>,
    route: Route,
) -> Outcome {
    let webhook = match Webhook::parse(route, &verified.delivery()) {
        Ok(webhook) => webhook,
        Err(error) => return malformed(context, verified, route, &error),
    };
    let event = Event::from_webhook(&webhook, verified.raw(), context.now, None);
    kept(context, vec![event])
}

/// Keeps bytes that Vonage signed and nobody understands: nothing is lost.
///
/// Bytes that may hold a secret are not kept: what broken ones mean, no key can tell.
pub fn malformed(
    context: &mut RequestContext<'_>,
    verified: &VerifiedWebhook<'_>,
    route: Route,
    error: &DeliveryError,
) -> Outcome {
    context.line.outcome = "malformed";
    context.line.reason = Some(error.kind.into());
    context.line.detail = Some(error.to_string());
    let broken = MalformedRequest {
        path: context.request.location.path(),
        method: match verified.method {
            Method::Get => "GET",
            Method::Post => "POST",
        },
        content_type: verified.content_type,
        place: &error.place.to_string(),
        message: error.message,
    };
    let raw = verified.raw();
    let secret = may_hold_an_entry(route, raw).then_some(&Position::UNKNOWN);
    let mut event = Event::malformed(&broken, raw, context.now, secret);
    event.clear_position();
    Outcome {
        events: vec![event],
        events_first: true,
        ..context.reply(Reply::empty(400))
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

/// 200 once the events are durable; the first of them is the webhook's own.
pub fn kept(context: &mut RequestContext<'_>, events: Vec<Event>) -> Outcome {
    if let Some(event) = events.first() {
        tell(context, event);
    }
    context.line.outcome = "kept";
    Outcome {
        events,
        events_first: true,
        ..context.reply(Reply::empty(200))
    }
}

/// Puts what an event is about into the log line.
pub fn tell(context: &mut RequestContext<'_>, event: &Event) {
    context.line.event_type = Some(event.kind.to_string());
    context.line.leg = event.leg().cloned();
    context.line.conversation = event.conversation.clone();
}
