//! A session of a browser, and what it asks for.

use std::collections::BTreeMap;

use crate::caller::Caller;
use crate::clock::Clock;
use crate::destination::Destination;
use crate::report::{Exchange, Moment};

/// A request for a document.
pub(super) struct Submit {
    pub(super) url: String,
    pub(super) get: bool,
    pub(super) fields: Vec<(String, String)>,
    /// A recording of so many seconds.
    pub(super) sound: Option<(String, f64)>,
}

/// Why a document cannot be played.
pub(super) struct BadDocument(pub(super) String);

/// A session while it lasts.
pub(super) struct Session<'b, 'c> {
    pub(super) destination: &'b dyn Destination,
    pub(super) caller: &'c mut dyn Caller,
    pub(super) clock: Clock,
    pub(super) news: Vec<Moment>,
    pub(super) told: usize,
    pub(super) exchanges: Vec<Exchange>,
    pub(super) interruptible_seconds: f64,
    pub(super) variables: BTreeMap<String, String>,
    /// The variable of a recording, and its seconds.
    pub(super) sound: Option<(String, f64)>,
}
