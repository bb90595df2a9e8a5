//! The `ivr` command, and the `phone` module: the Vonage platform as far as a Worker can tell.

pub mod phone;
