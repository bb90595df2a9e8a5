use serde_json::{Map, Value};

use crate::check::{Check, has_scheme};
use crate::code::Code;
use crate::wire_struct::wire_struct;
use crate::word::words;

wire_struct! {
    /// A WebSocket that gets the call's sound and sends its own.
    pub struct Websocket, "type": "websocket" {
        required {
            /// Where it is: a ws or wss URL.
            uri: String = "uri";
        }
        optional {
            /// The sound.
            content_type: ContentType = "content-type";
            /// Members of the first text frame, 512 bytes of JSON at most.
            headers: Map<String, Value> = "headers";
            /// The `Authorization` header of the handshake.
            authorization: Authorization = "authorization";
        }
    }
}

impl Websocket {
    /// Opens a WebSocket to `uri`.
    #[must_use]
    pub fn new(uri: impl Into<String>, content_type: ContentType) -> Self {
        Self::required(uri.into()).content_type(content_type)
    }

    /// Adds a member to the first text frame.
    #[must_use]
    pub fn header(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.headers
            .get_or_insert_default()
            .insert(key.into(), value.into());
        self
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
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

wire_struct! {
    /// The `Authorization` header of a WebSocket handshake.
    #[derive(Default)]
    pub struct Authorization {
        without_setter {
            /// Who makes it. Default: vonage.
            kind: AuthorizationType = "type";
            /// For custom: what is sent, for example `Bearer …`. Printable ASCII,
            /// fewer than 8,192 characters.
            value: String = "value";
        }
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

words! {
    /// Who makes the `Authorization` header of a WebSocket handshake.
    pub enum AuthorizationType ("vonage or custom") {
        /// The platform: a JWT like that of signed webhooks. The default.
        Vonage = "vonage",
        /// You: [`Authorization::value`] is sent as it is.
        Custom = "custom",
    }
}
