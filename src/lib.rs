//! The Worker: all I/O, no rules of its own.
//!
//! A webhook is decided about by a plain function ([`routes::webhook`]): it gives an
//! [`outcome::Outcome`], or the [`facts::Needs`] that are fetched before it is asked again.
//! `src/entry.js` performs the outcome. Every other request is a [`request::Request`], handled by
//! [`routes`] and taken out by [`respond`]. [`bindings`] is one file a platform service.

pub mod addresses;
pub mod bindings;
pub mod compaction;
pub mod env;
pub mod events_queue;
pub mod facts;
pub mod faults;
mod figures;
pub mod log;
pub mod operators;
pub mod outcome;
pub mod panics;
pub mod request;
pub mod respond;
pub mod retention_cron;
pub mod routes;
// Here and not beside the others under tests/, see `crate-type` in Cargo.toml.
#[cfg(all(test, target_arch = "wasm32"))]
mod tests;

/// What the platform calls, by way of `src/entry.js`.
#[cfg(feature = "entry")]
mod entry {
    use js_sys::Array;
    use wasm_bindgen::prelude::wasm_bindgen;
    use wasm_bindgen::{JsCast, JsValue};
    use worker::wasm_bindgen_futures::future_to_promise;
    use worker::{Context, Env, worker_sys};

    use crate::bindings::deadline::Deadline;
    use crate::bindings::menus::Menus;
    use crate::bindings::promise::text;
    use crate::bindings::{clock, event_store};
    use crate::env::{Config, binding};
    use crate::facts::Facts;
    use crate::request::{self, BodyError, Location, Method, Request};
    use crate::routes::auth::Head;
    use crate::routes::context::{ROUNDS, WebhookRequest};
    use crate::routes::guard;
    use crate::routes::webhook::{self, BUDGET_MS};
    use crate::{compaction, panics, retention_cron, routes};

    /// What `src/entry.js` has to know when this code cannot be asked any more, as JSON.
    #[wasm_bindgen]
    pub fn guard(env: Env) -> String {
        panics::log_place_only();
        guard::guard(&Config::of(&env))
    }

    /// Lets the sender of a webhook in, before its body is read: `[payload hash, longest body,
    /// limit, key]`, the last two when the sender has to be counted first. Else what is replied: an
    /// [`Outcome`](crate::outcome::Outcome) as an array.
    ///
    /// `exceeded` says that whoever was to be counted was one too many.
    #[wasm_bindgen]
    pub fn admit(
        env: Env,
        method: &str,
        url: String,
        authorization: Option<String>,
        source: Option<String>,
        exceeded: Option<bool>,
    ) -> Array {
        panics::log_place_only();
        let head = Head {
            authorization: authorization.as_deref(),
            source: source.as_deref(),
        };
        let (config, method) = (Config::of(&env), Method::named(method));
        let location = Location::of(url);
        let now = clock::now().as_second();
        match webhook::admit(&config, method, &location, &head, now, exceeded) {
            Ok(pass) => {
                let (limit, key) = match pass.count {
                    Some(count) => (count.limit.into(), count.key.into()),
                    None => (JsValue::UNDEFINED, JsValue::UNDEFINED),
                };
                Array::of4(
                    &pass.payload_hash.into(),
                    &pass.max_body.into(),
                    &limit,
                    &key,
                )
            }
            Err(outcome) => outcome.into_array(0.0),
        }
    }

    /// The body of a webhook that is not read in one go: its bytes, or a word on why there are none.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn body(request: web_sys::Request, max_body: u32) -> JsValue {
        match request::read_body(&request, max_body as usize).await {
            Ok(body) => js_sys::Uint8Array::from(body.as_slice()).into(),
            Err(BodyError::TooLong) => "too long".into(),
            Err(BodyError::Broken) => "broken".into(),
        }
    }

    /// Decides about a webhook that was let in. An outcome as an array, or the promise of one when
    /// something has to be fetched first.
    ///
    /// `body` is bytes for a POST, undefined for a GET, or what [`body`] said. `began` is when the
    /// request came, in milliseconds since 1970. `exceeded` and `not_kept` are facts that only
    /// performing an earlier outcome could tell.
    #[wasm_bindgen]
    #[expect(clippy::too_many_arguments, reason = "each crosses by itself")]
    pub fn decide(
        env: Env,
        context: worker_sys::Context,
        url: String,
        payload_hash: Option<String>,
        source: Option<String>,
        content_type: Option<String>,
        body: JsValue,
        began: f64,
        exceeded: Option<bool>,
        not_kept: Option<String>,
    ) -> JsValue {
        let request = webhook_request(url, payload_hash, source, content_type, body);
        let mut facts = Facts {
            exceeded,
            not_kept,
            has_queue: binding(&env, "EVENTS").is_object(),
            ..Facts::default()
        };
        let config = Config::of(&env);
        let now = clock::now_ms();
        let mut needs = match webhook::decide(&request, &config, &facts, now) {
            Ok(outcome) => return outcome.into_array(now - began).into(),
            Err(needs) => needs,
        };
        let deadline = Deadline::in_ms(BUDGET_MS);
        future_to_promise(async move {
            let context = Context::new(context);
            for _ in 0..ROUNDS {
                facts.fetch(needs, &env, &context, &config, deadline).await;
                let now = clock::now_ms();
                match webhook::decide(&request, &config, &facts, now) {
                    Ok(outcome) => return Ok(outcome.into_array(now - began).into()),
                    Err(more) => needs = more,
                }
            }
            Ok(
                webhook::out_of_rounds(&request, &config, &facts, clock::now_ms())
                    .into_array(clock::now_ms() - began)
                    .into(),
            )
        })
        .into()
    }

    fn webhook_request(
        url: String,
        payload_hash: Option<String>,
        source: Option<String>,
        content_type: Option<String>,
        body: JsValue,
    ) -> WebhookRequest {
        let method = match body.is_undefined() {
            true => vonage::Method::Get,
            false => vonage::Method::Post,
        };
        let body = match body.as_string().as_deref() {
            Some("too long") => Err(BodyError::TooLong),
            Some(_) => Err(BodyError::Broken),
            None if method == vonage::Method::Get => Ok(Vec::new()),
            // Bytes already: `Uint8Array::new` would copy them once more.
            None => Ok(body.unchecked_into::<js_sys::Uint8Array>().to_vec()),
        };
        WebhookRequest {
            method,
            location: Location::of(url),
            content_type,
            body,
            payload_hash,
            source,
        }
    }

    /// Keeps events that are more than one message, or that the queue did not take. `patient`:
    /// nobody will send them again. Says why nobody took them.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn keep(env: Env, messages: Vec<String>, patient: bool) -> Option<String> {
        if patient {
            event_store::keep_patiently(&env, &messages).await;
            return None;
        }
        let kept = event_store::keep_messages(&env, &messages).await;
        kept.err().map(|error| error.message)
    }

    /// Reads documents again behind a caller's back.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn renew(env: Env, context: worker_sys::Context, keys: Vec<String>) {
        let cache_seconds = Config::of(&env).menu_cache_seconds;
        Menus::renew_all(&env, cache_seconds, &keys, &Context::new(context)).await;
    }

    /// Any request but a webhook.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn reply(request: web_sys::Request, env: Env) -> web_sys::Response {
        panics::log_place_only();
        routes::handle(&Request::new(request), &env).await
    }

    /// Keeps the events of a webhook that trapped, given once more. Says whether they are kept.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    #[expect(clippy::too_many_arguments, reason = "each crosses by itself")]
    pub async fn record_after_panic(
        env: Env,
        url: String,
        payload_hash: Option<String>,
        source: Option<String>,
        content_type: Option<String>,
        body: JsValue,
        cause: String,
        reference: String,
    ) -> bool {
        panics::log_place_only();
        let request = webhook_request(url, payload_hash, source, content_type, body);
        let config = Config::of(&env);
        let now = clock::now_ms();
        match webhook::after_panic(&request, &config, now, &cause, &reference) {
            Some(events) => event_store::keep(&env, &events).await.is_ok(),
            None => false,
        }
    }

    /// Keeps an event of a request that trapped and told nothing that can be kept.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn record_lost_request(env: Env, route: String, cause: String, reference: String) {
        panics::tell(&env, &route, &cause, &reference).await;
    }

    /// One batch of a queue. Written by hand: the macro turns an error into a panic, and its
    /// messages do not tell how often they were tried.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn queue(batch: worker_sys::MessageBatch, env: Env, _context: worker_sys::Context) {
        panics::log_place_only();
        crate::events_queue::consume(batch, &env).await;
    }

    /// The hourly job, or the archive's upkeep between.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn scheduled(
        event: wasm_bindgen::JsValue,
        env: Env,
        _context: wasm_bindgen::JsValue,
    ) {
        match text(&event, "cron").as_deref() {
            Some(compaction::BETWEEN) => compaction::between(&env).await,
            _ => retention_cron::run(&env).await,
        }
    }
}
