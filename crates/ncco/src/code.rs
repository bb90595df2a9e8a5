//! The kinds of mistakes.

use std::fmt;

/// How bad a [`Finding`](crate::Finding) is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The platform takes the NCCO, but does perhaps not do what was meant.
    Warning,
    /// The platform refuses the NCCO, raises an error event, or never gets to
    /// the action in question.
    Error,
}

impl Severity {
    /// `"warning"` or `"error"`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! codes {
    ($( $(#[$meta:meta])* $variant:ident = $word:literal, $severity:ident, $cure:literal; )*) => {
        /// The kinds of mistakes, each with an example of what draws it.
        ///
        /// The words ([`Code::as_str`]) are stable; new ones may be added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(
                #[doc = concat!("`", $word, "` (", stringify!($severity), ").\n\n")]
                $(#[$meta])*
                #[doc = concat!("\n\nCure: ", $cure)]
                $variant,
            )*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )*];

            /// The stable word for this code.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }

            /// How bad findings with this code are.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $( Self::$variant => Severity::$severity, )* }
            }

            /// What to do about it, for a person.
            #[must_use]
            pub fn cure(self) -> &'static str {
                match self { $( Self::$variant => $cure, )* }
            }
        }
    };
}

codes! {
    /// ```json
    /// []
    /// ```
    /// An NCCO without actions ends the call without a word.
    EmptyNcco = "empty_ncco", Error,
        "add at least one action; to end a call, end with a short `talk`";
    /// ```json
    /// [{ "action": "hangup" }]
    /// ```
    /// One action the platform does not know makes it refuse the whole NCCO.
    /// There is no `hangup`: a call ends after its last action.
    UnknownAction = "unknown_action", Error,
        "use talk, stream, input, connect, record, conversation, notify, wait or transfer; a call ends by itself after the last action";
    /// ```json
    /// [{ "action": "pay", "amount": 9.99 }]
    /// ```
    /// `pay` existed from 2021 to 2023.
    RemovedAction = "removed_action", Error,
        "take the payment outside the call; the platform no longer has this action";
    /// ```json
    /// [{ "action": "stream" }]
    /// ```
    MissingMember = "missing_member", Error,
        "add the member, the platform cannot run the action without it";
    /// ```json
    /// [{ "action": "record", "beepStart": "yes" }]
    /// ```
    /// Numbers and booleans in strings (`"3"`, `"true"`) are understood.
    WrongType = "wrong_type", Error,
        "write a value of the type the message names";
    /// ```json
    /// [{ "action": "talk", "text": "Hello", "loud": true }]
    /// ```
    /// The platform ignores members it does not know, so a misspelt one has no
    /// effect. Keys that begin with `_` are taken for comments.
    UnknownMember = "unknown_member", Warning,
        "check the spelling; begin the key with `_` if it is a note for people";
    /// ```json
    /// [{ "action": "connect", "endpoint": [{ "type": "app", "user": "ada" }],
    ///    "advancedMachineDetection": { "beep_timeout": 60 },
    ///    "advanced_machine_detection": { "beep_timeout": 45 } }]
    /// ```
    DuplicateMember = "duplicate_member", Warning,
        "keep one spelling: the one this crate writes";
    /// ```json
    /// [{ "action": "stream", "streamUrl": [] }]
    /// ```
    /// `eventUrl`, `streamUrl`, `musicOnHoldUrl` and `speech.uuid` are arrays of
    /// exactly one.
    NotExactlyOne = "not_exactly_one", Error,
        "give exactly one item in the array";
    /// ```json
    /// [{ "action": "stream", "streamUrl": ["hold.mp3"] }]
    /// ```
    BadUrl = "bad_url", Error,
        "write an absolute URL with the scheme the message names";
    /// ```json
    /// [{ "action": "talk", "text": "Hello", "level": 2 }]
    /// ```
    OutOfRange = "out_of_range", Error,
        "choose a value inside the range";
    /// ```json
    /// [{ "action": "wait", "timeout": 0 }]
    /// ```
    /// The platform takes 0.1 to 7200 seconds and moves other values to the
    /// nearest end.
    Clamped = "clamped", Warning,
        "choose a value inside the range, or the platform does it for you";
    /// ```json
    /// [{ "action": "record", "format": "mov" }]
    /// ```
    UnknownValue = "unknown_value", Error,
        "use one of the values the message lists";
    /// ```json
    /// [{ "action": "conversation", "name": "" }]
    /// ```
    EmptyValue = "empty_value", Error,
        "write at least one character";
    /// A value is longer than the platform takes: a SIP URI of more than 50
    /// characters, WebSocket headers of more than 512 bytes.
    TooLong = "too_long", Error,
        "shorten it, or pass a key and look the rest up on your side";
    /// A `talk` of more than 1,500 characters, SSML tags not counted.
    TextTooLong = "text_too_long", Error,
        "split the text over several talk actions";
    /// ```json
    /// [{ "action": "talk", "text": "<speak>One moment<break></speak>" }]
    /// ```
    MalformedSsml = "malformed_ssml", Error,
        "close every tag, quote attributes, write & as &amp; and < as &lt;";
    /// ```json
    /// [{ "action": "talk", "text": "One moment <break time='1s'/> please" }]
    /// ```
    /// Without `<speak>` around the whole text it is plain text.
    SsmlOutsideSpeak = "ssml_outside_speak", Warning,
        "put <speak> before and </speak> after the whole text";
    /// ```json
    /// [{ "action": "talk", "text": "Hello", "voiceName": "Amy" }]
    /// ```
    DeprecatedVoiceName = "deprecated_voice_name", Warning,
        "name the `language` and, if need be, the `style` instead";
    /// ```json
    /// [{ "action": "talk", "text": "Press 1", "bargeIn": true },
    ///  { "action": "record" }]
    /// ```
    /// After `bargeIn`, the next action that is not of the same kind must be an
    /// `input`; otherwise the platform sends an error event.
    BargeInWithoutInput = "barge_in_without_input", Error,
        "let an `input` follow the prompts, or remove `bargeIn`";
    /// ```json
    /// [{ "action": "talk", "text": "Press 1", "bargeIn": true },
    ///  { "action": "stream", "streamUrl": ["https://example.com/or.mp3"], "bargeIn": true },
    ///  { "action": "input", "type": ["dtmf"] }]
    /// ```
    /// The documentation speaks of `talk` followed by `talk`, and `stream` by
    /// `stream`; whether they mix is not established.
    BargeInMixed = "barge_in_mixed", Warning,
        "speak or play the whole prompt with one kind of action, or set `bargeIn` on the last part only";
    /// ```json
    /// [{ "action": "conversation", "name": "room" },
    ///  { "action": "talk", "text": "Goodbye" }]
    /// ```
    /// Nothing runs after `conversation` and `transfer`, nor after a prompt that
    /// repeats for ever and cannot be interrupted.
    NeverRuns = "never_runs", Error,
        "move the action before the one that never ends, or remove it";
    /// ```json
    /// [{ "action": "input", "type": [] }]
    /// ```
    NoInputType = "no_input_type", Error,
        "name `dtmf`, `speech` or both in `type`";
    /// ```json
    /// [{ "action": "input", "maxDigits": 1 }]
    /// ```
    /// The form from before September 2020. It still runs, but its webhook has
    /// the old body too.
    LegacyInput = "legacy_input", Warning,
        "set `type` and put the settings into `dtmf`, see `Input::modernized`; the webhook body changes with it";
    /// ```json
    /// [{ "action": "input", "type": ["speech"], "dtmf": { "maxDigits": 1 } }]
    /// ```
    SettingsWithoutType = "settings_without_type", Warning,
        "name the type in `type`, or remove its settings";
    /// ```json
    /// [{ "action": "input", "type": ["dtmf"], "mode": "asynchronous",
    ///    "dtmf": { "maxDigits": 4 } }]
    /// ```
    /// Asynchronous input takes DTMF only, without settings: each key is sent
    /// alone.
    AsynchronousSettings = "asynchronous_settings", Error,
        "remove `dtmf` and `speech`, and name `dtmf` alone in `type`";
    /// ```json
    /// [{ "action": "conversation", "name": "room", "mute": true,
    ///    "canSpeak": ["aaaaaaaa-bbbb-cccc-dddd-0123456789ab"] }]
    /// ```
    MuteWithCanSpeak = "mute_with_can_speak", Error,
        "use `mute` or `canSpeak`, not both";
    /// ```json
    /// [{ "action": "conversation", "name": "room", "transcription": {} }]
    /// ```
    TranscriptionWithoutRecord = "transcription_without_record", Error,
        "set `record` to true";
    /// ```json
    /// [{ "action": "record", "channels": 2 }]
    /// ```
    ChannelsWithoutSplit = "channels_without_split", Error,
        "set `split` to `conversation`";
    /// ```json
    /// [{ "action": "record", "timeOut": 60 }]
    /// ```
    /// Sources disagree whether `timeOut` alone holds the flow until the
    /// recording ends.
    RecordMayNotWait = "record_may_not_wait", Warning,
        "set `endOnSilence` or `endOnKey` as well";
    /// ```json
    /// [{ "action": "connect", "endpoint": [] }]
    /// ```
    OneEndpoint = "one_endpoint", Error,
        "give exactly one endpoint; to ring several, use one `connect` after another";
    /// ```json
    /// [{ "action": "connect", "endpoint": [{ "type": "rtc", "user": "ada" }] }]
    /// ```
    UnknownEndpoint = "unknown_endpoint", Error,
        "use phone, app, websocket, sip or vbc (`rtc` is now `app`)";
    /// ```json
    /// [{ "action": "connect", "endpoint": [{ "type": "phone", "number": "+44 20 7946 0000" }] }]
    /// ```
    BadNumber = "bad_number", Error,
        "write the number in E.164 without `+`: 7 to 15 digits, country code first";
    /// ```json
    /// [{ "action": "connect", "from": "Reception", "endpoint": [{ "type": "app", "user": "ada" }] }]
    /// ```
    /// A caller id that is not a number of yours is shown as unknown.
    BadCallerId = "bad_caller_id", Warning,
        "write one of your own numbers in E.164 without `+`";
    /// ```json
    /// [{ "action": "connect",
    ///    "endpoint": [{ "type": "phone", "number": "447700900001", "dtmfAnswer": "1,2" }] }]
    /// ```
    BadDtmf = "bad_dtmf", Error,
        "use 0 to 9, *, # and p (a pause of 500 ms)";
    /// ```json
    /// [{ "action": "connect", "from": "447700900000", "randomFromNumber": true,
    ///    "endpoint": [{ "type": "phone", "number": "447700900001" }] }]
    /// ```
    FromWithRandom = "from_with_random", Error,
        "use `from` or `randomFromNumber`, not both";
    /// ```json
    /// [{ "action": "connect", "machineDetection": "hangup",
    ///    "advancedMachineDetection": { "behavior": "continue" },
    ///    "endpoint": [{ "type": "phone", "number": "447700900001" }] }]
    /// ```
    /// The advanced detection wins.
    TwoDetections = "two_detections", Warning,
        "remove `machineDetection`";
    /// ```json
    /// [{ "action": "connect", "advancedMachineDetection": { "beep_timeout": 30 },
    ///    "endpoint": [{ "type": "phone", "number": "447700900001" }] }]
    /// ```
    /// The REST specification allows 30 seconds, the SDKs ask for 45.
    ShortBeepTimeout = "short_beep_timeout", Warning,
        "use 45 seconds or more to be safe";
    /// ```json
    /// [{ "action": "connect", "endpoint": [{ "type": "sip", "uri": "sip:ada@example.com", "user": "ada" }] }]
    /// ```
    SipAddress = "sip_address", Error,
        "give either `uri`, or `user` and `domain`";
    /// ```json
    /// [{ "action": "connect", "endpoint": [{ "type": "websocket", "uri": "wss://example.com",
    ///    "content-type": "audio/l16;rate=16000", "authorization": { "type": "custom" } }] }]
    /// ```
    BadAuthorization = "bad_authorization", Error,
        "for `custom`, give a `value` of fewer than 8192 printable ASCII characters; for `vonage`, none";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
