//! Spoken words, made comparable.

/// Lower case, letters and digits only, one blank between words.
pub fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() || letter == '\'' {
            out.push(letter);
        } else if letter == '\u{2019}' {
            // The apostrophe of typographers.
            out.push('\'');
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

/// Whether two texts say the same: case, blanks around them, what ends a sentence and politeness
/// do not count, because a recogniser writes "Yes, please." for "yes".
pub fn same(one: &str, other: &str) -> bool {
    fn bare(text: &str) -> &str {
        let bare = text
            .trim()
            .trim_end_matches(['.', '!', '?', '\u{3002}', '\u{ff01}', '\u{ff1f}'])
            .trim_end();
        // A text of nothing but stops is what it is.
        if bare.is_empty() { text.trim() } else { bare }
    }
    let letters = |text| bare(text).chars().flat_map(char::to_lowercase);
    if letters(one).eq(letters(other)) {
        return true;
    }
    // Politeness is a word more: a single word has none.
    let has_words = |text: &str| text.trim().contains(char::is_whitespace);
    if !has_words(one) && !has_words(other) {
        return false;
    }
    let (one, other) = (normal(one), normal(other));
    let said = |text| crate::spoken::without_politeness(text);
    // Only what was said around it is left out: the words themselves are compared as they are.
    let is_polite = said(&one) != one || said(&other) != other;
    is_polite && said(&one) == said(&other)
}

/// Whether the words stand in the text, one after the other, whole.
pub fn contains(text: &str, words: &str) -> bool {
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(words)) {
        let begin = from + found;
        let end = begin + words.len();
        let open = |rest: Option<&str>, last: bool| {
            rest.is_none_or(|rest| {
                rest.is_empty()
                    || if last {
                        rest.ends_with(' ')
                    } else {
                        rest.starts_with(' ')
                    }
            })
        };
        if open(text.get(..begin), true) && open(text.get(end..), false) {
            return true;
        }
        from = begin
            + text
                .get(begin..)
                .and_then(|rest| rest.chars().next())
                .map_or(1, char::len_utf8);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_but_for_case_and_the_final_stop() {
        fn check(one: &str, other: &str, expected: bool) {
            assert_eq!(same(one, other), expected, "{one:?} {other:?}");
            assert_eq!(same(other, one), expected, "{other:?} {one:?}");
        }
        check("yes", "yes", true);
        check("Yes", "yes", true);
        check("Yes.", "yes", true);
        check(" yes", "yes", true);
        check("YES!", "Yes?", true);
        check("ÄPFEL.", "äpfel", true);
        check("\u{306f}\u{3044}\u{3002}", "\u{306f}\u{3044}", true);
        check("447700900001", "447700900001", true);
        check("447700900001", "447700900002", false);
        check("Yes, please.", "yes", true);
        check("yes sir", "yes", false);
        check("a-b", "a b", false);
        check("1.5", "15", false);
        check(".", ".", true);
        check(".", "", false);
        check("", "", true);
    }

    #[test]
    fn words_are_found_whole_whatever_their_case() {
        fn check(text: &str, words: &str, expected: bool) {
            assert_eq!(
                contains(&normal(text), &normal(words)),
                expected,
                "{text} / {words}"
            );
        }
        check("I want Sales, please.", "sales", true);
        check("salesman", "sales", false);
        check("wholesale sale", "sale", true);
        check("Ich möchte ÖFFNUNGSZEITEN hören", "öffnungszeiten", true);
        check("customer-service", "customer service", true);
        check("", "sales", false);
    }
}
