//! One operation of the OpenAPI document, and what it is put together from.

use serde_json::{Value as Json, json};

use crate::parameters::Parameter;

/// An operation of the OpenAPI document.
pub struct Operation {
    /// What clients call it.
    pub id: String,
    /// The family it belongs to.
    pub tag: &'static str,
    /// One line on it.
    pub summary: String,
    /// More than that, where there is more to say.
    pub about: &'static str,
    /// The headers it reads.
    pub headers: &'static [Header],
    /// The parameters of its query.
    pub query: &'static [Parameter],
    /// Its body.
    pub body: Option<Body>,
    /// What it replies, by status.
    pub replies: Vec<(u16, Json)>,
}

/// The body of a request.
pub struct Body {
    /// What it must be.
    pub schema: Json,
    /// Whether there must be one.
    pub required: bool,
}

/// A header an operation reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// `If-Match`
    IfMatch,
    /// `If-None-Match` of a change.
    IfNoneMatch,
    /// `If-None-Match` of a reading request.
    Known,
    /// `Range`
    Range,
}

impl Header {
    /// As the document describes it.
    pub fn parameter(self) -> Json {
        let (name, about) = match self {
            Self::IfMatch => (
                "If-Match",
                "The entity tag of what this change was made of. Refused with 412 when another is there.",
            ),
            Self::IfNoneMatch => (
                "If-None-Match",
                "`*`: refused with 412 when there is one already.",
            ),
            Self::Known => (
                "If-None-Match",
                "Entity tags the client has: replied to with 304 when one of them is there yet.",
            ),
            Self::Range => (
                "Range",
                "One part, in bytes: `bytes=0-1023`. What asks for several gets the whole.",
            ),
        };
        json!({
            "name": name,
            "in": "header",
            "required": false,
            "description": about,
            "schema": { "type": "string" },
        })
    }
}

pub(super) const CHANGE: &[Header] = &[Header::IfMatch, Header::IfNoneMatch];

pub(super) const KNOWN: &[Header] = &[Header::Known];

pub(super) fn operation_of(id: &str, tag: &'static str, summary: &str) -> Operation {
    Operation {
        id: id.to_owned(),
        tag,
        summary: summary.to_owned(),
        about: "",
        headers: &[],
        query: &[],
        body: None,
        replies: Vec::new(),
    }
}

pub(super) fn json_reply(schema: Json, about: &str) -> Json {
    json!({ "description": about, "content": { "application/json": { "schema": schema } } })
}

pub(super) fn tagged(mut reply: Json, about: &str) -> Json {
    reply["headers"] = json!({
        "ETag": { "description": about, "schema": { "type": "string" } },
    });
    reply
}

pub(super) fn empty(about: &str) -> Json {
    json!({ "description": about })
}

pub(super) fn not_modified() -> (u16, Json) {
    (304, empty("What `If-None-Match` names is what is there."))
}

pub(super) fn required(schema: Json) -> Option<Body> {
    Some(Body {
        schema,
        required: true,
    })
}
