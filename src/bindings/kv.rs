//! The KV namespace `MENUS`: the few calls made of it.
//!
//! Bound by hand: the `worker` crate's own takes its options through `serde-wasm-bindgen`,
//! and every name through a look-up; on the way to an answer neither is needed.

use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;

use super::deadline::{Deadline, within};
use super::promise::{Refusal, member, object, settle, text};
use crate::env::binding;
use crate::faults::{self, Service};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Object)]
    #[derive(Clone)]
    type Namespace;
    #[wasm_bindgen(method, catch)]
    fn get(this: &Namespace, key: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn put(this: &Namespace, key: &str, value: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn delete(this: &Namespace, key: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn list(this: &Namespace, options: &JsValue) -> Result<Promise, JsValue>;
}

/// `MENUS`.
#[derive(Clone)]
pub struct Kv(Namespace);

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
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unbound => "kv_unbound",
            Self::Timeout => "kv_timeout",
            Self::Failed(_) => "kv_failed",
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

impl From<Refusal> for KvError {
    fn from(refusal: Refusal) -> Self {
        Self::Failed(refusal.message)
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
        Ok(faults::spoil(Service::Menus, key, value.as_string()))
    }

    /// Writes a key. Its readers elsewhere may see the old value for a minute.
    ///
    /// # Errors
    /// When KV fails or the deadline passes.
    pub async fn put(&self, key: &str, value: &str, deadline: Deadline) -> Result<(), KvError> {
        answer(self.0.put(key, value), deadline).await.map(drop)
    }

    /// Removes a key.
    ///
    /// # Errors
    /// When KV fails or the deadline passes.
    pub async fn delete(&self, key: &str, deadline: Deadline) -> Result<(), KvError> {
        answer(self.0.delete(key), deadline).await.map(drop)
    }

    /// Every key that starts with `prefix`, in order.
    ///
    /// # Errors
    /// When KV fails or the deadline passes.
    pub async fn keys(&self, prefix: &str, deadline: Deadline) -> Result<Vec<String>, KvError> {
        let mut keys = Vec::new();
        let mut cursor = JsValue::UNDEFINED;
        loop {
            let options = object(&[("prefix", prefix.into()), ("cursor", cursor)]);
            let page = answer(self.0.list(&options), deadline).await?;
            let entries = Array::from(&member(&page, "keys"));
            keys.extend(entries.iter().filter_map(|entry| text(&entry, "name")));
            if !member(&page, "list_complete").is_falsy() {
                return Ok(keys);
            }
            cursor = member(&page, "cursor");
        }
    }
}

async fn answer(promise: Result<Promise, JsValue>, deadline: Deadline) -> Result<JsValue, KvError> {
    let work = async {
        faults::linger(Service::Menus).await;
        faults::meet(Service::Menus)?;
        settle("MENUS", promise).await
    };
    within(deadline, work)
        .await
        .ok_or(KvError::Timeout)?
        .map_err(KvError::from)
}
