use crate::decode::{Decode, Fields, Map, mismatch, text};
use crate::diagnostic::{Code, Findings};
use crate::document::number::e164;
use crate::document::prompt::{SLOT, address, has_fixed_host, https, is_printable};
use crate::document::{Prompt, Target};
use crate::number::E164;
use crate::source::{Kind, Value};
use crate::template::Template;

/// `connect`: the caller is put through (Vonage NCCO reference, connect).
#[derive(Debug, Clone, PartialEq)]
pub struct Connect {
    /// Who is rung, one after the other.
    pub to: Vec<Destination>,
    /// In which order.
    pub order: Order,
    /// Seconds each is rung, 3 to 120.
    pub ring: u8,
    /// The number shown to who is rung: one of your own, or `{{called}}` when left out.
    pub from: Option<E164>,
    /// Seconds a talk may last, 1 to 7200.
    pub limit: Option<u16>,
    /// An https address of what the caller hears while it rings.
    pub ringback: Option<String>,
    /// What happens when a machine answers.
    pub machine: Option<Machine>,
    /// What only the called person hears before the talk.
    pub whisper: Vec<Prompt>,
    /// Exit when the last one rung was busy.
    pub busy: Option<Target>,
    /// Exit when the last one rung did not answer.
    pub no_answer: Option<Target>,
    /// Exit when the last one rung rejected the call.
    pub rejected: Option<Target>,
    /// Exit when the last one could not be rung.
    pub failed: Option<Target>,
    /// Exit for what has no exit of its own.
    pub otherwise: Option<Target>,
    /// Where the caller goes after a talk; the call ends when left out.
    pub then: Option<Target>,
}

/// The order in which destinations are rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Machine {
    /// It is talked to.
    Continue,
    /// It is hung up on, and counts as not answered.
    Hangup,
}

/// One who is rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Where.
    pub endpoint: Endpoint,
    /// Seconds it is rung, when other than the node's.
    pub ring: Option<u8>,
}

/// Where a call is put through to (Vonage NCCO reference, endpoint types).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// A telephone number.
    Phone {
        /// The number, or a text with placeholders that gives one.
        number: String,
        /// Keys sent once it answers; `p` waits half a second.
        dtmf: Option<String>,
    },
    /// A SIP address.
    Sip {
        /// `sip:` or `sips:` address.
        uri: String,
        /// Headers to send; the platform puts `X-` before their names.
        headers: Map<String>,
    },
    /// A user of the application.
    App {
        /// The user's name.
        user: String,
    },
    /// A WebSocket.
    Websocket {
        /// `wss:` address.
        uri: String,
        /// `audio/l16;rate=16000` and the like.
        content_type: String,
        /// Sent with the first message.
        headers: Map<String>,
    },
    /// An extension of Vonage Business Communications.
    Vbc {
        /// The extension.
        extension: String,
    },
}

impl Decode for Destination {
    const EXPECTED: &'static str =
        "a telephone number, or an object with one of `phone`, `sip`, `app`, `websocket` and `vbc`";

    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        if let Kind::Text(_) = value.kind {
            let number = phone(value, findings)?;
            return Some(Self {
                endpoint: Endpoint::Phone { number, dtmf: None },
                ring: None,
            });
        }
        let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
        let ring = ring(&mut fields);
        let kinds = ["phone", "sip", "app", "websocket", "vbc"];
        let written: Vec<_> = kinds.into_iter().filter(|kind| fields.has(kind)).collect();
        let endpoint = match written.as_slice() {
            ["phone"] => {
                let number = fields.with("phone", phone);
                let dtmf = fields.with("dtmf", dtmf);
                number.map(|number| Endpoint::Phone { number, dtmf })
            }
            ["sip"] => {
                let uri = fields.with("sip", sip);
                let headers = headers(&mut fields);
                uri.map(|uri| Endpoint::Sip { uri, headers })
            }
            ["app"] => fields.with("app", user).map(|user| Endpoint::App { user }),
            ["websocket"] => {
                let uri = fields.with("websocket", |value, findings| {
                    address(
                        value,
                        findings,
                        &["wss://", "ws://"],
                        "an address that begins with wss://",
                    )
                });
                let rates = [8000, 16000, 24000].map(|rate| format!("audio/l16;rate={rate}"));
                let content_type = fields.with("content_type", |value, findings| {
                    let written = text(value, findings, "text")?;
                    if rates.iter().any(|rate| rate == written) {
                        return Some(written.to_owned());
                    }
                    let expected = crate::decode::words(rates.iter().map(String::as_str));
                    findings.note(
                        Code::OutOfRange,
                        value,
                        format!("expected {expected}, found `{written}`"),
                    );
                    None
                });
                let content_type =
                    content_type.unwrap_or_else(|| "audio/l16;rate=16000".to_owned());
                let headers = headers(&mut fields);
                uri.map(|uri| Endpoint::Websocket {
                    uri,
                    content_type,
                    headers,
                })
            }
            ["vbc"] => fields
                .with("vbc", extension)
                .map(|extension| Endpoint::Vbc { extension }),
            [] => {
                for kind in kinds {
                    fields.raw(kind);
                }
                fields.refuse(Code::MissingField, format!("expected {}", Self::EXPECTED));
                None
            }
            several => {
                let several = several.join("` and `");
                for kind in kinds {
                    fields.raw(kind);
                }
                fields.refuse(
                    Code::Conflict,
                    format!("`{several}` exclude each other: expected one"),
                );
                None
            }
        };
        fields.finish()?;
        Some(Self {
            endpoint: endpoint?,
            ring,
        })
    }
}

/// A number, or a text with placeholders that gives one.
fn phone(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let written = text(value, findings, E164::EXPECTED)?;
    if written.contains("{{") {
        return Some(written.to_owned());
    }
    let number = e164(written, value.at, findings);
    let scheme = written.split(':').next().unwrap_or_default();
    let kind = match scheme.to_ascii_lowercase().as_str() {
        "sip" | "sips" => Some("sip"),
        "ws" | "wss" => Some("websocket"),
        _ => None,
    };
    if let Some(kind) = kind {
        findings.help(format!(
            "another destination than a number is an object: {{ \"{kind}\": {} }}",
            quoted(written)
        ));
    }
    number.map(|number| number.to_string())
}

/// A text as JSON.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    crate::source::quote(text, &mut out);
    out
}

fn dtmf(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let expected = "keys to send: 0-9, `*`, `#`, and `p` for a pause";
    let written = text(value, findings, expected)?;
    if !written.is_empty()
        && written
            .bytes()
            .all(|key| key.is_ascii_digit() || b"*#p".contains(&key))
    {
        return Some(written.to_owned());
    }
    findings.note(
        Code::BadKeys,
        value,
        format!("expected {expected}, found `{written}`"),
    );
    None
}

fn sip(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let expected = "a SIP address of up to 50 characters, like \"sip:sales@example.com\"";
    let written = text(value, findings, expected)?;
    let Ok(template) = Template::new(written) else {
        // What is wrong with a placeholder is told where it is read.
        return Some(written.to_owned());
    };
    let plain = template.with_each(SLOT);
    let rest = plain
        .strip_prefix("sip:")
        .or_else(|| plain.strip_prefix("sips:"));
    let host = rest.map(|rest| rest.split_once('@').map_or(rest, |(_, host)| host));
    let host = host.map(|host| host.split([';', '?']).next().unwrap_or_default());
    let sound = host.is_some_and(|host| !host.is_empty())
        && template.with_each("").len() <= 50
        && is_printable(&plain);
    if sound && has_fixed_host(value, host.unwrap_or_default(), findings) {
        return Some(written.to_owned());
    }
    if !sound {
        findings.note(
            Code::BadAddress,
            value,
            format!("`{written}` is not {expected}"),
        );
    }
    None
}

fn user(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let written = text(value, findings, "a user's name")?;
    if !written.trim().is_empty() {
        return Some(written.to_owned());
    }
    findings.note(
        Code::BadAddress,
        value,
        "expected a user's name, found nothing",
    );
    None
}

fn extension(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let written = text(value, findings, "an extension, like \"123\"")?;
    if !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(written.to_owned());
    }
    findings.note(
        Code::BadAddress,
        value,
        format!("`{written}` is not an extension: expected digits"),
    );
    None
}

fn headers(fields: &mut Fields<'_, '_, '_, '_>) -> Map<String> {
    let read = |value: &Value<'_>, findings: &mut Findings<'_>| match &value.kind {
        Kind::Object(_) => Map::read(value, findings, "an object of texts", |member, findings| {
            let sound = member
                .key
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            if sound && !member.key.is_empty() {
                return Some(member.key.clone().into_owned());
            }
            findings.note_at(
                Code::BadName,
                member.at,
                format!("`{}` cannot be a header's name", member.key),
            );
            None
        }),
        _ => mismatch(value, findings, "an object of texts"),
    };
    fields.with("headers", read).unwrap_or_default()
}

fn ring(fields: &mut Fields<'_, '_, '_, '_>) -> Option<u8> {
    fields
        .whole("ring", 3..=120)
        .and_then(|ring| u8::try_from(ring).ok())
}

impl Connect {
    pub(super) fn read(fields: &mut Fields<'_, '_, '_, '_>) -> Option<Self> {
        if !fields.has("to") {
            fields.missing(Code::MissingField, "to", Destination::EXPECTED);
        }
        let to = fields.with("to", |value, findings| {
            let to: Vec<Destination> = crate::decode::one_or_more(value, findings)?;
            if to.is_empty() || to.len() > 50 {
                findings.note(
                    Code::OutOfRange,
                    value,
                    format!("expected 1 to 50 destinations, found {}", to.len()),
                );
                return None;
            }
            Some(to)
        });
        let order = fields.word(
            "order",
            &[
                ("sequential", Order::Sequential),
                ("random", Order::Random),
                ("round_robin", Order::RoundRobin),
            ],
        );
        let ring = ring(fields).unwrap_or(30);
        let from = fields.optional("from");
        let limit = fields
            .whole("limit", 1..=7200)
            .and_then(|n| u16::try_from(n).ok());
        let ringback = fields.with("ringback", https);
        let machine = fields.word(
            "machine",
            &[("continue", Machine::Continue), ("hangup", Machine::Hangup)],
        );
        let whisper = fields.one_or_more("whisper").unwrap_or_default();
        let busy: Option<Target> = fields.optional("busy");
        let no_answer: Option<Target> = fields.optional("no_answer");
        let rejected: Option<Target> = fields.optional("rejected");
        let failed: Option<Target> = fields.optional("failed");
        let complete = ["busy", "no_answer", "rejected", "failed"]
            .into_iter()
            .all(|exit| fields.has(exit));
        let otherwise: Option<Target> = if complete {
            fields.optional("otherwise")
        } else {
            fields.exit("otherwise")
        };
        let then = fields.optional("then");
        Some(Self {
            to: to?,
            order: order.unwrap_or_default(),
            ring,
            from,
            limit,
            ringback,
            machine,
            whisper,
            busy,
            no_answer,
            rejected,
            failed,
            otherwise,
            then,
        })
    }
}
