//! The caller of a case.

use super::verdict::{Verdict, Wrong};
use crate::script::{Becomes, Case, Step};
use phone::{Action, Call, Caller, Demand, Happening, Moment, Transfer, transcript_line};

/// The caller of a case: does what its steps say, and compares what it hears.
pub struct Player<'s> {
    steps: &'s [Step],
    place: Box<dyn Fn() -> Option<String> + 's>,
    at: usize,
    heard: Vec<String>,
    whispers: Vec<String>,
    expected_whisper: Option<(usize, String)>,
    wrong: Option<Wrong>,
    transcript: Vec<String>,
}

impl<'s> Player<'s> {
    /// Plays `steps`; `place` tells the node the caller is at, when that can be known.
    pub fn new(steps: &'s [Step], place: impl Fn() -> Option<String> + 's) -> Self {
        Self {
            steps,
            place: Box::new(place),
            at: 0,
            heard: Vec::new(),
            whispers: Vec::new(),
            expected_whisper: None,
            wrong: None,
            transcript: Vec::new(),
        }
    }

    fn fail(&mut self, step: Option<usize>, expected: String, found: String) -> Action {
        if self.wrong.is_none() {
            self.wrong = Some(Wrong {
                step,
                expected,
                found,
            });
        }
        Action::HangUp
    }

    fn check_whisper(&mut self) {
        if let Some((step, words)) = self.expected_whisper.take()
            && !self.whispers.iter().any(|heard| heard.contains(&words))
        {
            let found = if self.whispers.is_empty() {
                "they hear nothing".to_owned()
            } else {
                format!("they hear {:?}", self.whispers.join(" "))
            };
            self.fail(
                Some(step),
                format!("the called party hears {words:?}"),
                found,
            );
        }
        self.whispers.clear();
    }

    fn check_words(&mut self, step: Option<usize>, hear: &[&str], not_hear: &[&str]) -> bool {
        let heard = self.heard.join(" ");
        let said = if heard.is_empty() {
            "the caller hears nothing".to_owned()
        } else {
            format!("the caller hears {heard:?}")
        };
        for words in hear {
            if !heard.contains(words) {
                self.fail(step, format!("to hear {words:?}"), said);
                return false;
            }
        }
        for words in not_hear {
            if heard.contains(words) {
                self.fail(step, format!("not to hear {words:?}"), said);
                return false;
            }
        }
        true
    }

    fn check_place(&mut self, step: Option<usize>, at: Option<&str>) -> bool {
        let (Some(expected), Some(found)) = (at, (self.place)()) else {
            return true;
        };
        if expected == found {
            return true;
        }
        self.fail(
            step,
            format!("to be at `{expected}`"),
            format!("the caller is at `{found}`"),
        );
        false
    }

    /// What came of the case, once the call is over.
    pub(crate) fn verdict(mut self, file: &str, case: &Case, call: &Call) -> Verdict {
        self.finish(case, call);
        Verdict {
            wrong: self.wrong,
            transcript: self.transcript,
            outcome: call.outcome().to_owned(),
            ..Verdict::blank(file, case)
        }
    }

    fn finish(&mut self, case: &Case, call: &Call) {
        if self.wrong.is_some() {
            return;
        }
        self.check_whisper();
        // A last step may say only what is expected.
        let left = self.steps.get(self.at);
        if let Some(step) = left {
            let number = self.at + 1;
            let only_expects = step.words().starts_with('(') && number == self.steps.len();
            if !only_expects {
                self.fail(
                    Some(number),
                    format!("`{}`", step.words()),
                    "the call is over before that".to_owned(),
                );
                return;
            }
            let step = step.clone();
            if !self.check_words(Some(number), &step.hear.list(), &step.not_hear.list())
                || !self.check_place(Some(number), step.at.as_deref())
            {
                return;
            }
        }
        let Some(end) = &case.end else {
            return;
        };
        if !self.check_words(None, &end.hear.list(), &[])
            || !self.check_place(None, end.at.as_deref())
        {
            return;
        }
        if let Some(outcome) = &end.outcome
            && outcome != call.outcome()
        {
            self.fail(
                None,
                format!("the outcome `{outcome}`"),
                format!("the outcome is `{}`", call.outcome()),
            );
        }
    }
}

/// What the platform waits for, in words, and what a step may do about it.
pub(crate) fn wants(demand: &Demand) -> (String, &'static str) {
    match demand {
        Demand::Input(listening) => {
            let keys = match listening.dtmf.as_ref().map(|keys| keys.max_digits) {
                None => String::new(),
                Some(1) => "a key".to_owned(),
                Some(most) => format!("up to {most} keys"),
            };
            let speech = if listening.speech.is_some() {
                "speech"
            } else {
                ""
            };
            let both = if keys.is_empty() || speech.is_empty() {
                ""
            } else {
                " or "
            };
            (
                format!("the menu listens for {keys}{both}{speech}"),
                "`press`, `silent`, `say` or `hang_up`",
            )
        }
        Demand::Connect(dialling) => (
            format!("{} is being called", dialling.to),
            "`transfer` (\"busy\", \"no_answer\", { \"answered\": 30 }, …) or `hang_up`",
        ),
        Demand::Record(_) => (
            "a message is being recorded".to_owned(),
            "`message`, `silent` or `hang_up`",
        ),
        Demand::Hold(why) => (
            format!("the caller is held in {why}"),
            "`stay` or `hang_up`",
        ),
    }
}

/// What a step does.
pub(crate) fn action(step: &Step) -> Action {
    if let Some(keys) = &step.press {
        Action::Press(keys.clone())
    } else if let Some(text) = &step.say {
        Action::Speak {
            text: text.clone(),
            confidence: step.confidence.unwrap_or(0.9),
        }
    } else if step.silent {
        Action::StaySilent
    } else if let Some(transfer) = &step.transfer {
        Action::Transfer(outcome_of(transfer))
    } else if let Some(seconds) = step.message {
        Action::LeaveMessage(seconds)
    } else if let Some(seconds) = step.stay {
        Action::Stay(seconds)
    } else {
        Action::HangUp
    }
}

fn outcome_of(transfer: &crate::script::Transfer) -> Transfer {
    use crate::script::Transfer as Written;
    match transfer {
        Written::Answered {
            answered,
            caller_hangs_up: true,
        } => Transfer::AnsweredUntilCallerHangsUp(*answered),
        Written::Answered { answered, .. } => Transfer::Answered(*answered),
        Written::Becomes(Becomes::Answered) => Transfer::Answered(60.0),
        Written::Becomes(Becomes::Machine) => Transfer::Machine(20.0),
        Written::Becomes(Becomes::Busy) => Transfer::Busy,
        Written::Becomes(Becomes::NoAnswer) => Transfer::NoAnswer,
        Written::Becomes(Becomes::Unanswered) => Transfer::Unanswered,
        Written::Becomes(Becomes::Rejected) => Transfer::Rejected,
        Written::Becomes(Becomes::Failed) => Transfer::Failed,
    }
}

impl Caller for Player<'_> {
    fn next(&mut self, demand: &Demand) -> Action {
        self.check_whisper();
        if self.wrong.is_some() {
            return Action::HangUp;
        }
        let Some(step) = self.steps.get(self.at).cloned() else {
            // Somebody whose script is over hangs up.
            return Action::HangUp;
        };
        self.at += 1;
        let number = Some(self.at);
        if !self.check_words(number, &step.hear.list(), &step.not_hear.list())
            || !self.check_place(number, step.at.as_deref())
        {
            let (waits, possible) = wants(demand);
            if let Some(wrong) = &mut self.wrong {
                wrong.found = format!("{}, and {waits}: a step here does {possible}", wrong.found);
            }
            return Action::HangUp;
        }
        self.heard.clear();
        if let Some(expected) = &step.dialled {
            match demand {
                Demand::Connect(dialling) if dialling.to == *expected => {}
                other => {
                    let (found, _) = wants(other);
                    return self.fail(number, format!("{expected} to be called"), found);
                }
            }
        }
        if let Some(words) = step.whisper.clone() {
            self.expected_whisper = Some((self.at, words));
        }
        let action = action(&step);
        let fits = match (&action, demand) {
            (Action::HangUp, _) => true,
            (Action::Speak { .. }, Demand::Input(listening)) => listening.speech.is_some(),
            (Action::Press(_), Demand::Input(listening)) => listening.dtmf.is_some(),
            (Action::StaySilent, Demand::Input(_) | Demand::Record(_)) => true,
            (Action::Press(_), Demand::Hold(_) | Demand::Record(_)) => true,
            (Action::Transfer(_), Demand::Connect(_)) => true,
            (Action::LeaveMessage(_), Demand::Record(_)) => true,
            (Action::Stay(_), Demand::Hold(_)) => true,
            _ => false,
        };
        if fits {
            action
        } else {
            let (found, possible) = wants(demand);
            self.fail(
                number,
                format!("`{}` to make sense", step.words()),
                format!("{found}; here a step does {possible}"),
            )
        }
    }

    fn witness(&mut self, moment: &Moment) {
        // What follows the wrong step is only the way out.
        if self.wrong.is_some() {
            return;
        }
        match &moment.what {
            Happening::Heard { text } => self.heard.push(text.clone()),
            Happening::CalleeHeard { text, .. } => self.whispers.push(text.clone()),
            _ => {}
        }
        self.transcript.push(transcript_line(moment));
    }
}
