use crate::endpoint::{Endpoint, OneEndpoint};
use crate::event::EventMethod;
use crate::finding::{Check, Code, is_number};
use crate::wire::{wire, words};

words! {
    /// When events of the new leg may change the flow.
    pub enum EventType ("synchronous") {
        /// The event URL may answer with an NCCO when the call fails, is refused,
        /// busy or not answered.
        Synchronous = "synchronous",
    }
}

words! {
    /// What happens when an answering machine takes the call.
    pub enum MachineBehavior ("continue or hangup") {
        /// The event URL gets `human` or `machine`, the call goes on.
        Continue = "continue",
        /// The call to a machine ends.
        Hangup = "hangup",
    }
}

words! {
    /// How the advanced detection listens.
    pub enum MachineMode ("default, detect or detect_beep") {
        /// Beside the next action; sends both the status and the beep.
        Default = "default",
        /// Holds the next action; sends the status only. The default.
        Detect = "detect",
        /// Holds the next action; sends the beep only.
        DetectBeep = "detect_beep",
    }
}

wire! {
    /// Connects the caller with somebody or something else.
    ///
    /// Source: NCCO reference, connect.
    ///
    /// ```
    /// use ncco::{Connect, Phone};
    ///
    /// let connect = Connect::new(Phone::new("447700900100"))
    ///     .from("442079460000")
    ///     .timeout(20)
    ///     .synchronous("https://example.com/webhooks/connect");
    /// ```
    pub struct Connect, "action": "connect" {
        required {
            /// Who is called. On the wire an array of exactly one.
            endpoint: Endpoint as OneEndpoint = "endpoint";
        }
        optional {
            /// The number shown to the callee: one of your own, E.164 without
            /// `+`; anything else is shown as unknown. Leave it out when the
            /// caller is an app.
            from: String as Text = "from";
            /// Whether one of your numbers is drawn instead of `from`. Default:
            /// false. Not together with [`from`](Self::from).
            random_from_number: bool as Flag = "randomFromNumber";
            /// Set it to let the event URL answer with an NCCO.
            event_type: EventType as Open = "eventType";
            /// How long it rings. Whole seconds, 3 to 7200 (Java SDK), default: 60.
            timeout: u32 as Count = "timeout";
            /// How long the call may last. Whole seconds, 1 to 7200, default: 7200.
            limit: u32 as Count = "limit";
            /// What happens when a machine answers.
            machine_detection: MachineBehavior as Open = "machineDetection";
            /// Detection that also hears the beep; wins over
            /// [`machine_detection`](Self::machine_detection). Written in camel
            /// case (Java and Python SDKs, reference), read as
            /// `advanced_machine_detection` too (.NET and Ruby SDKs).
            advanced_machine_detection: AdvancedMachineDetection as Nested
                = "advancedMachineDetection" | "advanced_machine_detection";
            /// Where the states of the new leg are sent. http(s) URL. Default: the
            /// application's event URL.
            event_url: String as One = "eventUrl";
            /// How they are sent. Default: POST.
            event_method: EventMethod as Open = "eventMethod";
            /// What the caller hears instead of the ringing tone: the http(s) URL
            /// of a sound file. Not advised for phone endpoints.
            ringback_tone: String as Single = "ringbackTone";
        }
    }
}

wire! {
    /// How answering machines are told from people.
    #[derive(Default)]
    pub struct AdvancedMachineDetection {
        optional {
            /// What happens when a machine answers. Default: continue.
            behavior: MachineBehavior as Open = "behavior";
            /// How it listens. Default: detect. The Ruby SDK has no `default`.
            mode: MachineMode as Open = "mode";
            /// How long the beep is waited for. Whole seconds, 45 to 120; the
            /// REST specification allows from 30.
            beep_timeout: u32 as Count = "beep_timeout" | "beepTimeout";
        }
    }
}

impl AdvancedMachineDetection {
    /// The platform's defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn check(&self, check: &mut Check<'_>) {
        check.word("behavior", self.behavior.as_ref());
        check.word("mode", self.mode.as_ref());
        check.count(
            "beep_timeout",
            self.beep_timeout,
            30,
            120,
            "30 to 120 seconds",
        );
        if self
            .beep_timeout
            .is_some_and(|seconds| (30..45).contains(&seconds))
        {
            check.member(
                "beep_timeout",
                Code::ShortBeepTimeout,
                "fewer than 45 seconds are not accepted everywhere",
            );
        }
        self.check_extra(check);
    }
}

impl Connect {
    /// Calls `endpoint`: a [`Phone`](crate::Phone), [`App`](crate::App),
    /// [`Websocket`](crate::Websocket), [`Sip`](crate::Sip) or
    /// [`Vbc`](crate::Vbc).
    #[must_use]
    pub fn new(endpoint: impl Into<Endpoint>) -> Self {
        Self {
            endpoint: endpoint.into(),
            from: None,
            random_from_number: None,
            event_type: None,
            timeout: None,
            limit: None,
            machine_detection: None,
            advanced_machine_detection: None,
            event_url: None,
            event_method: None,
            ringback_tone: None,
            extra: serde_json::Map::new(),
        }
    }

    /// Lets `event_url` answer with the next NCCO when the call is busy, refused,
    /// not answered or fails.
    #[must_use]
    pub fn synchronous(self, event_url: impl Into<String>) -> Self {
        self.event_type(EventType::Synchronous).event_url(event_url)
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        self.endpoint.check(&mut check.below("endpoint").below("0"));
        if self.random_from_number == Some(true) && self.from.is_some() {
            check.member(
                "from",
                Code::FromWithRandom,
                "`from` and `randomFromNumber` exclude each other",
            );
        }
        if self.from.as_ref().is_some_and(|from| !is_number(from)) {
            check.member(
                "from",
                Code::BadCallerId,
                "not a number in E.164 without `+`",
            );
        }
        check.word("eventType", self.event_type.as_ref());
        check.count("timeout", self.timeout, 3, 7200, "3 to 7200 seconds");
        check.count("limit", self.limit, 1, 7200, "1 to 7200 seconds");
        check.word("machineDetection", self.machine_detection.as_ref());
        if let Some(detection) = &self.advanced_machine_detection {
            detection.check(&mut check.below("advancedMachineDetection"));
            if self.machine_detection.is_some() {
                check.member(
                    "machineDetection",
                    Code::TwoDetections,
                    "`advancedMachineDetection` wins over `machineDetection`",
                );
            }
        }
        check.one_url("eventUrl", self.event_url.as_deref());
        check.word("eventMethod", self.event_method.as_ref());
        check.url("ringbackTone", self.ringback_tone.as_deref());
        self.check_extra(check);
    }
}
