//! The rate limits `UNSIGNED_LIMIT` and `CALLER_LIMIT`.

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;

use super::deadline::{Deadline, within};
use super::promise::{member, object, settle};
use crate::env::binding;

/// A limiter counts in the data centre it runs in; one that takes longer is broken.
pub const DEADLINE_MS: u32 = 200;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Object)]
    type RateLimit;
    #[wasm_bindgen(method, catch)]
    fn limit(this: &RateLimit, options: &JsValue) -> Result<Promise, JsValue>;
}

/// Counts one against `key`; true when that was one too many. A limiter that is not bound,
/// fails or does not answer lets everybody through: it protects a budget, not a secret.
pub async fn is_exceeded(env: &Env, name: &str, key: &str) -> bool {
    let limiter = binding(env, name);
    if !limiter.is_object() {
        return false;
    }
    let limiter: RateLimit = limiter.unchecked_into();
    let promise = limiter.limit(&object(&[("key", key.into())]));
    match within(Deadline::in_ms(DEADLINE_MS), settle(name, promise)).await {
        Some(Ok(outcome)) => member(&outcome, "success").as_bool() == Some(false),
        Some(Err(_)) | None => false,
    }
}
