/// Why bytes are not an NCCO.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", self.place())]
#[non_exhaustive]
pub struct ReadError {
    /// What kind of mistake it is. Stable: programs may match on it.
    pub code: ReadCode,
    /// Where it is: a JSON pointer (RFC 6901). Empty for the whole document and
    /// for syntax errors.
    pub pointer: String,
    /// Line of a syntax error, from 1.
    pub line: Option<usize>,
    /// Column of a syntax error in bytes, from 1; 0 at the end of a line.
    pub column: Option<usize>,
    /// What is wrong and what to do, for a person. Not stable.
    pub message: String,
}

/// The kinds of [`ReadError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReadCode {
    /// `syntax`: not JSON. Comments and template text are frequent causes.
    Syntax,
    /// `not_an_array`: JSON, but not an array. One action needs an array too.
    NotAnArray,
    /// `not_an_action`: something in the array is not an object.
    NotAnAction,
    /// `no_action_name`: an object without the string `action`.
    NoActionName,
}

impl ReadCode {
    /// The stable word for this code.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::NotAnArray => "not_an_array",
            Self::NotAnAction => "not_an_action",
            Self::NoActionName => "no_action_name",
        }
    }
}

impl ReadError {
    pub(crate) fn at(code: ReadCode, pointer: String, message: &str) -> Self {
        Self {
            code,
            pointer,
            line: None,
            column: None,
            message: message.to_owned(),
        }
    }

    pub(crate) fn syntax(error: &serde_json::Error) -> Self {
        let text = error.to_string();
        // The place has fields of its own.
        let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
        Self {
            code: ReadCode::Syntax,
            pointer: String::new(),
            line: Some(error.line()),
            column: Some(error.column()),
            message,
        }
    }

    pub(crate) fn not_text(json: &[u8], error: std::str::Utf8Error) -> Self {
        let before = json.get(..error.valid_up_to()).unwrap_or_default();
        let mut lines = before.rsplit(|byte| *byte == b'\n');
        let column = lines.next().map_or(0, <[u8]>::len) + 1;
        Self {
            code: ReadCode::Syntax,
            pointer: String::new(),
            line: Some(lines.count() + 1),
            column: Some(column),
            message: "invalid UTF-8".to_owned(),
        }
    }

    /// What stands before the message.
    fn place(&self) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("line {line}, column {column}: "),
            _ if self.pointer.is_empty() => String::new(),
            _ => [&self.pointer, ": "].concat(),
        }
    }
}
