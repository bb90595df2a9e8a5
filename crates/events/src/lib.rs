//! What happened on the phone, as data.
//!
//! Every webhook and every step of a menu becomes one [`Event`], a
//! [CloudEvents 1.0](https://cloudevents.io) object. A [`CallRecord`] is what is known of one leg:
//! a fold over the events of its conversation, the same for any order and any repetition of them.
//!
//! `EVENTS.md` beside this crate documents the events for whoever reads the queue;
//! `schemas/` holds a JSON Schema for each type.
//!
//! Nothing here does I/O or knows the time: the clock and random numbers come in as arguments.

pub mod archive;
pub mod backoff;
mod builders;
mod canonical;
pub mod compact;
mod data;
pub mod erase;
mod event;
mod event_type;
mod fold;
#[cfg(feature = "schema")]
#[expect(
    clippy::indexing_slicing,
    reason = "it builds JSON of its own, and reads nothing from outside"
)]
pub mod json_schema;
mod operator;
mod position;
mod read;
mod record;
mod redact;
pub mod schema;
pub mod signing;
mod subject;
mod timestamp;

pub use data::{MalformedRequest, OperatorAct, Publication, Visit};
pub use event::{Event, Sink, earliest};
pub use event_type::EventType;
pub use position::Position;
pub use read::{EventError, Part, read_message};
pub use record::{CallRecord, OtherLeg, Outcome, Passed, Recording, Transcript};
pub use redact::bytes_may_hold_an_entry;
pub use subject::Subject;
pub use timestamp::{normal as normal_timestamp, print as print_timestamp};
pub use vonage::{ConversationId, LegId};
