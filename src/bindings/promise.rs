//! What the platform promises, as Rust results.

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;

/// A platform service said no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PlatformError {
    /// Its words, after the service's name.
    pub message: String,
}

impl PlatformError {
    /// A refusal in our words.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }

    /// What was thrown, as far as it has words.
    #[must_use]
    pub fn from_js(service: &str, thrown: &JsValue) -> Self {
        let words = thrown
            .as_string()
            .or_else(|| {
                thrown
                    .dyn_ref::<js_sys::Error>()
                    .map(|error| String::from(error.message()))
            })
            .unwrap_or_else(|| "no reason given".to_owned());
        Self::new([service, ": ", &words].concat())
    }
}

impl From<PlatformError> for worker::Error {
    fn from(error: PlatformError) -> Self {
        Self::RustError(error.message)
    }
}

/// Waits for what `service` promised.
///
/// # Errors
/// What it threw, now or later.
pub async fn settle(
    service: &str,
    promise: Result<Promise, JsValue>,
) -> Result<JsValue, PlatformError> {
    let promise = promise.map_err(|thrown| PlatformError::from_js(service, &thrown))?;
    JsFuture::from(promise)
        .await
        .map_err(|thrown| PlatformError::from_js(service, &thrown))
}

/// A member of an object; `undefined` when there is none.
#[must_use]
pub fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A text member of an object.
#[must_use]
pub fn text(object: &JsValue, name: &str) -> Option<String> {
    member(object, name).as_string()
}

/// An object of these members.
#[must_use]
pub fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        // Setting a member of a fresh object does not fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}
