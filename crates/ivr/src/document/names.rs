//! How names and keys are written.

/// The longest a name may be: names ride in the state of a call.
pub const LONGEST_NAME: usize = 40;

/// Whether a text may be the name of a node, menu, calendar, list or variable.
pub fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    !text.is_empty() && text.len() <= LONGEST_NAME && text.bytes().all(fits)
}

/// Whether a text is keys of a telephone.
pub fn is_keys(text: &str) -> bool {
    (1..=20).contains(&text.len())
        && text
            .bytes()
            .all(|key| key.is_ascii_digit() || matches!(key, b'*' | b'#'))
}
