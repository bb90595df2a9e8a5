//! The names of the keys.

use ivr::Version;

/// The number a call came in on, or `default`.
#[must_use]
pub fn number(digits: &str) -> String {
    ["number:", digits].concat()
}

/// The menu in force.
#[must_use]
pub fn menu(id: &str) -> String {
    ["menu:", id].concat()
}

/// An immutable copy of a menu.
#[must_use]
pub fn version(version: &Version) -> String {
    ["version:", &version.to_string()].concat()
}

/// The version of a menu that last compiled, and has a copy.
#[must_use]
pub fn last_good(id: &str) -> String {
    ["lastgood:", id].concat()
}

/// Opening hours.
#[must_use]
pub fn calendar(id: &str) -> String {
    ["calendar:", id].concat()
}

/// Callers.
#[must_use]
pub fn list(id: &str) -> String {
    ["list:", id].concat()
}
