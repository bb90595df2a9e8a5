//! The query parameters of lists. The Worker refuses those that stand in no table of these: a
//! filter that is misspelt must not show everything.

/// A query parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What its value is.
    #[cfg(feature = "openapi")]
    pub(crate) value: Value,
    /// What it does.
    #[cfg(feature = "openapi")]
    pub(crate) about: &'static str,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text,
    Required,
    Line,
    Time,
    Limit,
    Flag,
}

// Without the feature the descriptions are in no binary.
#[cfg_attr(not(feature = "openapi"), allow(unused_variables))]
const fn parameter(name: &'static str, value: Value, about: &'static str) -> Parameter {
    Parameter {
        name,
        #[cfg(feature = "openapi")]
        value,
        #[cfg(feature = "openapi")]
        about,
    }
}

const fn text(name: &'static str, about: &'static str) -> Parameter {
    parameter(name, Value::Text, about)
}

const fn time(name: &'static str, about: &'static str) -> Parameter {
    parameter(name, Value::Time, about)
}

const LIMIT: Parameter = parameter(
    "limit",
    Value::Limit,
    "Items on a page. A page may be shorter and still have a cursor.",
);
const CURSOR: Parameter = text("cursor", "Where the page before ended, as its reply says.");

/// Of `GET /api/calls`.
pub const CALLS: &[Parameter] = &[
    text("from", "Who called."),
    text("to", "Who was called."),
    text("conversation", "The id of a conversation a leg was in."),
    text("direction", "`inbound` or `outbound`."),
    text("menu", "The menu the call began on."),
    text("status", "The status on the record."),
    text("outcome", "How the call went."),
    time("since", "First heard of at or after this point in time."),
    time("until", "First heard of before this point in time."),
    LIMIT,
    CURSOR,
];

/// Of `GET /api/calls/done`.
pub const FINISHED_CALLS: &[Parameter] = &[
    text("menu", "The menu the call began on."),
    time("since", "First heard of at or after this point in time."),
    time("until", "First heard of before this point in time."),
    LIMIT,
    CURSOR,
];

/// Of `GET /api/events`.
pub const EVENTS: &[Parameter] = &[
    text("type", "The type; a `*` at its end stands for anything."),
    text("source", "Where it comes from: `/vonage/voice`, `/ivr`, …"),
    text("leg", "The uuid of a leg."),
    text("conversation", "The id of a conversation."),
    text("menu", "The menu the caller was in."),
    time("since", "Received at or after this point in time."),
    time("until", "Received before this point in time."),
    text(
        "after",
        "Instead of `cursor`: `now`, or the cursor of a reply to `after`. Gives what was written \
         since, oldest first, and always the next cursor. Goes with neither `cursor` nor `limit`.",
    ),
    LIMIT,
    CURSOR,
];

/// Of `GET /api/audit`.
pub const AUDIT: &[Parameter] = &[
    time("since", "Done at or after this point in time."),
    time("until", "Done before this point in time."),
    LIMIT,
    CURSOR,
];

/// Of `GET /api/figures`.
pub const FIGURES: &[Parameter] = &[
    parameter("menu", Value::Required, "The menu."),
    text("version", "One version of it; all together when left out."),
    time("since", "From the day of this point in time on, in UTC."),
    time("until", "Before the day of this point in time, in UTC."),
];

/// Of `DELETE /api/callers/{number}`.
pub const ERASURE: &[Parameter] = &[
    parameter(
        "everywhere",
        Value::Flag,
        "Also search every body and every archived event for the number: for one that was keyed \
         in, or came in a header.",
    ),
    CURSOR,
];

/// Of a change of a document. Others are passed over here.
pub const CHANGE: &[Parameter] = &[parameter(
    "message",
    Value::Line,
    "What to say about it in the list of versions: one line, 500 characters at most.",
)];
