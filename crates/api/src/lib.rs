#![doc = include_str!("../README.md")]

mod calls;
mod documents;
mod drafts;
mod erasure;
mod events;
mod figures;
mod health;
mod kind;
pub mod masking;
mod method;
#[cfg(feature = "openapi")]
#[expect(
    clippy::indexing_slicing,
    reason = "it builds JSON of its own, and reads nothing from outside"
)]
pub mod openapi;
pub mod parameters;
mod problem;
mod reason;
mod replay;
mod role;
pub mod routes;
mod secret;
mod session;
mod today;
mod versions;

pub use calls::{Call, Calls, FinishedCall, FinishedCalls, NewCall, PlacedCall};
pub use documents::{
    Calendars, CheckFiles, DocumentSummary, Folder, Lists, Menus, Numbers, Published,
    StoredDocument,
};
pub use drafts::{Draft, SaveDraft};
pub use erasure::{Erased, Removed};
pub use events::Events;
pub use figures::{Figure, FigureKind, Figures};
pub use health::{Health, SettingProblem};
pub use kind::Kind;
pub use method::Method;
pub use problem::{Conflict, Finding, Findings, Problem, Refusal, Severity};
pub use reason::Reason;
pub use replay::{DeadLetters, Replay, ReplaySink, Replayed};
pub use role::{Needs, Role};
pub use secret::{NeededFor, Secret};
pub use session::{Me, Means, SignIn};
pub use today::{Place, Today, TodayNumber};
pub use versions::{
    CalendarVersions, ListVersions, MenuVersions, NumberVersions, PublishedVersion, Rollback,
};
