//! Entity tags and what they make of a request (RFC 9110, 8.8.3 and 13).

use sha2::{Digest, Sha256};

/// The entity tag of a text that is no JSON: one that no version has.
#[must_use]
pub fn broken(text: &str) -> String {
    let digest = digest(text.as_bytes());
    quoted(&["broken-", digest.get(..16).unwrap_or_default()].concat())
}

/// The entity tag of what has no version, by its bytes.
#[must_use]
pub fn of_bytes(bytes: &[u8]) -> String {
    quoted(&digest(bytes))
}

fn digest(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(bytes))
}

/// A version as a tag.
#[must_use]
pub fn quoted(version: &str) -> String {
    ["\"", version, "\""].concat()
}

/// Whether `If-Match` or `If-None-Match` names what is there; `current` is its tag. Weak tags count
/// as the strong ones: all of ours are.
#[must_use]
pub fn fits(header: &str, current: Option<&str>) -> bool {
    current.is_some_and(|current| {
        entries(header).any(|entry| entry == "*" || entry.trim_start_matches("W/") == current)
    })
}

fn entries(header: &str) -> impl Iterator<Item = &str> {
    header.split(',').map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_fits_when_the_header_names_it_or_anything() {
        let check = |header: &str, current: Option<&str>, expected: bool| {
            assert_eq!(fits(header, current), expected, "{header} {current:?}");
        };
        check("\"a\"", Some("\"a\""), true);
        check("W/\"a\"", Some("\"a\""), true);
        check("\"b\", \"a\"", Some("\"a\""), true);
        check("*", Some("\"a\""), true);
        check("*", None, false);
        check("\"a\"", None, false);
        check("\"b\"", Some("\"a\""), false);
        check("a", Some("\"a\""), false);
        check("", Some("\"a\""), false);
    }

    #[test]
    fn two_broken_documents_are_not_the_same() {
        assert_eq!(broken("{ broken"), broken("{ broken"));
        assert_ne!(broken("{ broken"), broken("{ broken too"));
        assert!(broken("{ broken").starts_with("\"broken-"));
    }
}
