//! The part of a document that a finding is shown with.
//!
//! Tools write documents in one line, hundreds of kilobytes long. So a finding is drawn over a
//! window of its line, and what it costs does not depend on how long the line is.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use unicode_width::UnicodeWidthChar;

/// The columns of a terminal that a line takes at most.
const WIDEST: usize = 120;
/// The columns of it that stand before the place, when the line is cut.
const BEFORE: usize = 40;
/// What stands where a line is cut.
const CUT: char = '…';

/// A document's text, in which places are looked up one after the other.
pub struct SourceText<'t> {
    name: &'t str,
    text: &'t str,
    /// Where each line begins.
    lines: Vec<usize>,
    /// The place looked up last. Findings come in the order of the text, so the next place
    /// is found from there on, not from the start of the line.
    last: Seen,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    line: usize,
    column: usize,
    at: usize,
}

/// A few lines of a document, and where they stand in it.
#[derive(Debug)]
pub struct Excerpt {
    name: String,
    /// The lines, cut to the window.
    text: String,
    /// The value the finding is about.
    span: Range<usize>,
    /// How many lines stand before the text.
    first_line: usize,
    /// How many characters stand before the place in its line.
    column: usize,
}

impl<'t> SourceText<'t> {
    /// A document by its name.
    #[must_use]
    pub fn new(name: &'t str, text: &'t str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self {
            name,
            text,
            lines: std::iter::once(0)
                .chain(breaks.map(|(at, _)| at + 1))
                .collect(),
            last: Seen::default(),
        }
    }

    /// What is shown of a place: its line and column, both from 1.
    pub fn excerpt(&mut self, line: u32, column: u32) -> Excerpt {
        let index = |one: u32| usize::try_from(one.saturating_sub(1)).unwrap_or(usize::MAX);
        let line = index(line).min(self.lines.len().saturating_sub(1));
        let at = self.offset(line, index(column));
        let here = self.line(line);
        let begins = self.lines.get(line).copied().unwrap_or_default();
        let (shown, from) = window(here, at - begins, BEFORE);
        let length = value_length(here.get(at - begins..).unwrap_or_default());
        let first_line = line.saturating_sub(1);
        let mut text = String::new();
        if line > first_line {
            text.push_str(&window(self.line(first_line), 0, 0).0);
            text.push('\n');
        }
        let start = (text.len() + from).min(text.len() + shown.len());
        let mut end = (start + length).min(text.len() + shown.len());
        text.push_str(&shown);
        while !text.is_char_boundary(end) {
            end += 1;
        }
        if line + 1 < self.lines.len() {
            text.push('\n');
            text.push_str(&window(self.line(line + 1), 0, 0).0);
        }
        Excerpt {
            name: self.name.to_owned(),
            text,
            span: start..end,
            first_line,
            column: self.last.column,
        }
    }

    /// The bytes of the value at a line and column, both from 1.
    pub fn value_at(&mut self, line: u32, column: u32) -> Range<usize> {
        let index = |one: u32| usize::try_from(one.saturating_sub(1)).unwrap_or(usize::MAX);
        let line = index(line).min(self.lines.len().saturating_sub(1));
        let at = self.offset(line, index(column));
        let begins = self.lines.get(line).copied().unwrap_or_default();
        let rest = self.line(line).get(at - begins..).unwrap_or_default();
        at..at + value_length(rest)
    }

    /// A line without its break.
    fn line(&self, line: usize) -> &'t str {
        let start = self.lines.get(line).copied().unwrap_or(self.text.len());
        let end = self
            .lines
            .get(line + 1)
            .map_or(self.text.len(), |next| next - 1);
        let line = self.text.get(start..end).unwrap_or_default();
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// Where a character of a line stands, or the line's end.
    fn offset(&mut self, line: usize, column: usize) -> usize {
        if line != self.last.line || column < self.last.column {
            self.last = Seen {
                line,
                column: 0,
                at: self.lines.get(line).copied().unwrap_or(self.text.len()),
            };
        }
        let start = self.lines.get(line).copied().unwrap_or(self.text.len());
        let end = start + self.line(line).len();
        let rest = self.text.get(self.last.at..end).unwrap_or_default();
        let further = column - self.last.column;
        for letter in rest.chars().take(further) {
            self.last.column += 1;
            self.last.at += letter.len_utf8();
        }
        self.last.at
    }
}

impl Excerpt {
    /// The value the finding is about, as bytes of this excerpt.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.read_span(span, before, after)?;
        // Without lines around it, the place itself is asked for.
        let column = if before == 0 {
            self.column
        } else {
            inner.column()
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            self.first_line + inner.line(),
            column,
            inner.line_count(),
        )))
    }
}

/// The part of a line around a byte, and where that byte is in it. A line that fits is whole.
fn window(line: &str, at: usize, before: usize) -> (String, usize) {
    let head = line.get(..at).unwrap_or(line);
    let tail = line.get(at..).unwrap_or_default();
    let whole = fitting(line.chars(), WIDEST);
    if whole == line.len() {
        return (line.to_owned(), head.len());
    }
    let kept = fitting(head.chars().rev(), before.max(1) - 1);
    let cut_before = kept < head.len();
    let mut shown = String::new();
    if cut_before {
        shown.push(CUT);
    }
    let head = head.get(head.len() - kept..).unwrap_or_default();
    shown.push_str(head);
    let from = shown.len();
    let left = WIDEST - width(head) - usize::from(cut_before) - 1;
    let kept = fitting(tail.chars(), left);
    shown.push_str(tail.get(..kept).unwrap_or_default());
    if kept < tail.len() {
        shown.push(CUT);
    }
    (shown, from)
}

/// How many bytes of the letters fit into so many columns.
fn fitting(letters: impl Iterator<Item = char>, columns: usize) -> usize {
    let mut used = 0;
    letters
        .take_while(|letter| {
            used += columns_of(*letter);
            used <= columns
        })
        .map(char::len_utf8)
        .sum()
}

fn width(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// How wide a terminal shows a letter; a tab as wide as `miette` draws it.
fn columns_of(letter: char) -> usize {
    match letter {
        '\t' => 4,
        other => other.width().unwrap_or(1),
    }
}

/// How many bytes of a text, which begins with a JSON value, that value takes; for a list or
/// an object its bracket alone. No more than can be shown.
fn value_length(text: &str) -> usize {
    let shown = text.get(..fitting(text.chars(), WIDEST)).unwrap_or(text);
    let length = if let Some(string) = shown.strip_prefix('"') {
        let mut escaped = false;
        let end = string.find(|letter: char| {
            let ends = letter == '"' && !escaped;
            escaped = letter == '\\' && !escaped;
            ends
        });
        end.map_or(1, |end| end + 2)
    } else if shown.starts_with(['{', '[']) {
        1
    } else {
        shown
            .find(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ']' | '}' | ':'))
            .unwrap_or(shown.len())
    };
    let one = shown.chars().next().map_or(0, char::len_utf8);
    length.max(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_marks_the_value_at_the_place() {
        let text = "{\n  \"ä\": \"on\\\"e\",\r\n  \"b\": 12, \"c\": [1]\n}\n";
        let mut source = SourceText::new("x.json", text);
        let mut check = |line: u32, column: u32, expected: &str| {
            let excerpt = source.excerpt(line, column);
            assert_eq!(&excerpt.text[excerpt.span()], expected, "{line}:{column}");
        };
        check(1, 1, "{");
        check(2, 3, "\"ä\"");
        check(2, 8, "\"on\\\"e\"");
        check(3, 8, "12");
        check(3, 17, "[");
        // Back again, and beyond every line.
        check(2, 3, "\"ä\"");
        check(9, 9, "");
        check(0, 0, "{");
    }

    #[test]
    fn an_excerpt_is_no_wider_than_a_terminal() {
        for unit in ["a", "語", "é", "\t", "\u{301}", "👩"] {
            for length in [0, 1, 20, 39, 40, 41, 119, 120, 121, 70_000] {
                let text = format!("{0}\"here\"{0}\n{0}", unit.repeat(length));
                let column = u32::try_from(length * unit.chars().count() + 1).unwrap();
                let excerpt = SourceText::new("x.json", &text).excerpt(1, column);
                for line in excerpt.text.lines() {
                    assert!(width(line) <= WIDEST, "{unit:?} {length}: {}", width(line));
                }
                assert_eq!(
                    &excerpt.text[excerpt.span()],
                    "\"here\"",
                    "{unit:?} {length}"
                );
                assert_eq!(excerpt.column + 1, usize::try_from(column).unwrap());
            }
        }
    }
}
