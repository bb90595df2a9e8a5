//! How structures are read from the members of a JSON object, and written in canonical form.

use crate::time::print_timestamp;
use crate::value::{Decimal, text};
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Members of a webhook by name.
pub type Fields = Map<String, Value>;

/// A value that has a type of its own on the wire.
pub(crate) trait Wire: Sized {
    /// How its canonical form is written.
    const FORM: Form;
    fn read(value: &Value) -> Option<Self>;
}

/// A field of a webhook: there or not.
pub(crate) trait Field: Sized {
    const FORM: Form;
    fn read(value: Option<&Value>) -> Self;
}

impl<T: Wire> Field for Option<T> {
    const FORM: Form = T::FORM;
    fn read(value: Option<&Value>) -> Self {
        value.and_then(T::read)
    }
}

impl<T: Wire> Field for Vec<T> {
    const FORM: Form = T::FORM;
    /// A list; one member standing alone is a list of one, entries not understood are left out.
    fn read(value: Option<&Value>) -> Self {
        match value {
            Some(Value::Array(items)) => items.iter().filter_map(T::read).collect(),
            Some(value) => T::read(value).into_iter().collect(),
            None => Vec::new(),
        }
    }
}

/// The first of `keys` that is there and not null.
#[inline(never)]
pub(crate) fn member<'a>(fields: &'a Fields, keys: &[&str]) -> Option<&'a Value> {
    keys.iter()
        .find_map(|key| fields.get(*key).filter(|value| !value.is_null()))
}

/// Reads a field by its keys. One copy for each type, not for each field: there are hundreds.
#[inline(never)]
pub(crate) fn field<T: Field>(fields: &Fields, keys: &[&str]) -> T {
    T::read(member(fields, keys))
}

/// The keys of a field, the first one present winning, and its canonical form.
pub(crate) type Row = (&'static [&'static str], Form);

/// How a value that was understood is written in its canonical form. Data, because code that writes
/// each of the hundreds of fields is large.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// As it came.
    Same,
    /// A string.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// Any number.
    Float,
    /// A decimal number as a string.
    Decimal,
    /// `2020-01-01T12:00:00.123Z`.
    Time,
    /// One of these names, in their letter case.
    Name(&'static Names),
    /// An object of such members.
    Object(&'static [Row]),
}

/// Brings the members that are understood into their canonical form, and leaves everything else as
/// it is: members nobody reads, entries of lists nobody understands.
pub(crate) fn normalise(fields: &mut Fields, rows: &[Row]) {
    for (keys, form) in rows {
        let key = keys
            .iter()
            .find(|key| fields.get(**key).is_some_and(|value| !value.is_null()));
        if let Some(value) = key.and_then(|key| fields.get_mut(*key)) {
            form.apply(value);
        }
    }
}

impl Form {
    fn apply(self, value: &mut Value) {
        let canonical = match (self, &mut *value) {
            (Self::Object(rows), Value::Object(fields)) => return normalise(fields, rows),
            (_, Value::Array(items)) => return items.iter_mut().for_each(|item| self.apply(item)),
            (Self::Same | Self::Object(_), _) | (_, Value::Object(_)) => return,
            (Self::Text, value) => text(value).map(|text| Value::String(text.into_owned())),
            (Self::Flag, value) => bool::read(value).map(Value::Bool),
            (Self::Number, value) => i64::read(value).map(Value::from),
            (Self::Float, value) => f64::read(value).map(Value::from),
            (Self::Decimal, value) => {
                Decimal::read(value).map(|number| Value::String(number.as_str().to_owned()))
            }
            (Self::Time, value) => {
                Timestamp::read(value).map(|time| Value::String(print_timestamp(time, None)))
            }
            (Self::Name(names), value) => {
                let index = text(value).and_then(|text| names.position(&text));
                let name = index.and_then(|index| names.names.get(index));
                name.map(|name| Value::String((*name).to_owned()))
            }
        };
        if let Some(canonical) = canonical {
            *value = canonical;
        }
    }
}

/// The names of an open enumeration, in the order of its variants.
pub(crate) struct Names {
    pub names: &'static [&'static str],
    /// Other spellings, and the index of the name they stand for.
    pub aliases: &'static [(&'static str, usize)],
}

impl Names {
    /// The index of a name, whatever its letter case.
    #[inline(never)]
    pub(crate) fn position(&self, text: &str) -> Option<usize> {
        let text = text.trim();
        let named = |name: &&str| name.eq_ignore_ascii_case(text);
        self.names.iter().position(named).or_else(|| {
            let mut aliases = self.aliases.iter();
            let alias = aliases.find(|(alias, _)| named(alias))?;
            Some(alias.1)
        })
    }
}

/// Declares a structure read from the members of a JSON object: every field names its keys on the
/// wire, the first one present winning.
macro_rules! record {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $( $(#[$field_meta:meta])* $field:ident : $type:ty = $($key:literal)|+ ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        $visibility struct $name {
            $( $(#[$field_meta])* $visibility $field: $type, )*
        }

        impl $name {
            pub(crate) const ROWS: &'static [$crate::record::Row] = &[$(
                (&[$($key),+], <$type as $crate::record::Field>::FORM)
            ),*];

            #[inline(never)]
            pub(crate) fn read_fields(fields: &$crate::record::Fields) -> Self {
                Self {
                    $( $field: $crate::record::field(fields, &[$($key),+]), )*
                }
            }
        }

        impl $crate::record::Wire for $name {
            const FORM: $crate::record::Form = $crate::record::Form::Object(Self::ROWS);
            fn read(value: &serde_json::Value) -> Option<Self> {
                value.as_object().map(Self::read_fields)
            }
        }
    };
}

/// Declares an enumeration that Vonage extends without notice: known names, and the rest as text.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $text:literal $(| $alias:literal)* ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )*
            /// A value newer than this crate, as it was sent.
            Other(String),
        }

        impl $name {
            /// The value's name on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )*
                    Self::Other(text) => text,
                }
            }

            /// Whether this crate knows the value.
            #[must_use]
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Other(_))
            }
        }

        const _: () = {
            #[repr(usize)]
            enum Index { $($variant),* }

            impl $name {
                pub(crate) const NAMES: $crate::record::Names = $crate::record::Names {
                    names: &[$( $text ),*],
                    aliases: &[$( $( ($alias, Index::$variant as usize), )* )*],
                };

                pub(crate) fn known(text: &str) -> Option<Self> {
                    let index = Self::NAMES.position(text)?;
                    $( if index == Index::$variant as usize {
                        return Some(Self::$variant);
                    } )*
                    None
                }
            }
        };

        impl From<&str> for $name {
            /// Never fails. Letter case does not matter for known values.
            fn from(text: &str) -> Self {
                Self::known(text).unwrap_or_else(|| Self::Other(text.to_owned()))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::record::Wire for $name {
            const FORM: $crate::record::Form = $crate::record::Form::Name(&Self::NAMES);
            fn read(value: &serde_json::Value) -> Option<Self> {
                $crate::value::text(value).map(|text| Self::from(text.as_ref()))
            }
        }
    };
}

pub(crate) use {open_enum, record};
