//! `application/x-www-form-urlencoded`: queries of GET webhooks and bodies of form POSTs.

use std::borrow::Cow;

/// The pairs of a query or form body, in order, still encoded. Empty pairs (`a=1&&b=2`) are
/// skipped, a pair without `=` has an empty value.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> + Clone {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Decodes one key or value: `+` is a space, `%XX` a byte, a `%` that starts no such triple stands
/// for itself. Bytes that are not UTF-8 once decoded become U+FFFD: a caller must not be lost for a
/// carrier's stray Latin-1 letter, and the raw query still holds the original.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte == b'%' || byte == b'+') {
        return Cow::Borrowed(text);
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => break,
            [b'+', tail @ ..] => {
                decoded.push(b' ');
                tail
            }
            [b'%', high, low, tail @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                decoded.push((hex_digit(*high) << 4) | hex_digit(*low));
                tail
            }
            [byte, tail @ ..] => {
                decoded.push(*byte);
                tail
            }
        };
    }
    Cow::Owned(match String::from_utf8(decoded) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

fn hex_digit(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        b'A'..=b'F' => digit - b'A' + 10,
        _ => 0,
    }
}

/// Writes pairs as a query or form body, percent-encoded: for emulators and tests.
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
        encode_into(key, &mut query);
        query.push('=');
        encode_into(value, &mut query);
    }
    query
}

/// Appends `text` percent-encoded: letters, digits and `-._~` stay.
fn encode_into(text: &str, out: &mut String) {
    const HEX: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or('0');
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(digit(byte >> 4));
            out.push(digit(byte & 15));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_keeps_what_it_cannot_decode() {
        let check = |input: &str, expected: &str| assert_eq!(decode(input), expected, "{input}");
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
            assert_eq!(pairs(input).collect::<Vec<_>>(), expected, "{input}");
        };
        check("", &[]);
        check("a=1&b=2", &[("a", "1"), ("b", "2")]);
        check("&&a&=v&b==&", &[("a", ""), ("", "v"), ("b", "=")]);
    }

    #[test]
    fn what_is_encoded_decodes_to_itself() {
        let text = "Zoë & ☎ = 100% {\"a\":\"b+c\"}";
        let mut encoded = String::new();
        encode_into(text, &mut encoded);
        assert_eq!(decode(&encoded), text);
    }
}
