//! Which keys a prompt tells callers to press, in the languages menus are most often
//! spoken in.
//!
//! Two readings of a text, because the two mistakes cost differently. The strict one
//! ([`named`]) finds keys a caller is surely told to press: to say that the menu lacks
//! one of them. The lenient one ([`may_name`]) takes any standalone key, in any script, or its
//! word as said: to say that the prompt omits a key.

mod ascii;
mod digits;
mod languages;
mod sentences;
#[cfg(test)]
mod tests;

use languages::{LANGUAGES, Language};
use sentences::{Word, is_in, key_of, sentences, spoken};

pub(super) use digits::may_name;

/// Short public numbers of two digits, such as those of ambulance, police and fire brigade in
/// France, Morocco, Algeria, Russia and Ukraine. Longer ones are no keys anyway.
const PUBLIC: [&str; 9] = ["01", "02", "03", "04", "14", "15", "17", "18", "19"];

/// Whether the words of a language are known, by its tag; a text without one is taken to be
/// in a language that is.
pub(super) fn is_known(tag: Option<&str>) -> bool {
    tag.is_none_or(|tag| {
        let first = tag.split('-').next().unwrap_or_default();
        LANGUAGES
            .iter()
            .any(|language| language.tag.eq_ignore_ascii_case(first))
    })
}

/// The keys the text surely tells a caller to press, in the order they are named.
pub(super) fn named(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for sentence in sentences(text) {
        for language in &LANGUAGES {
            if let Some(start) = sentence.iter().position(|word| is_in(language.verbs, word)) {
                named_in(language, &sentence, start, &mut found);
            }
        }
    }
    found
}

fn named_in(language: &Language, sentence: &[Word], start: usize, found: &mut Vec<String>) {
    // Whether what came before leads to a key: a verb itself, or the start of a clause,
    // and fillers after either.
    let mut led = false;
    let mut told = None;
    let mut index = 0;
    while let Some(word) = sentence.get(index) {
        let run = run(language, sentence, index);
        if run > 1 {
            // A number in groups: a telephone number, or `9 9 9`.
            (led, told) = (false, None);
            index += run;
            continue;
        }
        let next = sentence.get(index + 1).filter(|_| !word.last);
        let counted = next.is_some_and(|next| is_in(language.units, next));
        led |= word.first && index > 0;
        // A key before the first verb is named by it only in clauses such as
        // "die 1 drücken", where an article leads to it.
        let before = index < start && index == 0;
        if (led || index == 0)
            && !counted
            && let Some(key) = key_at(language, word, next, told)
        {
            if !before && !found.contains(&key) {
                found.push(key);
            }
            (led, told) = (false, None);
        } else if is_in(language.verbs, word) {
            led = true;
            told = Some(if is_in(language.amounts, word) {
                Told::Chosen
            } else {
                Told::Pressed
            });
        } else if is_in(language.fillers, word) {
            // "for sales the 1", "für Vertrieb die 1": an article leads to a key anywhere
            // after the verb.
            led |= index > start || told.is_some();
        } else {
            (led, told) = (false, None);
        }
        index += 1;
    }
}

/// What the verb right before a number says of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// It is a key: "press".
    Pressed,
    /// It may be a key, an amount or a telephone number: "choose", "dial".
    Chosen,
}

/// How many words from here on are digits or their words, without anything between them.
fn run(language: &Language, sentence: &[Word], index: usize) -> usize {
    let rest = sentence.get(index..).unwrap_or_default();
    let bare = |word: &Word| {
        let grouped = word
            .text
            .starts_with(|letter: char| letter.is_ascii_digit())
            && word
                .text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'/'));
        grouped || key_of(language, word).is_some() && !is_in(language.article, word)
    };
    let mut length = 0;
    for word in rest {
        if !bare(word) {
            break;
        }
        length += 1;
        if word.last {
            break;
        }
    }
    length
}

/// The key a word stands for where one is expected. Keys of several digits are believed
/// only right after the verb: elsewhere they are amounts.
fn key_at(
    language: &Language,
    word: &Word,
    next: Option<&Word>,
    told: Option<Told>,
) -> Option<String> {
    // "4 tickets" is an amount unless the verb says that it is pressed.
    let goes_on = next.is_none_or(|next| {
        [language.onward, language.fillers, language.verbs]
            .iter()
            .any(|words| is_in(words, next))
    });
    if !goes_on && told != Some(Told::Pressed) {
        return None;
    }
    if word.text.bytes().all(|byte| byte.is_ascii_digit()) && !word.text.is_empty() {
        let long = word.text.len() == 2 && !PUBLIC.contains(&word.text.as_str());
        let fits = word.text.len() == 1 || told.is_some() && long;
        return fits.then(|| word.text.clone());
    }
    if is_in(language.article, word) {
        let ends = next.is_none_or(|next| is_in(language.onward, next));
        if !ends {
            return None;
        }
    }
    key_of(language, word).map(String::from)
}

/// About how many seconds a voice takes to say the text: fifteen letters a second, a
/// third of that where a letter is a syllable (Chinese, Japanese, Korean).
pub(super) fn seconds(text: &str) -> usize {
    let weight: usize = spoken(text)
        .split_whitespace()
        .map(|word| {
            1 + word
                .chars()
                .map(|c| if c >= '\u{2e80}' { 3 } else { 1 })
                .sum::<usize>()
        })
        .sum();
    weight / 15
}
