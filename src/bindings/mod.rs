//! One file a platform service.

pub mod archive;
pub mod calls;
pub mod clock;
pub mod deadline;
pub mod http;
pub mod kv;
pub mod limiter;
pub mod outbox;
pub mod promise;
pub mod queue;
pub mod recordings;
pub mod sink;
pub mod web_crypto;

use wasm_bindgen::JsValue;

/// What an error of the platform says, in one line.
#[must_use]
pub fn message(error: &JsValue) -> String {
    js_sys::Reflect::get(error, &JsValue::from_str("message"))
        .ok()
        .and_then(|message| message.as_string())
        .or_else(|| error.as_string())
        .unwrap_or_else(|| "an error without a message".to_owned())
}
