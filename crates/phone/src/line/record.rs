//! `record`, and the webhooks that come a while after it.

use jiff::Timestamp;
use serde_json::Value;

use super::{Flow, LONGEST_CALL_SECONDS, Line, Over, Running};
use crate::WebhookSettings;
use crate::caller::{Action, Demand, Recording};
use crate::report::{EndedBy, Happening};
use crate::settings::{flag, hook, number, text};
use crate::statuses;

impl Line<'_, '_> {
    pub(super) fn record(&mut self, action: &Value) -> Flow {
        let to = hook(action, &self.post.application().event);
        let transcription = action
            .get("transcription")
            .map(|settings| hook(settings, &to));
        let recording = Recording {
            beep: flag(action, "beepStart"),
            end_on_key: text(action, "endOnKey"),
            end_on_silence: number(action, "endOnSilence"),
            max: number(action, "timeOut"),
        };
        let since = self.post.clock.now();
        let ends = recording.end_on_key.is_some()
            || recording.end_on_silence.is_some()
            || recording.max.is_some();
        if !ends {
            self.tell(Happening::RecordingStarted);
            self.recordings.push(Running {
                since,
                to,
                transcription,
            });
            return Ok(());
        }
        let done = self.demand(&Demand::Record(recording.clone()));
        let longest = recording.max.unwrap_or(LONGEST_CALL_SECONDS);
        let silence = recording.end_on_silence.unwrap_or(longest).min(longest);
        let (seconds, left) = match done {
            Action::LeaveMessage(seconds) | Action::Stay(seconds) => {
                let wait = if recording.end_on_key.is_some() {
                    0.0
                } else {
                    silence
                };
                (seconds.min(longest), wait)
            }
            Action::Press(keys) if recording.end_on_key.as_deref() == keys.get(0..1) => (0.0, 0.0),
            Action::HangUp => {
                // Somebody who hangs up after a word has left that word.
                self.post.pass(1.0);
                self.tell(Happening::Recorded { seconds: 0.0 });
                self.send_recording(&to, transcription.as_ref(), since, self.post.clock.now());
                return Err(Over(EndedBy::Caller));
            }
            _ => (0.0, silence),
        };
        self.post.pass((seconds + left).min(longest));
        self.tell(Happening::Recorded { seconds });
        self.send_recording(&to, transcription.as_ref(), since, self.post.clock.now());
        Ok(())
    }

    /// The recording comes a while after it ended, the transcription later still.
    pub(super) fn send_recording(
        &mut self,
        to: &WebhookSettings,
        transcription: Option<&WebhookSettings>,
        since: Timestamp,
        until: Timestamp,
    ) {
        let conversation = self.leg.conversation.clone();
        let recording = self.post.ids.uuid();
        let file = self.post.ids.uuid();
        let at = self.post.clock.after_ms(1400);
        let body = statuses::recorded(&conversation, &recording, &file, since, until, at);
        self.post.later(1.4, "recording", to, body);
        if let Some(transcription) = transcription {
            let file = self.post.ids.uuid();
            let body = statuses::transcribed(&conversation, &recording, &file);
            self.post.later(9.0, "transcription", transcription, body);
        }
    }
}
