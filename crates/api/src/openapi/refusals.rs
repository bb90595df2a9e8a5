//! Refusals that many operations have in common.

use serde_json::{Value as Json, json};

use super::schemas::Schemas;
use crate::{Conflict, Problem};

/// The `responses` of the components.
pub fn responses(schemas: &mut Schemas) -> Json {
    let mut problem = |about| problem(schemas, about);
    let mut all = json!({
        "BadRequest": problem("The request says something nobody knows: `detail` says what, and where."),
        "NotAllowed": problem("No token, or a wrong one."),
        "OtherRole": problem("The operator's role is too small, `OPERATORS` does not name whoever asks, or a browser sends this from another site."),
        "TooLarge": problem("The body is larger than a megabyte."),
        "NotJson": problem("The body is not `application/json`, or is compressed."),
        "TooMany": problem("Too many refusals from this address."),
        "Unavailable": problem("A service failed, or storage does not answer. Try again."),
    });
    let header = |about: &str| json!({ "description": about, "schema": { "type": "string" } });
    all["NotAllowed"]["headers"]["WWW-Authenticate"] = header("How to show who asks.");
    for name in ["TooMany", "Unavailable"] {
        all[name]["headers"]["Retry-After"] = header("Seconds to wait.");
    }
    all["Changed"] = json!({
        "description": "What is there is not what `If-Match` names, or there is something already. `ETag` and `current` say what is there.",
        "content": { "application/problem+json": { "schema": schemas.reply::<Conflict>() } },
    });
    all
}

/// A refusal as a problem.
pub fn problem(schemas: &mut Schemas, about: &str) -> Json {
    json!({
        "description": about,
        "content": { "application/problem+json": { "schema": schemas.reply::<Problem>() } },
    })
}
