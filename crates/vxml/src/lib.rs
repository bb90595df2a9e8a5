#![doc = include_str!("../README.md")]

mod action;
mod callback;
mod document;
mod form;
mod grammar;
mod links;
mod multipart;
mod page;
mod speech;
#[cfg(feature = "structure")]
pub mod structure;
mod submit;
mod upload;

pub use callback::{Callback, callback};
pub use document::{Apology, apology, exit, render};
pub use form::Form;
pub use links::{Links, Session, Transfer};
pub use submit::{Kept, Submit, TranslatedWebhook, party, webhook};
pub use upload::Upload;

/// The type of a document (RFC 4267).
pub const CONTENT_TYPE: &str = "application/voicexml+xml";

/// A time designation: `4s`, `0.5s` (CSS2, as VoiceXML takes it).
fn seconds(seconds: f64) -> String {
    format!("{seconds}s")
}

/// The id of a call by the name its browser has for it. Apart from those of other platforms, and
/// without what an id cannot hold.
#[must_use]
pub fn session_id(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_ascii_graphic());
    let name: String = letters.take(100).collect();
    match name.strip_prefix("vxml-") {
        Some(_) => name,
        None => ["vxml-", &name].concat(),
    }
}
