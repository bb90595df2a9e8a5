//! The queue `EVENTS`.

use events::Event;
use wasm_bindgen::JsValue;
use worker::{Env, QueueContentType, RawMessageBuilder};

/// Makes events durable. When this returns `Ok`, a webhook may be answered with 200.
///
/// # Errors
/// What the platform said. Then the webhook has to be asked for again: 503.
pub async fn keep(env: &Env, events: &[Event]) -> Result<(), worker::Error> {
    for event in events {
        send(env, &event.to_json()).await?;
    }
    Ok(())
}

/// Puts one event, as JSON text, on the queue; durable when this returns `Ok`.
///
/// As text, because a value would go through `serde-wasm-bindgen` and arrive as `{}`.
///
/// # Errors
/// What the platform said.
pub async fn send(env: &Env, event: &str) -> Result<(), worker::Error> {
    let message = RawMessageBuilder::new(JsValue::from_str(event))
        .build_with_content_type(QueueContentType::Text);
    env.queue("EVENTS")?.send_raw(message).await
}
