//! The Worker: all I/O, no rules of its own.
//!
//! A request comes in through [`request`], [`routes`] decides who handles it, [`respond`]
//! takes the answer out; [`bindings`] is one file a platform service.

pub mod bindings;
pub mod consumer;
pub mod env;
pub mod faults;
pub mod log;
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

    /// One HTTP request.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn fetch(
        request: web_sys::Request,
        env: Env,
        context: worker_sys::Context,
    ) -> web_sys::Response {
        crate::panics::log_place_only();
        crate::routes::handle(request, env, Context::new(context)).await
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
        crate::panics::log_place_only();
        let context = Context::new(context);
        crate::routes::salvage(request, env, context, &cause, &reference).await
    }

    /// A request that trapped and told nothing that can be kept, told by `src/entry.js`, the only one that can call this.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn lost(env: Env, route: String, cause: String, reference: String) {
        crate::panics::tell(&env, &route, &cause, &reference).await;
    }

    /// One batch of a queue. Written by hand: the macro turns an error into a panic, and its
    /// messages do not tell how often they were tried.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn queue(batch: worker_sys::MessageBatch, env: Env, _context: worker_sys::Context) {
        crate::panics::log_place_only();
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
