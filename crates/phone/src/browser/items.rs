//! The items of a form: what is asked of the caller, and what comes of it.

use roxmltree::Node;

use super::document::{Instruction, handler, seconds, time};
use super::session::{BadDocument, Session};
use crate::caller::{Action, Demand, Dialling, Keys, Listening, Recording, Speech, Transfer};
use crate::report::Happening;
use crate::speech::seconds_of;

type Done = Result<Option<Instruction>, BadDocument>;

impl Session<'_, '_> {
    /// Keys, words, or neither.
    pub(super) fn field(&mut self, field: Node<'_, '_>) -> Done {
        let name = field.attribute("name").unwrap_or_default().to_owned();
        let listening = listening(field);
        let done = self.demand(&Demand::Input(listening.clone()));
        if !matches!(done, Action::Press(_)) {
            self.finish_prompts();
        }
        let event = match (&done, &listening.dtmf, &listening.speech) {
            (Action::HangUp, _, _) => return Ok(Some(Instruction::HungUp("hangup"))),
            (Action::Press(pressed), Some(keys), _) => {
                let digits = self.pressed(pressed, keys);
                self.answer(&name, &digits, "dtmf", 1.0);
                if digits.is_empty() {
                    "nomatch"
                } else {
                    "filled"
                }
            }
            (Action::Speak { text, confidence }, _, Some(speech)) => {
                self.clock.pass(seconds_of(text) + speech.end_on_silence);
                self.tell(Happening::Spoke {
                    text: text.clone(),
                    confidence: *confidence,
                });
                self.answer(&name, text, "voice", *confidence);
                // Only what stands in the grammar is understood; digits by a grammar of the browser.
                let said = text.to_lowercase();
                let known = speech
                    .context
                    .iter()
                    .any(|words| words.to_lowercase() == said);
                if known || speech.context.is_empty() {
                    "filled"
                } else {
                    "nomatch"
                }
            }
            _ => {
                self.clock
                    .pass(property(field, "timeout").and_then(time).unwrap_or(5.0));
                self.tell(Happening::Silent);
                "noinput"
            }
        };
        self.handle(field, event)
    }

    fn answer(&mut self, name: &str, said: &str, mode: &str, confidence: f64) {
        for (property, value) in [
            ("", said),
            ("$.utterance", said),
            ("$.inputmode", mode),
            ("$.confidence", &confidence.to_string()),
        ] {
            let name = [name, property].concat();
            self.variables.insert(name, value.to_owned());
        }
    }

    fn pressed(&mut self, pressed: &str, keys: &Keys) -> String {
        let entry = keys.entry(pressed);
        // The first key interrupts what is being said.
        let prompt = std::mem::take(&mut self.interruptible_seconds);
        self.clock.pass(prompt.min(2.0) + entry.seconds);
        if entry.timed_out {
            self.clock.pass(keys.time_out);
        }
        self.tell(entry.happening());
        entry.digits
    }

    fn handle(&mut self, item: Node<'_, '_>, event: &str) -> Done {
        let found = item.children().find(|node| node.has_tag_name(event));
        match found {
            Some(found) => self.execute(found),
            None => Err(BadDocument(format!("nobody handles {event}"))),
        }
    }

    /// A caller is put through.
    pub(super) fn transfer(&mut self, transfer: Node<'_, '_>) -> Done {
        let dest = transfer.attribute("dest").unwrap_or_default();
        let (kind, to) = match dest.strip_prefix("tel:+") {
            Some(number) => ("phone", number.split(';').next().unwrap_or_default()),
            None => ("sip", dest),
        };
        let ring = seconds(transfer, "connecttimeout").unwrap_or(60.0);
        self.finish_prompts();
        self.tell(Happening::Dialled {
            kind: kind.to_owned(),
            to: to.to_owned(),
        });
        let becomes = self.demand(&Demand::Connect(Dialling {
            kind: kind.to_owned(),
            to: to.to_owned(),
            from: None,
            ring,
            synchronous: true,
        }));
        let is_blind = transfer.attribute("type") == Some("blind");
        let longest = seconds(transfer, "maxtime").unwrap_or(f64::MAX);
        // What a browser says of it, and what became of the leg.
        let (value, status, passes, talked) = match becomes {
            Action::Transfer(_) if is_blind => {
                self.tell_transfer(to, "answered", 0.0);
                return Ok(Some(Instruction::HungUp("transfer")));
            }
            Action::Transfer(
                Transfer::Answered(seconds)
                | Transfer::AnsweredUntilCallerHangsUp(seconds)
                | Transfer::Machine(seconds),
            ) => {
                let seconds = seconds.clamp(0.0, longest);
                ("far_end_disconnect", "answered", 4.0 + seconds, seconds)
            }
            Action::Transfer(Transfer::Busy) => ("busy", "busy", 2.0, 0.0),
            Action::Transfer(Transfer::Unanswered) => {
                ("noanswer", "unanswered", ring.min(20.0), 0.0)
            }
            Action::Transfer(Transfer::Rejected) => ("error.connection", "rejected", 4.0, 0.0),
            Action::Transfer(Transfer::Failed) => ("error.connection", "failed", 1.0, 0.0),
            Action::HangUp => {
                self.clock.pass(2.0);
                self.tell_transfer(to, "cancelled", 0.0);
                return Ok(Some(Instruction::HungUp("hangup")));
            }
            // Nobody said what becomes of it: it rings in vain.
            _ => ("noanswer", "timeout", ring, 0.0),
        };
        self.clock.pass(passes);
        self.tell_transfer(to, status, talked);
        let name = transfer.attribute("name").unwrap_or_default();
        self.variables.insert(name.to_owned(), value.to_owned());
        self.variables
            .insert([name, "$.duration"].concat(), talked.to_string());
        if matches!(
            becomes,
            Action::Transfer(Transfer::AnsweredUntilCallerHangsUp(_))
        ) {
            return Ok(Some(Instruction::HungUp("hangup")));
        }
        if value == "error.connection" {
            let catch = handler(transfer, "catch", "error.connection.noroute");
            return match catch {
                Some(catch) => self.execute(catch),
                None => Err(BadDocument("nobody handles error.connection".to_owned())),
            };
        }
        self.handle(transfer, "filled")
    }

    fn tell_transfer(&mut self, to: &str, status: &str, seconds: f64) {
        self.tell(Happening::Transferred {
            to: to.to_owned(),
            status: status.to_owned(),
            seconds,
        });
    }

    /// A caller leaves a message.
    pub(super) fn record(&mut self, record: Node<'_, '_>) -> Done {
        self.finish_prompts();
        let name = record.attribute("name").unwrap_or_default().to_owned();
        let any_key = record.attribute("dtmfterm") == Some("true");
        let recording = Recording {
            beep: record.attribute("beep") == Some("true"),
            end_on_key: any_key.then(|| "#".to_owned()),
            end_on_silence: seconds(record, "finalsilence"),
            max: seconds(record, "maxtime"),
        };
        let longest = recording.max.unwrap_or(7200.0);
        let silence = recording.end_on_silence.unwrap_or(longest).min(longest);
        let (seconds, left, event) = match self.demand(&Demand::Record(recording)) {
            Action::LeaveMessage(seconds) | Action::Stay(seconds) if seconds > 0.0 => {
                let wait = if any_key { 0.0 } else { silence };
                (seconds.min(longest), wait, "filled")
            }
            Action::Press(_) if any_key => (0.0, 0.0, "noinput"),
            Action::HangUp => (0.0, 1.0, "hangup"),
            _ => (0.0, silence, "noinput"),
        };
        self.clock.pass((seconds + left).min(longest));
        self.tell(Happening::Recorded { seconds });
        if event == "hangup" {
            // Somebody who hangs up after a word has left that word.
            self.sound = Some((name, 1.0));
            return Ok(Some(Instruction::HungUp("hangup")));
        }
        if event == "filled" {
            let length = (seconds * 1000.0).to_string();
            self.variables
                .insert([&name, "$.duration"].concat(), length);
            self.sound = Some((name, seconds));
        }
        self.handle(record, event)
    }
}

/// A property of an item.
fn property<'a>(item: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let mut properties = item.children().filter(|node| node.has_tag_name("property"));
    let found = properties.find(|node| node.attribute("name") == Some(name))?;
    found.attribute("value")
}

/// What a field takes: its properties and grammars.
fn listening(field: Node<'_, '_>) -> Listening {
    let grammar = |mode: &str| {
        let mut grammars = field
            .children()
            .filter(|node| node.tag_name().name() == "grammar");
        grammars.find(|node| node.attribute("mode") == Some(mode))
    };
    let number = |name: &str| property(field, name).and_then(time);
    let dtmf = grammar("dtmf").map(|grammar| {
        let repeat = grammar
            .descendants()
            .find_map(|node| node.attribute("repeat"));
        let most = repeat.and_then(|it| it.split_once('-')?.1.parse().ok());
        Keys {
            time_out: number("interdigittimeout").unwrap_or(3.0),
            max_digits: most.unwrap_or(1),
            submit_on_hash: property(field, "termchar") == Some("#"),
        }
    });
    let speech = grammar("voice").map(|grammar| Speech {
        start_timeout: number("timeout").unwrap_or(10.0),
        end_on_silence: number("completetimeout").unwrap_or(2.0),
        context: grammar
            .descendants()
            .filter(|node| node.tag_name().name() == "item")
            .filter_map(|node| node.text().map(str::to_owned))
            .collect(),
        save_audio: false,
    });
    Listening {
        dtmf,
        speech,
        legacy: false,
        asynchronous: false,
    }
}
