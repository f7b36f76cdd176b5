//! The code that `#[options]` writes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Ident, Meta, Token, parse_quote};

use crate::declaration::{Arguments, Declared, Shape, take};
use crate::describe::{doc, first_sentence};
use crate::docs::{self, for_each_field, range_text};

/// The struct and what follows from it. Beside an error stands the bare struct, so that it is the
/// only one.
pub(crate) fn options(arguments: TokenStream, tokens: TokenStream) -> TokenStream {
    let mut item: DeriveInput = match syn::parse2(tokens.clone()) {
        Ok(item) => item,
        Err(error) => {
            let error = error.to_compile_error();
            return quote!(#error #tokens);
        }
    };
    match expand(arguments, &mut item) {
        Ok(written) => quote!(#item #written),
        Err(error) => {
            let error = error.to_compile_error();
            quote!(#error #item)
        }
    }
}

fn expand(arguments: TokenStream, item: &mut DeriveInput) -> syn::Result<TokenStream> {
    let arguments = Arguments::parse(arguments);
    let fields = take(item, arguments.as_ref().unwrap_or(&Arguments::default()));
    let (arguments, fields) = (arguments?, fields?);
    if derives(item, "Deserialize")? {
        write_serde_defaults(item, &fields);
    }
    docs::write(item, &fields);

    let (ident, vis) = (&item.ident, &item.vis);
    let (generics, names, conditions) = item.generics.split_for_impl();
    let defaults = fields.iter().filter_map(default_function);
    let setters = fields.iter().filter_map(|field| setter(field, vis));
    let new = arguments
        .new
        .as_ref()
        .map(|doc| constructor(&fields, doc, vis));
    let mut written = quote! {
        #[automatically_derived]
        impl #generics #ident #names #conditions {
            #(#defaults)*
            #new
            #(#setters)*
        }
    };
    let all_set = fields
        .iter()
        .all(|field| field.skip || field.default.is_some());
    if all_set && !derives(item, "Default")? {
        let values = fields.iter().map(initial);
        written.extend(quote! {
            #[automatically_derived]
            impl #generics ::core::default::Default for #ident #names #conditions {
                fn default() -> Self {
                    Self { #(#values),* }
                }
            }
        });
    }
    if arguments.builder {
        return Ok(written);
    }
    let listed: Vec<_> = fields.iter().filter(|field| !field.skip).collect();
    let infos = listed.iter().map(|field| info(field));
    let checks = listed.iter().filter_map(|field| {
        let range = field.range.as_ref()?;
        Some(range.check(&field.ident, &field.name))
    });
    let multiples = listed.iter().filter_map(|field| {
        let (ident, name, divisor) = (&field.ident, &field.name, field.multiple_of.as_ref()?);
        let by = divisor.to_string();
        Some(quote!(check.divisible(#name, self.#ident, #by, self.#divisor)?;))
    });
    written.extend(quote! {
        #[automatically_derived]
        impl #generics ::midfuse_base::Options for #ident #names #conditions {
            fn options() -> ::std::vec::Vec<::midfuse_base::OptionInfo> {
                ::std::vec![#(#infos),*]
            }

            fn check_options(
                &self,
                check: ::midfuse_base::Validate,
            ) -> ::core::result::Result<(), ::midfuse_base::ConfigError> {
                let _ = check;
                #(#checks)*
                #(#multiples)*
                ::core::result::Result::Ok(())
            }
        }
    });
    if derives(item, "Serialize")? {
        written.extend(quote! {
            #[automatically_derived]
            impl #generics ::midfuse_base::OptionValue for #ident #names #conditions {
                fn kind() -> ::midfuse_base::OptionKind {
                    ::midfuse_base::OptionKind::Table {
                        options: <Self as ::midfuse_base::Options>::options(),
                    }
                }
            }
        });
    }
    Ok(written)
}

/// Whether `name` is among the derived traits.
fn derives(item: &DeriveInput, name: &str) -> syn::Result<bool> {
    let mut found = false;
    for attribute in item.attrs.iter().filter(|a| a.path().is_ident("derive")) {
        let Meta::List(list) = &attribute.meta else {
            continue;
        };
        let paths = list.parse_args_with(
            syn::punctuated::Punctuated::<syn::Path, Token![,]>::parse_terminated,
        )?;
        found |= paths.iter().any(|path| {
            let last = path.segments.last();
            last.is_some_and(|last| last.ident == name)
        });
    }
    Ok(found)
}

fn default_name(field: &Declared) -> Ident {
    format_ident!("default_{}", field.ident)
}

fn default_function(field: &Declared) -> Option<TokenStream> {
    let (name, ty, value) = (default_name(field), &field.ty, field.default.as_ref()?);
    let value = match field.shape() {
        Shape::Into => quote!(<#ty as ::core::convert::From<_>>::from(#value)),
        Shape::Plain | Shape::Optional | Shape::OptionalInto(_) => value.clone(),
    };
    Some(quote! {
        #[allow(clippy::unnecessary_wraps, reason = "the default has the type of the field")]
        fn #name() -> #ty {
            #value
        }
    })
}

/// `field: its default`, in a struct expression.
fn initial(field: &Declared) -> TokenStream {
    let (ident, default) = (&field.ident, default_name(field));
    if field.skip {
        quote!(#ident: ::core::default::Default::default())
    } else {
        quote!(#ident: Self::#default())
    }
}

fn constructor(fields: &[Declared], doc: &syn::LitStr, vis: &syn::Visibility) -> TokenStream {
    let arguments = fields.iter().filter(|field| field.new).map(|field| {
        let (ident, ty) = (&field.ident, &field.ty);
        match field.shape() {
            Shape::Into => quote!(#ident: impl ::core::convert::Into<#ty>),
            Shape::Plain | Shape::Optional | Shape::OptionalInto(_) => quote!(#ident: #ty),
        }
    });
    let values = fields.iter().map(|field| {
        let ident = &field.ident;
        match (field.new, field.shape()) {
            (false, _) => initial(field),
            (true, Shape::Into) => quote!(#ident: #ident.into()),
            (true, Shape::Plain | Shape::Optional | Shape::OptionalInto(_)) => quote!(#ident),
        }
    });
    quote! {
        #[doc = #doc]
        #vis fn new(#(#arguments),*) -> Self {
            Self { #(#values),* }
        }
    }
}

fn setter(field: &Declared, vis: &syn::Visibility) -> Option<TokenStream> {
    if field.default.is_none() || field.new || field.no_setter {
        return None;
    }
    let (ident, ty) = (&field.ident, &field.ty);
    let name = format_ident!("with_{ident}");
    let (ty, value) = match field.shape() {
        Shape::Plain => (quote!(#ty), quote!(#ident)),
        Shape::Into | Shape::Optional => (
            quote!(impl ::core::convert::Into<#ty>),
            quote!(#ident.into()),
        ),
        Shape::OptionalInto(inner) => (
            quote!(impl ::core::convert::Into<#inner>),
            quote!(::core::option::Option::Some(#ident.into())),
        ),
    };
    let doc = if field.public {
        format!("Sets [`{ident}`](Self::{ident}).")
    } else {
        format!("Sets `{ident}`.")
    };
    Some(quote! {
        #[doc = #doc]
        #[must_use]
        #vis fn #name(mut self, #ident: #ty) -> Self {
            self.#ident = #value;
            self
        }
    })
}

fn info(field: &Declared) -> TokenStream {
    let (name, ty) = (&field.name, &field.ty);
    let meaning = first_sentence(&doc(&field.docs));
    let default = field.default.as_ref().map(|_| {
        let (default, source) = (default_name(field), &field.source);
        quote!(.or(&Self::#default(), #source))
    });
    let unset = &field.unset;
    let unset = (!unset.is_empty()).then(|| quote!(.unset(#unset)));
    let range = range_text(field);
    let range = (!range.is_empty()).then(|| quote!(.within(#range)));
    let search = field.search.as_ref().map(|search| quote!(.tried(#search)));
    let multiple = field.multiple_of.as_ref().map(|divisor| {
        let divisor = divisor.to_string();
        quote!(.multiple_of(#divisor))
    });
    let info = quote_spanned!(ty.span()=>
        ::midfuse_base::OptionInfo::required::<#ty>(#name, #meaning)
    );
    quote!(#info #default #unset #range #search #multiple)
}

fn write_serde_defaults(item: &mut DeriveInput, fields: &[Declared]) {
    let (_, names, _) = item.generics.split_for_impl();
    let (ident, names) = (item.ident.clone(), names.as_turbofish());
    let ident = quote!(#ident #names).to_string();
    for_each_field(item, fields, |attributes, field| {
        if field.default.is_some() {
            let path = format!("{ident}::{}", default_name(field)).replace(' ', "");
            attributes.push(parse_quote!(#[serde(default = #path)]));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(arguments: &str, item: &str) -> String {
        let mut item: DeriveInput = syn::parse_str(item).unwrap();
        let error = expand(arguments.parse().unwrap(), &mut item).unwrap_err();
        error.to_string()
    }

    fn written(arguments: &str, item: &str) -> String {
        options(arguments.parse().unwrap(), item.parse().unwrap()).to_string()
    }

    #[test]
    fn errors_say_what_to_write() {
        let cases = [
            ("struct S(i64);", "options are fields with names"),
            ("enum E { A }", "derive `Choices` for an enum"),
            (
                "struct S { #[option(defualt = 1)] a: i64 }",
                "no argument `defualt`",
            ),
            (
                "struct S { a: Option<i64> }",
                "write `#[option(default = None)]`",
            ),
            (
                "struct S { #[option(unset = \"x\")] a: i64 }",
                "only an `Option`",
            ),
            (
                "struct S { #[option(source = \"x\")] a: i64 }",
                "there is no default",
            ),
            ("struct S { #[option(skip, new)] a: i64 }", "is no option"),
            (
                "struct S { #[option(default = 1, new)] a: i64 }",
                "`#[options(new = ",
            ),
            (
                "struct S { #[option(multiple_of = b)] a: i64 }",
                "no field `b`",
            ),
            (
                "struct S { #[serde(rename = \"b\", default)] a: i64 }",
                "write `#[option(default",
            ),
            (
                "struct S { #[option(search = [1, 2])] a: i64 }",
                "what is searched needs a default",
            ),
            (
                "struct S { #[option(default = )] a: i64 }",
                "expected an expression",
            ),
        ];
        for (item, message) in cases {
            let error = error_of("", item);
            assert!(error.contains(message), "{item}: {error}");
        }
        let error = error_of("setters", "struct S { a: i64 }");
        assert_eq!(error, "expected `new = \"its doc\"` or `builder`");
    }

    #[test]
    fn beside_an_error_stands_the_bare_struct() {
        let written = written("", "struct S { #[option(nwe)] a: i64 }");
        assert!(written.contains("compile_error"), "{written}");
        assert!(written.ends_with("struct S { a : i64 }"), "{written}");
    }

    #[test]
    fn docs_end_in_defaults_and_ranges() {
        let written = written(
            "new = \"One.\"",
            "struct S<C> { #[doc = \"Width.\"] #[option(range = positive, multiple_of = n)] pub d: i64, \
             #[option(default = 4, new, source = \"BERT\")] pub n: i64 , \
             #[option(unset = \"`4 * d`\")] f: Option<i64>, \
             #[option(default = [], range = 1..)] w: Vec<usize>, #[option(skip)] c: C }",
        );
        for part in [
            r"| [`d`](Self::d) | required | `>= 1`, a multiple of `n` |",
            r"| [`n`](Self::n) | `4` (BERT), an argument of `new` |  |",
            r"| `f` | `4 * d` |  |",
            r"| `w` | `[]` | each `>= 1` |",
            r"Default: `4` (BERT), an argument of `new`.",
            "fn with_w (mut self , w : impl",
            "fn new (d : i64 , n : i64)",
        ] {
            assert!(written.contains(part), "{part}: {written}");
        }
        assert!(!written.contains("with_n"), "{written}");
        assert!(!written.contains("serde"), "{written}");
    }

    #[test]
    fn serde_defaults_name_the_generic_type() {
        let item = "#[derive(Deserialize)] struct S<C: Cell> { #[option(default = 4)] n: i64 }";
        let written = written("", item);
        assert!(written.contains("S::<C>::default_n"), "{written}");
    }
}
