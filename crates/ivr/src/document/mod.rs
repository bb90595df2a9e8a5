//! What operators write: menus, calendars, lists and number entries.
//!
//! The types here are what a document says, read and judged field by field.
//! Whether a menu makes sense as a whole is for [`crate::Compiled`] and
//! [`crate::check`].

mod allow;
mod calendar;
mod case;
mod choice;
mod connect;
mod forms;
mod input;
mod menu;
mod names;
mod node;
mod number;
mod prompt;
mod route;
mod target;
mod voice;

pub use calendar::Calendar;
pub use case::{Case, Subject, Test};
pub use choice::Choice;
pub use connect::{Connect, Destination, Endpoint, Machine, Order};
pub use input::{Collect, Confirm, Input, MenuNode, Retry, Speech};
pub use menu::{Limits, Menu, Platform};
pub use names::{LONGEST_NAME, is_keys, is_name};
pub use node::{
    Callback, Conference, Format, Hangup, Kind, Node, Notify, Record, Say, Submenu, Transcribe,
    Transfer, Voicemail, Wait,
};
pub use number::{List, NumberEntry, Numbers};
pub use prompt::{Audio, Prompt, Spoken};
pub use route::{Hours, Lookup, LookupBinding, Method, Switch};
pub use target::Target;
pub use voice::Voice;

pub use describe::Map;

#[cfg(test)]
mod tests;

use describe::Document;

use crate::diagnostic::{Code, Diagnostic};
use crate::slip;
use crate::source;

/// Reads one document.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read<T: Document>(file: &str, json: &[u8]) -> Result<T, Vec<Diagnostic>> {
    let text = text(file, json)?;
    match source::parse(text) {
        Ok(value) => describe::read(file, text, &value),
        Err(error) => Err(vec![syntax(file, text, &error)]),
    }
}

/// A document's bytes as text.
pub(crate) fn text<'j>(file: &str, json: &'j [u8]) -> Result<&'j str, Vec<Diagnostic>> {
    std::str::from_utf8(json).map_err(|error| vec![not_utf8(file, json, error.valid_up_to())])
}

/// The finding of a file in another encoding.
fn not_utf8(file: &str, json: &[u8], valid: usize) -> Diagnostic {
    let read = json.get(..valid).unwrap_or_default();
    let text = std::str::from_utf8(read).unwrap_or_default();
    // A document begins with a letter of ASCII: in UTF-16 every second byte of it is zero.
    let message = match json {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [_, 0, ..] | [0, ..] => {
            "the text is not UTF-8 but UTF-16, as editors on Windows write it".to_owned()
        }
        _ => {
            let byte = json.get(valid).copied().unwrap_or_default();
            format!("the text is not UTF-8: the byte {byte:#04x} here is of another encoding")
        }
    };
    Diagnostic::at(file, text, text.len(), Code::Syntax, "", message)
        .with_help("save the file as UTF-8")
}

/// The finding of a text that is no JSON.
pub(crate) fn syntax(file: &str, text: &str, error: &source::SyntaxError) -> Diagnostic {
    let slip = slip::of(text, error);
    let message = format!("this is not JSON: {}", slip.what);
    Diagnostic::at(file, text, slip.at, Code::Syntax, "", message).with_help(slip.cure)
}
