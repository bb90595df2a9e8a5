use crate::check::Check;
use crate::code::Code;
use crate::dtmf::Dtmf;
use crate::event_method::EventMethod;
use crate::speech::Speech;
use crate::wire_struct::wire_struct;
use crate::word::words;

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

wire_struct! {
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
        without_setter {
            /// What is taken, at least one. Required since September 2020; when
            /// it is missing, the objects `dtmf` and `speech` stand for it, and
            /// without those the action has the legacy form.
            types: Vec<InputType> = "type";
            /// How keys are taken.
            dtmf: Dtmf = "dtmf";
            /// How speech is taken.
            speech: Speech = "speech";
            /// Legacy: [`Dtmf::time_out`] at the top level, seconds. Not limited
            /// to 10 there.
            legacy_time_out: u32 = "timeOut";
            /// Legacy: [`Dtmf::max_digits`] at the top level.
            legacy_max_digits: u32 = "maxDigits";
            /// Legacy: [`Dtmf::submit_on_hash`] at the top level.
            legacy_submit_on_hash: bool = "submitOnHash";
            /// Whether the flow waits. Default: synchronous. Since 2024.
            mode: InputMode = "mode";
        }
        optional {
            /// Where the input is sent; its answer is the next NCCO, an empty
            /// answer goes on with the next action. http(s) URL. Default: the
            /// application's event URL.
            event_url: String as OneItem = "eventUrl";
            /// How it is sent. Default: POST.
            event_method: EventMethod = "eventMethod";
        }
    }
}

impl Input {
    fn of(types: &[InputType]) -> Self {
        let mut input = Self::required();
        input.types = Some(types.to_vec());
        input
    }

    /// Takes keys.
    #[must_use]
    pub fn dtmf() -> Self {
        Self::of(&[InputType::Dtmf])
    }

    /// Takes spoken words.
    #[must_use]
    pub fn speech() -> Self {
        Self::of(&[InputType::Speech])
    }

    /// Takes keys or spoken words, whichever comes first.
    #[must_use]
    pub fn dtmf_and_speech() -> Self {
        Self::of(&[InputType::Dtmf, InputType::Speech])
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
