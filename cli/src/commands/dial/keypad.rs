//! A caller who presses one entry after the other.

use crate::print;
use phone::{Action, Caller, Demand, Moment, Transfer, transcript_line};

/// A caller who presses one entry after the other; whoever is called answers.
pub(super) struct Keypad<'k> {
    keys: std::slice::Iter<'k, String>,
    loud: bool,
}

impl<'k> Keypad<'k> {
    pub(super) fn new(keys: &'k [String], loud: bool) -> Self {
        Self {
            keys: keys.iter(),
            loud,
        }
    }
}

impl Caller for Keypad<'_> {
    fn next(&mut self, demand: &Demand) -> Action {
        match demand {
            Demand::Input(_) => match self.keys.next() {
                Some(keys) if keys.is_empty() => Action::StaySilent,
                Some(keys) => Action::Press(keys.clone()),
                None => Action::HangUp,
            },
            Demand::Connect(_) => Action::Transfer(Transfer::Answered(30.0)),
            Demand::Record(_) => Action::LeaveMessage(10.0),
            Demand::Hold(_) => Action::HangUp,
        }
    }

    fn witness(&mut self, moment: &Moment) {
        if self.loud {
            print::line(transcript_line(moment));
        }
    }
}
