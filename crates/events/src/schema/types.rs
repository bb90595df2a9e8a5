//! The members of the events that are webhooks.

/// What a webhook holds in `data`, beside `raw`.
#[derive(Clone, Copy, Debug)]
pub struct EventSchema {
    /// The type, or the family where the set is open: `vonage.voice.status`, `vonage.rtc`.
    pub name: &'static str,
    /// One line on it.
    pub title: &'static str,
    /// Members: name, JSON types separated by `|`, what it is.
    pub members: &'static [Member],
}

/// Name, JSON types separated by `|`, what it is.
pub type Member = (&'static str, &'static str, &'static str);

const FROM: Member = (
    "from",
    "string|null",
    "who called: digits, a user's name, or `Unknown`",
);
const TO: Member = (
    "to",
    "string|null",
    "who was called: digits, a user's name or an address",
);
const UUID: Member = ("uuid", "string|null", "the leg, also in `subject`");
const CALL_UUID: Member = ("call_uuid", "string|null", "the leg, also in `subject`");
const CONVERSATION: Member = (
    "conversation_uuid",
    "string|null",
    "the conversation, also in `conversation`",
);
const STATUS: Member = ("status", "string", "the status");
const DIRECTION: Member = ("direction", "string|null", "`inbound` or `outbound`");
const TIMESTAMP: Member = ("timestamp", "string|null", "when, as Vonage wrote it");
const HEADERS: Member = (
    "headers",
    "object|string|null",
    "headers of the SIP or WebSocket end",
);
const DETAIL: Member = (
    "detail",
    "string|null",
    "why; an open set: `timeout`, `declined`, …",
);
const SIP_CODE: Member = ("sip_code", "integer|string|null", "the SIP status");
const START: Member = ("start_time", "string|null", "when the talk began");
const END: Member = ("end_time", "string|null", "when it ended, in whole seconds");
const NETWORK: Member = (
    "network",
    "string|null",
    "the carrier: `GB-FIXED`, or MCC and MNC",
);
const RATE: Member = (
    "rate",
    "string|number|null",
    "EUR a minute, a decimal as Vonage wrote it",
);
const RECORDING: Member = (
    "recording_uuid",
    "string|null",
    "Vonage's id of the recording",
);
const STATUS_MEMBERS: &[Member] = &[
    FROM,
    TO,
    UUID,
    CONVERSATION,
    STATUS,
    DIRECTION,
    TIMESTAMP,
    HEADERS,
];
const FAILURE_MEMBERS: &[Member] = &[
    FROM,
    TO,
    UUID,
    CONVERSATION,
    STATUS,
    DIRECTION,
    TIMESTAMP,
    HEADERS,
    DETAIL,
    SIP_CODE,
];
const MACHINE_MEMBERS: &[Member] = &[
    FROM,
    TO,
    UUID,
    CALL_UUID,
    CONVERSATION,
    STATUS,
    DIRECTION,
    TIMESTAMP,
    (
        "sub_state",
        "string|null",
        "`beep_start` or `beep_timeout`, with advanced detection",
    ),
];

const fn status(
    name: &'static str,
    title: &'static str,
    members: &'static [Member],
) -> EventSchema {
    EventSchema {
        name,
        title,
        members,
    }
}

/// Every type, and `event` for the envelope alone.
pub const TYPES: &[EventSchema] = &[
    EventSchema {
        name: "event",
        title: "Any event: the envelope alone",
        members: &[],
    },
    EventSchema {
        name: "vonage.voice.answer",
        title: "A call asks what to do: the answer webhook",
        members: &[
            FROM,
            TO,
            ("from_user", "string|null", "the user of an app who called"),
            UUID,
            CONVERSATION,
            (
                "region_url",
                "string|null",
                "the API host the call lives on",
            ),
            (
                "endpoint_type",
                "string|null",
                "`phone`, `sip`, `app`, `websocket`, `vbc`",
            ),
            (
                "custom_data",
                "object|string|null",
                "what the app sent along with the call",
            ),
        ],
    },
    status(
        "vonage.voice.status",
        "A status this version has no schema of its own for",
        FAILURE_MEMBERS,
    ),
    status("vonage.voice.started", "A leg was created", STATUS_MEMBERS),
    status("vonage.voice.ringing", "A leg rings", STATUS_MEMBERS),
    status(
        "vonage.voice.answered",
        "A leg was answered",
        &[
            FROM,
            TO,
            UUID,
            CONVERSATION,
            STATUS,
            DIRECTION,
            TIMESTAMP,
            HEADERS,
            START,
            RATE,
            NETWORK,
        ],
    ),
    status("vonage.voice.busy", "The line was busy", FAILURE_MEMBERS),
    status(
        "vonage.voice.cancelled",
        "The caller gave up before an answer",
        FAILURE_MEMBERS,
    ),
    status(
        "vonage.voice.unanswered",
        "Nobody answered",
        FAILURE_MEMBERS,
    ),
    status(
        "vonage.voice.disconnected",
        "A WebSocket was closed from the far end",
        FAILURE_MEMBERS,
    ),
    status(
        "vonage.voice.rejected",
        "The call was refused; no `completed` follows",
        FAILURE_MEMBERS,
    ),
    status(
        "vonage.voice.failed",
        "The call could not be made",
        FAILURE_MEMBERS,
    ),
    status(
        "vonage.voice.human",
        "A person answered (machine detection)",
        MACHINE_MEMBERS,
    ),
    status(
        "vonage.voice.machine",
        "A machine answered (machine detection)",
        MACHINE_MEMBERS,
    ),
    status(
        "vonage.voice.timeout",
        "It rang for as long as it was allowed to",
        FAILURE_MEMBERS,
    ),
    status(
        "vonage.voice.completed",
        "A leg is over",
        &[
            FROM,
            TO,
            UUID,
            CONVERSATION,
            STATUS,
            DIRECTION,
            TIMESTAMP,
            HEADERS,
            START,
            END,
            (
                "duration",
                "string|number|null",
                "billed seconds, as Vonage wrote them",
            ),
            RATE,
            (
                "price",
                "string|number|null",
                "EUR, a decimal as Vonage wrote it",
            ),
            NETWORK,
            (
                "disconnected_by",
                "string|null",
                "who hung up: `user` or `platform`",
            ),
            SIP_CODE,
        ],
    ),
    EventSchema {
        name: "vonage.voice.input",
        title: "A caller keyed or said something, or did not",
        members: &[
            FROM,
            TO,
            UUID,
            CONVERSATION,
            TIMESTAMP,
            (
                "dtmf",
                "object|string|null",
                "`{digits, timed_out}`; a text in the legacy form; digits of a secret field are `[redacted]`",
            ),
            (
                "speech",
                "object|string|null",
                "`{results: [{text, confidence}], timeout_reason, error, recording_url}`; redacted likewise",
            ),
        ],
    },
    EventSchema {
        name: "vonage.voice.recording",
        title: "A recording is ready",
        members: &[
            CONVERSATION,
            TIMESTAMP,
            START,
            END,
            (
                "recording_url",
                "string",
                "where Vonage keeps it for 30 days; needs the application's JWT",
            ),
            RECORDING,
            ("size", "integer|string|null", "bytes"),
        ],
    },
    EventSchema {
        name: "vonage.voice.transcription",
        title: "A transcript is ready",
        members: &[
            CONVERSATION,
            RECORDING,
            ("type", "string|null", "`record`"),
            ("status", "string|null", "`transcribed`"),
            (
                "transcription_url",
                "string",
                "where Vonage keeps it; needs the application's JWT",
            ),
        ],
    },
    EventSchema {
        name: "vonage.voice.transfer",
        title: "A leg moved to another conversation",
        members: &[
            UUID,
            (
                "conversation_uuid_from",
                "string|null",
                "the conversation it left",
            ),
            (
                "conversation_uuid_to",
                "string|null",
                "the conversation it joined",
            ),
            TIMESTAMP,
        ],
    },
    EventSchema {
        name: "vonage.voice.notify",
        title: "A `notify` action was reached",
        members: &[
            CONVERSATION,
            TIMESTAMP,
            ("payload", "object|string|null", "what the menu sent along"),
        ],
    },
    EventSchema {
        name: "vonage.voice.error",
        title: "Vonage could not do what it was told",
        members: &[
            CONVERSATION,
            TIMESTAMP,
            ("reason", "string|object|null", "why, in Vonage's words"),
        ],
    },
    EventSchema {
        name: "vonage.voice.fallback",
        title: "A webhook failed and Vonage asked the fallback; what a caller entered is redacted",
        members: &[
            FROM,
            TO,
            UUID,
            CONVERSATION,
            ("reason", "string|null", "why, in Vonage's words"),
            (
                "original_request",
                "object|string|null",
                "`{url, type}` of the webhook that failed",
            ),
        ],
    },
    EventSchema {
        name: "vonage.rtc",
        title: "An event of the Conversation API; keys and words in `body` are redacted",
        members: &[
            ("type", "string", "which; an open set"),
            ("conversation_id", "string|null", "the conversation"),
            ("body", "object|string|null", "depends on `type`"),
            TIMESTAMP,
        ],
    },
    EventSchema {
        name: "vonage.messages.inbound",
        title: "A message came in (Messages API)",
        members: &[
            ("message_uuid", "string|null", "the message"),
            ("channel", "string|null", "`sms`, `whatsapp`, …"),
            ("to", "string|object|null", "to whom"),
            ("from", "string|object|null", "from whom"),
            TIMESTAMP,
            ("message_type", "string|null", "`text`, `image`, …"),
        ],
    },
    EventSchema {
        name: "vonage.messages.status",
        title: "A sent message came further (Messages API)",
        members: &[
            ("message_uuid", "string|null", "the message"),
            ("channel", "string|null", "`sms`, `whatsapp`, …"),
            ("to", "string|object|null", "to whom"),
            ("from", "string|object|null", "from whom"),
            TIMESTAMP,
            ("status", "string|null", "`submitted`, `delivered`, …"),
            ("error", "object|string|null", "why not"),
            ("usage", "object|string|null", "price and currency"),
        ],
    },
    EventSchema {
        name: "vonage.sms.inbound",
        title: "An SMS came in (SMS API)",
        members: &[
            ("msisdn", "string|null", "from whom"),
            ("to", "string|null", "to whom"),
            ("messageId", "string|null", "the message"),
            ("text", "string|null", "its text"),
            ("type", "string|null", "`text`, `unicode`, `binary`"),
            ("message-timestamp", "string|null", "when, UTC"),
        ],
    },
    EventSchema {
        name: "vonage.sms.receipt",
        title: "A delivery receipt (SMS API)",
        members: &[
            ("msisdn", "string|null", "to whom"),
            ("to", "string|null", "the sender's id"),
            ("messageId", "string|null", "the message"),
            ("status", "string|null", "`delivered`, `failed`, …"),
            ("err-code", "string|number|null", "why not"),
            ("message-timestamp", "string|null", "when, UTC"),
        ],
    },
    EventSchema {
        name: "vonage.insight",
        title: "The result of a number insight",
        members: &[(
            "request_id",
            "string|null",
            "the request, also in `subject`",
        )],
    },
    EventSchema {
        name: "vonage.verify",
        title: "A verification came further",
        members: &[
            (
                "request_id",
                "string|null",
                "the request, also in `subject`",
            ),
            ("type", "string|null", "`event` or `summary`"),
            ("channel", "string|null", "`sms`, `voice`, …"),
            ("status", "string|null", "`completed`, `failed`, …"),
        ],
    },
    EventSchema {
        name: "vonage.dispatch",
        title: "A workflow came further (Dispatch API)",
        members: &[
            ("dispatch_uuid", "string|null", "the workflow"),
            ("status", "string|null", "how far it is"),
        ],
    },
];
