//! `LAKE`: a Cloudflare Pipeline, which writes events to R2 as Iceberg tables for SQL.

use events::{ConversationId, Event, Subject};
use js_sys::{JSON, Promise};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;

use super::promise::{PlatformError, settle};
use crate::env::binding;

#[wasm_bindgen]
extern "C" {
    type Pipeline;

    // Called as a method, never taken off the object first: what a pipeline's `send` is to
    // JavaScript is a remote method, and even `call` on it is taken for the name of another one.
    #[wasm_bindgen(method, catch)]
    fn send(this: &Pipeline, rows: &JsValue) -> Result<Promise, JsValue>;
}

/// One row of the table, as `docs/lake.md` declares it.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    source: &'a str,
    r#type: &'a str,
    subject: Option<&'a Subject>,
    time: &'a str,
    receivedat: &'a str,
    conversation: Option<&'a ConversationId>,
    menu: Option<&'a str>,
    menuversion: Option<&'a str>,
    node: Option<&'a str>,
    /// The whole event, as JSON text: types differ in their members.
    event: &'a str,
}

/// Whether a pipeline is bound.
#[must_use]
pub fn is_bound(env: &Env) -> bool {
    !binding(env, "LAKE").is_undefined()
}

/// Sends events, each with its JSON text. Durable when this returns `Ok`; the same event sent again
/// is a second row, so queries count ids.
///
/// # Errors
/// What the pipeline said.
pub async fn send(env: &Env, events: &[(&Event, &str)]) -> Result<(), PlatformError> {
    let rows: Vec<Row<'_>> = events
        .iter()
        .map(|(event, line)| Row {
            id: &event.id,
            source: &event.source,
            r#type: &event.kind,
            subject: event.subject.as_ref(),
            time: &event.time,
            receivedat: &event.receivedat,
            conversation: event.conversation.as_ref(),
            menu: event.menu.as_deref(),
            menuversion: event.menuversion.as_deref(),
            node: event.node.as_deref(),
            event: line,
        })
        .collect();
    let text = serde_json::to_string(&rows).unwrap_or_default();
    let rows = JSON::parse(&text).map_err(|thrown| PlatformError::from_js("LAKE", &thrown))?;
    let lake: Pipeline = binding(env, "LAKE").unchecked_into();
    settle("LAKE", lake.send(&rows)).await.map(drop)
}
