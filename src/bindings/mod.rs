//! One file a platform service.

pub mod clock;
pub mod queue;
