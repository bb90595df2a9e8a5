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

/// A path after `/webhooks/`, and the hook of that route.
macro_rules! hook {
    ($path:literal, $kind:ident, $last_words:ident) => {
        hook!($path => $path, $kind, $last_words)
    };
    // One that is another's too: it is logged as that one.
    ($path:literal => $route:literal, $kind:ident, $last_words:ident) => {
        (
            $path,
            Hook {
                route: concat!("/webhooks/", $route),
                kind: Route::$kind,
                last_words: LastWords::$last_words,
            },
        )
    };
}

/// The answer to a menu that the path names.
const NAMED: Hook = hook!("answer/{menu}", Answer, Apology).1;

/// Every path under `/webhooks/`, but for the one that names a menu.
pub const HOOKS: &[(&str, Hook)] = &[
    hook!("answer", Answer, Apology),
    hook!("event", Event, SendAgain),
    hook!("events" => "event", Event, SendAgain),
    hook!("fallback", Fallback, Apology),
    hook!("input", Input, Apology),
    hook!("connect", Connect, IfFailed),
    hook!("whisper", Whisper, Silence),
    hook!("notify", Notify, Apology),
    hook!("recording", Recording, SendAgain),
    hook!("transcription", Transcription, SendAgain),
    hook!("conversation", Conversation, SendAgain),
    hook!("rtc", Rtc, SendAgain),
    hook!("messages/inbound", MessagesInbound, SendAgain),
    hook!("messages/status", MessagesStatus, SendAgain),
    hook!("sms/inbound", SmsInbound, SendAgain),
    hook!("sms/receipt", SmsReceipt, SendAgain),
    hook!("insight", Insight, SendAgain),
    hook!("verify", Verify, SendAgain),
    hook!("dispatch", Dispatch, SendAgain),
];

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
