#![doc = include_str!("../README.md")]

pub mod diagnostic;
pub mod source;

mod definitions;
mod document;
mod explain;
mod fields;
mod map;
mod rule;
mod schema;
mod shapes;
mod text;

pub use definitions::{Definitions, Row, Variant};
pub use describe_derive::Document;
pub use diagnostic::{Code, Diagnostic, Findings, Severity};
pub use document::{Document, mismatch, read};
pub use explain::{Explanation, catalogue};
pub use fields::{Fields, Object, names, object};
pub use map::{Key, Map, Named};
pub use rule::Rule;
pub use schema::{defined_object, variants};
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
