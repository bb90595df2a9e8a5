use super::event::SpeechResult;
use super::heard::{Answer, Heard};
use super::reply::{Cause, Step};
use super::run::Run;
use crate::compile::{Choice, Collect, Confirm, Kind, Listen, Node};
use crate::pattern::luhn;
use crate::spoken::keys;
use crate::state::{Mode, VariableKind};
use crate::words;

impl<'a> Run<'a> {
    /// Goes on with what the caller entered.
    pub fn input(self, node: &'a Node, heard: &Heard<'_>) -> Step {
        match (&node.kind, self.state.mode) {
            (Kind::Menu(listen, choices), _) => self.choose(node, listen, choices, heard),
            (Kind::Collect(listen, collect), Mode::Confirming) => match &collect.confirm {
                Some(confirm) => self.confirm(node, listen, collect, confirm, heard),
                None => Step::Continue,
            },
            (Kind::Collect(listen, collect), _) => self.collect(node, listen, collect, heard),
            _ => Step::Continue,
        }
    }

    fn choose(
        mut self,
        node: &'a Node,
        listen: &'a Listen,
        choices: &'a [Choice],
        heard: &Heard<'_>,
    ) -> Step {
        let answer = match heard.answer(listen.submit_on_hash) {
            Answer::Keys(keys) => match choices.iter().find(|choice| *choice.keys == *keys) {
                Some(choice) => Answer::Chosen(choice, Cause::Key(keys.to_owned())),
                None => Answer::Unclear,
            },
            Answer::Words(results) => match spoken(choices, results, listen) {
                Some(choice) => Answer::Chosen(choice, Cause::Speech(choice.keys.to_string())),
                None => Answer::Unclear,
            },
            answer => answer,
        };
        match answer {
            Answer::Chosen(choice, cause) => {
                self.leave(&choice.then);
                self.go(&choice.then, cause, 0)
            }
            Answer::Nothing => self.fail(node, listen, Cause::NoInput),
            _ => self.fail(node, listen, Cause::NoMatch),
        }
    }

    fn collect(
        mut self,
        node: &'a Node,
        listen: &'a Listen,
        collect: &'a Collect,
        heard: &Heard<'_>,
    ) -> Step {
        let entry = match heard.answer(listen.submit_on_hash) {
            Answer::Nothing => return self.fail(node, listen, Cause::NoInput),
            Answer::Keys(keys) => {
                if let Some(choice) = collect.keys.iter().find(|choice| *choice.keys == *keys) {
                    self.leave(&choice.then);
                    return self.go(&choice.then, Cause::Key(keys.to_owned()), 0);
                }
                fits(collect, keys).then(|| keys.to_owned())
            }
            Answer::Words(results) => {
                let best = results.first();
                let sure = best.filter(|best| {
                    listen
                        .confidence
                        .is_some_and(|floor| best.confidence >= floor)
                });
                sure.and_then(|best| said(collect, listen, &best.text))
            }
            _ => None,
        };
        let Some(entry) = entry else {
            return self.fail(node, listen, Cause::NoMatch);
        };
        if collect.secret {
            self.secrets.push((&collect.into, entry));
        } else {
            self.state
                .set(VariableKind::Collected, &collect.into, &entry);
            if let Some(confirm) = &collect.confirm {
                self.note_again(Cause::Entered, 0);
                self.say(&confirm.prompt);
                self.say(&confirm.action);
                return self.finish(Mode::Confirming);
            }
        }
        self.leave(&collect.then);
        self.go(&collect.then, Cause::Entered, 0)
    }

    fn confirm(
        mut self,
        node: &'a Node,
        listen: &'a Listen,
        collect: &'a Collect,
        confirm: &'a Confirm,
        heard: &Heard<'_>,
    ) -> Step {
        match heard.answer(false) {
            Answer::Keys(keys) if *keys == *confirm.yes => {
                self.leave(&collect.then);
                self.go(&collect.then, Cause::Confirmed, 0)
            }
            Answer::Keys(keys) if *keys == *confirm.no => {
                self.state.forget(VariableKind::Collected, &collect.into);
                self.go(&crate::compile::Exit::Repeat, Cause::Corrected, 0)
            }
            Answer::Nothing => self.fail(node, listen, Cause::NoInput),
            _ => self.fail(node, listen, Cause::NoMatch),
        }
    }

    /// Counts a failure and asks again, or gives up.
    fn fail(mut self, node: &'a Node, listen: &'a Listen, cause: Cause) -> Step {
        let (policy, count) = if cause == Cause::NoInput {
            self.state.no_input = self.state.no_input.saturating_add(1);
            (&listen.no_input, self.state.no_input)
        } else {
            self.state.no_match = self.state.no_match.saturating_add(1);
            (&listen.no_match, self.state.no_match)
        };
        let total = self.state.no_input.saturating_add(self.state.no_match);
        if count > policy.tries || listen.max_failures.is_some_and(|most| total >= most) {
            if let (Kind::Collect(_, collect), Mode::Confirming) = (&node.kind, self.state.mode) {
                // What was not confirmed does not count.
                self.state.forget(VariableKind::Collected, &collect.into);
            }
            self.leave(&policy.then);
            return self.go(&policy.then, cause, count);
        }
        self.note_again(cause, count);
        let prompt = policy
            .prompts
            .get(usize::from(count) - 1)
            .or(policy.prompts.last());
        if let Some(prompt) = prompt {
            self.say(prompt);
        }
        let mode = self.state.mode;
        match (&node.kind, mode) {
            (Kind::Collect(_, collect), Mode::Confirming) => {
                if let Some(confirm) = &collect.confirm {
                    self.say(&confirm.prompt);
                    self.say(&confirm.action);
                }
            }
            _ => {
                if policy.repeat || prompt.is_none() {
                    // The prompt of this visit: the short one if the visit began with it.
                    let short = listen.short.as_ref().filter(|_| self.state.short);
                    self.say(short.map_or(&node.prompt, |(_, short)| short));
                }
                self.say(&listen.action);
            }
        }
        self.finish(mode)
    }

    /// Remembers the node, so that `@back` leads to it.
    fn leave(&mut self, exit: &crate::compile::Exit) {
        use crate::compile::Exit;
        if !matches!(exit, Exit::Back | Exit::Repeat | Exit::Hangup) {
            self.state.remember(self.state.location);
        }
    }
}

/// The choice the caller spoke: of the likeliest text that names one, the one
/// with the most words in it. Two that fit as well are none. A text without a
/// word of any choice may speak the keys of one: "option two, please".
fn spoken<'a>(
    choices: &'a [Choice],
    results: &[SpeechResult],
    listen: &Listen,
) -> Option<&'a Choice> {
    let floor = listen.confidence?;
    results
        .iter()
        .filter(|result| result.confidence >= floor)
        .find_map(|result| {
            let text = words::normal(&result.text);
            let digits: String = text.chars().filter(|letter| *letter != ' ').collect();
            if let Some(choice) = choices.iter().find(|choice| *choice.keys == *digits) {
                return Some(choice);
            }
            let lengths = choices.iter().map(|choice| {
                let heard = choice
                    .words
                    .iter()
                    .filter(|words| words::contains(&text, words));
                (choice, heard.map(|words| words.len()).max().unwrap_or(0))
            });
            let best = lengths.clone().map(|(_, length)| length).max().unwrap_or(0);
            if best == 0 {
                let keys = keys(listen.numerals, &text)?;
                return choices.iter().find(|choice| *choice.keys == *keys);
            }
            let mut fitting = lengths
                .filter(|(_, length)| *length == best)
                .map(|(choice, _)| choice);
            match (fitting.next(), fitting.next()) {
                (Some(choice), None) => Some(choice),
                _ => None,
            }
        })
}

/// Whether an entry of keys is what the node asks for.
fn fits(collect: &Collect, keys: &str) -> bool {
    let (least, most) = collect.digits;
    (least..=most).contains(&keys.len())
        && match &collect.pattern {
            Some(pattern) => pattern.fits(keys),
            None => keys.bytes().all(|key| key.is_ascii_digit()),
        }
        && (!collect.luhn || luhn(keys))
}

/// A spoken entry: digits where digits are asked for, spelt or in figures, else any words.
fn said(collect: &Collect, listen: &Listen, text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .filter(|letter| !matches!(letter, ' ' | '-' | '.' | ','))
        .collect();
    if fits(collect, &digits) {
        return Some(digits);
    }
    let spelt = keys(listen.numerals, &words::normal(text));
    if let Some(spelt) = spelt.filter(|spelt| fits(collect, spelt)) {
        return Some(spelt);
    }
    let text = text.trim();
    (collect.free && !text.is_empty()).then(|| text.to_owned())
}
