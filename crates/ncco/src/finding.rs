//! What [`Ncco::validate`](crate::Ncco::validate) finds.

use std::fmt;

use crate::code::{Code, Severity};

/// One thing that is wrong with an NCCO.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of mistake it is. Stable: programs may match on it.
    pub code: Code,
    /// Where it is: a JSON pointer (RFC 6901) into the NCCO, for example
    /// `/1/dtmf/maxDigits`. The empty pointer is the whole document.
    pub pointer: String,
    /// What is wrong, for a person. Not stable.
    pub message: String,
    /// How to cure it, for a person. Not stable.
    pub help: &'static str,
}

impl Finding {
    /// How bad it is; every code has one severity.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

impl fmt::Display for Finding {
    /// `error[out_of_range] /0/dtmf/maxDigits: must be 1 to 20`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.severity().as_str())?;
        f.write_str("[")?;
        f.write_str(self.code.as_str())?;
        f.write_str("] ")?;
        f.write_str(&self.pointer)?;
        f.write_str(": ")?;
        f.write_str(&self.message)
    }
}
