use serde_json::{Map, Value};

use crate::check::Check;
use crate::event_method::EventMethod;
use crate::wire_struct::wire_struct;

wire_struct! {
    /// Sends a payload of your own to an event URL.
    ///
    /// An NCCO in the answer replaces the rest of this one; an empty answer goes
    /// on with the next action. Source: NCCO reference, notify.
    pub struct Notify, "action": "notify" {
        required {
            /// What is sent: any object.
            payload: Map<String, Value> = "payload";
            /// Where it is sent. http(s) URL. An array of one on the wire.
            event_url: String as OneItem = "eventUrl";
        }
        optional {
            /// How it is sent. Default: POST.
            event_method: EventMethod = "eventMethod";
        }
    }
}

impl Notify {
    /// Sends `payload` to `event_url`.
    #[must_use]
    pub fn new(payload: Map<String, Value>, event_url: impl Into<String>) -> Self {
        Self::required(payload, event_url.into())
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        check.one_url("eventUrl", Some(&self.event_url));
        check.word("eventMethod", self.event_method.as_ref());
        self.check_extra(check);
    }
}
