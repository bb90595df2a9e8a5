//! Changing a call that goes on ("Voice API 1.10.0, modify call, stream, talk, dtmf").

use crate::identifier::LegId;
use crate::requests::invalid::{InvalidError, ensure, ensure_id, ensure_url};
use crate::requests::request::{Authorization, MediaType, Request, Verb};
use crate::wire::Fields;
use serde_json::{Value, json};

/// Audio to play.
#[derive(Debug, Clone, PartialEq)]
pub struct PlayStream {
    /// Where it lies: mp3, or wav of 16 bits.
    pub url: String,
    /// How often; 0 for without end.
    pub times: u32,
    /// Loudness, -1 to 1; 0 as it is.
    pub level: f32,
}

/// Words to speak.
#[derive(Debug, Clone, PartialEq)]
pub struct SpeakText {
    /// The words, or SSML within one `<speak>`.
    pub text: String,
    /// BCP 47; `en-US` when `None`.
    pub language: Option<String>,
    /// The voice within the language, from 0.
    pub style: u32,
    /// Whether the better voice is used.
    pub premium: bool,
    /// How often; 0 for without end.
    pub times: u32,
    /// Loudness, -1 to 1; 0 as it is.
    pub level: f32,
}

/// What to do with a leg.
#[derive(Debug, Clone, PartialEq)]
pub enum ModifyCall {
    /// Ask this URL for an NCCO and go on with that.
    TransferToUrl(String),
    /// Go on with this NCCO, a JSON array.
    TransferToNcco(String),
    /// End the leg.
    Hangup,
    /// Let nobody hear it.
    Mute,
    /// Let it be heard again.
    Unmute,
    /// Let it hear nobody.
    Earmuff,
    /// Let it hear again.
    Unearmuff,
    /// Play audio to it.
    Stream(PlayStream),
    /// Stop playing.
    StopStream,
    /// Speak to it.
    Talk(SpeakText),
    /// Stop speaking.
    StopTalk,
    /// Press keys: `0`-`9`, `*`, `#`, `p` for half a second.
    Dtmf(String),
    /// Send each key the leg presses to this URL.
    ListenForDtmf(String),
    /// Stop sending keys.
    StopListeningForDtmf,
}

impl ModifyCall {
    /// The request about a leg, to the host the call lives on: see [`host`](crate::requests::host).
    ///
    /// # Errors
    /// The first member the platform would refuse.
    pub fn to_request(&self, host: &str, leg: &LegId) -> Result<Request, InvalidError> {
        let leg = leg.as_str();
        ensure_id(leg, "/leg")?;
        let (method, path, body) = self.parts()?;
        Ok(Request {
            method,
            url: ["https://", host, "/v1/calls/", leg, path].concat(),
            authorization: Authorization::ApplicationToken,
            media_type: MediaType::Json,
            body: body.map(|body| body.to_string()),
        })
    }

    fn parts(&self) -> Result<(Verb, &'static str, Option<Value>), InvalidError> {
        let put = |path, body| Ok((Verb::Put, path, Some(body)));
        let action = |name: &str| put("", json!({ "action": name }));
        let transfer = |destination: Value| {
            put(
                "",
                json!({ "action": "transfer", "destination": destination }),
            )
        };
        match self {
            Self::TransferToUrl(url) => {
                ensure_url(url, "/destination/url/0")?;
                transfer(json!({ "type": "ncco", "url": [url] }))
            }
            Self::TransferToNcco(ncco) => {
                let ncco = serde_json::from_str(ncco).ok().filter(Value::is_array);
                let ncco = ncco.ok_or(InvalidError {
                    pointer: "/destination/ncco",
                    message: "a JSON array",
                })?;
                transfer(json!({ "type": "ncco", "ncco": ncco }))
            }
            Self::Hangup => action("hangup"),
            Self::Mute => action("mute"),
            Self::Unmute => action("unmute"),
            Self::Earmuff => action("earmuff"),
            Self::Unearmuff => action("unearmuff"),
            Self::Stream(stream) => {
                ensure_url(&stream.url, "/stream_url/0")?;
                put(
                    "/stream",
                    json!({
                        "stream_url": [stream.url],
                        "loop": stream.times,
                        "level": level(stream.level)?,
                    }),
                )
            }
            Self::StopStream => Ok((Verb::Delete, "/stream", None)),
            Self::Talk(talk) => {
                ensure(!talk.text.is_empty(), "/text", "words to speak")?;
                let mut fields = Fields::new();
                let mut set = |key: &str, value: Value| {
                    fields.insert(key.to_owned(), value);
                };
                set("text", talk.text.as_str().into());
                if let Some(language) = &talk.language {
                    set("language", language.as_str().into());
                }
                set("style", talk.style.into());
                set("premium", talk.premium.into());
                set("loop", talk.times.into());
                set("level", level(talk.level)?.into());
                put("/talk", Value::Object(fields))
            }
            Self::StopTalk => Ok((Verb::Delete, "/talk", None)),
            Self::Dtmf(keys) => {
                let key = |key: char| matches!(key, '0'..='9' | '*' | '#' | 'p');
                let good = !keys.is_empty() && keys.chars().all(key);
                ensure(good, "/digits", "0-9, *, #, p")?;
                put("/dtmf", json!({ "digits": keys }))
            }
            Self::ListenForDtmf(url) => {
                ensure_url(url, "/event_url/0")?;
                put("/input/dtmf", json!({ "event_url": [url] }))
            }
            Self::StopListeningForDtmf => Ok((Verb::Delete, "/input/dtmf", None)),
        }
    }
}

/// REST wants the loudness as text, in steps of a tenth.
fn level(level: f32) -> Result<String, InvalidError> {
    ensure((-1.0..=1.0).contains(&level), "/level", "-1 to 1")?;
    // -10 to 10.
    let tenths = (level * 10.0).round() as i32;
    let sign = if tenths < 0 { "-" } else { "" };
    Ok(match tenths.abs() {
        10.. => [sign, "1"].concat(),
        0 => "0".to_owned(),
        tenths => [sign, "0.", &tenths.to_string()].concat(),
    })
}
