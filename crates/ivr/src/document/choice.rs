use describe::{Code, Document, Fields, OneOrMore};

use crate::document::Target;

/// What a key or a spoken word chooses.
#[derive(Debug, Clone, PartialEq, Eq, Document)]
#[document(
    short = "then",
    check = Choice::can_be_said,
    expected = "a target, or an object like { \"label\": \"sales\", \"then\": \"sales\" }"
)]
pub struct Choice {
    /// What the choice means, for reports.
    pub label: Option<String>,
    /// Where the caller goes.
    pub then: Target,
    /// Words a caller may say instead.
    #[document(as = OneOrMore<String>)]
    pub say: Vec<String>,
}

impl Choice {
    fn can_be_said(fields: &mut Fields<'_, '_>) {
        let say: Option<Vec<String>> = fields.peek_as::<_, OneOrMore<String>>("say");
        let empty = |words: &String| crate::words::normal(words).is_empty();
        if say.is_some_and(|say| say.iter().any(empty)) {
            let message = "`say` has nothing a caller could say: expected words";
            fields.refuse(Code::OutOfRange, message);
        }
    }
}
