//! What a caller pressed or said.

use super::event::SpeechResult;
use super::reply::Cause;
use crate::compile::Choice;

/// What came of an `input` action.
pub(super) struct Heard<'e> {
    pub digits: Option<&'e str>,
    pub timed_out: bool,
    pub speech: &'e [SpeechResult],
    pub speech_timeout: Option<&'e str>,
}

impl Heard<'_> {
    pub(super) fn answer<'a>(&self, submit_on_hash: bool) -> Answer<'a, '_> {
        match self.digits {
            Some(keys) if !keys.is_empty() => return Answer::Keys(keys),
            // `#` alone was pressed.
            Some(_)
                if submit_on_hash
                    && !self.timed_out
                    && self.speech_timeout.is_none()
                    && self.speech.is_empty() =>
            {
                return Answer::Unclear;
            }
            _ => {}
        }
        if !self.speech.is_empty() {
            return Answer::Words(self.speech);
        }
        match self.speech_timeout {
            Some("end_on_silence_timeout" | "max_duration") => Answer::Unclear,
            _ => Answer::Nothing,
        }
    }
}

/// What it amounts to.
pub(super) enum Answer<'a, 'e> {
    Nothing,
    Keys(&'e str),
    Words(&'e [SpeechResult]),
    /// The caller did something, but nothing that can be read.
    Unclear,
    Chosen(&'a Choice, Cause),
}
