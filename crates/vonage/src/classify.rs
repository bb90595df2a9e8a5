//! Which webhook a body is: rules, not examples.
//!
//! Products share URLs (one for everything in small set-ups; Messages bodies on SMS URLs when an
//! account is set to it), so a body is first asked for what only one product sends, and the route
//! decides only where nothing in the body does.
//!
//! The members of a GET are different: those of the receiver's own URL are among them, under any
//! name. So a query or form at a URL that is meant for one kind of webhook is of that kind, unless
//! it has the mark and the time of an event.

use crate::delivery::Route;
use crate::dispatch::workflow_link;
use crate::kind::KindName;
use crate::voice::{CallStatus, SIP_HEADER};
use crate::wire::{Field, Fields, text};
use jiff::Timestamp;
use serde_json::Value;

/// A body under question. `has` means: there, and not null.
struct Body<'a>(&'a Fields);

impl Body<'_> {
    fn has(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(|value| !value.is_null())
    }

    fn any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.has(key))
    }

    fn object_has(&self, key: &str, inner: &str) -> bool {
        self.0
            .get(key)
            .is_some_and(|value| value.get(inner).is_some())
    }

    fn named(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Whether the status is one a call is known to have.
    fn state_of_a_call(&self) -> bool {
        let status = self.word("status");
        status.is_some_and(|status| CallStatus::known(status).is_some())
    }

    /// Whether it names a call, which no other product does.
    fn of_a_call(&self) -> bool {
        self.any(&[
            "conversation_uuid",
            "conversation_uuid_from",
            "conversation_uuid_to",
            "uuid",
            "call_uuid",
        ]) || (self.has("direction") && self.state_of_a_call())
    }

    /// Whether it says when it happened, as every event does and no request for an NCCO.
    fn has_time(&self) -> bool {
        let time: Option<Timestamp> = Field::read(self.0.get("timestamp"));
        time.is_some()
    }

    fn word(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(Value::as_str)
    }
}

/// Whether a URL is one of the Voice API's, or everybody's.
fn of_a_voice_url(route: Route) -> bool {
    match route {
        Route::Answer
        | Route::Event
        | Route::Fallback
        | Route::Input
        | Route::Connect
        | Route::Whisper
        | Route::Recording
        | Route::Transcription
        | Route::Conversation
        | Route::Notify
        | Route::Any => true,
        Route::Rtc
        | Route::MessagesInbound
        | Route::MessagesStatus
        | Route::SmsInbound
        | Route::SmsReceipt
        | Route::Insight
        | Route::Verify
        | Route::Dispatch => false,
    }
}

impl KindName {
    /// Total: every body has a kind, [`KindName::Unknown`] when neither it nor the route tells.
    pub(crate) fn of(route: Route, is_json: bool, fields: &Fields) -> Self {
        let body = Body(fields);
        let call = body.of_a_call();
        if !call && let Some(kind) = Self::of_another_product(route, &body) {
            return kind;
        }
        let marked = match call || of_a_voice_url(route) {
            true => Self::of_voice(route, &body),
            false => None,
        };
        let marked = match call {
            true => marked,
            false => marked.or_else(|| Self::of_rtc(&body)),
        };
        let Some(own) = Self::of_a_route_of_its_own(route, &body) else {
            return marked.unwrap_or_else(|| Self::of_route(route, &body));
        };
        // A lone status or reason is no mark of a kind: every event of a call has its time too.
        let says_little = matches!(marked, Some(Self::Status | Self::Error))
            && !body.any(&["timestamp", "direction"])
            && !body.state_of_a_call();
        match marked {
            Some(marked) if is_json && !says_little => marked,
            Some(marked) if body.has_time() => marked,
            _ => own,
        }
    }

    /// What a URL is sent that is meant for one kind of webhook.
    fn of_a_route_of_its_own(route: Route, body: &Body<'_>) -> Option<Self> {
        Some(match route {
            Route::Answer | Route::Whisper => Self::Answer,
            Route::Fallback => Self::Fallback,
            Route::Input => Self::Input,
            Route::Connect => Self::Status,
            Route::Notify => Self::Notify,
            // Where a transcription has no URL of its own it comes to that of its recording.
            Route::Recording if !body.has("recording_url") && body.has("transcription_url") => {
                Self::Transcription
            }
            Route::Recording => Self::Record,
            Route::Transcription if !body.has("transcription_url") && body.has("recording_url") => {
                Self::Record
            }
            Route::Transcription => Self::Transcription,
            Route::Event
            | Route::Conversation
            | Route::Rtc
            | Route::MessagesInbound
            | Route::MessagesStatus
            | Route::SmsInbound
            | Route::SmsReceipt
            | Route::Insight
            | Route::Verify
            | Route::Dispatch
            | Route::Any => return None,
        })
    }

    /// What only one product beside Voice sends.
    fn of_another_product(route: Route, body: &Body<'_>) -> Option<Self> {
        if body.any(&["message_uuid", "dispatch_uuid"]) {
            return Some(if body.has("dispatch_uuid") {
                Self::Dispatch
            } else if !body.has("status") {
                Self::MessageInbound
            } else if route == Route::Dispatch && workflow_link(body.0).is_some() {
                Self::Dispatch
            } else {
                Self::MessageStatus
            });
        }
        if body.any(&["msisdn", "messageId", "message-id", "err-code"]) {
            let receipt = body.any(&["err-code", "scts", "network-code", "status"]);
            let inbound = body.any(&["text", "type", "keyword", "data", "udh", "concat"]);
            return Some(match (receipt, inbound) {
                (true, _) => Self::SmsReceipt,
                (false, true) => Self::SmsInbound,
                (false, false) if route == Route::SmsReceipt => Self::SmsReceipt,
                (false, false) => Self::SmsInbound,
            });
        }
        // Messages without their id, as in samples of the platform's own libraries.
        if body.has("message_type") || body.object_has("message", "content") {
            return Some(Self::MessageInbound);
        }
        if body.any(&["international_format_number", "lookup_outcome"]) {
            return Some(Self::Insight);
        }
        if body.has("request_id") {
            if body.any(&[
                "national_format_number",
                "status_message",
                "current_carrier",
                "original_carrier",
                "country_prefix",
            ]) {
                return Some(Self::Insight);
            }
            let typed = matches!(body.word("type"), Some("event" | "summary"));
            if typed || body.any(&["triggered_at", "submitted_at", "finalized_at", "workflow"]) {
                return Some(Self::Verify);
            }
            return match route {
                Route::Insight => Some(Self::Insight),
                Route::Verify => Some(Self::Verify),
                _ if body.0.get("status").is_some_and(Value::is_number) => Some(Self::Insight),
                _ if body.any(&["channel", "status"]) => Some(Self::Verify),
                _ => None,
            };
        }
        None
    }

    /// The order in which the kinds of one shared event URL can be told apart safely.
    fn of_voice(route: Route, body: &Body<'_>) -> Option<Self> {
        if body.has("original_request") || route == Route::Fallback {
            return Some(Self::Fallback);
        }
        let status = body.0.get("status").and_then(text);
        let of_a_call = body.state_of_a_call();
        // A known state and a direction are a status event whatever else comes along: projects and
        // SDK tests show such with a recording_url.
        if of_a_call && body.has("direction") {
            return Some(Self::Status);
        }
        if body.has("transcription_url") {
            return Some(Self::Transcription);
        }
        if body.has("recording_url") {
            return Some(Self::Record);
        }
        if body.any(&["conversation_uuid_from", "conversation_uuid_to"]) {
            return Some(Self::Transfer);
        }
        if body.word("type") == Some("payment")
            || matches!(status.as_deref(), Some("success" | "failure"))
        {
            return Some(Self::Payment);
        }
        if body.any(&["dtmf", "speech"]) {
            return Some(Self::Input);
        }
        // A call's request for its NCCO has no time and no direction, every event has; it may carry
        // parameters of the receiver's own making.
        let answering = matches!(route, Route::Answer | Route::Whisper)
            && !of_a_call
            && !body.any(&["direction", "timestamp"]);
        if !answering {
            if body.has("payload") {
                return Some(Self::Notify);
            }
            if status.is_some() && !Self::is_rtc(body) {
                return Some(Self::Status);
            }
            if body.has("reason") {
                return Some(Self::Error);
            }
        }
        if body.named("dtmf") || body.named("speech") {
            return Some(Self::Input);
        }
        // Only the states of a call have one.
        body.has("direction").then_some(Self::Status)
    }

    fn is_rtc(body: &Body<'_>) -> bool {
        body.word("type").is_some_and(|word| word.contains(':'))
            || (body.has("type") && body.any(&["body", "_embedded", "conversation_id"]))
    }

    fn of_rtc(body: &Body<'_>) -> Option<Self> {
        Self::is_rtc(body).then_some(Self::Rtc)
    }

    /// Where nothing in the body tells: what the route is for.
    fn of_route(route: Route, body: &Body<'_>) -> Self {
        match route {
            Route::Answer | Route::Whisper => Self::Answer,
            Route::Fallback => Self::Fallback,
            Route::Input => Self::Input,
            Route::Recording => Self::Record,
            Route::Transcription => Self::Transcription,
            Route::Notify => Self::Notify,
            Route::Rtc => Self::Rtc,
            Route::MessagesInbound => Self::MessageInbound,
            Route::MessagesStatus => Self::MessageStatus,
            Route::SmsInbound => Self::SmsInbound,
            Route::SmsReceipt => Self::SmsReceipt,
            Route::Insight => Self::Insight,
            Route::Verify => Self::Verify,
            Route::Dispatch => Self::Dispatch,
            Route::Event | Route::Connect | Route::Conversation | Route::Any => {
                Self::of_remains(body)
            }
        }
    }

    /// A body on a shared voice URL that has none of the marks of an event.
    fn of_remains(body: &Body<'_>) -> Self {
        let sip = || body.0.keys().any(|key| key.starts_with(SIP_HEADER));
        if body.has("call_uuid") {
            return Self::Status;
        }
        if body.any(&[
            "to",
            "from",
            "from_user",
            "endpoint_type",
            "region_url",
            "custom_data",
        ]) || sip()
        {
            return Self::Answer;
        }
        // An input that timed out without a key was seen with its conversation alone.
        if body.any(&["conversation_uuid", "uuid"]) || body.named("timed_out") {
            return Self::Input;
        }
        Self::Unknown
    }
}
