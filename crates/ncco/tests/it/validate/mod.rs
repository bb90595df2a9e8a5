//! What `validate` finds.

mod codes;
mod flow;
mod members;
mod values;

use crate::{places, read};

/// `expected` is `code pointer`, one a finding.
fn check(json: &str, expected: &[&str]) {
    assert_eq!(places(&read(json).validate()), expected, "{json}");
}

/// The same for one member of an action, endpoint or object: `at` is its pointer.
fn check_values(frame: &str, at: &str, code: &str, good: &[&str], bad: &[&str]) {
    for value in good {
        check(&frame.replace('?', value), &[]);
    }
    for value in bad {
        check(&frame.replace('?', value), &[&format!("{code} {at}")]);
    }
}
