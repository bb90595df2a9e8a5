//! Enums: one of a few words, or objects told apart by a field.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, DeriveInput, Fields, LitStr, Variant};

use crate::attributes::{Container, Field, documentation, snake_case};
use crate::structs::{Described, implement, value};

pub fn derive(input: &DeriveInput, data: &DataEnum) -> syn::Result<TokenStream> {
    let container = Container::read(&input.attrs)?;
    match (&container.tag, container.by_key) {
        (Some(tag), false) => tagged(input, data, &container, tag),
        (None, true) => by_key(input, data, &container),
        (Some(_), true) => Err(syn::Error::new_spanned(
            &input.ident,
            "an enum has `tag` or `by_key`, not both",
        )),
        (None, false) => words(input, data),
    }
}

/// The name of a variant in the document.
fn name(variant: &Variant) -> syn::Result<String> {
    Ok(match Field::read(&variant.attrs)?.name {
        Some(name) => name.value(),
        None => snake_case(&variant.ident.to_string()),
    })
}

fn words(input: &DeriveInput, data: &DataEnum) -> syn::Result<TokenStream> {
    let mut names = Vec::new();
    let mut idents = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            let message = "say how the variants are told apart: #[document(tag = \"kind\")] or #[document(by_key)]";
            return Err(syn::Error::new_spanned(variant, message));
        }
        names.push(name(variant)?);
        idents.push(&variant.ident);
    }
    let ident = &input.ident;
    Ok(quote! {
        impl ::describe::Words for #ident {
            const WORDS: &'static [&'static str] = &[#(#names),*];

            fn word(&self) -> &'static str {
                match self { #(Self::#idents => #names),* }
            }
        }

        impl ::describe::Document for #ident {
            fn expected(_: &::describe::Rule) -> ::describe::derived::Cow<'static, str> {
                ::describe::words(<Self as ::describe::Words>::WORDS.iter().copied()).into()
            }

            fn read(
                value: &::describe::source::Value<'_>,
                _: &::describe::Rule,
                findings: &mut ::describe::Findings<'_>,
            ) -> Option<Self> {
                let word = ::describe::derived::word(value, findings, <Self as ::describe::Words>::WORDS)?;
                [#(Self::#idents),*].into_iter().nth(word)
            }

            fn schema(
                _: &mut ::describe::Definitions,
                _: &::describe::Rule,
            ) -> ::describe::derived::Value {
                ::describe::derived::json!({ "enum": <Self as ::describe::Words>::WORDS })
            }
        }
    })
}

fn tagged(
    input: &DeriveInput,
    data: &DataEnum,
    container: &Container,
    tag: &LitStr,
) -> syn::Result<TokenStream> {
    let mut names = Vec::new();
    let mut patterns = Vec::new();
    let mut reads = Vec::new();
    let mut forms = Vec::new();
    for (index, variant) in data.variants.iter().enumerate() {
        let (ident, name) = (&variant.ident, name(variant)?);
        let description = documentation(&variant.attrs);
        let parts = match &variant.fields {
            Fields::Unit => {
                patterns.push(quote! { Self::#ident });
                reads.push(quote! { #index => Some(Self::#ident) });
                quote! { vec![::describe::Variant::default()] }
            }
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                let ty = fields.unnamed.first().map(|field| &field.ty);
                patterns.push(quote! { Self::#ident(_) });
                reads.push(quote! {
                    #index => <#ty as ::describe::Object>::read(fields).map(Self::#ident)
                });
                quote! { <#ty as ::describe::Object>::variants(definitions) }
            }
            _ => {
                let message = "a variant of a tagged enum is a unit or holds one object";
                return Err(syn::Error::new_spanned(variant, message));
            }
        };
        forms.push(quote! {
            for mut part in #parts {
                part.tag = Some((#tag, #name));
                part.description = #description;
                part.rows.insert(0, ::describe::Row {
                    name: #tag,
                    description: <Self as ::describe::Object>::DESCRIPTION,
                    required: true,
                    default: None,
                    schema: ::describe::derived::json!({ "const": #name }),
                });
                variants.push(part);
            }
        });
        names.push(name);
    }
    let expected = container.expected(&input.ident)?;
    let ident = &input.ident;
    let object = quote! {
        fn read(fields: &mut ::describe::Fields<'_, '_>) -> Option<Self> {
            match fields.tag(#tag, #expected, <Self as ::describe::Words>::WORDS)? {
                #(#reads,)*
                _ => None,
            }
        }

        fn first() -> &'static str {
            #tag
        }

        fn know(fields: &mut ::describe::Fields<'_, '_>) {
            fields.know(#tag);
        }

        fn variants(definitions: &mut ::describe::Definitions) -> Vec<::describe::Variant> {
            let mut variants = Vec::new();
            #(#forms)*
            variants
        }
    };
    let object = implement(input, container, &object)?;
    Ok(quote! {
        impl ::describe::Words for #ident {
            const WORDS: &'static [&'static str] = &[#(#names),*];

            fn word(&self) -> &'static str {
                match self { #(#patterns => #names),* }
            }
        }

        #object
    })
}

fn by_key(input: &DeriveInput, data: &DataEnum, container: &Container) -> syn::Result<TokenStream> {
    let mut keys = Vec::new();
    let mut reads = Vec::new();
    let mut knows = Vec::new();
    let mut forms = Vec::new();
    for (index, variant) in data.variants.iter().enumerate() {
        let ident = &variant.ident;
        let attributes = Field::read(&variant.attrs)?;
        let description = documentation(&variant.attrs);
        let described;
        let parts = match (&variant.fields, &attributes.key) {
            (Fields::Unnamed(fields), Some(key)) if fields.unnamed.len() == 1 => {
                let key = key.value();
                let Some(field) = fields.unnamed.first() else {
                    continue;
                };
                let value = value(&attributes, &key, &field.ty, &description)?;
                let (read, row) = (value.read, value.row);
                keys.push(quote! { #key });
                reads.push(quote! { #index => #read.map(Self::#ident) });
                knows.push(quote! { fields.know(#key); });
                quote! { vec![::describe::Variant { rows: vec![#row], ..Default::default() }] }
            }
            (Fields::Unnamed(fields), None) if fields.unnamed.len() == 1 => {
                let ty = fields.unnamed.first().map(|field| &field.ty);
                keys.push(quote! { <#ty as ::describe::Object>::first() });
                reads.push(quote! {
                    #index => <#ty as ::describe::Object>::read(fields).map(Self::#ident)
                });
                knows.push(quote! { <#ty as ::describe::Object>::know(fields); });
                quote! { <#ty as ::describe::Object>::variants(definitions) }
            }
            (fields @ Fields::Named(_), None) => {
                described = Described::new(fields)?;
                let (read, know) = (&described.read, &described.know);
                let (names, rows) = (&described.names, &described.variants);
                let first = described.first();
                keys.push(first);
                reads.push(quote! {
                    #index => {
                        #read
                        let (#(Some(#names),)*) = (#(#names,)*) else {
                            return None;
                        };
                        Some(Self::#ident { #(#names),* })
                    }
                });
                knows.push(quote! { #know });
                quote! {{
                    let mut variants = vec![::describe::Variant::default()];
                    #rows
                    variants
                }}
            }
            _ => {
                let message =
                    "a variant has named fields, holds one object, or, with `key`, one value";
                return Err(syn::Error::new_spanned(variant, message));
            }
        };
        forms.push(quote! {
            for mut part in #parts {
                part.description = #description;
                // What tells the form is there, whatever its type.
                if let Some(key) = part.rows.first_mut() {
                    key.required = true;
                }
                variants.push(part);
            }
        });
    }
    let expected = container.expected(&input.ident)?;
    let object = quote! {
        fn read(fields: &mut ::describe::Fields<'_, '_>) -> Option<Self> {
            let Some(written) = fields.one_of(&[#(#keys),*], #expected) else {
                // Which form is meant cannot be told, and so no field of any is unknown.
                <Self as ::describe::Object>::know(fields);
                return None;
            };
            match written {
                #(#reads,)*
                _ => None,
            }
        }

        fn first() -> &'static str {
            ""
        }

        fn know(fields: &mut ::describe::Fields<'_, '_>) {
            #(#knows)*
        }

        fn variants(definitions: &mut ::describe::Definitions) -> Vec<::describe::Variant> {
            let mut variants = Vec::new();
            #(#forms)*
            variants
        }
    };
    implement(input, container, &object)
}
