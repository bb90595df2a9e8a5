//! One file a platform service.

pub mod archive;
pub mod body;
pub mod calls;
pub mod clock;
pub mod deadline;
pub mod durable_object;
pub mod event_store;
pub mod http;
pub mod kv;
pub mod lake;
pub mod library_do;
pub mod limiter;
pub mod lookup;
pub mod menus;
pub mod multipart;
pub mod outbox_do;
pub mod pace;
pub mod promise;
pub mod queue;
pub mod recordings;
pub mod sink;
pub mod web_crypto;
