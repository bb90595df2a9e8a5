//! `input`: keys, speech, silence.

use serde_json::{Value, json};

use super::{Line, Over, replacement};
use crate::caller::{Action, Demand, Keys, Listening, Speech};
use crate::post::Asking;
use crate::report::{EndedBy, Happening};
use crate::settings::{flag, hook, number, text, texts};
use crate::speech::seconds_of;
use crate::statuses;

impl Line<'_, '_> {
    pub(super) fn press_asynchronously(&mut self, keys: &str) {
        let Some(to) = self.asynchronous.clone() else {
            self.tell(Happening::Pressed {
                digits: String::new(),
                timed_out: false,
                lost: keys.to_owned(),
            });
            return;
        };
        for key in keys.chars() {
            self.post.pass(0.3);
            let body = self.leg.key(key, self.post.clock.now());
            self.post.event("input", &to, body);
        }
        self.tell(Happening::Pressed {
            digits: keys.to_owned(),
            timed_out: false,
            lost: String::new(),
        });
    }

    pub(super) fn input(&mut self, action: &Value) -> Result<Option<Vec<Value>>, Over> {
        let listening = listening(action);
        let to = hook(action, &self.post.application().event);
        if listening.asynchronous {
            self.asynchronous = Some(to);
            if let Action::Press(keys) = self.demand(&Demand::Input(listening)) {
                self.press_asynchronously(&keys);
            }
            return Ok(None);
        }
        let done = self.demand(&Demand::Input(listening.clone()));
        if !matches!(done, Action::Press(_)) {
            self.finish_prompts();
        }
        let body = match (&done, &listening.dtmf, &listening.speech) {
            (Action::HangUp, _, _) => return Err(Over(EndedBy::Caller)),
            (Action::Press(pressed), Some(keys), _) => self.keyed(pressed, keys, &listening),
            (Action::Speak { text, confidence }, _, Some(speech)) => {
                self.said(text, *confidence, &listening, speech)
            }
            _ => self.nothing(&listening),
        };
        let reply = self.post.ask(Asking::Event, "input", &to, &body);
        self.tell_caller();
        Ok(replacement(reply))
    }

    fn keyed(&mut self, pressed: &str, keys: &Keys, listening: &Listening) -> statuses::Body {
        let entry = keys.entry(pressed);
        // The first key interrupts what is being said.
        let prompt = std::mem::take(&mut self.interruptible_seconds);
        self.post.pass(prompt.min(2.0) + entry.seconds);
        if entry.timed_out {
            self.post.pass(keys.time_out);
        }
        self.tell(entry.happening());
        let now = self.post.clock.now();
        if listening.legacy {
            return self
                .leg
                .collected_legacy(&entry.digits, entry.timed_out, now);
        }
        let speech = if listening.speech.is_some() {
            json!({ "error": "Speech overridden by DTMF" })
        } else {
            json!({ "results": [] })
        };
        let dtmf = json!({ "digits": entry.digits, "timed_out": entry.timed_out });
        self.leg.collected(dtmf, speech, now)
    }

    fn said(
        &mut self,
        words: &str,
        confidence: f64,
        listening: &Listening,
        speech: &Speech,
    ) -> statuses::Body {
        self.post.pass(seconds_of(words) + speech.end_on_silence);
        self.tell(Happening::Spoke {
            text: words.to_owned(),
            confidence,
        });
        // Confidence is a string in every capture.
        let mut heard = json!({
            "timeout_reason": "end_on_silence_timeout",
            "results": [{ "confidence": format!("{confidence}"), "text": words }],
        });
        if speech.save_audio
            && let Some(members) = heard.as_object_mut()
        {
            let file = self.post.ids.uuid();
            let url = format!("https://api-eu-3.vonage.com/v1/files/{file}");
            members.insert("recording_url".to_owned(), url.into());
        }
        let dtmf = json!({ "digits": null, "timed_out": listening.dtmf.is_none() });
        let dtmf = if listening.dtmf.is_some() {
            json!({ "digits": null, "timed_out": false })
        } else {
            dtmf
        };
        self.leg.collected(dtmf, heard, self.post.clock.now())
    }

    fn nothing(&mut self, listening: &Listening) -> statuses::Body {
        let keys = listening.dtmf.as_ref().map_or(0.0, |keys| keys.time_out);
        let speech = listening
            .speech
            .as_ref()
            .map_or(0.0, |speech| speech.start_timeout);
        self.post.pass(keys.max(speech));
        self.tell(Happening::Silent);
        let now = self.post.clock.now();
        if listening.legacy {
            return self.leg.collected_legacy("", true, now);
        }
        let dtmf = if listening.dtmf.is_some() {
            json!({ "digits": "", "timed_out": true })
        } else {
            json!({ "digits": null, "timed_out": false })
        };
        let speech = if listening.speech.is_some() {
            json!({ "timeout_reason": "start_timeout", "results": [] })
        } else {
            json!({ "results": [] })
        };
        self.leg.collected(dtmf, speech, now)
    }
}

fn listening(action: &Value) -> Listening {
    let kinds = texts(action, "type");
    let legacy = kinds.is_empty() && action.get("dtmf").is_none() && action.get("speech").is_none();
    let wants = |kind: &str| {
        if kinds.is_empty() {
            action.get(kind).is_some()
        } else {
            kinds.iter().any(|wanted| wanted == kind)
        }
    };
    let keys = |settings: &Value, legacy: bool| Keys {
        // The first form is not held to ten seconds: production menus send thirty.
        time_out: number(settings, "timeOut")
            .unwrap_or(3.0)
            .clamp(0.0, if legacy { 7200.0 } else { 10.0 }),
        max_digits: number(settings, "maxDigits")
            .unwrap_or(4.0)
            .clamp(1.0, 20.0) as usize,
        submit_on_hash: flag(settings, "submitOnHash"),
    };
    let dtmf = if legacy {
        Some(keys(action, true))
    } else {
        wants("dtmf").then(|| keys(action.get("dtmf").unwrap_or(&Value::Null), false))
    };
    let speech = wants("speech").then(|| {
        let settings = action.get("speech").unwrap_or(&Value::Null);
        Speech {
            start_timeout: number(settings, "startTimeout").unwrap_or(10.0),
            end_on_silence: number(settings, "endOnSilence").unwrap_or(2.0),
            context: texts(settings, "context"),
            save_audio: flag(settings, "saveAudio"),
        }
    });
    Listening {
        dtmf,
        speech,
        legacy,
        asynchronous: text(action, "mode").as_deref() == Some("asynchronous"),
    }
}
