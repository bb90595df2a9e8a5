//! What the framework costs before it does anything: a Worker that returns a constant NCCO.

use worker::{Context, Env, Headers, Request, Response, Result, event};

const NCCO: &str = r#"[{"action":"talk","text":"Welcome to the bench line.","language":"en-GB"}]"#;

#[event(fetch)]
async fn fetch(_request: Request, _env: Env, _context: Context) -> Result<Response> {
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    Ok(Response::ok(NCCO)?.with_headers(headers))
}
