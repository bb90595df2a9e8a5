//! What the crate promises, from outside.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests panic to fail"
)]

mod fixtures;
mod read;
mod round_trip;
mod ssml;
mod validate;
mod write;

use ncco::{Finding, Ncco};

/// Reads what has to be readable.
fn read(json: &str) -> Ncco {
    match Ncco::from_json(json.as_bytes()) {
        Ok(ncco) => ncco,
        Err(error) => panic!("{error}: {json}"),
    }
}

/// `code pointer`, one a finding.
fn places(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| format!("{} {}", finding.code, finding.pointer))
        .collect()
}
