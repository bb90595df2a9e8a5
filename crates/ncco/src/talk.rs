use crate::finding::{Check, Code};
use crate::ssml;
use crate::wire::wire;

wire! {
    /// Speaks a text to the caller.
    ///
    /// The next action starts when the text has been spoken, unless
    /// [`barge_in`](Self::barge_in) is set. Source: NCCO reference, talk.
    ///
    /// ```
    /// use ncco::Talk;
    ///
    /// let talk = Talk::new("Welcome to ACME.").language("en-GB").style(2);
    /// ```
    pub struct Talk, "action": "talk" {
        required {
            /// What is spoken: plain text, or SSML inside one `<speak>`. 1 to
            /// 1,500 characters, SSML tags not counted. See [`ssml`](crate::ssml).
            text: String as Text = "text";
        }
        optional {
            /// Whether a key or speech interrupts the text. Default: false. The
            /// next action that is not a talk must then be an
            /// [`Input`](crate::Input); it stays in force until one is met.
            barge_in: bool as Flag = "bargeIn";
            /// How often the text is spoken; 0 repeats it until the call ends or
            /// the caller interrupts. Times, default: 1.
            loop_count: u32 as Count = "loop";
            /// Volume, -1 (quietest) to 1 (loudest). Default: 0.
            level: f64 as Decimal = "level";
            /// Language as a BCP-47 tag, for example `en-GB`. Default: `en-US`.
            /// The list is open: 59 languages in 2022, more since.
            language: String as Text = "language";
            /// Voice within the language, a number from the text-to-speech
            /// guide. Default: 0.
            style: u32 as Count = "style";
            /// Whether the premium version of the voice is used, at a higher
            /// price. Default: false. Since April 2022.
            premium: bool as Flag = "premium";
            /// Which service speaks, for example `google` or `ElevenLabs`.
            /// Default: the platform's own. Since 2025; read from the SDKs, the
            /// reference does not list it.
            provider: String as Text = "provider";
            /// Settings for [`provider`](Self::provider), as that service defines them.
            provider_options: serde_json::Map<String, serde_json::Value> as Free = "providerOptions";
            /// Voice by name, for example `Amy`. Deprecated in favour of
            /// [`language`](Self::language) and [`style`](Self::style). Read as
            /// `voice_name` too, which is the name in the REST API.
            voice_name: String as Text = "voiceName" | "voice_name";
        }
    }
}

impl Talk {
    /// Speaks `text`: plain text, or SSML inside one `<speak>`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            barge_in: None,
            loop_count: None,
            level: None,
            language: None,
            style: None,
            premium: None,
            provider: None,
            provider_options: None,
            voice_name: None,
            extra: serde_json::Map::new(),
        }
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        check_text(&self.text, check);
        check.decimal("level", self.level, -1.0, 1.0, "-1 to 1");
        if let Some(language) = &self.language {
            check.filled("language", language);
        }
        if self.voice_name.is_some() {
            check.member(
                "voiceName",
                Code::DeprecatedVoiceName,
                "`voiceName` is deprecated",
            );
        }
        self.check_extra(check);
    }
}

fn check_text(text: &str, check: &mut Check<'_>) {
    check.filled("text", text);
    if let Err(error) = ssml::check(text) {
        check.member("text", Code::MalformedSsml, error.to_string());
    }
    let length = if ssml::is_ssml(text) {
        ssml::plain_length(text)
    } else {
        if ssml::has_tags(text) {
            check.member(
                "text",
                Code::SsmlOutsideSpeak,
                "SSML tags count only inside <speak>",
            );
        }
        text.chars().count()
    };
    if length > ssml::MAX_LENGTH {
        check.member(
            "text",
            Code::TextTooLong,
            [
                "the text has ",
                &length.to_string(),
                " characters, at most 1500 are spoken",
            ]
            .concat(),
        );
    }
}

wire! {
    /// Plays a sound file to the caller.
    ///
    /// Source: NCCO reference, stream. The platform keeps the file as long as
    /// its `Cache-Control` says.
    pub struct Stream, "action": "stream" {
        required {
            /// Where the file is: an http(s) URL of an MP3 or a 16-bit WAV. An
            /// array of one on the wire.
            stream_url: String as One = "streamUrl";
        }
        optional {
            /// Whether a key or speech interrupts the sound. Default: false. The
            /// next action that is not a stream must then be an
            /// [`Input`](crate::Input).
            barge_in: bool as Flag = "bargeIn";
            /// How often the file is played; 0 repeats it until the call ends or
            /// the caller interrupts. Times, default: 1.
            loop_count: u32 as Count = "loop";
            /// Volume, -1 (quietest) to 1 (loudest) in steps of 0.1. Default: 0.
            level: f64 as Decimal = "level";
        }
    }
}

impl Stream {
    /// Plays the file at `stream_url`.
    #[must_use]
    pub fn new(stream_url: impl Into<String>) -> Self {
        Self {
            stream_url: stream_url.into(),
            barge_in: None,
            loop_count: None,
            level: None,
            extra: serde_json::Map::new(),
        }
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        check.one_url("streamUrl", Some(&self.stream_url));
        check.decimal("level", self.level, -1.0, 1.0, "-1 to 1");
        self.check_extra(check);
    }
}
