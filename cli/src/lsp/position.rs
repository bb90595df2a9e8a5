//! Places of the protocol: lines from 0, columns in UTF-16 units.

use std::ops::Range;

use lsp_types::Position;

/// The byte a position stands for; the end of its line when the line is shorter.
pub(super) fn offset(text: &str, position: Position) -> usize {
    let line = usize::try_from(position.line).unwrap_or(usize::MAX);
    let begins: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(begins..).unwrap_or_default();
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    let mut units = 0;
    for (at, letter) in line.char_indices() {
        if units >= position.character {
            return begins + at;
        }
        units += u32::try_from(letter.len_utf16()).unwrap_or(2);
    }
    begins + line.len()
}

/// The position of a byte.
pub(super) fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Position::new(number(line), number(column.encode_utf16().count()))
}

/// The range of some bytes.
pub(super) fn range(text: &str, bytes: &Range<usize>) -> lsp_types::Range {
    lsp_types::Range::new(position(text, bytes.start), position(text, bytes.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_the_same_in_bytes_and_in_utf_16() {
        let text = "a\n ä😀x\r\n\nend";
        let check = |line: u32, character: u32, byte: usize| {
            let place = Position::new(line, character);
            assert_eq!(offset(text, place), byte, "{line}:{character}");
            assert_eq!(position(text, byte), place, "{byte}");
        };
        check(0, 0, 0);
        check(0, 1, 1);
        check(1, 1, 3);
        check(1, 2, 5);
        check(1, 4, 9);
        check(1, 5, 10);
        check(2, 0, 12);
        check(3, 3, 16);
        // Beyond a line is its end; beyond the text too.
        assert_eq!(offset(text, Position::new(1, 99)), 10);
        assert_eq!(offset(text, Position::new(9, 9)), text.len());
        // Within a letter of two units is the next one.
        assert_eq!(offset(text, Position::new(1, 3)), 9);
    }
}
