//! What `payload_hash` is the hash of.
//!
//! For a GET no capture settles how nested values and nulls enter the JSON, nor whether the
//! encoder escapes letters that are special in HTML, so every likely writing is tried. Each of them
//! spells out all keys and values in order, so none lets through a query that was not signed.

use crate::delivery::{Delivery, Method};
use crate::query;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;

pub(super) type Digest = [u8; 32];

/// Whether there is nothing a token would have to vouch for.
pub(super) fn is_empty(delivery: &Delivery<'_>) -> bool {
    match delivery.method {
        Method::Post => delivery.body.is_empty(),
        Method::Get => delivery.query.is_empty(),
    }
}

/// How the raw plus signs of a query are meant.
///
/// A form writes a blank as `+`; Vonage's captured GETs write it as `%20`, so that a raw `+` is the
/// plus of a telephone number. The payload hash tells which of the two was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Plus {
    /// A blank.
    Blank,
    /// Itself.
    Itself,
}

impl Plus {
    /// The query written so that a form's reader understands it as it was meant.
    #[must_use]
    pub fn spell_out(self, query: &str) -> Cow<'_, str> {
        match self {
            Self::Itself if query.contains('+') => Cow::Owned(query.replace('+', "%2B")),
            _ => Cow::Borrowed(query),
        }
    }
}

/// Asks `matches` about each hash that a token for this delivery may carry, the likeliest first,
/// until it agrees. `None`: it never does.
pub(super) fn find(
    delivery: &Delivery<'_>,
    own_parameters: &[&str],
    raw_query: bool,
    mut matches: impl FnMut(Digest) -> bool,
) -> Option<Plus> {
    let query = match delivery.method {
        Method::Post => {
            return matches(Sha256::digest(delivery.body).into()).then_some(Plus::Blank);
        }
        Method::Get => delivery.query,
    };
    let has_own = query::pairs(query).any(|(key, _)| own_parameters.contains(&key.as_ref()));
    let skips: &[&[&str]] = match has_own {
        true => &[&[], own_parameters],
        false => &[&[]],
    };
    let pluses: &[Plus] = match query.contains('+') {
        true => &[Plus::Blank, Plus::Itself],
        false => &[Plus::Blank],
    };
    for plus in pluses {
        let spelt = plus.spell_out(query);
        for writing in &WRITINGS {
            for skip in skips {
                if matches(writing.digest(&spelt, skip)) {
                    return Some(*plus);
                }
            }
        }
    }
    (raw_query && matches(Sha256::digest(query.as_bytes()).into())).then_some(Plus::Blank)
}

/// The hash Vonage puts into a token for this delivery, as far as it is known.
pub(super) fn likeliest(delivery: &Delivery<'_>) -> Option<Digest> {
    let mut likeliest = None;
    find(delivery, &[], false, |digest| {
        likeliest = Some(digest);
        true
    });
    likeliest
}

/// A way to write a query as JSON.
struct Writing {
    /// Values that are JSON objects or lists, and the word null, as themselves rather than as text.
    nested: bool,
    /// Letters written as `\u00XX` for the sake of HTML: none, those of Gson, those of Go.
    html: &'static [u8],
}

const WRITINGS: [Writing; 6] = {
    const NONE: &[u8] = b"";
    const GSON: &[u8] = b"<>&='";
    const GO: &[u8] = b"<>&";
    const fn writing(nested: bool, html: &'static [u8]) -> Writing {
        Writing { nested, html }
    }
    [
        writing(false, NONE),
        writing(true, NONE),
        writing(false, GSON),
        writing(true, GSON),
        writing(false, GO),
        writing(true, GO),
    ]
};

impl Writing {
    fn digest(&self, query: &str, skip: &[&str]) -> Digest {
        let mut hash = Sha256::new();
        let mut separator = "{";
        for (key, value) in query::pairs(query) {
            if skip.contains(&key.as_ref()) {
                continue;
            }
            hash.update(separator);
            separator = ",";
            self.text(&key, &mut hash);
            hash.update(":");
            self.value(&value, &mut hash);
        }
        hash.update(if separator == "{" { "{}" } else { "}" });
        hash.finalize().into()
    }

    fn value(&self, value: &str, hash: &mut Sha256) {
        let json = self.nested && value.starts_with(['{', '[']);
        if self.nested && value == "null" {
            hash.update(value);
        } else if json && serde_json::from_str::<&RawValue>(value).is_ok() {
            compact(value, hash);
        } else {
            self.text(value, hash);
        }
    }

    /// A JSON string.
    fn text(&self, text: &str, hash: &mut Sha256) {
        hash.update("\"");
        let mut plain = 0;
        for (at, byte) in text.bytes().enumerate() {
            let escape = match byte {
                b'"' => "\\\"",
                b'\\' => "\\\\",
                b'\n' => "\\n",
                b'\r' => "\\r",
                b'\t' => "\\t",
                0x08 => "\\b",
                0x0c => "\\f",
                0..0x20 => "",
                byte if self.html.contains(&byte) => "",
                _ => continue,
            };
            hash.update(text.as_bytes().get(plain..at).unwrap_or_default());
            plain = at + 1;
            if escape.is_empty() {
                hash.update("\\u00");
                let mut digits = [0; 2];
                // Two digits fit.
                if let Ok(digits) = base16ct::lower::encode(&[byte], &mut digits) {
                    hash.update(digits);
                }
            } else {
                hash.update(escape);
            }
        }
        hash.update(text.as_bytes().get(plain..).unwrap_or_default());
        hash.update("\"");
    }
}

/// JSON without the blanks between its tokens.
fn compact(json: &str, hash: &mut Sha256) {
    let (mut quoted, mut escaped) = (false, false);
    for byte in json.bytes() {
        if quoted || !byte.is_ascii_whitespace() {
            hash.update([byte]);
        }
        (quoted, escaped) = match byte {
            _ if escaped => (quoted, false),
            b'\\' => (quoted, quoted),
            b'"' => (!quoted, false),
            _ => (quoted, false),
        };
    }
}
