//! Structs, and what they share with variants that have fields.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{DataStruct, DeriveInput, Fields, Type};

use crate::attributes::{Container, Field, documentation, snake_case};

pub fn derive(input: &DeriveInput, data: &DataStruct) -> syn::Result<TokenStream> {
    let container = Container::read(&input.attrs)?;
    if container.tag.is_some() || container.by_key {
        let message = "`tag` and `by_key` belong to an enum";
        return Err(syn::Error::new_spanned(&input.ident, message));
    }
    if let Fields::Unnamed(fields) = &data.fields {
        let message = "a document has named fields; implement `describe::Document` or `describe::Text` for other forms";
        return Err(syn::Error::new_spanned(fields, message));
    }
    let described = Described::new(&data.fields)?;
    let (read, names) = (&described.read, &described.names);
    let (know, variants) = (&described.know, &described.variants);
    let first = described.first();
    let check = container
        .check
        .as_ref()
        .map(|check| quote! { #check(fields); });
    let root_known = container.root.then(|| quote! { fields.know("$schema"); });
    let root_row = container.root.then(|| {
        quote! { for variant in &mut variants { variant.rows.push(::describe::derived::schema_row()); } }
    });
    let also = container.also.as_ref().map(|also| {
        quote! {
            let also: fn() -> ::describe::derived::Value = #also;
            for variant in &mut variants {
                variant.also.push(also());
            }
        }
    });
    let complete = container
        .complete
        .as_ref()
        .map(|complete| quote! { #complete(&mut read, fields); });
    let mutable = complete.is_some().then(|| quote! { mut });
    let object = quote! {
        fn read(fields: &mut ::describe::Fields<'_, '_>) -> Option<Self> {
            #root_known
            #read
            #check
            // All at once: one place that drops what was read.
            let (#(Some(#names),)*) = (#(#names,)*) else {
                return None;
            };
            let #mutable read = Self { #(#names),* };
            #complete
            Some(read)
        }

        fn first() -> &'static str {
            #first
        }

        fn know(fields: &mut ::describe::Fields<'_, '_>) {
            #know
        }

        fn variants(definitions: &mut ::describe::Definitions) -> Vec<::describe::Variant> {
            let mut variants = vec![::describe::Variant {
                description: <Self as ::describe::Object>::DESCRIPTION,
                ..Default::default()
            }];
            #root_row
            #variants
            #also
            variants
        }
    };
    implement(input, &container, &object)
}

/// Both traits, for a type that is written as an object.
pub fn implement(
    input: &DeriveInput,
    container: &Container,
    object: &TokenStream,
) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let name = match &container.name {
        Some(name) => name.value(),
        None => snake_case(&ident.to_string()),
    };
    let description = documentation(&input.attrs);
    let expected = container.expected(ident)?;
    let short = container
        .short
        .as_ref()
        .map(|short| quote! { const SHORT: &'static str = #short; });
    Ok(quote! {
        impl #generics ::describe::Object for #ident #arguments #bounds {
            const NAME: &'static str = #name;
            const DESCRIPTION: &'static str = #description;
            const EXPECTED: &'static str = #expected;
            #short
            #object
        }

        impl #generics ::describe::Document for #ident #arguments #bounds {
            fn expected(_: &::describe::Rule) -> ::describe::derived::Cow<'static, str> {
                ::describe::derived::Cow::Borrowed(#expected)
            }

            fn read(
                value: &::describe::source::Value<'_>,
                _: &::describe::Rule,
                findings: &mut ::describe::Findings<'_>,
            ) -> Option<Self> {
                ::describe::object(value, findings)
            }

            fn schema(
                definitions: &mut ::describe::Definitions,
                _: &::describe::Rule,
            ) -> ::describe::derived::Value {
                ::describe::defined_object::<Self>(definitions)
            }
        }
    })
}

/// The code for a list of fields.
pub struct Described {
    /// The names of the fields in Rust.
    pub names: Vec<Ident>,
    /// Binds each name to what was read, an `Option`.
    pub read: TokenStream,
    /// Marks the fields as known.
    pub know: TokenStream,
    /// Adds the fields to each of `variants`.
    pub variants: TokenStream,
    first: Option<TokenStream>,
}

impl Described {
    pub fn new(fields: &Fields) -> syn::Result<Self> {
        let mut all = Self {
            names: Vec::new(),
            read: TokenStream::new(),
            know: TokenStream::new(),
            variants: TokenStream::new(),
            first: None,
        };
        for field in fields {
            let Some(ident) = &field.ident else { continue };
            all.add(ident, field)?;
        }
        Ok(all)
    }

    /// The name of the first field.
    pub fn first(&self) -> TokenStream {
        self.first.clone().unwrap_or_else(|| quote! { "" })
    }

    fn add(&mut self, ident: &Ident, field: &syn::Field) -> syn::Result<()> {
        let attributes = Field::read(&field.attrs)?;
        let ty = &field.ty;
        self.names.push(ident.clone());
        if let Some(set) = &attributes.set {
            self.read.extend(quote! {
                let #ident: Option<#ty> = {
                    // Named, so that the closure's argument has its type.
                    let set: fn(&::describe::Fields<'_, '_>) -> #ty = #set;
                    Some(set(fields))
                };
            });
            return Ok(());
        }
        if attributes.flatten {
            self.read.extend(quote! {
                let #ident = <#ty as ::describe::Object>::read(fields);
            });
            self.know
                .extend(quote! { <#ty as ::describe::Object>::know(fields); });
            self.variants.extend(quote! {
                let parts = <#ty as ::describe::Object>::variants(definitions);
                variants = ::describe::derived::flatten(&variants, &parts);
            });
            self.first
                .get_or_insert(quote! { <#ty as ::describe::Object>::first() });
            return Ok(());
        }
        let name = match &attributes.name {
            Some(name) => name.value(),
            None => ident.to_string().trim_start_matches("r#").to_owned(),
        };
        let value = value(&attributes, &name, ty, &documentation(&field.attrs))?;
        let (read, row) = (value.read, value.row);
        self.read
            .extend(quote! { let #ident: Option<#ty> = #read; });
        self.know.extend(quote! { fields.know(#name); });
        self.variants.extend(quote! {
            let row = #row;
            for variant in &mut variants {
                variant.rows.push(row.clone());
            }
        });
        self.first.get_or_insert(quote! { #name });
        Ok(())
    }
}

/// The code for one field.
pub struct Value {
    /// Reads it from `fields`.
    pub read: TokenStream,
    /// Its row, with `definitions`.
    pub row: TokenStream,
}

pub fn value(attributes: &Field, name: &str, ty: &Type, description: &str) -> syn::Result<Value> {
    let form = attributes.form.as_ref().unwrap_or(ty);
    let rule = attributes.rule(name)?;
    let (shown, absent) = (attributes.shown(), attributes.absent());
    let defaulted = absent.is_some();
    let examples = match &attributes.examples {
        Some(examples) => quote! { Some(::describe::derived::json!(#examples)) },
        None => quote! { None },
    };
    let read = match absent {
        Some(absent) => quote! { fields.read_or::<#ty, #form>(&RULE, #absent) },
        None => quote! { fields.read::<#ty, #form>(&RULE) },
    };
    Ok(Value {
        read: quote! {{
            const RULE: ::describe::Rule = #rule;
            #read
        }},
        row: quote! {{
            const RULE: ::describe::Rule = #rule;
            ::describe::derived::row::<#ty, #form>(
                definitions, &RULE, #description, #shown, #defaulted, #examples,
            )
        }},
    })
}
