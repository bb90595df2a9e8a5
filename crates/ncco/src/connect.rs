use crate::check::{Check, is_number};
use crate::code::Code;
use crate::endpoint::Endpoint;
use crate::event_method::EventMethod;
use crate::machine_detection::{AdvancedMachineDetection, MachineBehavior};
use crate::wire_struct::wire_struct;
use crate::word::words;

words! {
    /// When events of the new leg may change the flow.
    pub enum EventType ("synchronous") {
        /// The event URL may answer with an NCCO when the call fails, is refused,
        /// busy or not answered.
        Synchronous = "synchronous",
    }
}

wire_struct! {
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
            endpoint: Endpoint = "endpoint";
        }
        optional {
            /// The number shown to the callee: one of your own, E.164 without
            /// `+`; anything else is shown as unknown. Leave it out when the
            /// caller is an app.
            from: String = "from";
            /// Whether one of your numbers is drawn instead of `from`. Default:
            /// false. Not together with [`from`](Self::from).
            random_from_number: bool = "randomFromNumber";
            /// Set it to let the event URL answer with an NCCO.
            event_type: EventType = "eventType";
            /// How long it rings. Whole seconds, 3 to 7200 (Java SDK), default: 60.
            timeout: u32 = "timeout";
            /// How long the call may last. Whole seconds, 1 to 7200, default: 7200.
            limit: u32 = "limit";
            /// What happens when a machine answers.
            machine_detection: MachineBehavior = "machineDetection";
            /// Detection that also hears the beep; wins over
            /// [`machine_detection`](Self::machine_detection). Written in camel
            /// case (Java and Python SDKs, reference), read as
            /// `advanced_machine_detection` too (.NET and Ruby SDKs).
            advanced_machine_detection: AdvancedMachineDetection
                = "advancedMachineDetection" | "advanced_machine_detection";
            /// Where the states of the new leg are sent. http(s) URL. Default: the
            /// application's event URL.
            event_url: String as OneItem = "eventUrl";
            /// How they are sent. Default: POST.
            event_method: EventMethod = "eventMethod";
            /// What the caller hears instead of the ringing tone: the http(s) URL
            /// of a sound file. Not advised for phone endpoints.
            ringback_tone: String as Unwrapped = "ringbackTone";
        }
    }
}

impl Connect {
    /// Calls `endpoint`: a [`Phone`](crate::Phone), [`App`](crate::App),
    /// [`Websocket`](crate::Websocket), [`Sip`](crate::Sip) or
    /// [`Vbc`](crate::Vbc).
    #[must_use]
    pub fn new(endpoint: impl Into<Endpoint>) -> Self {
        Self::required(endpoint.into())
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
