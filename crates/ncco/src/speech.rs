use serde_json::{Map, Value};

use crate::check::Check;
use crate::wire_struct::wire_struct;

wire_struct! {
    /// How an [`Input`](crate::Input) takes speech.
    #[derive(Default)]
    pub struct Speech {
        optional {
            /// The leg that is listened to, by its uuid. An array of one on the
            /// wire. Default: the leg that joined first.
            uuid: String as OneItem = "uuid";
            /// Silence that ends the input. Seconds, 0.4 to 10, default: 2.
            end_on_silence: f64 = "endOnSilence";
            /// Language as a BCP-47 tag. Default: `en-US`. The list is open: 127
            /// languages in 2022.
            language: String = "language";
            /// Words that are likely, as a hint for the recognition.
            context: Vec<String> = "context";
            /// How long the caller may stay silent at the start. Whole seconds, 1
            /// to 60, default: 10.
            start_timeout: u32 = "startTimeout";
            /// How long the caller may speak. Whole seconds, 1 to 60, default: 60.
            max_duration: u32 = "maxDuration";
            /// Whether the sound is kept; the webhook then has
            /// `speech.recording_url`. Default: false.
            save_audio: bool = "saveAudio";
            /// How sensitive the recognition is to sound, 10 to 100, default: 90.
            /// Java SDK; the Python SDK allows from 0.
            sensitivity: u32 = "sensitivity";
            /// Which service listens, for example `google` or `deepgram`. Since
            /// 2025; read from the SDKs.
            provider: String = "provider";
            /// Settings for [`provider`](Self::provider), as that service defines them.
            provider_options: Map<String, Value> = "providerOptions";
        }
    }
}

impl Speech {
    /// The platform's defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        check.decimal(
            "endOnSilence",
            self.end_on_silence,
            0.4,
            10.0,
            "0.4 to 10 seconds",
        );
        check.count("startTimeout", self.start_timeout, 1, 60, "1 to 60 seconds");
        check.count("maxDuration", self.max_duration, 1, 60, "1 to 60 seconds");
        check.count("sensitivity", self.sensitivity, 10, 100, "10 to 100");
        if let Some(language) = &self.language {
            check.filled("language", language);
        }
        self.check_extra(check);
    }
}
