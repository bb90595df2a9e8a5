use describe::Document;

use crate::document::forms::Language;

/// How prompts are spoken. What is left out is taken from the node, then the menu, then the
/// platform.
// Vonage NCCO reference, talk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Document)]
#[document(expected = "an object like { \"language\": \"en-GB\", \"style\": 0 }")]
pub struct Voice {
    /// The language that is spoken.
    #[document(as = Option<Language>)]
    pub language: Option<String>,
    /// Which of the language's voices.
    #[document(range = 0..=99)]
    pub style: Option<u8>,
    /// Whether the premium voice is used; it is not, when left out everywhere.
    pub premium: Option<bool>,
}

impl Voice {
    /// This voice, completed by another.
    #[must_use]
    pub fn or(&self, base: &Voice) -> Voice {
        // A style belongs to its language: another language begins at its own.
        let same = self.language.is_none() || self.language == base.language;
        Voice {
            language: self.language.clone().or_else(|| base.language.clone()),
            style: self.style.or(if same { base.style } else { None }),
            premium: self.premium.or(base.premium),
        }
    }
}
