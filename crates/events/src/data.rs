//! What `data` holds in the events of our own: each type is written from its structure here, and
//! described by it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A signed request that is no webhook; `raw` holds its bytes.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MalformedRequest<'a> {
    /// The path it came to, without its query.
    pub path: &'a str,
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The `Content-Type`, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<&'a str>,
    /// Where reading stopped.
    pub place: &'a str,
    /// Why.
    pub message: &'a str,
}

/// One webhook moved a caller.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Step<'a> {
    /// The id of the event it follows from.
    pub webhook: &'a str,
    /// How many steps the call had made before.
    pub step: u32,
    /// The first node passed, and why it was left.
    #[serde(flatten)]
    pub first: Option<FirstVisit<'a>>,
    /// Every node passed on the way.
    pub path: &'a [Visit],
}

/// The first node a webhook moved a caller through, and where the caller is after the last.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct FirstVisit<'a> {
    /// The menu the caller was in.
    pub menu: &'a str,
    /// Its version.
    pub version: &'a str,
    /// The node the caller was at.
    pub node: &'a str,
    /// Why it was left: `key 1`, `no-input`, `busy`, …
    pub cause: &'a str,
    /// Which attempt of this visit it was.
    pub attempt: u32,
    /// Where the caller is now: a node, `menu:<id>`, `@hangup`.
    pub target: Option<&'a str>,
}

/// One node a webhook moved the caller through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Visit {
    /// The menu's id.
    pub menu: String,
    /// Its version.
    pub version: String,
    /// The node's id.
    pub node: String,
    /// Why it was left or entered again: `key 1`, `no-input`, `busy`, …
    pub cause: String,
    /// Which attempt of this visit it was.
    #[serde(default)]
    pub attempt: u32,
    /// Where the caller went: a node, `menu:<id>`, `@hangup`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// What kind of node that is: `menu`, `voicemail`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered: Option<String>,
}

/// Why a caller got less than the menu in force, or their state counted for nothing.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Failure<'a> {
    /// The id of the event it follows from.
    pub webhook: &'a str,
    /// Why, as a code of `docs/reason-codes.md`.
    pub cause: &'a str,
    /// For an operator.
    pub detail: &'a str,
}

/// A caller asked to be called back.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Callback<'a> {
    /// The id of the event it follows from.
    pub webhook: &'a str,
    /// On this number.
    pub number: &'a str,
}

/// A caller passed a `notify` node.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Notify<'a> {
    /// The id of the event it follows from.
    pub webhook: &'a str,
    /// What the menu says.
    pub payload: &'a Value,
}

/// Another version of a menu is in force.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Publication<'a> {
    /// The menu's id, also in `subject`.
    pub menu: &'a str,
    /// The version in force from now on; null when the menu was deleted.
    pub version: Option<&'a str>,
    /// The one before.
    pub previous: Option<&'a str>,
    /// What was done: `publish`, `rollback`, `delete`.
    pub action: &'a str,
    /// Who did it.
    pub by: Option<&'a str>,
}

/// An operator changed something, or looked at what is personal.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OperatorAct<'a> {
    /// Who: an e-mail address, the name of a service token, or `admin_token`.
    pub who: &'a str,
    /// What that operator may do.
    pub role: &'a str,
    /// What is done: `publish`, `rollback`, `delete`, `override`, `call`, `replay`, `look`.
    pub verb: &'a str,
    /// Of what: `menus`, `numbers`, `calls`.
    pub kind: &'a str,
    /// Its id, if it has one.
    pub id: Option<&'a str>,
    /// The version in force before.
    pub before: Option<&'a str>,
    /// The version in force from now on.
    pub after: Option<&'a str>,
    /// What the operator said about it.
    pub message: Option<&'a str>,
    /// The request, as Cloudflare names it.
    pub ray: Option<&'a str>,
}

/// The members of one of these structures.
pub(crate) fn members(data: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(data) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}
