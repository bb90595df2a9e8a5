//! Asking a Durable Object.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RequestInit, Response};
use worker::Env;
use worker::worker_sys::DurableObjectNamespace;

use super::promise::{PlatformError, settle};
use crate::env::binding;

/// Sends a request to the object named `object` behind the binding `name`.
///
/// # Errors
/// There is no such binding, or the object failed.
pub async fn ask(
    env: &Env,
    name: &str,
    object: &str,
    method: &str,
    path: &str,
    body: Option<&str>,
) -> Result<Response, PlatformError> {
    let namespace = binding(env, name);
    if !namespace.is_object() {
        let message = ["there is no binding ", name, ": see wrangler.toml"].concat();
        return Err(PlatformError::new(message));
    }
    let error = |thrown: JsValue| PlatformError::from_js(name, &thrown);
    let namespace: DurableObjectNamespace = namespace.unchecked_into();
    let id = namespace.id_from_name(object).map_err(error)?;
    let stub = namespace.get(&id).map_err(error)?;
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(body) = body {
        init.set_body(&JsValue::from_str(body));
    }
    // The host says nothing: the object is chosen above.
    let url = ["https://object/", path].concat();
    let request = web_sys::Request::new_with_str_and_init(&url, &init).map_err(error)?;
    let response: Response = settle(name, stub.fetch_with_request(&request))
        .await?
        .unchecked_into();
    match response.ok() {
        true => Ok(response),
        false => Err(PlatformError::new(format!(
            "{name}: status {}",
            response.status()
        ))),
    }
}
