//! Phone menus: document, check, compile, step.

pub mod calendar;
pub mod number;

/// How many cases a property test runs: `PROPTEST_CASES` when set, `few` otherwise.
#[cfg(test)]
fn cases(few: u32) -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(few)
}
