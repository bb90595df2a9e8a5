//! Placing a call: `POST /v1/calls` ("Voice API 1.10.0, create call").

use crate::identifier::{ConversationId, LegId};
use crate::party::digits;
use crate::requests::invalid::{InvalidError, ensure, ensure_url};
use crate::requests::request::{Authorization, MediaType, Request, Verb};
use crate::wire::Fields;
use crate::wire_struct::wire_struct;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// Whom to call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Endpoint {
    /// A telephone.
    Phone {
        /// E.164 without `+`, 7 to 15 digits.
        number: String,
        /// Keys to press once it is answered: `0`-`9`, `*`, `#`, and `p` for half a second.
        #[serde(rename = "dtmfAnswer", skip_serializing_if = "Option::is_none")]
        dtmf_answer: Option<String>,
        /// The value of the STIR/SHAKEN `Identity` header, for accounts that have it.
        #[serde(skip_serializing_if = "Option::is_none")]
        shaken: Option<String>,
    },
    /// A SIP device.
    Sip {
        /// Its address, 1 to 50 characters.
        uri: String,
        /// Sent as `X-<name>`.
        #[serde(skip_serializing_if = "Fields::is_empty")]
        headers: Fields,
        /// Sent as `User-to-User`.
        #[serde(
            rename = "standard_headers",
            serialize_with = "standard_headers",
            skip_serializing_if = "Option::is_none"
        )]
        user_to_user: Option<String>,
    },
    /// A user of the Client SDK.
    App {
        /// The user's name.
        user: String,
    },
    /// A WebSocket server.
    Websocket {
        /// `wss://` or `ws://`.
        uri: String,
        /// Samples a second: 8000, 16000 or 24000.
        #[serde(rename = "content-type", serialize_with = "content_type")]
        rate: u32,
        /// Sent along in the first frame, up to 512 bytes.
        #[serde(skip_serializing_if = "Fields::is_empty")]
        headers: Fields,
        /// How the platform proves itself to the server.
        #[serde(skip_serializing_if = "Option::is_none")]
        authorization: Option<WebsocketAuthorization>,
    },
    /// An extension of Vonage Business.
    Vbc {
        /// The extension.
        extension: String,
    },
}

/// How the platform proves itself to a WebSocket server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", content = "value", rename_all = "lowercase")]
pub enum WebsocketAuthorization {
    /// With a token like those of signed webhooks: see [`jwt`](crate::jwt).
    Vonage,
    /// With this text as the `Authorization` header.
    Custom(String),
}

fn standard_headers<S: Serializer>(
    user_to_user: &Option<String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    json!({ "User-to-User": user_to_user }).serialize(serializer)
}

fn content_type<S: Serializer>(rate: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("audio/l16;rate={rate}"))
}

impl Endpoint {
    /// A telephone, by its E.164 number without `+`.
    #[must_use]
    pub fn phone(number: &str) -> Self {
        Self::Phone {
            number: number.to_owned(),
            dtmf_answer: None,
            shaken: None,
        }
    }

    fn check(&self) -> Result<(), InvalidError> {
        match self {
            Self::Phone {
                number,
                dtmf_answer,
                ..
            } => {
                ensure(
                    digits(number) == Some(number),
                    "/to/0/number",
                    "7 to 15 digits, without +",
                )?;
                let key = |key: char| matches!(key, '0'..='9' | '*' | '#' | 'p');
                let keys = dtmf_answer.as_deref().unwrap_or_default();
                ensure(keys.chars().all(key), "/to/0/dtmfAnswer", "0-9, *, #, p")
            }
            Self::Sip { uri, .. } => ensure(
                (1..=50).contains(&uri.chars().count()),
                "/to/0/uri",
                "1 to 50 characters",
            ),
            Self::App { user } => ensure(!user.is_empty(), "/to/0/user", "a user name"),
            Self::Websocket {
                uri,
                rate,
                headers,
                authorization,
            } => {
                let address = uri.starts_with("wss://") || uri.starts_with("ws://");
                ensure(
                    address,
                    "/to/0/uri",
                    "a URL that begins with wss:// or ws://",
                )?;
                ensure(
                    matches!(rate, 8_000 | 16_000 | 24_000),
                    "/to/0/content-type",
                    "8000, 16000 or 24000 samples a second",
                )?;
                let headers = Value::Object(headers.clone()).to_string();
                ensure(headers.len() <= 512, "/to/0/headers", "up to 512 bytes")?;
                let WebsocketAuthorization::Custom(value) = authorization
                    .as_ref()
                    .unwrap_or(&WebsocketAuthorization::Vonage)
                else {
                    return Ok(());
                };
                let printable = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
                ensure(
                    (1..8_192).contains(&value.len()) && value.bytes().all(printable),
                    "/to/0/authorization/value",
                    "1 to 8,191 printable ASCII characters",
                )
            }
            Self::Vbc { extension } => {
                ensure(!extension.is_empty(), "/to/0/extension", "an extension")
            }
        }
    }
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// One of the account's numbers, E.164 without `+`, or a SIP address.
    Number(String),
    /// Any number of the application.
    Random,
}

impl Caller {
    /// One of the account's numbers.
    #[must_use]
    pub fn number(number: &str) -> Self {
        Self::Number(number.to_owned())
    }
}

/// What happens once the call is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// An answer webhook asks for the NCCO.
    Url {
        /// Its address.
        url: String,
        /// Whether it is sent as POST; GET is the platform's default.
        post: bool,
    },
    /// This NCCO, a JSON array. No answer webhook comes.
    Ncco(String),
}

impl Answer {
    /// An answer webhook, sent as POST: its signature covers the body exactly.
    #[must_use]
    pub fn url(url: &str) -> Self {
        Self::Url {
            url: url.to_owned(),
            post: true,
        }
    }
}

/// Where the states of the call go, instead of the application's event URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventUrl {
    /// Its address.
    pub url: String,
    /// Whether it is sent as POST, the platform's default.
    pub post: bool,
}

/// What to do when a machine answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Behaviour {
    /// Go on, and send a `machine` event.
    Continue,
    /// Hang up.
    Hangup,
}

/// How closely to listen for a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DetectionMode {
    /// Beside the next action; sends what answered, and the beep.
    Default,
    /// Before the next action; sends what answered.
    Detect,
    /// Before the next action; sends the beep.
    DetectBeep,
}

/// Advanced machine detection; it overrides the simple one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AdvancedMachineDetection {
    /// What to do when a machine answers.
    #[serde(rename = "behavior")]
    pub behaviour: Behaviour,
    /// How closely to listen.
    pub mode: DetectionMode,
    /// Seconds to wait for a beep, 30 to 120 (45 at least, by some of Vonage's own libraries).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beep_timeout: Option<u32>,
}

/// A call to place.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboundCall {
    /// Whom to call.
    pub to: Endpoint,
    /// Who calls.
    pub from: Caller,
    /// What happens once it is answered.
    pub answer: Answer,
    /// Where its states go; the application's event URL when `None`.
    pub event: Option<EventUrl>,
    /// What to do when a machine answers.
    pub machine_detection: Option<Behaviour>,
    /// The same, in detail.
    pub advanced_machine_detection: Option<AdvancedMachineDetection>,
    /// Seconds the call may last, 1 to 86,400; 7,200 when `None`.
    pub length_timer: Option<u32>,
    /// Seconds it may ring, 1 to 120; 60 when `None`.
    pub ringing_timer: Option<u32>,
}

impl OutboundCall {
    /// A call with the platform's defaults.
    #[must_use]
    pub const fn new(to: Endpoint, from: Caller, answer: Answer) -> Self {
        Self {
            to,
            from,
            answer,
            event: None,
            machine_detection: None,
            advanced_machine_detection: None,
            length_timer: None,
            ringing_timer: None,
        }
    }

    /// The request, to a region's [`host`](crate::requests::host) or [`DEFAULT_HOST`](crate::requests::DEFAULT_HOST).
    ///
    /// # Errors
    /// The first member the platform would refuse.
    pub fn to_request(&self, host: &str) -> Result<Request, InvalidError> {
        Ok(Request {
            method: Verb::Post,
            url: ["https://", host, "/v1/calls"].concat(),
            authorization: Authorization::ApplicationToken,
            media_type: MediaType::Json,
            body: Some(self.to_json()?.to_string()),
        })
    }

    fn to_json(&self) -> Result<Value, InvalidError> {
        let method = |post: bool| if post { "POST" } else { "GET" };
        let mut fields = Fields::new();
        let mut set = |key: &str, value: Value| {
            fields.insert(key.to_owned(), value);
        };
        self.to.check()?;
        set("to", json!([self.to]));
        match &self.from {
            Caller::Number(number) => {
                let sip = number.starts_with("sip:");
                let good = sip || digits(number) == Some(number);
                ensure(
                    good,
                    "/from/number",
                    "7 to 15 digits without +, or a SIP address",
                )?;
                set("from", json!({ "type": "phone", "number": number }));
            }
            Caller::Random => set("random_from_number", true.into()),
        }
        match &self.answer {
            Answer::Url { url, post } => {
                ensure_url(url, "/answer_url/0")?;
                set("answer_url", json!([url]));
                set("answer_method", method(*post).into());
            }
            Answer::Ncco(ncco) => {
                let ncco = serde_json::from_str(ncco).ok().filter(Value::is_array);
                let ncco = ncco.ok_or(InvalidError {
                    pointer: "/ncco",
                    message: "a JSON array",
                })?;
                set("ncco", ncco);
            }
        }
        if let Some(EventUrl { url, post }) = &self.event {
            ensure_url(url, "/event_url/0")?;
            set("event_url", json!([url]));
            set("event_method", method(*post).into());
        }
        if let Some(behaviour) = self.machine_detection {
            set("machine_detection", json!(behaviour));
        }
        if let Some(detection) = &self.advanced_machine_detection {
            let wait = detection.beep_timeout.unwrap_or(30);
            ensure(
                (30..=120).contains(&wait),
                "/advanced_machine_detection/beep_timeout",
                "30 to 120 seconds",
            )?;
            set("advanced_machine_detection", json!(detection));
        }
        if let Some(seconds) = self.length_timer {
            let good = (1..=86_400).contains(&seconds);
            ensure(good, "/length_timer", "1 to 86,400 seconds")?;
            set("length_timer", seconds.into());
        }
        if let Some(seconds) = self.ringing_timer {
            let good = (1..=120).contains(&seconds);
            ensure(good, "/ringing_timer", "1 to 120 seconds")?;
            set("ringing_timer", seconds.into());
        }
        Ok(Value::Object(fields))
    }
}

wire_struct! {
    /// What the platform answers to an [`OutboundCall`] (201).
    pub struct CreatedCall {
        /// The leg.
        leg: Option<LegId> = "uuid",
        /// The conversation.
        conversation: Option<ConversationId> = "conversation_uuid",
        /// `started`.
        status: Option<String> = "status",
        /// `outbound`.
        direction: Option<String> = "direction",
    }
}

impl CreatedCall {
    /// Reads the body of the response; `None` when it is no JSON object.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        let fields: Fields = serde_json::from_str(std::str::from_utf8(body).ok()?).ok()?;
        Some(Self::read_fields(&fields))
    }
}
