//! `/webhooks/fallback`: what a caller hears when nothing else worked. Needs no binding.

use events::Event;
use vonage::{Route, Webhook};

use super::Exchange;
use super::event;
use super::gate::{self, Speaks};
use crate::bindings::clock;
use crate::env::{Config, binding};
use crate::respond::Reply;

/// The built-in NCCO; what happened is told when there is a queue to tell it to.
///
/// A Worker without a signature secret speaks to anybody: it holds nothing to protect, and
/// it is the last one that can.
pub async fn reply(exchange: &mut Exchange<'_>) -> Reply {
    if Config::of(exchange.env).verifier.is_configured() {
        let signed = match gate::enter(exchange, Route::Fallback, Speaks::Ncco).await {
            Ok(signed) => signed,
            Err(refusal) => return refusal,
        };
        match Webhook::parse(Route::Fallback, &signed.delivery()) {
            Ok(webhook) => {
                let event = Event::from_webhook(&webhook, signed.raw(), clock::now(), None);
                event::tell(exchange, &event);
                if binding(exchange.env, "EVENTS").is_object() {
                    event::keep_later(exchange, vec![event]);
                }
            }
            Err(error) => {
                // The caller hears something all the same; the bytes are kept for us.
                event::malformed(exchange, &signed, Route::Fallback, &error).await;
            }
        }
    }
    exchange.line.outcome = "safe_ncco";
    Reply::json(ivr::safe_ncco(None))
}
