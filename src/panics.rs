//! What happens when this code has an error of its own.
//!
//! A panic traps the instance; `src/entry.js` answers the caller, and worker-build's shim makes a
//! new instance for the next request. Here is what a panic leaves behind for us: a log line with
//! its place, and an event.

use std::panic;
use std::sync::Once;

use api::Reason;
use events::{Event, MalformedRequest};
use wasm_bindgen::JsValue;
use worker::Env;

use crate::bindings::promise::member;
use crate::bindings::{clock, event_store};
use crate::log;

/// Takes the place of `worker`'s hook, which logs a panic's message: that may quote what was being
/// worked on, a caller's digits for one. The place is enough to find it. Only a Worker built for
/// development or tests (`panic-message`) tells the message and the stack too.
pub fn log_place_only() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        panic::set_hook(Box::new(|info| {
            let place = info.location().map(ToString::to_string);
            log::alert(Reason::Panic, place.as_deref().unwrap_or("nowhere known"));
            #[cfg(feature = "panic-message")]
            console_error_panic_hook::hook(info);
            set_in_state("criticalError", &JsValue::TRUE);
        }));
    });
}

fn set_in_state(name: &str, value: &JsValue) {
    let state = member(&js_sys::global(), "__worker_init_state");
    // There is nobody left to tell.
    let _ = js_sys::Reflect::set(&state, &JsValue::from_str(name), value);
}

/// Keeps an `ivr.degraded` event of a request that was lost, with the reference its reply names.
pub async fn tell(env: &Env, route: &str, cause: &str, reference: &str) {
    let lost = MalformedRequest {
        path: route,
        method: "",
        content_type: None,
        place: "",
        message: "",
    };
    let of = Event::malformed(&lost, &[], clock::now(), None);
    let event = Event::degraded(&of, cause, &[route, ": reference ", reference].concat());
    if let Err(error) = event_store::keep(env, &[event]).await {
        log::alert(Reason::EventsLost, &error.to_string());
    }
}
