//! What each route does, takes and replies.

use serde_json::{Value as Json, json};

use super::refusals::problem;
use super::schemas::{
    CalendarDocument, ListDocument, MenuDocument, NumberDocument, OverrideDocument, Schemas,
};
use crate::parameters::{self, Parameter};
use crate::routes::{Action, Route, Verb};
use crate::{
    CalendarVersions, Calendars, Call, Calls, CheckFiles, Draft, Erased, Events, Figures, Findings,
    FinishedCalls, Folder, Health, Kind, ListVersions, Lists, Me, MenuVersions, Menus, Method,
    NewCall, NumberVersions, Numbers, PlacedCall, Published, Refusal, Replay, Replayed, Rollback,
    SaveDraft, SignIn, Today,
};

/// An operation of the document.
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

const CHANGE: &[Header] = &[Header::IfMatch, Header::IfNoneMatch];
const KNOWN: &[Header] = &[Header::Known];

/// The families of operations.
pub fn tags() -> Json {
    json!([
        { "name": "documents", "description": "Menus, calendars, lists and numbers: what callers get." },
        { "name": "drafts", "description": "Menus somebody works on." },
        { "name": "calls", "description": "Call records and figures; placing calls; erasing callers." },
        { "name": "events", "description": "What happened, webhook by webhook." },
        { "name": "operators", "description": "Who asks, and signing in." },
        { "name": "worker", "description": "The Worker itself." },
    ])
}

fn operation_of(id: &str, tag: &'static str, summary: &str) -> Operation {
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

fn json_reply(schema: Json, about: &str) -> Json {
    json!({ "description": about, "content": { "application/json": { "schema": schema } } })
}

fn tagged(mut reply: Json, about: &str) -> Json {
    reply["headers"] = json!({
        "ETag": { "description": about, "schema": { "type": "string" } },
    });
    reply
}

fn empty(about: &str) -> Json {
    json!({ "description": about })
}

fn not_modified() -> (u16, Json) {
    (304, empty("What `If-None-Match` names is what is there."))
}

fn required(schema: Json) -> Option<Body> {
    Some(Body {
        schema,
        required: true,
    })
}

/// `GET /healthz`, which is no route of `/api`.
pub fn health(schemas: &mut Schemas) -> Operation {
    Operation {
        about: "For monitors. Open to everybody.",
        replies: vec![(
            200,
            json_reply(schemas.reply::<Health>(), "The Worker runs."),
        )],
        ..operation_of("health", "worker", "What is bound and configured.")
    }
}

/// The operation of a route.
pub fn operation(route: &Route, schemas: &mut Schemas) -> Operation {
    match route.action {
        Action::Me => Operation {
            replies: vec![(200, json_reply(schemas.reply::<Me>(), "The operator."))],
            ..operation_of("me", "operators", "Who asks, and what they may do.")
        },
        Action::SignIn => sign_in(schemas),
        Action::SignOut => Operation {
            replies: vec![(204, empty("The cookie is taken away."))],
            ..operation_of("signOut", "operators", "Take the cookie away.")
        },
        Action::OpenApi => Operation {
            replies: vec![(
                200,
                json_reply(
                    json!({ "type": "object", "description": "An OpenAPI 3.1 document.", "required": ["openapi", "info", "paths"], "properties": {
                        "openapi": { "type": "string", "description": "The version of OpenAPI." },
                        "info": { "type": "object", "description": "What this API is.", "additionalProperties": true },
                        "paths": { "type": "object", "description": "The operations.", "additionalProperties": true },
                    }, "additionalProperties": true }),
                    "The description.",
                ),
            )],
            ..operation_of("openapi", "worker", "This description.")
        },
        Action::Documents(kind, verb) => document(kind, verb, schemas),
        Action::Folder => Operation {
            headers: KNOWN,
            replies: vec![
                (
                    200,
                    tagged(
                        json_reply(schemas.reply::<Folder>(), "The documents."),
                        "What they all are, as one tag.",
                    ),
                ),
                not_modified(),
            ],
            ..operation_of("readFolder", "documents", "Every document in force.")
        },
        Action::Today => Operation {
            replies: vec![(
                200,
                json_reply(schemas.reply::<Today>(), "The places and numbers."),
            )],
            ..operation_of(
                "today",
                "documents",
                "How each place stands now, and which menu each number gets.",
            )
        },
        Action::Check => Operation {
            about: "What is in force counts for nothing: the files are a folder of their own.",
            body: required(schemas.request::<CheckFiles>()),
            replies: vec![(
                200,
                json_reply(schemas.reply::<Findings>(), "What is wrong with them."),
            )],
            ..operation_of("check", "documents", "Check the files of a folder.")
        },
        Action::ReadDraft | Action::SaveDraft | Action::DeleteDraft => draft(route.action, schemas),
        Action::Override => over(route.method, schemas),
        Action::Calls => Operation {
            query: parameters::CALLS,
            replies: vec![(200, json_reply(schemas.reply::<Calls>(), "A page of them."))],
            ..operation_of(
                "listCalls",
                "calls",
                "Call records, newest conversation first.",
            )
        },
        Action::CallsDone => Operation {
            about: "For replaying calls through a draft: some 200 bytes a call.",
            query: parameters::FINISHED_CALLS,
            replies: vec![(
                200,
                json_reply(schemas.reply::<FinishedCalls>(), "A page of them."),
            )],
            ..operation_of(
                "listFinishedCalls",
                "calls",
                "Calls that are over and went through a menu, in short.",
            )
        },
        Action::Call => Operation {
            replies: vec![
                (
                    200,
                    json_reply(schemas.reply::<Call>(), "What is known of it."),
                ),
                (
                    404,
                    problem(
                        schemas,
                        "No such leg. A record appears a few seconds after its first event.",
                    ),
                ),
            ],
            ..operation_of(
                "readCall",
                "calls",
                "One leg: its record, its path and its events.",
            )
        },
        Action::PlaceCall => place_call(schemas),
        Action::Erase => Operation {
            about: "Removes the conversations in which a leg has the number, with all that belongs \
                    to them. A request does a part: while `done` is false, ask again with `cursor`.",
            query: parameters::ERASURE,
            replies: vec![(
                200,
                json_reply(schemas.reply::<Erased>(), "What was removed."),
            )],
            ..operation_of("eraseCaller", "calls", "Erase a person.")
        },
        Action::Figures => Operation {
            query: parameters::FIGURES,
            replies: vec![(200, json_reply(schemas.reply::<Figures>(), "The figures."))],
            ..operation_of("figures", "calls", "How callers went through a menu.")
        },
        Action::Events => Operation {
            query: parameters::EVENTS,
            replies: vec![(
                200,
                json_reply(schemas.reply::<Events>(), "A page of them."),
            )],
            ..operation_of("listEvents", "events", "Events, newest conversation first.")
        },
        Action::Replay => Operation {
            about: "Dead letters go only to the sinks that lack them; archived events are not \
                    archived again. A request does a part: while there is a `cursor`, ask again \
                    with it.",
            body: required(schemas.request::<Replay>()),
            replies: vec![(
                200,
                json_reply(schemas.reply::<Replayed>(), "How many were sent."),
            )],
            ..operation_of(
                "replayEvents",
                "events",
                "Send events through the sinks again.",
            )
        },
    }
}

fn sign_in(schemas: &mut Schemas) -> Operation {
    let mut reply = json_reply(schemas.reply::<Me>(), "Signed in.");
    reply["headers"] = json!({
        "Set-Cookie": { "description": "The session.", "schema": { "type": "string" } },
    });
    let shared = |name: &str| json!({ "$ref": format!("#/components/responses/{name}") });
    Operation {
        about: "Gives a browser a cookie for the token.",
        body: required(schemas.request::<SignIn>()),
        replies: vec![
            (200, reply),
            (401, shared("NotAllowed")),
            (429, shared("TooMany")),
            (503, shared("Unavailable")),
        ],
        ..operation_of("signIn", "operators", "Sign in from a browser.")
    }
}

fn document(kind: Kind, verb: Verb, schemas: &mut Schemas) -> Operation {
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

fn draft(action: Action, schemas: &mut Schemas) -> Operation {
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

fn over(method: Method, schemas: &mut Schemas) -> Operation {
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

fn place_call(schemas: &mut Schemas) -> Operation {
    let refusal = json!({
        "description": "The check finds errors in the menu.",
        "content": { "application/problem+json": { "schema": schemas.reply::<Refusal>() } },
    });
    Operation {
        body: required(schemas.request::<NewCall>()),
        replies: vec![
            (
                201,
                json_reply(schemas.reply::<PlacedCall>(), "Vonage calls."),
            ),
            (
                403,
                problem(
                    schemas,
                    "The operator's role is too small, or `DIAL_ALLOW` does not allow the number.",
                ),
            ),
            (404, problem(schemas, "There is no such menu.")),
            (422, refusal),
            (502, problem(schemas, "Vonage did not place the call.")),
        ],
        ..operation_of(
            "placeCall",
            "calls",
            "Call a number; whoever answers gets a menu.",
        )
    }
}
