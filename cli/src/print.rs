//! The only way to the terminal.
//!
//! What this command shows was mostly written by others: prompts and names of documents, messages
//! of versions, what a Worker or Vonage says. A terminal takes orders from what it is sent
//! (titles, colours, the clipboard, answers typed in the user's name) and bidirectional controls
//! show text in another order than it has. So every piece of text passes [`shown`] or one of its
//! relatives; only the styles of this command are escape sequences.

use std::borrow::Cow;
use std::fmt::{Display, Write as _};
use std::io::{IsTerminal, Write};

use anstyle::Style;
use desk::broken::BrokenDocument;
use serde::Serialize;

/// Text for the terminal: pieces with styles of this command.
#[derive(Debug, Clone, Default)]
pub struct Text(String);

impl Text {
    /// No text yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A piece of a line, without a style. Line ends and tabs in it are shown as blanks.
    #[must_use]
    pub fn plain(mut self, piece: impl Display) -> Self {
        self.0.push_str(&shown(&piece.to_string()));
        self
    }

    /// A piece of a line in a style.
    #[must_use]
    pub fn styled(mut self, style: Style, piece: impl Display) -> Self {
        let piece = piece.to_string();
        let _ = write!(self.0, "{style}{}{style:#}", shown(&piece));
        self
    }

    /// Text that may have several lines.
    #[must_use]
    pub fn block(mut self, piece: impl Display) -> Self {
        self.0.push_str(&escaped(&piece.to_string(), |letter| {
            matches!(letter, '\n' | '\t')
        }));
        self
    }

    /// A drawing that comes with styles of its own. Its makers put [`masked`] text into it; here
    /// every other escape sequence than a style is made visible.
    #[must_use]
    pub fn drawing(mut self, drawing: &str) -> Self {
        let mut rest = drawing;
        while let Some(at) = rest.find('\u{1b}') {
            let (before, from) = rest.split_at(at);
            self = self.block(before);
            let length = style_length(from);
            let (style, after) = from.split_at(length.max(1));
            if length == 0 {
                self = self.block(style);
            } else {
                self.0.push_str(style);
            }
            rest = after;
        }
        self.block(rest)
    }

    /// The text with its styles, ready for a stream.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new().plain(text)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new().plain(text)
    }
}

/// Prints a line.
pub fn line(text: impl Into<Text>) {
    // A reader that went away is no reason to complain.
    let _ = writeln!(anstream::stdout(), "{}", text.into().0);
}

/// Prints without ending the line.
pub fn part(text: impl Into<Text>) {
    let mut stream = anstream::stdout();
    let _ = write!(stream, "{}", text.into().0);
    let _ = stream.flush();
}

/// Prints a line where errors go.
pub fn error_line(text: impl Into<Text>) {
    let _ = writeln!(anstream::stderr(), "{}", text.into().0);
}

/// Says on one line of a terminal how far something is that lasts; elsewhere nothing.
pub fn progress(text: impl Into<Text>) {
    if std::io::stderr().is_terminal() {
        let mut stream = anstream::stderr();
        let _ = write!(stream, "{CLEARED}{}", text.into().0);
        let _ = stream.flush();
    }
}

/// Takes that line away again.
pub fn progress_done() {
    if std::io::stderr().is_terminal() {
        let mut stream = std::io::stderr();
        let _ = write!(stream, "{CLEARED}");
        let _ = stream.flush();
    }
}

/// To the beginning of the line, which is cleared.
const CLEARED: &str = "\r\u{1b}[K";

/// Prints for programs.
pub fn json(value: &impl Serialize) {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let _ = writeln!(std::io::stdout(), "{}", json_escaped(&text));
}

/// Text of others as a part of a line: without control characters, line ends as blanks.
#[must_use]
pub fn shown(text: &str) -> String {
    let blank = text.replace("\r\n", " ");
    escaped(&blank.replace(['\n', '\r', '\t'], " "), |_| false)
}

/// Text of others with a letter for each control character, of the same length in bytes: places
/// in it stay what they are. Line ends and tabs stay.
#[must_use]
pub fn masked(text: &str) -> Cow<'_, str> {
    let harmless = |at: usize, letter: char| {
        matches!(letter, '\n' | '\t')
            || (letter == '\r'
                && text
                    .get(at + 1..)
                    .is_some_and(|rest| rest.starts_with('\n')))
    };
    if !text
        .char_indices()
        .any(|(at, letter)| is_order(letter) && !harmless(at, letter))
    {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.char_indices()
            .map(|(at, letter)| match letter.len_utf8() {
                _ if !is_order(letter) || harmless(at, letter) => letter,
                1 => '?',
                2 => '¿',
                _ => char::REPLACEMENT_CHARACTER,
            })
            .collect(),
    )
}

/// JSON says the same with these letters escaped; they occur in its strings only.
fn json_escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_order(letter) && letter != '\n' {
            let _ = write!(safe, "\\u{:04x}", u32::from(letter));
        } else {
            safe.push(letter);
        }
    }
    safe
}

fn escaped(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_order(letter) && !keep(letter) {
            safe.extend(letter.escape_unicode());
        } else {
            safe.push(letter);
        }
    }
    safe
}

/// What a terminal obeys instead of showing it: C0 and C1 controls, bidirectional controls and
/// the two line ends of Unicode.
fn is_order(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
        )
}

/// How long the style (SGR) at the beginning of the text is; 0 when there is none.
fn style_length(text: &str) -> usize {
    let Some(parameters) = text.strip_prefix("\u{1b}[") else {
        return 0;
    };
    let end = parameters.find(|letter: char| !letter.is_ascii_digit() && letter != ';');
    match end {
        Some(end)
            if parameters
                .get(end..)
                .is_some_and(|rest| rest.starts_with('m')) =>
        {
            end + 3
        }
        _ => 0,
    }
}

/// For what is wrong.
pub(crate) const RED: anstyle::Style = anstyle::Style::new()
    .bold()
    .fg_color(Some(anstyle::Color::Ansi(anstyle::AnsiColor::Red)));
/// For what is unwise.
pub(crate) const YELLOW: anstyle::Style = anstyle::Style::new()
    .bold()
    .fg_color(Some(anstyle::Color::Ansi(anstyle::AnsiColor::Yellow)));
/// For what is well.
pub(crate) const GREEN: anstyle::Style =
    anstyle::Style::new().fg_color(Some(anstyle::Color::Ansi(anstyle::AnsiColor::Green)));
/// For what matters less.
pub(crate) const DIM: anstyle::Style = anstyle::Style::new().dimmed();

/// Says once which documents have errors, for what is played without them.
pub(crate) fn print_broken(broken: &[BrokenDocument]) {
    for one in broken {
        error_line(Text::new().styled(RED, "error").plain(format_args!(
            ": {}:{}:{}: {}",
            one.file, one.line, one.column, one.message
        )));
        error_line(
            "  calls that come by it are not what a Worker plays, which keeps the last good version",
        );
    }
}

/// `1 case`, `2 cases`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each kind of order: C0, DEL, C1, bidirectional, line ends.
    const ORDERS: &str =
        "a\u{1b}]0;owned\u{7}\u{1b}[2J\u{7f}\u{9b}31m\u{202e}b\u{2066}\u{200f}\u{61c}\u{2028}\0c";

    #[test]
    fn what_others_wrote_gives_a_terminal_no_orders() {
        let check = |text: &str, expected: &str| {
            assert_eq!(Text::new().plain(text).as_str(), expected, "{text:?}");
        };
        check("Grüße 你好 👩‍👩‍👧 שלום", "Grüße 你好 👩‍👩‍👧 שלום");
        check("one\r\ntwo\tthree\rfour", "one two three four");
        check("\u{1b}[31mred\u{1b}[0m", "\\u{1b}[31mred\\u{1b}[0m");
        check("\u{202e}dlrow", "\\u{202e}dlrow");
        for made in [
            Text::new().plain(ORDERS),
            Text::new().block(ORDERS),
            Text::new().drawing(ORDERS),
            Text::new().drawing(&masked(ORDERS)),
            Text::from(json_escaped(ORDERS)),
        ] {
            assert!(!made.as_str().chars().any(is_order), "{:?}", made.as_str());
        }
    }

    #[test]
    fn styles_are_this_commands_own() {
        let bold = Style::new().bold();
        assert_eq!(
            Text::new().styled(bold, "a\u{1b}b").as_str(),
            "\u{1b}[1ma\\u{1b}b\u{1b}[0m"
        );
        let check = |drawing: &str, expected: &str| {
            assert_eq!(Text::new().drawing(drawing).as_str(), expected);
        };
        check("\u{1b}[1;31mx\u{1b}[0m\ny", "\u{1b}[1;31mx\u{1b}[0m\ny");
        check("\u{1b}[2Jx", "\\u{1b}[2Jx");
        check("\u{1b}", "\\u{1b}");
    }

    #[test]
    fn masked_text_has_the_places_of_the_text() {
        let text = format!("{ORDERS}\r\n\tx\ry");
        let masked = masked(&text);
        assert_eq!(masked.len(), text.len());
        assert!(masked.ends_with("\r\n\tx?y"), "{masked:?}");
        let places = |text: &str| text.char_indices().map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(places(&masked), places(&text));
    }

    #[test]
    fn json_says_the_same_without_orders() {
        let value = serde_json::json!({ "message": ORDERS, "lines": ["a\nb"] });
        let text = json_escaped(&serde_json::to_string_pretty(&value).unwrap());
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            value
        );
        assert!(
            !text
                .chars()
                .any(|letter| is_order(letter) && letter != '\n')
        );
    }
}
