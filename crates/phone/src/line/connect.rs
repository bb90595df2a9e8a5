//! `connect`: a leg is called, and what becomes of it.

use serde_json::Value;

use super::{LONGEST_CALL_SECONDS, Line, Over, replacement, words_of};
use crate::WebhookSettings;
use crate::caller::{Action, Demand, Dialling, Transfer};
use crate::destination::Method;
use crate::post::{Asking, Instructions};
use crate::report::{EndedBy, Happening};
use crate::settings::{endpoint, hook, number, text};
use crate::statuses::Leg;

impl Line<'_, '_> {
    pub(super) fn connect(&mut self, action: &Value) -> Result<Option<Vec<Value>>, Over> {
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
            uuid: self.post.ids.uuid().into(),
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
                if synchronous {
                    self.post.last_event("event:cancelled", &events, &body);
                    self.tell_caller();
                } else {
                    self.post.event("event:cancelled", &events, body);
                }
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
                if !self.is_hung_up_on(&mut callee, action, &events) {
                    self.talk(&mut callee, action, &on_answer, &events, seconds, true);
                    return Ok(None);
                }
                ("machine", None, None, 0.0)
            }
            Transfer::Busy => ("busy", None, Some(486), 2.0),
            Transfer::NoAnswer => ("timeout", None, None, ring),
            Transfer::Unanswered => ("unanswered", Some("unavailable"), Some(480), ring.min(20.0)),
            Transfer::Rejected => ("rejected", Some("declined"), Some(603), 4.0),
            Transfer::Failed => ("failed", Some("cannot_route"), Some(404), 1.0),
        };
        self.post.pass(seconds);
        self.tell_transfer(&callee, status, 0.0);
        let now = self.post.clock.now();
        let body = match transfer {
            Transfer::Machine(_) => callee.detected(status, now),
            _ => callee.unsuccessful(status, detail, sip_code, now),
        };
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

    /// What the platform is to do about a machine that answers.
    fn detection(action: &Value) -> Option<String> {
        text(action, "machineDetection")
            .or_else(|| text(action.get("advancedMachineDetection")?, "behavior"))
    }

    /// Whether the machine that answers is hung up on; if so, it has answered, and the platform
    /// has found out what it is.
    fn is_hung_up_on(
        &mut self,
        callee: &mut Leg,
        action: &Value,
        events: &WebhookSettings,
    ) -> bool {
        if Self::detection(action).as_deref() != Some("hangup") {
            return false;
        }
        self.post.pass(4.0);
        let now = self.post.clock.now();
        callee.answered = Some(now);
        let body = callee.answered(now);
        self.post.event("event:answered", events, body);
        self.post.pass(2.0);
        true
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
        if Self::detection(action).is_some() {
            let status = if machine { "machine" } else { "human" };
            self.post.pass(2.0);
            let body = callee.detected(status, self.post.clock.now());
            self.post.event(&format!("event:{status}"), events, body);
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
}
