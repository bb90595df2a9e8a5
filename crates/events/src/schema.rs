//! The JSON Schema of each type of event.
//!
//! The files under `schemas/` are written from this table; a test holds the two together.

use serde_json::{Map, Value, json};

/// The version of the format, the number in every `dataschema`.
pub const FORMAT: u32 = 1;

/// What one type of event holds in `data`, beside `raw`.
#[derive(Clone, Copy, Debug)]
pub struct EventType {
    /// The type, or the family where the set is open: `vonage.voice.status`, `vonage.rtc`.
    pub name: &'static str,
    /// One line on it.
    pub title: &'static str,
    /// Members: name, JSON types separated by `|`, what it is.
    pub members: &'static [Member],
    /// Members that are always there.
    pub required: &'static [&'static str],
}

/// Name, JSON types separated by `|`, what it is.
pub type Member = (&'static str, &'static str, &'static str);

/// The URN in `dataschema` for an event of this type.
#[must_use]
pub fn urn(kind: &str) -> String {
    format!("urn:edge-ivr:event:{FORMAT}:{}", family(kind))
}

/// The schema that describes a type: its own, or that of the open set it belongs to.
#[must_use]
pub fn family(kind: &str) -> &str {
    if NAMES.contains(&kind) {
        return kind;
    }
    if kind.starts_with("vonage.voice.") {
        return "vonage.voice.status";
    }
    if kind.starts_with("vonage.rtc") {
        return "vonage.rtc";
    }
    "event"
}

const NAMES: &[&str] = &[
    "vonage.voice.answer",
    "vonage.voice.started",
    "vonage.voice.ringing",
    "vonage.voice.answered",
    "vonage.voice.busy",
    "vonage.voice.cancelled",
    "vonage.voice.unanswered",
    "vonage.voice.disconnected",
    "vonage.voice.rejected",
    "vonage.voice.failed",
    "vonage.voice.human",
    "vonage.voice.machine",
    "vonage.voice.timeout",
    "vonage.voice.completed",
    "vonage.voice.input",
    "vonage.voice.recording",
    "vonage.voice.transcription",
    "vonage.voice.transfer",
    "vonage.voice.notify",
    "vonage.voice.error",
    "vonage.voice.fallback",
    "vonage.messages.inbound",
    "vonage.messages.status",
    "vonage.sms.inbound",
    "vonage.sms.receipt",
    "vonage.insight",
    "vonage.verify",
    "vonage.dispatch",
    "vonage.malformed",
    "ivr.step",
    "ivr.degraded",
    "ivr.state_rejected",
    "ivr.callback",
    "ivr.notify",
    "ivr.published",
    "ivr.operator",
];

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
const WEBHOOK: Member = ("webhook", "string", "the id of the event it follows from");
const CAUSE: Member = ("cause", "string", "why, as a code");

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

const fn status(name: &'static str, title: &'static str, members: &'static [Member]) -> EventType {
    EventType {
        name,
        title,
        members,
        required: &[],
    }
}

/// Every type.
pub const TYPES: &[EventType] = &[
    EventType {
        name: "event",
        title: "Any event: the envelope alone",
        members: &[],
        required: &[],
    },
    EventType {
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
        required: &[],
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
    EventType {
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
        required: &[],
    },
    EventType {
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
        required: &[],
    },
    EventType {
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
        required: &[],
    },
    EventType {
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
        required: &[],
    },
    EventType {
        name: "vonage.voice.notify",
        title: "A `notify` action was reached",
        members: &[
            CONVERSATION,
            TIMESTAMP,
            ("payload", "object|string|null", "what the menu sent along"),
        ],
        required: &[],
    },
    EventType {
        name: "vonage.voice.error",
        title: "Vonage could not do what it was told",
        members: &[
            CONVERSATION,
            TIMESTAMP,
            ("reason", "string|object|null", "why, in Vonage's words"),
        ],
        required: &[],
    },
    EventType {
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
        required: &[],
    },
    EventType {
        name: "vonage.rtc",
        title: "An event of the Conversation API; keys and words in `body` are redacted",
        members: &[
            ("type", "string", "which; an open set"),
            ("conversation_id", "string|null", "the conversation"),
            ("body", "object|string|null", "depends on `type`"),
            TIMESTAMP,
        ],
        required: &[],
    },
    EventType {
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
        required: &[],
    },
    EventType {
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
        required: &[],
    },
    EventType {
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
        required: &[],
    },
    EventType {
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
        required: &[],
    },
    EventType {
        name: "vonage.insight",
        title: "The result of a number insight",
        members: &[(
            "request_id",
            "string|null",
            "the request, also in `subject`",
        )],
        required: &[],
    },
    EventType {
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
        required: &[],
    },
    EventType {
        name: "vonage.dispatch",
        title: "A workflow came further (Dispatch API)",
        members: &[
            ("dispatch_uuid", "string|null", "the workflow"),
            ("status", "string|null", "how far it is"),
        ],
        required: &[],
    },
    EventType {
        name: "vonage.malformed",
        title: "A signed request that is no webhook; `raw` holds its bytes",
        members: &[
            ("path", "string", "the path it came to"),
            ("method", "string", "`GET` or `POST`"),
            ("content_type", "string", "as it came"),
            ("place", "string", "where reading stopped"),
            ("message", "string", "why"),
        ],
        required: &["path", "method", "place", "message"],
    },
    EventType {
        name: "ivr.step",
        title: "One webhook moved a caller",
        members: &[
            WEBHOOK,
            ("step", "integer", "how many steps the call had made before"),
            ("menu", "string", "the menu the caller was in"),
            ("version", "string", "its version"),
            ("node", "string", "the node the caller was at"),
            CAUSE,
            ("attempt", "integer", "which attempt of this visit it was"),
            (
                "target",
                "string|null",
                "where the caller is now: a node, `menu:<id>`, `@hangup`",
            ),
            (
                "path",
                "array",
                "every node passed on the way: `{menu, version, node, cause, attempt, target, entered}`",
            ),
        ],
        required: &["webhook", "step", "path"],
    },
    EventType {
        name: "ivr.degraded",
        title: "A caller got less than the menu in force",
        members: &[WEBHOOK, CAUSE, ("detail", "string", "for an operator")],
        required: &["webhook", "cause"],
    },
    EventType {
        name: "ivr.state_rejected",
        title: "The state in a URL was not ours, expired, or of another call",
        members: &[WEBHOOK, CAUSE, ("detail", "string", "for an operator")],
        required: &["webhook", "cause"],
    },
    EventType {
        name: "ivr.callback",
        title: "A caller asked to be called back",
        members: &[WEBHOOK, ("number", "string", "on this number")],
        required: &["webhook", "number"],
    },
    EventType {
        name: "ivr.notify",
        title: "A caller passed a `notify` node",
        members: &[
            WEBHOOK,
            (
                "payload",
                "object|array|string|number|boolean|null",
                "what the menu says",
            ),
        ],
        required: &["webhook", "payload"],
    },
    EventType {
        name: "ivr.published",
        title: "Another version of a menu is in force",
        members: &[
            ("menu", "string", "the menu, also in `subject`"),
            (
                "version",
                "string|null",
                "in force from now on; null when the menu was deleted",
            ),
            ("previous", "string|null", "in force before"),
            ("action", "string", "`publish`, `rollback`, `delete`"),
            ("by", "string|null", "who put it in force"),
        ],
        required: &["menu", "action"],
    },
    EventType {
        name: "ivr.operator",
        title: "An operator changed something, or looked at what is personal",
        members: &[
            (
                "who",
                "string",
                "an e-mail address, the name of a service token, or `admin_token`",
            ),
            ("role", "string", "what that operator may do"),
            (
                "verb",
                "string",
                "`publish`, `rollback`, `delete`, `override`, `call`, `replay`, `look` and the like",
            ),
            ("kind", "string", "of what: `menus`, `numbers`, `calls`"),
            ("id", "string|null", "its id"),
            ("before", "string|null", "the version in force before"),
            ("after", "string|null", "the version in force from now on"),
            ("message", "string|null", "what the operator said about it"),
            ("ray", "string|null", "the request, as Cloudflare names it"),
        ],
        required: &["who", "role", "verb", "kind"],
    },
];

/// Brings the members of a webhook that are of none of the types its schema has for them into text,
/// so that every event fits its schema. `raw` has them as they came.
pub(crate) fn fit(kind: &str, data: &mut Map<String, Value>) {
    let name = family(kind);
    let Some(known) = TYPES.iter().find(|known| known.name == name) else {
        return;
    };
    for (name, types, _) in known.members {
        if let Some(value) = data.get_mut(*name)
            && !is_one_of(types, value)
        {
            *value = match value.take() {
                Value::Null => Value::String(String::new()),
                other => Value::String(other.to_string()),
            };
        }
    }
}

fn is_one_of(types: &str, value: &Value) -> bool {
    let allows = |name: &str| types.split('|').any(|one| one == name);
    match value {
        Value::Null => allows("null"),
        Value::Bool(_) => allows("boolean"),
        Value::Number(number) => {
            allows("number") || (allows("integer") && (number.is_i64() || number.is_u64()))
        }
        Value::String(_) => allows("string"),
        Value::Array(_) => allows("array"),
        Value::Object(_) => allows("object"),
    }
}

impl EventType {
    /// The JSON Schema (draft 2020-12) of a whole event of this type.
    #[must_use]
    pub fn schema(&self) -> Value {
        let mut members = Map::new();
        for (name, types, about) in self.members {
            let types: Vec<&str> = types.split('|').collect();
            let types = match types.as_slice() {
                [one] => json!(one),
                several => json!(several),
            };
            members.insert(
                (*name).into(),
                json!({ "type": types, "description": about }),
            );
        }
        members.insert(
            "raw".into(),
            json!({ "type": "string", "description": "what came: the body, or the query of a GET; not there where it may hold what was entered into a secret field, or the state of a call" }),
        );
        members.insert(
            "raw_base64".into(),
            json!({ "type": "string", "description": "`raw` in base64, where it is not UTF-8" }),
        );
        let kind = if NAMES.contains(&self.name) {
            json!({ "const": self.name, "description": "what happened" })
        } else if self.name == "event" {
            json!({ "type": "string", "minLength": 1, "description": "what happened" })
        } else {
            let prefix = if self.name == "vonage.rtc" {
                "^vonage\\.rtc"
            } else {
                "^vonage\\.voice\\."
            };
            json!({ "type": "string", "pattern": prefix, "description": "what happened; an open set" })
        };
        let moment = "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$";
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": format!("urn:edge-ivr:event:{FORMAT}:{}", self.name),
            "title": self.title,
            "type": "object",
            "required": ["specversion", "id", "source", "type", "time", "datacontenttype", "receivedat", "data"],
            "properties": {
                "specversion": { "const": "1.0" },
                "id": { "type": "string", "pattern": "^[0-9a-f]{32}$", "description": "computed from the content: the same webhook delivered twice has one id" },
                "source": { "type": "string", "pattern": "^/", "description": "`/vonage/voice`, `/vonage/messages`, …, `/ivr`" },
                "type": kind,
                "subject": { "type": "string", "minLength": 1, "description": "the leg's uuid, the message's id, or the menu's id" },
                "time": { "type": "string", "pattern": moment, "description": "when it happened; the time of arrival where Vonage says none" },
                "datacontenttype": { "const": "application/json" },
                "dataschema": { "type": "string", "pattern": "^urn:edge-ivr:event:" },
                "conversation": { "type": "string", "minLength": 1, "description": "the conversation" },
                "receivedat": { "type": "string", "pattern": moment, "description": "when the Worker received it" },
                "menu": { "type": "string", "description": "the menu the caller was in" },
                "menuversion": { "type": "string", "description": "its version" },
                "node": { "type": "string", "description": "the node the caller was at" },
                "delivered": { "type": "string", "description": "on the queue only: sinks that have it already" },
                "dataref": { "type": "string", "description": "where the whole event lies in the archive when it was too large for the queue" },
                "data": { "type": "object", "properties": members, "required": self.required }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, TYPES, family};

    #[test]
    fn every_name_has_a_schema_and_every_schema_a_name() {
        for name in NAMES {
            assert!(TYPES.iter().any(|it| it.name == *name), "{name}");
        }
        for it in TYPES {
            let open = ["event", "vonage.voice.status", "vonage.rtc"].contains(&it.name);
            assert!(open || NAMES.contains(&it.name), "{}", it.name);
        }
    }

    #[test]
    fn a_type_nobody_knows_yet_belongs_to_an_open_set() {
        assert_eq!(family("vonage.voice.completed"), "vonage.voice.completed");
        assert_eq!(family("vonage.voice.hologram"), "vonage.voice.status");
        assert_eq!(family("vonage.rtc.audio:dtmf"), "vonage.rtc");
        assert_eq!(family("com.example"), "event");
    }
}
