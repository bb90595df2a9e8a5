//! What the platform would refuse.

/// A request the platform would refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {message}")]
pub struct InvalidError {
    /// The member, as a JSON pointer into the body; `/leg` and `/id` for those in the address.
    pub pointer: &'static str,
    /// What it must be.
    pub message: &'static str,
}

/// Refuses unless `good`.
pub(super) fn ensure(
    good: bool,
    pointer: &'static str,
    message: &'static str,
) -> Result<(), InvalidError> {
    match good {
        true => Ok(()),
        false => Err(InvalidError { pointer, message }),
    }
}

/// Refuses an id that would change the address it is put in.
pub(super) fn ensure_id(id: &str, pointer: &'static str) -> Result<(), InvalidError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    ensure(
        !id.is_empty() && id.len() <= 128 && id.bytes().all(plain),
        pointer,
        "letters, digits and dashes, 1 to 128 of them",
    )
}

/// Refuses an address the platform could not call.
pub(super) fn ensure_url(url: &str, pointer: &'static str) -> Result<(), InvalidError> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    ensure(
        rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
            && url.bytes().all(|byte| byte.is_ascii_graphic()),
        pointer,
        "a URL that begins with https:// or http://",
    )
}
