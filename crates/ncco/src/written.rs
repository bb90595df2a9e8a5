//! Values as they are written.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

/// A value as it is written. One type for all of them, so that a serializer is
/// compiled into one writer and not into one for each object.
pub(crate) enum Written<'a> {
    Text(&'a str),
    Flag(bool),
    Count(u32),
    Decimal(f64),
    Free(&'a Map<String, Value>),
    Object(Members<'a>),
    Items(Vec<Written<'a>>),
}

/// The members of an object as they are written.
pub(crate) struct Members<'a> {
    members: Vec<(&'static str, Written<'a>)>,
    extra: &'a Map<String, Value>,
}

impl<'a> Members<'a> {
    pub fn new(extra: &'a Map<String, Value>) -> Self {
        Self {
            members: Vec::with_capacity(8),
            extra,
        }
    }

    #[inline(never)]
    pub fn push(&mut self, key: &'static str, value: Written<'a>) {
        self.members.push((key, value));
    }
}

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in &self.members {
            map.serialize_entry(key, value)?;
        }
        for (key, value) in self.extra {
            if !self.members.iter().any(|(written, _)| written == key) {
                map.serialize_entry(key, value)?;
            }
        }
        map.end()
    }
}

/// Above this, not every whole number has a floating-point value of its own.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Count(count) => serializer.serialize_u32(*count),
            // Whole numbers are written without a fraction: `3`, not `3.0`.
            Self::Decimal(number) if number.fract() == 0.0 && number.abs() <= LARGEST_EXACT => {
                serializer.serialize_i64(*number as i64)
            }
            Self::Decimal(number) => serializer.serialize_f64(*number),
            Self::Free(members) => members.serialize(serializer),
            Self::Object(members) => members.serialize(serializer),
            Self::Items(items) => serializer.collect_seq(items),
        }
    }
}
