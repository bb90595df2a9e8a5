//! Phone menus: document, check, compile, step.

pub mod calendar;
pub mod decode;
pub mod diagnostic;
pub mod document;
pub mod number;
pub mod pattern;
pub mod source;

mod library;
mod version;
mod words;

pub use diagnostic::{Code, Diagnostic, Severity};
pub use library::{Entry, Library};
pub use version::Version;

/// How many cases a property test runs: `PROPTEST_CASES` when set, `few` otherwise.
#[cfg(test)]
fn cases(few: u32) -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(few)
}
