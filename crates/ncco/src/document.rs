use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::action::Action;
use crate::finding::{Check, Code, Finding, Severity};
use crate::{Connect, Conversation, Input, Notify, Record, Stream, Talk, Transfer, Wait};

/// A call control object: what the platform does with a call, step by step. The
/// call ends after the last action.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ncco {
    /// The steps, in order.
    pub actions: Vec<Action>,
}

/// Why bytes are not an NCCO.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    fn at(code: ReadCode, pointer: String, message: &str) -> Self {
        Self {
            code,
            pointer,
            line: None,
            column: None,
            message: message.to_owned(),
        }
    }

    fn syntax(error: &serde_json::Error) -> Self {
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
}

impl ReadError {
    fn not_text(json: &[u8], error: std::str::Utf8Error) -> Self {
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
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "line {line}, column {column}: ")?;
        } else if !self.pointer.is_empty() {
            f.write_str(&self.pointer)?;
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

impl Ncco {
    /// The NCCO with these actions.
    #[must_use]
    pub fn new(actions: Vec<Action>) -> Self {
        Self { actions }
    }

    /// Begins an NCCO.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Reads an NCCO, leniently: see [the crate's documentation](crate#reading).
    ///
    /// # Errors
    /// When the bytes are not JSON, not an array, or something in the array is
    /// not an object with a string `action`. Everything else is read, and
    /// [`validate`](Self::validate) says what is wrong with it.
    pub fn from_json(json: &[u8]) -> Result<Self, ReadError> {
        let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
        let json = std::str::from_utf8(json).map_err(|error| ReadError::not_text(json, error))?;
        let value = serde_json::from_str(json).map_err(|error| ReadError::syntax(&error))?;
        Self::from_value(value)
    }

    /// Reads an NCCO that has been parsed already.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json), except for syntax errors.
    pub fn from_value(value: Value) -> Result<Self, ReadError> {
        let Value::Array(items) = value else {
            return Err(ReadError::at(
                ReadCode::NotAnArray,
                String::new(),
                "expected an array of actions; put a single action into [ ]",
            ));
        };
        let actions = items
            .into_iter()
            .enumerate()
            .map(|(index, item)| read_action(index, item))
            .collect::<Result<_, _>>()?;
        Ok(Self { actions })
    }

    /// Writes the NCCO as canonical JSON: documented spellings, numbers and
    /// booleans as such, arrays where the platform wants arrays, `action` first,
    /// no blanks.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Writing to a string fails only for maps with keys that are no strings.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Everything that is wrong with the NCCO, in document order. Empty when the
    /// platform takes it and does what it says.
    #[must_use]
    pub fn validate(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.actions.is_empty() {
            Check::new(String::new(), &mut findings).here(Code::EmptyNcco, "there is no action");
        }
        let mut ended = None;
        for (index, action) in self.actions.iter().enumerate() {
            let at = ["/", &index.to_string()].concat();
            let mut check = Check::new(at, &mut findings);
            action.check(&mut check);
            if action.barges_in() {
                check_barge_in(action, self.actions.get(index + 1..), &mut check);
            }
            match ended {
                Some(name) => check.here(
                    Code::NeverRuns,
                    ["never runs: it follows a `", name, "` that never ends"].concat(),
                ),
                None if action.is_final() => ended = Some(action.name()),
                None => {}
            }
        }
        findings
    }

    /// Whether [`validate`](Self::validate) finds no error; warnings are allowed.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.validate()
            .iter()
            .all(|finding| finding.severity() < Severity::Error)
    }
}

fn read_action(index: usize, item: Value) -> Result<Action, ReadError> {
    let pointer = || ["/", &index.to_string()].concat();
    let Value::Object(mut members) = item else {
        return Err(ReadError::at(
            ReadCode::NotAnAction,
            pointer(),
            "expected an action, an object with the member `action`",
        ));
    };
    match members.remove("action") {
        Some(Value::String(name)) => Ok(Action::read(name, members)),
        Some(_) => Err(ReadError::at(
            ReadCode::NoActionName,
            pointer() + "/action",
            "expected the action's name, a string",
        )),
        None => Err(ReadError::at(
            ReadCode::NoActionName,
            pointer(),
            "expected the member `action` with the action's name",
        )),
    }
}

/// After `bargeIn`, prompts of the same kind may follow, then an `input` must.
fn check_barge_in(action: &Action, rest: Option<&[Action]>, check: &mut Check<'_>) {
    let mut mixed = false;
    for next in rest.unwrap_or_default() {
        match next {
            Action::Input(_) => {
                if mixed {
                    check.member(
                        "bargeIn",
                        Code::BargeInMixed,
                        "both `talk` and `stream` come before the `input`",
                    );
                }
                return;
            }
            Action::Talk(_) | Action::Stream(_) => mixed |= next.name() != action.name(),
            _ => break,
        }
    }
    check.member(
        "bargeIn",
        Code::BargeInWithoutInput,
        "no `input` follows the prompts",
    );
}

impl Serialize for Ncco {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.actions.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Ncco {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl FromIterator<Action> for Ncco {
    fn from_iter<I: IntoIterator<Item = Action>>(actions: I) -> Self {
        Self::new(actions.into_iter().collect())
    }
}

/// Puts an NCCO together, action by action.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    actions: Vec<Action>,
}

macro_rules! builder {
    ($($(#[$meta:meta])* $method:ident: $type:ident;)*) => { $(
        $(#[$meta])*
        #[must_use]
        pub fn $method(self, $method: $type) -> Self {
            self.action($method)
        }
    )* };
}

impl Builder {
    builder! {
        /// Speaks a text.
        talk: Talk;
        /// Plays a sound file.
        stream: Stream;
        /// Takes keys or speech.
        input: Input;
        /// Connects with somebody else.
        connect: Connect;
        /// Records the call.
        record: Record;
        /// Joins a conversation.
        conversation: Conversation;
        /// Sends a payload to an event URL.
        notify: Notify;
        /// Waits.
        wait: Wait;
        /// Moves to another conversation.
        transfer: Transfer;
    }

    /// Adds an action of any kind.
    #[must_use]
    pub fn action(mut self, action: impl Into<Action>) -> Self {
        self.actions.push(action.into());
        self
    }

    /// The NCCO, as it is.
    #[must_use]
    pub fn build(self) -> Ncco {
        Ncco::new(self.actions)
    }

    /// The NCCO, if [`validate`](Ncco::validate) finds no error in it; warnings
    /// are allowed.
    ///
    /// # Errors
    /// All findings, warnings too, when at least one is an error.
    pub fn build_valid(self) -> Result<Ncco, Vec<Finding>> {
        let ncco = self.build();
        let findings = ncco.validate();
        if findings
            .iter()
            .any(|finding| finding.severity() == Severity::Error)
        {
            return Err(findings);
        }
        Ok(ncco)
    }
}
