//! Every shape of webhook, by every transport: what it is taken for and what is read from it.
//! `fixtures/webhooks.jsonl` holds one a line, with values of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod kinds;
mod messages;
mod transport;
mod voice;

use serde_json::Value;
use vonage::{Delivery, Route, Webhook};

fn route(name: &str) -> Route {
    let mut routes = Route::ALL.into_iter();
    routes.find(|route| format!("{route:?}") == name).unwrap()
}

fn fixtures() -> Vec<Value> {
    include_str!("../fixtures/webhooks.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The fixture's body as bytes, and how it is delivered.
fn deliver<T>(fixture: &Value, then: impl FnOnce(Delivery<'_>) -> T) -> T {
    match (&fixture["transport"], &fixture["body"]) {
        (Value::String(transport), Value::String(text)) if transport == "query" => {
            then(Delivery::get(text))
        }
        (Value::String(transport), Value::String(text)) if transport == "form" => {
            then(Delivery::form(text.as_bytes()))
        }
        (_, body) => then(Delivery::json(body.to_string().as_bytes())),
    }
}

fn json(route: Route, body: &str) -> Webhook {
    Webhook::parse(route, &Delivery::json(body.as_bytes())).unwrap()
}

fn get(route: Route, query: &str) -> Webhook {
    Webhook::parse(route, &Delivery::get(query)).unwrap()
}
