//! The queue `EVENTS`.

use wasm_bindgen::JsValue;
use worker::{Env, QueueContentType, RawMessageBuilder};

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
