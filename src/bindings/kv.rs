//! The KV namespace `MENUS`: the few calls made of it.
//!
//! Bound by hand: the `worker` crate's own takes its options through `serde-wasm-bindgen`,
//! and every name through a look-up; on the way to an answer neither is needed.

use std::collections::BTreeMap;

use api::Reason;
use js_sys::{Array, ArrayBuffer, JSON, Map, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::ReadableStream;
use worker::Env;

use super::deadline::{Deadline, within};
use super::promise::{PlatformError, member, object, settle, text};
use crate::env::binding;
use crate::faults::{self, Service};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Object)]
    #[derive(Clone)]
    type Namespace;
    #[wasm_bindgen(method, catch)]
    fn get(this: &Namespace, key: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getWithMetadata)]
    fn get_with_metadata(this: &Namespace, key: &str, kind: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = get)]
    fn get_as(this: &Namespace, key: &str, kind: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = get)]
    fn get_many(this: &Namespace, keys: &Array) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn put(this: &Namespace, key: &str, value: &str, options: &JsValue)
    -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn delete(this: &Namespace, key: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn list(this: &Namespace, options: &JsValue) -> Result<Promise, JsValue>;
}

/// `MENUS`.
#[derive(Clone)]
pub struct Kv(Namespace);

/// How many keys one operation reads at most.
const KEYS_A_READ: usize = 100;

/// A key, and what was written beside its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub name: String,
    /// Its metadata, as JSON; nothing where whoever wrote the value gave none.
    pub metadata: Option<String>,
}

/// Some of the keys that start with a prefix.
#[derive(Debug)]
pub struct Page {
    /// In order.
    pub keys: Vec<Key>,
    /// Where those behind them begin; nothing when there are none.
    pub cursor: Option<String>,
}

/// Why a read or write did not happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KvError {
    /// There is no binding `MENUS`.
    Unbound,
    /// The time was up.
    Timeout,
    /// The platform said no.
    Failed(String),
}

impl KvError {
    /// The reason code for logs and events.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            Self::Unbound => Reason::KvUnbound,
            Self::Timeout => Reason::KvTimeout,
            Self::Failed(_) => Reason::KvFailed,
        }
    }

    /// The same in words.
    #[must_use]
    pub fn detail(&self) -> &str {
        match self {
            Self::Unbound => "there is no binding MENUS: see wrangler.toml",
            Self::Timeout => "KV did not answer in time",
            Self::Failed(message) => message,
        }
    }
}

impl From<PlatformError> for KvError {
    fn from(error: PlatformError) -> Self {
        Self::Failed(error.message)
    }
}

impl From<KvError> for PlatformError {
    fn from(error: KvError) -> Self {
        Self::new(error.detail().to_owned())
    }
}

impl Kv {
    /// The namespace, when it is bound.
    ///
    /// # Errors
    /// [`KvError::Unbound`].
    pub fn of(env: &Env) -> Result<Self, KvError> {
        let namespace = binding(env, "MENUS");
        if namespace.is_object() {
            Ok(Self(namespace.unchecked_into()))
        } else {
            Err(KvError::Unbound)
        }
    }

    /// Reads a key; `None` when there is none.
    ///
    /// # Errors
    /// When KV fails or the deadline passes.
    pub async fn get(&self, key: &str, deadline: Deadline) -> Result<Option<String>, KvError> {
        let value = answer(self.0.get(key), deadline).await?;
        Ok(faults::inject_corruption(
            Service::Menus,
            key,
            value.as_string(),
        ))
    }

    /// Reads a key and what lies beside its value, as JSON.
    ///
    /// # Errors
    /// When KV fails or the deadline passes.
    pub async fn get_with_metadata(
        &self,
        key: &str,
        deadline: Deadline,
    ) -> Result<Option<(String, Option<String>)>, KvError> {
        // Bytes are copied; the letters of a string cross one by one.
        let found = self.0.get_with_metadata(key, "arrayBuffer");
        let found = answer(found, deadline).await?;
        let value = member(&found, "value").dyn_into::<ArrayBuffer>().ok();
        let value = value.map(|bytes| {
            let text = String::from_utf8(Uint8Array::new(&bytes).to_vec());
            text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
        });
        let value = faults::inject_corruption(Service::Menus, key, value);
        Ok(value.map(|value| (value, json_of(&member(&found, "metadata")))))
    }

    /// Whether there is a key, without reading its value.
    ///
    /// # Errors
    /// When KV fails or the deadline passes.
    pub async fn has(&self, key: &str, deadline: Deadline) -> Result<bool, KvError> {
        let value = answer(self.0.get_as(key, "stream"), deadline).await?;
        let stream = value.dyn_into::<ReadableStream>().ok();
        if let Some(stream) = &stream {
            // Nobody waits for the rest of it.
            drop(stream.cancel());
        }
        let found = stream.map(|_| String::new());
        Ok(faults::inject_corruption(Service::Menus, key, found).is_some())
    }

    /// Reads many keys, a hundred an operation. What there is none of is not in the answer.
    ///
    /// # Errors
    /// When KV fails or the deadline passes.
    pub async fn get_many(
        &self,
        keys: &[String],
        deadline: Deadline,
    ) -> Result<BTreeMap<String, String>, KvError> {
        let mut found = BTreeMap::new();
        for keys in keys.chunks(KEYS_A_READ) {
            let wanted: Array = keys.iter().map(|key| JsValue::from_str(key)).collect();
            let values: Map = answer(self.0.get_many(&wanted), deadline)
                .await?
                .unchecked_into();
            for key in keys {
                let value = values.get(&JsValue::from_str(key)).as_string();
                if let Some(text) = faults::inject_corruption(Service::Menus, key, value) {
                    found.insert(key.clone(), text);
                }
            }
        }
        Ok(found)
    }

    /// Writes a key, and beside it, where there is any, metadata: a JSON text of at most 1,024
    /// bytes, which lists show. Readers elsewhere may see the old value for a minute.
    ///
    /// # Errors
    /// When KV fails or the deadline passes.
    pub async fn put(
        &self,
        key: &str,
        value: &str,
        metadata: Option<&str>,
        deadline: Deadline,
    ) -> Result<(), KvError> {
        let metadata = metadata.and_then(|text| JSON::parse(text).ok());
        let options = match metadata {
            Some(metadata) => object(&[("metadata", metadata)]),
            None => JsValue::UNDEFINED,
        };
        answer(self.0.put(key, value, &options), deadline)
            .await
            .map(drop)
    }

    /// Removes a key.
    ///
    /// # Errors
    /// When KV fails or the deadline passes.
    pub async fn delete(&self, key: &str, deadline: Deadline) -> Result<(), KvError> {
        answer(self.0.delete(key), deadline).await.map(drop)
    }

    /// The keys that start with `prefix`, in order, a thousand at a time: from `cursor` on, or from
    /// the first.
    ///
    /// # Errors
    /// When KV fails or the deadline passes.
    pub async fn page(
        &self,
        prefix: &str,
        cursor: Option<&str>,
        deadline: Deadline,
    ) -> Result<Page, KvError> {
        let cursor = cursor.map_or(JsValue::UNDEFINED, JsValue::from_str);
        let options = object(&[("prefix", prefix.into()), ("cursor", cursor)]);
        let page = answer(self.0.list(&options), deadline).await?;
        // Written once, and not once a key: there are a thousand.
        let [name, metadata] = ["name", "metadata"].map(JsValue::from_str);
        let entries = Array::from(&member(&page, "keys"));
        let keys = entries.iter().filter_map(|entry| {
            Some(Key {
                name: Reflect::get(&entry, &name).ok()?.as_string()?,
                metadata: json_of(&Reflect::get(&entry, &metadata).ok()?),
            })
        });
        Ok(Page {
            keys: keys.collect(),
            cursor: match member(&page, "list_complete").is_falsy() {
                true => text(&page, "cursor"),
                false => None,
            },
        })
    }
}

fn json_of(value: &JsValue) -> Option<String> {
    let text = value.is_object().then(|| JSON::stringify(value))?;
    text.ok().map(String::from)
}

async fn answer(promise: Result<Promise, JsValue>, deadline: Deadline) -> Result<JsValue, KvError> {
    let work = async {
        faults::inject_delay(Service::Menus).await;
        faults::inject_error(Service::Menus)?;
        settle("MENUS", promise).await
    };
    within(deadline, work)
        .await
        .ok_or(KvError::Timeout)?
        .map_err(KvError::from)
}
