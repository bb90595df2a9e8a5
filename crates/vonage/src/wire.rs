//! How values are read from the members of a webhook, and written in canonical form.
//!
//! Reading is lenient (text for a number, a number for text, blanks around); what a type does not
//! understand is `None` and stays in [`Webhook::fields`](crate::Webhook::fields).

use serde_json::{Map, Value};
use std::borrow::Cow;

/// Members of a webhook by name.
pub type Fields = Map<String, Value>;

/// A value that has a type of its own on the wire.
pub(crate) trait Wire: Sized {
    /// How its canonical form is written.
    const FORM: Form;
    /// The JSON types it may have, beside text and null.
    const TYPES: Types;
    fn read(value: &Value) -> Option<Self>;
}

/// A field of a webhook: there or not.
pub(crate) trait Field: Sized {
    const FORM: Form;
    const TYPES: Types;
    fn read(value: Option<&Value>) -> Self;
}

impl<T: Wire> Field for Option<T> {
    const FORM: Form = T::FORM;
    const TYPES: Types = T::TYPES;
    fn read(value: Option<&Value>) -> Self {
        value.and_then(T::read)
    }
}

impl<T: Wire> Field for Vec<T> {
    const FORM: Form = T::FORM;
    const TYPES: Types = T::TYPES.or(Types::ARRAY);
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

/// How a value that was understood is written in its canonical form. Data, because code that writes
/// each of the hundreds of fields is large.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// As it came.
    Same,
    /// A value that holds no others; one the function gives nothing for stays as it came.
    Single(fn(&Value) -> Option<Value>),
    /// An object of such members.
    Object(&'static [Row]),
}

/// What is known of a field.
pub(crate) struct Row {
    /// Its keys, the first one present winning.
    pub keys: &'static [&'static str],
    /// Its canonical form.
    pub form: Form,
    /// The JSON types it may have, beside text and null.
    pub types: Types,
    /// Its documentation.
    #[cfg(feature = "schema")]
    pub about: &'static str,
}

/// JSON types. Text and null are in none of them: every member may be either, text because what is
/// of no expected type becomes text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Types(u8);

impl Types {
    pub const TEXT: Self = Self(0);
    pub const BOOLEAN: Self = Self(1);
    pub const NUMBER: Self = Self(2);
    pub const OBJECT: Self = Self(4);
    pub const ARRAY: Self = Self(8);
    pub const ANY: Self = Self(15);

    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// As JSON Schema names them, text and null among them.
    #[cfg(feature = "schema")]
    pub fn names(self) -> Vec<&'static str> {
        let names = [
            (Self::TEXT, "string"),
            (Self::BOOLEAN, "boolean"),
            (Self::NUMBER, "number"),
            (Self::OBJECT, "object"),
            (Self::ARRAY, "array"),
            (Self::TEXT, "null"),
        ];
        let own = names.into_iter().filter(|(of, _)| self.or(*of) == self);
        own.map(|(_, name)| name).collect()
    }

    /// Whether a value is of one of these types, or text or null.
    pub fn hold(self, value: &Value) -> bool {
        let of = match value {
            Value::Null | Value::String(_) => Self::TEXT,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(_) => Self::NUMBER,
            Value::Object(_) => Self::OBJECT,
            Value::Array(_) => Self::ARRAY,
        };
        self.or(of) == self
    }
}

/// Brings the members that are understood into their canonical form, and leaves everything else as
/// it is: members nobody reads, entries of lists nobody understands.
pub(crate) fn normalise(fields: &mut Fields, rows: &[Row]) {
    for row in rows {
        let key = row
            .keys
            .iter()
            .find(|key| fields.get(**key).is_some_and(|value| !value.is_null()));
        if let Some(value) = key.and_then(|key| fields.get_mut(*key)) {
            row.form.apply(value);
        }
    }
}

impl Form {
    fn apply(self, value: &mut Value) {
        match (self, &mut *value) {
            (_, Value::Array(items)) => items.iter_mut().for_each(|item| self.apply(item)),
            (Self::Object(rows), Value::Object(fields)) => normalise(fields, rows),
            (Self::Same | Self::Object(_), _) | (_, Value::Object(_)) => {}
            (Self::Single(canonical), single) => {
                if let Some(canonical) = canonical(single) {
                    *value = canonical;
                }
            }
        }
    }
}

/// The text of a string, number or boolean.
pub(crate) fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.as_str().into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(true) => Some("true".into()),
        Value::Bool(false) => Some("false".into()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

impl Wire for String {
    const FORM: Form = Form::Single(|value| Self::read(value).map(Value::from));
    const TYPES: Types = Types::TEXT;

    fn read(value: &Value) -> Option<Self> {
        text(value).map(Cow::into_owned)
    }
}

impl Wire for bool {
    const FORM: Form = Form::Single(|value| Self::read(value).map(Value::from));
    const TYPES: Types = Types::BOOLEAN;

    /// Also `"true"`, `"false"`, `1`, `0`, and the empty text for false (GET input events of 2018).
    fn read(value: &Value) -> Option<Self> {
        match text(value)?.trim() {
            "1" => Some(true),
            "0" | "" => Some(false),
            word if word.eq_ignore_ascii_case("true") => Some(true),
            word if word.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }
}

impl Wire for u64 {
    // A negative number stays the number it is, though nobody reads it.
    const FORM: Form = i64::FORM;
    const TYPES: Types = Types::NUMBER;

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}

impl Wire for i64 {
    const FORM: Form = Form::Single(|value| Self::read(value).map(Value::from));
    const TYPES: Types = Types::NUMBER;

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}

impl Wire for f64 {
    const FORM: Form = Form::Single(|value| Self::read(value).map(Value::from));
    const TYPES: Types = Types::NUMBER;

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_f64(),
            // `".91"` is no JSON. The reader of JSON numbers is there anyway, that of std is not.
            Value::String(text) => {
                let text = text.trim();
                let zero = if text.starts_with('.') { "0" } else { "" };
                let number: Value = serde_json::from_str(&[zero, text].concat()).ok()?;
                number.as_f64()
            }
            _ => None,
        }
    }
}

impl Wire for Value {
    const FORM: Form = Form::Same;
    const TYPES: Types = Types::ANY;

    fn read(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

impl Wire for Fields {
    const FORM: Form = Form::Same;
    const TYPES: Types = Types::OBJECT;

    fn read(value: &Value) -> Option<Self> {
        value.as_object().cloned()
    }
}
