use serde_json::{Map, Value};

use crate::event::EventMethod;
use crate::finding::{Check, Code};
use crate::wire::wire;

wire! {
    /// Sends a payload of your own to an event URL.
    ///
    /// An NCCO in the answer replaces the rest of this one; an empty answer goes
    /// on with the next action. Source: NCCO reference, notify.
    pub struct Notify, "action": "notify" {
        required {
            /// What is sent: any object.
            payload: Map<String, Value> as Free = "payload";
            /// Where it is sent. http(s) URL. An array of one on the wire.
            event_url: String as One = "eventUrl";
        }
        optional {
            /// How it is sent. Default: POST.
            event_method: EventMethod as Open = "eventMethod";
        }
    }
}

impl Notify {
    /// Sends `payload` to `event_url`.
    #[must_use]
    pub fn new(payload: Map<String, Value>, event_url: impl Into<String>) -> Self {
        Self {
            payload,
            event_url: event_url.into(),
            event_method: None,
            extra: Map::new(),
        }
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        check.one_url("eventUrl", Some(&self.event_url));
        check.word("eventMethod", self.event_method.as_ref());
        self.check_extra(check);
    }
}

wire! {
    /// Waits.
    ///
    /// Source: NCCO reference, wait.
    #[derive(Default)]
    pub struct Wait, "action": "wait" {
        optional {
            /// How long. Seconds with a fraction, 0.1 to 7200; other values are
            /// moved to the nearest end. Default: 10.
            timeout: f64 as Decimal = "timeout";
        }
    }
}

impl Wait {
    /// Waits for 10 seconds, the platform's default.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits for `timeout` seconds.
    #[must_use]
    pub fn seconds(timeout: f64) -> Self {
        Self::new().timeout(timeout)
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        if self
            .timeout
            .is_some_and(|seconds| !(0.1..=7200.0).contains(&seconds))
        {
            check.member("timeout", Code::Clamped, "outside 0.1 to 7200 seconds");
        }
        self.check_extra(check);
    }
}
