//! Recordings and their transcripts ("Voice webhook reference, record and transcription webhooks").

use crate::identifier::{ConversationId, LegId};
use crate::seconds::Seconds;
use crate::wire_struct::wire_struct;
use jiff::Timestamp;

wire_struct! {
    /// A recording is ready (`record` and `conversation` actions). It comes after the call has
    /// moved on, and names no leg.
    pub struct Record {
        /// Where it lies. Needs an application JWT of the same application; kept 30 days.
        recording_url: Option<String> = "recording_url",
        /// The recording.
        recording: Option<String> = "recording_uuid",
        /// In bytes.
        size: Option<u64> = "size",
        /// When it began, in whole seconds.
        start_time: Option<Timestamp> = "start_time",
        /// When it ended, in whole seconds.
        end_time: Option<Timestamp> = "end_time",
        /// Its length in seconds (claimed by projects, seen in no capture).
        duration: Option<Seconds> = "duration",
        /// The leg (claimed by projects, seen in no capture).
        leg: Option<LegId> = "uuid",
        /// The conversation.
        conversation: Option<ConversationId> = "conversation_uuid",
        /// When the webhook was made, in milliseconds.
        timestamp: Option<Timestamp> = "timestamp",
    }
}

wire_struct! {
    /// The transcript of a recording is ready.
    pub struct Transcription {
        /// Where it lies, as JSON. Needs an application JWT.
        transcription_url: Option<String> = "transcription_url",
        /// The recording it is of.
        recording: Option<String> = "recording_uuid",
        /// `record`.
        of: Option<String> = "type",
        /// `transcribed`.
        status: Option<String> = "status",
        /// The conversation.
        conversation: Option<ConversationId> = "conversation_uuid",
        /// When; absent in the documentation.
        timestamp: Option<Timestamp> = "timestamp",
    }
}
