use std::borrow::Cow;

use describe::{
    Code, Definitions, Document, Fields, Findings, Map, OneOrMore, Rule, Text, TextError, Words,
};
use serde_json::json;

use crate::document::forms::{Headers, Https, SLOT, address, fixed_host, is_printable};
use crate::document::{Prompt, Target};
use crate::number::E164;
use crate::source::Value;
use crate::template::Template;

/// `connect`: the caller is put through.
// Vonage NCCO reference, connect.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(
    expected = "a `connect` node",
    check = Connect::has_every_exit,
    also = || json!({ "anyOf": [
        { "required": ["otherwise"] },
        { "required": ["busy", "no_answer", "rejected", "failed"] }
    ] })
)]
pub struct Connect {
    /// Who is rung, one after the other.
    #[document(as = OneOrMore<Destination>, items = 1..=50, required)]
    pub to: Vec<Destination>,
    /// In which order.
    #[document(default = Order::Sequential, shown = "sequential")]
    pub order: Order,
    /// Seconds each is rung.
    #[document(range = 3..=120, default = 30)]
    pub ring: u8,
    /// The number shown to who is rung: one of your own, or the called one when left out.
    pub from: Option<E164>,
    /// Seconds a talk may last.
    #[document(range = 1..=7200)]
    pub limit: Option<u16>,
    /// What the caller hears while it rings.
    #[document(as = Option<Https>)]
    pub ringback: Option<String>,
    /// What happens when a machine answers.
    pub machine: Option<Machine>,
    /// What only the called person hears before the talk.
    #[document(as = OneOrMore<Prompt>)]
    pub whisper: Vec<Prompt>,
    /// When the last one rung was busy.
    pub busy: Option<Target>,
    /// When the last one rung did not answer.
    pub no_answer: Option<Target>,
    /// When the last one rung rejected the call.
    pub rejected: Option<Target>,
    /// When the last one could not be rung.
    pub failed: Option<Target>,
    /// When nobody is put through, and no other way out fits.
    pub otherwise: Option<Target>,
    /// After a talk; the call ends when left out.
    pub then: Option<Target>,
}

impl Connect {
    fn has_every_exit(fields: &mut Fields<'_, '_>) {
        let exits = ["busy", "no_answer", "rejected", "failed"];
        if !fields.has("otherwise") && !exits.into_iter().all(|exit| fields.has(exit)) {
            fields.missing(Code::MissingExit, "otherwise", Target::EXPECTED);
        }
    }
}

/// The order in which destinations are rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Document)]
pub enum Order {
    /// As written.
    #[default]
    Sequential,
    /// Shuffled; stable within a call.
    Random,
    /// As written, each call beginning at another one.
    RoundRobin,
}

/// What happens when a machine answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Document)]
pub enum Machine {
    /// It is talked to.
    Continue,
    /// It is hung up on.
    Hangup,
}

/// One who is rung.
#[derive(Debug, Clone, PartialEq, Eq, Document)]
#[document(
    short = "phone",
    expected = "a telephone number, or an object with one of `phone`, `sip`, `app`, `websocket` and `vbc`"
)]
pub struct Destination {
    /// Where.
    #[document(flatten)]
    pub endpoint: Endpoint,
    /// Seconds it is rung, when other than the node's.
    #[document(range = 3..=120)]
    pub ring: Option<u8>,
}

/// Where a call is put through to.
// Vonage NCCO reference, endpoint types.
#[derive(Debug, Clone, PartialEq, Eq, Document)]
#[document(
    by_key,
    expected = "a telephone number, or an object with one of `phone`, `sip`, `app`, `websocket` and `vbc`"
)]
pub enum Endpoint {
    /// A telephone number.
    Phone {
        /// The number, or a text with placeholders that gives one.
        #[document(name = "phone", as = Phone)]
        number: String,
        /// Keys sent once it answers; `p` waits half a second.
        #[document(as = Option<Dtmf>)]
        dtmf: Option<String>,
    },
    /// A SIP address.
    Sip {
        /// Where: a `sip:` or `sips:` address. {{placeholders}} are filled in, but not in the host; an
        /// address that comes to more than 50 characters, or lacks a value, is passed over.
        #[document(name = "sip", as = Sip)]
        uri: String,
        /// Headers to send; the platform puts `X-` before their names.
        #[document(as = Headers, expected = "an object of texts")]
        headers: Map<String>,
    },
    /// A user of the application.
    App {
        /// The user's name; {{placeholders}} are filled in.
        #[document(name = "app", as = User)]
        user: String,
    },
    /// A WebSocket.
    Websocket {
        /// Where. {{placeholders}} are filled in, but not in the host.
        #[document(name = "websocket", as = Websocket)]
        uri: String,
        /// How the sound is sent.
        #[document(as = ContentType, default = "audio/l16;rate=16000")]
        content_type: String,
        /// Sent with the first message.
        #[document(as = Headers, expected = "an object of texts")]
        headers: Map<String>,
    },
    /// An extension of Vonage Business Communications.
    Vbc {
        /// The extension.
        #[document(name = "vbc", as = Extension)]
        extension: String,
    },
}

/// A number, or a text with placeholders that gives one.
struct Phone;

impl Text for Phone {
    type Value = String;
    const NAME: &'static str = "phone";
    const DESCRIPTION: &'static str = "A telephone number: country code first, digits only, no +; or a text with placeholders that gives one.";
    const EXPECTED: &'static str = <E164 as Text>::EXPECTED;
    const PATTERN: &'static str = "^[1-9][0-9]{6,14}$|\\{\\{";
    const EXAMPLES: &'static [&'static str] = <E164 as Text>::EXAMPLES;

    fn parse(written: &str) -> Result<String, TextError> {
        if written.contains("{{") {
            return Ok(written.to_owned());
        }
        <E164 as Text>::parse(written)
            .map(|number| number.to_string())
            .map_err(|fault| match other_kind(written) {
                Some(help) => fault.with_help(Some(help)),
                None => fault,
            })
    }
}

/// How to write a destination whose address shows that it is no number.
fn other_kind(written: &str) -> Option<String> {
    let scheme = written.split(':').next().unwrap_or_default();
    let kind = match scheme.to_ascii_lowercase().as_str() {
        "sip" | "sips" => "sip",
        "ws" | "wss" => "websocket",
        _ => return None,
    };
    let mut quoted = String::new();
    crate::source::quote(written, &mut quoted);
    Some(format!(
        "another destination than a number is an object: {{ \"{kind}\": {quoted} }}"
    ))
}

/// Keys to send.
struct Dtmf;

impl Text for Dtmf {
    type Value = String;
    const NAME: &'static str = "";
    const DESCRIPTION: &'static str = "";
    const EXPECTED: &'static str = "keys to send: 0-9, `*`, `#`, and `p` for a pause";
    const PATTERN: &'static str = "^[0-9*#p]+$";

    fn parse(written: &str) -> Result<String, TextError> {
        let is_key = |key: u8| key.is_ascii_digit() || b"*#p".contains(&key);
        if !written.is_empty() && written.bytes().all(is_key) {
            return Ok(written.to_owned());
        }
        let message = format!("expected {}, found `{written}`", Self::EXPECTED);
        Err(TextError::new(Code::BadKeys, message))
    }
}

/// A SIP address.
struct Sip;

impl Text for Sip {
    type Value = String;
    const NAME: &'static str = "";
    const DESCRIPTION: &'static str = "";
    const EXPECTED: &'static str =
        "a SIP address of up to 50 characters, like \"sip:sales@example.com\"";
    const PATTERN: &'static str = "^sips?:.";
    const EXAMPLES: &'static [&'static str] = &[
        "sip:sales@example.com",
        "sip:{{var.extension}}@pbx.example.com",
    ];

    fn parse(written: &str) -> Result<String, TextError> {
        let Ok(template) = Template::new(written) else {
            // What is wrong with a placeholder is told where it is read.
            return Ok(written.to_owned());
        };
        let plain = template.with_each(SLOT);
        let rest = plain
            .strip_prefix("sip:")
            .or_else(|| plain.strip_prefix("sips:"));
        let host = rest.map(|rest| rest.split_once('@').map_or(rest, |(_, host)| host));
        let host = host.map(|host| host.split([';', '?']).next().unwrap_or_default());
        match host {
            Some(host)
                if !host.is_empty()
                    && template.with_each("").len() <= 50
                    && is_printable(&plain) =>
            {
                fixed_host(host).map(|()| written.to_owned())
            }
            _ => {
                let message = format!("`{written}` is not {}", Self::EXPECTED);
                Err(TextError::new(Code::BadAddress, message))
            }
        }
    }
}

/// A user of the application.
struct User;

impl Text for User {
    type Value = String;
    const NAME: &'static str = "";
    const DESCRIPTION: &'static str = "";
    const EXPECTED: &'static str = "a user's name";
    const PATTERN: &'static str = "\\S";

    fn parse(written: &str) -> Result<String, TextError> {
        if !written.trim().is_empty() {
            return Ok(written.to_owned());
        }
        let message = "expected a user's name, found nothing";
        Err(TextError::new(Code::BadAddress, message))
    }
}

/// An address of a WebSocket.
struct Websocket;

impl Text for Websocket {
    type Value = String;
    const NAME: &'static str = "";
    const DESCRIPTION: &'static str = "";
    const EXPECTED: &'static str = "an address that begins with wss://";
    const PATTERN: &'static str = "^wss?://[^\\s/?#]";

    fn parse(written: &str) -> Result<String, TextError> {
        address(written, &["wss://", "ws://"], Self::EXPECTED)
    }
}

/// How the sound is sent to a WebSocket: its type, kept as text.
struct ContentType;

#[derive(Document)]
enum Sound {
    #[document(name = "audio/l16;rate=8000")]
    Narrow,
    #[document(name = "audio/l16;rate=16000")]
    Wide,
    #[document(name = "audio/l16;rate=24000")]
    SuperWide,
}

impl Document<String> for ContentType {
    fn expected(rule: &Rule) -> Cow<'static, str> {
        Sound::expected(rule)
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<String> {
        Sound::read(value, rule, findings).map(|sound| sound.word().to_owned())
    }

    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value {
        Sound::schema(definitions, rule)
    }
}

/// An extension.
struct Extension;

impl Text for Extension {
    type Value = String;
    const NAME: &'static str = "";
    const DESCRIPTION: &'static str = "";
    const EXPECTED: &'static str = "an extension, like \"123\"";
    const PATTERN: &'static str = "^[0-9]+$";

    fn parse(written: &str) -> Result<String, TextError> {
        if !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(written.to_owned());
        }
        let message = format!("`{written}` is not an extension: expected digits");
        Err(TextError::new(Code::BadAddress, message))
    }
}
