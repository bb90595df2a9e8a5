//! Structures of the wire, each described once.
//!
//! serde's derive would do a part of it (it fails the whole webhook where a member has two
//! spellings, and keeps no member it cannot read), at 38 KB of compressed WebAssembly.

/// Declares a structure read from the members of a JSON object: every field names its keys on the
/// wire, the first one present winning, and `or` another JSON type than that of its value. Where the
/// platform sends a text instead of the object, it is the field named by `alone`.
macro_rules! wire_struct {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident $(, alone: $alone:ident)? {
            $( $(#[doc = $about:literal])* $field:ident : $type:ty = $($key:literal)|+ $(or $also:ident)? ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        $visibility struct $name {
            $( $(#[doc = $about])* $visibility $field: $type, )*
        }

        impl $name {
            pub(crate) const ROWS: &'static [$crate::wire::Row] = &[$(
                $crate::wire::Row {
                    keys: &[$($key),+],
                    form: <$type as $crate::wire::Field>::FORM,
                    types: <$type as $crate::wire::Field>::TYPES
                        $(.or($crate::wire::Types::$also))?,
                    #[cfg(feature = "schema")]
                    about: concat!($($about),*),
                }
            ),*];

            #[inline(never)]
            pub(crate) fn read_fields(fields: &$crate::wire::Fields) -> Self {
                Self {
                    $( $field: $crate::wire::field(fields, &[$($key),+]), )*
                }
            }
        }

        impl $crate::wire::Wire for $name {
            const FORM: $crate::wire::Form = $crate::wire::Form::Object(Self::ROWS);
            const TYPES: $crate::wire::Types = $crate::wire::Types::OBJECT;

            fn read(value: &serde_json::Value) -> Option<Self> {
                $( if let serde_json::Value::String(text) = value {
                    let $alone = Some(text.clone());
                    return Some(Self { $alone, ..Self::default() });
                } )?
                value.as_object().map(Self::read_fields)
            }
        }
    };
}

pub(crate) use wire_struct;
