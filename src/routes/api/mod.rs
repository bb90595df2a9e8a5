//! `/api`: for operators and the `ivr` command. JSON, problem details (RFC 9457) on error.

mod access;
mod audit;
pub mod auth;
mod callers;
mod calls;
mod cookie;
mod documents;
mod drafts;
mod events;
mod figures;
mod filter;
mod history;
mod list;
mod mask;
mod outbound;
mod references;
mod replay;
mod same_site;
mod session;
mod shelf;
mod tags;
mod today;
mod versions;

use super::{Exchange, nothing_here, wrong_method};
use crate::bindings::promise::Refusal;
use crate::request::Method;
use crate::respond::{Content, Reply};
use api::Needs;
use api::routes::{Action, Found, find};
use audit::Act;
use auth::Operator;

/// The description of this API.
const OPENAPI: &str = include_str!("../../../docs/openapi.json");

/// Goes through every document and notes what names what: some are written to KV past this API.
///
/// # Errors
/// What KV or `LIBRARY` said.
pub async fn note_references(env: &worker::Env) -> Result<(), Refusal> {
    let shelf = shelf::Shelf::of(env).map_err(Refusal::from)?;
    references::register(env, &shelf).await
}

/// Answers a request under `/api/`.
pub async fn reply(exchange: &mut Exchange<'_>) -> Reply {
    exchange.line.route = "/api";
    let reply = match answer(exchange).await {
        Ok(reply) | Err(reply) => reply,
    };
    finish(exchange, reply)
}

async fn answer(exchange: &mut Exchange<'_>) -> Result<Reply, Reply> {
    let request = exchange.request;
    let found = find(request.method, request.path());
    if let Found::Route(route, _) = &found
        && route.needs == Needs::Nothing
    {
        exchange.line.route = route.path;
        return match route.action {
            Action::SignIn => session::sign_in(exchange).await,
            _ => Ok(session::sign_out()),
        };
    }
    // Who may not come in does not hear what is there.
    let operator = auth::identify(exchange).await?;
    auth::check_origin(exchange, Some(operator.means))?;
    let (route, values) = match found {
        Found::Route(route, values) => (route, values),
        Found::OtherMethods(methods) => return Ok(wrong_method(&methods)),
        Found::Nothing => return Ok(nothing_here(exchange.line)),
    };
    exchange.line.route = route.path;
    if !operator.grant.allows(route.needs) {
        exchange.line.outcome = "refused";
        exchange.line.reason = Some("role_too_small");
        let detail = format!(
            "This needs the role or right `{}`; you are `{}`.",
            route.needs,
            operator.grant.print()
        );
        return Err(Reply::problem(403, "Not with your role", &detail));
    }
    let values = values.as_slice();
    perform(exchange, &operator, route.action, values).await
}

async fn perform(
    exchange: &mut Exchange<'_>,
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
            documents::reply(exchange, operator, kind, verb, values).await?
        }
        Action::Today => today::reply(exchange).await?,
        Action::Check => documents::check(exchange).await?,
        Action::Folder => documents::folder(exchange).await?,
        Action::ReadDraft => drafts::read(exchange, value).await?,
        Action::SaveDraft => drafts::save(exchange, operator, value).await?,
        Action::DeleteDraft => drafts::delete(exchange, operator, value).await?,
        Action::Override => documents::override_hours(exchange, operator, value).await?,
        Action::Calls => masked(operator, calls::list(exchange).await),
        Action::Erase => callers::erase(exchange, operator, value).await,
        Action::Figures => figures::list(exchange).await,
        Action::CallsDone => masked(operator, calls::done(exchange).await),
        Action::Call => masked(operator, calls::one(exchange, value).await),
        Action::PlaceCall => outbound::place(exchange, operator).await?,
        Action::Events => masked(operator, events::list(exchange).await),
        Action::Replay => {
            let act = Act {
                verb: "replay",
                kind: "events",
                ..Act::default()
            };
            audit::record(exchange, operator, act).await?;
            replay::reply(exchange).await
        }
    })
}

/// A reply about callers, without their whole numbers for those who may not see them.
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
fn finish(exchange: &Exchange<'_>, mut reply: Reply) -> Reply {
    let method = exchange.request.method;
    if !matches!(method, Method::Get | Method::Head) {
        return reply;
    }
    let tag = reply.headers.iter().find(|(name, _)| *name == "etag");
    if reply.status == 200
        && let Some((_, tag)) = tag
        && let Some(known) = exchange.request.header("if-none-match")
        && tags::fits(&known, Some(tag))
    {
        return Reply::empty(304).with("etag", tag.clone());
    }
    if method == Method::Head {
        reply.body.clear();
    }
    reply
}

/// A platform service said no: worth another try.
fn unavailable(exchange: &mut Exchange<'_>, refusal: &Refusal) -> Reply {
    exchange.line.reason = Some("service_failed");
    exchange.line.detail = Some(refusal.message.clone());
    Reply::problem(
        503,
        "A service failed",
        "The log of the Worker says which. Try again.",
    )
    .with("retry-after", "5")
}

/// The request asks for something that makes no sense.
fn bad_request(detail: &str) -> Reply {
    Reply::problem(400, "Bad request", detail)
}
