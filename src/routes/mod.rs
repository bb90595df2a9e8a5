//! Which path is whose.

pub mod fallback;
pub mod healthz;

use worker::{Context, Env};

use crate::bindings::clock;
use crate::log::Line;
use crate::request::{Method, Request};
use crate::respond::Reply;

/// What every handler is given.
pub struct Call<'a> {
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
pub async fn handle(request: web_sys::Request, env: Env, context: Context) -> web_sys::Response {
    let began = clock::now_ms();
    let request = Request::new(request);
    let mut line = Line::default();
    let reply = dispatch(Call {
        request: &request,
        env: &env,
        context: &context,
        line: &mut line,
    })
    .await;
    line.status = reply.status;
    if line.outcome.is_empty() {
        line.outcome = if reply.status < 400 { "ok" } else { "refused" };
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float becomes the nearest integer in range"
    )]
    let us = ((clock::now_ms() - began) * 1000.0) as u64;
    line.us = us;
    line.write();
    reply.into_response()
}

async fn dispatch(call: Call<'_>) -> Reply {
    let path = call.request.path();
    if let Some(rest) = path.strip_prefix("/webhooks/") {
        return webhook(rest, call).await;
    }
    match path {
        "/healthz" => {
            call.line.route = "/healthz";
            only(call.request.method, &[Method::Get, Method::Head])
                .unwrap_or_else(|| healthz::reply(call.env))
        }
        _ => nothing_here(call.line),
    }
}

async fn webhook(name: &str, call: Call<'_>) -> Reply {
    match name {
        "fallback" => {
            call.line.route = "/webhooks/fallback";
            fallback::reply()
        }
        _ => nothing_here(call.line),
    }
}

fn nothing_here(line: &mut Line) -> Reply {
    line.route = "none";
    Reply::problem(404, "Nothing here", "The paths are listed in the README.")
}

/// A refusal unless the method is one of these.
fn only(method: Method, allowed: &[Method]) -> Option<Reply> {
    if allowed.contains(&method) {
        return None;
    }
    let names: Vec<_> = allowed
        .iter()
        .map(|method| match method {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
            Method::Other => "",
        })
        .collect();
    Some(
        Reply::problem(405, "Not with this method", "See the header Allow.")
            .with("allow", names.join(", ")),
    )
}
