//! What a caller may press or say, as inline SRGS grammars.

use ncco::{Input, InputType, Speech};

use crate::page::Page;

const KEYS: [&str; 12] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"];
/// Keys that are taken where nothing else is said (NCCO reference, input, `maxDigits`).
const MAX_DIGITS: u32 = 4;
/// Seconds a caller has where nothing else is said (NCCO reference, input).
const TIME_OUT: u32 = 3;
const START_TIMEOUT: u32 = 10;
const END_ON_SILENCE: f64 = 2.0;
const MAX_DURATION: u32 = 60;

/// The settings of an `input` as properties and grammars of a field.
pub(crate) fn write(page: &mut Page, input: &Input) {
    let types = input.types.as_deref().unwrap_or_default();
    let speech = types.contains(&InputType::Speech);
    let dtmf = types.contains(&InputType::Dtmf) || !speech;
    let keys = input.dtmf.clone().unwrap_or_default();
    let words = input.speech.clone().unwrap_or_default();
    let hash = keys.submit_on_hash == Some(true);
    let between = keys.time_out.unwrap_or(TIME_OUT);
    let first = match speech {
        true => words.start_timeout.unwrap_or(START_TIMEOUT),
        false => between,
    };
    let property = |page: &mut Page, name: &str, value: &str| {
        page.empty("property", &[("name", Some(name)), ("value", Some(value))]);
    };
    let modes = match (dtmf, speech) {
        (true, true) => "dtmf voice",
        (false, true) => "voice",
        _ => "dtmf",
    };
    property(page, "inputmodes", modes);
    property(page, "timeout", &crate::seconds(first.into()));
    if dtmf {
        property(page, "interdigittimeout", &crate::seconds(between.into()));
        property(page, "termchar", if hash { "#" } else { "" });
    }
    if speech {
        let silence = crate::seconds(words.end_on_silence.unwrap_or(END_ON_SILENCE));
        let longest = words.max_duration.unwrap_or(MAX_DURATION);
        property(page, "completetimeout", &silence);
        property(page, "incompletetimeout", &silence);
        property(page, "maxspeechtimeout", &crate::seconds(longest.into()));
        if let Some(sensitivity) = words.sensitivity {
            let sensitivity = f64::from(sensitivity) / 100.0;
            property(page, "sensitivity", &sensitivity.to_string());
        }
    }
    if dtmf {
        digits(page, keys.max_digits.unwrap_or(MAX_DIGITS), hash);
    }
    if speech {
        phrases(page, &words);
    }
}

/// Any keys, so many at most: which of them mean something the menu decides.
fn digits(page: &mut Page, most: u32, hash_ends: bool) {
    let repeat = ["1-", &most.max(1).to_string()].concat();
    grammar(page, "dtmf", "keys", None, |page| {
        page.element(
            "rule",
            &[("id", Some("keys")), ("scope", Some("public"))],
            |page| {
                page.element("item", &[("repeat", Some(&repeat))], |page| {
                    page.empty("ruleref", &[("uri", Some("#key"))]);
                });
            },
        );
        page.element("rule", &[("id", Some("key"))], |page| {
            let keys = KEYS.iter().filter(|key| !(hash_ends && **key == "#"));
            one_of(page, keys.copied());
        });
    });
}

/// The words a menu expects; where it expects none in particular, digits.
fn phrases(page: &mut Page, speech: &Speech) {
    let language = speech.language.as_deref();
    match speech.context.as_deref() {
        Some(context) if context.iter().any(|words| !words.trim().is_empty()) => {
            grammar(page, "voice", "said", language, |page| {
                page.element(
                    "rule",
                    &[("id", Some("said")), ("scope", Some("public"))],
                    |page| {
                        let words = context.iter().map(|words| words.trim());
                        one_of(page, words.filter(|words| !words.is_empty()));
                    },
                );
            });
        }
        _ => page.empty(
            "grammar",
            &[
                ("src", Some("builtin:grammar/digits")),
                ("mode", Some("voice")),
            ],
        ),
    }
}

fn grammar(
    page: &mut Page,
    mode: &str,
    root: &str,
    language: Option<&str>,
    rules: impl FnOnce(&mut Page),
) {
    let attributes = [
        ("xmlns", Some("http://www.w3.org/2001/06/grammar")),
        ("version", Some("1.0")),
        ("type", Some("application/srgs+xml")),
        ("mode", Some(mode)),
        ("root", Some(root)),
        // Words have a language.
        ("xml:lang", language.or((mode == "voice").then_some("en"))),
    ];
    page.element("grammar", &attributes, rules);
}

fn one_of<'a>(page: &mut Page, items: impl Iterator<Item = &'a str>) {
    page.element("one-of", &[], |page| {
        for item in items {
            page.element("item", &[], |page| page.text(item));
        }
    });
}
