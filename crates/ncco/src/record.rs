use crate::check::Check;
use crate::code::Code;
use crate::event_method::EventMethod;
use crate::transcription::Transcription;
use crate::wire_struct::wire_struct;
use crate::word::words;

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

wire_struct! {
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
            format: RecordFormat = "format";
            /// Whether participants get channels of their own.
            split: Split = "split";
            /// Number of channels, 1 to 32, default: 1. More than one needs
            /// [`split`](Self::split).
            channels: u32 = "channels";
            /// Silence that ends the recording. Seconds, 3 to 10.
            end_on_silence: f64 = "endOnSilence";
            /// The key that ends the recording: `*`, `#` or one digit.
            end_on_key: String = "endOnKey";
            /// How long the recording may last. Whole seconds, 3 to 7200.
            time_out: u32 = "timeOut";
            /// Whether a beep is played at the start. Default: false.
            beep_start: bool = "beepStart";
            /// Where the recording is announced. http(s) URL. Default: the
            /// application's event URL.
            event_url: String as OneItem = "eventUrl";
            /// How it is announced. Default: POST.
            event_method: EventMethod = "eventMethod";
            /// Set it to have the recording written down.
            transcription: Transcription = "transcription";
        }
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
