//! Structured logs: one JSON line a request, and one for what operators must know.
//!
//! Never in a log: secrets, tokens, the digits of a caller, the text of state.

use api::Reason;
use events::{ConversationId, LegId};
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::respond::Reply;

/// One request, as its log line tells it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Line {
    /// The route, with its placeholders: `/webhooks/answer/{menu}`.
    pub route: &'static str,
    /// The HTTP status replied.
    pub status: u16,
    /// What became of it, one word.
    pub outcome: &'static str,
    /// Why; nothing when all went well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The reason in words, with the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The event's type.
    #[serde(skip_serializing_if = "Option::is_none", rename = "type")]
    pub event_type: Option<String>,
    /// The leg's uuid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leg: Option<LegId>,
    /// The conversation's uuid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// The menu the caller is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub menu: Option<String>,
    /// The version of that menu.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The node the caller is at, after this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// How long it took, in microseconds. The platform's clock stands still between I/O.
    pub us: u64,
}

impl Line {
    /// Fills in what the reply tells, and how many milliseconds it took.
    pub fn finish(&mut self, reply: &Reply, ms: f64) {
        self.status = reply.status;
        if self.outcome.is_empty() {
            self.outcome = if reply.status < 400 { "ok" } else { "refused" };
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a float becomes the nearest integer in range"
        )]
        let us = (ms * 1000.0) as u64;
        self.us = us;
    }

    /// The line as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether the Worker could not do its part, not whether it refused.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.status >= 500 && self.outcome != "refused"
    }

    /// Writes it: as an error when the Worker could not do its part, not when it refused.
    pub fn write(&self) {
        write(self.is_error(), self);
    }
}

/// Something operators must know, beside the line of the request that met it.
pub fn alert(reason: Reason, detail: &str) {
    #[derive(Serialize)]
    struct Alert<'a> {
        outcome: &'static str,
        reason: Reason,
        detail: &'a str,
    }
    write(
        true,
        &Alert {
            outcome: "alert",
            reason,
            detail,
        },
    );
}

/// A sink that did not take an event; it is tried again after `delay` seconds.
pub fn failed_sink(sink: &str, event: &str, attempts: u32, delay: u32, detail: &str) {
    #[derive(Serialize)]
    struct Failed<'a> {
        outcome: &'static str,
        reason: Reason,
        sink: &'a str,
        event: &'a str,
        attempts: u32,
        delay: u32,
        detail: &'a str,
    }
    write(
        false,
        &Failed {
            outcome: "retry",
            reason: Reason::SinkFailed,
            sink,
            event,
            attempts,
            delay,
            detail,
        },
    );
}

fn write(is_error: bool, line: &impl Serialize) {
    let Ok(text) = serde_json::to_string(line) else {
        return;
    };
    let text = JsValue::from_str(&text);
    if is_error {
        web_sys::console::error_1(&text);
    } else {
        web_sys::console::log_1(&text);
    }
}
