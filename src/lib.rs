//! The Worker: all I/O, no rules of its own.

/// What the platform calls.
#[cfg(feature = "entry")]
mod entry {
    use wasm_bindgen::prelude::wasm_bindgen;
    use worker::worker_sys;

    /// One HTTP request.
    #[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
    pub async fn fetch(
        request: web_sys::Request,
        env: worker::Env,
        context: worker_sys::Context,
    ) -> web_sys::Response {
        let _ = (request, env, context);
        web_sys::Response::error()
    }
}
