//! Spoken words, made comparable.

/// Lower case, letters and digits only, one blank between words.
pub fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() || letter == '\'' {
            out.push(letter);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
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
