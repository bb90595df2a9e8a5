use sha2::{Digest, Sha256};

use crate::source::{Value, canonical, parse};

/// What a menu says, as a number: the SHA-256 of its canonical JSON (RFC 8785).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version([u8; 32]);

impl Version {
    /// The version of a document.
    pub fn of(document: &Value<'_>) -> Self {
        let mut text = String::new();
        canonical(document, &mut text);
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// The version of a document's text; text that is not JSON has none.
    pub fn of_text(text: &str) -> Option<Self> {
        parse(text).ok().map(|tree| Self::of(&tree))
    }

    /// The version with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let read = base16ct::mixed::decode(text, &mut bytes).ok()?;
        (read.len() == 32).then_some(Self(bytes))
    }
}

/// 64 hexadecimal digits.
impl std::fmt::Display for Version {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&base16ct::lower::encode_string(&self.0))
    }
}

impl std::fmt::Debug for Version {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_reads_back_as_it_is_written() {
        let version = Version::of(&crate::source::parse("{\"b\": 1, \"a\": [ ]}").unwrap());
        assert_eq!(
            version.to_string(),
            "1c8f8816506a8ccbc55140d8a7bb70214a8942c7030fc0fc2914cec675cd1c15"
        );
        assert_eq!(Version::from_hex(&version.to_string()), Some(version));
        assert_eq!(Version::from_hex("2e"), None);
    }
}
