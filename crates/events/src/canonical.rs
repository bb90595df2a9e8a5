//! Ids that are computed, not drawn: the same content always gives the same id.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Feeds labelled parts and JSON values into SHA-256 in one canonical form.
///
/// Every part is length-prefixed, so that no two different sequences of parts look alike. They are
/// put together first: to hash many short parts one by one costs more than to copy them.
pub(crate) struct Hasher(Vec<u8>);

impl Hasher {
    pub(crate) fn new() -> Self {
        Self(Vec::with_capacity(1_024))
    }

    pub(crate) fn part(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend((bytes.len() as u64).to_le_bytes());
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn optional(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => {
                self.0.push(1);
                self.part(text.as_bytes())
            }
            None => {
                self.0.push(0);
                self
            }
        }
    }

    /// Members in the order of their names, whatever order they arrived in.
    pub(crate) fn object(&mut self, object: &Map<String, Value>, skip: &[&str]) -> &mut Self {
        let mut members: Vec<_> = object
            .iter()
            .filter(|(name, _)| !skip.contains(&name.as_str()))
            .collect();
        // Callers wait for it, and no name is there twice.
        members.sort_unstable_by(|a, b| a.0.cmp(b.0));
        self.0.push(b'{');
        self.0.extend((members.len() as u64).to_le_bytes());
        for (name, value) in members {
            self.part(name.as_bytes());
            self.value(value);
        }
        self
    }

    pub(crate) fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.0.push(b'n'),
            Value::Bool(true) => self.0.push(b't'),
            Value::Bool(false) => self.0.push(b'f'),
            Value::Number(number) => {
                self.0.push(b'#');
                self.part(number.to_string().as_bytes());
            }
            Value::String(text) => {
                self.0.push(b'"');
                self.part(text.as_bytes());
            }
            Value::Array(items) => {
                self.0.push(b'[');
                self.0.extend((items.len() as u64).to_le_bytes());
                for item in items {
                    self.value(item);
                }
            }
            Value::Object(object) => {
                self.object(object, &[]);
            }
        }
    }

    /// The first 128 bits in lower-case hex: enough for no two webhooks ever to meet.
    pub(crate) fn id(self) -> String {
        base16ct::lower::encode_string(Sha256::digest(self.0).get(..16).unwrap_or_default())
    }
}
