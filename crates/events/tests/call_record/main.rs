//! Law 9: any order and any repetition of a call's events give the same call record.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

mod calls;
mod laws;
mod outcomes;
