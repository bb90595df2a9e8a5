//! Digits of other scripts as ASCII.

/// The zeros of the scripts that have digits of their own; 1 to 9 follow each of them.
const ZEROS: [char; 20] = [
    '\u{0660}', '\u{06f0}', '\u{07c0}', '\u{0966}', '\u{09e6}', '\u{0a66}', '\u{0ae6}', '\u{0b66}',
    '\u{0be6}', '\u{0c66}', '\u{0ce6}', '\u{0d66}', '\u{0e50}', '\u{0ed0}', '\u{0f20}', '\u{1040}',
    '\u{17e0}', '\u{1810}', '\u{ff10}', '\u{1090}',
];

/// The text with digits, `*` and `#` of every script as those of ASCII.
pub(super) fn ascii(text: &str) -> String {
    text.chars().map(ascii_key).collect()
}

fn ascii_key(letter: char) -> char {
    match letter {
        '＊' | '✱' | '﹡' => '*',
        '＃' | '﹟' => '#',
        // Digits in circles: ① to ⑨.
        '\u{2460}'..='\u{2468}' => digit(letter, '\u{245f}'),
        _ => ZEROS
            .iter()
            .find(|zero| (**zero..=**zero).contains(&letter) || is_after(letter, **zero))
            .map_or(letter, |zero| digit(letter, *zero)),
    }
}

fn is_after(letter: char, zero: char) -> bool {
    (u32::from(zero)..u32::from(zero) + 10).contains(&u32::from(letter))
}

fn digit(letter: char, zero: char) -> char {
    char::from_digit(u32::from(letter) - u32::from(zero), 10).unwrap_or(letter)
}
