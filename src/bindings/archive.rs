//! The bucket `ARCHIVE`.

use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::worker_sys::R2Bucket;

use super::promise::{Refusal, member, object, settle, text};
use crate::env::binding;
use crate::faults::{self, Service};

fn bucket(env: &Env) -> R2Bucket {
    binding(env, "ARCHIVE").unchecked_into()
}

/// Writes an object.
///
/// # Errors
/// What the bucket said.
pub async fn put(
    env: &Env,
    key: &str,
    body: &str,
    content_type: &'static str,
) -> Result<(), Refusal> {
    put_value(env, key, JsValue::from_str(body), content_type).await
}

/// Writes an object from a text, an `ArrayBuffer` or a stream of known length.
///
/// # Errors
/// What the bucket said.
pub async fn put_value(
    env: &Env,
    key: &str,
    body: JsValue,
    content_type: &str,
) -> Result<(), Refusal> {
    faults::meet(Service::Archive)?;
    let metadata = object(&[("contentType", JsValue::from_str(content_type))]);
    let options = object(&[("httpMetadata", metadata)]);
    let promise = bucket(env).put(key.to_owned(), body, options);
    settle("ARCHIVE", promise).await.map(drop)
}

/// Whether there is an object of this name.
///
/// # Errors
/// What the bucket said.
pub async fn exists(env: &Env, key: &str) -> Result<bool, Refusal> {
    faults::meet(Service::Archive)?;
    let found = settle("ARCHIVE", bucket(env).head(key.to_owned())).await?;
    Ok(!found.is_null() && !found.is_undefined())
}

/// Reads an object as text; `None` when there is none.
///
/// # Errors
/// What the bucket said.
pub async fn get(env: &Env, key: &str) -> Result<Option<String>, Refusal> {
    faults::meet(Service::Archive)?;
    let found = settle(
        "ARCHIVE",
        bucket(env).get(key.to_owned(), JsValue::UNDEFINED),
    )
    .await?;
    if found.is_null() || found.is_undefined() {
        return Ok(None);
    }
    let read: js_sys::Function = member(&found, "text").unchecked_into();
    let promise = read.call0(&found).map(JsCast::unchecked_into::<Promise>);
    Ok(settle("ARCHIVE", promise).await?.as_string())
}

/// Removes an object.
///
/// # Errors
/// What the bucket said.
pub async fn delete(env: &Env, key: &str) -> Result<(), Refusal> {
    faults::meet(Service::Archive)?;
    settle("ARCHIVE", bucket(env).delete(key.to_owned()))
        .await
        .map(drop)
}

/// The names that begin with `prefix`, in order, after `after`, at most `limit` (of 1,000).
///
/// # Errors
/// What the bucket said.
pub async fn list(
    env: &Env,
    prefix: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<String>, Refusal> {
    faults::meet(Service::Archive)?;
    let options = object(&[
        ("prefix", JsValue::from_str(prefix)),
        (
            "startAfter",
            after.map_or(JsValue::UNDEFINED, JsValue::from_str),
        ),
        ("limit", JsValue::from(limit)),
    ]);
    let page = settle("ARCHIVE", bucket(env).list(options)).await?;
    let objects: Array = member(&page, "objects").unchecked_into();
    Ok(objects.iter().filter_map(|it| text(&it, "key")).collect())
}
