//! The webhooks of an application ("Application API 2.4.1").
//!
//! A PUT replaces the whole application, so it is read first, compared, changed and written back:
//! capabilities this crate does not know stay as they are.

use crate::delivery::Method;
use crate::requests::host::Region;
use crate::requests::invalid::{InvalidError, ensure, ensure_id, ensure_url};
use crate::requests::request::{Authorization, MediaType, Request, Verb};
use crate::wire::{Fields, Wire, member};
use serde_json::{Value, json};

/// One webhook of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSetting {
    /// Its URL.
    pub address: String,
    /// How it is sent.
    pub method: Method,
    /// Milliseconds a connection may take, 300 to 1,000; 1,000 when `None`. Voice only.
    pub connect_timeout: Option<u32>,
    /// Milliseconds a response may take, 1,000 to 5,000, for `event_url` to 10,000; the largest when
    /// `None`. Voice only.
    pub socket_timeout: Option<u32>,
}

impl WebhookSetting {
    /// A webhook sent as POST, with the platform's own timeouts.
    #[must_use]
    pub fn post(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            method: Method::Post,
            connect_timeout: None,
            socket_timeout: None,
        }
    }

    /// Reads either spelling of the connect timeout.
    fn read(value: &Value) -> Option<Self> {
        let fields = value.as_object()?;
        let number = |keys: &[&str]| {
            let number = member(fields, keys).and_then(<u64 as Wire>::read)?;
            u32::try_from(number).ok()
        };
        let get = member(fields, &["http_method"])
            .and_then(Value::as_str)
            .is_some_and(|method| method.eq_ignore_ascii_case("GET"));
        Some(Self {
            address: fields.get("address")?.as_str()?.to_owned(),
            method: if get { Method::Get } else { Method::Post },
            connect_timeout: number(&["connect_timeout", "connection_timeout"]),
            socket_timeout: number(&["socket_timeout"]),
        })
    }

    fn method(&self) -> &'static str {
        match self.method {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }

    /// Writes into what was there, under the spelling it had.
    fn write(&self, old: &mut Value) {
        let fields = object(old);
        fields.insert("address".to_owned(), self.address.as_str().into());
        fields.insert("http_method".to_owned(), self.method().into());
        if let Some(timeout) = self.connect_timeout {
            let old_name = "connection_timeout";
            let old_only = fields.contains_key(old_name) && !fields.contains_key("connect_timeout");
            let name = if old_only {
                old_name
            } else {
                "connect_timeout"
            };
            fields.insert(name.to_owned(), timeout.into());
        }
        if let Some(timeout) = self.socket_timeout {
            fields.insert("socket_timeout".to_owned(), timeout.into());
        }
    }

    fn describe(&self) -> String {
        let mut text = [self.method(), " ", &self.address].concat();
        for (name, timeout) in [
            (", connect ", self.connect_timeout),
            (", socket ", self.socket_timeout),
        ] {
            if let Some(timeout) = timeout {
                text.push_str(name);
                text.push_str(&timeout.to_string());
                text.push_str(" ms");
            }
        }
        text
    }
}

/// The voice capability.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VoiceWebhooks {
    /// `answer_url`: asks for the NCCO of a call.
    pub answer: Option<WebhookSetting>,
    /// `fallback_answer_url`: asked when the answer or event URL fails.
    pub fallback: Option<WebhookSetting>,
    /// `event_url`: told what happens.
    pub event: Option<WebhookSetting>,
    /// Whether webhooks carry a [`jwt`](crate::jwt); true unless the application is older than 2021.
    pub signed_callbacks: Option<bool>,
    /// Where calls are processed.
    pub region: Option<Region>,
    /// Hours a conversation may last, 1 to 9,000; 48 when `None`.
    pub conversations_ttl: Option<u32>,
    /// Days a leg is kept, 1 to 31; 2 when `None`.
    pub leg_persistence_time: Option<u32>,
}

/// The RTC capability.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RtcWebhooks {
    /// `event_url`.
    pub event: Option<WebhookSetting>,
    /// Whether webhooks carry a [`jwt`](crate::jwt); true by default.
    pub signed_callbacks: Option<bool>,
}

/// The Messages capability. POST only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MessagesWebhooks {
    /// `inbound_url`.
    pub inbound: Option<WebhookSetting>,
    /// `status_url`.
    pub status: Option<WebhookSetting>,
    /// `v1` or `v0.1`; v1 when `None`.
    pub version: Option<String>,
}

/// The Verify capability. POST only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerifyWebhooks {
    /// `status_url`.
    pub status: Option<WebhookSetting>,
    /// `v2`, the only one that has webhooks.
    pub version: Option<String>,
}

/// What an application is told to send where. `None` anywhere means: leave it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApplicationWebhooks {
    /// Voice.
    pub voice: VoiceWebhooks,
    /// RTC.
    pub rtc: RtcWebhooks,
    /// Messages.
    pub messages: MessagesWebhooks,
    /// Verify.
    pub verify: VerifyWebhooks,
}

/// One setting that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The setting, as a JSON pointer into the application, or by its name in the Numbers and
    /// Account API.
    pub pointer: &'static str,
    /// How it is; `None` when it is not set.
    pub from: Option<String>,
    /// How it will be.
    pub to: String,
    /// The platform tells how it is. Where it does not, nothing can be compared.
    pub is_told: bool,
}

const ANSWER: &str = "/capabilities/voice/webhooks/answer_url";
const FALLBACK: &str = "/capabilities/voice/webhooks/fallback_answer_url";
const EVENT: &str = "/capabilities/voice/webhooks/event_url";
const VOICE_SIGNED: &str = "/capabilities/voice/signed_callbacks";
const REGION: &str = "/capabilities/voice/region";
const CONVERSATIONS_TTL: &str = "/capabilities/voice/conversations_ttl";
const LEG_PERSISTENCE_TIME: &str = "/capabilities/voice/leg_persistence_time";
const RTC_EVENT: &str = "/capabilities/rtc/webhooks/event_url";
const RTC_SIGNED: &str = "/capabilities/rtc/signed_callbacks";
const MESSAGES_INBOUND: &str = "/capabilities/messages/webhooks/inbound_url";
const MESSAGES_STATUS: &str = "/capabilities/messages/webhooks/status_url";
const MESSAGES_VERSION: &str = "/capabilities/messages/version";
const VERIFY_VERSION: &str = "/capabilities/verify/version";
const VERIFY_STATUS: &str = "/capabilities/verify/webhooks/status_url";

/// A setting as it is compared, checked and written.
enum Setting<'a> {
    Webhook(&'a WebhookSetting),
    Flag(bool),
    Number(u32),
    Text(&'a str),
}

impl Setting<'_> {
    fn describe(&self) -> String {
        match self {
            Self::Webhook(webhook) => webhook.describe(),
            Self::Flag(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => (*text).to_owned(),
        }
    }

    /// Whether `other`, the setting in force, already says what this one asks for.
    fn is_met_by(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Webhook(wanted), Self::Webhook(is)) => {
                wanted.address == is.address
                    && wanted.method == is.method
                    && (wanted.connect_timeout.is_none()
                        || wanted.connect_timeout == is.connect_timeout)
                    && (wanted.socket_timeout.is_none()
                        || wanted.socket_timeout == is.socket_timeout)
            }
            (Self::Flag(wanted), Self::Flag(is)) => wanted == is,
            (Self::Number(wanted), Self::Number(is)) => wanted == is,
            (Self::Text(wanted), Self::Text(is)) => wanted == is,
            _ => false,
        }
    }

    fn write(&self, old: &mut Value) {
        match self {
            Self::Webhook(webhook) => webhook.write(old),
            Self::Flag(flag) => *old = Value::Bool(*flag),
            Self::Number(number) => *old = Value::from(*number),
            Self::Text(text) => *old = Value::from(*text),
        }
    }

    fn check(&self, pointer: &'static str) -> Result<(), InvalidError> {
        match (self, pointer) {
            (Self::Webhook(webhook), pointer) => {
                ensure_url(&webhook.address, pointer)?;
                let post_only = [MESSAGES_INBOUND, MESSAGES_STATUS, VERIFY_STATUS];
                let post = webhook.method == Method::Post || !post_only.contains(&pointer);
                ensure(post, pointer, "POST, the only method of this webhook")?;
                let connect = webhook.connect_timeout.unwrap_or(1_000);
                let good = (300..=1_000).contains(&connect);
                ensure(good, pointer, "a connect timeout of 300 to 1,000 ms")?;
                let socket = webhook.socket_timeout.unwrap_or(1_000);
                let most = if pointer == EVENT { 10_000 } else { 5_000 };
                ensure(
                    (1_000..=most).contains(&socket),
                    pointer,
                    "a socket timeout of 1,000 to 5,000 ms, for event_url to 10,000",
                )
            }
            (Self::Number(hours), CONVERSATIONS_TTL) => {
                ensure((1..=9_000).contains(hours), pointer, "1 to 9,000 hours")
            }
            (Self::Number(days), LEG_PERSISTENCE_TIME) => {
                ensure((1..=31).contains(days), pointer, "1 to 31 days")
            }
            _ => Ok(()),
        }
    }
}

impl ApplicationWebhooks {
    /// Reads an application as the API gives it out; `None` when that is no JSON object.
    #[must_use]
    pub fn read(application: &[u8]) -> Option<Self> {
        let application: Value = serde_json::from_slice(application).ok()?;
        application.is_object().then_some(())?;
        let webhook = |pointer| application.pointer(pointer).and_then(WebhookSetting::read);
        let flag = |pointer| application.pointer(pointer).and_then(<bool as Wire>::read);
        let number = |pointer| {
            let number = application.pointer(pointer).and_then(<u64 as Wire>::read)?;
            u32::try_from(number).ok()
        };
        let text = |pointer| application.pointer(pointer).and_then(Value::as_str);
        Some(Self {
            voice: VoiceWebhooks {
                answer: webhook(ANSWER),
                fallback: webhook(FALLBACK),
                event: webhook(EVENT),
                signed_callbacks: flag(VOICE_SIGNED),
                region: text(REGION).map(Region::from),
                conversations_ttl: number(CONVERSATIONS_TTL),
                leg_persistence_time: number(LEG_PERSISTENCE_TIME),
            },
            rtc: RtcWebhooks {
                event: webhook(RTC_EVENT),
                signed_callbacks: flag(RTC_SIGNED),
            },
            messages: MessagesWebhooks {
                inbound: webhook(MESSAGES_INBOUND),
                status: webhook(MESSAGES_STATUS),
                version: text(MESSAGES_VERSION).map(str::to_owned),
            },
            verify: VerifyWebhooks {
                status: webhook(VERIFY_STATUS),
                version: text(VERIFY_VERSION).map(str::to_owned),
            },
        })
    }

    /// Every setting, in the order in which they are shown.
    fn settings(&self) -> impl Iterator<Item = (&'static str, Option<Setting<'_>>)> {
        let Self {
            voice,
            rtc,
            messages,
            verify,
        } = self;
        [
            (ANSWER, voice.answer.as_ref().map(Setting::Webhook)),
            (FALLBACK, voice.fallback.as_ref().map(Setting::Webhook)),
            (EVENT, voice.event.as_ref().map(Setting::Webhook)),
            (VOICE_SIGNED, voice.signed_callbacks.map(Setting::Flag)),
            (
                REGION,
                voice
                    .region
                    .as_ref()
                    .map(|region| Setting::Text(region.as_str())),
            ),
            (
                CONVERSATIONS_TTL,
                voice.conversations_ttl.map(Setting::Number),
            ),
            (
                LEG_PERSISTENCE_TIME,
                voice.leg_persistence_time.map(Setting::Number),
            ),
            (RTC_EVENT, rtc.event.as_ref().map(Setting::Webhook)),
            (RTC_SIGNED, rtc.signed_callbacks.map(Setting::Flag)),
            (
                MESSAGES_INBOUND,
                messages.inbound.as_ref().map(Setting::Webhook),
            ),
            (
                MESSAGES_STATUS,
                messages.status.as_ref().map(Setting::Webhook),
            ),
            (
                MESSAGES_VERSION,
                messages.version.as_deref().map(Setting::Text),
            ),
            (VERIFY_STATUS, verify.status.as_ref().map(Setting::Webhook)),
            (VERIFY_VERSION, verify.version.as_deref().map(Setting::Text)),
        ]
        .into_iter()
    }

    /// What setting `wanted` would change in an application that is like this.
    #[must_use]
    pub fn diff(&self, wanted: &Self) -> Vec<Change> {
        self.settings()
            .zip(wanted.settings())
            .filter_map(|((pointer, is), (_, wanted))| {
                let wanted = wanted?;
                if is.as_ref().is_some_and(|is| wanted.is_met_by(is)) {
                    return None;
                }
                Some(Change {
                    pointer,
                    from: is.map(|is| is.describe()),
                    to: wanted.describe(),
                    is_told: true,
                })
            })
            .collect()
    }

    /// The request that reads an application.
    ///
    /// # Errors
    /// When the id is none.
    pub fn get_request(application: &str) -> Result<Request, InvalidError> {
        Ok(Request {
            method: Verb::Get,
            url: address(application)?,
            authorization: Authorization::AccountSecret,
            media_type: MediaType::Json,
            body: None,
        })
    }

    /// The request that sets these webhooks in an application, which was just read as `current`.
    /// Everything else in it stays.
    ///
    /// # Errors
    /// The first setting the platform would refuse, or that `current` is no JSON object.
    pub fn put_request(&self, application: &str, current: &[u8]) -> Result<Request, InvalidError> {
        let url = address(application)?;
        let mut body: Value = serde_json::from_slice(current).unwrap_or_default();
        ensure(
            body.is_object(),
            "",
            "an application, as the API gives it out",
        )?;
        for (pointer, setting) in self.settings() {
            let Some(setting) = setting else { continue };
            setting.check(pointer)?;
            let place = pointer.split('/').skip(1).fold(&mut body, |place, key| {
                object(place).entry(key).or_insert_with(|| json!(null))
            });
            setting.write(place);
        }
        let fields = object(&mut body);
        // The API gives these out and takes neither.
        fields.remove("id");
        fields.remove("_links");
        Ok(Request {
            method: Verb::Put,
            url,
            authorization: Authorization::AccountSecret,
            media_type: MediaType::Json,
            body: Some(body.to_string()),
        })
    }
}

fn address(application: &str) -> Result<String, InvalidError> {
    ensure_id(application, "/id")?;
    Ok(["https://api.nexmo.com/v2/applications/", application].concat())
}

/// The members of a value, which becomes an object if it is none.
fn object(value: &mut Value) -> &mut Fields {
    if !value.is_object() {
        *value = Value::Object(Fields::new());
    }
    match value {
        Value::Object(fields) => fields,
        _ => unreachable!("made an object above"),
    }
}
