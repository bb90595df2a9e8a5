use crate::event::EventMethod;
use crate::finding::{Check, Code};
use crate::wire::{wire, words};

words! {
    /// What an [`Input`] takes.
    pub enum InputType ("dtmf or speech") {
        /// Keys.
        Dtmf = "dtmf",
        /// Spoken words.
        Speech = "speech",
    }
}

words! {
    /// Whether an [`Input`] holds the flow.
    pub enum InputMode ("synchronous or asynchronous") {
        /// The flow waits for the input. The default.
        Synchronous = "synchronous",
        /// The flow goes on; each key is sent to the event URL alone.
        Asynchronous = "asynchronous",
    }
}

wire! {
    /// Takes keys or speech from the caller and sends them to the event URL,
    /// whose answer is the next NCCO.
    ///
    /// Begin with [`Input::dtmf`], [`Input::speech`],
    /// [`Input::dtmf_and_speech`] or [`Input::asynchronous`]. Source: NCCO
    /// reference, input.
    ///
    /// ```
    /// use ncco::{Input, Speech};
    ///
    /// let menu = Input::dtmf_and_speech()
    ///     .max_digits(1)
    ///     .time_out(5)
    ///     .speech_settings(Speech::new().language("en-GB").context(["sales", "support"]))
    ///     .event_url("https://example.com/webhooks/input");
    /// ```
    pub struct Input, "action": "input" {
        plain {
            /// What is taken, at least one. Required since September 2020; when
            /// it is missing, the objects `dtmf` and `speech` stand for it, and
            /// without those the action has the legacy form.
            types: Vec<InputType> as Opens = "type";
            /// How keys are taken.
            dtmf: Dtmf as Nested = "dtmf";
            /// How speech is taken.
            speech: Speech as Nested = "speech";
            /// Legacy: [`Dtmf::time_out`] at the top level, seconds. Not limited
            /// to 10 there.
            legacy_time_out: u32 as Count = "timeOut";
            /// Legacy: [`Dtmf::max_digits`] at the top level.
            legacy_max_digits: u32 as Count = "maxDigits";
            /// Legacy: [`Dtmf::submit_on_hash`] at the top level.
            legacy_submit_on_hash: bool as Flag = "submitOnHash";
            /// Whether the flow waits. Default: synchronous. Since 2024.
            mode: InputMode as Open = "mode";
        }
        optional {
            /// Where the input is sent; its answer is the next NCCO, an empty
            /// answer goes on with the next action. http(s) URL. Default: the
            /// application's event URL.
            event_url: String as One = "eventUrl";
            /// How it is sent. Default: POST.
            event_method: EventMethod as Open = "eventMethod";
        }
    }
}

wire! {
    /// How an [`Input`] takes keys.
    #[derive(Default)]
    pub struct Dtmf {
        optional {
            /// Time without a key after which the input is sent. Whole seconds, 0
            /// to 10, default: 3.
            time_out: u32 as Count = "timeOut";
            /// Number of keys after which the input is sent. 1 to 20, default: 4.
            max_digits: u32 as Count = "maxDigits";
            /// Whether `#` sends the input; it is not part of the digits.
            /// Default: false.
            submit_on_hash: bool as Flag = "submitOnHash";
        }
    }
}

wire! {
    /// How an [`Input`] takes speech.
    #[derive(Default)]
    pub struct Speech {
        optional {
            /// The leg that is listened to, by its uuid. An array of one on the
            /// wire. Default: the leg that joined first.
            uuid: String as One = "uuid";
            /// Silence that ends the input. Seconds, 0.4 to 10, default: 2.
            end_on_silence: f64 as Decimal = "endOnSilence";
            /// Language as a BCP-47 tag. Default: `en-US`. The list is open: 127
            /// languages in 2022.
            language: String as Text = "language";
            /// Words that are likely, as a hint for the recognition.
            context: Vec<String> as Texts = "context";
            /// How long the caller may stay silent at the start. Whole seconds, 1
            /// to 60, default: 10.
            start_timeout: u32 as Count = "startTimeout";
            /// How long the caller may speak. Whole seconds, 1 to 60, default: 60.
            max_duration: u32 as Count = "maxDuration";
            /// Whether the sound is kept; the webhook then has
            /// `speech.recording_url`. Default: false.
            save_audio: bool as Flag = "saveAudio";
            /// How sensitive the recognition is to sound, 10 to 100, default: 90.
            /// Java SDK; the Python SDK allows from 0.
            sensitivity: u32 as Count = "sensitivity";
            /// Which service listens, for example `google` or `deepgram`. Since
            /// 2025; read from the SDKs.
            provider: String as Text = "provider";
            /// Settings for [`provider`](Self::provider), as that service defines them.
            provider_options: serde_json::Map<String, serde_json::Value> as Free = "providerOptions";
        }
    }
}

impl Dtmf {
    /// The platform's defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn check(&self, check: &mut Check<'_>) {
        check.count("timeOut", self.time_out, 0, 10, "0 to 10 seconds");
        check.count("maxDigits", self.max_digits, 1, 20, "1 to 20 digits");
        self.check_extra(check);
    }
}

impl Speech {
    /// The platform's defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn check(&self, check: &mut Check<'_>) {
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

impl Input {
    fn of(types: Option<Vec<InputType>>) -> Self {
        Self {
            types,
            dtmf: None,
            speech: None,
            legacy_time_out: None,
            legacy_max_digits: None,
            legacy_submit_on_hash: None,
            mode: None,
            event_url: None,
            event_method: None,
            extra: serde_json::Map::new(),
        }
    }

    /// Takes keys.
    #[must_use]
    pub fn dtmf() -> Self {
        Self::of(Some(vec![InputType::Dtmf]))
    }

    /// Takes spoken words.
    #[must_use]
    pub fn speech() -> Self {
        Self::of(Some(vec![InputType::Speech]))
    }

    /// Takes keys or spoken words, whichever comes first.
    #[must_use]
    pub fn dtmf_and_speech() -> Self {
        Self::of(Some(vec![InputType::Dtmf, InputType::Speech]))
    }

    /// Sends each key to `event_url` alone while the flow goes on. It has no
    /// settings: the platform refuses them.
    #[must_use]
    pub fn asynchronous(event_url: impl Into<String>) -> Self {
        let mut input = Self::dtmf();
        input.mode = Some(InputMode::Asynchronous);
        input.event_url(event_url)
    }

    /// Time without a key after which the input is sent, see [`Dtmf::time_out`].
    #[must_use]
    pub fn time_out(mut self, seconds: u32) -> Self {
        self.dtmf.get_or_insert_default().time_out = Some(seconds);
        self
    }

    /// Number of keys after which the input is sent, see [`Dtmf::max_digits`].
    #[must_use]
    pub fn max_digits(mut self, digits: u32) -> Self {
        self.dtmf.get_or_insert_default().max_digits = Some(digits);
        self
    }

    /// Whether `#` sends the input, see [`Dtmf::submit_on_hash`].
    #[must_use]
    pub fn submit_on_hash(mut self, submit: bool) -> Self {
        self.dtmf.get_or_insert_default().submit_on_hash = Some(submit);
        self
    }

    /// How keys are taken, all settings at once.
    #[must_use]
    pub fn dtmf_settings(mut self, settings: Dtmf) -> Self {
        self.dtmf = Some(settings);
        self
    }

    /// How speech is taken.
    #[must_use]
    pub fn speech_settings(mut self, settings: Speech) -> Self {
        self.speech = Some(settings);
        self
    }

    /// Whether it has the form from before September 2020: no `type`, settings
    /// at the top level. The platform answers it with the legacy webhook body.
    #[must_use]
    pub fn is_legacy(&self) -> bool {
        self.types.is_none() && !self.extra.contains_key("type")
    }

    /// Whether the flow goes on while keys are taken.
    #[must_use]
    pub fn is_asynchronous(&self) -> bool {
        self.mode == Some(InputMode::Asynchronous)
    }

    /// The same in today's form: `type` is set and the legacy settings move into
    /// `dtmf`, where its own settings win. The time is cut to 10 seconds, the
    /// most that form takes.
    ///
    /// The platform then sends today's webhook body, where `dtmf` is an object.
    #[must_use]
    pub fn modernized(mut self) -> Self {
        let time_out = self.legacy_time_out.take().map(|seconds| seconds.min(10));
        let max_digits = self.legacy_max_digits.take();
        let submit_on_hash = self.legacy_submit_on_hash.take();
        if time_out.is_some() || max_digits.is_some() || submit_on_hash.is_some() {
            let dtmf = self.dtmf.get_or_insert_default();
            dtmf.time_out = dtmf.time_out.or(time_out);
            dtmf.max_digits = dtmf.max_digits.or(max_digits);
            dtmf.submit_on_hash = dtmf.submit_on_hash.or(submit_on_hash);
        }
        if self.is_legacy() {
            let mut types = vec![InputType::Dtmf];
            if self.speech.is_some() {
                types.push(InputType::Speech);
            }
            self.types = Some(types);
        }
        self
    }

    fn has_legacy_settings(&self) -> bool {
        self.legacy_time_out.is_some()
            || self.legacy_max_digits.is_some()
            || self.legacy_submit_on_hash.is_some()
    }

    /// Before `type` was required, the objects selected what is taken.
    pub(crate) fn infer_types(&mut self) {
        if !self.is_legacy() || self.has_legacy_settings() {
            return;
        }
        let types: Vec<InputType> = [
            self.dtmf.as_ref().map(|_| InputType::Dtmf),
            self.speech.as_ref().map(|_| InputType::Speech),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !types.is_empty() {
            self.types = Some(types);
        }
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        self.check_types(check);
        if self.is_asynchronous() {
            self.check_asynchronous(check);
        }
        if let Some(dtmf) = &self.dtmf {
            dtmf.check(&mut check.below("dtmf"));
        }
        if let Some(speech) = &self.speech {
            speech.check(&mut check.below("speech"));
        }
        check.count("maxDigits", self.legacy_max_digits, 1, 20, "1 to 20 digits");
        check.word("mode", self.mode.as_ref());
        check.one_url("eventUrl", self.event_url.as_deref());
        check.word("eventMethod", self.event_method.as_ref());
        self.check_extra(check);
    }

    fn check_types(&self, check: &mut Check<'_>) {
        let Some(types) = &self.types else {
            if !self.extra.contains_key("type") {
                check.here(Code::LegacyInput, "an `input` without `type`");
            }
            return;
        };
        if types.is_empty() {
            check.member("type", Code::NoInputType, "`type` is empty");
        }
        for (index, one) in types.iter().enumerate() {
            check.below("type").word(&index.to_string(), Some(one));
        }
        if self.has_legacy_settings() {
            check.here(
                Code::LegacyInput,
                "legacy settings beside `type`, they belong into `dtmf`",
            );
        }
        if self.dtmf.is_some() && !types.contains(&InputType::Dtmf) {
            check.member(
                "dtmf",
                Code::SettingsWithoutType,
                "`type` does not name `dtmf`",
            );
        }
        if self.speech.is_some() && !types.contains(&InputType::Speech) {
            check.member(
                "speech",
                Code::SettingsWithoutType,
                "`type` does not name `speech`",
            );
        }
    }

    fn check_asynchronous(&self, check: &mut Check<'_>) {
        let speaks = self
            .types
            .as_ref()
            .is_some_and(|types| types.contains(&InputType::Speech));
        let refused = [
            ("type", speaks),
            ("dtmf", self.dtmf.is_some()),
            ("speech", self.speech.is_some()),
            ("timeOut", self.legacy_time_out.is_some()),
            ("maxDigits", self.legacy_max_digits.is_some()),
            ("submitOnHash", self.legacy_submit_on_hash.is_some()),
        ];
        for (key, _) in refused.iter().filter(|(_, refused)| *refused) {
            check.member(
                key,
                Code::AsynchronousSettings,
                "asynchronous input takes keys only, without settings",
            );
        }
    }
}
