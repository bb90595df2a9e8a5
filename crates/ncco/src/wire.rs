//! Objects and words of the wire, each defined by one table.
//!
//! [`wire!`] turns a table of fields into a struct, its setters, its reader and
//! its writer, so that a key is named once; [`words!`] does the same for a set
//! of words. How a value is read and written is in [`codec`](crate::codec).

/// Defines an object of the wire: struct, setters, reader, writer.
///
/// `required` and `optional` fields get a setter, `plain` ones are optional and
/// get none. `name: Type as Codec = "key" | "other spelling";`
macro_rules! wire {
    (
        $(#[$meta:meta])*
        pub struct $name:ident $(, $tag:literal : $tag_value:literal)? {
            $( required { $( $(#[$rm:meta])* $req:ident : $rty:ty as $rcodec:ident = $rkey:literal $(| $ralias:literal)* ;)* } )?
            $( plain { $( $(#[$pm:meta])* $pla:ident : $pty:ty as $pcodec:ident = $pkey:literal $(| $palias:literal)* ;)* } )?
            $( optional { $( $(#[$om:meta])* $opt:ident : $oty:ty as $ocodec:ident = $okey:literal $(| $oalias:literal)* ;)* } )?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(
                $(#[$rm])*
                #[doc = concat!("\n\nOn the wire: `", $rkey, "`" $(, ", also read as `", $ralias, "`")*, ".")]
                pub $req: $rty,
            )*)?
            $($(
                $(#[$pm])*
                #[doc = concat!("\n\nOn the wire: `", $pkey, "`" $(, ", also read as `", $palias, "`")*, ".")]
                pub $pla: Option<$pty>,
            )*)?
            $($(
                $(#[$om])*
                #[doc = concat!("\n\nOn the wire: `", $okey, "`" $(, ", also read as `", $oalias, "`")*, ".")]
                pub $opt: Option<$oty>,
            )*)?
            /// Members this crate does not know, and known ones whose value it
            /// cannot understand, as they were read. They are written again; a
            /// key that belongs to a field above is written only while that
            /// field is empty. [`validate`](crate::Ncco::validate) reports them.
            pub extra: serde_json::Map<String, serde_json::Value>,
        }

        impl $name {
            $($( wire!(@set optional $opt, $oty, $ocodec, $okey); )*)?

            /// Keeps a member this crate has no field for. See [`extra`](#structfield.extra).
            #[must_use]
            pub fn with(mut self, key: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
                self.extra.insert(key.into(), value.into());
                self
            }

            /// Reports what is left in `extra`.
            pub(crate) fn check_extra(&self, check: &mut crate::finding::Check<'_>) {
                check.extra(&self.extra, <Self as crate::codec::Object>::FIELDS);
            }
        }

        impl crate::codec::Object for $name {
            const FIELDS: &'static [crate::shape::Field] = {
                #[allow(unused_imports)]
                use crate::codec::*;
                use crate::shape::Field;
                &[
                    $($( Field {
                        keys: &[$rkey $(, $ralias)*],
                        shape: <$rcodec as Codec<$rty>>::SHAPE,
                        required: true,
                    }, )*)?
                    $($( Field {
                        keys: &[$pkey $(, $palias)*],
                        shape: <$pcodec as Codec<$pty>>::SHAPE,
                        required: false,
                    }, )*)?
                    $($( Field {
                        keys: &[$okey $(, $oalias)*],
                        shape: <$ocodec as Codec<$oty>>::SHAPE,
                        required: false,
                    }, )*)?
                ]
            };

            #[inline(never)]
            fn read(members: &mut serde_json::Map<String, serde_json::Value>) -> Option<Self> {
                #[allow(unused_imports)]
                use crate::codec::*;
                $($( let $req = required::<$rty, $rcodec>(members, &[$rkey $(, $ralias)*])?; )*)?
                $($( remove_first(members, &[$rkey $(, $ralias)*]); )*)?
                Some(Self {
                    $($( $req, )*)?
                    $($( $pla: optional::<$pty, $pcodec>(members, &[$pkey $(, $palias)*]), )*)?
                    $($( $opt: optional::<$oty, $ocodec>(members, &[$okey $(, $oalias)*]), )*)?
                    extra: std::mem::take(members),
                })
            }

            fn parts(&self) -> crate::codec::Parts<'_> {
                #[allow(unused_imports)]
                use crate::codec::*;
                #[allow(unused_mut)]
                let mut parts = Parts::new(&self.extra);
                $( parts.push($tag, Part::Text($tag_value)); )?
                $($( parts.push($rkey, <$rcodec as Codec<$rty>>::part(&self.$req)); )*)?
                $($(
                    if let Some(value) = &self.$pla {
                        parts.push($pkey, <$pcodec as Codec<$pty>>::part(value));
                    }
                )*)?
                $($(
                    if let Some(value) = &self.$opt {
                        parts.push($okey, <$ocodec as Codec<$oty>>::part(value));
                    }
                )*)?
                parts
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                crate::codec::Object::parts(self).serialize(serializer)
            }
        }
    };

    (@set optional $field:ident, $type:ty, Text, $key:literal) => { wire!(@text $field, $key); };
    (@set optional $field:ident, $type:ty, One, $key:literal) => { wire!(@text $field, $key); };
    (@set optional $field:ident, $type:ty, Single, $key:literal) => { wire!(@text $field, $key); };
    (@set optional $field:ident, $type:ty, Texts, $key:literal) => {
        #[doc = concat!("Sets `", $key, "`, see [`", stringify!($field), "`](#structfield.", stringify!($field), ").")]
        #[must_use]
        pub fn $field(mut self, $field: impl IntoIterator<Item = impl Into<String>>) -> Self {
            self.$field = Some($field.into_iter().map(Into::into).collect());
            self
        }
    };
    (@set optional $field:ident, $type:ty, $codec:ident, $key:literal) => {
        #[doc = concat!("Sets `", $key, "`, see [`", stringify!($field), "`](#structfield.", stringify!($field), ").")]
        #[must_use]
        pub fn $field(mut self, $field: $type) -> Self {
            self.$field = Some($field);
            self
        }
    };
    (@text $field:ident, $key:literal) => {
        #[doc = concat!("Sets `", $key, "`, see [`", stringify!($field), "`](#structfield.", stringify!($field), ").")]
        #[must_use]
        pub fn $field(mut self, $field: impl Into<String>) -> Self {
            self.$field = Some($field.into());
            self
        }
    };
}
pub(crate) use wire;

/// Defines a set of words that may grow.
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $name:ident ($expected:literal) {
            $( $(#[$vm:meta])* $variant:ident = $word:literal, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$vm])* #[doc = concat!("\n\nOn the wire: `", $word, "`.")] $variant, )*
            /// A word this crate does not know, as it was read.
            Other(String),
        }

        impl $name {
            /// The word as it stands on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $word, )*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            /// Known words are recognised in any case.
            fn from(word: &str) -> Self {
                $( if word.eq_ignore_ascii_case($word) { return Self::$variant; } )*
                Self::Other(word.to_owned())
            }
        }

        impl crate::codec::Word for $name {
            const EXPECTED: &'static str = $expected;
            fn from_word(word: &str) -> Self { Self::from(word) }
            fn as_word(&self) -> &str { self.as_str() }
            fn is_known(&self) -> bool { !matches!(self, Self::Other(_)) }
        }
    };
}
pub(crate) use words;
