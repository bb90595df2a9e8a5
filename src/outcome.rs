//! What is decided about a webhook: the reply, and what the platform has to do for it.
//!
//! An outcome is data. `src/entry.js` performs it, the same for every webhook: it counts, sends,
//! logs, replies. Each part crosses as a value of its own: what a caller sent may hold any
//! character, so no text is ever taken apart.

use events::Event;
use js_sys::Array;
use wasm_bindgen::JsValue;

use crate::bindings::queue::MAX_MESSAGE;
use crate::faults::{self, Service};
use crate::log::Line;
use crate::respond::Reply;

/// A rate limit, and the key that is counted against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The binding.
    pub limit: &'static str,
    /// The key.
    pub key: String,
}

/// What is decided about a webhook.
#[derive(Debug)]
pub struct Outcome {
    /// What is replied.
    pub reply: Reply,
    /// What is kept.
    pub events: Vec<Event>,
    /// Whether the events have to be durable before the reply: then it is 503 when nobody took
    /// them.
    pub events_first: bool,
    /// Who is counted. The outcome holds unless that was one too many: then it is decided again,
    /// with that as a fact.
    pub count: Option<Count>,
    /// The log line.
    pub line: Line,
    /// Documents that are due to be read again behind the caller's back.
    pub renew: Vec<String>,
}

impl Outcome {
    /// A reply, and nothing to do.
    #[must_use]
    pub fn of(reply: Reply, line: Line) -> Self {
        Self {
            reply,
            events: Vec::new(),
            events_first: false,
            count: None,
            line,
            renew: Vec::new(),
        }
    }

    /// The outcome as JavaScript takes it, `ms` after the request came:
    ///
    /// `[status, body, headers, limit, key, messages, fits, first, line, isError, renew]`
    ///
    /// `body` is text or undefined, `headers` a list of pairs, or undefined for a reply without any
    /// or of JSON alone. The events of one webhook are one message, a JSON array, as far as it
    /// `fits`; else each is one, and the Rust code sends them.
    #[must_use]
    pub fn into_array(mut self, ms: f64) -> Array {
        self.line.finish(&self.reply, ms);
        let (messages, fits) = messages(&self.events);
        let (limit, key) = match self.count {
            Some(count) => (JsValue::from_str(count.limit), JsValue::from(count.key)),
            None => (JsValue::UNDEFINED, JsValue::UNDEFINED),
        };
        let array = Array::new_with_length(11);
        let is_error = self.line.is_error();
        let headers = self.reply.own_headers();
        let body = match self.reply.body.is_empty() {
            true => JsValue::UNDEFINED,
            false => JsValue::from(self.reply.body),
        };
        for (at, value) in [
            self.reply.status.into(),
            body,
            headers,
            limit,
            key,
            texts(messages),
            fits.into(),
            self.events_first.into(),
            self.line.to_json().into(),
            is_error.into(),
            texts(self.renew),
        ]
        .into_iter()
        .enumerate()
        {
            array.set(u32::try_from(at).unwrap_or_default(), value);
        }
        array
    }
}

/// A list of texts; undefined when there is none.
fn texts(texts: Vec<String>) -> JsValue {
    if texts.is_empty() {
        return JsValue::UNDEFINED;
    }
    let array = Array::new();
    for text in texts {
        array.push(&text.into());
    }
    array.into()
}

/// The messages for the queue, and whether they are one that it takes.
#[must_use]
pub fn messages(events: &[Event]) -> (Vec<String>, bool) {
    let mut texts: Vec<String> = events.iter().map(Event::to_json).collect();
    let together: usize = texts.iter().map(|text| text.len() + 1).sum();
    let mut fits = together < MAX_MESSAGE;
    if !texts.is_empty() && faults::inject_error(Service::Queue).is_err() {
        faults::carry_error_over(Service::Queue);
        fits = false;
    }
    if fits && texts.len() > 1 {
        texts = vec![["[", &texts.join(","), "]"].concat()];
    }
    (texts, fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::MalformedRequest;

    fn event(message: &str) -> Event {
        let broken = MalformedRequest {
            path: "/webhooks/event",
            method: "POST",
            content_type: None,
            place: "",
            message,
        };
        Event::malformed(&broken, b"\n[{}]\n", jiff::Timestamp::UNIX_EPOCH, None)
    }

    #[test]
    fn the_events_of_a_webhook_are_one_message_as_far_as_it_fits() {
        let check = |sizes: &[usize], expected: usize, expected_fits: bool| {
            let events: Vec<Event> = sizes.iter().map(|size| event(&"x".repeat(*size))).collect();
            let (messages, fits) = messages(&events);
            assert_eq!(
                (messages.len(), fits),
                (expected, expected_fits),
                "{sizes:?}"
            );
            for message in &messages {
                assert!(!fits || message.len() <= MAX_MESSAGE, "{sizes:?}");
                let read: serde_json::Value = serde_json::from_str(message).unwrap();
                assert_eq!(read.is_array(), fits && events.len() > 1, "{sizes:?}");
            }
        };
        check(&[], 0, true);
        check(&[10], 1, true);
        check(&[10, 10, 10], 1, true);
        check(&[60_000, 60_000], 1, true);
        check(&[100_000, 100_000], 2, false);
        check(&[200_000], 1, false);
    }
}
