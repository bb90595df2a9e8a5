use crate::check::Check;
use crate::code::Code;
use crate::event_method::EventMethod;
use crate::transcription::Transcription;
use crate::wire_struct::wire_struct;

wire_struct! {
    /// Joins the caller to a named conversation, of 50 participants at most.
    ///
    /// Take actions after it as never run. Source: NCCO reference, conversation.
    pub struct Conversation, "action": "conversation" {
        required {
            /// The conversation's name; conversations belong to the application.
            name: String = "name";
        }
        optional {
            /// What plays until the conversation starts: the http(s) URL of a
            /// sound file. Written as an array of one (SDKs), read as a plain
            /// string too.
            music_on_hold_url: String as OneItem = "musicOnHoldUrl";
            /// Whether the conversation starts when this caller joins. Default:
            /// true.
            start_on_enter: bool = "startOnEnter";
            /// Whether the conversation ends when this caller leaves. Default:
            /// false.
            end_on_exit: bool = "endOnExit";
            /// Whether the conversation is recorded. Default: false.
            record: bool = "record";
            /// Legs that hear this caller, by uuid. Default: everyone; an empty
            /// list is nobody. Not together with [`mute`](Self::mute).
            can_speak: Vec<String> = "canSpeak";
            /// Legs this caller hears, by uuid. Default: everyone; an empty list
            /// is nobody.
            can_hear: Vec<String> = "canHear";
            /// Whether this caller is muted. Default: false.
            mute: bool = "mute";
            /// Set it to have the recording written down; needs
            /// [`record`](Self::record).
            transcription: Transcription = "transcription";
            /// Where recordings are announced. http(s) URL. Call progress does
            /// not arrive here.
            event_url: String as OneItem = "eventUrl";
            /// How they are announced. Default: POST.
            event_method: EventMethod = "eventMethod";
        }
    }
}

impl Conversation {
    /// Joins the conversation `name`.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self::required(name.into())
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        check.filled("name", &self.name);
        check.one_url("musicOnHoldUrl", self.music_on_hold_url.as_deref());
        check_mute(self.mute, self.can_speak.as_deref(), check);
        if let Some(transcription) = &self.transcription {
            if self.record != Some(true) {
                check.member(
                    "transcription",
                    Code::TranscriptionWithoutRecord,
                    "nothing is recorded to be written down",
                );
            }
            transcription.check(&mut check.below("transcription"));
        }
        check.one_url("eventUrl", self.event_url.as_deref());
        check.word("eventMethod", self.event_method.as_ref());
        self.check_extra(check);
    }
}

/// `mute` and `canSpeak` contradict each other.
pub(crate) fn check_mute(mute: Option<bool>, can_speak: Option<&[String]>, check: &mut Check<'_>) {
    if mute == Some(true) && can_speak.is_some() {
        check.member(
            "mute",
            Code::MuteWithCanSpeak,
            "`mute` and `canSpeak` exclude each other",
        );
    }
}
