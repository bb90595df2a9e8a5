//! `/healthz`: for monitors. Says what is bound and which settings can be used, never their values.

use api::{Health, Secret, SettingProblem};
use worker::Env;

use super::dial;
use crate::bindings::calls;
use crate::env::{Config, binding};
use crate::respond::Reply;

/// Beside the databases.
const BINDINGS: [&str; 7] = [
    "MENUS",
    "EVENTS",
    "ARCHIVE",
    "OUTBOX",
    "LIBRARY",
    "UNSIGNED_LIMIT",
    "CALLER_LIMIT",
];

/// Version, bindings, which secrets are set and count, which are needed, how many entries the lists
/// have that allow somebody something, and which settings cannot be used.
#[must_use]
pub fn reply(env: &Env) -> Reply {
    let config = Config::of(env);
    let problems = config.problems.iter().map(|problem| SettingProblem {
        setting: problem.setting.to_owned(),
        reason: problem.reason.code().to_owned(),
        what: problem.what.trim_end_matches(':').to_owned(),
    });
    let databases = (0..calls::count(env)).map(calls::name);
    let bindings = BINDINGS.iter().map(|name| (*name).into()).chain(databases);
    let lists = config.dial.sizes().into_iter();
    Reply::of(&Health {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        bound: bindings
            .map(|name| (name.to_string(), !binding(env, &name).is_falsy()))
            .collect(),
        configured: Secret::ALL
            .iter()
            .map(|secret| (secret.name().to_owned(), config.has_secret(*secret)))
            .collect(),
        required: Secret::ALL
            .iter()
            .filter(|secret| config.needs_secret(**secret))
            .map(|secret| secret.name().to_owned())
            .collect(),
        lists: lists
            .map(|(list, size)| (dial::setting(list).to_owned(), size))
            .collect(),
        problems: problems.collect(),
    })
}
