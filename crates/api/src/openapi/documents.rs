//! What the routes of documents, drafts and overrides do, take and reply.

use serde_json::json;

use super::operation::{
    Body, CHANGE, KNOWN, Operation, empty, json_reply, not_modified, operation_of, required, tagged,
};
use super::refusals::problem;
use super::schemas::{
    CalendarDocument, ListDocument, MenuDocument, NumberDocument, OverrideDocument, Schemas,
};
use crate::parameters;
use crate::routes::{Action, Verb};
use crate::{
    CalendarVersions, Calendars, Draft, Kind, ListVersions, Lists, MenuVersions, Menus, Method,
    NumberVersions, Numbers, Published, Refusal, Rollback, SaveDraft,
};

/// The operation of a route of the documents of a kind.
pub(super) fn document(kind: Kind, verb: Verb, schemas: &mut Schemas) -> Operation {
    let title = match kind {
        Kind::Menu => "Menu",
        Kind::Calendar => "Calendar",
        Kind::List => "List",
        Kind::Number => "Number",
    };
    let noun = match kind {
        Kind::Number => "the entry of a number",
        Kind::Menu => "a menu",
        Kind::Calendar => "a calendar",
        Kind::List => "a list",
    };
    let id = |verb: &str, rest: &str| [verb, title, rest].concat();
    let (request, reply) = match kind {
        Kind::Menu => (
            schemas.request::<MenuDocument>(),
            schemas.reply::<MenuDocument>(),
        ),
        Kind::Calendar => (
            schemas.request::<CalendarDocument>(),
            schemas.reply::<CalendarDocument>(),
        ),
        Kind::List => (
            schemas.request::<ListDocument>(),
            schemas.reply::<ListDocument>(),
        ),
        Kind::Number => (
            schemas.request::<NumberDocument>(),
            schemas.reply::<NumberDocument>(),
        ),
    };
    let mut shown = json_reply(reply, "As it was written.");
    shown["content"]["text/plain"] = json!({
        "schema": { "type": "string", "description": "What was written past this API and is no JSON." },
    });
    let published = |schemas: &mut Schemas, about: &str| {
        let reply = json_reply(schemas.reply::<Published>(), about);
        tagged(reply, "The version, in quotes.")
    };
    let not_there = |schemas: &mut Schemas| (404, problem(schemas, "Not there."));
    let no_id = |schemas: &mut Schemas| (400, problem(schemas, "Not an id."));
    let refused = |schemas: &mut Schemas, about: &str| {
        json!({
            "description": about,
            "content": { "application/problem+json": { "schema": schemas.reply::<Refusal>() } },
        })
    };
    match verb {
        Verb::List => {
            let list = match kind {
                Kind::Menu => schemas.reply::<Menus>(),
                Kind::Calendar => schemas.reply::<Calendars>(),
                Kind::List => schemas.reply::<Lists>(),
                Kind::Number => schemas.reply::<Numbers>(),
            };
            Operation {
                replies: vec![(200, json_reply(list, "What is in force."))],
                ..operation_of(
                    &id("list", "s"),
                    "documents",
                    &format!("The {} in force.", kind.plural()),
                )
            }
        }
        Verb::Read => Operation {
            headers: KNOWN,
            replies: vec![
                (200, tagged(shown, "The version, in quotes.")),
                not_modified(),
                no_id(schemas),
                not_there(schemas),
            ],
            ..operation_of(&id("read", ""), "documents", &format!("Show {noun}."))
        },
        Verb::Publish => Operation {
            about: "Refused when the check finds errors that were not there before.",
            headers: CHANGE,
            query: parameters::CHANGE,
            body: required(request),
            replies: vec![
                (200, published(schemas, "In force.")),
                (201, published(schemas, "In force; there was none before.")),
                (422, refused(schemas, "The check finds errors.")),
            ],
            ..operation_of(
                &id("publish", ""),
                "documents",
                &format!("Put {noun} in force."),
            )
        },
        Verb::Delete => Operation {
            headers: CHANGE,
            query: parameters::CHANGE,
            replies: vec![
                (204, empty("Gone.")),
                (409, refused(schemas, "Others need it.")),
                not_there(schemas),
            ],
            ..operation_of(
                &id("delete", ""),
                "documents",
                &format!("Take {noun} away."),
            )
        },
        Verb::Versions => {
            let versions = match kind {
                Kind::Menu => schemas.reply::<MenuVersions>(),
                Kind::Calendar => schemas.reply::<CalendarVersions>(),
                Kind::List => schemas.reply::<ListVersions>(),
                Kind::Number => schemas.reply::<NumberVersions>(),
            };
            Operation {
                replies: vec![
                    (200, json_reply(versions, "Newest first.")),
                    no_id(schemas),
                    not_there(schemas),
                ],
                ..operation_of(
                    &id("list", "Versions"),
                    "documents",
                    &format!("The versions {noun} has had."),
                )
            }
        }
        Verb::Version => Operation {
            headers: KNOWN,
            replies: vec![
                (200, tagged(shown, "The version, in quotes.")),
                not_modified(),
                no_id(schemas),
                (404, problem(schemas, "No such version.")),
            ],
            ..operation_of(
                &id("read", "Version"),
                "documents",
                &format!("Show a version of {noun}."),
            )
        },
        Verb::Rollback => Operation {
            headers: CHANGE,
            body: Some(Body {
                schema: schemas.request::<Rollback>(),
                required: false,
            }),
            replies: vec![
                (200, published(schemas, "In force.")),
                (404, problem(schemas, "No such version.")),
                (
                    409,
                    problem(schemas, "There is no version before the one in force."),
                ),
                (
                    422,
                    refused(
                        schemas,
                        "The check finds errors: what the version names may be gone.",
                    ),
                ),
            ],
            ..operation_of(
                &id("rollBack", ""),
                "documents",
                &format!("Put an earlier version of {noun} in force again."),
            )
        },
    }
}

/// The operation of a route of drafts.
pub(super) fn draft(action: Action, schemas: &mut Schemas) -> Operation {
    let shown = |schemas: &mut Schemas, about: &str| {
        let reply = json_reply(schemas.reply::<Draft>(), about);
        tagged(reply, "When it was saved, in quotes.")
    };
    match action {
        Action::SaveDraft => Operation {
            headers: CHANGE,
            body: required(schemas.request::<SaveDraft>()),
            replies: vec![
                (200, shown(schemas, "Saved.")),
                (201, shown(schemas, "Saved; there was none before.")),
            ],
            ..operation_of("saveDraft", "drafts", "Save the draft of a menu.")
        },
        Action::DeleteDraft => Operation {
            headers: CHANGE,
            replies: vec![
                (204, empty("Gone.")),
                (400, problem(schemas, "Not an id.")),
                (404, problem(schemas, "There is no draft.")),
            ],
            ..operation_of("deleteDraft", "drafts", "Take the draft of a menu away.")
        },
        _ => Operation {
            headers: KNOWN,
            replies: vec![
                (200, shown(schemas, "The draft.")),
                not_modified(),
                (400, problem(schemas, "Not an id.")),
                (404, problem(schemas, "There is no draft.")),
            ],
            ..operation_of("readDraft", "drafts", "Show the draft of a menu.")
        },
    }
}

/// The operation of a route of overrides.
pub(super) fn over(method: Method, schemas: &mut Schemas) -> Operation {
    let published = json_reply(schemas.reply::<Published>(), "In force.");
    let refusal = json!({
        "description": "The check finds errors.",
        "content": { "application/problem+json": { "schema": schemas.reply::<Refusal>() } },
    });
    let replies = vec![
        (
            200,
            tagged(published, "The version of the calendar, in quotes."),
        ),
        (404, problem(schemas, "No such calendar.")),
        (409, problem(schemas, "The calendar in force is no JSON.")),
        (422, refusal),
    ];
    match method {
        Method::Put => Operation {
            headers: CHANGE,
            query: parameters::CHANGE,
            body: required(schemas.request::<OverrideDocument>()),
            replies,
            ..operation_of(
                "setOverride",
                "documents",
                "Say that a place is open or closed, whatever its hours are.",
            )
        },
        _ => Operation {
            headers: CHANGE,
            query: parameters::CHANGE,
            replies,
            ..operation_of("removeOverride", "documents", "Go by the hours again.")
        },
    }
}
