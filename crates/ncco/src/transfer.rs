use crate::check::Check;
use crate::conversation::check_mute;
use crate::wire_struct::wire_struct;

wire_struct! {
    /// Moves all legs of this conversation to another one. Nothing runs after it.
    ///
    /// Source: NCCO reference, transfer.
    pub struct Transfer, "action": "transfer" {
        required {
            /// The conversation's id, `CON-…`. Read as `conversation_id` too
            /// (Ruby SDK).
            conversation_id: String = "conversationId" | "conversation_id";
        }
        optional {
            /// Legs the moved callers hear, by uuid. Default: everyone.
            can_hear: Vec<String> = "canHear";
            /// Legs that hear the moved callers, by uuid. Default: everyone. Not
            /// together with [`mute`](Self::mute).
            can_speak: Vec<String> = "canSpeak";
            /// Whether the moved callers are muted. Default: false.
            mute: bool = "mute";
        }
    }
}

impl Transfer {
    /// Moves to the conversation with this id.
    #[must_use]
    pub fn new(conversation_id: impl Into<String>) -> Self {
        Self::required(conversation_id.into())
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        check.filled("conversationId", &self.conversation_id);
        check_mute(self.mute, self.can_speak.as_deref(), check);
        self.check_extra(check);
    }
}
