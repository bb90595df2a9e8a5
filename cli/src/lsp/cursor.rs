//! Where the cursor stands in a text that may not be finished.

use std::ops::Range;

/// A step from a value to one it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A member of an object.
    Member(String),
    /// An item of an array.
    Item,
}

/// An object around the cursor, with what it holds so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Around {
    /// The names of its members.
    pub(super) names: Vec<String>,
    /// What its `kind` says.
    pub(super) kind: Option<String>,
}

/// The place of a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The way to the value that is written here, or to the object whose key is.
    pub(super) path: Vec<Step>,
    /// The objects on that way: one for each step, and the innermost last.
    pub(super) around: Vec<Around>,
    /// A key is written here, not a value.
    pub(super) is_key: bool,
    /// The bytes of what is written here already.
    pub(super) bytes: Range<usize>,
    /// The string written here, without its quotes.
    pub(super) written: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open(char),
    Close,
    Colon,
    Comma,
    Text(String),
    Word,
}

/// An array or object that is open where the cursor stands.
struct Frame {
    is_object: bool,
    /// Where it opens, among the tokens.
    opens: usize,
    key: Option<String>,
    /// A colon was read after the key.
    has_colon: bool,
}

/// The place of byte `at` in a text; `None` outside of everything.
pub(super) fn cursor(text: &str, at: usize) -> Option<Cursor> {
    let tokens = tokens(text);
    let mut frames: Vec<Frame> = Vec::new();
    let mut here: Option<&(Token, Range<usize>)> = None;
    for (index, token) in tokens.iter().enumerate() {
        let (kind, bytes) = token;
        let within = match kind {
            Token::Text(_) => bytes.start < at && at <= bytes.end,
            Token::Word => bytes.start <= at && at <= bytes.end,
            _ => false,
        };
        if within {
            here = Some(token);
            break;
        }
        if bytes.start >= at {
            break;
        }
        match kind {
            Token::Open(open) => frames.push(Frame {
                is_object: *open == '{',
                opens: index,
                key: None,
                has_colon: false,
            }),
            Token::Close => drop(frames.pop()),
            Token::Comma => {
                if let Some(frame) = frames.last_mut() {
                    frame.key = None;
                    frame.has_colon = false;
                }
            }
            Token::Colon => {
                if let Some(frame) = frames.last_mut() {
                    frame.has_colon = true;
                }
            }
            Token::Text(name) => {
                if let Some(frame) = frames.last_mut()
                    && frame.is_object
                    && !frame.has_colon
                {
                    frame.key = Some(name.clone());
                }
            }
            Token::Word => {}
        }
    }
    let last = frames.last()?;
    let is_key = last.is_object && !last.has_colon;
    let mut path = Vec::new();
    let mut around = Vec::new();
    for (depth, frame) in frames.iter().enumerate() {
        around.push(if frame.is_object {
            members(&tokens, frame.opens)
        } else {
            Around::default()
        });
        let innermost = depth + 1 == frames.len();
        match &frame.key {
            _ if !frame.is_object => path.push(Step::Item),
            Some(_) if innermost && is_key => {}
            Some(key) => path.push(Step::Member(key.clone())),
            None => {}
        }
    }
    let (bytes, written) = match here {
        Some((Token::Text(text), bytes)) => (bytes.clone(), Some(text.clone())),
        Some((_, bytes)) => (bytes.clone(), None),
        None => (at..at, None),
    };
    Some(Cursor {
        path,
        around,
        is_key,
        bytes,
        written,
    })
}

/// The ids of a menu's nodes, as far as they are written.
pub(super) fn nodes(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let opens = tokens.windows(3).position(|three| {
        matches!(three, [(Token::Text(name), _), (Token::Colon, _), (Token::Open('{'), _)] if name == "nodes")
    });
    opens.map_or_else(Vec::new, |at| members(&tokens, at + 2).names)
}

/// The members of the object that opens at a token.
fn members(tokens: &[(Token, Range<usize>)], opens: usize) -> Around {
    let mut around = Around::default();
    let mut depth = 0_usize;
    let mut key: Option<&str> = None;
    let mut has_colon = false;
    for (token, _) in tokens.iter().skip(opens + 1) {
        match token {
            Token::Open(_) => depth += 1,
            Token::Close if depth == 0 => break,
            Token::Close => depth -= 1,
            _ if depth > 0 => {}
            Token::Colon => {
                has_colon = true;
                around.names.extend(key.map(str::to_owned));
            }
            Token::Comma => {
                key = None;
                has_colon = false;
            }
            Token::Text(text) if !has_colon => key = Some(text),
            Token::Text(text) if key == Some("kind") => around.kind = Some(text.clone()),
            Token::Text(_) | Token::Word => {}
        }
    }
    around
}

/// The tokens of JSON, however broken. A string without an end ends with its line.
fn tokens(text: &str) -> Vec<(Token, Range<usize>)> {
    let mut tokens = Vec::new();
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let token = match letter {
            '{' | '[' => Token::Open(letter),
            '}' | ']' => Token::Close,
            ':' => Token::Colon,
            ',' => Token::Comma,
            '"' => {
                let mut value = String::new();
                let mut end = at + 1;
                while let Some(&(place, letter)) = letters.peek() {
                    if letter == '\n' || letter == '\r' {
                        break;
                    }
                    letters.next();
                    end = place + letter.len_utf8();
                    match letter {
                        '"' => break,
                        '\\' => {
                            if let Some((place, letter)) = letters.next() {
                                value.push(letter);
                                end = place + letter.len_utf8();
                            }
                        }
                        other => value.push(other),
                    }
                }
                tokens.push((Token::Text(value), at..end));
                continue;
            }
            letter if letter.is_whitespace() => continue,
            _ => {
                let mut end = at + letter.len_utf8();
                while let Some(&(place, letter)) = letters.peek() {
                    if letter.is_whitespace()
                        || matches!(letter, '{' | '}' | '[' | ']' | ':' | ',' | '"')
                    {
                        break;
                    }
                    letters.next();
                    end = place + letter.len_utf8();
                }
                tokens.push((Token::Word, at..end));
                continue;
            }
        };
        tokens.push((token, at..at + 1));
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cursor is where `|` stands.
    fn at(text: &str) -> Option<Cursor> {
        let place = text.find('|').unwrap();
        cursor(&text.replacen('|', "", 1), place)
    }

    #[test]
    fn a_cursor_is_found_in_a_text_that_is_not_finished() {
        let check = |text: &str, path: &str, is_key: bool, written: Option<&str>| {
            let cursor = at(text).unwrap();
            let steps: Vec<&str> = cursor
                .path
                .iter()
                .map(|step| match step {
                    Step::Member(name) => name.as_str(),
                    Step::Item => "[]",
                })
                .collect();
            assert_eq!(steps.join("."), path, "{text}");
            assert_eq!(cursor.is_key, is_key, "{text}");
            assert_eq!(cursor.written.as_deref(), written, "{text}");
        };
        check("{ | }", "", true, None);
        check("{ \"st|", "", true, Some("st"));
        check("{ \"start\": | }", "start", false, None);
        check(
            "{ \"start\": \"ma|in\", \"x\": 1 }",
            "start",
            false,
            Some("main"),
        );
        check(
            "{ \"start\": \"ma|\n \"nodes\": {} }",
            "start",
            false,
            Some("ma"),
        );
        check("{ \"a\": 1, \"|\" }", "", true, Some(""));
        check("{ \"a\": [1, { \"b\": tr|ue } ] }", "a.[].b", false, None);
        check(
            "{ \"a\": { \"b\": 1 }, \"c\": [\"|\"] }",
            "c.[]",
            false,
            Some(""),
        );
        check("{ \"a\": { \"b\": { | ", "a.b", true, None);
        check("{ \"quoted \\\" | \": 1 }", "", true, Some("quoted \"  "));
        assert_eq!(at("|{ }"), None);
        assert_eq!(at("{ } |"), None);
        assert_eq!(at("|"), None);
    }

    #[test]
    fn an_object_around_is_known_as_far_as_it_is_written() {
        let around = at("{ \"nodes\": { \"a\": { | \"prompt\": \"x\", \"then\": { \"kind\": \"no\" }, \"kind\": \"say\" } } }")
            .unwrap()
            .around;
        assert_eq!(around[2].kind.as_deref(), Some("say"));
        assert_eq!(around[2].names, ["prompt", "then", "kind"]);
        assert_eq!(around[0].names, ["nodes"]);
    }
}
