//! Webhooks that only tell something: kept first, acknowledged then.

use events::{Broken, Event};
use vonage::{Malformed, Method, Route, Webhook};

use super::Call;
use super::gate::Signed;
use crate::bindings::{clock, queue};
use crate::log;
use crate::respond::Reply;

/// Keeps the event of a webhook, then says so.
pub async fn reply(call: &mut Call<'_>, signed: &Signed, route: Route) -> Reply {
    let received = clock::now();
    let webhook = match Webhook::parse(route, &signed.delivery()) {
        Ok(webhook) => webhook,
        Err(error) => return malformed(call, signed, &error).await,
    };
    let event = Event::from_webhook(&webhook, signed.raw(), received, None);
    tell(call, &event);
    kept(call, &[event]).await
}

/// Keeps bytes that Vonage signed and nobody understands: nothing is lost.
pub async fn malformed(call: &mut Call<'_>, signed: &Signed, error: &Malformed) -> Reply {
    call.line.outcome = "malformed";
    call.line.reason = Some(error.fault.code());
    call.line.detail = Some(error.to_string());
    let broken = Broken {
        path: call.request.path(),
        method: match signed.method {
            Method::Get => "GET",
            Method::Post => "POST",
        },
        content_type: signed.content_type.as_deref(),
        place: &error.place.to_string(),
        message: error.message,
    };
    let event = Event::malformed(&broken, signed.raw(), clock::now(), None);
    match queue::keep(call.env, &[event]).await {
        Ok(()) => Reply::empty(400),
        Err(error) => not_kept(call, &error),
    }
}

/// 200 once the events are durable.
pub async fn kept(call: &mut Call<'_>, events: &[Event]) -> Reply {
    match queue::keep(call.env, events).await {
        Ok(()) => {
            call.line.outcome = "kept";
            Reply::empty(200)
        }
        Err(error) => not_kept(call, &error),
    }
}

/// Keeps events behind the caller's back: the reply does not wait for it.
pub fn keep_later(call: &Call<'_>, events: Vec<Event>) {
    let env = call.env.clone();
    call.context.wait_until(async move {
        if let Err(error) = queue::keep(&env, &events).await {
            log::alert("events_lost", &error.to_string());
        }
    });
}

/// Puts what an event is about into the log line.
pub fn tell(call: &mut Call<'_>, event: &Event) {
    call.line.event_type = Some(event.kind.clone());
    call.line.leg = event.leg().map(str::to_owned);
    call.line.conversation = event.conversation.clone();
}

fn not_kept(call: &mut Call<'_>, error: &worker::Error) -> Reply {
    call.line.outcome = "not_kept";
    call.line.reason = Some("queue_failed");
    call.line.detail = Some(error.to_string());
    Reply::empty(503)
}
