//! Finding what is to be erased with a caller.

/// Whether a text holds a number, E.164 digits, as a whole: not as a part of a longer one.
#[must_use]
pub fn says_number(text: &str, number: &str) -> bool {
    text.match_indices(number).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let after = text
            .get(at + number.len()..)
            .and_then(|it| it.chars().next());
        !before.is_some_and(|c| c.is_ascii_digit()) && !after.is_some_and(|c| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_whole_and_not_in_a_longer_one() {
        for (text, expected) in [
            ("447700900001", true),
            (r#"{"from":"447700900001"}"#, true),
            ("sip:+447700900001@example.com", true),
            ("4477009000012", false),
            ("1447700900001", false),
            ("4477009000012 447700900001", true),
            ("", false),
        ] {
            assert_eq!(says_number(text, "447700900001"), expected, "{text}");
        }
    }
}
