//! `/webhooks/fallback`: what a caller hears when nothing else worked. Needs no binding.

use crate::respond::Reply;

/// The built-in NCCO.
#[must_use]
pub fn reply() -> Reply {
    Reply::json(r#"[{"action":"talk","text":"We are sorry, we cannot take your call right now. Please try again later."}]"#.to_owned())
}
