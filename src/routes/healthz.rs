//! `/healthz`: for monitors. Says what is bound and which settings can be used, never their values.

use serde_json::{Map, Value, json};
use worker::Env;

use super::dial;
use crate::env::{Config, binding};
use crate::respond::Reply;

const BINDINGS: [&str; 8] = [
    "MENUS",
    "EVENTS",
    "CALLS",
    "ARCHIVE",
    "OUTBOX",
    "LIBRARY",
    "UNSIGNED_LIMIT",
    "CALLER_LIMIT",
];
const SECRETS: [&str; 3] = ["VONAGE_SIGNATURE_SECRET", "STATE_KEY", "ADMIN_TOKEN"];

/// Version, bindings, which secrets are set and count, how many entries the lists have that allow
/// somebody something, and which settings cannot be used.
#[must_use]
pub fn reply(env: &Env) -> Reply {
    let config = Config::of(env);
    let bound: Map<String, Value> = BINDINGS
        .iter()
        .map(|name| ((*name).to_owned(), (!binding(env, name).is_falsy()).into()))
        .collect();
    let configured: Map<String, Value> = SECRETS
        .iter()
        .map(|name| ((*name).to_owned(), config.has_secret(name).into()))
        .collect();
    let lists: Map<String, Value> = config
        .dial
        .sizes()
        .into_iter()
        .map(|(list, size)| (dial::setting(list).to_owned(), size.into()))
        .collect();
    let problems: Vec<Value> = config
        .problems
        .iter()
        .map(|problem| {
            json!({
                "setting": problem.setting,
                "reason": problem.reason,
                "what": problem.what.trim_end_matches(':'),
            })
        })
        .collect();
    let body = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "bound": bound,
        "configured": configured,
        "lists": lists,
        "problems": problems,
    });
    Reply::json(body.to_string())
}
