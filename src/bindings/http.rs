//! Requests to others.

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, RequestInit, RequestRedirect, Response};

use super::promise::{PlatformError, member, object, settle};

/// A request on its way out.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// Where to.
    pub url: &'a str,
    /// Names and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// What to send.
    pub body: Option<&'a str>,
    /// How long it may take until its head and body are there, in milliseconds.
    pub timeout: u32,
}

/// Sends it. A redirect is not followed: what goes along is meant for one host.
///
/// # Errors
/// No connection, or the time is over.
pub async fn send(outgoing: &Outgoing<'_>) -> Result<Response, PlatformError> {
    let init = RequestInit::new();
    init.set_method(outgoing.method);
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(outgoing.timeout)));
    let headers: Vec<(&str, JsValue)> = outgoing
        .headers
        .iter()
        .map(|(name, value)| (*name, JsValue::from_str(value)))
        .collect();
    init.set_headers(&object(&headers));
    if let Some(body) = outgoing.body {
        init.set_body(&JsValue::from_str(body));
    }
    // By name out of the global object: an export of ours is called `fetch` too.
    let global = js_sys::global();
    let fetch: Function = member(&global, "fetch").unchecked_into();
    let promise = fetch
        .call2(&global, &JsValue::from_str(outgoing.url), &init)
        .map(JsCast::unchecked_into::<Promise>);
    settle("request", promise).await.map(JsCast::unchecked_into)
}
