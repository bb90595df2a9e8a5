//! The nodes that listen: `menu` and `collect`.

use super::*;
use crate::spoken;

impl Builder<'_> {
    pub(super) fn menu_node(
        &mut self,
        prompt: &[Prompt],
        menu: &document::MenuNode,
        keys: &[(String, document::Choice, Exit)],
        voice: &Voice,
    ) -> Kind {
        let mut choices = self.at("/choices", |builder| builder.choices(&menu.choices));
        let own = choices.len();
        for (key, choice, exit) in keys {
            if !choices.iter().take(own).any(|(taken, ..)| taken == key) {
                choices.push((key.clone(), choice.clone(), exit.clone()));
            }
        }
        let most = choices
            .iter()
            .map(|(keys, ..)| keys.len())
            .max()
            .unwrap_or(1);
        let hints: Vec<String> = choices
            .iter()
            .flat_map(|(_, choice, _)| choice.say.iter().cloned())
            .collect();
        let listen = self.listen(prompt, &menu.input, most, &hints, voice);
        Kind::Menu(
            listen,
            choices
                .into_iter()
                .map(|(keys, choice, exit)| compiled_choice(&keys, &choice, exit))
                .collect(),
        )
    }

    pub(super) fn collect(
        &mut self,
        prompt: &[Prompt],
        collect: &document::Collect,
        keys: &[(String, document::Choice, Exit)],
        voice: &Voice,
    ) -> Kind {
        let mut digits = (usize::from(collect.digits.0), usize::from(collect.digits.1));
        if let (Some(pattern), false) = (&collect.pattern, collect.digits_written) {
            digits = pattern.lengths();
        }
        if !collect.secret && self.secrets.contains(&collect.into.as_str()) {
            self.note(
                Code::SecretLeak,
                format!(
                    "`{}` is secret elsewhere: set `secret` here too, or use another name",
                    collect.into
                ),
            );
        }
        if let Some(pattern) = &collect.pattern {
            let (least, most) = pattern.lengths();
            if least > digits.1 || most < digits.0 {
                let message = format!(
                    "nothing fits: the pattern takes {least} to {most} keys, `digits` {} to {}",
                    digits.0, digits.1
                );
                self.at("/pattern", |builder| builder.note(Code::Conflict, message));
            }
        }
        let listen = self.listen(prompt, &collect.input, digits.1, &[], voice);
        let confirm = collect.confirm.as_ref().map(|confirm| {
            let standard;
            let prompts = if confirm.prompt.is_empty() {
                let text = phrases::confirm(
                    voice.language.as_deref(),
                    &collect.into,
                    &confirm.yes,
                    &confirm.no,
                );
                standard = [Prompt::from(text.as_str())];
                &standard[..]
            } else {
                &confirm.prompt
            };
            let prompt = self.phrase(
                "/confirm/prompt",
                prompts,
                voice,
                Some(collect.input.barge_in),
            );
            let input = Listened::dtmf()
                .time_out(collect.input.timeout.into())
                .max_digits(1)
                .event_url(Route::Input.hole())
                .event_method(EventMethod::Post);
            Confirm {
                prompt,
                action: self.action(input),
                yes: confirm.yes.as_str().into(),
                no: confirm.no.as_str().into(),
            }
        });
        let plain = |keys: &str| keys.bytes().all(|key| matches!(key, b'*' | b'#'));
        let keys = keys
            .iter()
            .filter(|(keys, ..)| plain(keys))
            .map(|(keys, choice, exit)| compiled_choice(keys, choice, exit.clone()))
            .collect();
        let then = self.exit_at("/then", &collect.then);
        let free = !collect.digits_written && collect.pattern.is_none() && !collect.luhn;
        let collect = Collect {
            into: collect.into.as_str().into(),
            digits,
            pattern: collect.pattern.clone(),
            luhn: collect.luhn,
            free,
            secret: collect.secret,
            confirm,
            keys,
            then,
        };
        Kind::Collect(listen, Box::new(collect))
    }

    pub(super) fn listen(
        &mut self,
        prompt: &[Prompt],
        input: &Input,
        most: usize,
        hints: &[String],
        voice: &Voice,
    ) -> Listen {
        let mut action = if input.speech.is_some() {
            Listened::dtmf_and_speech()
        } else {
            Listened::dtmf()
        };
        action = action
            .time_out(input.timeout.into())
            .max_digits(u32::try_from(most.clamp(1, 20)).unwrap_or(20))
            .event_url(Route::Input.hole())
            .event_method(EventMethod::Post);
        if input.submit_on_hash {
            action = action.submit_on_hash(true);
        }
        let mut holes = Holes::default();
        if let Some(speech) = &input.speech {
            let mut settings = ncco::Speech::new();
            settings.language = speech.language.clone().or_else(|| voice.language.clone());
            let mut hints = hints.to_vec();
            for (index, hint) in speech.hints.iter().enumerate() {
                let field = format!("/speech/hints/{index}");
                hints.push(self.text(&field, hint, Place::Line(LONGEST_LINE), &mut holes));
            }
            settings.context = (!hints.is_empty()).then_some(hints);
            settings.end_on_silence = speech.end_on_silence;
            settings.start_timeout = speech.start_timeout.map(u32::from);
            settings.max_duration = speech.max_duration.map(u32::from);
            settings.sensitivity = speech.sensitivity.map(u32::from);
            action = action.speech_settings(settings);
        }
        let barge_in = Some(input.barge_in);
        // Where the node's prompt follows, what is said first can be interrupted
        // only if all of it is of one kind, spoken or played.
        let spoken = |prompt: &Prompt| matches!(prompt, Prompt::Spoken(_));
        let open = |retry: &Retry| {
            let all = || {
                retry
                    .prompts
                    .iter()
                    .flatten()
                    .chain(prompt)
                    .chain(&input.short_prompt)
            };
            input.barge_in && (!retry.repeat || all().all(spoken) || !all().any(spoken))
        };
        let short = (!input.short_prompt.is_empty()).then(|| {
            let number = self.shorts;
            self.shorts = self.shorts.saturating_add(1);
            (
                number,
                self.phrase("/short_prompt", &input.short_prompt, voice, barge_in),
            )
        });
        Listen {
            action: self.filled(action, &holes),
            short,
            no_input: self.at("/no_input", |builder| {
                builder.policy(&input.no_input, voice, open(&input.no_input))
            }),
            no_match: self.at("/no_match", |builder| {
                builder.policy(&input.no_match, voice, open(&input.no_match))
            }),
            max_failures: input.max_failures,
            submit_on_hash: input.submit_on_hash,
            confidence: input.speech.as_ref().map(|speech| speech.confidence),
            numerals: spoken::numerals(
                input
                    .speech
                    .as_ref()
                    .and_then(|speech| speech.language.as_deref())
                    .or(voice.language.as_deref()),
            ),
        }
    }

    pub(super) fn policy(&mut self, retry: &Retry, voice: &Voice, barge_in: bool) -> Policy {
        let prompts = retry.prompts.iter().enumerate().map(|(index, prompts)| {
            let field = format!("/prompts/{index}");
            self.phrase(&field, prompts, voice, Some(barge_in))
        });
        let prompts = prompts.collect();
        Policy {
            tries: retry.tries,
            prompts,
            repeat: retry.repeat,
            then: self.exit_at("/then", &retry.then),
        }
    }
}

fn compiled_choice(keys: &str, choice: &document::Choice, then: Exit) -> Choice {
    let words = choice
        .say
        .iter()
        .map(|say| words::normal(say).into())
        .collect();
    Choice {
        keys: keys.into(),
        words,
        then,
    }
}
