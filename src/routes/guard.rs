//! What `src/entry.js` is given at its start, for when this code cannot be asked any more.

use serde_json::{Map, json};

use super::hooks::{HOOKS, Hook, UNSIGNED, WEBHOOKS};
use super::voicexml;
use crate::bindings::limiter;
use crate::env::Config;
use crate::respond;

/// When `src/entry.js` answers instead of us: our own deadlines have passed by then.
const OVERDUE_MS: u32 = 2_500;

/// What `src/entry.js` has to know when this code cannot be asked any more, as JSON.
#[must_use]
pub fn guard(config: &Config) -> String {
    let known = |hook: &Hook| json!({ "route": hook.route, "words": hook.last_words.name() });
    let hooks = HOOKS.iter();
    let mut routes = Map::new();
    routes.extend(hooks.map(|(name, hook)| ([WEBHOOKS, name].concat(), known(hook))));
    for (path, hook) in UNSIGNED {
        routes.insert((*path).to_owned(), known(hook));
    }
    let mut headers = Map::new();
    for (name, value) in respond::security_headers() {
        headers.insert((*name).to_owned(), (*value).into());
    }
    // In JSON, a form or a query: the status of a call that failed.
    let statuses = ivr::ConnectOutcome::UNANSWERED.join("|");
    let failed = [r#"status"?\s*[:=]\s*"?("#, &statuses, r")\b"].concat();
    json!({
        "routes": routes,
        "headers": headers,
        "apology": ivr::safe_ncco(config.language.as_deref()),
        "silence": ivr::SHORTEST,
        "document": voicexml::apology(config).body,
        "documentType": vxml::CONTENT_TYPE,
        "failed": failed,
        "overdueMs": OVERDUE_MS,
        "limiterMs": limiter::DEADLINE_MS,
    })
    .to_string()
}
