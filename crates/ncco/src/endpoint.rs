use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::check::Check;
use crate::code::Code;
use crate::codec::{Object, Wire};
use crate::expected::{Expected, Field};
use crate::phone::Phone;
use crate::sip::Sip;
use crate::websocket::Websocket;
use crate::wire_struct::wire_struct;
use crate::written::Written;

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

macro_rules! endpoints {
    ($($type:ident = $name:literal),* $(,)?) => {
        /// The types of endpoints, and their members.
        const TYPES: &[(&str, &[Field])] = &[$(($name, $type::FIELDS)),*];

        impl Endpoint {
            fn read(value: &Value) -> Option<Self> {
                let mut members = value.as_object()?.clone();
                let name = members.get("type")?.as_str()?;
                $(if name.eq_ignore_ascii_case($name) {
                    members.remove("type");
                    return $type::read_members(&mut members).map(Self::$type);
                })*
                Some(Self::Other(members))
            }

            fn written(&self) -> Written<'_> {
                match self {
                    $(Self::$type(endpoint) => Written::Object(endpoint.members()),)*
                    Self::Other(members) => Written::Free(members),
                }
            }

            pub(crate) fn check(&self, check: &mut Check<'_>) {
                match self {
                    $(Self::$type(endpoint) => endpoint.check(check),)*
                    Self::Other(members) => {
                        let name = members.get("type").and_then(Value::as_str).unwrap_or("");
                        check.member(
                            "type",
                            Code::UnknownEndpoint,
                            ["unknown endpoint type `", name, "`"].concat(),
                        );
                    }
                }
            }
        }

        $(impl From<$type> for Endpoint {
            fn from(endpoint: $type) -> Self {
                Self::$type(endpoint)
            }
        })*
    };
}
endpoints!(
    Phone = "phone",
    App = "app",
    Websocket = "websocket",
    Sip = "sip",
    Vbc = "vbc",
);

impl Serialize for Endpoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written().serialize(serializer)
    }
}

/// An array of exactly one endpoint.
impl Wire for Endpoint {
    const EXPECTED: Expected = Expected::Endpoint(TYPES);

    #[inline(never)]
    fn read(value: &Value) -> Option<Self> {
        match value.as_array()?.as_slice() {
            [one] => Self::read(one),
            _ => None,
        }
    }

    fn written(&self) -> Written<'_> {
        Written::Items(vec![self.written()])
    }
}

wire_struct! {
    /// A user of the Client SDK (`rtc` until 2018).
    pub struct App, "type": "app" {
        required {
            /// The user's name.
            user: String = "user";
        }
    }
}

impl App {
    /// Calls the app of `user`.
    #[must_use]
    pub fn new(user: impl Into<String>) -> Self {
        Self::required(user.into())
    }

    fn check(&self, check: &mut Check<'_>) {
        check.filled("user", &self.user);
        self.check_extra(check);
    }
}

wire_struct! {
    /// An extension of Vonage Business Communications.
    pub struct Vbc, "type": "vbc" {
        required {
            /// The extension's number.
            extension: String = "extension";
        }
    }
}

impl Vbc {
    /// Calls an extension.
    #[must_use]
    pub fn new(extension: impl Into<String>) -> Self {
        Self::required(extension.into())
    }

    fn check(&self, check: &mut Check<'_>) {
        check.filled("extension", &self.extension);
        self.check_extra(check);
    }
}
