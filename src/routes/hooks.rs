//! The paths of webhooks: which webhook comes there, who sends it, and what is said when nothing else
//! can be.

use vonage::Route;
use vxml::{Callback, Submit};

/// What a caller hears of `src/entry.js` when this code traps or is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastWords {
    /// The built-in apology.
    Apology,
    /// The apology when the webhook tells of a call that failed: the caller waits. Else nothing.
    IfFailed,
    /// A silence: whoever picked up is put through.
    Silence,
    /// The apology as a VoiceXML document.
    Document,
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
            Self::Document => "document",
            Self::SendAgain => "send_again",
        }
    }
}

/// Who sends a webhook: so it is let in, read and answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// Vonage, which signs.
    Vonage,
    /// A VoiceXML browser: it has a token, and is given documents.
    Browser(Submit),
    /// What sent VoiceXML its calls before: it has the same token.
    Callback(Callback),
}

/// A path of a webhook.
#[derive(Clone, Copy, Debug)]
pub struct Hook {
    /// As it is logged: `/webhooks/answer/{menu}`.
    pub route: &'static str,
    /// Which webhook comes there.
    pub kind: Route,
    /// Who sends it.
    pub sender: Sender,
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
                sender: Sender::Vonage,
                last_words: LastWords::$last_words,
            },
        )
    };
}

/// A whole path of who does not sign, and the hook of that route.
const fn unsigned(
    path: &'static str,
    kind: Route,
    sender: Sender,
    last_words: LastWords,
) -> (&'static str, Hook) {
    let hook = Hook {
        route: path,
        kind,
        sender,
        last_words,
    };
    (path, hook)
}

/// The same of a VoiceXML browser.
const fn browser(path: &'static str, submit: Submit) -> (&'static str, Hook) {
    let sender = Sender::Browser(submit);
    unsigned(path, submit.route(), sender, LastWords::Document)
}

/// The same of what sent VoiceXML its calls before.
const fn callback(
    path: &'static str,
    callback: Callback,
    last_words: LastWords,
) -> (&'static str, Hook) {
    unsigned(path, Route::Event, Sender::Callback(callback), last_words)
}

/// What the paths of Vonage's webhooks begin with.
pub const WEBHOOKS: &str = "/webhooks/";
/// The answer to a menu that the path names.
const NAMED: Hook = hook!("answer/{menu}", Answer, Apology).1;
/// The same for a VoiceXML browser.
const NAMED_DOCUMENT: Hook = browser("/vxml/answer/{menu}", Submit::Answer).1;

/// The paths of those who do not sign, but for the one that names a menu.
pub const UNSIGNED: &[(&str, Hook)] = &[
    browser("/vxml/answer", Submit::Answer),
    browser("/vxml/input", Submit::Input),
    browser("/vxml/connect", Submit::Connect),
    browser("/vxml/recording", Submit::Recording),
    browser("/vxml/notify", Submit::Notify),
    browser("/vxml/event", Submit::Event),
    callback(
        "/webhooks/call/status",
        Callback::Status,
        LastWords::SendAgain,
    ),
    callback("/webhooks/call/error", Callback::Error, LastWords::Document),
    callback("/webhooks/tts", Callback::Status, LastWords::SendAgain),
];

/// Every other path under `/webhooks/`, but for the one that names a menu.
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
    /// The hook of a path, and the menu the path names.
    #[must_use]
    pub fn at(path: &str) -> Option<(Self, Option<&str>)> {
        if let Some(menu) = path.strip_prefix("/vxml/answer/") {
            return Some((NAMED_DOCUMENT, Some(menu)));
        }
        if let Some(name) = path.strip_prefix(WEBHOOKS) {
            if let Some(menu) = name.strip_prefix("answer/") {
                return Some((NAMED, Some(menu)));
            }
            if let Some((_, hook)) = HOOKS.iter().find(|(known, _)| *known == name) {
                return Some((*hook, None));
            }
        }
        let mut unsigned = UNSIGNED.iter();
        unsigned
            .find(|(known, _)| *known == path)
            .map(|(_, hook)| (*hook, None))
    }

    /// Of the statuses that make Vonage ask again when it forgot its token, only 503 holds for
    /// NCCOs.
    #[must_use]
    pub fn no_token(self) -> u16 {
        match self.last_words {
            LastWords::SendAgain | LastWords::Document => 401,
            LastWords::Apology | LastWords::IfFailed | LastWords::Silence => 503,
        }
    }
}
