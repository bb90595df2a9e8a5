//! Faults on purpose, for tests of what happens when a service fails.
//!
//! Compiled only with the feature `faults`; without it [`meet`] is nothing at all.

use crate::bindings::promise::Refusal;

/// A service that can be made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// `EVENTS`, as its producer.
    Queue,
    /// `OUTBOX`, as seen by who hands something over.
    Outbox,
    /// `CALLS`.
    Calls,
    /// `ARCHIVE`.
    Archive,
    /// `MENUS`.
    Menus,
}

/// Fails when a test asked for it.
///
/// # Errors
/// "injected", with the service's name.
#[cfg(not(feature = "faults"))]
#[inline]
pub fn meet(_: Service) -> Result<(), Refusal> {
    Ok(())
}

#[cfg(feature = "faults")]
pub use switched::{meet, origin, reply};

#[cfg(feature = "faults")]
mod switched {
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use super::{Refusal, Service};
    use crate::request::{Method, Request};
    use crate::respond::Reply;

    impl Service {
        fn name(self) -> &'static str {
            match self {
                Self::Queue => "queue",
                Self::Outbox => "outbox",
                Self::Calls => "calls",
                Self::Archive => "archive",
                Self::Menus => "menus",
            }
        }
    }

    /// How a service fails.
    #[derive(Clone, Default, Serialize, Deserialize)]
    #[serde(default)]
    struct Rule {
        /// How likely, 0 to 1.
        rate: f64,
        /// How many more failures; none means no end.
        times: Option<u32>,
        /// How often it failed since it was set.
        met: u32,
    }

    /// What is switched on.
    #[derive(Clone, Default, Serialize, Deserialize)]
    #[serde(default)]
    struct Faults {
        services: BTreeMap<String, Rule>,
        /// Other origins for hosts no test can reach.
        origins: BTreeMap<String, String>,
    }

    thread_local! {
        static FAULTS: RefCell<Faults> = RefCell::default();
    }

    /// Fails when a test asked for it.
    ///
    /// # Errors
    /// "injected", with the service's name.
    pub fn meet(service: Service) -> Result<(), Refusal> {
        FAULTS.with_borrow_mut(|faults| {
            let Some(rule) = faults.services.get_mut(service.name()) else {
                return Ok(());
            };
            if rule.times == Some(0) || js_sys::Math::random() >= rule.rate {
                return Ok(());
            }
            rule.times = rule.times.map(|times| times - 1);
            rule.met += 1;
            Err(Refusal::new(format!("{}: injected", service.name())))
        })
    }

    /// Where requests to this origin go instead.
    pub fn origin(origin: &str) -> Option<String> {
        FAULTS.with_borrow(|faults| faults.origins.get(origin).cloned())
    }

    /// `PUT /faults` sets what fails, `GET /faults` says what is set and how often it was met.
    /// `POST /faults` puts its body on the queue, whatever it is.
    pub async fn reply(request: &Request, env: &worker::Env) -> Reply {
        if request.method == Method::Post {
            let body = request.body().await.unwrap_or_default();
            let message = String::from_utf8_lossy(&body).into_owned();
            return match crate::bindings::queue::send(env, &[message], 0).await {
                Ok(()) => Reply::empty(204),
                Err(refusal) => Reply::problem(503, "Not sent", &refusal.message),
            };
        }
        if request.method == Method::Put {
            let body = request.body().await.unwrap_or_default();
            match serde_json::from_slice(&body) {
                Ok(faults) => FAULTS.set(faults),
                Err(error) => {
                    return Reply::problem(400, "Not a set of faults", &error.to_string());
                }
            }
        }
        FAULTS.with_borrow(|faults| Reply::json(serde_json::to_string(faults).unwrap_or_default()))
    }
}
