//! What a field says beside its type.

/// What a field's attributes say, beside what its type does.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The field's name.
    pub name: &'static str,
    /// The least and the greatest a number may be.
    pub range: Option<(f64, f64)>,
    /// How few and how many items a list or an object of names may have.
    pub items: Option<(usize, usize)>,
    /// Whether it must be written, even if its type says what it counts as otherwise.
    pub required: bool,
    /// Whether a caller leaves the node by this field.
    pub exit: bool,
    /// What a person is told to write when the field is missing, if other than what its type says.
    pub expected: Option<&'static str>,
}

impl Rule {
    /// A value without a field, such as a whole document or an item of a list.
    pub const NONE: Rule = Rule::named("");

    /// A field without attributes.
    pub const fn named(name: &'static str) -> Self {
        Self {
            name,
            range: None,
            items: None,
            required: false,
            exit: false,
            expected: None,
        }
    }

    /// The rule for an item of a list this rule stands for. A number's range is the item's,
    /// the count of items is not.
    #[must_use]
    pub fn item(&self) -> Self {
        Self {
            items: None,
            required: false,
            exit: false,
            expected: None,
            ..*self
        }
    }
}
