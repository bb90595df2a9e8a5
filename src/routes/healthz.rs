//! `/healthz`: for monitors. Says what is bound, never what is in it.

use serde_json::{Map, Value, json};
use worker::Env;

use crate::env::binding;
use crate::respond::Reply;

const BINDINGS: [&str; 7] = [
    "MENUS",
    "EVENTS",
    "CALLS",
    "ARCHIVE",
    "OUTBOX",
    "UNSIGNED_LIMIT",
    "CALLER_LIMIT",
];
const SECRETS: [&str; 3] = ["VONAGE_SIGNATURE_SECRET", "STATE_KEY", "ADMIN_TOKEN"];

/// Version, bindings, and which secrets are set.
#[must_use]
pub fn reply(env: &Env) -> Reply {
    let there = |names: &[&str]| -> Map<String, Value> {
        let mut there = Map::new();
        for name in names {
            let is_there = !binding(env, name).is_falsy();
            there.insert((*name).to_owned(), Value::Bool(is_there));
        }
        there
    };
    let body = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "bound": there(&BINDINGS),
        "configured": there(&SECRETS),
    });
    Reply::json(body.to_string())
}
