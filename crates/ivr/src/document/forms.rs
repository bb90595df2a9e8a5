//! Forms of text that several kinds of documents and nodes use.

use describe::{Code, Text, TextError};

use crate::document::{LONGEST_NAME, is_keys, is_name};
use crate::template::Template;

/// Names: what each names is in the finding about one that cannot be.
macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $what:literal;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl Text for $name {
            type Value = String;
            const NAME: &'static str = "";
            const DESCRIPTION: &'static str = "Letters a-z, digits, `_` and `-`; 40 at most.";
            const EXPECTED: &'static str = $what;
            const PATTERN: &'static str = "^[A-Za-z0-9_-]{1,40}$";

            fn parse(written: &str) -> Result<String, TextError> {
                name(written, $what)
            }
        }
    )*};
}

names! {
    /// The id of a menu.
    MenuName = "a menu's id";
    /// The id of a node.
    NodeName = "a node's id";
    /// The id of a calendar.
    CalendarName = "a calendar's id";
    /// The id of a list.
    ListName = "a list's id";
    /// The name of a variable.
    VariableName = "a variable's name";
}

/// Reads a name, or says why it is none.
fn name(written: &str, what: &str) -> Result<String, TextError> {
    if is_name(written) {
        return Ok(written.to_owned());
    }
    let message = format!(
        "`{written}` cannot be {what}: expected 1 to {LONGEST_NAME} letters a-z, digits, `_` or `-`"
    );
    Err(TextError::new(Code::BadName, message))
}

/// A row of keys.
pub(crate) struct Keys;

impl Text for Keys {
    type Value = String;
    const NAME: &'static str = "keys";
    const DESCRIPTION: &'static str = "One or more of the keys 0-9, * and #.";
    const EXPECTED: &'static str = "keys, like \"1\" or \"12\"";
    const PATTERN: &'static str = "^[0-9*#]{1,20}$";

    fn parse(written: &str) -> Result<String, TextError> {
        if is_keys(written) {
            return Ok(written.to_owned());
        }
        let message =
            format!("`{written}` cannot be pressed: expected 1 to 20 of the keys 0-9, `*` and `#`");
        Err(TextError::new(Code::BadKeys, message))
    }
}

/// A single key.
pub(crate) struct OneKey;

impl Text for OneKey {
    type Value = String;
    const NAME: &'static str = "key";
    const DESCRIPTION: &'static str = "One of the keys 0-9, * and #.";
    const EXPECTED: &'static str = "one key";
    const PATTERN: &'static str = "^[0-9*#]$";

    fn parse(written: &str) -> Result<String, TextError> {
        if written.len() == 1 && is_keys(written) {
            return Ok(written.to_owned());
        }
        let message = format!("`{written}` is not one key: expected one of 0-9, `*` and `#`");
        Err(TextError::new(Code::BadKeys, message))
    }
}

/// A language tag; which ones the platform speaks is an open list.
pub(crate) struct Language;

impl Text for Language {
    type Value = String;
    const NAME: &'static str = "language";
    const DESCRIPTION: &'static str = "A BCP-47 language.";
    const EXPECTED: &'static str = "a BCP-47 language, like `en-GB`";
    const PATTERN: &'static str = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$";
    const EXAMPLES: &'static [&'static str] = &["en-GB", "de-DE"];

    fn parse(written: &str) -> Result<String, TextError> {
        let mut parts = written.split('-');
        let first = parts.next().unwrap_or_default();
        let sound = (2..=3).contains(&first.len())
            && first.bytes().all(|byte| byte.is_ascii_alphabetic())
            && parts.all(|part| {
                (1..=8).contains(&part.len())
                    && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
            });
        if sound {
            return Ok(written.to_owned());
        }
        let message = format!("`{written}` is not {}", Self::EXPECTED);
        Err(TextError::new(Code::OutOfRange, message))
    }
}

/// A text that is not empty.
pub(crate) struct Filled;

impl Text for Filled {
    type Value = String;
    const NAME: &'static str = "";
    const DESCRIPTION: &'static str = "";
    const EXPECTED: &'static str = "text";
    const PATTERN: &'static str = "\\S";

    fn parse(written: &str) -> Result<String, TextError> {
        if written.trim().is_empty() {
            let message = "expected some text, found nothing";
            return Err(TextError::new(Code::OutOfRange, message));
        }
        Ok(written.to_owned())
    }
}

/// An https address.
pub(crate) struct Https;

impl Text for Https {
    type Value = String;
    const NAME: &'static str = "https";
    const DESCRIPTION: &'static str =
        "An https address. {{placeholders}} are filled in, but not in the host.";
    const EXPECTED: &'static str = "an address that begins with https://";
    const PATTERN: &'static str = "^https://[^\\s/?#]";

    fn parse(written: &str) -> Result<String, TextError> {
        address(written, &["https://"], Self::EXPECTED)
    }
}

/// An address with one of the schemes, printable and without blanks.
pub(crate) fn address(
    written: &str,
    schemes: &[&str],
    expected: &str,
) -> Result<String, TextError> {
    let Ok(template) = Template::new(written) else {
        // What is wrong with a placeholder is told where it is read.
        return Ok(written.to_owned());
    };
    let plain = template.with_each(SLOT);
    let rest = schemes.iter().find_map(|scheme| plain.strip_prefix(scheme));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    match host {
        Some(host) if !host.is_empty() && is_printable(&plain) => {
            fixed_host(host).map(|()| written.to_owned())
        }
        _ => {
            let message = format!("`{written}` is not {expected}");
            Err(TextError::new(Code::BadAddress, message))
        }
    }
}

/// Stands for a placeholder while an address is judged: no character of any address.
pub(crate) const SLOT: &str = "\u{7f}";

/// Whether an address, [`SLOT`]s in it, holds nothing that could end the text it stands in.
pub(crate) fn is_printable(plain: &str) -> bool {
    plain.bytes().all(|byte| {
        byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\') || byte == 0x7f
    })
}

/// Refuses a host that is not written out. Whoever calls could otherwise choose where a call or
/// a request goes.
pub(crate) fn fixed_host(host: &str) -> Result<(), TextError> {
    if !host.contains(SLOT) {
        return Ok(());
    }
    let message = "a placeholder cannot stand in the host of an address";
    let help = "write the host itself; before or behind it placeholders are filled in";
    Err(TextError::new(Code::BadPlaceholder, message).with_help(Some(help.to_owned())))
}

/// The name of a header.
pub(crate) struct HeaderName;

impl Text for HeaderName {
    type Value = String;
    const NAME: &'static str = "";
    const DESCRIPTION: &'static str = "The header's name.";
    const EXPECTED: &'static str = "a header's name";
    const PATTERN: &'static str = "^[A-Za-z0-9_-]+$";

    fn parse(written: &str) -> Result<String, TextError> {
        let sound = written
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if sound && !written.is_empty() {
            return Ok(written.to_owned());
        }
        let message = format!("`{written}` cannot be a header's name");
        Err(TextError::new(Code::BadName, message))
    }
}

/// Headers, by their names.
pub(crate) type Headers = describe::Named<HeaderName, String>;
