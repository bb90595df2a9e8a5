//! Sets of words that may grow.

/// One of a set of words that may grow: unknown ones are kept.
pub(crate) trait Word {
    /// The words known, for a message.
    const EXPECTED: &'static str;

    fn as_word(&self) -> &str;
    fn is_known(&self) -> bool;
}

/// Defines a set of words: its variants, what they look like on the wire, and
/// what a message says was expected.
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $name:ident ($expected:literal) {
            $( $(#[$variant_meta:meta])* $variant:ident = $word:literal, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_meta])* #[doc = concat!("\n\nOn the wire: `", $word, "`.")] $variant, )*
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

        impl crate::word::Word for $name {
            const EXPECTED: &'static str = $expected;

            fn as_word(&self) -> &str {
                self.as_str()
            }

            fn is_known(&self) -> bool {
                !matches!(self, Self::Other(_))
            }
        }

        impl crate::codec::Wire for $name {
            const EXPECTED: crate::expected::Expected =
                crate::expected::Expected::Word($expected);

            fn read(value: &serde_json::Value) -> Option<Self> {
                value.as_str().map(Self::from)
            }

            fn written(&self) -> crate::written::Written<'_> {
                crate::written::Written::Text(self.as_str())
            }
        }
    };
}
pub(crate) use words;
