//! Takes events off the queue and to their sinks.
//!
//! A message holds one event, or those of one webhook as a JSON array. Each event goes to every
//! sink that does not have it yet, and each sink may fail alone. What has come further goes back
//! on the queue with a note of the sinks that have it (`delivered`), so the next try does only the
//! rest; what has not is retried by the queue. Both wait, longer each time. After the last retry
//! the queue moves a message to the dead-letter queue, where it gets one more try; what fails then
//! is kept under `dead/` in the archive, with the reasons of that try.

mod dead;
mod queued_event;
mod sinks;

use std::borrow::Cow;

use api::Reason;
use events::{Event, Sink, backoff, read_message};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::worker_sys::{Message, MessageBatch};

use queued_event::QueuedEvent;

use crate::bindings::promise::{PlatformError, member, object};
use crate::bindings::queue;
use crate::env::Config;
use crate::log;

pub use dead::DeadLetter;

/// The longest a queue holds a message back, in seconds: 12 hours.
const LONGEST_DELAY: u32 = 43_200;
/// The longest pause between two tries, in seconds.
const LONGEST_PAUSE: u32 = 3600;
/// The same for dead letters the archive does not take; the queue allows 12 hours and more.
const LONGEST_PAUSE_DEAD: u32 = 12 * 3600;

/// One message, and whether all of it that is no event is kept.
struct Envelope {
    message: Message,
    attempts: u32,
    is_kept: bool,
}

/// Handles one batch. Every message ends acknowledged or retried; nothing is thrown.
pub async fn consume(batch: MessageBatch, env: &Env) {
    let queue = batch.queue().map(String::from).unwrap_or_default();
    let is_dead = queue.ends_with("-dead");
    let messages = batch.messages().unwrap_or_else(|_| Array::new());
    let config = Config::of(env);

    let mut envelopes = Vec::with_capacity(messages.length() as usize);
    let mut queued_events = Vec::with_capacity(messages.length() as usize);
    for message in messages.iter() {
        let message: Message = message.unchecked_into();
        let mut envelope = Envelope {
            attempts: attempts(&message),
            is_kept: true,
            message,
        };
        let body = envelope.message.body().ok();
        let body = body.and_then(|body| body.as_string()).unwrap_or_default();
        for (number, (event, text)) in read_message(&body).into_iter().enumerate() {
            match event {
                Ok(event) => queued_events.push(QueuedEvent {
                    envelope: envelopes.len(),
                    attempts: envelope.attempts,
                    reached_before: delivered(&event),
                    line: line_of(&event, text),
                    event,
                    failures: Vec::new(),
                    pause: 0,
                }),
                // No retry makes an event of it.
                Err(error) => {
                    let id = envelope.message.id().map(String::from).unwrap_or_default();
                    let letter = DeadLetter::poison(&queue, &id, number, text.into(), &error);
                    envelope.is_kept &= keep_dead(env, &letter).await;
                }
            }
        }
        envelopes.push(envelope);
    }

    sinks::deliver(env, &config, &mut queued_events).await;

    let mut queued_events = queued_events.into_iter().peekable();
    for (place, envelope) in envelopes.iter().enumerate() {
        let mut own = Vec::new();
        while let Some(queued) = queued_events.next_if(|queued| queued.envelope == place) {
            own.push(queued);
        }
        let has_progressed = own
            .iter()
            .any(|queued| delivered(&queued.event) > queued.reached_before);
        own.retain(|queued| !queued.failures.is_empty());
        if is_dead {
            let mut is_kept = envelope.is_kept;
            for queued in own {
                let letter =
                    DeadLetter::new(&queue, &queued.event, queued.attempts, &queued.failures);
                is_kept &= keep_dead(env, &letter).await;
            }
            settle(envelope, is_kept);
        } else if !own.is_empty() {
            try_again(env, envelope, &own, has_progressed).await;
        } else {
            settle(envelope, envelope.is_kept);
        }
    }
}

/// Delivers events to their sinks once more, those in `done` left out.
///
/// # Errors
/// What the first sink said that did not take one. Others may be delivered.
pub async fn deliver_again(
    env: &Env,
    events: Vec<(Event, String)>,
    done: &[Sink],
) -> Result<(), PlatformError> {
    let queued_events = events.into_iter().map(|(mut event, line)| {
        for sink in done {
            event.mark_reached(*sink);
        }
        QueuedEvent {
            envelope: 0,
            attempts: 1,
            reached_before: delivered(&event),
            event,
            line,
            failures: Vec::new(),
            pause: 0,
        }
    });
    let mut queued_events: Vec<QueuedEvent> = queued_events.collect();
    sinks::deliver(env, &Config::of(env), &mut queued_events).await;
    let mut failures = queued_events.into_iter().flat_map(|queued| queued.failures);
    match failures.next() {
        None => Ok(()),
        Some((sink, reason)) => Err(PlatformError::new([sink.name(), ": ", &reason].concat())),
    }
}

/// Tries again what of a message a sink did not take.
async fn try_again(env: &Env, envelope: &Envelope, failed: &[QueuedEvent], has_progressed: bool) {
    let asked = failed.iter().map(|queued| queued.pause).max().unwrap_or(0);
    let delay = pause(envelope.attempts, LONGEST_PAUSE)
        .max(asked)
        .min(LONGEST_DELAY);
    for queued in failed {
        for (sink, reason) in &queued.failures {
            let id = &queued.event.id;
            log::failed_sink(sink.name(), id, queued.attempts, delay, reason);
        }
    }
    if has_progressed && envelope.is_kept {
        let events: Vec<&Event> = failed.iter().map(|queued| &queued.event).collect();
        let message = match events.as_slice() {
            [event] => event.to_json(),
            events => serde_json::to_string(events).unwrap_or_default(),
        };
        let fits = message.len() <= queue::MAX_MESSAGE;
        if fits && queue::send(env, &[message], delay).await.is_ok() {
            acknowledge(&envelope.message);
            return;
        }
    }
    retry(&envelope.message, delay);
}

/// Keeps a dead letter; says whether it is kept.
async fn keep_dead(env: &Env, letter: &DeadLetter) -> bool {
    log::alert(Reason::DeadLetter, &letter.cause);
    let outcome = letter.keep(env).await;
    if let Err(error) = &outcome {
        log::alert(Reason::DeadLetterWaits, &error.message);
    }
    outcome.is_ok()
}

fn settle(envelope: &Envelope, is_kept: bool) {
    if is_kept {
        acknowledge(&envelope.message);
    } else {
        let delay = pause(envelope.attempts, LONGEST_PAUSE_DEAD);
        retry(&envelope.message, delay);
    }
}

/// The text that came is what is stored, unless it says how far its delivery is.
fn line_of(event: &Event, text: Cow<'_, str>) -> String {
    let is_one_line = |text: &str| !text.bytes().any(|byte| matches!(byte, b'\n' | b'\r'));
    if event.delivered.is_none() && is_one_line(&text) {
        return text.into_owned();
    }
    event.clone().without_progress().to_json()
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
    let error = PlatformError::from_js("EVENTS", thrown);
    log::alert(Reason::QueueMessage, &error.message);
}
