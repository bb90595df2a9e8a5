//! The words of a prompt.

use super::ascii::ascii;
use super::languages::{KEYS, Language};

/// One word of a text, without the punctuation around it.
pub(super) struct Word {
    pub(super) text: String,
    /// Whether it begins a clause.
    pub(super) first: bool,
    /// Whether it ends one.
    pub(super) last: bool,
}

/// The key a word names by itself.
pub(super) fn key_of(language: &Language, word: &Word) -> Option<char> {
    if let "*" | "#" = word.text.as_str() {
        return word.text.chars().next();
    }
    let index = language.keys.iter().position(|words| is_in(words, word))?;
    KEYS.get(index).copied()
}

pub(super) fn is_in(words: &[&str], word: &Word) -> bool {
    words.contains(&word.text.as_str())
}

/// The sentences of a text, without SSML tags and placeholders.
pub(super) fn sentences(text: &str) -> Vec<Vec<Word>> {
    let mut all = Vec::new();
    let mut sentence: Vec<Word> = Vec::new();
    let mut first = true;
    for part in ascii(&spoken(text)).split(|c: char| c.is_whitespace() || matches!(c, '\'' | '’'))
    {
        let core = part.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '*' | '#'));
        if core.is_empty() {
            // A dash or comma that stands alone.
            first |= !part.is_empty();
            continue;
        }
        let tail = part.trim_end_matches(['"', ')', '”', '»']);
        let ends = tail.ends_with(['.', '!', '?', '。', '¡', '¿']);
        let last = ends || tail.ends_with([',', ';', ':']);
        sentence.push(Word {
            // Not `str::to_lowercase`: its table for the last sigma of a Greek word is large.
            text: core.chars().flat_map(char::to_lowercase).collect(),
            first,
            last,
        });
        first = last;
        if ends {
            all.push(core::mem::take(&mut sentence));
        }
    }
    all.push(sentence);
    all
}

/// The text with a blank for every tag and placeholder.
pub(super) fn spoken(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['<', '{']) {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let end = if from.starts_with("{{") {
            "}}"
        } else if from.starts_with('<') {
            ">"
        } else {
            "{"
        };
        let length = from.find(end).map_or(from.len(), |at| at + end.len());
        out.push(' ');
        rest = from.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}
