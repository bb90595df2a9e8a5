use serde_json::{Map, Value};

use crate::check::Check;
use crate::event_method::EventMethod;
use crate::wire_struct::wire_struct;

wire_struct! {
    /// How a recording is written down. Source: NCCO reference, record.
    #[derive(Default)]
    pub struct Transcription {
        optional {
            /// Language as a BCP-47 tag. Default: `en-US`.
            language: String = "language";
            /// Where the transcript is announced. http(s) URL.
            event_url: String as OneItem = "eventUrl";
            /// How it is announced. Default: POST.
            event_method: EventMethod = "eventMethod";
            /// Whether the mood of what is said is judged. Default: false.
            sentiment_analysis: bool = "sentimentAnalysis";
            /// Which service writes. Seen since 2026.
            provider: String = "provider";
            /// Settings for [`provider`](Self::provider), as that service defines them.
            provider_options: Map<String, Value> = "providerOptions";
        }
    }
}

impl Transcription {
    /// The platform's defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        if let Some(language) = &self.language {
            check.filled("language", language);
        }
        check.one_url("eventUrl", self.event_url.as_deref());
        check.word("eventMethod", self.event_method.as_ref());
        self.check_extra(check);
    }
}
