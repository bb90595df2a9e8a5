//! Prompts as fragments of NCCOs.

use ncco::{Action, Stream, Talk, ssml};

use super::fragment::{Fragment, Holes};
use crate::diagnostic::Code;
use crate::document::{Prompt, Spoken, Voice};
use crate::template::{self, Part, Place, Template};

/// What is wrong with a prompt, and which of a list it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptError {
    /// Index in the list.
    pub index: usize,
    /// What kind of fault.
    pub code: Code,
    /// In words.
    pub message: String,
}

/// Renders prompts. `input` is whether an input follows at once, `barge_in`
/// whether it may interrupt them.
pub fn render(
    prompts: &[Prompt],
    voice: &Voice,
    input: bool,
    barge_in: bool,
) -> (Fragment, Vec<PromptError>) {
    let mut faults = Vec::new();
    // The platform lets an input interrupt prompts of one kind: what is spoken,
    // or what is played. So the last row of one kind can be interrupted.
    let kind = |prompt: &Prompt| matches!(prompt, Prompt::Spoken(_));
    let last = prompts.last().map(kind);
    let row = prompts
        .iter()
        .rev()
        .take_while(|prompt| Some(kind(prompt)) == last)
        .count();
    let open = if input && barge_in {
        prompts.len() - row
    } else {
        prompts.len()
    };
    let mut fragments = Vec::with_capacity(prompts.len());
    for (index, prompt) in prompts.iter().enumerate() {
        let interrupted = index >= open;
        let times = match prompt {
            Prompt::Spoken(spoken) => spoken.times,
            Prompt::Audio(audio) => audio.times,
        };
        // Who keeps silent would hear it for ever, even where a key ends it.
        if times == 0 {
            let message =
                "`\"loop\": 0` never ends for a caller who keeps silent: expected 1 or more"
                    .to_owned();
            faults.push(PromptError {
                index,
                code: Code::EndlessPrompt,
                message,
            });
        }
        match prompt {
            Prompt::Spoken(spoken) => match talk(spoken, voice, interrupted) {
                Ok(fragment) => fragments.push(fragment),
                Err((code, message)) => faults.push(PromptError {
                    index,
                    code,
                    message,
                }),
            },
            Prompt::Audio(audio) => match Template::new(&audio.url) {
                Ok(url) => {
                    let mut holes = Holes::default();
                    let mut stream = Stream::new(holes.text(&url, Place::Address));
                    stream.barge_in = interrupted.then_some(true);
                    stream.loop_count = (audio.times != 1).then(|| audio.times.into());
                    stream.level = (audio.level != 0.0).then_some(audio.level);
                    fragments.push(Fragment::of(&stream.into(), &holes));
                }
                Err(error) => {
                    let (code, message) = unreadable(&error);
                    faults.push(PromptError {
                        index,
                        code,
                        message,
                    });
                }
            },
        }
    }
    (Fragment::join(fragments), faults)
}

fn talk(spoken: &Spoken, base: &Voice, interrupted: bool) -> Result<Fragment, (Code, String)> {
    let template = Template::new(&spoken.text).map_err(|error| unreadable(&error))?;
    let voice = spoken.voice.or(base);
    let template = spoken_template(template)?;
    let mut holes = Holes::default();
    let mut talk = Talk::new(holes.text(&template, Place::Ssml));
    talk.barge_in = interrupted.then_some(true);
    talk.loop_count = (spoken.times != 1).then(|| spoken.times.into());
    talk.level = (spoken.level != 0.0).then_some(spoken.level);
    talk.language = voice.language;
    talk.style = voice.style.filter(|style| *style != 0).map(u32::from);
    talk.premium = voice.premium.filter(|premium| *premium);
    Ok(Fragment::of(&Action::Talk(talk), &holes))
}

/// Says why a placeholder cannot be read.
pub fn unreadable(error: &template::TemplateError) -> (Code, String) {
    let message = format!(
        "`{}` is no placeholder: expected {}",
        error.written, error.expected
    );
    (Code::BadPlaceholder, message)
}

/// The text as the platform takes it: plain, or within `<speak>` when it holds
/// tags or placeholders.
fn spoken_template(template: Template) -> Result<Template, (Code, String)> {
    let has_slots = template.slots().next().is_some();
    let fixed: String = template
        .0
        .iter()
        .map(|part| {
            if let Part::Text(text) = part {
                &**text
            } else {
                ""
            }
        })
        .collect();
    let whole = ssml::is_ssml(&fixed);
    let tagged = whole || ssml::has_tags(&fixed);
    let Template(mut parts) = template;
    if has_slots && !tagged {
        for part in &mut parts {
            if let Part::Text(text) = part {
                *text = ssml::escape(text).into();
            }
        }
    }
    if (has_slots || tagged) && !whole {
        parts.insert(0, Part::Text("<speak>".into()));
        parts.push(Part::Text("</speak>".into()));
        // Rows of fixed parts become one.
        parts = parts.into_iter().fold(Vec::new(), |mut joined, part| {
            match (joined.last_mut(), part) {
                (Some(Part::Text(last)), Part::Text(text)) => {
                    *last = [&**last, &*text].concat().into()
                }
                (_, part) => joined.push(part),
            }
            joined
        });
    }
    let template = Template(parts);
    let sample = sample(&template);
    if let Err(error) = ssml::check(&sample) {
        return Err((Code::BadSsml, format!("this is not SSML: {error}")));
    }
    let fixed = if ssml::is_ssml(&sample) {
        ssml::plain_length(&sample)
    } else {
        sample.chars().count()
    };
    let longest = fixed + template.slots().count() * template::LONGEST_SPOKEN;
    if longest > ssml::MAX_LENGTH {
        let filled = if has_slots {
            ", placeholders filled"
        } else {
            ""
        };
        let message = format!(
            "the prompt may have {longest} characters{filled}: expected at most {}",
            ssml::MAX_LENGTH
        );
        return Err((Code::PromptTooLong, message));
    }
    Ok(template)
}

/// The text with nothing filled in, tags of placeholders included.
fn sample(template: &Template) -> String {
    let mut text = String::new();
    for part in &template.0 {
        match part {
            Part::Text(fixed) => text.push_str(fixed),
            Part::Slot { digits: true, .. } => {
                text.push_str("<say-as interpret-as=\"digits\"></say-as>")
            }
            Part::Slot { digits: false, .. } => {}
        }
    }
    text
}
