//! A person at a terminal as the caller.

use crate::print::{self, DIM, GREEN, RED, Text, YELLOW};
use std::io::{BufRead, IsTerminal};

use phone::{Action, Caller, Demand, Happening, Moment, Transfer, transcript_line};

/// A caller at a terminal.
pub(super) struct Terminal<'n, R> {
    pub(super) node: &'n dyn Fn() -> Option<String>,
    pub(super) quiet: bool,
    pub(super) input: R,
}

impl<R: BufRead> Caller for Terminal<'_, R> {
    fn next(&mut self, demand: &Demand) -> Action {
        loop {
            if !self.quiet {
                let place = (self.node)()
                    .map(|node| format!("{node} "))
                    .unwrap_or_default();
                print::part(
                    Text::new()
                        .styled(GREEN, format_args!("{place}{}>", prompt(demand)))
                        .plain(" "),
                );
            }
            let mut line = String::new();
            match self.input.read_line(&mut line) {
                Ok(0) | Err(_) => return Action::HangUp,
                Ok(_) => {}
            }
            if !std::io::stdin().is_terminal() && !self.quiet {
                print::line(line.trim_end());
            }
            match understood(demand, line.trim()) {
                Ok(action) => return action,
                Err(help) => print::line(Text::new().styled(YELLOW, help)),
            }
        }
    }

    fn witness(&mut self, moment: &Moment) {
        if self.quiet {
            return;
        }
        match &moment.what {
            Happening::Pressed { lost, .. } if lost.is_empty() => {}
            Happening::Silent | Happening::Spoke { .. } => {}
            Happening::Refused { .. } | Happening::RepliesDiffer { .. } => {
                print::line(Text::new().styled(RED, transcript_line(moment)));
            }
            Happening::Heard { .. } => print::line(transcript_line(moment)),
            _ => print::line(Text::new().styled(DIM, transcript_line(moment))),
        }
    }
}

fn prompt(demand: &Demand) -> String {
    match demand {
        Demand::Input(listening) => match (&listening.dtmf, &listening.speech) {
            (Some(_), Some(_)) => "keys or words".to_owned(),
            (None, Some(_)) => "words".to_owned(),
            _ => "keys".to_owned(),
        },
        Demand::Connect(dialling) => format!("{} rings", dialling.to),
        Demand::Record(_) => "message, seconds".to_owned(),
        Demand::Hold(why) => format!("in {why}"),
    }
}

/// A line as words: small letters, one blank between two, the underscores of call scripts as
/// blanks.
fn words(line: &str) -> String {
    let small = line.to_lowercase().replace('_', " ");
    small.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How many seconds a text says: `12`, `12 s`, `12.5`.
fn seconds(text: &str) -> Option<f64> {
    let number = text.trim().trim_end_matches('s').trim();
    number
        .parse::<f64>()
        .ok()
        .filter(|seconds| seconds.is_finite() && *seconds >= 0.0)
}

/// What a line at the terminal means.
fn understood(demand: &Demand, line: &str) -> Result<Action, &'static str> {
    let words = words(line);
    if matches!(
        words.as_str(),
        "hang up" | "hangup" | "bye" | "quit" | "exit"
    ) {
        return Ok(Action::HangUp);
    }
    match demand {
        Demand::Input(listening) => {
            if line.is_empty() {
                return Ok(Action::StaySilent);
            }
            let keys: String = line.split_whitespace().collect();
            if keys.chars().all(|key| matches!(key, '0'..='9' | '*' | '#')) {
                return Ok(Action::Press(keys));
            }
            if listening.speech.is_some() {
                return Ok(Action::Speak {
                    text: line.to_owned(),
                    confidence: 0.9,
                });
            }
            Err(
                "this menu takes keys only: digits, * and #; Enter stays silent; `hang up` hangs up",
            )
        }
        Demand::Connect(_) => {
            let answered = ["answered", "answer", "a"]
                .into_iter()
                .find_map(|word| words.strip_prefix(word))
                .filter(|rest| rest.is_empty() || rest.starts_with(' '));
            if let Some(rest) = answered {
                return match (rest.trim(), seconds(rest)) {
                    ("", _) => Ok(Action::Transfer(Transfer::Answered(60.0))),
                    (_, Some(length)) => Ok(Action::Transfer(Transfer::Answered(length))),
                    _ => Err("for how many seconds do they talk? `answer 30`"),
                };
            }
            Ok(Action::Transfer(match words.as_str() {
                "machine" | "m" => Transfer::Machine(20.0),
                "busy" | "b" => Transfer::Busy,
                "no answer" | "noanswer" | "no" | "n" | "" => Transfer::NoAnswer,
                "unanswered" | "u" => Transfer::Unanswered,
                "reject" | "rejected" | "r" => Transfer::Rejected,
                "fail" | "failed" | "f" => Transfer::Failed,
                _ => {
                    return Err(
                        "answer [seconds], machine, busy, no answer, unanswered, reject, fail or hang up",
                    );
                }
            }))
        }
        Demand::Record(_) => match seconds(line) {
            _ if line.is_empty() => Ok(Action::StaySilent),
            Some(length) => Ok(Action::LeaveMessage(length)),
            None => Err("how many seconds the message is; Enter says nothing; `hang up` hangs up"),
        },
        Demand::Hold(_) => match seconds(line) {
            Some(length) if length > 0.0 => Ok(Action::Stay(length)),
            _ if !line.is_empty()
                && line.chars().all(|key| matches!(key, '0'..='9' | '*' | '#')) =>
            {
                Ok(Action::Press(line.to_owned()))
            }
            _ => Err("how many seconds to stay, or `hang up`"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use phone::{Dialling, Keys, Listening, Recording, Speech};

    #[test]
    fn a_line_means_what_the_moment_makes_of_it() {
        let keys = Some(Keys {
            time_out: 3.0,
            max_digits: 4,
            submit_on_hash: true,
        });
        let dtmf = Demand::Input(Listening {
            dtmf: keys.clone(),
            ..Listening::default()
        });
        let both = Demand::Input(Listening {
            dtmf: keys,
            speech: Some(Speech {
                start_timeout: 10.0,
                end_on_silence: 2.0,
                context: Vec::new(),
                save_audio: false,
            }),
            ..Listening::default()
        });
        let connect = Demand::Connect(Dialling {
            kind: "phone".to_owned(),
            to: "447700900100".to_owned(),
            from: None,
            ring: 20.0,
            synchronous: true,
        });
        let record = Demand::Record(Recording {
            beep: true,
            end_on_key: None,
            end_on_silence: None,
            max: None,
        });
        let check = |demand: &Demand, line: &str, expected: Option<Action>| {
            assert_eq!(understood(demand, line).ok(), expected, "{line}");
        };
        check(&dtmf, "12#", Some(Action::Press("12#".to_owned())));
        check(&dtmf, "", Some(Action::StaySilent));
        check(&dtmf, "sales", None);
        check(
            &both,
            "sales",
            Some(Action::Speak {
                text: "sales".to_owned(),
                confidence: 0.9,
            }),
        );
        check(&connect, "busy", Some(Action::Transfer(Transfer::Busy)));
        check(
            &connect,
            "answer 12",
            Some(Action::Transfer(Transfer::Answered(12.0))),
        );
        check(
            &connect,
            "no answer",
            Some(Action::Transfer(Transfer::NoAnswer)),
        );
        for (line, outcome) in [
            ("no_answer", Transfer::NoAnswer),
            ("No Answer", Transfer::NoAnswer),
            ("BUSY", Transfer::Busy),
            ("Unanswered", Transfer::Unanswered),
            ("rejected", Transfer::Rejected),
            ("failed", Transfer::Failed),
            ("machine", Transfer::Machine(20.0)),
            ("answered", Transfer::Answered(60.0)),
            ("a", Transfer::Answered(60.0)),
            ("ANSWER 12.5 s", Transfer::Answered(12.5)),
        ] {
            check(&connect, line, Some(Action::Transfer(outcome)));
        }
        check(&connect, "Hang_Up", Some(Action::HangUp));
        for line in [
            "what",
            "answer abc",
            "answer -1",
            "answer nan",
            "answer inf",
            "answerx",
            "no chance",
            "busy 5",
        ] {
            check(&connect, line, None);
        }
        check(&record, "-5", None);
        check(&record, "8", Some(Action::LeaveMessage(8.0)));
        check(&record, "hang up", Some(Action::HangUp));
    }
}
