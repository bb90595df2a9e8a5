//! A caller pressed keys or spoke ("Voice webhook reference, input webhook").

use crate::identifier::{ConversationId, LegId};
use crate::open_enum::open_enum;
use crate::party::Party;
use crate::wire::{Fields, Row, text};
use crate::wire_struct::wire_struct;
use jiff::Timestamp;
use serde_json::Value;
use std::borrow::Cow;

open_enum! {
    /// Why speech recognition stopped listening.
    pub enum SpeechTimeout {
        /// The caller paused for `endOnSilence`.
        EndOnSilence = "end_on_silence_timeout",
        /// The caller spoke for `maxDuration`.
        MaxDuration = "max_duration",
        /// The caller said nothing within `startTimeout`.
        Start = "start_timeout",
    }
}

wire_struct! {
    /// One reading of what the caller said.
    pub struct SpeechResult {
        /// The words.
        text: Option<String> = "text",
        /// 0 to 1. Text in every capture, a number in some documentation.
        confidence: Option<f64> = "confidence",
    }
}

wire_struct! {
    /// What speech recognition made of an input.
    pub struct Speech {
        /// Readings, the most likely first. Empty when only keys were pressed.
        results: Vec<SpeechResult> = "results",
        /// Why listening ended.
        timeout_reason: Option<SpeechTimeout> = "timeout_reason",
        /// What went wrong: `Speech was not enabled`, `Speech overridden by DTMF`,
        /// `ERR1: Failed to analyze audio`.
        error: Option<String> = "error",
        /// Where the recording lies, with `saveAudio`. Needs an application JWT.
        recording_url: Option<String> = "recording_url",
    }
}

/// The keys a caller pressed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dtmf {
    /// `0`-`9`, `*`, `#`; `None` or empty when nothing was pressed.
    pub digits: Option<String>,
    /// Whether the time ran out, which it also does after a part of the digits.
    pub timed_out: bool,
}

/// A caller pressed keys or spoke (`input` action; also every key of asynchronous DTMF).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Input {
    /// The keys. `None` when the action did not ask for them.
    pub dtmf: Option<Dtmf>,
    /// The words. `None` when the action did not ask for them.
    pub speech: Option<Speech>,
    /// Whether the body had the form of before 2020: `dtmf` as text, `timed_out` beside it.
    pub legacy: bool,
    /// The leg; null in the legacy form.
    pub leg: Option<LegId>,
    /// The conversation.
    pub conversation: Option<ConversationId>,
    /// Who calls.
    pub from: Option<Party>,
    /// Who is called.
    pub to: Option<Party>,
    /// When, in milliseconds. Absent in bodies of 2017.
    pub timestamp: Option<Timestamp>,
}

wire_struct! {
    /// The members of an input as they come.
    struct InputFields {
        /// The keys: `{digits, timed_out}`. In the legacy form a text, read apart.
        dtmf: Option<DtmfFields> = "dtmf",
        /// In the legacy form: whether the time ran out.
        timed_out: Option<bool> = "timed_out",
        /// The words: `{results: [{text, confidence}], timeout_reason, error, recording_url}`.
        speech: Option<Speech> = "speech",
        /// The leg; null in the legacy form.
        leg: Option<LegId> = "uuid",
        /// The conversation.
        conversation: Option<ConversationId> = "conversation_uuid",
        /// Who calls.
        from: Option<Party> = "from",
        /// Who is called.
        to: Option<Party> = "to",
        /// When, in milliseconds. Absent in bodies of 2017.
        timestamp: Option<Timestamp> = "timestamp",
    }
}

wire_struct! {
    struct DtmfFields {
        digits: Option<String> = "digits",
        timed_out: Option<bool> = "timed_out",
    }
}

impl Input {
    pub(crate) const ROWS: &'static [Row] = InputFields::ROWS;

    pub(crate) fn read_fields(fields: &Fields) -> Self {
        let InputFields {
            dtmf,
            timed_out,
            speech,
            leg,
            conversation,
            from,
            to,
            timestamp,
        } = InputFields::read_fields(fields);
        let (dtmf, legacy) = match (dtmf, fields.get("dtmf")) {
            (Some(keys), _) => {
                let dtmf = Dtmf {
                    digits: keys.digits,
                    timed_out: keys.timed_out.or(timed_out).unwrap_or_default(),
                };
                (Some(dtmf), false)
            }
            (None, None | Some(Value::Null)) if timed_out.is_none() || speech.is_some() => {
                (None, false)
            }
            (None, legacy) => {
                let dtmf = Dtmf {
                    digits: legacy.and_then(text).map(Cow::into_owned),
                    timed_out: timed_out.unwrap_or_default(),
                };
                (Some(dtmf), true)
            }
        };
        Self {
            dtmf,
            speech,
            legacy,
            leg,
            conversation,
            from,
            to,
            timestamp,
        }
    }

    /// Brings the legacy form into the current one.
    pub(crate) fn normalise(&self, fields: &mut Fields) {
        if let (true, Some(dtmf)) = (self.legacy, &self.dtmf) {
            let mut object = Fields::new();
            object.insert("digits".to_owned(), dtmf.digits.clone().into());
            object.insert("timed_out".to_owned(), dtmf.timed_out.into());
            fields.insert("dtmf".to_owned(), Value::Object(object));
        }
    }

    /// The keys pressed, `None` when there were none.
    #[must_use]
    pub fn digits(&self) -> Option<&str> {
        self.dtmf
            .as_ref()?
            .digits
            .as_deref()
            .filter(|digits| !digits.is_empty())
    }

    /// Whether the time for keys ran out.
    #[must_use]
    pub fn timed_out(&self) -> bool {
        self.dtmf.as_ref().is_some_and(|dtmf| dtmf.timed_out)
    }

    /// What was said, the most likely reading first; empty when nothing was understood.
    #[must_use]
    pub fn results(&self) -> &[SpeechResult] {
        self.speech
            .as_ref()
            .map_or(&[], |speech| speech.results.as_slice())
    }
}
