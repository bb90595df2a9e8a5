//! What slip made a text no JSON, in the words of those who write menus.
//!
//! The parser says where it stopped and what it expected next. Most slips are a few that
//! everybody makes, and can be told from what stands at that place.

#[cfg(test)]
mod tests;

use crate::source::SyntaxError;

/// What is wrong with a text that is no JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slip {
    /// Offset of the byte where it is.
    pub at: usize,
    /// What is wrong.
    pub what: String,
    /// How to put it right.
    pub cure: String,
}

/// Quotes of every script, all but the one of JSON.
const QUOTES: &str = "'`´‘’‚‛“”„‟«»‹›「」『』＂＇";

/// Finds the slip behind an error of the parser.
pub(crate) fn of(text: &str, error: &SyntaxError) -> Slip {
    let body = text.trim_start_matches('\u{feff}');
    if body.trim().is_empty() {
        let cure =
            "write a document into it, or remove it; `ivr new FOLDER` makes a folder to start from";
        return slip(0, "the file is empty", cure);
    }
    let start = text.len() - body.trim_start().len();
    if let Some(found) = other_language(body.trim_start(), start) {
        return found;
    }
    // The parser stops at a letter or just behind it.
    let mut at = error.at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    let message = error.message.as_str();
    if message.contains("control character") {
        return in_text(rest, at);
    }
    if message.starts_with("EOF") {
        return unfinished(text);
    }
    if message.contains("escape") || message.contains("surrogate") {
        let what = "a `\\` in a text is followed by a letter that means nothing";
        let cure = "write `\\\\` for a backslash, `\\\"` for a quote, `\\n` for a new line";
        return slip(at, what, cure);
    }
    let blank = rest.len() - rest.trim_start().len();
    let at = at + blank;
    let rest = rest.trim_start();
    let here = rest.chars().next().unwrap_or(' ');
    let last = before.trim_end().chars().next_back().unwrap_or(' ');
    if let Some(found) = misplaced(before, rest, at, last) {
        return found;
    }
    if message.contains("trailing characters") {
        let what = match here {
            '{' | '[' => "a second document begins where the first one ends".to_owned(),
            '}' | ']' => format!("one `{here}` too many: the document ends before it"),
            _ => format!("{} stands behind the end of the document", shown(rest)),
        };
        return slip(
            at,
            &what,
            "a file holds one object, from its first `{` to its last `}`",
        );
    }
    if message.contains("invalid number") || matches!(here, '+' | '.') || last_is_zero(before, here)
    {
        let what = "this is not how a number is written";
        let cure = "a number has no `+`, no leading 0 and a digit before its point; a telephone number stands in double quotes";
        return slip(at, what, cure);
    }
    if message.contains("key must be a string") {
        if here.is_alphanumeric() || here == '_' || here == '$' {
            let key = word(rest);
            let what = format!("the key {} has no quotes", backquoted(key));
            return slip(at, &what, &format!("write \"{key}\""));
        }
        let what = format!("{} stands where a key is expected", shown(rest));
        return slip(at, &what, "write a key in double quotes, `:` and its value");
    }
    if message.contains("expected `:`") {
        let what = "`:` is missing between a key and its value";
        return slip(at, what, "write \"key\": value");
    }
    if message.contains("expected `,` or") {
        let what = format!("a comma is missing before {}", shown(rest));
        return slip(
            at,
            &what,
            "put a comma between two members, and none after the last",
        );
    }
    if message.contains("expected value") || message.contains("expected ident") {
        return no_value(rest, at, here);
    }
    slip(
        at,
        message,
        "close what is open, put a comma between members and none after the last, and write keys and texts in double quotes",
    )
}

/// Texts that are something else from their first letter on.
fn other_language(body: &str, at: usize) -> Option<Slip> {
    let what = if body.starts_with('<') {
        "this is a page (HTML or XML), not a document"
    } else if body.starts_with("---") || body.starts_with("%YAML") {
        "this is YAML"
    } else if body.starts_with("//") || body.starts_with("/*") || body.starts_with('#') {
        return Some(remark(body, at));
    } else {
        return None;
    };
    Some(slip(
        at,
        what,
        "write the document as JSON: it begins with `{`",
    ))
}

/// Letters that JSON has no use for where they stand.
fn misplaced(before: &str, rest: &str, at: usize, last: char) -> Option<Slip> {
    let here = rest.chars().next()?;
    if rest.starts_with("//") || rest.starts_with("/*") || here == '#' {
        return Some(remark(rest, at));
    }
    if QUOTES.contains(here) {
        return Some(slip(
            at,
            &format!("{} is no quote in JSON", backquoted(&here.to_string())),
            "write keys and texts between two `\"`",
        ));
    }
    if matches!(here, '}' | ']') && last == ',' {
        let comma = before.trim_end().len() - 1;
        return Some(slip(
            comma,
            &format!("a comma before `{here}`"),
            "remove it: no comma stands after the last member",
        ));
    }
    if here == ',' && matches!(last, ',' | '{' | '[') {
        let what = if last == ',' {
            "two commas in a row".to_owned()
        } else {
            format!("a comma after `{last}`")
        };
        return Some(slip(
            at,
            &what,
            "remove it: a comma stands between two members",
        ));
    }
    if here == ';' {
        return Some(slip(
            at,
            "`;` separates nothing in JSON",
            "put a comma between two members",
        ));
    }
    if here == '=' {
        return Some(slip(
            at,
            "`=` gives a key no value in JSON",
            "write \"key\": value",
        ));
    }
    None
}

/// A remark, which JSON does not have.
fn remark(rest: &str, at: usize) -> Slip {
    let mark = if rest.starts_with('#') {
        "#"
    } else {
        rest.get(..2).unwrap_or("//")
    };
    slip(
        at,
        &format!("`{mark}` begins a remark, and JSON has none"),
        "put what is to be said into a field `note`, which menus, nodes, calendars and lists have",
    )
}

/// A text that holds what no text may hold, at the place or just behind it.
fn in_text(rest: &str, at: usize) -> Slip {
    let behind = rest.find(char::is_control).unwrap_or_default();
    let at = at + behind;
    if rest
        .get(behind..)
        .is_some_and(|rest| rest.starts_with(['\n', '\r']))
    {
        return slip(
            at,
            "a text goes on over the end of its line",
            "close it with `\"` before the line ends, or write `\\n` for a new line",
        );
    }
    slip(
        at,
        "a text holds a control character",
        "write a tab as `\\t`, and remove what cannot be seen",
    )
}

/// A document that ends too early: what is still open.
fn unfinished(text: &str) -> Slip {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut string = None;
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        if string.is_some() {
            if letter == '"' && !escaped {
                string = None;
            }
            escaped = letter == '\\' && !escaped;
            continue;
        }
        match letter {
            '"' => string = Some(at),
            '{' | '[' => open.push((at, letter)),
            '}' | ']' => drop(open.pop()),
            _ => {}
        }
    }
    let line = |at: usize| crate::source::place(text, at).line;
    let end = text.trim_end().len();
    if let Some(begins) = string {
        let what = format!("the text that begins in line {} has no end", line(begins));
        return slip(begins, &what, "close it with `\"`");
    }
    let Some((begins, bracket)) = open.last().copied() else {
        return slip(
            end,
            "a value is missing",
            "write the value the document ends before",
        );
    };
    let closing = if bracket == '{' { '}' } else { ']' };
    let what = format!(
        "the document ends, and the `{bracket}` of line {} is open",
        line(begins)
    );
    let cure = match open.len() {
        1 => format!("close it with `{closing}`"),
        count => format!(
            "close it with `{closing}`; {} more are open around it",
            count - 1
        ),
    };
    slip(end, &what, &cure)
}

/// Something that stands where a value is expected.
fn no_value(rest: &str, at: usize, here: char) -> Slip {
    if matches!(here, '}' | ']' | ',' | ':') {
        return slip(
            at,
            &format!("a value is missing before `{here}`"),
            "write a text, a number, true, false, a list or an object",
        );
    }
    let written = word(rest);
    let meant = match written.to_lowercase().as_str() {
        "true" | "yes" | "on" => Some("`true`"),
        "false" | "no" | "off" => Some("`false`"),
        "none" | "nil" | "undefined" | "null" => Some("`null`, or leave the field out"),
        _ => None,
    };
    let what = format!("{} is no value", shown(rest));
    match meant {
        Some(meant) => slip(at, &what, &format!("write {meant}")),
        None => slip(at, &what, "write a text in double quotes"),
    }
}

/// Whether a digit stands after a leading 0.
fn last_is_zero(before: &str, here: char) -> bool {
    here.is_ascii_digit() && before.ends_with('0')
}

/// The letters and digits a text begins with.
fn word(rest: &str) -> &str {
    let end = rest
        .find(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '$' | '-'))
        .unwrap_or(rest.len());
    let end = rest
        .char_indices()
        .nth(30)
        .map_or(end, |(most, _)| end.min(most));
    rest.get(..end).unwrap_or_default()
}

/// What stands at a place, short enough to be read.
fn shown(rest: &str) -> String {
    let word = word(rest);
    let quoted = rest.strip_prefix('"').and_then(|rest| {
        let end = rest.find('"').filter(|end| *end <= 30)?;
        rest.get(..end)
    });
    match (quoted, word) {
        (Some(text), _) => format!("`\"{text}\"`"),
        (None, "") => match rest.chars().next() {
            Some(letter) => backquoted(&letter.to_string()),
            None => "the end of the file".to_owned(),
        },
        (None, word) => backquoted(word),
    }
}

fn backquoted(text: &str) -> String {
    match text {
        "`" => "a backquote".to_owned(),
        other => format!("`{other}`"),
    }
}

fn slip(at: usize, what: &str, cure: &str) -> Slip {
    Slip {
        at,
        what: what.to_owned(),
        cure: cure.to_owned(),
    }
}
