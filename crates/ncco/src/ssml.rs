//! SSML, the markup a [`Talk`](crate::Talk) may use.
//!
//! A text is SSML when it is one `<speak>` element; everything else is plain
//! text, where `<` and `&` mean themselves. Source: text-to-speech guide, NCCO
//! reference, talk.

/// The most characters a [`Talk`](crate::Talk) may have, tags not counted.
pub const MAX_LENGTH: usize = 1500;

/// Why a text is not well-formed SSML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}{} at byte {offset}", self.quoted())]
#[non_exhaustive]
pub struct SsmlError {
    /// What is wrong. Stable: programs may match on it.
    pub kind: SsmlErrorKind,
    /// Where it begins: bytes from the start of the text.
    pub offset: usize,
    /// The tag, attribute or entity it is about, as it stands in the text; may
    /// be empty.
    pub name: String,
}

/// The kinds of [`SsmlError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum SsmlErrorKind {
    /// `<speak>` does not hold the whole text, or occurs twice.
    #[error("<speak> must hold the whole text, once")]
    SpeakNotWhole,
    /// A tag is opened and never closed.
    #[error("the tag is never closed")]
    Unclosed,
    /// A tag is closed that is not the one open.
    #[error("the closing tag does not match the open one")]
    Mismatched,
    /// A `<` that begins no tag.
    #[error("a < that begins no tag, write &lt;")]
    StrayLess,
    /// A `&` that begins no entity of XML.
    #[error("an & that begins no entity, write &amp;")]
    StrayAmpersand,
    /// A tag, comment or attribute that does not end.
    #[error("the tag does not end")]
    Unfinished,
    /// An attribute without a value in quotes, or given twice.
    #[error("an attribute needs a value in quotes, and may occur once")]
    BadAttribute,
    /// A character XML does not allow.
    #[error("a control character that XML does not allow")]
    BadCharacter,
}

impl SsmlError {
    fn quoted(&self) -> String {
        match self.name.as_str() {
            "" => String::new(),
            name => [" (`", name, "`)"].concat(),
        }
    }
}

/// Escapes a text so that it can stand inside `<speak>`, in an element or in a
/// quoted attribute. Control characters that XML does not allow become blanks.
///
/// ```
/// assert_eq!(ncco::ssml::escape("Fish & chips < 5"), "Fish &amp; chips &lt; 5");
/// ```
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            other if is_allowed(other) => escaped.push(other),
            _ => escaped.push(' '),
        }
    }
    escaped
}

/// The characters XML 1.0 allows, section 2.2.
fn is_allowed(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => other >= ' ',
    }
}

/// Whether the platform takes the text for SSML: it begins with `<speak`.
#[must_use]
pub fn is_ssml(text: &str) -> bool {
    opens_speak(text.trim_start())
}

fn opens_speak(text: &str) -> bool {
    text.strip_prefix("<speak")
        .is_some_and(|rest| !rest.starts_with(is_name))
}

/// Whether something in the text looks like a tag: `<`, perhaps `/`, and a
/// letter, and later a `>`.
#[must_use]
pub fn has_tags(text: &str) -> bool {
    let comments = comments_end(text);
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        if tag_length(after, comments).is_some() {
            return true;
        }
        rest = after;
    }
    false
}

/// Number of characters the limit of [`MAX_LENGTH`] counts: all but tags and
/// comments. An entity counts with all of its characters (`&amp;` is 5), which is
/// never less than the platform counts.
///
/// ```
/// assert_eq!(ncco::ssml::plain_length("<speak>One <break time='1s'/>two</speak>"), 7);
/// ```
#[must_use]
pub fn plain_length(text: &str) -> usize {
    let comments = comments_end(text);
    let mut length = 0;
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        length += before.chars().count();
        match tag_length(after, comments).and_then(|end| after.get(end..)) {
            Some(behind) => rest = behind,
            None => {
                length += 1;
                rest = after;
            }
        }
    }
    length + rest.chars().count()
}

/// Bytes from the end of the last comment to the end of the text. Searching for
/// it once keeps a text of many unfinished comments from taking quadratic time.
fn comments_end(text: &str) -> Option<usize> {
    text.rfind("-->").map(|end| text.len() - end)
}

/// Bytes until the end of a tag whose `<` has been taken, if it is one.
fn tag_length(after: &str, comments: Option<usize>) -> Option<usize> {
    if let Some(comment) = after.strip_prefix("!--") {
        if comments.is_none_or(|end| comment.len() < end) {
            return None;
        }
        return comment
            .find("-->")
            .map(|end| end + "!--".len() + "-->".len());
    }
    let name = after.strip_prefix('/').unwrap_or(after);
    if !name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_' || first == '?')
    {
        return None;
    }
    let mut quote = None;
    for (index, byte) in after.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(index + 1),
            (None, b'<') => return None,
            (None, _) => {}
        }
    }
    None
}

fn is_name_start(character: char) -> bool {
    character.is_alphabetic() || character == '_' || character == ':'
}

fn is_name(character: char) -> bool {
    is_name_start(character) || character.is_numeric() || matches!(character, '-' | '.')
}

/// Checks that a text is well-formed: plain text always is; SSML must be one
/// `<speak>` element with properly nested tags, quoted attributes and no stray
/// `<` or `&`. Which tags a voice knows is not checked.
///
/// # Errors
/// The first mistake, with its place.
///
/// ```
/// use ncco::ssml::{SsmlErrorKind, check};
///
/// assert!(check("Fish & chips").is_ok());
/// assert!(check("<speak>Fish &amp; chips</speak>").is_ok());
/// let error = check("<speak>Fish & chips</speak>").unwrap_err();
/// assert_eq!((error.kind, error.offset), (SsmlErrorKind::StrayAmpersand, 12));
/// ```
pub fn check(text: &str) -> Result<(), SsmlError> {
    if !is_ssml(text) {
        let tag = text.match_indices('<').find(|(offset, _)| {
            let tag = text.get(*offset..).unwrap_or_default();
            opens_speak(tag) || tag.starts_with("</speak>")
        });
        return match tag {
            Some((offset, _)) => Err(error(SsmlErrorKind::SpeakNotWhole, offset, "")),
            None => Ok(()),
        };
    }
    Reader {
        text,
        offset: text.len() - text.trim_start().len(),
        open: Vec::new(),
    }
    .document()
}

fn error(kind: SsmlErrorKind, offset: usize, name: &str) -> SsmlError {
    SsmlError {
        kind,
        offset,
        name: name.to_owned(),
    }
}

struct Reader<'a> {
    text: &'a str,
    offset: usize,
    /// Open tags and where they are.
    open: Vec<(&'a str, usize)>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    fn document(mut self) -> Result<(), SsmlError> {
        loop {
            self.markup()?;
            if self.open.is_empty() {
                break;
            }
            self.characters()?;
        }
        let rest = self.rest();
        if !rest.trim().is_empty() {
            let offset = self.offset + (rest.len() - rest.trim_start().len());
            return Err(error(SsmlErrorKind::SpeakNotWhole, offset, ""));
        }
        Ok(())
    }

    /// Text up to the next `<`.
    fn characters(&mut self) -> Result<(), SsmlError> {
        let rest = self.rest();
        let Some(length) = rest.find('<') else {
            let (name, offset) = self.open.pop().unwrap_or_default();
            return Err(error(SsmlErrorKind::Unclosed, offset, name));
        };
        self.plain(rest.get(..length).unwrap_or_default())?;
        self.offset += length;
        Ok(())
    }

    /// Characters and entities from the current place on.
    fn plain(&self, plain: &str) -> Result<(), SsmlError> {
        for (index, character) in plain.char_indices() {
            let offset = self.offset + index;
            if character == '&' {
                check_entity(plain.get(index + 1..).unwrap_or_default(), offset)?;
            } else if !is_allowed(character) {
                return Err(error(SsmlErrorKind::BadCharacter, offset, ""));
            }
        }
        Ok(())
    }

    /// A tag or comment; the current place is at its `<`.
    fn markup(&mut self) -> Result<(), SsmlError> {
        let start = self.offset;
        let rest = self.rest();
        if rest.starts_with("<!--") {
            return self.skip_past("-->");
        }
        if let Some(closing) = rest.strip_prefix("</") {
            self.offset += 2;
            let name = self.name(closing, start)?;
            self.blanks();
            self.expect('>', start)?;
            return match self.open.pop() {
                Some((open, _)) if open == name => Ok(()),
                _ => Err(error(SsmlErrorKind::Mismatched, start, name)),
            };
        }
        self.offset += 1;
        let name = self.name(self.rest(), start)?;
        if name == "speak" && !self.open.is_empty() {
            return Err(error(SsmlErrorKind::SpeakNotWhole, start, ""));
        }
        self.attributes(start)?;
        if self.rest().starts_with('/') {
            self.offset += 1;
            return self.expect('>', start);
        }
        self.open.push((name, start));
        self.expect('>', start)
    }

    fn attributes(&mut self, start: usize) -> Result<(), SsmlError> {
        let mut seen = Vec::new();
        loop {
            let before = self.offset;
            self.blanks();
            let at = self.offset;
            let rest = self.rest();
            if rest.starts_with(['/', '>']) {
                return Ok(());
            }
            if rest.is_empty() {
                return Err(error(SsmlErrorKind::Unfinished, start, ""));
            }
            let name = self
                .name(rest, at)
                .map_err(|_| error(SsmlErrorKind::BadAttribute, at, ""))?;
            let bad = error(SsmlErrorKind::BadAttribute, at, name);
            if before == at || seen.contains(&name) {
                return Err(bad);
            }
            seen.push(name);
            self.blanks();
            self.expect('=', at).map_err(|_| bad.clone())?;
            self.blanks();
            let quote = match self.rest().chars().next() {
                Some(quote @ ('"' | '\'')) => quote,
                _ => return Err(bad),
            };
            self.offset += 1;
            let value = self.rest();
            let Some(length) = value.find(quote) else {
                return Err(error(SsmlErrorKind::Unfinished, start, name));
            };
            let value = value.get(..length).unwrap_or_default();
            if let Some(less) = value.find('<') {
                return Err(error(SsmlErrorKind::StrayLess, self.offset + less, name));
            }
            self.plain(value)?;
            self.offset += length + 1;
        }
    }

    fn name(&mut self, rest: &'a str, start: usize) -> Result<&'a str, SsmlError> {
        if !rest.starts_with(is_name_start) {
            return Err(error(SsmlErrorKind::StrayLess, start, ""));
        }
        let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        self.offset += length;
        Ok(rest.get(..length).unwrap_or_default())
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.offset += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    fn expect(&mut self, expected: char, start: usize) -> Result<(), SsmlError> {
        if self.rest().starts_with(expected) {
            self.offset += expected.len_utf8();
            return Ok(());
        }
        Err(error(SsmlErrorKind::Unfinished, start, ""))
    }

    fn skip_past(&mut self, end: &str) -> Result<(), SsmlError> {
        match self.rest().find(end) {
            Some(index) => {
                self.offset += index + end.len();
                Ok(())
            }
            None => Err(error(SsmlErrorKind::Unfinished, self.offset, "")),
        }
    }
}

/// `after` begins behind the `&` at `offset`.
fn check_entity(after: &str, offset: usize) -> Result<(), SsmlError> {
    let stray = || error(SsmlErrorKind::StrayAmpersand, offset, "");
    // The longest character reference XML has use for is &#1114111;
    let (name, _) = after.split_once(';').ok_or_else(stray)?;
    let number = match name.strip_prefix('#') {
        None => {
            return match name {
                "amp" | "lt" | "gt" | "quot" | "apos" => Ok(()),
                _ => Err(stray()),
            };
        }
        Some(number) => number,
    };
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
    u32::from_str_radix(digits, radix)
        .ok()
        .filter(|_| plain)
        .and_then(char::from_u32)
        .filter(|character| is_allowed(*character))
        .map(|_| ())
        .ok_or_else(stray)
}
