#![doc = include_str!("../README.md")]

pub mod calendar;
mod check;

pub mod document;
pub mod number;
pub mod pattern;
pub mod policy;

mod compile;
mod engine;
mod facts;
mod file_name;
mod language;
mod library;
mod phrases;
mod schema;
mod slip;
mod spoken;
mod state;
mod template;
mod version;
mod words;

pub use describe::{Document, Explanation, catalogue, diagnostic, source};

pub use check::{Pause, check, check_in_parts, errors, errors_in_parts, names_of};
pub use compile::Compiled;
pub use diagnostic::{Code, Diagnostic, Severity};
pub use engine::{
    Caller, Cause, ConnectOutcome, Context, Degraded, Direction, Effect, Event, Reply, Shortfall,
    SpeechResult, Step, Trace, answer, step,
};
pub use facts::{Facts, LookupAnswer, LookupRequest, Need};
pub use file_name::FileName;
pub use library::{Entry, Library};
pub use phrases::{SHORTEST, busy_ncco, safe_ncco};
pub use schema::{schema, schema_text};
pub use state::seal::{Sealer, StateError};
pub use state::{LONGEST_VALUE, Position, State};
pub use template::{Slot, Template};
pub use version::Version;

/// How many cases a property test runs: `PROPTEST_CASES` when set, `few` otherwise.
#[cfg(test)]
fn cases(few: u32) -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(few)
}
