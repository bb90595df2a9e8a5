//! Entity tags and what they make of a request (RFC 9110, 8.8.3 and 13).

use ivr::Version;
use sha2::{Digest, Sha256};

/// The entity tag of a document: its version. Text that is not JSON has none, and gets a tag that
/// no version has.
#[must_use]
pub fn tag(text: &str) -> String {
    match Version::of_text(text) {
        Some(version) => quoted(&version.to_string()),
        None => {
            let digest = Sha256::digest(text.as_bytes());
            let hex = base16ct::lower::encode_string(digest.get(..8).unwrap_or_default());
            quoted(&["broken-", &hex].concat())
        }
    }
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
        assert_eq!(tag("{ broken"), tag("{ broken"));
        assert_ne!(tag("{ broken"), tag("{ broken too"));
        assert!(tag("{ broken").starts_with("\"broken-"));
        assert_eq!(tag("{\"a\": 1}"), tag("{ \"a\":1 }"));
    }
}
