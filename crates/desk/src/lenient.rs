//! JSON while it is being typed: what can be read of it, and where the cursor stands in it.

use serde_json::{Map, Value};

/// Where a byte of a text stands in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The members and items that lead to it; for a key, to the object it is in.
    pub(crate) path: Vec<String>,
    /// A key, or the place of one, rather than a value.
    pub(crate) is_key: bool,
    /// The first byte of what is written there.
    pub(crate) from: usize,
    /// The byte after the last.
    pub(crate) to: usize,
    /// The text written there, when there is any.
    pub(crate) written: Option<String>,
}

/// Reads what can be read, and finds the place of byte `at`. Nothing is an error: what is missing
/// at the end is taken as written, what cannot be there is skipped.
pub(crate) fn read(text: &str, at: usize) -> (Value, Option<Cursor>) {
    let mut reader = Reader {
        text,
        position: 0,
        at,
        path: Vec::new(),
        cursor: None,
    };
    let value = reader.value();
    (value, reader.cursor)
}

/// No document nests deeper.
const DEEPEST: usize = 64;

struct Reader<'t> {
    text: &'t str,
    position: usize,
    at: usize,
    path: Vec<String>,
    cursor: Option<Cursor>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    /// Skips blanks; a cursor among them is in no token yet.
    fn blanks(&mut self) -> (usize, usize) {
        let from = self.position;
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.position += 1;
        }
        (from, self.position)
    }

    fn note(&mut self, is_key: bool, from: usize, to: usize, written: Option<String>) {
        if self.cursor.is_none() {
            self.cursor = Some(Cursor {
                path: self.path.clone(),
                is_key,
                from,
                to,
                written,
            });
        }
    }

    fn value(&mut self) -> Value {
        let (from, begin) = self.blanks();
        // Between the colon and whatever follows.
        let waits = self.at >= from && self.at <= begin;
        let value = match self.peek() {
            Some(b'{') if self.path.len() < DEEPEST => {
                self.position += 1;
                return self.object();
            }
            Some(b'[') if self.path.len() < DEEPEST => {
                self.position += 1;
                return self.list();
            }
            Some(b'"') => Value::String(self.string()),
            Some(b',' | b'}' | b']') | None => {
                if waits {
                    self.note(false, self.at, self.at, None);
                }
                return Value::Null;
            }
            Some(_) => self.word(),
        };
        if self.at >= begin && self.at <= self.position {
            let written = value.as_str().map(str::to_owned);
            self.note(false, begin, self.position, written);
        }
        value
    }

    fn word(&mut self) -> Value {
        let begin = self.position;
        while !matches!(
            self.peek(),
            Some(b',' | b'}' | b']' | b'{' | b'[' | b'"' | b':' | b' ' | b'\t' | b'\r' | b'\n')
                | None
        ) {
            self.position += 1;
        }
        if self.position == begin {
            // What cannot begin a value is skipped.
            self.position += 1;
        }
        let word = self.text.get(begin..self.position).unwrap_or_default();
        serde_json::from_str(word).unwrap_or(Value::Null)
    }

    /// A string, to its closing quote or, when that is missing, to the end of the line.
    fn string(&mut self) -> String {
        let begin = self.position;
        self.position += 1;
        let mut escaped = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => break,
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    self.position += 1;
                    let raw = self.text.get(begin..self.position).unwrap_or_default();
                    return serde_json::from_str(raw).unwrap_or_default();
                }
                _ => {}
            }
            self.position += 1;
        }
        self.text
            .get(begin + 1..self.position)
            .unwrap_or_default()
            .to_owned()
    }

    fn object(&mut self) -> Value {
        let mut members = Map::new();
        loop {
            let (from, begin) = self.blanks();
            let waits = self.at >= from && self.at <= begin;
            match self.peek() {
                Some(b'"') => {
                    let key = self.string();
                    if self.at >= begin && self.at <= self.position {
                        self.note(true, begin, self.position, Some(key.clone()));
                    }
                    self.blanks();
                    let value = if self.peek() == Some(b':') {
                        self.position += 1;
                        self.path.push(key.clone());
                        let value = self.value();
                        self.path.pop();
                        value
                    } else {
                        Value::Null
                    };
                    members.insert(key, value);
                }
                Some(b'}') | None => {
                    if waits {
                        self.note(true, self.at, self.at, None);
                    }
                    self.position += 1;
                    return Value::Object(members);
                }
                Some(b',') => {
                    if waits && self.at < begin {
                        self.note(true, self.at, self.at, None);
                    }
                    self.position += 1;
                }
                // A bracket that closes something above ends this too.
                Some(b']') => return Value::Object(members),
                Some(_) => {
                    self.word();
                    if self.at >= begin && self.at <= self.position {
                        self.note(true, begin, self.position, None);
                    }
                }
            }
        }
    }

    fn list(&mut self) -> Value {
        let mut items = Vec::new();
        loop {
            let (from, begin) = self.blanks();
            match self.peek() {
                Some(b']') | None => {
                    if self.at >= from && self.at <= begin {
                        self.path.push(items.len().to_string());
                        self.note(false, self.at, self.at, None);
                        self.path.pop();
                    }
                    self.position += 1;
                    return Value::Array(items);
                }
                Some(b'}') => return Value::Array(items),
                Some(b',' | b':') => self.position += 1,
                Some(_) => {
                    self.path.push(items.len().to_string());
                    let value = self.value();
                    self.path.pop();
                    items.push(value);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever is typed, reading it ends and breaks nothing.
        #[test]
        fn any_text_is_read(text in "[\\[\\]{},:\" a1\\\\\\n\u{e9}]{0,60}", at in 0_usize..70) {
            let (_, cursor) = read(&text, at);
            if let Some(cursor) = cursor {
                prop_assert!(cursor.from <= cursor.to && cursor.to <= text.len().max(at));
            }
        }

        /// What is whole is read as it is.
        #[test]
        fn whole_json_is_read_whole(key in "[a-z]{1,4}", number in any::<i32>(), word in "[ -~]{0,8}") {
            let value = serde_json::json!({ key: [number, word, null, { "a": true }] });
            prop_assert_eq!(read(&value.to_string(), 0).0, value.clone());
            prop_assert_eq!(read(&serde_json::to_string_pretty(&value).unwrap(), 0).0, value);
        }
    }
}
