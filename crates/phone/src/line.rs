//! A call: NCCOs run action by action.

mod connect;
mod input;
mod record;

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::Value;

use crate::caller::{Action, Caller, Demand};
use crate::post::{Asking, Instructions, Post};
use crate::report::{Call, EndedBy, Happening};
use crate::settings::{flag, hook, number, text, texts};
use crate::speech::{seconds_of, spoken};
use crate::statuses::{self, Leg};
use crate::{CallSetup, WebhookSettings};

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
                post.ids.uuid().into()
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
        // The shortest talk, at an end without words, is silence.
        if !words.trim().is_empty() {
            self.tell(Happening::Heard { text: words });
        }
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
        let body = self.leg.moved(&to.as_str().into(), self.post.clock.now());
        let events = self.post.application().event.clone();
        self.post.event("event:transfer", &events, body);
        self.tell(Happening::Joined { name: to.clone() });
        self.hold(&format!("the conversation {to}")).map(|()| None)
    }
}

/// A call in progress goes on when nothing can be had from the URL or from the fallback.
fn replacement(
    reply: Result<Instructions, crate::post::NoInstructionsError>,
) -> Option<Vec<Value>> {
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
