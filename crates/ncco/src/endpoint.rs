use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::codec::{Codec, Object, Part};
use crate::finding::{Check, Code, has_scheme, is_number};
use crate::shape::{Problem, Shape, fields_problem, missing, object_problem, text_problem};
use crate::wire::{wire, words};

/// Who or what a [`Connect`](crate::Connect) calls.
///
/// Source: NCCO reference, connect, endpoint types.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Endpoint {
    /// A telephone.
    Phone(Phone),
    /// A user of the Client SDK.
    App(App),
    /// A WebSocket that gets and sends the sound.
    Websocket(Websocket),
    /// A SIP address.
    Sip(Sip),
    /// An extension of Vonage Business Communications.
    Vbc(Vbc),
    /// An endpoint of an unknown type, as it was read. The platform refuses it.
    Other(Map<String, Value>),
}

impl Endpoint {
    fn read(value: &Value) -> Option<Self> {
        let mut members = value.as_object()?.clone();
        let kind = members.get("type")?.as_str()?.to_ascii_lowercase();
        let mut read = |make: fn(&mut Map<String, Value>) -> Option<Self>| {
            members.remove("type");
            make(&mut members)
        };
        match kind.as_str() {
            "phone" => read(|members| Phone::read(members).map(Self::Phone)),
            "app" => read(|members| App::read(members).map(Self::App)),
            "websocket" => read(|members| Websocket::read(members).map(Self::Websocket)),
            "sip" => read(|members| Sip::read(members).map(Self::Sip)),
            "vbc" => read(|members| Vbc::read(members).map(Self::Vbc)),
            _ => Some(Self::Other(members)),
        }
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        match self {
            Self::Phone(phone) => phone.check(check),
            Self::App(app) => {
                check.filled("user", &app.user);
                app.check_extra(check);
            }
            Self::Websocket(websocket) => websocket.check(check),
            Self::Sip(sip) => sip.check(check),
            Self::Vbc(vbc) => {
                check.filled("extension", &vbc.extension);
                vbc.check_extra(check);
            }
            Self::Other(members) => {
                let kind = members.get("type").and_then(Value::as_str).unwrap_or("");
                check.member(
                    "type",
                    Code::UnknownEndpoint,
                    ["unknown endpoint type `", kind, "`"].concat(),
                );
            }
        }
    }
}

impl Endpoint {
    fn part(&self) -> Part<'_> {
        Part::Object(match self {
            Self::Phone(phone) => phone.parts(),
            Self::App(app) => app.parts(),
            Self::Websocket(websocket) => websocket.parts(),
            Self::Sip(sip) => sip.parts(),
            Self::Vbc(vbc) => vbc.parts(),
            Self::Other(members) => return Part::Free(members),
        })
    }
}

impl Serialize for Endpoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.part().serialize(serializer)
    }
}

/// What is wrong with an endpoint that cannot be read.
pub(crate) fn problem(value: &Value) -> Option<Problem> {
    let Value::Object(members) = value else {
        return Some(object_problem());
    };
    let kind = match members.get("type") {
        Some(Value::String(kind)) => kind,
        Some(other) => return text_problem(other).map(|problem| problem.below("type")),
        None => return Some(missing("type")),
    };
    let fields = match kind.to_ascii_lowercase().as_str() {
        "phone" => Phone::FIELDS,
        "app" => App::FIELDS,
        "websocket" => Websocket::FIELDS,
        "sip" => Sip::FIELDS,
        "vbc" => Vbc::FIELDS,
        _ => return None,
    };
    fields_problem(fields, Some(members))
}

/// An array of exactly one endpoint.
pub(crate) struct OneEndpoint;

impl Codec<Endpoint> for OneEndpoint {
    const SHAPE: Shape = Shape::Endpoint;

    #[inline(never)]
    fn read(value: &Value) -> Option<Endpoint> {
        match value.as_array()?.as_slice() {
            [one] => Endpoint::read(one),
            _ => None,
        }
    }

    fn part(value: &Endpoint) -> Part<'_> {
        Part::Items(vec![value.part()])
    }
}

macro_rules! endpoint {
    ($($name:ident),*) => { $(
        impl From<$name> for Endpoint {
            fn from(endpoint: $name) -> Self { Self::$name(endpoint) }
        }
    )* };
}
endpoint!(Phone, App, Websocket, Sip, Vbc);

wire! {
    /// A telephone.
    pub struct Phone, "type": "phone" {
        required {
            /// The number that is called: E.164 without `+`, 7 to 15 digits.
            number: String as Text = "number";
        }
        optional {
            /// Keys sent once the call is answered: `0` to `9`, `*`, `#`, and `p`
            /// for a pause of 500 ms.
            dtmf_answer: String as Text = "dtmfAnswer";
            /// An NCCO that only the callee hears, before the two are joined.
            on_answer: OnAnswer as Nested = "onAnswer";
            /// STIR/SHAKEN Identity header, for accounts that sign their own
            /// calls. On request.
            shaken: String as Text = "shaken";
        }
    }
}

wire! {
    /// What the callee hears before the caller is joined.
    pub struct OnAnswer {
        required {
            /// Where the NCCO for the callee comes from. http(s) URL, a plain
            /// string on the wire.
            url: String as Single = "url";
        }
        optional {
            /// What the caller hears meanwhile: the http(s) URL of a sound file.
            /// Read as `ringback` too, the older name.
            ringback_tone: String as Single = "ringbackTone" | "ringback";
        }
    }
}

wire! {
    /// A user of the Client SDK (`rtc` until 2018).
    pub struct App, "type": "app" {
        required {
            /// The user's name.
            user: String as Text = "user";
        }
    }
}

words! {
    /// The sound on a [`Websocket`]: 16-bit linear PCM, one channel.
    pub enum ContentType ("audio/l16;rate=8000, audio/l16;rate=16000 or audio/l16;rate=24000") {
        /// 8 kHz, 320 bytes a frame of 20 ms.
        L16At8000 = "audio/l16;rate=8000",
        /// 16 kHz, 640 bytes a frame of 20 ms.
        L16At16000 = "audio/l16;rate=16000",
        /// 24 kHz, 960 bytes a frame of 20 ms. Newer than the others.
        L16At24000 = "audio/l16;rate=24000",
    }
}

words! {
    /// Who makes the `Authorization` header of a WebSocket handshake.
    pub enum AuthorizationType ("vonage or custom") {
        /// The platform: a JWT like that of signed webhooks. The default.
        Vonage = "vonage",
        /// You: [`Authorization::value`] is sent as it is.
        Custom = "custom",
    }
}

wire! {
    /// A WebSocket that gets the call's sound and sends its own.
    pub struct Websocket, "type": "websocket" {
        required {
            /// Where it is: a ws or wss URL.
            uri: String as Text = "uri";
        }
        optional {
            /// The sound.
            content_type: ContentType as Open = "content-type";
            /// Members of the first text frame, 512 bytes of JSON at most.
            headers: serde_json::Map<String, serde_json::Value> as Free = "headers";
            /// The `Authorization` header of the handshake.
            authorization: Authorization as Nested = "authorization";
        }
    }
}

wire! {
    /// The `Authorization` header of a WebSocket handshake.
    #[derive(Default)]
    pub struct Authorization {
        plain {
            /// Who makes it. Default: vonage.
            kind: AuthorizationType as Open = "type";
            /// For custom: what is sent, for example `Bearer …`. Printable ASCII,
            /// fewer than 8,192 characters.
            value: String as Text = "value";
        }
    }
}

wire! {
    /// A SIP address: a URI, or a user and the domain of a trunk.
    #[derive(Default)]
    pub struct Sip, "type": "sip" {
        plain {
            /// The address, `sip:` or `sips:`, 1 to 50 characters. May end in
            /// `;transport=tls` and `;media=srtp`.
            uri: String as Text = "uri";
            /// The user, with [`domain`](Self::domain), instead of a URI.
            user: String as Text = "user";
            /// The SIP domain of your trunk.
            domain: String as Text = "domain";
        }
        optional {
            /// Headers sent as `X-<key>`.
            headers: serde_json::Map<String, serde_json::Value> as Free = "headers";
            /// Headers sent under their own name. Read as `standard_headers` too
            /// (REST API, .NET SDK).
            standard_headers: StandardHeaders as Nested = "standardHeaders" | "standard_headers";
        }
    }
}

wire! {
    /// SIP headers sent under their own name.
    #[derive(Default)]
    pub struct StandardHeaders {
        optional {
            /// `User-to-User` (RFC 7433), for example `342342ef34;encoding=hex`.
            user_to_user: String as Text = "User-to-User";
        }
    }
}

wire! {
    /// An extension of Vonage Business Communications.
    pub struct Vbc, "type": "vbc" {
        required {
            /// The extension's number.
            extension: String as Text = "extension";
        }
    }
}

impl Phone {
    /// Calls `number`, E.164 without `+`.
    #[must_use]
    pub fn new(number: impl Into<String>) -> Self {
        Self {
            number: number.into(),
            dtmf_answer: None,
            on_answer: None,
            shaken: None,
            extra: Map::new(),
        }
    }

    /// Lets the callee hear the NCCO at `url` first.
    #[must_use]
    pub fn whisper(self, url: impl Into<String>) -> Self {
        self.on_answer(OnAnswer::new(url))
    }

    fn check(&self, check: &mut Check<'_>) {
        if !is_number(&self.number) {
            check.member(
                "number",
                Code::BadNumber,
                "expected 7 to 15 digits, without `+`",
            );
        }
        if let Some(keys) = &self.dtmf_answer {
            let allowed = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'*' | b'#' | b'p');
            if !keys.bytes().all(allowed) {
                check.member("dtmfAnswer", Code::BadDtmf, "expected 0-9, *, # and p");
            }
        }
        if let Some(on_answer) = &self.on_answer {
            let mut check = check.below("onAnswer");
            check.url("url", Some(&on_answer.url));
            check.url("ringbackTone", on_answer.ringback_tone.as_deref());
            on_answer.check_extra(&mut check);
        }
        self.check_extra(check);
    }
}

impl OnAnswer {
    /// Runs the NCCO at `url` on the called leg.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ringback_tone: None,
            extra: Map::new(),
        }
    }
}

impl App {
    /// Calls the app of `user`.
    #[must_use]
    pub fn new(user: impl Into<String>) -> Self {
        Self {
            user: user.into(),
            extra: Map::new(),
        }
    }
}

impl Websocket {
    /// Opens a WebSocket to `uri`.
    #[must_use]
    pub fn new(uri: impl Into<String>, content_type: ContentType) -> Self {
        Self {
            uri: uri.into(),
            content_type: Some(content_type),
            headers: None,
            authorization: None,
            extra: Map::new(),
        }
    }

    /// Adds a member to the first text frame.
    #[must_use]
    pub fn header(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.headers
            .get_or_insert_default()
            .insert(key.into(), value.into());
        self
    }

    fn check(&self, check: &mut Check<'_>) {
        if !has_scheme(&self.uri, &["wss://", "ws://"]) {
            check.member("uri", Code::BadUrl, "expected a ws or wss URL");
        }
        check.word("content-type", self.content_type.as_ref());
        if let Some(headers) = &self.headers {
            let length = serde_json::to_string(headers).map_or(0, |json| json.len());
            if length > 512 {
                check.member("headers", Code::TooLong, "more than 512 bytes of JSON");
            }
        }
        if let Some(authorization) = &self.authorization {
            authorization.check(&mut check.below("authorization"));
        }
        self.check_extra(check);
    }
}

impl Authorization {
    /// A JWT of the platform's.
    #[must_use]
    pub fn vonage() -> Self {
        Self {
            kind: Some(AuthorizationType::Vonage),
            ..Self::default()
        }
    }

    /// `value` as it is: printable ASCII, fewer than 8,192 characters.
    #[must_use]
    pub fn custom(value: impl Into<String>) -> Self {
        Self {
            kind: Some(AuthorizationType::Custom),
            value: Some(value.into()),
            ..Self::default()
        }
    }

    fn check(&self, check: &mut Check<'_>) {
        check.word("type", self.kind.as_ref());
        match (&self.kind, &self.value) {
            (Some(AuthorizationType::Custom), None) => {
                check.member("value", Code::BadAuthorization, "`custom` needs a `value`");
            }
            (Some(AuthorizationType::Custom), Some(value)) => {
                let printable = value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
                if value.is_empty() || value.len() >= 8192 || !printable {
                    check.member(
                        "value",
                        Code::BadAuthorization,
                        "expected 1 to 8191 printable ASCII characters",
                    );
                }
            }
            (Some(AuthorizationType::Vonage) | None, Some(_)) => {
                check.member(
                    "value",
                    Code::BadAuthorization,
                    "a `value` is sent for `custom` only",
                );
            }
            _ => {}
        }
        self.check_extra(check);
    }
}

impl Sip {
    /// Calls a SIP URI.
    #[must_use]
    pub fn new(uri: impl Into<String>) -> Self {
        Self {
            uri: Some(uri.into()),
            ..Self::default()
        }
    }

    /// Calls `user` through the trunk with the SIP domain `domain`.
    #[must_use]
    pub fn trunk(user: impl Into<String>, domain: impl Into<String>) -> Self {
        Self {
            user: Some(user.into()),
            domain: Some(domain.into()),
            ..Self::default()
        }
    }

    /// Adds a header, sent as `X-<key>`.
    #[must_use]
    pub fn header(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.headers
            .get_or_insert_default()
            .insert(key.into(), value.into());
        self
    }

    /// Adds a `User-to-User` header.
    #[must_use]
    pub fn user_to_user(mut self, value: impl Into<String>) -> Self {
        self.standard_headers.get_or_insert_default().user_to_user = Some(value.into());
        self
    }

    fn check(&self, check: &mut Check<'_>) {
        match (&self.uri, &self.user, &self.domain) {
            (Some(uri), None, None) => check_sip_uri(uri, check),
            (None, Some(user), Some(domain)) => {
                check.filled("user", user);
                check.filled("domain", domain);
            }
            _ => {
                check.here(
                    Code::SipAddress,
                    "expected `uri`, or `user` and `domain`, not both",
                );
            }
        }
        if let Some(headers) = &self.standard_headers {
            headers.check_extra(&mut check.below("standardHeaders"));
        }
        self.check_extra(check);
    }
}

fn check_sip_uri(uri: &str, check: &mut Check<'_>) {
    if !has_scheme(uri, &["sips:", "sip:"]) {
        check.member("uri", Code::BadUrl, "expected a sip or sips URI");
    } else if uri.chars().count() > 50 {
        check.member("uri", Code::TooLong, "more than 50 characters");
    }
}

impl Vbc {
    /// Calls an extension.
    #[must_use]
    pub fn new(extension: impl Into<String>) -> Self {
        Self {
            extension: extension.into(),
            extra: Map::new(),
        }
    }
}
