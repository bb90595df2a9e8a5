#![doc = include_str!("../README.md")]

pub mod diagnostic;
pub mod source;

mod document;
mod explain;
mod fields;
mod map;
mod schema;
mod shapes;
mod text;

pub use describe_derive::Document;
pub use diagnostic::{Code, Diagnostic, Findings, Severity};
pub use document::{Document, Rule, mismatch, read};
pub use explain::{Explanation, catalogue};
pub use fields::{Fields, Object, object};
pub use map::{Key, Map, Named};
pub use schema::{Definitions, Row, Variant, defined_object, variants};
pub use shapes::{Canonical, OnOff, OneOrMore, Words, one_or_more};
pub use text::{Text, TextError, words};

/// What the code of `#[derive(Document)]` names.
#[doc(hidden)]
pub mod derived {
    pub use crate::schema::{flatten, row, schema_row};
    pub use crate::shapes::word;
    pub use serde_json::{Value, json};
    pub use std::borrow::Cow;
}
