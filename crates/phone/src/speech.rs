//! What a prompt sounds like, as text.

/// Characters of English a synthetic voice speaks in a second, about.
const CHARACTERS_A_SECOND: f64 = 15.0;

/// The words of a `talk` without its SSML: tags gone, entities read, runs of space one space.
pub(crate) fn spoken(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        words.push_str(before);
        if from.starts_with('<') {
            let Some(end) = from.find('>') else {
                words.push_str(from);
                return tidy(&words);
            };
            // A break, a paragraph or a sentence is a pause between words.
            if from.starts_with("<break") || from.starts_with("<p") || from.starts_with("</") {
                words.push(' ');
            }
            rest = from.get(end + 1..).unwrap_or_default();
        } else {
            let (word, length) = entity(from);
            words.push_str(word);
            rest = from.get(length..).unwrap_or_default();
        }
    }
    words.push_str(rest);
    tidy(&words)
}

fn entity(text: &str) -> (&'static str, usize) {
    const ENTITIES: [(&str, &str); 6] = [
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
    ];
    ENTITIES
        .iter()
        .find(|(name, _)| text.starts_with(name))
        .map_or(("&", 1), |(name, word)| (*word, name.len()))
}

pub(crate) fn tidy(words: &str) -> String {
    let joined = words.split_whitespace().collect::<Vec<_>>().join(" ");
    // A closing tag leaves a space before the stop that follows it.
    joined.replace(" .", ".").replace(" ,", ",")
}

/// How long it takes to say `words`.
pub(crate) fn seconds_of(words: &str) -> f64 {
    0.5 + words.chars().count() as f64 / CHARACTERS_A_SECOND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_reads_as_it_sounds() {
        let check = |text: &str, expected: &str| assert_eq!(spoken(text), expected);
        check("Press 1.", "Press 1.");
        check("<speak>Salt &amp; pepper</speak>", "Salt & pepper");
        check("One<break time=\"1s\"/>two", "One two");
        check(
            "<speak>Your code is <say-as interpret-as=\"digits\">123</say-as>.</speak>",
            "Your code is 123.",
        );
        check("5 < 6 & so on", "5 < 6 & so on");
    }
}
