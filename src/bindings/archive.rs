//! The bucket `ARCHIVE`.

use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::ReadableStream;
use worker::Env;
use worker::worker_sys::R2Bucket;

use super::promise::{PlatformError, member, object, settle, text};
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
) -> Result<(), PlatformError> {
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
) -> Result<(), PlatformError> {
    faults::inject_error(Service::Archive)?;
    let metadata = object(&[("contentType", JsValue::from_str(content_type))]);
    let options = object(&[("httpMetadata", metadata)]);
    let promise = bucket(env).put(key.to_owned(), body, options);
    settle("ARCHIVE", promise).await.map(drop)
}

/// Whether there is an object of this name.
///
/// # Errors
/// What the bucket said.
pub async fn exists(env: &Env, key: &str) -> Result<bool, PlatformError> {
    Ok(head(env, key).await?.is_some())
}

/// Reads an object as text; `None` when there is none.
///
/// # Errors
/// What the bucket said.
pub async fn get(env: &Env, key: &str) -> Result<Option<String>, PlatformError> {
    let found = get_tagged(env, key).await?;
    Ok(found.map(|found| found.text))
}

/// Removes an object.
///
/// # Errors
/// What the bucket said.
pub async fn delete(env: &Env, key: &str) -> Result<(), PlatformError> {
    faults::inject_error(Service::Archive)?;
    settle("ARCHIVE", bucket(env).delete(key.to_owned()))
        .await
        .map(drop)
}

/// Removes objects; as many as there are names, whether or not they exist.
///
/// # Errors
/// What the bucket said.
pub async fn delete_all(env: &Env, keys: &[String]) -> Result<(), PlatformError> {
    // One request takes a thousand.
    for some in keys.chunks(1_000) {
        faults::inject_error(Service::Archive)?;
        let list: Array = some.iter().map(|key| JsValue::from_str(key)).collect();
        let bucket = bucket(env);
        let delete: js_sys::Function = member(&bucket, "delete").unchecked_into();
        let promise = delete
            .call1(&bucket, &list)
            .map(JsCast::unchecked_into::<Promise>);
        settle("ARCHIVE", promise).await?;
    }
    Ok(())
}

/// A part of a list.
#[derive(Debug, Default)]
pub struct Listed {
    /// The names, in order.
    pub keys: Vec<String>,
    /// Whether there are more. Only this says so: a part may be shorter than was asked for.
    pub truncated: bool,
}

impl Listed {
    /// The name to go on after.
    #[must_use]
    pub fn next(&self) -> Option<String> {
        self.keys.last().filter(|_| self.truncated).cloned()
    }
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
) -> Result<Listed, PlatformError> {
    faults::inject_error(Service::Archive)?;
    let options = object(&[
        ("prefix", JsValue::from_str(prefix)),
        (
            "startAfter",
            after.map_or(JsValue::UNDEFINED, JsValue::from_str),
        ),
        ("limit", JsValue::from(limit.min(1_000))),
    ]);
    let page = settle("ARCHIVE", bucket(env).list(options)).await?;
    let objects: Array = member(&page, "objects").unchecked_into();
    Ok(Listed {
        keys: objects.iter().filter_map(|it| text(&it, "key")).collect(),
        truncated: member(&page, "truncated").is_truthy(),
    })
}

/// Every name that begins with `prefix`.
///
/// # Errors
/// What the bucket said.
pub async fn list_all(env: &Env, prefix: &str) -> Result<Vec<String>, PlatformError> {
    let mut keys = Vec::new();
    let mut after = None;
    loop {
        let page = list(env, prefix, after.as_deref(), 1_000).await?;
        after = page.next();
        keys.extend(page.keys);
        if after.is_none() {
            return Ok(keys);
        }
    }
}

/// What is known of an object without reading it.
#[derive(Debug)]
pub struct Stored {
    /// Its size, in bytes.
    pub size: u64,
    /// What its writer said it is.
    pub content_type: Option<String>,
}

/// What there is of this name; `None` when there is nothing.
///
/// # Errors
/// What the bucket said.
pub async fn head(env: &Env, key: &str) -> Result<Option<Stored>, PlatformError> {
    faults::inject_error(Service::Archive)?;
    let found = settle("ARCHIVE", bucket(env).head(key.to_owned())).await?;
    if found.is_null() || found.is_undefined() {
        return Ok(None);
    }
    let size = member(&found, "size").as_f64().unwrap_or_default();
    Ok(Some(Stored {
        size: size as u64,
        content_type: text(&member(&found, "httpMetadata"), "contentType"),
    }))
}

/// Reads an object, or its bytes from a first to a last one, as a stream; `None` when there is none.
///
/// # Errors
/// What the bucket said.
pub async fn stream(
    env: &Env,
    key: &str,
    range: Option<(u64, u64)>,
) -> Result<Option<ReadableStream>, PlatformError> {
    faults::inject_error(Service::Archive)?;
    let options = range.map_or(JsValue::UNDEFINED, |(first, last)| {
        let number = |value: u64| JsValue::from_f64(value as f64);
        let range = object(&[
            ("offset", number(first)),
            ("length", number(last - first + 1)),
        ]);
        object(&[("range", range)])
    });
    let found = settle("ARCHIVE", bucket(env).get(key.to_owned(), options)).await?;
    Ok(member(&found, "body").dyn_into().ok())
}

/// An object as text, and its tag.
#[derive(Debug)]
pub struct Tagged {
    /// What is in it.
    pub text: String,
    /// Names this content of it.
    pub etag: String,
}

/// Reads an object as text, with its tag; `None` when there is none.
///
/// # Errors
/// What the bucket said.
pub async fn get_tagged(env: &Env, key: &str) -> Result<Option<Tagged>, PlatformError> {
    faults::inject_error(Service::Archive)?;
    let found = settle(
        "ARCHIVE",
        bucket(env).get(key.to_owned(), JsValue::UNDEFINED),
    )
    .await?;
    if found.is_null() || found.is_undefined() {
        return Ok(None);
    }
    let etag = text(&found, "etag").unwrap_or_default();
    let read: js_sys::Function = member(&found, "text").unchecked_into();
    let promise = read.call0(&found).map(JsCast::unchecked_into::<Promise>);
    let text = settle("ARCHIVE", promise).await?.as_string();
    Ok(text.map(|text| Tagged { text, etag }))
}

/// Writes an object if it still has this tag, or if there is none yet; says whether it did. What
/// two writers change at once is lost to neither.
///
/// # Errors
/// What the bucket said.
pub async fn put_if(
    env: &Env,
    key: &str,
    body: &str,
    etag: Option<&str>,
    content_type: &str,
) -> Result<bool, PlatformError> {
    faults::inject_error(Service::Archive)?;
    faults::inject_delay(Service::Archive).await;
    let condition = match etag {
        Some(etag) => object(&[("etagMatches", JsValue::from_str(etag))]),
        None => object(&[("etagDoesNotMatch", JsValue::from_str("*"))]),
    };
    let metadata = object(&[("contentType", JsValue::from_str(content_type))]);
    let options = object(&[("httpMetadata", metadata), ("onlyIf", condition)]);
    let promise = bucket(env).put(key.to_owned(), JsValue::from_str(body), options);
    let written = settle("ARCHIVE", promise).await?;
    Ok(!written.is_null() && !written.is_undefined())
}
