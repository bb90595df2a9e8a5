//! What a caller may press or say, as inline SRGS grammars.

use crate::action::Action;
use crate::page::Page;

const KEYS: [&str; 12] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"];
/// Keys that are taken where nothing else is said (NCCO reference, input, `maxDigits`).
const MAX_DIGITS: f64 = 4.0;
/// Seconds a caller has where nothing else is said (NCCO reference, input).
const TIME_OUT: f64 = 3.0;
const START_TIMEOUT: f64 = 10.0;
const END_ON_SILENCE: f64 = 2.0;
const MAX_DURATION: f64 = 60.0;

/// The settings of an `input` as properties and grammars of a field.
pub(crate) fn write(page: &mut Page, input: Action<'_>) {
    let speech = input.texts("type").any(|kind| kind == "speech");
    let dtmf = !speech || input.texts("type").any(|kind| kind == "dtmf");
    let (keys, words) = (input.below("dtmf"), input.below("speech"));
    let hash = keys.is("submitOnHash");
    let between = keys.number("timeOut").unwrap_or(TIME_OUT);
    let first = match speech {
        true => words.number("startTimeout").unwrap_or(START_TIMEOUT),
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
    property(page, "timeout", &crate::seconds(first));
    if dtmf {
        property(page, "interdigittimeout", &crate::seconds(between));
        property(page, "termchar", if hash { "#" } else { "" });
    }
    if speech {
        let silence = crate::seconds(words.number("endOnSilence").unwrap_or(END_ON_SILENCE));
        let longest = words.number("maxDuration").unwrap_or(MAX_DURATION);
        property(page, "completetimeout", &silence);
        property(page, "incompletetimeout", &silence);
        property(page, "maxspeechtimeout", &crate::seconds(longest));
        if let Some(sensitivity) = words.number("sensitivity") {
            property(page, "sensitivity", &(sensitivity / 100.0).to_string());
        }
    }
    if dtmf {
        digits(page, keys.number("maxDigits").unwrap_or(MAX_DIGITS), hash);
    }
    if speech {
        phrases(page, words);
    }
}

/// Any keys, so many at most: which of them mean something the menu decides.
fn digits(page: &mut Page, most: f64, hash_ends: bool) {
    let repeat = ["1-", &most.max(1.0).to_string()].concat();
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
fn phrases(page: &mut Page, speech: Action<'_>) {
    let words = || {
        let words = speech.texts("context").map(str::trim);
        words.filter(|words| !words.is_empty())
    };
    if words().next().is_none() {
        let source = Some("builtin:grammar/digits");
        page.empty("grammar", &[("src", source), ("mode", Some("voice"))]);
        return;
    }
    grammar(page, "voice", "said", speech.text("language"), |page| {
        let rule = [("id", Some("said")), ("scope", Some("public"))];
        page.element("rule", &rule, |page| one_of(page, words()));
    });
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
