//! Takes events off the queue and to their sinks.
//!
//! Each message goes to every sink that does not have it yet, and each sink may fail alone. What
//! has come further goes back on the queue with a note of the sinks that have it (`delivered`), so
//! the next try does only the rest; what has not is retried by the queue. Both wait, longer each
//! time. After the last retry the queue moves a message to the dead-letter queue, where it gets one
//! more try; what fails then is kept under `dead/` in the archive, with the reasons of that try.

mod dead;
mod sinks;

use events::{Event, Sink, backoff};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::worker_sys::{Message, MessageBatch};

use crate::bindings::promise::{member, object};
use crate::bindings::queue;
use crate::env::Config;
use crate::log;

pub use dead::DeadLetter;

/// The longest pause between two tries, in seconds.
const LONGEST_PAUSE: u32 = 3600;
/// The same for dead letters the archive does not take; the queue allows 12 hours and more.
const LONGEST_PAUSE_DEAD: u32 = 12 * 3600;

/// One message, and what became of its event.
struct Parcel {
    message: Message,
    event: Event,
    attempts: u32,
    failures: Vec<(Sink, String)>,
    /// Seconds a sink asked to be left alone for.
    pause: u32,
    reached_before: usize,
}

/// Handles one batch. Every message ends acknowledged or retried; nothing is thrown.
pub async fn consume(batch: MessageBatch, env: &Env) {
    let queue = batch.queue().map(String::from).unwrap_or_default();
    let is_dead = queue.ends_with("-dead");
    let messages = batch.messages().unwrap_or_else(|_| Array::new());
    let config = Config::of(env);

    let mut parcels = Vec::with_capacity(messages.length() as usize);
    for message in messages.iter() {
        let message: Message = message.unchecked_into();
        let body = message.body().ok().and_then(|body| body.as_string());
        match Event::from_json(body.as_deref().unwrap_or_default()) {
            Ok(event) => parcels.push(Parcel {
                attempts: attempts(&message),
                reached_before: delivered(&event),
                message,
                event,
                failures: Vec::new(),
                pause: 0,
            }),
            // No retry makes an event of it.
            Err(error) => {
                let id = message.id().map(String::from).unwrap_or_default();
                let letter = DeadLetter::poison(&queue, &id, body.unwrap_or_default(), &error);
                settle_dead(env, &message, &letter).await;
            }
        }
    }

    sinks::deliver(env, &config, &mut parcels).await;

    for parcel in parcels {
        if parcel.failures.is_empty() {
            acknowledge(&parcel.message);
        } else if is_dead {
            let letter = DeadLetter::new(&queue, &parcel.event, parcel.attempts, &parcel.failures);
            settle_dead(env, &parcel.message, &letter).await;
        } else {
            try_again(env, &parcel).await;
        }
    }
}

async fn try_again(env: &Env, parcel: &Parcel) {
    let delay = pause(parcel.attempts, LONGEST_PAUSE).max(parcel.pause);
    for (sink, reason) in &parcel.failures {
        log::failed_sink(
            sink.name(),
            &parcel.event.id,
            parcel.attempts,
            delay,
            reason,
        );
    }
    if delivered(&parcel.event) > parcel.reached_before {
        let message = parcel.event.to_json();
        let fits = message.len() <= queue::MAX_MESSAGE;
        if fits && queue::send(env, &[message], delay).await.is_ok() {
            acknowledge(&parcel.message);
            return;
        }
    }
    retry(&parcel.message, delay);
}

async fn settle_dead(env: &Env, message: &Message, letter: &DeadLetter) {
    log::alert("dead_letter", &letter.cause);
    match letter.keep(env).await {
        Ok(()) => acknowledge(message),
        Err(refusal) => {
            log::alert("dead_letter_waits", &refusal.message);
            retry(message, pause(attempts(message), LONGEST_PAUSE_DEAD));
        }
    }
}

fn delivered(event: &Event) -> usize {
    Sink::ALL
        .iter()
        .filter(|sink| event.has_reached(**sink))
        .count()
}

fn pause(attempts: u32, longest: u32) -> u32 {
    backoff::seconds(attempts, js_sys::Math::random(), longest)
}

/// How often the message was handed out, this time included. The binding has no accessor for it.
fn attempts(message: &Message) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small count"
    )]
    let attempts = member(message, "attempts").as_f64().unwrap_or(1.0) as u32;
    attempts.max(1)
}

fn acknowledge(message: &Message) {
    if let Err(thrown) = message.ack() {
        log_thrown(&thrown);
    }
}

fn retry(message: &Message, delay: u32) {
    let options = object(&[("delaySeconds", JsValue::from(delay))]);
    if let Err(thrown) = message.retry(options) {
        log_thrown(&thrown);
    }
}

fn log_thrown(thrown: &JsValue) {
    let refusal = crate::bindings::promise::Refusal::from_js("EVENTS", thrown);
    log::alert("queue_message", &refusal.message);
}
