//! The paths under `/webhooks/`: which webhook comes there, and what is said when nothing else can be.

use vonage::Route;

/// What a caller hears of `src/entry.js` when this code traps or is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastWords {
    /// The built-in apology.
    Apology,
    /// The apology when the webhook tells of a call that failed: the caller waits. Else nothing.
    IfFailed,
    /// A silence: whoever picked up is put through.
    Silence,
    /// Nothing: the platform is asked to send it again.
    SendAgain,
}

impl LastWords {
    /// The name `src/entry.js` knows them by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Apology => "apology",
            Self::IfFailed => "if_failed",
            Self::Silence => "silence",
            Self::SendAgain => "send_again",
        }
    }
}

/// A path under `/webhooks/`.
#[derive(Clone, Copy, Debug)]
pub struct Hook {
    /// As it is logged: `/webhooks/answer/{menu}`.
    pub route: &'static str,
    /// Which webhook comes there.
    pub kind: Route,
    /// What is said when nothing else can be.
    pub last_words: LastWords,
}

const fn hook(route: &'static str, kind: Route, last_words: LastWords) -> Hook {
    Hook {
        route,
        kind,
        last_words,
    }
}

/// The answer to a menu that the path names.
const NAMED: Hook = hook("/webhooks/answer/{menu}", Route::Answer, LastWords::Apology);

/// Every path under `/webhooks/`, but for the one that names a menu.
pub const HOOKS: &[(&str, Hook)] = {
    use LastWords::{Apology, IfFailed, SendAgain, Silence};
    &[
        ("answer", hook("/webhooks/answer", Route::Answer, Apology)),
        ("event", hook("/webhooks/event", Route::Event, SendAgain)),
        ("events", hook("/webhooks/event", Route::Event, SendAgain)),
        (
            "fallback",
            hook("/webhooks/fallback", Route::Fallback, Apology),
        ),
        ("input", hook("/webhooks/input", Route::Input, Apology)),
        (
            "connect",
            hook("/webhooks/connect", Route::Connect, IfFailed),
        ),
        (
            "whisper",
            hook("/webhooks/whisper", Route::Whisper, Silence),
        ),
        ("notify", hook("/webhooks/notify", Route::Notify, Apology)),
        (
            "recording",
            hook("/webhooks/recording", Route::Recording, SendAgain),
        ),
        (
            "transcription",
            hook("/webhooks/transcription", Route::Transcription, SendAgain),
        ),
        (
            "conversation",
            hook("/webhooks/conversation", Route::Conversation, SendAgain),
        ),
        ("rtc", hook("/webhooks/rtc", Route::Rtc, SendAgain)),
        (
            "messages/inbound",
            hook(
                "/webhooks/messages/inbound",
                Route::MessagesInbound,
                SendAgain,
            ),
        ),
        (
            "messages/status",
            hook(
                "/webhooks/messages/status",
                Route::MessagesStatus,
                SendAgain,
            ),
        ),
        (
            "sms/inbound",
            hook("/webhooks/sms/inbound", Route::SmsInbound, SendAgain),
        ),
        (
            "sms/receipt",
            hook("/webhooks/sms/receipt", Route::SmsReceipt, SendAgain),
        ),
        (
            "insight",
            hook("/webhooks/insight", Route::Insight, SendAgain),
        ),
        ("verify", hook("/webhooks/verify", Route::Verify, SendAgain)),
        (
            "dispatch",
            hook("/webhooks/dispatch", Route::Dispatch, SendAgain),
        ),
    ]
};

impl Hook {
    /// The hook of a path after `/webhooks/`.
    #[must_use]
    pub fn at(name: &str) -> Option<Self> {
        if name.starts_with("answer/") {
            return Some(NAMED);
        }
        let mut hooks = HOOKS.iter();
        hooks
            .find(|(known, _)| *known == name)
            .map(|(_, hook)| *hook)
    }

    /// Of the statuses that make Vonage ask again when it forgot its token, only 503 holds for
    /// NCCOs.
    #[must_use]
    pub fn no_token(self) -> u16 {
        match self.last_words {
            LastWords::SendAgain => 401,
            LastWords::Apology | LastWords::IfFailed | LastWords::Silence => 503,
        }
    }
}
