use serde_json::{Map, Value};

use crate::check::Check;
use crate::code::Code;
use crate::ssml;
use crate::wire_struct::wire_struct;

wire_struct! {
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
            text: String = "text";
        }
        optional {
            /// Whether a key or speech interrupts the text. Default: false. The
            /// next action that is not a talk must then be an
            /// [`Input`](crate::Input); it stays in force until one is met.
            barge_in: bool = "bargeIn";
            /// How often the text is spoken; 0 repeats it until the call ends or
            /// the caller interrupts. Times, default: 1.
            loop_count: u32 = "loop";
            /// Volume, -1 (quietest) to 1 (loudest). Default: 0.
            level: f64 = "level";
            /// Language as a BCP-47 tag, for example `en-GB`. Default: `en-US`.
            /// The list is open: 59 languages in 2022, more since.
            language: String = "language";
            /// Voice within the language, a number from the text-to-speech
            /// guide. Default: 0.
            style: u32 = "style";
            /// Whether the premium version of the voice is used, at a higher
            /// price. Default: false. Since April 2022.
            premium: bool = "premium";
            /// Which service speaks, for example `google` or `ElevenLabs`.
            /// Default: the platform's own. Since 2025; read from the SDKs, the
            /// reference does not list it.
            provider: String = "provider";
            /// Settings for [`provider`](Self::provider), as that service defines them.
            provider_options: Map<String, Value> = "providerOptions";
            /// Voice by name, for example `Amy`. Deprecated in favour of
            /// [`language`](Self::language) and [`style`](Self::style). Read as
            /// `voice_name` too, which is the name in the REST API.
            voice_name: String = "voiceName" | "voice_name";
        }
    }
}

impl Talk {
    /// Speaks `text`: plain text, or SSML inside one `<speak>`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self::required(text.into())
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
