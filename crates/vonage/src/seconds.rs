use crate::wire::{Form, Types, Wire};
use serde_json::Value;
use std::fmt;

/// A length of time in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seconds(pub u64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0)
    }
}

impl Wire for Seconds {
    const FORM: Form = u64::FORM;
    const TYPES: Types = Types::NUMBER;

    fn read(value: &Value) -> Option<Self> {
        <u64 as Wire>::read(value).map(Self)
    }
}
