//! Enumerations that Vonage extends without notice.

use crate::wire::text;
use serde_json::Value;

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

    /// The name in its own letter case; `None` for one that is not known.
    pub(crate) fn canonical(&self, value: &Value) -> Option<Value> {
        let index = self.position(&text(value)?)?;
        self.names.get(index).copied().map(Value::from)
    }
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
                pub(crate) const NAMES: $crate::open_enum::Names = $crate::open_enum::Names {
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

        impl $crate::wire::Wire for $name {
            const FORM: $crate::wire::Form =
                $crate::wire::Form::Single(|value| Self::NAMES.canonical(value));
            const TYPES: $crate::wire::Types = $crate::wire::Types::TEXT;

            fn read(value: &serde_json::Value) -> Option<Self> {
                $crate::wire::text(value).map(|text| Self::from(text.as_ref()))
            }
        }
    };
}

pub(crate) use open_enum;
