//! Which path goes where: webhooks to [`webhook`], everything else here.

pub mod api;
pub mod auth;
mod call;
mod call_handler;
pub mod context;
mod dial;
mod event;
mod fallback;
#[cfg(feature = "faults")]
mod faults;
pub mod guard;
mod healthz;
mod hooks;
pub mod webhook;

use worker::{Context, Env};

use crate::bindings::clock;
use crate::log::Line;
use crate::request::{Method, Request};
use crate::respond::Reply;

/// What the handlers of everything but webhooks are given.
pub struct Exchange<'a> {
    /// The request.
    pub request: &'a Request,
    /// The platform's bindings.
    pub env: &'a Env,
    /// Keeps the isolate alive for work after the reply.
    pub context: &'a Context,
    /// What will be logged of it.
    pub line: &'a mut Line,
}

/// Answers one request.
pub async fn handle(request: &Request, env: &Env, context: &Context) -> web_sys::Response {
    let began = clock::now_ms();
    let mut line = Line::default();
    let reply = dispatch(Exchange {
        request,
        env,
        context,
        line: &mut line,
    })
    .await;
    line.finish(&reply, clock::now_ms() - began);
    line.write();
    reply.into_response()
}

/// The reply to one request, whoever sends it.
async fn dispatch(mut exchange: Exchange<'_>) -> Reply {
    let path = exchange.request.path();
    if path.starts_with("/api/") {
        return api::reply(&mut exchange).await;
    }
    match path {
        "/healthz" => {
            exchange.line.route = "/healthz";
            only(exchange.request.method, &[Method::Get, Method::Head])
                .unwrap_or_else(|| healthz::reply(exchange.env))
        }
        #[cfg(feature = "faults")]
        "/faults" => faults::reply(exchange.request, exchange.env).await,
        _ => nothing_here(exchange.line),
    }
}

fn nothing_here(line: &mut Line) -> Reply {
    line.route = "none";
    Reply::problem(404, "Nothing here", "The paths are listed in the README.")
}

/// A refusal unless the method is one of these.
fn only(method: Method, allowed: &[Method]) -> Option<Reply> {
    (!allowed.contains(&method)).then(|| wrong_method(allowed))
}

fn wrong_method(allowed: &[Method]) -> Reply {
    let names: Vec<_> = allowed.iter().map(|method| method.name()).collect();
    Reply::problem(405, "Not with this method", "See the header Allow.")
        .with("allow", names.join(", "))
}
