//! Webhooks of the Voice API ("Voice webhook reference").

use crate::record::{Field, Fields, Form, Row, Wire, member, open_enum, record};
use crate::value::{Decimal, Party, Seconds, text};
use jiff::Timestamp;
use serde_json::Value;

open_enum! {
    /// The state of a leg ("Voice webhook reference, event webhook"). New ones appear without
    /// notice.
    pub enum CallStatus {
        /// The platform knows of the call. Comes together with `ringing`; either may arrive first.
        Started = "started",
        /// The callee's telephone rings.
        Ringing = "ringing",
        /// Somebody, or something such as a voicemail, picked up.
        Answered = "answered",
        /// The callee is on another call (SIP 486).
        Busy = "busy",
        /// The caller hung up before an answer. Outbound calls only.
        Cancelled = "cancelled" | "canceled",
        /// Nobody picked up (SIP 480). Also a WebSocket that could not be opened.
        Unanswered = "unanswered",
        /// The receiver closed the WebSocket. May be answered with an NCCO.
        Disconnected = "disconnected",
        /// The callee or the platform refused the call (SIP 603). No `completed` follows.
        Rejected = "rejected",
        /// The call could not be made (SIP 404 and others).
        Failed = "failed",
        /// Machine detection heard a person.
        Human = "human",
        /// Machine detection heard a machine; see [`Status::sub_state`].
        Machine = "machine",
        /// The ringing time of the request or `connect` action passed.
        Timeout = "timeout",
        /// The leg ended. Carries duration and price.
        Completed = "completed" | "complete",
    }
}

impl CallStatus {
    /// Whether the leg was not put through: a synchronous `connect` may answer these with an NCCO
    /// ("NCCO reference, connect, eventType").
    #[must_use]
    pub const fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::Busy
                | Self::Cancelled
                | Self::Unanswered
                | Self::Rejected
                | Self::Failed
                | Self::Timeout
        )
    }
}

open_enum! {
    /// Who started the leg, seen from the platform.
    pub enum Direction {
        /// Somebody calls the platform.
        Inbound = "inbound",
        /// The platform calls somebody.
        Outbound = "outbound",
    }
}

open_enum! {
    /// Why a call was not put through ("Voice webhook reference, detail").
    pub enum Detail {
        /// Unanswered: the callee cannot be reached now.
        Unavailable = "unavailable",
        /// Unanswered: the ringing time passed.
        Timeout = "timeout",
        /// Unanswered: the carrier's ringing time passed.
        CarrierTimeout = "carrier_timeout",
        /// Rejected: the number does not exist.
        InvalidNumber = "invalid_number",
        /// Rejected: the callee does not take such calls.
        Restricted = "restricted",
        /// Rejected: the callee refused this call.
        Declined = "declined",
        /// Failed: no way to the destination.
        CannotRoute = "cannot_route",
        /// Failed: the number is no longer in use.
        NumberOutOfService = "number_out_of_service",
        /// Failed: the platform's own fault.
        InternalError = "internal_error",
    }
}

open_enum! {
    /// Who ended a leg (documented since 2025-02).
    pub enum DisconnectedBy {
        /// The platform: the NCCO ended, or a REST request.
        Platform = "platform",
        /// The person or system at the other end.
        User = "user",
    }
}

open_enum! {
    /// What advanced machine detection heard of a voicemail's beep.
    pub enum SubState {
        /// The beep began: speak now.
        BeepStart = "beep_start",
        /// No beep came within `beep_timeout`.
        BeepTimeout = "beep_timeout",
    }
}

open_enum! {
    /// What a leg leads to ("Voice webhook reference, answer webhook").
    pub enum EndpointType {
        /// The telephone network.
        Phone = "phone",
        /// A SIP device or trunk.
        Sip = "sip",
        /// A user of the Client SDK.
        App = "app",
        /// A WebSocket.
        Websocket = "websocket",
        /// A Vonage Business extension.
        Vbc = "vbc",
    }
}

record! {
    /// A call wants its NCCO (`answer_url`, and `onAnswer.url` of a `connect` endpoint).
    pub struct Answer {
        /// The number or name that was called: usually one of yours.
        to: Option<Party> = "to",
        /// Who calls; absent or withheld at times, absent for callers of the Client SDK.
        from: Option<Party> = "from",
        /// The user name of a Client SDK caller.
        from_user: Option<String> = "from_user",
        /// The leg. Opaque: 32 hexadecimal digits for inbound calls, a dashed UUID otherwise.
        leg: Option<String> = "uuid",
        /// The conversation, `CON-` and a UUID.
        conversation: Option<String> = "conversation_uuid",
        /// The region's REST host, as a URL. Check that it is Vonage's before sending a token there.
        region_url: Option<String> = "region_url",
        /// What kind of endpoint calls (since about 2025).
        endpoint_type: Option<EndpointType> = "endpoint_type",
        /// What a Client SDK caller sent along.
        custom_data: Option<Value> = "custom_data",
    }
}

/// The prefix of members that carry SIP headers.
pub(crate) const SIP_HEADER: &str = "SipHeader_";

/// The SIP headers of a caller: names without the prefix `SipHeader_`, such as `X-Account` or
/// `User-to-User`.
pub(crate) fn sip_headers(fields: &Fields) -> impl Iterator<Item = (&str, &str)> {
    fields
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(SIP_HEADER)?, value.as_str()?)))
}

record! {
    /// A leg changed its state.
    ///
    /// Order is not guaranteed: `started` and `ringing` may swap, and so may a failure and
    /// `completed`. Every call ends with `completed`, except a `rejected` one.
    pub struct Status {
        /// The state.
        status: Option<CallStatus> = "status",
        /// The leg: `uuid`, or `call_uuid` in events of machine detection.
        leg: Option<String> = "uuid" | "call_uuid",
        /// The conversation.
        conversation: Option<String> = "conversation_uuid",
        /// Who calls. Null for callers of the Client SDK, `Unknown` for withheld numbers.
        from: Option<Party> = "from",
        /// Who is called: a number, a user name, a `wss://` address.
        to: Option<Party> = "to",
        /// Inbound or outbound.
        direction: Option<Direction> = "direction",
        /// When it happened, in milliseconds. May lie before `end_time`, which is rounded.
        timestamp: Option<Timestamp> = "timestamp",
        /// Completed: when the call was answered. Null in `answered`, and at times in `completed`.
        start_time: Option<Timestamp> = "start_time",
        /// Completed: when the call ended, rounded to whole seconds.
        end_time: Option<Timestamp> = "end_time",
        /// Completed: billable length in seconds.
        duration: Option<Seconds> = "duration",
        /// Completed: price of a minute in euros.
        rate: Option<Decimal> = "rate",
        /// Completed: price of the call in euros.
        price: Option<Decimal> = "price",
        /// The network: `GB-FIXED`, `US-VIRTUAL-…`, or MCC and MNC such as `23433`. Null for users
        /// of the Client SDK.
        network: Option<String> = "network",
        /// Unanswered, rejected, failed: why.
        detail: Option<Detail> = "detail",
        /// SIP response code, 200 to 699 (since 2025-12).
        sip_code: Option<u64> = "sip_code",
        /// Completed: who hung up.
        disconnected_by: Option<DisconnectedBy> = "disconnected_by",
        /// Machine: what was heard of the beep.
        sub_state: Option<SubState> = "sub_state",
        /// The reference a Client SDK caller gave.
        client_ref: Option<String> = "client_ref" | "client_reference",
        /// Custom SIP or WebSocket headers; often empty.
        headers: Option<Fields> = "headers",
    }
}

open_enum! {
    /// Why speech recognition stopped listening.
    pub enum SpeechTimeout {
        /// The caller paused for `endOnSilence`.
        EndOnSilence = "end_on_silence_timeout",
        /// The caller spoke for `maxDuration`.
        MaxDuration = "max_duration",
        /// The caller said nothing within `startTimeout`.
        Start = "start_timeout",
    }
}

record! {
    /// One reading of what the caller said.
    pub struct SpeechResult {
        /// The words.
        text: Option<String> = "text",
        /// 0 to 1. Text in every capture, a number in some documentation.
        confidence: Option<f64> = "confidence",
    }
}

record! {
    /// What speech recognition made of an input.
    pub struct Speech {
        /// Readings, the most likely first. Empty when only keys were pressed.
        results: Vec<SpeechResult> = "results",
        /// Why listening ended.
        timeout_reason: Option<SpeechTimeout> = "timeout_reason",
        /// What went wrong: `Speech was not enabled`, `Speech overridden by DTMF`,
        /// `ERR1: Failed to analyze audio`.
        error: Option<String> = "error",
        /// Where the recording lies, with `saveAudio`. Needs an application JWT.
        recording_url: Option<String> = "recording_url",
    }
}

/// The keys a caller pressed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dtmf {
    /// `0`-`9`, `*`, `#`; `None` or empty when nothing was pressed.
    pub digits: Option<String>,
    /// Whether the time ran out, which it also does after a part of the digits.
    pub timed_out: bool,
}

/// A caller pressed keys or spoke (`input` action; also every key of asynchronous DTMF).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Input {
    /// The keys. `None` when the action did not ask for them.
    pub dtmf: Option<Dtmf>,
    /// The words. `None` when the action did not ask for them.
    pub speech: Option<Speech>,
    /// Whether the body had the form of before 2020: `dtmf` as text, `timed_out` beside it.
    pub legacy: bool,
    /// The leg; null in the legacy form.
    pub leg: Option<String>,
    /// The conversation.
    pub conversation: Option<String>,
    /// Who calls.
    pub from: Option<Party>,
    /// Who is called.
    pub to: Option<Party>,
    /// When, in milliseconds. Absent in bodies of 2017.
    pub timestamp: Option<Timestamp>,
}

record! {
    /// The members of an input beside `dtmf`.
    struct InputFields {
        speech: Option<Speech> = "speech",
        leg: Option<String> = "uuid",
        conversation: Option<String> = "conversation_uuid",
        from: Option<Party> = "from",
        to: Option<Party> = "to",
        timestamp: Option<Timestamp> = "timestamp",
    }
}

record! {
    struct DtmfFields {
        digits: Option<String> = "digits",
        timed_out: Option<bool> = "timed_out",
    }
}

impl Input {
    pub(crate) const ROWS: &'static [Row] = &[
        (&["dtmf"], Form::Object(DtmfFields::ROWS)),
        (&["timed_out"], Form::Flag),
        (&["speech"], <Option<Speech> as Field>::FORM),
        (&["uuid"], Form::Text),
        (&["conversation_uuid"], Form::Text),
        (&["from"], Form::Text),
        (&["to"], Form::Text),
        (&["timestamp"], Form::Time),
    ];

    pub(crate) fn read_fields(fields: &Fields) -> Self {
        let InputFields {
            speech,
            leg,
            conversation,
            from,
            to,
            timestamp,
        } = InputFields::read_fields(fields);
        let beside = member(fields, &["timed_out"]).and_then(bool::read);
        let (dtmf, legacy) = match fields.get("dtmf") {
            Some(Value::Object(object)) => {
                let object = DtmfFields::read_fields(object);
                let dtmf = Dtmf {
                    digits: object.digits,
                    timed_out: object.timed_out.or(beside).unwrap_or_default(),
                };
                (Some(dtmf), false)
            }
            None | Some(Value::Null) if beside.is_none() || speech.is_some() => (None, false),
            legacy => {
                let dtmf = Dtmf {
                    digits: legacy.and_then(text).map(std::borrow::Cow::into_owned),
                    timed_out: beside.unwrap_or_default(),
                };
                (Some(dtmf), true)
            }
        };
        Self {
            dtmf,
            speech,
            legacy,
            leg,
            conversation,
            from,
            to,
            timestamp,
        }
    }

    /// Brings the legacy form into the current one.
    pub(crate) fn normalise(&self, fields: &mut Fields) {
        if let (true, Some(dtmf)) = (self.legacy, &self.dtmf) {
            let mut object = Fields::new();
            object.insert("digits".to_owned(), dtmf.digits.clone().into());
            object.insert("timed_out".to_owned(), dtmf.timed_out.into());
            fields.insert("dtmf".to_owned(), Value::Object(object));
        }
    }

    /// The keys pressed, `None` when there were none.
    #[must_use]
    pub fn digits(&self) -> Option<&str> {
        self.dtmf
            .as_ref()?
            .digits
            .as_deref()
            .filter(|digits| !digits.is_empty())
    }

    /// Whether the time for keys ran out.
    #[must_use]
    pub fn timed_out(&self) -> bool {
        self.dtmf.as_ref().is_some_and(|dtmf| dtmf.timed_out)
    }

    /// What was said, the most likely reading first; empty when nothing was understood.
    #[must_use]
    pub fn results(&self) -> &[SpeechResult] {
        self.speech
            .as_ref()
            .map_or(&[], |speech| speech.results.as_slice())
    }
}

record! {
    /// A recording is ready (`record` and `conversation` actions). It comes after the call has
    /// moved on, and names no leg.
    pub struct Record {
        /// Where it lies. Needs an application JWT of the same application; kept 30 days.
        recording_url: Option<String> = "recording_url",
        /// The recording.
        recording: Option<String> = "recording_uuid",
        /// In bytes.
        size: Option<u64> = "size",
        /// When it began, in whole seconds.
        start_time: Option<Timestamp> = "start_time",
        /// When it ended, in whole seconds.
        end_time: Option<Timestamp> = "end_time",
        /// Its length in seconds (claimed by projects, seen in no capture).
        duration: Option<Seconds> = "duration",
        /// The leg (claimed by projects, seen in no capture).
        leg: Option<String> = "uuid",
        /// The conversation.
        conversation: Option<String> = "conversation_uuid",
        /// When the webhook was made, in milliseconds.
        timestamp: Option<Timestamp> = "timestamp",
    }
}

record! {
    /// The transcript of a recording is ready.
    pub struct Transcription {
        /// Where it lies, as JSON. Needs an application JWT.
        transcription_url: Option<String> = "transcription_url",
        /// The recording it is of.
        recording: Option<String> = "recording_uuid",
        /// `record`.
        of: Option<String> = "type",
        /// `transcribed`.
        status: Option<String> = "status",
        /// The conversation.
        conversation: Option<String> = "conversation_uuid",
        /// When; absent in the documentation.
        timestamp: Option<Timestamp> = "timestamp",
    }
}

record! {
    /// A leg moved to another conversation.
    pub struct Transfer {
        /// The leg.
        leg: Option<String> = "uuid",
        /// Where it was.
        from_conversation: Option<String> = "conversation_uuid_from",
        /// Where it is.
        to_conversation: Option<String> = "conversation_uuid_to",
        /// When, in milliseconds.
        timestamp: Option<Timestamp> = "timestamp",
    }
}

record! {
    /// A `notify` action was reached. May be answered with an NCCO.
    pub struct Notify {
        /// What the action carried.
        payload: Option<Value> = "payload",
        /// The leg; seen in no capture.
        leg: Option<String> = "uuid",
        /// The conversation.
        conversation: Option<String> = "conversation_uuid",
        /// When, in milliseconds.
        timestamp: Option<Timestamp> = "timestamp",
    }
}

record! {
    /// An NCCO could not be carried out, or a dial failed.
    pub struct CallError {
        /// What went wrong, such as `Syntax error in NCCO. Invalid value type or action.`
        reason: Option<String> = "reason",
        /// The leg; seen in no capture.
        leg: Option<String> = "uuid",
        /// The conversation.
        conversation: Option<String> = "conversation_uuid",
        /// When, in milliseconds.
        timestamp: Option<Timestamp> = "timestamp",
    }
}

record! {
    /// A `pay` action ended (2021 to 2023).
    pub struct Payment {
        /// `success` or `failure`.
        status: Option<String> = "status",
        /// The leg.
        leg: Option<String> = "uuid",
        /// The conversation.
        conversation: Option<String> = "conversation_uuid",
        /// Who calls.
        from: Option<Party> = "from",
        /// Who is called.
        to: Option<Party> = "to",
        /// When, in milliseconds.
        timestamp: Option<Timestamp> = "timestamp",
    }
}

record! {
    /// The request the platform could not make.
    pub struct OriginalRequest {
        /// Its URL.
        url: Option<String> = "url",
        /// `answer` or `event`.
        of: Option<String> = "type",
    }
}

record! {
    /// An answer or event URL failed twice, and `fallback_answer_url` is asked instead. Carries the
    /// members of the request that failed too.
    pub struct Fallback {
        /// Why: `Connection closed.`, `Connection reset.`, `Socket timeout.`, `Invalid NCCO.`,
        /// `Invalid response code.`
        reason: Option<String> = "reason",
        /// Which request failed.
        original_request: Option<OriginalRequest> = "original_request",
        /// The number or name that was called.
        to: Option<Party> = "to",
        /// Who calls.
        from: Option<Party> = "from",
        /// The leg.
        leg: Option<String> = "uuid" | "call_uuid",
        /// The conversation.
        conversation: Option<String> = "conversation_uuid",
        /// The state of the leg, when an event failed.
        status: Option<CallStatus> = "status",
        /// When, in milliseconds; absent when an answer failed.
        timestamp: Option<Timestamp> = "timestamp",
    }
}
