use crate::decode::{Decode, Fields, mismatch, text};
use crate::diagnostic::{Code, Findings};
use crate::document::Voice;
use crate::source::{Kind, Value};
use crate::template::Template;

/// Something a caller hears.
#[derive(Debug, Clone, PartialEq)]
pub enum Prompt {
    /// Text read aloud.
    Spoken(Spoken),
    /// A recording.
    Audio(Audio),
}

/// Text read aloud (Vonage NCCO reference, talk).
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// Plain text or SSML, with `{{placeholders}}`.
    pub text: String,
    /// What differs from the node's voice.
    pub voice: Voice,
    /// How often it is said; 0 is until interrupted. JSON: `loop`.
    pub times: u16,
    /// Volume, -1 to 1.
    pub level: f64,
}

/// A recording (Vonage NCCO reference, stream): mp3, or wav of 16 bits.
#[derive(Debug, Clone, PartialEq)]
pub struct Audio {
    /// Where it is, over https.
    pub url: String,
    /// How often it is played; 0 is until interrupted. JSON: `loop`.
    pub times: u16,
    /// Volume, -1 to 1.
    pub level: f64,
}

impl From<&str> for Prompt {
    fn from(text: &str) -> Self {
        Prompt::Spoken(Spoken {
            text: text.to_owned(),
            voice: Voice::default(),
            times: 1,
            level: 0.0,
        })
    }
}

impl Decode for Prompt {
    const EXPECTED: &'static str =
        "a prompt: text, an object with `text` or `audio`, or a list of those";

    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        match &value.kind {
            Kind::Text(text) => {
                spoken(text, value, findings)?;
                Some(Prompt::from(text.as_ref()))
            }
            Kind::Object(_) => {
                let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
                let times = fields
                    .whole("loop", 0..=100)
                    .and_then(|times| u16::try_from(times).ok())
                    .unwrap_or(1);
                let level = fields.number("level", -1.0..=1.0).unwrap_or(0.0);
                match (fields.has("text"), fields.has("audio")) {
                    (true, false) => {
                        let text = fields.with("text", |value, findings| {
                            let text = text(value, findings, "text")?;
                            spoken(text, value, findings).map(|()| text.to_owned())
                        });
                        let voice = fields.optional("voice").unwrap_or_default();
                        fields.finish()?;
                        Some(Prompt::Spoken(Spoken {
                            text: text?,
                            voice,
                            times,
                            level,
                        }))
                    }
                    (false, true) => {
                        let url = fields.with("audio", https);
                        fields.finish()?;
                        Some(Prompt::Audio(Audio {
                            url: url?,
                            times,
                            level,
                        }))
                    }
                    (true, true) => {
                        fields.refuse(Code::Conflict, "a prompt has `text` or `audio`, not both");
                        None
                    }
                    (false, false) => {
                        fields.refuse(Code::MissingField, format!("expected {}", Self::EXPECTED));
                        None
                    }
                }
            }
            _ => mismatch(value, findings, Self::EXPECTED),
        }
    }
}

/// Notes a text with nothing to say.
fn spoken(text: &str, value: &Value<'_>, findings: &mut Findings<'_>) -> Option<()> {
    if text.trim().is_empty() {
        findings.note(
            Code::OutOfRange,
            value,
            "the prompt is empty: expected something to say",
        );
        return None;
    }
    Some(())
}

/// An https address.
pub(crate) fn https(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<String> {
    address(
        value,
        findings,
        &["https://"],
        "an address that begins with https://",
    )
}

/// An address with one of the schemes, printable and without blanks.
pub(crate) fn address(
    value: &Value<'_>,
    findings: &mut Findings<'_>,
    schemes: &[&str],
    expected: &str,
) -> Option<String> {
    let written = text(value, findings, expected)?;
    let Ok(template) = Template::new(written) else {
        // What is wrong with a placeholder is told where it is read.
        return Some(written.to_owned());
    };
    let plain = template.with_each(SLOT);
    let rest = schemes.iter().find_map(|scheme| plain.strip_prefix(scheme));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let sound = host.is_some_and(|host| !host.is_empty()) && is_printable(&plain);
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

/// Stands for a placeholder while an address is judged: no character of any address.
pub(crate) const SLOT: &str = "\u{7f}";

/// Whether an address, [`SLOT`]s in it, holds nothing that could end the text it stands in.
pub(crate) fn is_printable(plain: &str) -> bool {
    plain.bytes().all(|byte| {
        byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\') || byte == 0x7f
    })
}

/// Whether the host is written out; notes it if not. Whoever calls could otherwise choose where
/// a call or a request goes.
pub(crate) fn has_fixed_host(value: &Value<'_>, host: &str, findings: &mut Findings<'_>) -> bool {
    if !host.contains(SLOT) {
        return true;
    }
    findings.note(
        Code::BadPlaceholder,
        value,
        "a placeholder cannot stand in the host of an address",
    );
    findings.help("write the host itself; before or behind it placeholders are filled in");
    false
}
