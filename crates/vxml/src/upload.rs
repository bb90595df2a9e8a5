//! A file of a form.

/// A file of a form: what a caller said, recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The name of its field.
    pub name: String,
    /// Its type, as the browser says.
    pub content_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}
