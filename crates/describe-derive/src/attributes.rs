//! What stands in `#[document(…)]`, and in doc comments.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Expr, ExprRange, Lit, LitStr, Meta, Path, Type};

/// The attributes of a struct or an enum.
#[derive(Default)]
pub struct Container {
    pub expected: Option<LitStr>,
    pub name: Option<LitStr>,
    pub short: Option<LitStr>,
    pub root: bool,
    pub check: Option<Path>,
    pub also: Option<Expr>,
    pub complete: Option<Path>,
    pub tag: Option<LitStr>,
    pub by_key: bool,
}

/// The attributes of a field, or of a variant.
#[derive(Default)]
pub struct Field {
    pub name: Option<LitStr>,
    pub form: Option<Type>,
    pub range: Option<ExprRange>,
    pub items: Option<ExprRange>,
    /// `Some(None)` is `default` without a value.
    pub default: Option<Option<Expr>>,
    /// JSON, as `json!` takes it.
    pub shown: Option<TokenTree>,
    pub required: bool,
    pub exit: bool,
    pub expected: Option<LitStr>,
    /// JSON, as `json!` takes it.
    pub examples: Option<TokenTree>,
    pub flatten: bool,
    pub set: Option<Expr>,
    pub key: Option<LitStr>,
}

fn value<T: syn::parse::Parse>(meta: &ParseNestedMeta) -> syn::Result<T> {
    meta.value()?.parse()
}

fn each(
    attributes: &[Attribute],
    known: &str,
    mut read: impl FnMut(&str, &ParseNestedMeta) -> syn::Result<bool>,
) -> syn::Result<()> {
    for attribute in attributes {
        if !attribute.path().is_ident("document") {
            continue;
        }
        attribute.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string);
            // `as` is a keyword, and so no identifier.
            let name = name.unwrap_or_else(|| meta.path.to_token_stream().to_string());
            if read(&name, &meta)? {
                Ok(())
            } else {
                Err(meta.error(format!(
                    "there is no attribute `{name}` here: expected {known}"
                )))
            }
        })?;
    }
    Ok(())
}

impl Container {
    pub fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut all = Self::default();
        let known =
            "`expected`, `name`, `short`, `root`, `check`, `also`, `complete`, `tag` or `by_key`";
        each(attributes, known, |name, meta| {
            match name {
                "expected" => all.expected = Some(value(meta)?),
                "name" => all.name = Some(value(meta)?),
                "short" => all.short = Some(value(meta)?),
                "root" => all.root = true,
                "check" => all.check = Some(value(meta)?),
                "also" => all.also = Some(value(meta)?),
                "complete" => all.complete = Some(value(meta)?),
                "tag" => all.tag = Some(value(meta)?),
                "by_key" => all.by_key = true,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(all)
    }

    /// What a person is told to write.
    pub fn expected(&self, ident: &syn::Ident) -> syn::Result<&LitStr> {
        self.expected.as_ref().ok_or_else(|| {
            let message =
                "say what a person is to write: #[document(expected = \"an object like { … }\")]";
            syn::Error::new_spanned(ident, message)
        })
    }
}

impl Field {
    pub fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut all = Self::default();
        let known = "`name`, `as`, `range`, `items`, `default`, `shown`, `required`, `exit`, `expected`, `examples`, `flatten`, `set` or `key`";
        each(attributes, known, |name, meta| {
            match name {
                "name" => all.name = Some(value(meta)?),
                "as" => all.form = Some(value(meta)?),
                "range" => all.range = Some(value(meta)?),
                "items" => all.items = Some(value(meta)?),
                "default" if meta.input.peek(syn::Token![=]) => {
                    all.default = Some(Some(value(meta)?));
                }
                "default" => all.default = Some(None),
                "shown" => all.shown = Some(value(meta)?),
                "required" => all.required = true,
                "exit" => all.exit = true,
                "expected" => all.expected = Some(value(meta)?),
                "examples" => all.examples = Some(value(meta)?),
                "flatten" => all.flatten = true,
                "set" => all.set = Some(value(meta)?),
                "key" => all.key = Some(value(meta)?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(all)
    }

    /// The expression that makes the rule of a field.
    pub fn rule(&self, name: &str) -> syn::Result<TokenStream> {
        let mut settings = Vec::new();
        if let Some(range) = &self.range {
            let (low, high) = ends(range)?;
            let (Some(low), Some(high)) = (low, high) else {
                return Err(syn::Error::new_spanned(
                    range,
                    "a range has two ends: 0..=20",
                ));
            };
            settings.push(quote! { range: Some((#low as f64, #high as f64)), });
        }
        if let Some(items) = &self.items {
            let (low, high) = ends(items)?;
            let low = low.map_or(quote! { 0 }, ToTokens::to_token_stream);
            let high = high.map_or(quote! { usize::MAX }, ToTokens::to_token_stream);
            settings.push(quote! { items: Some((#low, #high)), });
        }
        if self.required {
            settings.push(quote! { required: true, });
        }
        if self.exit {
            settings.push(quote! { exit: true, });
        }
        if let Some(expected) = &self.expected {
            settings.push(quote! { expected: Some(#expected), });
        }
        Ok(quote! { ::describe::Rule { #(#settings)* ..::describe::Rule::named(#name) } })
    }

    /// The default as the schema shows it.
    pub fn shown(&self) -> TokenStream {
        let literal = |expr: &Expr| match expr {
            Expr::Lit(_) => true,
            Expr::Unary(unary) => matches!(*unary.expr, Expr::Lit(_)),
            _ => false,
        };
        match (&self.shown, &self.default) {
            (Some(shown), _) => quote! { Some(::describe::derived::json!(#shown)) },
            (None, Some(Some(default))) if literal(default) => {
                quote! { Some(::describe::derived::json!(#default)) }
            }
            _ => quote! { None },
        }
    }

    /// The expression of the default.
    pub fn absent(&self) -> Option<TokenStream> {
        match &self.default {
            None => None,
            Some(None) => Some(quote! { ::core::default::Default::default }),
            Some(Some(Expr::Lit(literal))) if matches!(literal.lit, Lit::Str(_)) => {
                Some(quote! { || ::core::convert::Into::into(#literal) })
            }
            Some(Some(expr)) => Some(quote! { || #expr }),
        }
    }
}

fn ends(range: &ExprRange) -> syn::Result<(Option<&Expr>, Option<&Expr>)> {
    if range.end.is_some() && matches!(range.limits, syn::RangeLimits::HalfOpen(_)) {
        let message = "the last value belongs to the range: write 0..=20";
        return Err(syn::Error::new_spanned(range, message));
    }
    Ok((range.start.as_deref(), range.end.as_deref()))
}

/// The doc comment as one text: paragraphs stay apart, lines are joined.
pub fn documentation(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes {
        let Meta::NameValue(meta) = &attribute.meta else {
            continue;
        };
        if !meta.path.is_ident("doc") {
            continue;
        }
        let Expr::Lit(expr) = &meta.value else {
            continue;
        };
        let Lit::Str(line) = &expr.lit else { continue };
        let line = line.value();
        let line = line.trim();
        if line.is_empty() {
            text.push_str("\n\n");
        } else {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push(' ');
            }
            text.push_str(line);
        }
    }
    text.trim().to_owned()
}

/// `RoundRobin` as `round_robin`.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
