//! An event of the batch at hand.

use events::{Event, Sink};

/// One event, and what became of it.
pub(super) struct QueuedEvent {
    /// The place of its message in the batch.
    pub(super) envelope: usize,
    pub(super) event: Event,
    /// The event as the sinks store it: JSON on one line, without notes of its delivery.
    pub(super) line: String,
    pub(super) attempts: u32,
    pub(super) failures: Vec<(Sink, String)>,
    /// Seconds a sink asked to be left alone for.
    pub(super) pause: u32,
    pub(super) reached_before: usize,
}

impl QueuedEvent {
    /// As the sinks take it: the event, and its text.
    pub(super) fn stored(&self) -> (&Event, &str) {
        (&self.event, &self.line)
    }
}
