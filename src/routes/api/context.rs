//! What the handlers of `/api` are given.

use worker::Env;

use crate::log::Line;
use crate::request::Request;

/// What the handlers of `/api` are given.
pub struct ApiContext<'a> {
    /// The request.
    pub request: &'a Request,
    /// The platform's bindings.
    pub env: &'a Env,
    /// What will be logged of it.
    pub line: &'a mut Line,
}
