//! `#[derive(Document)]`: see the crate `describe`.

mod attributes;
mod enums;
mod structs;

use proc_macro::TokenStream;
use syn::{Data, DeriveInput, parse_macro_input};

/// Describes a document: its reader, its JSON Schema and its table of fields.
#[proc_macro_derive(Document, attributes(document))]
pub fn document(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive(&input)
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}

fn derive(input: &DeriveInput) -> syn::Result<proc_macro2::TokenStream> {
    match &input.data {
        Data::Struct(data) => structs::derive(input, data),
        Data::Enum(data) => enums::derive(input, data),
        Data::Union(_) => {
            let message = "a document is a struct or an enum";
            Err(syn::Error::new_spanned(&input.ident, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use syn::{DeriveInput, parse_quote};

    #[track_caller]
    fn refused(input: &DeriveInput, expected: &str) {
        let message = super::derive(input).err().map(|error| error.to_string());
        assert_eq!(message.as_deref(), Some(expected));
    }

    #[test]
    fn a_description_that_cannot_be_used_is_refused_in_words() {
        refused(
            &parse_quote!(
                struct Plant {
                    name: String,
                }
            ),
            "say what a person is to write: #[document(expected = \"an object like { … }\")]",
        );
        refused(
            &parse_quote!(
                #[document(expected = "x")]
                struct Plant(String);
            ),
            "a document has named fields; implement `describe::Document` or `describe::Text` for other forms",
        );
        refused(
            &parse_quote!(
                #[document(expected = "x", colour = "red")]
                struct Plant {
                    name: String,
                }
            ),
            "there is no attribute `colour` here: expected `expected`, `name`, `short`, `root`, `check`, `also`, `complete`, `tag` or `by_key`",
        );
        refused(
            &parse_quote!(
                #[document(expected = "x")]
                struct Plant {
                    #[document(range = 0..20)]
                    water: u8,
                }
            ),
            "the last value belongs to the range: write 0..=20",
        );
        refused(
            &parse_quote!(
                #[document(expected = "x")]
                struct Plant {
                    #[document(range = ..=20)]
                    water: u8,
                }
            ),
            "a range has two ends: 0..=20",
        );
        refused(
            &parse_quote!(
                enum Helper {
                    Friend(String),
                    Nobody,
                }
            ),
            "say how the variants are told apart: #[document(tag = \"kind\")] or #[document(by_key)]",
        );
        refused(
            &parse_quote!(
                #[document(by_key, expected = "x")]
                enum Helper {
                    Nobody,
                }
            ),
            "a variant has named fields, holds one object, or, with `key`, one value",
        );
        refused(
            &parse_quote!(
                #[document(tag = "kind", expected = "x")]
                enum Helper {
                    Friend { name: String },
                }
            ),
            "a variant of a tagged enum is a unit or holds one object",
        );
        refused(
            &parse_quote!(
                union Both {
                    a: u8,
                    b: u8,
                }
            ),
            "a document is a struct or an enum",
        );
    }
}
