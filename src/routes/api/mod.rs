//! `/api`: for operators and the `ivr` command. JSON, problem details (RFC 9457) on error.

pub mod auth;
mod calls;
mod documents;
mod events;
mod filter;
mod history;
mod outbound;
mod shelf;
mod versions;

use super::{Exchange, wrong_method};
use crate::bindings::promise::Refusal;
use crate::request::Method;
use crate::respond::Reply;

/// Answers a request under `/api/`.
pub async fn reply(exchange: &mut Exchange<'_>) -> Reply {
    exchange.line.route = "/api";
    if let Err(refusal) = auth::check(exchange).await {
        return refusal;
    }
    let request = exchange.request;
    let path = request.path();
    let segments: Vec<&str> = path
        .strip_prefix("/api/")
        .unwrap_or_default()
        .split('/')
        .collect();
    match (segments.as_slice(), request.method) {
        (["calls"], Method::Get) => {
            exchange.line.route = "/api/calls";
            calls::list(exchange).await
        }
        (["calls"], Method::Post) => {
            exchange.line.route = "/api/calls";
            outbound::place(exchange).await
        }
        (["calls", leg], Method::Get) => {
            exchange.line.route = "/api/calls/{leg}";
            calls::one(exchange, leg).await
        }
        (["events"], Method::Get) => {
            exchange.line.route = "/api/events";
            events::list(exchange).await
        }
        (["events", "replay"], Method::Post) => {
            exchange.line.route = "/api/events/replay";
            events::replay(exchange).await
        }
        (["calls"], _) => wrong_method(&[Method::Get, Method::Post]),
        (["calls", _] | ["events"], _) => wrong_method(&[Method::Get]),
        (["events", "replay"], _) => wrong_method(&[Method::Post]),
        (segments, _) => documents::reply(exchange, segments).await,
    }
}

/// A platform service said no: worth another try.
fn unavailable(exchange: &mut Exchange<'_>, refusal: &Refusal) -> Reply {
    exchange.line.reason = Some("service_failed");
    exchange.line.detail = Some(refusal.message.clone());
    Reply::problem(
        503,
        "A service failed",
        "The log of the Worker says which. Try again.",
    )
    .with("retry-after", "5")
}

/// The request asks for something that makes no sense.
fn bad_request(detail: &str) -> Reply {
    Reply::problem(400, "Bad request", detail)
}
