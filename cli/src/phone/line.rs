//! A call: NCCOs run action by action.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::caller::{
    Action, Caller, Demand, Dialling, Keys, Listening, Recording, Speech, Transfer,
};
use super::destination::Method;
use super::post::{Asking, Instructions, Post};
use super::report::{Call, EndedBy, Happening};
use super::settings::{endpoint, flag, hook, number, text, texts};
use super::speech::{seconds_of, spoken};
use super::statuses::{self, Leg};
use super::{CallSetup, WebhookSettings};

/// A call of the platform ends after two hours ("Voice API, length_timer").
const LONGEST_CALL_SECONDS: f64 = 7200.0;

/// No call runs this many actions; a menu that sends its caller round for ever does.
const MOST_ACTIONS: u32 = 2000;

/// Why the flow stopped early.
struct Over(EndedBy);

type Flow = Result<(), Over>;

/// One call while it lasts.
pub(crate) struct Line<'p, 'c> {
    post: Post<'p>,
    caller: &'c mut dyn Caller,
    leg: Leg,
    told: usize,
    started: Timestamp,
    /// Prompts that a key would interrupt: they take time only if nobody presses one.
    interruptible_seconds: f64,
    recordings: Vec<Running>,
    asynchronous: Option<WebhookSettings>,
    actions_run: u32,
}

/// A recording that goes on until the call ends.
struct Running {
    since: Timestamp,
    to: WebhookSettings,
    transcription: Option<WebhookSettings>,
}

impl<'p, 'c> Line<'p, 'c> {
    pub(crate) fn new(mut post: Post<'p>, setup: &CallSetup, caller: &'c mut dyn Caller) -> Self {
        let kind = setup.endpoint_type.as_deref().unwrap_or("phone");
        let uuid = setup.leg.clone().unwrap_or_else(|| {
            if kind == "app" {
                post.ids.uuid()
            } else {
                post.ids.inbound_leg()
            }
        });
        let conversation = setup
            .conversation
            .clone()
            .unwrap_or_else(|| post.ids.conversation());
        let leg = Leg {
            uuid,
            conversation,
            from: setup.from.clone(),
            to: setup.to.clone(),
            outbound: setup.outbound,
            priced: kind == "phone",
            answered: None,
        };
        let started = post.clock.now();
        Self {
            post,
            caller,
            leg,
            told: 0,
            started,
            interruptible_seconds: 0.0,
            recordings: Vec::new(),
            asynchronous: None,
            actions_run: 0,
        }
    }

    /// The whole call: started, ringing, answer, actions, completed.
    pub(crate) fn run(mut self, setup: &CallSetup) -> Call {
        let ended = match self.answer(setup) {
            Ok(()) => EndedBy::Platform,
            Err(Over(by)) => by,
        };
        self.end(ended);
        let seconds = self
            .post
            .clock
            .now()
            .duration_since(self.started)
            .as_secs_f64();
        Call {
            leg: self.leg.uuid,
            conversation: self.leg.conversation,
            moments: self.post.news,
            exchanges: self.post.exchanges,
            ended,
            seconds,
        }
    }

    fn answer(&mut self, setup: &CallSetup) -> Flow {
        let now = self.post.clock.now();
        for status in ["started", "ringing"] {
            self.status(status, self.leg.status(status, now));
        }
        self.post.pass(0.2);
        let body = setup.answer_body(&self.leg.uuid, &self.leg.conversation);
        let mut webhook = self.post.application().answer.clone();
        if let Some(url) = &setup.answer_url {
            webhook.url.clone_from(url);
        }
        let first = self.post.ask(Asking::Answer, "answer", &webhook, &body);
        self.tell_caller();
        let Ok(Instructions::Ncco(actions)) = first else {
            return Err(Over(EndedBy::Failure));
        };
        let now = self.post.clock.now();
        self.leg.answered = Some(now);
        self.status("answered", self.leg.answered(now));
        self.perform(actions)
    }

    fn end(&mut self, by: EndedBy) {
        let end = self.post.clock.now();
        for running in std::mem::take(&mut self.recordings) {
            self.send_recording(
                &running.to,
                running.transcription.as_ref(),
                running.since,
                end,
            );
        }
        self.post.tell(Happening::Ended { by });
        self.tell_caller();
        self.status("completed", self.leg.completed(end, by == EndedBy::Caller));
        self.post.finish();
    }

    /// A status of the caller's leg, to the application's event URL.
    fn status(&mut self, status: &str, body: statuses::Body) {
        let to = self.post.application().event.clone();
        self.post.event(&format!("event:{status}"), &to, body);
    }

    fn tell(&mut self, what: Happening) {
        self.post.tell(what);
        self.tell_caller();
    }

    fn tell_caller(&mut self) {
        while let Some(moment) = self.post.news.get(self.told) {
            self.caller.witness(moment);
            self.told += 1;
        }
    }

    /// Runs actions until there are none, following every reply that replaces them.
    fn perform(&mut self, actions: Vec<Value>) -> Flow {
        let mut left: VecDeque<Value> = actions.into();
        while let Some(action) = left.pop_front() {
            self.actions_run += 1;
            let too_long = self.elapsed() > LONGEST_CALL_SECONDS;
            if too_long || self.actions_run > MOST_ACTIONS {
                return Err(Over(EndedBy::Limit));
            }
            if let Some(instead) = self.act(&action)? {
                left = instead.into();
            }
        }
        self.finish_prompts();
        Ok(())
    }

    fn elapsed(&self) -> f64 {
        self.post
            .clock
            .now()
            .duration_since(self.started)
            .as_secs_f64()
    }

    fn finish_prompts(&mut self) {
        let seconds = std::mem::take(&mut self.interruptible_seconds);
        self.post.pass(seconds);
    }

    fn act(&mut self, action: &Value) -> Result<Option<Vec<Value>>, Over> {
        let name = text(action, "action").unwrap_or_default();
        if !matches!(name.as_str(), "talk" | "stream" | "input") {
            self.finish_prompts();
        }
        match name.as_str() {
            "talk" | "stream" => self.prompt(action).map(|()| None),
            "input" => self.input(action),
            "connect" => self.connect(action),
            "record" => self.record(action).map(|()| None),
            "conversation" => self.conversation(action),
            "notify" => Ok(self.notify(action)),
            "wait" => {
                let seconds = number(action, "timeout").unwrap_or(10.0).clamp(0.1, 7200.0);
                self.post.pass(seconds);
                self.tell(Happening::Waited { seconds });
                Ok(None)
            }
            "transfer" => self.transfer(action),
            // The reply was checked before it is run: nothing else gets here.
            _ => Ok(None),
        }
    }

    fn prompt(&mut self, action: &Value) -> Flow {
        let (words, seconds) = words_of(action);
        self.tell(Happening::Heard { text: words });
        let endless = number(action, "loop") == Some(0.0);
        let barge_in = flag(action, "bargeIn");
        if endless && !barge_in {
            return self.hold("a prompt without end");
        }
        let seconds = seconds * number(action, "loop").unwrap_or(1.0).max(1.0);
        if barge_in {
            self.interruptible_seconds += seconds;
        } else {
            self.finish_prompts();
            self.post.pass(seconds);
        }
        Ok(())
    }

    fn demand(&mut self, demand: &Demand) -> Action {
        self.tell_caller();
        self.caller.next(demand)
    }

    fn hold(&mut self, why: &str) -> Flow {
        loop {
            match self.demand(&Demand::Hold(why.to_owned())) {
                Action::Stay(seconds) if seconds > 0.0 => {
                    self.post.pass(seconds);
                    self.tell(Happening::Waited { seconds });
                    if self.elapsed() > LONGEST_CALL_SECONDS {
                        return Err(Over(EndedBy::Limit));
                    }
                }
                Action::Press(keys) => self.press_asynchronously(&keys),
                _ => return Err(Over(EndedBy::Caller)),
            }
        }
    }

    fn press_asynchronously(&mut self, keys: &str) {
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

    fn input(&mut self, action: &Value) -> Result<Option<Vec<Value>>, Over> {
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
        let mut digits = String::new();
        let mut complete = false;
        let mut lost = String::new();
        for key in pressed.chars() {
            if complete {
                lost.push(key);
            } else if key == '#' && keys.submit_on_hash {
                complete = true;
            } else {
                digits.push(key);
                complete = digits.chars().count() >= keys.max_digits;
            }
        }
        // The first key interrupts what is being said.
        let prompt = std::mem::take(&mut self.interruptible_seconds);
        self.post
            .pass(prompt.min(2.0) + 0.4 * pressed.chars().count() as f64);
        if !complete {
            self.post.pass(keys.time_out);
        }
        self.tell(Happening::Pressed {
            digits: digits.clone(),
            timed_out: !complete,
            lost,
        });
        let now = self.post.clock.now();
        if listening.legacy {
            return self.leg.collected_legacy(&digits, !complete, now);
        }
        let speech = if listening.speech.is_some() {
            json!({ "error": "Speech overridden by DTMF" })
        } else {
            json!({ "results": [] })
        };
        let dtmf = json!({ "digits": digits, "timed_out": !complete });
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

    fn connect(&mut self, action: &Value) -> Result<Option<Vec<Value>>, Over> {
        let Some((kind, to, on_answer)) = endpoint(action) else {
            return Ok(None);
        };
        let events = hook(action, &self.post.application().event);
        let ring = number(action, "timeout").unwrap_or(60.0);
        let from = text(action, "from");
        let synchronous = text(action, "eventType").as_deref() == Some("synchronous");
        self.tell(Happening::Dialled {
            kind: kind.clone(),
            to: to.clone(),
        });
        let mut callee = Leg {
            uuid: self.post.ids.uuid(),
            conversation: self.leg.conversation.clone(),
            from: from.clone().or_else(|| Some("Unknown".to_owned())),
            to: to.clone(),
            outbound: true,
            priced: kind == "phone",
            answered: None,
        };
        let now = self.post.clock.now();
        for status in ["started", "ringing"] {
            let body = callee.status(status, now);
            self.post.event(&format!("event:{status}"), &events, body);
        }
        let becomes = self.demand(&Demand::Connect(Dialling {
            kind,
            to,
            from,
            ring,
            synchronous,
        }));
        let transfer = match becomes {
            Action::Transfer(transfer) => transfer,
            Action::HangUp => {
                self.post.pass(2.0);
                self.tell_transfer(&callee, "cancelled", 0.0);
                let now = self.post.clock.now();
                let body = callee.status("cancelled", now);
                self.post.event("event:cancelled", &events, body);
                self.complete(&callee, &events, true);
                return Err(Over(EndedBy::Caller));
            }
            // Nobody said what becomes of it: it rings in vain.
            _ => Transfer::NoAnswer,
        };
        let (status, detail, sip_code, seconds) = match transfer {
            Transfer::Answered(seconds) => {
                self.talk(&mut callee, action, &on_answer, &events, seconds, false);
                return Ok(None);
            }
            Transfer::AnsweredUntilCallerHangsUp(seconds) => {
                self.talk(&mut callee, action, &on_answer, &events, seconds, false);
                return Err(Over(EndedBy::Caller));
            }
            Transfer::Machine(seconds) => {
                self.talk(&mut callee, action, &on_answer, &events, seconds, true);
                return Ok(None);
            }
            Transfer::Busy => ("busy", None, Some(486), 2.0),
            Transfer::NoAnswer => ("timeout", None, None, ring),
            Transfer::Unanswered => ("unanswered", Some("unavailable"), Some(480), ring.min(20.0)),
            Transfer::Rejected => ("rejected", Some("declined"), Some(603), 4.0),
            Transfer::Failed => ("failed", Some("cannot_route"), Some(404), 1.0),
        };
        self.post.pass(seconds);
        self.tell_transfer(&callee, status, 0.0);
        let body = callee.unsuccessful(status, detail, sip_code, self.post.clock.now());
        let kind = format!("event:{status}");
        let instead = if synchronous {
            let reply = self.post.ask(Asking::Event, &kind, &events, &body);
            self.tell_caller();
            replacement(reply)
        } else {
            self.post.event(&kind, &events, body);
            None
        };
        // Every call except a rejected one ends with `completed` (article 360057200092).
        if status != "rejected" {
            self.complete(&callee, &events, false);
        }
        Ok(instead)
    }

    fn tell_transfer(&mut self, callee: &Leg, status: &str, seconds: f64) {
        self.tell(Happening::Transferred {
            to: callee.to.clone(),
            status: status.to_owned(),
            seconds,
        });
    }

    fn complete(&mut self, callee: &Leg, events: &WebhookSettings, by_user: bool) {
        let body = callee.completed(self.post.clock.now(), by_user);
        self.post.event("event:completed", events, body);
    }

    /// The callee answers: their own NCCO first, then the two talk.
    fn talk(
        &mut self,
        callee: &mut Leg,
        action: &Value,
        on_answer: &Option<String>,
        events: &WebhookSettings,
        seconds: f64,
        machine: bool,
    ) {
        self.post.pass(4.0);
        let now = self.post.clock.now();
        callee.answered = Some(now);
        let body = callee.answered(now);
        self.post.event("event:answered", events, body);
        let detection = text(action, "machineDetection")
            .or_else(|| text(action.get("advancedMachineDetection")?, "behavior"));
        if let Some(behaviour) = detection {
            let status = if machine { "machine" } else { "human" };
            self.post.pass(2.0);
            let body = callee.detected(status, self.post.clock.now());
            self.post.event(&format!("event:{status}"), events, body);
            if machine && behaviour == "hangup" {
                self.tell_transfer(callee, "machine", 0.0);
                self.complete(callee, events, false);
                return;
            }
        }
        if let Some(url) = on_answer {
            self.whisper(callee, url);
        }
        let limit = number(action, "limit").unwrap_or(LONGEST_CALL_SECONDS);
        let seconds = seconds.clamp(0.0, limit);
        self.post.pass(seconds);
        self.tell_transfer(callee, "answered", seconds);
        self.complete(callee, events, true);
    }

    /// `onAnswer`: an NCCO for the called leg alone, fetched as an answer webhook.
    fn whisper(&mut self, callee: &Leg, url: &str) {
        let mut body = callee.status("", self.post.clock.now());
        body.retain(|name, _| {
            matches!(name.as_str(), "from" | "to" | "uuid" | "conversation_uuid")
        });
        let webhook = WebhookSettings {
            url: url.to_owned(),
            method: Method::Get,
            ..self.post.application().answer.clone()
        };
        let reply = self.post.ask(Asking::Answer, "whisper", &webhook, &body);
        self.tell_caller();
        let Ok(Instructions::Ncco(actions)) = reply else {
            return;
        };
        for action in &actions {
            let name = text(action, "action").unwrap_or_default();
            if matches!(name.as_str(), "talk" | "stream") {
                let (words, seconds) = words_of(action);
                self.tell(Happening::CalleeHeard {
                    to: callee.to.clone(),
                    text: words,
                });
                self.post.pass(seconds);
            }
        }
    }

    fn record(&mut self, action: &Value) -> Flow {
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
    fn send_recording(
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

    fn conversation(&mut self, action: &Value) -> Result<Option<Vec<Value>>, Over> {
        let name = text(action, "name").unwrap_or_default();
        if flag(action, "record") {
            let to = hook(action, &self.post.application().event);
            let transcription = action
                .get("transcription")
                .map(|settings| hook(settings, &to));
            self.recordings.push(Running {
                since: self.post.clock.now(),
                to,
                transcription,
            });
        }
        self.tell(Happening::Joined { name: name.clone() });
        // Nothing after it ever runs.
        self.hold(&format!("the conversation {name}"))
            .map(|()| None)
    }

    fn notify(&mut self, action: &Value) -> Option<Vec<Value>> {
        let to = hook(action, &self.post.application().event);
        let payload = action.get("payload").cloned().unwrap_or(Value::Null);
        let body = statuses::notified(&self.leg.conversation, &payload, self.post.clock.now());
        let reply = self.post.ask(Asking::Event, "notify", &to, &body);
        self.tell_caller();
        replacement(reply)
    }

    fn transfer(&mut self, action: &Value) -> Result<Option<Vec<Value>>, Over> {
        let to = text(action, "conversationId").unwrap_or_default();
        let body = self.leg.moved(&to, self.post.clock.now());
        let events = self.post.application().event.clone();
        self.post.event("event:transfer", &events, body);
        self.tell(Happening::Joined { name: to.clone() });
        self.hold(&format!("the conversation {to}")).map(|()| None)
    }
}

/// A call in progress goes on when nothing can be had from the URL or from the fallback.
fn replacement(reply: Result<Instructions, super::post::Unanswered>) -> Option<Vec<Value>> {
    match reply {
        Ok(Instructions::Ncco(actions)) => Some(actions),
        Ok(Instructions::Continue) | Err(_) => None,
    }
}

fn words_of(action: &Value) -> (String, f64) {
    if let Some(words) = text(action, "text") {
        let words = spoken(&words);
        let seconds = seconds_of(&words);
        (words, seconds)
    } else {
        let url = texts(action, "streamUrl").into_iter().next();
        (format!("[{}]", url.unwrap_or_default()), 5.0)
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
