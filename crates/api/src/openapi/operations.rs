//! What each route does, takes and replies.

use serde_json::{Value as Json, json};

use super::documents;
use super::operation::{
    Header, KNOWN, Operation, empty, json_reply, not_modified, operation_of, required, tagged,
};
use super::refusals::problem;
use super::schemas::Schemas;
use crate::parameters;
use crate::routes::{Action, Route};
use crate::{
    Call, Calls, CheckFiles, Erased, Events, Figures, Findings, FinishedCalls, Folder, Health, Me,
    NewCall, PlacedCall, Refusal, Replay, Replayed, SignIn, Today,
};

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
        Action::Documents(kind, verb) => documents::document(kind, verb, schemas),
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
        Action::ReadDraft | Action::SaveDraft | Action::DeleteDraft => {
            documents::draft(route.action, schemas)
        }
        Action::Override => documents::over(route.method, schemas),
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
        Action::Audit => Operation {
            about: "Events of type `ivr.operator`: who, with which role, what, of which document or \
                    call, the version before and after, and why. Each is kept before what it tells \
                    of is done.",
            query: parameters::AUDIT,
            replies: vec![(
                200,
                json_reply(schemas.reply::<Events>(), "A page of them."),
            )],
            ..operation_of(
                "listAudit",
                "operators",
                "What operators did, newest first.",
            )
        },
        Action::Recording => recording(schemas),
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

fn recording(schemas: &mut Schemas) -> Operation {
    let sound = |about: &str| {
        let kinds = [
            "audio/mpeg",
            "audio/wav",
            "audio/ogg",
            "application/octet-stream",
        ];
        let bytes = json!({ "schema": { "type": "string", "format": "binary" } });
        let content: serde_json::Map<String, Json> = kinds
            .into_iter()
            .map(|kind| (kind.to_owned(), bytes.clone()))
            .collect();
        let header = |about: &str| json!({ "description": about, "schema": { "type": "string" } });
        json!({
            "description": about,
            "headers": {
                "Accept-Ranges": header("`bytes`."),
                "Content-Range": header("Which bytes these are, of how many."),
            },
            "content": content,
        })
    };
    Operation {
        about: "The id is `recording` in a call record. That it was listened to is kept first.",
        headers: &[Header::Range],
        replies: vec![
            (200, sound("The whole recording.")),
            (206, sound("The part that was asked for.")),
            (
                404,
                problem(
                    schemas,
                    "No such recording. One appears about a minute after its call.",
                ),
            ),
            (416, problem(schemas, "The recording has no such part.")),
        ],
        ..operation_of("readRecording", "calls", "The sound of a recording.")
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
