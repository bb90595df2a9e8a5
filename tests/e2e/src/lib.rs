//! The Worker under workerd, called over HTTP as Vonage calls it.
//!
//! [`Worker`] is a running `wrangler dev` with storage of its own; nothing in it is a
//! stand-in. `scripts/test` builds the Worker and puts `wrangler` on the `PATH`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on says so and stops"
)]

mod databases;
pub mod events;
mod keys;
mod raw;
mod reply;
mod sink;
mod webhooks;
mod worker;

pub use keys::Keys;
pub use raw::Raw;
pub use reply::Reply;
pub use sink::{Answer, Received, Sink};
pub use webhooks::{now, token, token_of};
pub use worker::{ADMIN_TOKEN, SIGNATURE_SECRET, Worker, WorkerBuilder, root};
