//! The grammar of ranges: how they are written, shown, and checked.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, Lit, LitStr, Result, Token, parenthesized};

/// A range as it is written in `#[option(range = ..)]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Range {
    Positive,
    AtLeast(i64),
    Within(i64, i64),
    Odd(i64, i64),
    Multiples(i64, i64, i64),
    OneOf(Vec<i64>),
    Probability,
    AboveZero,
    NonNegative,
    HalfOpen(f64, f64),
    Closed(f64, f64),
    OneOrMore(Box<Range>, String),
}

const NAMES: &str = "`positive`, `probability`, `above_zero`, `non_negative`, `odd(1..=9)`, \
                     `multiples(8, 8..=64)`, `one_of(18, 34)`, `one_or_more(RANGE)`, or numbers \
                     such as `1..`, `1..=9`, `0.0..1.0`, `0.0..=1.0`";

impl Parse for Range {
    fn parse(input: ParseStream) -> Result<Self> {
        if !input.peek(Ident) {
            return ends(input);
        }
        let name: Ident = input.parse()?;
        match name.to_string().as_str() {
            "positive" => Ok(Self::Positive),
            "probability" => Ok(Self::Probability),
            "above_zero" => Ok(Self::AboveZero),
            "non_negative" => Ok(Self::NonNegative),
            "odd" => {
                let inner;
                parenthesized!(inner in input);
                let (least, most) = integers(&inner)?;
                Ok(Self::Odd(least, most))
            }
            "multiples" => {
                let inner;
                parenthesized!(inner in input);
                let of = integer(&inner)?;
                inner.parse::<Token![,]>()?;
                let (least, most) = integers(&inner)?;
                Ok(Self::Multiples(of, least, most))
            }
            "one_of" => {
                let inner;
                parenthesized!(inner in input);
                let values = inner.parse_terminated(integer, Token![,])?;
                Ok(Self::OneOf(values.into_iter().collect()))
            }
            "one_or_more" => {
                let inner;
                parenthesized!(inner in input);
                let each = inner.parse()?;
                let mut expected = "at least one".to_owned();
                if inner.peek(Token![,]) {
                    inner.parse::<Token![,]>()?;
                    expected = inner.parse::<LitStr>()?.value();
                }
                Ok(Self::OneOrMore(Box::new(each), expected))
            }
            _ => Err(Error::new(
                name.span(),
                format!("no range `{name}`: expected {NAMES}"),
            )),
        }
    }
}

/// `1..`, `1..=9`, `0.0..1.0`, `0.0..=1.0`.
fn ends(input: ParseStream) -> Result<Range> {
    let (from, span) = (number(input)?, input.span());
    if input.peek(Token![..=]) {
        input.parse::<Token![..=]>()?;
        return match (from, number(input)?) {
            (Number::Integer(least), Number::Integer(most)) => Ok(Range::Within(least, most)),
            (Number::Real(from), Number::Real(to)) => Ok(Range::Closed(from, to)),
            _ => Err(Error::new(span, "one end is whole and the other is real")),
        };
    }
    input.parse::<Token![..]>()?;
    match (from, !input.is_empty() && !input.peek(Token![,])) {
        (Number::Integer(least), false) => Ok(Range::AtLeast(least)),
        (Number::Integer(_), true) => {
            let mend = "write `..=` and the largest number that is accepted";
            Err(Error::new(span, mend))
        }
        (Number::Real(_), false) => {
            let mend = "write `above_zero` or `non_negative`, or both ends";
            Err(Error::new(span, mend))
        }
        (Number::Real(from), true) => match number(input)? {
            Number::Real(to) => Ok(Range::HalfOpen(from, to)),
            Number::Integer(_) => Err(Error::new(span, "one end is real and the other is whole")),
        },
    }
}

enum Number {
    Integer(i64),
    Real(f64),
}

fn number(input: ParseStream) -> Result<Number> {
    let sign = input.parse::<Option<Token![-]>>()?.map_or(1, |_| -1);
    let expected = format!("expected {NAMES}");
    match input.parse() {
        Ok(Lit::Int(value)) => Ok(Number::Integer(sign * value.base10_parse::<i64>()?)),
        Ok(Lit::Float(value)) => {
            let value: f64 = value.base10_parse()?;
            Ok(Number::Real(if sign < 0 { -value } else { value }))
        }
        Ok(other) => Err(Error::new(other.span(), expected)),
        Err(error) => Err(Error::new(error.span(), expected)),
    }
}

fn integer(input: ParseStream) -> Result<i64> {
    let span = input.span();
    match number(input)? {
        Number::Integer(value) => Ok(value),
        Number::Real(_) => Err(Error::new(span, "expected a whole number")),
    }
}

fn integers(input: ParseStream) -> Result<(i64, i64)> {
    let span = input.span();
    match ends(input)? {
        Range::Within(least, most) => Ok((least, most)),
        _ => Err(Error::new(span, "expected whole numbers, `1..=9`")),
    }
}

impl Range {
    /// As tables show it, in Markdown; `list` = each element lies in it.
    pub(crate) fn text(&self, list: bool) -> String {
        let text = match self {
            Self::Positive => "`>= 1`".to_owned(),
            Self::AtLeast(least) => format!("`>= {least}`"),
            Self::Within(least, most) => format!("`{least}..={most}`"),
            Self::Odd(least, most) => format!("odd, `{least}..={most}`"),
            Self::Multiples(of, least, most) => format!("multiples of {of} in `{least}..={most}`"),
            Self::OneOf(values) => {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                values.join(", ")
            }
            Self::Probability => "`[0, 1)`".to_owned(),
            Self::AboveZero => "`> 0`".to_owned(),
            Self::NonNegative => "`>= 0`".to_owned(),
            Self::HalfOpen(from, to) => format!("`[{from}, {to})`"),
            Self::Closed(from, to) => format!("`[{from}, {to}]`"),
            Self::OneOrMore(each, _) => return format!("one or more, {}", each.text(true)),
        };
        if list { format!("each {text}") } else { text }
    }

    /// The statements that check the field `name` of `self`.
    pub(crate) fn check(&self, field: &Ident, name: &str) -> TokenStream {
        let range = match self {
            Self::Positive => quote!(Integers::Positive),
            Self::AtLeast(least) => quote!(Integers::AtLeast(#least)),
            Self::Within(least, most) => quote!(Integers::Within { least: #least, most: #most }),
            Self::Odd(least, most) => quote!(Integers::Odd { least: #least, most: #most }),
            Self::Multiples(of, least, most) => {
                quote!(Integers::Multiples { of: #of, least: #least, most: #most })
            }
            Self::OneOf(values) => quote!(Integers::OneOf(&[#(#values),*])),
            Self::Probability => quote!(Numbers::Probability),
            Self::AboveZero => quote!(Numbers::AboveZero),
            Self::NonNegative => quote!(Numbers::NonNegative),
            Self::HalfOpen(from, to) => quote!(Numbers::HalfOpen { from: #from, to: #to }),
            Self::Closed(from, to) => quote!(Numbers::Closed { from: #from, to: #to }),
            Self::OneOrMore(each, expected) => {
                let each = each.check(field, name);
                return quote! {
                    check.one_or_more(#name, &self.#field, #expected)?;
                    #each
                };
            }
        };
        // At the field, so that an error about its type points there.
        quote_spanned! {Span::call_site().located_at(field.span())=>
            ::midfuse_base::Checked::check(&self.#field, &::midfuse_base::#range, check, #name)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str) -> std::result::Result<String, String> {
        let range: Result<Range> = syn::parse_str(source);
        range
            .map(|range| range.text(false))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn each_form_is_shown_as_readers_know_it() {
        let cases = [
            ("positive", "`>= 1`"),
            ("0..", "`>= 0`"),
            ("1..=65_535", "`1..=65535`"),
            ("-1..=1", "`-1..=1`"),
            ("odd(1..=63)", "odd, `1..=63`"),
            ("multiples(8, 8..=1024)", "multiples of 8 in `8..=1024`"),
            ("one_of(18, 34, 50)", "18, 34, 50"),
            ("probability", "`[0, 1)`"),
            ("0.5..1.0", "`[0.5, 1)`"),
            ("-0.5..=1.0", "`[-0.5, 1]`"),
            ("one_or_more(positive)", "one or more, each `>= 1`"),
        ];
        for (source, shown) in cases {
            assert_eq!(text(source).as_deref(), Ok(shown), "{source}");
        }
        let each: Range = syn::parse_str("positive").unwrap();
        assert_eq!(each.text(true), "each `>= 1`");
    }

    #[test]
    fn errors_say_what_to_write() {
        let cases = [
            ("postive", "no range `postive`: expected `positive`"),
            ("1..9", "write `..=` and the largest number"),
            ("0.0..", "write `above_zero` or `non_negative`"),
            ("0..=1.0", "one end is whole and the other is real"),
            ("\"1\"", "expected `positive`"),
            ("odd(1..)", "expected whole numbers, `1..=9`"),
            ("one_of(1.5)", "expected a whole number"),
        ];
        for (source, message) in cases {
            let error = text(source).unwrap_err();
            assert!(error.starts_with(message), "{source}: {error}");
        }
    }
}
