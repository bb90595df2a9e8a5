//! How one value looks on the wire: lenient when read, canonical when written.
//!
//! The type of a field says how ([`Wire`]); where the platform wants the same
//! type in another form, the field names a codec of its own ([`OneItem`],
//! [`Unwrapped`]).

use serde_json::{Map, Value};

use crate::expected::{Expected, Field, as_members, count, decimal, find, flag};
use crate::written::{Members, Written};

/// A type that has one form on the wire.
///
/// Readers are not inlined: they are used once a member, and the whole crate is
/// part of programs whose size counts.
pub(crate) trait Wire: Sized {
    /// What [`read`](Self::read) understands.
    const EXPECTED: Expected;

    fn read(value: &Value) -> Option<Self>;
    fn written(&self) -> Written<'_>;
}

/// A string. Whole numbers are taken too: `"number": 447700900001` is common.
impl Wire for String {
    const EXPECTED: Expected = Expected::Text;

    #[inline(never)]
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text.clone()),
            value => value.as_u64().map(|number| number.to_string()),
        }
    }

    fn written(&self) -> Written<'_> {
        Written::Text(self)
    }
}

impl Wire for bool {
    const EXPECTED: Expected = Expected::Flag;

    fn read(value: &Value) -> Option<Self> {
        flag(value)
    }

    fn written(&self) -> Written<'_> {
        Written::Flag(*self)
    }
}

impl Wire for f64 {
    const EXPECTED: Expected = Expected::Decimal;

    fn read(value: &Value) -> Option<Self> {
        decimal(value)
    }

    fn written(&self) -> Written<'_> {
        Written::Decimal(*self)
    }
}

impl Wire for u32 {
    const EXPECTED: Expected = Expected::Count;

    fn read(value: &Value) -> Option<Self> {
        count(value)
    }

    fn written(&self) -> Written<'_> {
        Written::Count(*self)
    }
}

/// An object whose members are the user's own.
impl Wire for Map<String, Value> {
    const EXPECTED: Expected = Expected::Free;

    #[inline(never)]
    fn read(value: &Value) -> Option<Self> {
        as_members(value).map(|members| members.cloned().unwrap_or_default())
    }

    fn written(&self) -> Written<'_> {
        Written::Free(self)
    }
}

/// An array of strings or words. A plain string counts as an array of one.
impl<T: Wire> Wire for Vec<T> {
    const EXPECTED: Expected = Expected::Strings(&T::EXPECTED);

    #[inline(never)]
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Array(items) => items.iter().map(T::read).collect(),
            Value::String(_) => Some(vec![T::read(value)?]),
            _ => None,
        }
    }

    fn written(&self) -> Written<'_> {
        Written::Items(self.iter().map(T::written).collect())
    }
}

/// An object of our own types.
pub(crate) trait Object: Sized {
    /// Its members.
    const FIELDS: &'static [Field];

    /// Takes the members it understands; leaves the map as it was when one that
    /// is required is missing or not understood.
    fn read_members(members: &mut Map<String, Value>) -> Option<Self>;

    /// The members as they are written.
    fn members(&self) -> Members<'_>;
}

impl<T: Object> Wire for T {
    const EXPECTED: Expected = Expected::Object(T::FIELDS);

    #[inline(never)]
    fn read(value: &Value) -> Option<Self> {
        T::read_members(&mut <Map<String, Value> as Wire>::read(value)?)
    }

    fn written(&self) -> Written<'_> {
        Written::Object(self.members())
    }
}

/// How a field of type `T` looks on the wire.
pub(crate) trait Codec<T> {
    const EXPECTED: Expected;

    fn read(value: &Value) -> Option<T>;
    fn written(value: &T) -> Written<'_>;
}

/// As the type says.
pub(crate) struct Plain;

impl<T: Wire> Codec<T> for Plain {
    const EXPECTED: Expected = T::EXPECTED;

    fn read(value: &Value) -> Option<T> {
        T::read(value)
    }

    fn written(value: &T) -> Written<'_> {
        value.written()
    }
}

/// A string the platform wants as an array of exactly one. A plain string is
/// taken too.
pub(crate) struct OneItem;

impl Codec<String> for OneItem {
    const EXPECTED: Expected = Expected::OneText;

    #[inline(never)]
    fn read(value: &Value) -> Option<String> {
        let one = match value {
            Value::Array(items) => match items.as_slice() {
                [one] => one,
                _ => return None,
            },
            value => value,
        };
        one.as_str().map(str::to_owned)
    }

    fn written(value: &String) -> Written<'_> {
        Written::Items(vec![value.written()])
    }
}

/// A string where some SDKs send an array of one.
pub(crate) struct Unwrapped;

impl Codec<String> for Unwrapped {
    const EXPECTED: Expected = Expected::OneText;

    fn read(value: &Value) -> Option<String> {
        OneItem::read(value)
    }

    fn written(value: &String) -> Written<'_> {
        value.written()
    }
}

/// Reads a member that must be there, and leaves it in place.
#[inline(never)]
pub(crate) fn required<T, C: Codec<T>>(
    members: &Map<String, Value>,
    keys: &[&'static str],
) -> Option<T> {
    C::read(find(members, keys)?.1)
}

/// Removes the member that [`required`] read.
#[inline(never)]
pub(crate) fn remove_first(members: &mut Map<String, Value>, keys: &[&'static str]) {
    let _ = keys.iter().find_map(|key| members.remove(*key));
}

/// Takes a member out if it is there and can be understood. `null` is the same
/// as absent. What cannot be understood stays in the map.
#[inline(never)]
pub(crate) fn optional<T, C: Codec<T>>(
    members: &mut Map<String, Value>,
    keys: &[&'static str],
) -> Option<T> {
    for key in keys {
        match members.get(*key) {
            None => {}
            Some(Value::Null) => remove_first(members, &[key]),
            Some(value) => {
                let read = C::read(value)?;
                remove_first(members, &[key]);
                return Some(read);
            }
        }
    }
    None
}
