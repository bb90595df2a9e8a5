//! The Worker: all I/O, no rules of its own.
//!
//! A request comes in through [`request`], [`routes`] decides who handles it, [`respond`]
//! takes the answer out; [`bindings`] is one file a platform service.

pub mod at_once;
pub mod bindings;
pub mod compaction;
mod consumer;
pub mod env;
pub mod faults;
mod figures;
pub mod log;
pub mod operators;
pub mod panics;
pub mod request;
pub mod respond;
pub mod retention;
pub mod routes;
// Here and not beside the others under tests/, see `crate-type` in Cargo.toml.
#[cfg(all(test, target_arch = "wasm32"))]
mod tests;

/// What the platform calls.
#[cfg(feature = "entry")]
mod entry {
    use wasm_bindgen::prelude::wasm_bindgen;
    use worker::{Context, Env, worker_sys};

    use crate::env::Config;
    use crate::request::{Request, Vouched};
    use crate::{at_once, bindings, panics, routes};

    /// What a webhook's token vouches for, in hex, when the sender may come in; else nothing, and
    /// the request goes the ordinary way. Of a POST this is asked before its body is read.
    #[wasm_bindgen]
    pub fn admit(env: Env, authorization: &str, source: Option<String>) -> Option<String> {
        panics::log_place_only();
        let now = bindings::clock::now().as_second();
        routes::admit(&Config::of(&env), authorization, source.as_deref(), now)
    }

    /// The answer to a webhook that was admitted, when it needs nothing but what is in memory. It
    /// is a POST if it has a body, else a GET; `began` is when it came, in milliseconds since 1970.
    /// What the array holds is told at [`at_once::Answer`].
    #[wasm_bindgen]
    pub fn answer(
        env: Env,
        context: worker_sys::Context,
        url: String,
        payload_hash: String,
        content_type: Option<String>,
        body: Option<Vec<u8>>,
        began: f64,
    ) -> Option<js_sys::Array> {
        let vouched = Vouched::new(payload_hash, content_type, body);
        let request = Request::admitted(url, vouched);
        at_once::answer(&request, &env, &Context::new(context), began)
            .map(at_once::Answer::into_array)
    }

    /// One HTTP request, the ordinary way; with its body if that was read.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn reply(
        request: web_sys::Request,
        body: Option<Vec<u8>>,
        env: Env,
        context: worker_sys::Context,
    ) -> web_sys::Response {
        panics::log_place_only();
        let request = Request::new(request, body);
        routes::handle(&request, &env, &Context::new(context)).await
    }

    /// Keeps events that JavaScript could not put on the queue.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn keep(env: Env, events: Vec<String>) {
        bindings::queue::keep_patiently(&env, &events).await;
    }

    /// A request that trapped, given once more by `src/entry.js`, the only one that can call this.
    /// Says whether what it told is kept.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn salvage(
        request: web_sys::Request,
        env: Env,
        context: worker_sys::Context,
        cause: String,
        reference: String,
    ) -> bool {
        panics::log_place_only();
        let (request, context) = (Request::new(request, None), Context::new(context));
        routes::salvage(&request, &env, &context, &cause, &reference).await
    }

    /// A request that trapped and told nothing that can be kept, told by
    /// `src/entry.js`, the only one that can call this.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn lost(env: Env, route: String, cause: String, reference: String) {
        panics::tell(&env, &route, &cause, &reference).await;
    }

    /// One batch of a queue. Written by hand: the macro turns an error into a panic, and its
    /// messages do not tell how often they were tried.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn queue(batch: worker_sys::MessageBatch, env: Env, _context: worker_sys::Context) {
        panics::log_place_only();
        crate::consumer::consume(batch, &env).await;
    }

    /// The daily job.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn scheduled(
        _event: wasm_bindgen::JsValue,
        env: Env,
        _context: wasm_bindgen::JsValue,
    ) {
        crate::retention::run(&env).await;
    }
}
