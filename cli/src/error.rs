//! Why a command could not do what was asked.

use std::fmt;
use std::path::Path;

/// What the shell is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: all is well.
    Fine,
    /// 1: there are findings, failed calls, or a publish was refused.
    Findings,
    /// 2: the command was not given what it needs.
    Usage,
    /// 3: somebody could not be reached, or did not let us in.
    Unreachable,
}

impl Exit {
    /// The exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Unreachable => 3,
        }
    }
}

/// What a command comes to.
pub(crate) type Done = Result<Exit, CliError>;

/// Something went wrong: what, and what to do about it.
#[derive(Debug, Clone)]
pub struct CliError {
    /// What the shell is told.
    pub exit: Exit,
    /// What went wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl CliError {
    /// The user can put it right on the command line or in a file.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Somebody said no to what was asked.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Exit::Findings, message)
    }

    /// Nobody answered, or nobody who would talk to us.
    pub fn unreachable(message: impl Into<String>) -> Self {
        Self::new(Exit::Unreachable, message)
    }

    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            help: None,
        }
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// What is wrong with a file, in words: the system's own speak of error numbers.
#[must_use]
pub fn file_error(path: &Path, why: &std::io::Error) -> CliError {
    use std::io::ErrorKind;
    let shown = path.display();
    let (what, help) = match why.kind() {
        ErrorKind::NotFound => (
            "no such file",
            "name a menu, a call script or a folder; `ivr new FOLDER` makes one to start from",
        ),
        ErrorKind::IsADirectory => ("this is a folder", "name a file in it"),
        ErrorKind::NotADirectory => ("a part of this path is a file", "a folder is needed there"),
        ErrorKind::AlreadyExists => ("there is a file of this name", "name a folder"),
        ErrorKind::PermissionDenied => (
            "this may not be read or written by you",
            "see its permissions",
        ),
        ErrorKind::ReadOnlyFilesystem => ("this can only be read", "write elsewhere"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            ("there is no space left", "make some, or write elsewhere")
        }
        ErrorKind::InvalidFilename => ("this cannot be the name of a file", "name another"),
        _ => return CliError::usage(format!("{shown}: {why}")),
    };
    CliError::usage(format!("{shown}: {what}")).help(help)
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CliError {}
