/// Whether a text may name a leg, a conversation or a message. The words that stand for none
/// (`NONE`, `null`), blank text and text with control characters do not: taken for a name, they
/// would make one call of many.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    let word = text.trim();
    let is_none = word.is_empty()
        || ["none", "null", "undefined"]
            .iter()
            .any(|none| word.eq_ignore_ascii_case(none));
    !is_none && !text.chars().any(char::is_control)
}
