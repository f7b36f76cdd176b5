//! Text for readers: first sentences, defaults as they are written, tables.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::{Attribute, Expr, Lit, Meta};

/// The text of the doc comments among `attributes`.
pub(crate) fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        match &pair.value {
            Expr::Lit(expr) if pair.path.is_ident("doc") => match &expr.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The first sentence of a doc, on one line, without its dot and without links. A dot ends a
/// sentence where a capital or nothing follows, so "et al. 2017" goes on.
pub(crate) fn first_sentence(doc: &str) -> String {
    let paragraph = doc.split("\n\n").next().unwrap_or_default();
    let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.match_indices(". ").find(|(at, _)| {
        let next = line.get(at + 2..).and_then(|rest| rest.chars().next());
        next.is_some_and(char::is_uppercase)
    });
    let sentence = end
        .and_then(|(at, _)| line.get(..at))
        .unwrap_or_else(|| line.strip_suffix('.').unwrap_or(&line));
    without_links(sentence)
}

/// ``[`a`](b)`` and ``[`a`]`` become `` `a` ``.
fn without_links(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[`") {
        shown.push_str(before);
        let Some((name, after)) = after.split_once("`]") else {
            shown.push_str("[`");
            rest = after;
            continue;
        };
        shown.push('`');
        shown.push_str(name);
        shown.push('`');
        let target = after.strip_prefix('(').and_then(|to| to.split_once(')'));
        rest = target.map_or(after, |(_, after)| after);
    }
    shown + rest
}

/// Tokens as a person writes them: `[16, 32]`, `4.0 / 3.0`, `Activation::Relu`.
pub(crate) fn source(tokens: TokenStream) -> String {
    let mut text = String::new();
    let (mut word, mut joint) = (false, false);
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => (" { ", " }"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                text.push_str(&source(group.stream()));
                text.push_str(close);
                (word, joint) = (true, false);
            }
            TokenTree::Punct(punct) => {
                let binary = word && !joint && matches!(punct.as_char(), '+' | '-' | '*' | '/');
                match punct.as_char() {
                    ',' => text.push_str(", "),
                    sign if binary => {
                        text.push(' ');
                        text.push(sign);
                        text.push(' ');
                    }
                    sign => text.push(sign),
                }
                (word, joint) = (false, punct.spacing() == Spacing::Joint);
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) => {
                if word {
                    text.push(' ');
                }
                let token = token.to_string();
                let is_number = token.starts_with(|first: char| first.is_ascii_digit());
                text.push_str(&if is_number {
                    token.replace('_', "")
                } else {
                    token
                });
                (word, joint) = (true, false);
            }
        }
    }
    text.trim_end_matches([' ', ',']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_at_a_dot_before_a_capital() {
        let cases = [
            ("Width of the tokens.", "Width of the tokens"),
            ("Width, see\nbelow. More.", "Width, see below"),
            (
                "As Vaswani et al. 2017 do. So.",
                "As Vaswani et al. 2017 do",
            ),
            ("A multiple of 1.5 or so", "A multiple of 1.5 or so"),
            ("One.\n\nTwo.", "One"),
            ("From [`a`](Self::a) to [`b`].", "From `a` to `b`"),
            ("", ""),
        ];
        for (doc, sentence) in cases {
            assert_eq!(first_sentence(doc), sentence);
        }
    }

    #[test]
    fn tokens_are_shown_as_they_are_written() {
        let cases = [
            "Activation::Relu",
            "[16, 32]",
            "4.0 / 3.0",
            "-1",
            "1e-3",
            "None",
            "Some(1.0)",
            "\"cpu\"",
            "Seed(0)",
            "f(1, -x)",
        ];
        for case in cases {
            let tokens: TokenStream = case.parse().unwrap();
            assert_eq!(source(tokens), case);
        }
        assert_eq!(source("30_000".parse().unwrap()), "30000");
        assert_eq!(source("vec![1,2,]".parse().unwrap()), "vec![1, 2]");
    }
}
