//! Whether the Worker is set up: for monitors.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is bound and configured. Never a value of a setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Health {
    /// The version of the Worker.
    pub version: String,
    /// Which bindings there are, by name.
    pub bound: BTreeMap<String, bool>,
    /// Which secrets are set and can be used, by name.
    pub configured: BTreeMap<String, bool>,
    /// Which of them this Worker needs, by what else it is set to do; the others are optional.
    pub required: Vec<String>,
    /// How many entries the lists have that allow somebody something, by name of the setting; null
    /// where the setting is left out.
    pub lists: BTreeMap<String, Option<usize>>,
    /// Settings that cannot be used.
    pub problems: Vec<SettingProblem>,
}

impl Health {
    /// The secrets that are needed and are not set, or cannot be used.
    pub fn missing_secrets(&self) -> impl Iterator<Item = &str> {
        self.required
            .iter()
            .filter(|name| self.configured.get(*name) != Some(&true))
            .map(String::as_str)
    }

    /// The bindings that are not there.
    pub fn missing_bindings(&self) -> impl Iterator<Item = &str> {
        self.bound
            .iter()
            .filter(|(_, is_bound)| !**is_bound)
            .map(|(name, _)| name.as_str())
    }
}

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct SettingProblem {
    /// Its name.
    pub setting: String,
    /// Why, as a code of `docs/reason-codes.md`.
    pub reason: String,
    /// What is wrong, and what holds instead.
    pub what: String,
}
