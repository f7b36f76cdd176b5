//! `#[derive(Choices)]`: the names of an enum in files.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Error, LitStr, Result, Token};

use crate::describe::{doc, first_sentence};

pub(crate) fn derive(item: TokenStream) -> Result<TokenStream> {
    let input: DeriveInput = syn::parse2(item)?;
    let Data::Enum(data) = &input.data else {
        let mend = "`Choices` is for enums; put `#[options]` on a struct";
        return Err(Error::new_spanned(&input.ident, mend));
    };
    let rule = serde_text(&input.attrs, "rename_all")?;
    let mut choices = Vec::new();
    for variant in &data.variants {
        let name = match serde_text(&variant.attrs, "rename")? {
            Some(name) => name.value(),
            None => renamed(&variant.ident.to_string(), rule.as_ref())?,
        };
        let meaning = first_sentence(&doc(&variant.attrs));
        choices.push(quote!(::midfuse_base::ChoiceInfo { name: #name, meaning: #meaning }));
    }
    let ident = &input.ident;
    let (generics, arguments, conditions) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics ::midfuse_base::OptionValue for #ident #arguments #conditions {
            fn kind() -> ::midfuse_base::OptionKind {
                ::midfuse_base::OptionKind::Choice { choices: ::std::vec![#(#choices),*] }
            }
        }
    })
}

/// The text of `#[serde(KEY = "..")]`.
fn serde_text(attributes: &[Attribute], key: &str) -> Result<Option<LitStr>> {
    let mut found = None;
    for attribute in attributes.iter().filter(|a| a.path().is_ident("serde")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("untagged") {
                return Err(meta.error("the choices of an untagged enum have no names"));
            }
            if meta.input.peek(Token![=]) {
                let value: syn::Lit = meta.value()?.parse()?;
                if let (true, syn::Lit::Str(text)) = (meta.path.is_ident(key), value) {
                    found = Some(text);
                }
            } else if meta.path.is_ident(key) {
                let mend = format!("`Choices` reads `{key} = \"..\"`");
                return Err(meta.error(mend));
            } else if meta.input.peek(syn::token::Paren) {
                let inner;
                syn::parenthesized!(inner in meta.input);
                inner.parse::<TokenStream>()?;
            }
            Ok(())
        })?;
    }
    Ok(found)
}

/// The name of a variant after serde's `rename_all`.
fn renamed(variant: &str, rule: Option<&LitStr>) -> Result<String> {
    let separated = |separator: char| {
        let mut name = String::new();
        for (i, letter) in variant.char_indices() {
            if i > 0 && letter.is_uppercase() {
                name.push(separator);
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    };
    let Some(rule) = rule else {
        return Ok(variant.to_owned());
    };
    match rule.value().as_str() {
        "kebab-case" => Ok(separated('-')),
        "snake_case" => Ok(separated('_')),
        "lowercase" => Ok(variant.to_ascii_lowercase()),
        "PascalCase" => Ok(variant.to_owned()),
        other => Err(Error::new(
            rule.span(),
            format!(
                "`Choices` knows kebab-case, snake_case, lowercase and PascalCase, not {other}"
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(source: &str) -> std::result::Result<String, String> {
        let item: TokenStream = source.parse().unwrap();
        derive(item)
            .map(|tokens| tokens.to_string())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn names_and_meanings() {
        let written = names(
            "#[serde(rename_all = \"kebab-case\", tag = \"t\")] enum E { \
             /// The tanh form. Fast.\n GeluTanh, #[serde(rename = \"x\", default)] B { c: i64 } }",
        )
        .unwrap();
        assert!(written.contains("name : \"gelu-tanh\" , meaning : \"The tanh form\""));
        assert!(written.contains("name : \"x\" , meaning : \"\""));
        assert!(names("enum E { A }").unwrap().contains("\"A\""));
    }

    #[test]
    fn what_has_no_names_is_refused() {
        let error = names("struct S;").unwrap_err();
        assert!(error.contains("put `#[options]` on a struct"), "{error}");
        let error = names("#[serde(rename_all = \"UPPERCASE\")] enum E { A }").unwrap_err();
        assert!(error.contains("not UPPERCASE"), "{error}");
        let error = names("#[serde(untagged)] enum E { A }").unwrap_err();
        assert!(error.contains("have no names"), "{error}");
    }
}
