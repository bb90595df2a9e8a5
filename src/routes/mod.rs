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
mod replies;
mod voicexml;
pub mod webhook;

use worker::Env;

use api::context::ApiContext;

use crate::bindings::clock;
use crate::log::Line;
use crate::request::{Method, Request};
use crate::respond::Reply;

/// Answers one request.
pub async fn handle(request: &Request, env: &Env) -> web_sys::Response {
    let began = clock::now_ms();
    let mut line = Line::default();
    let reply = dispatch(request, env, &mut line).await;
    line.finish(&reply, clock::now_ms() - began);
    line.write();
    reply.into_response()
}

/// The reply to one request, whoever sends it.
async fn dispatch(request: &Request, env: &Env, line: &mut Line) -> Reply {
    let path = request.path();
    if path.starts_with("/api/") {
        return api::reply(&mut ApiContext { request, env, line }).await;
    }
    match path {
        "/healthz" => {
            line.route = "/healthz";
            replies::only(request.method, &[Method::Get, Method::Head])
                .unwrap_or_else(|| healthz::reply(env))
        }
        #[cfg(feature = "faults")]
        "/faults" => faults::reply(request, env).await,
        _ => replies::nothing_here(line),
    }
}
