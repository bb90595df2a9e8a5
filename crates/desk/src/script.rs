//! Call scripts: calls written down as data, beside the menu they are about.

mod document;
mod forms;
mod names;
mod outcome;
mod transfer;
mod words;

#[cfg(test)]
mod tests;

pub use document::{Case, Document, End, Given, LookupAnswer, Step, menu_of, read, schema};
pub use names::unknown_names;
pub use outcome::OUTCOMES;
pub use transfer::{Becomes, Transfer};
pub use words::Words;
