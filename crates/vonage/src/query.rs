//! `application/x-www-form-urlencoded`: queries of GET webhooks and bodies of form POSTs.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::borrow::Cow;

/// The decoded pairs of a query or form body, in order. Empty pairs (`a=1&&b=2`) are skipped, a pair
/// without `=` has an empty value.
///
/// A `%` that starts no triple stands for itself, and bytes that are not UTF-8 once decoded become
/// U+FFFD: a caller must not be lost for a carrier's stray Latin-1 letter, and the raw query still
/// holds the original.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> + Clone {
    form_urlencoded::parse(query.as_bytes())
}

/// Everything but letters, digits and `-._~` (RFC 3986, section 2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Writes pairs as a query or form body, percent-encoded; a blank is `%20`, as Vonage writes it.
///
/// ```
/// assert_eq!(vonage::encode_query([("text", "a b"), ("to", "+44")]), "text=a%20b&to=%2B44");
/// ```
#[must_use]
pub fn encode_query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = String::new();
    for (key, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        query.extend(utf8_percent_encode(key, ENCODED));
        query.push('=');
        query.extend(utf8_percent_encode(value, ENCODED));
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_keeps_what_it_cannot_decode() {
        let check = |input: &str, expected: &str| {
            let query = ["a=", input].concat();
            let values: Vec<_> = pairs(&query).map(|(_, value)| value).collect();
            assert_eq!(values, [expected], "{input}");
        };
        check("plain", "plain");
        check("a+b%20c", "a b c");
        check("%7B%22x%22:1%7d", "{\"x\":1}");
        check("100%", "100%");
        check("%zz%4", "%zz%4");
        check("caf%C3%A9", "café");
        check("caf%E9", "caf\u{fffd}");
        check("%00", "\0");
    }

    #[test]
    fn pairs_skip_nothing_but_the_empty() {
        let check = |input: &str, expected: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs(input).collect();
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(key, value)| (&**key, &**value))
                .collect();
            assert_eq!(pairs, expected, "{input}");
        };
        check("", &[]);
        check("a=1&b=2", &[("a", "1"), ("b", "2")]);
        check("&&a&=v&b==&", &[("a", ""), ("", "v"), ("b", "=")]);
    }

    #[test]
    fn what_is_encoded_decodes_to_itself() {
        let text = "Zoë & ☎ = 100% {\"a\":\"b+c\"}";
        let query = encode_query([(text, text)]);
        let pairs: Vec<_> = pairs(&query).collect();
        assert_eq!(pairs, [(text.into(), text.into())]);
    }
}
