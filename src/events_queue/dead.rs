//! What could not be delivered, kept with its cause.

use events::archive::dead_key;
use events::{Event, EventError, Sink, print_timestamp};
use serde::Serialize;
use serde_json::Map;
use worker::Env;

use crate::bindings::promise::PlatformError;
use crate::bindings::{archive, clock};

/// One message that was given up, as it lies under `dead/`.
#[derive(Clone, Debug, Serialize)]
pub struct DeadLetter {
    /// Where it is kept.
    pub key: String,
    /// Why it is here, for an operator.
    pub cause: String,
    /// What each sink that does not have it said last.
    pub sinks: Map<String, serde_json::Value>,
    /// The queue it came from.
    pub queue: String,
    /// How often that queue handed it out.
    pub attempts: u32,
    /// When it was given up.
    pub at: String,
    /// The message: an event, or what was on the queue in its place.
    pub message: String,
}

impl DeadLetter {
    pub(super) fn new(
        queue: &str,
        event: &Event,
        attempts: u32,
        failures: &[(Sink, String)],
    ) -> Self {
        let mut sinks = Map::new();
        for (sink, reason) in failures {
            sinks.insert(sink.name().to_owned(), reason.as_str().into());
        }
        let names: Vec<&str> = failures.iter().map(|(sink, _)| sink.name()).collect();
        Self {
            key: dead_key(event),
            cause: format!("every try to reach {} failed", names.join(" and ")),
            sinks,
            queue: queue.to_owned(),
            attempts,
            at: print_timestamp(clock::now()),
            message: event.to_json(),
        }
    }

    /// What is no event: part `number` of message `id`.
    pub(super) fn poison(
        queue: &str,
        id: &str,
        number: usize,
        message: String,
        error: &EventError,
    ) -> Self {
        let at = print_timestamp(clock::now());
        let date = at.get(..10).unwrap_or("unknown");
        Self {
            key: format!("dead/dt={date}/message-{id}-{number}.json"),
            cause: format!("the message is no event: {error}"),
            sinks: Map::new(),
            queue: queue.to_owned(),
            attempts: 1,
            at,
            message,
        }
    }

    pub(super) async fn keep(&self, env: &Env) -> Result<(), PlatformError> {
        let body = serde_json::to_string(self).unwrap_or_default();
        archive::put(env, &self.key, &body, "application/json").await
    }
}
