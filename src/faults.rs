//! Faults on purpose, for tests of what happens when a service fails.
//!
//! Compiled only with the feature `faults`; without it [`inject_error`] and its like do nothing at all.

use crate::bindings::promise::PlatformError;

/// A service that can be made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// `EVENTS`, as its producer.
    Queue,
    /// `OUTBOX`, as seen by who hands something over.
    Outbox,
    /// `LIBRARY`, as seen by who publishes.
    Library,
    /// `CALLS`.
    Calls,
    /// `ARCHIVE`.
    Archive,
    /// `MENUS`.
    Menus,
    /// What a `lookup` asks.
    Lookup,
    /// The Worker's own code: to fail is to panic.
    Handler,
}

/// Fails when a test asked for it.
///
/// # Errors
/// "injected", with the service's name.
#[cfg(not(feature = "faults"))]
#[inline]
pub fn inject_error(_: Service) -> Result<(), PlatformError> {
    Ok(())
}

/// Takes a failure back: the next try of the service meets it.
#[cfg(not(feature = "faults"))]
#[inline]
pub fn carry_error_over(_: Service) {}

/// Waits as long as a test asked for.
#[cfg(not(feature = "faults"))]
#[inline]
pub async fn inject_delay(_: Service) {}

/// Panics when a test asked for it.
#[cfg(not(feature = "faults"))]
#[inline]
pub fn inject_panic() {}

/// What was read, or rubbish, or nothing, when a test asked for it.
#[cfg(not(feature = "faults"))]
#[inline]
#[must_use]
pub fn inject_corruption(_: Service, _key: &str, read: Option<String>) -> Option<String> {
    read
}

/// Counts the rows a statement read and wrote, as the database bills them.
#[cfg(not(feature = "faults"))]
#[inline]
pub fn count_rows(_: &worker::worker_sys::D1Result) {}

/// Where a test put the server of this URL.
#[cfg(not(feature = "faults"))]
#[must_use]
pub fn inject_origin(url: &str) -> std::borrow::Cow<'_, str> {
    url.into()
}

/// A test may put a server of its own in another's place.
#[cfg(feature = "faults")]
#[must_use]
pub fn inject_origin(url: &str) -> std::borrow::Cow<'_, str> {
    let end = url.get(8..).and_then(|rest| rest.find('/')).unwrap_or(0) + 8;
    let (origin, path) = url.split_at(end.min(url.len()));
    match origin_of(origin) {
        Some(other) => format!("{other}{path}").into(),
        None => url.into(),
    }
}

#[cfg(feature = "faults")]
use switched::origin as origin_of;
#[cfg(feature = "faults")]
pub use switched::{
    as_json, carry_error_over, count_rows, inject_corruption, inject_delay, inject_error,
    inject_panic, origin, replace,
};

#[cfg(feature = "faults")]
mod switched {
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use super::{PlatformError, Service};
    use crate::bindings::promise::member;

    impl Service {
        fn name(self) -> &'static str {
            match self {
                Self::Queue => "queue",
                Self::Outbox => "outbox",
                Self::Library => "library",
                Self::Calls => "calls",
                Self::Archive => "archive",
                Self::Menus => "menus",
                Self::Lookup => "lookup",
                Self::Handler => "handler",
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
        /// How long it takes before it answers, in milliseconds.
        delay: u32,
        /// Whether what is read of it is no document.
        rubbish: bool,
        /// Whether keys that begin with this are not seen: written elsewhere a moment ago, or
        /// asked for before they were. None when it is empty.
        missing: String,
        /// Whether it fails by asking for more memory than there is.
        memory: bool,
        /// How often it failed since it was set.
        met: u32,
        /// Whether it fails the next time for certain.
        #[serde(skip)]
        owed: bool,
    }

    /// What the database bills.
    #[derive(Clone, Default, Serialize, Deserialize)]
    #[serde(default)]
    struct Rows {
        read: f64,
        written: f64,
    }

    /// What is switched on.
    #[derive(Clone, Default, Serialize, Deserialize)]
    #[serde(default)]
    struct Faults {
        services: BTreeMap<String, Rule>,
        /// Other origins for hosts no test can reach.
        origins: BTreeMap<String, String>,
        /// Rows of the database, since these were set.
        rows: Rows,
    }

    thread_local! {
        static FAULTS: RefCell<Faults> = RefCell::default();
    }

    /// Fails when a test asked for it.
    ///
    /// # Errors
    /// "injected", with the service's name.
    pub fn inject_error(service: Service) -> Result<(), PlatformError> {
        FAULTS.with_borrow_mut(|faults| {
            let Some(rule) = faults.services.get_mut(service.name()) else {
                return Ok(());
            };
            if std::mem::take(&mut rule.owed) {
                return Err(PlatformError::new(format!("{}: injected", service.name())));
            }
            if rule.times == Some(0) || js_sys::Math::random() >= rule.rate {
                return Ok(());
            }
            rule.times = rule.times.map(|times| times - 1);
            rule.met += 1;
            Err(PlatformError::new(format!("{}: injected", service.name())))
        })
    }

    /// Takes a failure back: the next try of the service meets it.
    pub fn carry_error_over(service: Service) {
        FAULTS.with_borrow_mut(|faults| {
            if let Some(rule) = faults.services.get_mut(service.name()) {
                rule.owed = true;
            }
        });
    }

    /// Waits as long as a test asked for.
    pub async fn inject_delay(service: Service) {
        let delay = FAULTS.with_borrow_mut(|faults| {
            let rule = faults.services.get_mut(service.name())?;
            rule.met += u32::from(rule.delay > 0);
            (rule.delay > 0).then_some(rule.delay)
        });
        if let Some(delay) = delay {
            worker::Delay::from(std::time::Duration::from_millis(delay.into())).await;
        }
    }

    /// Panics, or runs out of memory, when a test asked for it.
    #[expect(clippy::panic, reason = "it is what was asked for")]
    pub fn inject_panic() {
        if let Err(error) = inject_error(Service::Handler) {
            let of_memory = FAULTS.with_borrow(|faults| {
                let rule = faults.services.get(Service::Handler.name());
                rule.is_some_and(|rule| rule.memory)
            });
            if of_memory {
                exhaust();
            }
            panic!("{}", error.message);
        }
    }

    /// Allocates until an allocation fails, which is a trap. What is not written to costs the
    /// machine nothing.
    fn exhaust() {
        let mut held: Vec<Vec<u8>> = Vec::new();
        loop {
            held.push(Vec::with_capacity(256 << 20));
            std::hint::black_box(&held);
        }
    }

    /// What was read, or rubbish, or nothing, when a test asked for it.
    pub fn inject_corruption(service: Service, key: &str, read: Option<String>) -> Option<String> {
        FAULTS.with_borrow_mut(|faults| match faults.services.get_mut(service.name()) {
            Some(rule) if !rule.missing.is_empty() && key.starts_with(&rule.missing) => {
                rule.met += 1;
                None
            }
            Some(rule) if rule.rubbish => {
                rule.met += 1;
                Some("\u{0}{\"nodes\": [\u{fffd}".to_owned())
            }
            _ => read,
        })
    }

    /// Counts the rows a statement read and wrote, as the database bills them.
    pub fn count_rows(result: &worker::worker_sys::D1Result) {
        let Ok(meta) = result.meta() else {
            return;
        };
        let count = |name: &str| member(&meta, name).as_f64().unwrap_or(0.0);
        FAULTS.with_borrow_mut(|faults| {
            faults.rows.read += count("rows_read");
            faults.rows.written += count("rows_written");
        });
    }

    /// Where requests to this origin go instead.
    pub fn origin(origin: &str) -> Option<String> {
        FAULTS.with_borrow(|faults| faults.origins.get(origin).cloned())
    }

    /// Sets what fails, from JSON.
    ///
    /// # Errors
    /// It is no set of faults.
    pub fn replace(faults: &[u8]) -> Result<(), serde_json::Error> {
        serde_json::from_slice(faults).map(|faults| FAULTS.set(faults))
    }

    /// What is set, and how often it was met, as JSON.
    pub fn as_json() -> String {
        FAULTS.with_borrow(|faults| serde_json::to_string(faults).unwrap_or_default())
    }
}
