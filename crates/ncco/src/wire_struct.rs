//! Objects of the wire, each described by one table.
//!
//! serde's derive would not do: a member that cannot be understood has to stay
//! in `extra` instead of failing the object, the first spelling that is filled
//! wins where two are given, and a key of `extra` is not written beside its
//! field.

/// Defines an object of the wire: struct, setters, reader, writer, and what
/// [`Code::WrongType`](crate::Code::WrongType) compares with.
///
/// A line is `field: Type = "key" | "other spelling";`, with `as Codec` behind
/// the type where the type does not say how the value looks
/// ([`codec`](crate::codec)). `required` and `optional` fields get a setter,
/// those under `without_setter` are optional and get none. `required(…)` makes
/// the object with nothing but its required fields.
macro_rules! wire_struct {
    (
        $(#[$meta:meta])*
        pub struct $name:ident $(, $tag:literal : $tag_value:literal)? {
            $( required { $(
                $(#[$rm:meta])*
                $r:ident : $rt:ident $(<$($ra:ident),+>)? $(as $rc:ident)? = $rk:literal $(| $ro:literal)* ;
            )* } )?
            $( without_setter { $(
                $(#[$wm:meta])*
                $w:ident : $wt:ident $(<$($wa:ident),+>)? $(as $wc:ident)? = $wk:literal $(| $wo:literal)* ;
            )* } )?
            $( optional { $(
                $(#[$om:meta])*
                $o:ident : $ot:ident $(<$($oa:ident),+>)? $(as $oc:ident)? = $ok:literal $(| $oo:literal)* ;
            )* } )?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(
                $(#[$rm])*
                #[doc = wire_struct!(@doc $rk $($ro)*)]
                pub $r: $rt $(<$($ra),+>)?,
            )*)?
            $($(
                $(#[$wm])*
                #[doc = wire_struct!(@doc $wk $($wo)*)]
                pub $w: Option<$wt $(<$($wa),+>)?>,
            )*)?
            $($(
                $(#[$om])*
                #[doc = wire_struct!(@doc $ok $($oo)*)]
                pub $o: Option<$ot $(<$($oa),+>)?>,
            )*)?
            /// Members this crate does not know, and known ones whose value it
            /// cannot understand, as they were read. They are written again; a
            /// key that belongs to a field above is written only while that
            /// field is empty. [`validate`](crate::Ncco::validate) reports them.
            pub extra: serde_json::Map<String, serde_json::Value>,
        }

        impl $name {
            /// The object with nothing but its required fields.
            #[allow(dead_code, reason = "objects that require nothing are made by their Default")]
            fn required($($($r: $rt $(<$($ra),+>)?),*)?) -> Self {
                Self {
                    $($($r,)*)?
                    $($($w: None,)*)?
                    $($($o: None,)*)?
                    extra: serde_json::Map::new(),
                }
            }

            $($( wire_struct!(@set $o, $ok, $ot $(<$($oa),+>)?); )*)?

            /// Keeps a member this crate has no field for. See [`extra`](#structfield.extra).
            #[must_use]
            pub fn with(mut self, key: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
                self.extra.insert(key.into(), value.into());
                self
            }

            /// Reports what is left in `extra`.
            pub(crate) fn check_extra(&self, check: &mut crate::check::Check<'_>) {
                check.extra(&self.extra, <Self as crate::codec::Object>::FIELDS);
            }
        }

        impl crate::codec::Object for $name {
            const FIELDS: &'static [crate::expected::Field] = &[
                $($( wire_struct!(@field true, [$rk $(, $ro)*], $rt $(<$($ra),+>)? $(, $rc)?), )*)?
                $($( wire_struct!(@field false, [$wk $(, $wo)*], $wt $(<$($wa),+>)? $(, $wc)?), )*)?
                $($( wire_struct!(@field false, [$ok $(, $oo)*], $ot $(<$($oa),+>)? $(, $oc)?), )*)?
            ];

            #[inline(never)]
            fn read_members(members: &mut serde_json::Map<String, serde_json::Value>) -> Option<Self> {
                $($( let $r = crate::codec::required::<_, wire_struct!(@codec $($rc)?)>(members, &[$rk $(, $ro)*])?; )*)?
                $($( crate::codec::remove_first(members, &[$rk $(, $ro)*]); )*)?
                Some(Self {
                    $($( $r, )*)?
                    $($( $w: crate::codec::optional::<_, wire_struct!(@codec $($wc)?)>(members, &[$wk $(, $wo)*]), )*)?
                    $($( $o: crate::codec::optional::<_, wire_struct!(@codec $($oc)?)>(members, &[$ok $(, $oo)*]), )*)?
                    extra: std::mem::take(members),
                })
            }

            fn members(&self) -> crate::written::Members<'_> {
                use crate::codec::Codec;
                #[allow(unused_mut)]
                let mut members = crate::written::Members::new(&self.extra);
                $( members.push($tag, crate::written::Written::Text($tag_value)); )?
                $($( members.push($rk, <wire_struct!(@codec $($rc)?)>::written(&self.$r)); )*)?
                $($( if let Some(value) = &self.$w {
                    members.push($wk, <wire_struct!(@codec $($wc)?)>::written(value));
                } )*)?
                $($( if let Some(value) = &self.$o {
                    members.push($ok, <wire_struct!(@codec $($oc)?)>::written(value));
                } )*)?
                members
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                crate::codec::Object::members(self).serialize(serializer)
            }
        }
    };

    (@doc $key:literal $($other:literal)*) => {
        concat!("\n\nOn the wire: `", $key, "`" $(, ", also read as `", $other, "`")*, ".")
    };

    (@codec) => { crate::codec::Plain };
    (@codec $codec:ident) => { crate::codec::$codec };

    (@field $required:literal, [$($key:literal),+], $type:ty $(, $codec:ident)?) => {
        crate::expected::Field {
            keys: &[$($key),+],
            expected: <wire_struct!(@codec $($codec)?) as crate::codec::Codec<$type>>::EXPECTED,
            required: $required,
        }
    };

    (@set $field:ident, $key:literal, String) => {
        wire_struct!(@setter $field, $key, impl Into<String>, $field.into());
    };
    (@set $field:ident, $key:literal, Vec<String>) => {
        wire_struct!(
            @setter $field, $key, impl IntoIterator<Item = impl Into<String>>,
            $field.into_iter().map(Into::into).collect()
        );
    };
    (@set $field:ident, $key:literal, $type:ty) => {
        wire_struct!(@setter $field, $key, $type, $field);
    };
    (@setter $field:ident, $key:literal, $type:ty, $value:expr) => {
        #[doc = concat!("Sets `", $key, "`, see [`", stringify!($field), "`](#structfield.", stringify!($field), ").")]
        #[must_use]
        pub fn $field(mut self, $field: $type) -> Self {
            self.$field = Some($value);
            self
        }
    };
}
pub(crate) use wire_struct;
