use crate::event::EventMethod;
use crate::finding::{Check, Code};
use crate::wire::{wire, words};

words! {
    /// The format of a recording.
    pub enum RecordFormat ("mp3, wav or ogg") {
        /// The default, up to two channels.
        Mp3 = "mp3",
        /// The default above two channels.
        Wav = "wav",
        /// Ogg.
        Ogg = "ogg",
    }
}

words! {
    /// How a recording is split into channels.
    pub enum Split ("conversation") {
        /// Each participant gets a channel of their own, up to
        /// [`Record::channels`].
        Conversation = "conversation",
    }
}

wire! {
    /// Records the call.
    ///
    /// With [`end_on_silence`](Self::end_on_silence),
    /// [`end_on_key`](Self::end_on_key) or [`time_out`](Self::time_out) the flow
    /// waits for the end of the recording; without, it goes on at once and the
    /// recording lasts until the call ends. Sources disagree about `timeOut`
    /// alone: set one of the others as well. The recording's URL arrives at the
    /// event URL later, perhaps after the flow has moved on; recordings are kept
    /// for 30 days. Source: NCCO reference, record.
    #[derive(Default)]
    pub struct Record, "action": "record" {
        optional {
            /// The format. Default: mp3, wav above two channels.
            format: RecordFormat as Open = "format";
            /// Whether participants get channels of their own.
            split: Split as Open = "split";
            /// Number of channels, 1 to 32, default: 1. More than one needs
            /// [`split`](Self::split).
            channels: u32 as Count = "channels";
            /// Silence that ends the recording. Seconds, 3 to 10.
            end_on_silence: f64 as Decimal = "endOnSilence";
            /// The key that ends the recording: `*`, `#` or one digit.
            end_on_key: String as Text = "endOnKey";
            /// How long the recording may last. Whole seconds, 3 to 7200.
            time_out: u32 as Count = "timeOut";
            /// Whether a beep is played at the start. Default: false.
            beep_start: bool as Flag = "beepStart";
            /// Where the recording is announced. http(s) URL. Default: the
            /// application's event URL.
            event_url: String as One = "eventUrl";
            /// How it is announced. Default: POST.
            event_method: EventMethod as Open = "eventMethod";
            /// Set it to have the recording written down.
            transcription: Transcription as Nested = "transcription";
        }
    }
}

wire! {
    /// How a recording is written down. Source: NCCO reference, record.
    #[derive(Default)]
    pub struct Transcription {
        optional {
            /// Language as a BCP-47 tag. Default: `en-US`.
            language: String as Text = "language";
            /// Where the transcript is announced. http(s) URL.
            event_url: String as One = "eventUrl";
            /// How it is announced. Default: POST.
            event_method: EventMethod as Open = "eventMethod";
            /// Whether the mood of what is said is judged. Default: false.
            sentiment_analysis: bool as Flag = "sentimentAnalysis";
            /// Which service writes. Seen since 2026.
            provider: String as Text = "provider";
            /// Settings for [`provider`](Self::provider), as that service defines them.
            provider_options: serde_json::Map<String, serde_json::Value> as Free = "providerOptions";
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

impl Record {
    /// Records from here on while the flow goes on.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the flow waits for the end of the recording.
    #[must_use]
    pub fn is_synchronous(&self) -> bool {
        self.end_on_silence.is_some() || self.end_on_key.is_some() || self.time_out.is_some()
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        check.word("format", self.format.as_ref());
        check.word("split", self.split.as_ref());
        check.count("channels", self.channels, 1, 32, "1 to 32 channels");
        if self.channels.is_some_and(|channels| channels > 1) && self.split.is_none() {
            check.member(
                "channels",
                Code::ChannelsWithoutSplit,
                "more than one channel needs `split`",
            );
        }
        check.decimal(
            "endOnSilence",
            self.end_on_silence,
            3.0,
            10.0,
            "3 to 10 seconds",
        );
        if let Some(key) = &self.end_on_key {
            let known = matches!(key.as_bytes(), [byte] if byte.is_ascii_digit() || matches!(byte, b'*' | b'#'));
            if !known {
                check.member("endOnKey", Code::UnknownValue, "expected *, # or one digit");
            }
        }
        check.count("timeOut", self.time_out, 3, 7200, "3 to 7200 seconds");
        if self.time_out.is_some() && self.end_on_silence.is_none() && self.end_on_key.is_none() {
            check.member(
                "timeOut",
                Code::RecordMayNotWait,
                "`timeOut` alone does perhaps not hold the flow",
            );
        }
        check.one_url("eventUrl", self.event_url.as_deref());
        check.word("eventMethod", self.event_method.as_ref());
        if let Some(transcription) = &self.transcription {
            transcription.check(&mut check.below("transcription"));
        }
        self.check_extra(check);
    }
}
