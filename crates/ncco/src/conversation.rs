use crate::event::EventMethod;
use crate::finding::{Check, Code};
use crate::record::Transcription;
use crate::wire::wire;

wire! {
    /// Joins the caller to a named conversation, of 50 participants at most.
    ///
    /// Take actions after it as never run. Source: NCCO reference, conversation.
    pub struct Conversation, "action": "conversation" {
        required {
            /// The conversation's name; conversations belong to the application.
            name: String as Text = "name";
        }
        optional {
            /// What plays until the conversation starts: the http(s) URL of a
            /// sound file. Written as an array of one (SDKs), read as a plain
            /// string too.
            music_on_hold_url: String as One = "musicOnHoldUrl";
            /// Whether the conversation starts when this caller joins. Default:
            /// true.
            start_on_enter: bool as Flag = "startOnEnter";
            /// Whether the conversation ends when this caller leaves. Default:
            /// false.
            end_on_exit: bool as Flag = "endOnExit";
            /// Whether the conversation is recorded. Default: false.
            record: bool as Flag = "record";
            /// Legs that hear this caller, by uuid. Default: everyone; an empty
            /// list is nobody. Not together with [`mute`](Self::mute).
            can_speak: Vec<String> as Texts = "canSpeak";
            /// Legs this caller hears, by uuid. Default: everyone; an empty list
            /// is nobody.
            can_hear: Vec<String> as Texts = "canHear";
            /// Whether this caller is muted. Default: false.
            mute: bool as Flag = "mute";
            /// Set it to have the recording written down; needs
            /// [`record`](Self::record).
            transcription: Transcription as Nested = "transcription";
            /// Where recordings are announced. http(s) URL. Call progress does
            /// not arrive here.
            event_url: String as One = "eventUrl";
            /// How they are announced. Default: POST.
            event_method: EventMethod as Open = "eventMethod";
        }
    }
}

impl Conversation {
    /// Joins the conversation `name`.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            music_on_hold_url: None,
            start_on_enter: None,
            end_on_exit: None,
            record: None,
            can_speak: None,
            can_hear: None,
            mute: None,
            transcription: None,
            event_url: None,
            event_method: None,
            extra: serde_json::Map::new(),
        }
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

fn check_mute(mute: Option<bool>, can_speak: Option<&[String]>, check: &mut Check<'_>) {
    if mute == Some(true) && can_speak.is_some() {
        check.member(
            "mute",
            Code::MuteWithCanSpeak,
            "`mute` and `canSpeak` exclude each other",
        );
    }
}

wire! {
    /// Moves all legs of this conversation to another one. Nothing runs after it.
    ///
    /// Source: NCCO reference, transfer.
    pub struct Transfer, "action": "transfer" {
        required {
            /// The conversation's id, `CON-…`. Read as `conversation_id` too
            /// (Ruby SDK).
            conversation_id: String as Text = "conversationId" | "conversation_id";
        }
        optional {
            /// Legs the moved callers hear, by uuid. Default: everyone.
            can_hear: Vec<String> as Texts = "canHear";
            /// Legs that hear the moved callers, by uuid. Default: everyone. Not
            /// together with [`mute`](Self::mute).
            can_speak: Vec<String> as Texts = "canSpeak";
            /// Whether the moved callers are muted. Default: false.
            mute: bool as Flag = "mute";
        }
    }
}

impl Transfer {
    /// Moves to the conversation with this id.
    #[must_use]
    pub fn new(conversation_id: impl Into<String>) -> Self {
        Self {
            conversation_id: conversation_id.into(),
            can_hear: None,
            can_speak: None,
            mute: None,
            extra: serde_json::Map::new(),
        }
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        check.filled("conversationId", &self.conversation_id);
        check_mute(self.mute, self.can_speak.as_deref(), check);
        self.check_extra(check);
    }
}
