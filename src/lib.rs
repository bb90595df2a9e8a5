//! The Worker: all I/O, no rules of its own.
//!
//! A request comes in through [`request`], [`routes`] decides who handles it, [`respond`]
//! takes the answer out; [`bindings`] is one file a platform service.

pub mod bindings;
pub mod env;
pub mod log;
pub mod request;
pub mod respond;
pub mod routes;

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
        crate::routes::handle(request, env, Context::new(context)).await
    }
}
