//! What is wrong with a document, where, and how to put it right.

use crate::source::{self, Value};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The document is refused.
    Error,
    /// It works, but a caller or an operator will regret it.
    Warning,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $severity:ident;)*) => {
        /// The kind of a finding. Its name is stable: scripts may match on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code, in the order of the catalogue.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The stable name, as it is printed.
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// Whether a finding of this kind refuses the document.
            pub const fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    // Reading
    /// The text is not JSON.
    Syntax = "syntax", Error;
    /// A file that could not be read at all.
    Unreadable = "unreadable", Error;
    /// A file the folder has no place for.
    UnknownFile = "unknown-file", Warning;
    /// A value of another kind than the field takes.
    WrongType = "wrong-type", Error;
    /// A number, length or text outside what the field takes.
    OutOfRange = "out-of-range", Error;
    /// A field that must be there is not.
    MissingField = "missing-field", Error;
    /// A field nobody reads: usually a misspelling.
    UnknownField = "unknown-field", Error;
    /// The same key twice in one object.
    DuplicateKey = "duplicate-key", Error;
    /// A `kind` that does not exist.
    UnknownKind = "unknown-kind", Error;
    /// Two fields that exclude each other.
    Conflict = "conflict", Error;
    /// A name that holds other characters than names may.
    BadName = "bad-name", Error;
    /// Keys a telephone does not have.
    BadKeys = "bad-keys", Error;
    /// A telephone number that is not E.164.
    BadNumber = "bad-number", Error;
    /// A URL, SIP or WebSocket address that is not one.
    BadAddress = "bad-address", Error;
    /// A `pattern` that cannot be read.
    BadPattern = "bad-pattern", Error;
    /// A target that cannot be read.
    BadTarget = "bad-target", Error;
    /// A `{{placeholder}}` that cannot be read.
    BadPlaceholder = "bad-placeholder", Error;
    /// SSML the platform would refuse.
    BadSsml = "bad-ssml", Error;
    /// A date or time of day that does not exist.
    BadTime = "bad-time", Error;
    /// A time zone that does not exist.
    UnknownTimezone = "unknown-timezone", Error;
    // Meaning, one menu
    /// A target that names no node.
    UnknownNode = "unknown-node", Error;
    /// A node lacks an exit it needs.
    MissingExit = "missing-exit", Error;
    /// The platform would refuse the NCCO.
    InvalidNcco = "invalid-ncco", Error;
    /// A prompt the platform would refuse for its length.
    PromptTooLong = "prompt-too-long", Error;
    /// A prompt that would be played for ever.
    EndlessPrompt = "endless-prompt", Error;
    /// A placeholder nobody fills.
    UnknownPlaceholder = "unknown-placeholder", Error;
    /// What a `secret` field collects would leave.
    SecretLeak = "secret-leak", Error;
    /// A `secret` is gone before the look-up that reads it.
    SecretLost = "secret-lost", Error;
    // Meaning, a library
    /// A menu that does not exist.
    UnknownMenu = "unknown-menu", Error;
    /// A calendar that does not exist.
    UnknownCalendar = "unknown-calendar", Error;
    /// A list that does not exist.
    UnknownList = "unknown-list", Error;
    /// A calendar that is never open, or a list without numbers.
    Empty = "empty", Error;
    /// A caller who only errs never reaches an end.
    Trap = "trap", Error;
    // Advice
    /// A node nobody reaches.
    Unreachable = "unreachable", Warning;
    /// A choice that waits because a longer one begins with it, or is never heard.
    ShadowedChoice = "shadowed-choice", Warning;
    /// A prompt names a key the menu lacks.
    PromptKeyMissing = "prompt-key-missing", Warning;
    /// A prompt omits a key the menu has.
    PromptKeyUnsaid = "prompt-key-unsaid", Warning;
    /// A prompt longer than a caller bears.
    LongPrompt = "long-prompt", Warning;
    /// No way to a person.
    NoPerson = "no-person", Warning;
    /// No policy for silence or wrong keys.
    NoPolicy = "no-policy", Warning;
    /// A number that dials itself.
    SelfDial = "self-dial", Warning;
    /// A case of a switch that an earlier one covers.
    ShadowedCase = "shadowed-case", Warning;
    /// The same entry twice in a list.
    DuplicateEntry = "duplicate-entry", Warning;
    /// A language the platform is not known to speak.
    UnknownLanguage = "unknown-language", Warning;
    /// A built-in phrase that there is not in the language.
    PhraseMissing = "phrase-missing", Warning;
    /// A time zone that is an offset, not a place.
    FixedTimezone = "fixed-timezone", Warning;
    /// A recording in a format the platform does not play.
    AudioFormat = "audio-format", Warning;
    /// A secret that is entered while the call is recorded.
    SecretRecorded = "secret-recorded", Warning;
    /// Something that a platform the menu is meant for has no means for.
    PlatformCannot = "platform-cannot", Warning;
    // Call scripts
    /// A call script that cannot be played.
    CallScript = "call-script", Error;
}

impl std::fmt::Display for Code {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name())
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of finding.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// The file's or key's name.
    pub file: String,
    /// JSON pointer (RFC 6901) into it; empty for the whole document.
    pub pointer: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong, and what was expected.
    pub message: String,
    /// How to put it right, when there is more to say than the message does.
    pub help: Option<String>,
    /// For a trap: the keys and events that lead a caller there.
    pub path: Vec<String>,
}

impl Diagnostic {
    /// A finding at a place in a text.
    pub fn at(
        file: &str,
        text: &str,
        at: usize,
        code: Code,
        pointer: &str,
        message: String,
    ) -> Self {
        let place = source::place(text, at);
        Self {
            code,
            severity: code.severity(),
            file: file.to_owned(),
            pointer: pointer.to_owned(),
            line: place.line,
            column: place.column,
            message,
            help: None,
            path: Vec::new(),
        }
    }

    /// The same finding with advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same finding with the way a caller gets there.
    #[must_use]
    pub fn with_path(mut self, path: Vec<String>) -> Self {
        self.path = path;
        self
    }
}

/// `menus/acme.json:14:9: error[unknown-node]: … (/nodes/main/choices/1)`
impl std::fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let Self {
            file,
            line,
            column,
            code,
            message,
            pointer,
            ..
        } = self;
        write!(out, "{file}:{line}:{column}: {severity}[{code}]: {message}")?;
        if !pointer.is_empty() {
            write!(out, " ({pointer})")?;
        }
        if let Some(help) = &self.help {
            write!(out, "; {help}")?;
        }
        Ok(())
    }
}

/// The nearest of the names to what was written, if one is near enough to be
/// what was meant.
pub fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let length = written.chars().count();
    names
        .into_iter()
        .map(|name| (strsim::osa_distance(written, name), name))
        .filter(|(distance, name)| {
            *distance <= 1 + length.max(name.len()) / 4 && *distance < length
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Collects the findings of one document while it is read.
pub struct Findings<'s> {
    file: &'s str,
    text: &'s str,
    pointer: String,
    /// Each with the byte it stands at.
    found: Vec<(usize, Diagnostic)>,
}

impl<'s> Findings<'s> {
    /// Nothing found yet.
    pub fn new(file: &'s str, text: &'s str) -> Self {
        Self {
            file,
            text,
            pointer: String::new(),
            found: Vec::new(),
        }
    }

    /// Notes a finding about a value of the document, which stands at the current pointer.
    pub fn note(&mut self, code: Code, value: &Value<'_>, message: impl Into<String>) {
        self.note_at(code, value.at, message);
    }

    /// Notes a finding about a byte, at the current pointer.
    pub fn note_at(&mut self, code: Code, at: usize, message: impl Into<String>) {
        let pointer = self.pointer.clone();
        self.note_for(code, at, &pointer, message.into());
    }

    /// Notes a finding about a byte, at a pointer of the caller's.
    pub fn note_for(&mut self, code: Code, at: usize, pointer: &str, message: String) {
        let finding = Diagnostic {
            code,
            severity: code.severity(),
            file: self.file.to_owned(),
            pointer: pointer.to_owned(),
            // Known once all are found: see `into_found`.
            line: 1,
            column: 1,
            message,
            help: None,
            path: Vec::new(),
        };
        self.found.push((at, finding));
    }

    /// Adds advice to the finding just noted.
    pub fn help(&mut self, help: impl Into<String>) {
        if let Some((_, last)) = self.found.last_mut() {
            last.help = Some(help.into());
        }
    }

    /// Goes one step deeper in the document; [`Findings::leave`] takes what this returns.
    pub fn enter(&mut self, token: &str) -> usize {
        let length = self.pointer.len();
        source::push_token(&mut self.pointer, token);
        length
    }

    /// Goes back to where [`Findings::enter`] was called.
    pub fn leave(&mut self, length: usize) {
        self.pointer.truncate(length);
    }

    /// Does something one step deeper in the document.
    pub fn within<T>(&mut self, token: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.enter(token);
        let result = work(self);
        self.leave(length);
        result
    }

    /// How many errors were found so far.
    pub fn errors(&self) -> usize {
        self.found
            .iter()
            .filter(|(_, finding)| finding.severity == Severity::Error)
            .count()
    }

    /// Everything found, in the order of the text.
    pub fn into_found(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|(at, _)| *at);
        // The text is read once for all of them: a document may be one line, and hold thousands.
        let mut places = source::Places::new(self.text);
        self.found
            .into_iter()
            .map(|(at, mut finding)| {
                let place = places.of(at);
                (finding.line, finding.column) = (place.line, place.column);
                finding
            })
            .collect()
    }
}
