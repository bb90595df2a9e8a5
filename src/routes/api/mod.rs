//! `/api`: for operators and the `ivr` command. JSON, problem details (RFC 9457) on error.

mod access;
mod audit;
pub mod auth;
mod callers;
mod calls;
pub(super) mod context;
mod cookie;
mod document_store;
mod documents;
mod drafts;
mod events;
mod figures;
mod filter;
mod history;
mod list;
mod mask;
mod neighbours;
mod outbound;
mod publish;
mod recordings;
mod references;
mod replay;
mod replies;
mod revision;
mod same_site;
mod session;
mod tags;
mod today;
mod versions;

use super::replies::{nothing_here, wrong_method};
use crate::bindings::pace::Pace;
use crate::bindings::promise::PlatformError;
use crate::request::Method;
use crate::respond::{Content, Reply};
use ::events::OperatorAct;
use api::routes::{Action, Found, find};
use api::{Needs, Reason};
use auth::{Means, Operator};
use context::ApiContext;
use references::Metadata;

/// The description of this API.
const OPENAPI: &str = include_str!("../../../docs/openapi.json");

/// Reads every document and notes what names what: some are written to KV past this API.
///
/// # Errors
/// What KV or `LIBRARY` said.
pub async fn note_references(env: &worker::Env) -> Result<(), PlatformError> {
    let store = document_store::DocumentStore::of(env).map_err(PlatformError::from)?;
    let pace = Pace::default();
    references::register(env, &store, Metadata::Ignored, &pace).await
}

/// Answers a request under `/api/`.
pub async fn reply(context: &mut ApiContext<'_>) -> Reply {
    context.line.route = "/api";
    let reply = match answer(context).await {
        Ok(reply) | Err(reply) => reply,
    };
    finish(context, reply)
}

async fn answer(context: &mut ApiContext<'_>) -> Result<Reply, Reply> {
    let request = context.request;
    let found = find(request.method, request.path());
    if let Found::Route(route, _) = &found
        && route.needs == Needs::Nothing
    {
        context.line.route = route.path;
        return match route.action {
            Action::SignIn => session::sign_in(context).await,
            _ => Ok(session::sign_out()),
        };
    }
    // Who may not come in does not hear what is there.
    let operator = auth::identify(context).await?;
    auth::check_origin(context, Some(operator.means))?;
    let (route, values) = match found {
        Found::Route(route, values) => (route, values),
        Found::OtherMethods(methods) => return Ok(wrong_method(&methods)),
        Found::Nothing => return Ok(nothing_here(context.line)),
    };
    context.line.route = route.path;
    if !operator.grant.allows(route.needs) {
        context.line.outcome = "refused";
        context.line.reason = Some(Reason::RoleTooSmall);
        let detail = format!(
            "This needs the role or right `{}`; you are `{}`.",
            route.needs,
            operator.grant.print()
        );
        return Err(Reply::problem(403, "Not with your role", &detail));
    }
    let values = values.as_slice();
    perform(context, &operator, route.action, values).await
}

async fn perform(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    action: Action,
    values: &[&str],
) -> Result<Reply, Reply> {
    let value = values.first().copied().unwrap_or_default();
    Ok(match action {
        Action::Me => session::me(operator),
        // Both are answered before anybody is asked who it is.
        Action::SignIn | Action::SignOut => session::sign_out(),
        Action::OpenApi => Reply::json(OPENAPI.to_owned()),
        Action::Documents(kind, verb) => {
            documents::reply(context, operator, kind, verb, values).await?
        }
        Action::Today => today::reply(context).await?,
        Action::Check => documents::check(context).await?,
        Action::Folder => documents::folder(context).await?,
        Action::ReadDraft => drafts::read(context, value).await?,
        Action::SaveDraft => drafts::save(context, operator, value).await?,
        Action::DeleteDraft => drafts::delete(context, operator, value).await?,
        Action::Override => documents::override_hours(context, operator, value).await?,
        Action::Calls => {
            let reply = calls::list(context).await;
            about_callers(context, operator, "calls", None, reply).await?
        }
        Action::Erase => callers::erase(context, operator, value).await,
        Action::Figures => figures::list(context).await,
        Action::CallsDone => {
            let reply = calls::done(context).await;
            about_callers(context, operator, "calls", None, reply).await?
        }
        Action::Call => {
            let reply = calls::one(context, &value.into()).await;
            about_callers(context, operator, "calls", Some(value), reply).await?
        }
        Action::PlaceCall => outbound::place(context, operator).await?,
        Action::Events => {
            let reply = events::list(context).await;
            about_callers(context, operator, "events", None, reply).await?
        }
        // No callers: numbers in it are documents that operators published.
        Action::Audit => masked(operator, events::audit(context).await),
        Action::Recording => recordings::play(context, operator, value).await?,
        Action::Replay => {
            let act = OperatorAct {
                verb: "replay",
                kind: "events",
                ..OperatorAct::default()
            };
            audit::record(context, operator, act).await?;
            replay::reply(context).await
        }
    })
}

/// A reply about callers. That somebody sees a whole number is kept before the reply leaves.
///
/// Not of programs, the bearer of `ADMIN_TOKEN` and service tokens: one that follows the events would
/// find one of its own on each next page.
///
/// # Errors
/// The refusal, as a reply, when that cannot be kept.
async fn about_callers(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    kind: &str,
    id: Option<&str>,
    reply: Reply,
) -> Result<Reply, Reply> {
    let reply = masked(operator, reply);
    let is_person = matches!(operator.means, Means::Cookie | Means::Access);
    let is_read = context.request.method == Method::Get && reply.content == Content::Json;
    if is_person && is_read && mask::shows_a_whole_number(&reply.body) {
        let act = OperatorAct {
            verb: "look",
            kind,
            id,
            ..OperatorAct::default()
        };
        audit::record(context, operator, act).await?;
    }
    Ok(reply)
}

/// A reply without whole numbers for those who may not see them.
fn masked(operator: &Operator, mut reply: Reply) -> Reply {
    if operator.grant.allows(Needs::Listen) || reply.content != Content::Json {
        return reply;
    }
    match serde_json::from_str(&reply.body) {
        Ok(mut value) => {
            mask::mask(&mut value);
            reply.body = value.to_string();
        }
        // What cannot be masked is not shown.
        Err(_) => reply.body = "null".to_owned(),
    }
    reply
}

/// What HTTP asks of every reply to a reading request: nothing when the reader has it already, and
/// no body for a HEAD.
fn finish(context: &ApiContext<'_>, mut reply: Reply) -> Reply {
    let method = context.request.method;
    if !matches!(method, Method::Get | Method::Head) {
        return reply;
    }
    let tag = reply.headers.iter().find(|(name, _)| *name == "etag");
    if reply.status == 200
        && let Some((_, tag)) = tag
        && let Some(known) = context.request.header("if-none-match")
        && tags::fits(&known, Some(tag))
    {
        return Reply::empty(304).with("etag", tag.clone());
    }
    if method == Method::Head {
        reply.body.clear();
        reply.stream = None;
    }
    reply
}
