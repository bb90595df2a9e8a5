//! The queue `EVENTS`.

use std::borrow::Cow;

use events::Event;
use events::archive::body_key;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::worker_sys::Queue;

use super::archive;
use super::promise::{PlatformError, object, settle};
use crate::env::binding;
use crate::faults::{self, Service};

/// The largest message sent, in bytes. A message may have 128,000, about 100 of them the
/// platform's own (Queues limits).
pub const MAX_MESSAGE: usize = 127_000;
/// The largest batch sent, in bytes; the platform takes 256,000.
const MAX_BATCH: usize = 250_000;
/// The most messages in a batch.
const MAX_COUNT: usize = 100;

/// Sends events as JSON text to the queue, putting what is too large for it into the archive.
///
/// # Errors
/// The queue or the archive refused.
pub async fn send_shortened(env: &Env, events: &[String]) -> Result<(), PlatformError> {
    let mut messages = Vec::with_capacity(events.len());
    for text in events {
        messages.push(if text.len() <= MAX_MESSAGE {
            Cow::Borrowed(text.as_str())
        } else {
            Cow::Owned(shorten(env, text).await?)
        });
    }
    send(env, &messages, 0).await
}

async fn shorten(env: &Env, text: &str) -> Result<String, PlatformError> {
    let event = Event::from_json(text).map_err(|error| PlatformError::new(error.message))?;
    let key = body_key(&event);
    archive::put(env, &key, text, "application/cloudevents+json").await?;
    Ok(event.shed(key).to_json())
}

/// Sends messages, in as few calls as the limits allow, `delay` seconds late.
///
/// As text, because an object would go through `serde-wasm-bindgen` and arrive as `{}`.
///
/// # Errors
/// What the queue said. Earlier batches of the same call may have been taken.
pub async fn send(
    env: &Env,
    messages: &[impl AsRef<str>],
    delay: u32,
) -> Result<(), PlatformError> {
    faults::inject_error(Service::Queue)?;
    let queue: Queue = binding(env, "EVENTS").unchecked_into();
    if let [message] = messages {
        let promise = queue.send(JsValue::from_str(message.as_ref()), options(delay));
        return settle("EVENTS", promise).await.map(drop);
    }
    for batch in batches(messages) {
        let items = js_sys::Array::new();
        for message in batch {
            items.push(&object(&[
                ("body", JsValue::from_str(message.as_ref())),
                ("contentType", JsValue::from_str("text")),
                ("delaySeconds", JsValue::from(delay)),
            ]));
        }
        let promise = queue.send_batch(items, JsValue::UNDEFINED);
        settle("EVENTS", promise).await?;
    }
    Ok(())
}

/// How one message is sent. Almost all go at once: their options are made once.
fn options(delay: u32) -> JsValue {
    thread_local! {
        static AT_ONCE: JsValue = object(&[("contentType", JsValue::from_str("text"))]);
    }
    if delay == 0 {
        return AT_ONCE.with(JsValue::clone);
    }
    object(&[
        ("contentType", JsValue::from_str("text")),
        ("delaySeconds", JsValue::from(delay)),
    ])
}

/// Cuts messages into batches the platform takes.
fn batches<T: AsRef<str>>(messages: &[T]) -> Vec<&[T]> {
    let mut batches = Vec::new();
    let mut rest = messages;
    while !rest.is_empty() {
        let mut size = 0;
        let fitting = rest
            .iter()
            .take(MAX_COUNT)
            .take_while(|message| {
                size += message.as_ref().len() + 200;
                size <= MAX_BATCH
            })
            .count()
            .max(1);
        let (batch, after) = rest.split_at(fitting);
        batches.push(batch);
        rest = after;
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sizes: &[usize], expected: &[usize]) {
        let messages: Vec<String> = sizes.iter().map(|size| "x".repeat(*size)).collect();
        let counts: Vec<usize> = batches(&messages).iter().map(|batch| batch.len()).collect();
        assert_eq!(counts, expected, "{sizes:?}");
    }

    #[test]
    fn a_batch_stays_within_the_limits_of_the_queue() {
        check(&[], &[]);
        check(&[1000; 3], &[3]);
        check(&[1000; 250], &[100, 100, 50]);
        check(&[120_000, 120_000, 120_000], &[2, 1]);
        check(&[100_000, 100_000, 100_000, 10], &[2, 2]);
        check(&[400_000, 1], &[1, 1]);
    }
}
