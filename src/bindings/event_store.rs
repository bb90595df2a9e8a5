//! Keeping events: on the queue, or in the outbox while the queue does not take them.

use std::time::Duration;

use api::Reason;
use events::{Event, read_message};
use worker::{Delay, Env};

use super::promise::PlatformError;
use super::{outbox_do, queue};
use crate::log;

/// Keeps events: durable when this returns `Ok`.
///
/// They go to the queue, in one call as far as its limits allow. One too large for a message goes
/// to the archive whole, and a short form of it to the queue. What the queue or the archive
/// refuses goes to the outbox, which sends it on by itself when they are back.
///
/// # Errors
/// Neither the queue nor the outbox took them. None of them, or some, may be kept all the same:
/// ids make sending them again harmless.
pub async fn keep(env: &Env, events: &[Event]) -> Result<(), PlatformError> {
    let messages: Vec<String> = events.iter().map(Event::to_json).collect();
    keep_messages(env, &messages).await
}

/// Keeps events as JSON text: one each, or a message of several.
///
/// # Errors
/// As [`keep`].
pub async fn keep_messages(env: &Env, messages: &[String]) -> Result<(), PlatformError> {
    let Err(refused) = queue::send_shortened(env, messages).await else {
        return Ok(());
    };
    log::alert(Reason::QueueRefused, &refused.message);
    outbox_do::hand_over(env, messages)
        .await
        .map_err(|error| PlatformError::new([&refused.message, "; ", &error.message].concat()))
}

/// Pauses before the queue and the outbox are tried again, in seconds. The platform lets work go
/// on for thirty after the reply.
const PAUSES: [u64; 4] = [0, 1, 4, 10];

/// Tries for half a minute to keep events, as JSON text.
pub async fn keep_patiently(env: &Env, messages: &[String]) {
    let mut last = String::new();
    for pause in PAUSES {
        if pause > 0 {
            Delay::from(Duration::from_secs(pause)).await;
        }
        match keep_messages(env, messages).await {
            Ok(()) => return,
            Err(refused) => last = refused.message,
        }
    }
    let ids: Vec<String> = messages
        .iter()
        .flat_map(|text| read_message(text))
        .filter_map(|(event, _)| Some(event.ok()?.id))
        .collect();
    log::alert(Reason::EventsLost, &[&ids.join(" "), ": ", &last].concat());
}
