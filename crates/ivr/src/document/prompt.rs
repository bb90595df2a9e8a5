use describe::{Code, Document, Text, TextError};

use crate::document::Voice;
use crate::document::forms::Https;

/// What the caller hears. Text may hold SSML and `{{placeholders}}`: `caller`, `called`,
/// `var.<name>`, `lookup.<name>`; `| digits` reads digit by digit.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(
    by_key,
    short = "text",
    expected = "a prompt: text, an object with `text` or `audio`, or a list of those"
)]
pub enum Prompt {
    /// Text read aloud, in a voice of its own.
    Spoken(Spoken),
    /// A recording: mp3, or wav of 16 bits.
    Audio(Audio),
}

/// Text read aloud.
// Vonage NCCO reference, talk.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(expected = "an object with `text`")]
pub struct Spoken {
    /// Plain text or SSML, with `{{placeholders}}`.
    #[document(as = SpokenText)]
    pub text: String,
    /// What differs from the node's voice.
    #[document(default)]
    pub voice: Voice,
    /// How often it is said.
    #[document(name = "loop", range = 0..=100, default = 1)]
    pub times: u16,
    /// Volume.
    #[document(range = -1.0..=1.0, default = 0.0)]
    pub level: f64,
}

/// A recording.
// Vonage NCCO reference, stream.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(expected = "an object with `audio`")]
pub struct Audio {
    /// Where it is.
    #[document(name = "audio", as = Https)]
    pub url: String,
    /// How often it is played.
    #[document(name = "loop", range = 0..=100, default = 1)]
    pub times: u16,
    /// Volume.
    #[document(range = -1.0..=1.0, default = 0.0)]
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

/// A text with something to say.
struct SpokenText;

impl Text for SpokenText {
    type Value = String;
    const NAME: &'static str = "said";
    const DESCRIPTION: &'static str = "Text with {{placeholders}}.";
    const EXPECTED: &'static str = "text";
    const PATTERN: &'static str = "\\S";
    // What begins as a placeholder and is none.
    const NOT: &'static str = r"\{\{(?!\s*(caller|called|var\.[A-Za-z0-9_-]{1,40}|lookup\.[A-Za-z0-9_-]{1,40}(\.[A-Za-z0-9_-]{1,40})*)\s*(\|\s*digits\s*)?\}\})";

    fn parse(written: &str) -> Result<String, TextError> {
        if written.trim().is_empty() {
            let message = "the prompt is empty: expected something to say";
            return Err(TextError::new(Code::OutOfRange, message));
        }
        Ok(written.to_owned())
    }
}
