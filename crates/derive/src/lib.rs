//! Configs by declaration: one field is one option, and everything else about it is written here.
//!
//! [`options`](macro@options) goes on a struct, [`Choices`](derive@Choices) on an enum that is the
//! type of an option. Use both as `midfuse_base::{Choices, options}`; what they write names
//! `::midfuse_base`, so the crate needs that dependency.
//! A whole example stands at the trait `midfuse_base::Options`.
#![deny(missing_docs)]

mod choices;
mod declaration;
mod describe;
mod docs;
mod expand;
mod range;

use proc_macro::TokenStream;

/// Writes what follows from the fields of a config.
///
/// It goes **above** `#[derive(..)]`, and writes
///
/// - `#[serde(default)]` of each field with a default, where the struct derives `Deserialize`;
/// - `with_<field>(value)` for each field with a default. It takes `impl Into<T>` where `T` is a
///   `Vec`, a `String` or a `PathBuf`, the same inside an `Option`, and `impl Into<Option<T>>` for
///   other options that may be unset, so that `with_d_ff(64)` and `with_d_ff(None)` both do;
/// - `new(..)`, where its doc is given, from the fields without a default and those marked `new`, in
///   the order of the declaration; `Default` where every field has a default;
/// - the sentence on default and range at the end of each field's doc, and the table of all at the
///   end of the struct's;
/// - `impl Options`: the list of all options and the checks of their ranges, and `impl OptionValue`
///   where the struct derives `Serialize`.
///
/// # On the struct
///
/// | Argument | Meaning |
/// |---|---|
/// | `new = "A head of this width."` | write `new`, with this doc |
/// | `builder` | setters, `new` and docs only: fields may have any type, nothing is listed or checked |
///
/// # On a field, in `#[option(..)]`
///
/// | Argument | Meaning |
/// |---|---|
/// | `default = EXPR` | its default; without one it is required. An `Option` needs one, or `unset` |
/// | `unset = "the width"` | of an `Option`: its default is `None`, and this takes its place |
/// | `source = "PyTorch"` | where the default comes from |
/// | `range = RANGE` | what is accepted; see below |
/// | `search = [0.0, 0.1]`, `search = log(1e-4, 1.0)` | what is tried where a study names no search; also `linear(..)` |
/// | `multiple_of = FIELD` | checked after all ranges |
/// | `rule = "at most `d_in`"` | a rule across fields that the config checks itself, for the docs |
/// | `new` | an argument of `new` in spite of its default, so it has no setter |
/// | `no_setter` | the config writes a setter of its own, or none |
/// | `skip` | no option: starts at its `Default`, and is not listed |
///
/// # Ranges
///
/// | Range | Of | Holds |
/// |---|---|---|
/// | `positive` | whole numbers | 1 to `MAX_SIZE` |
/// | `1..`, `1..=9` | whole numbers | from 1; from 1 to 9 |
/// | `odd(1..=9)`, `multiples(8, 8..=64)` | whole numbers | odd ones, multiples |
/// | `one_of(18, 34, 50)` | whole numbers | these |
/// | `probability` | real numbers | `[0, 1)` |
/// | `above_zero`, `non_negative` | real numbers | finite and above zero; zero, too |
/// | `0.0..1.0`, `0.0..=1.0` | real numbers | with and without the upper end |
/// | `one_or_more(RANGE, "at least one block")` | a `Vec` | not empty, each in `RANGE`; the text is what the error says |
///
/// On a `Vec` a range is that of each element; on an `Option`, that of a value which is set.
#[proc_macro_attribute]
pub fn options(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::options(arguments.into(), item.into()).into()
}

/// Makes an enum the type of an option: its choices are the variants' names in files, as serde's
/// `rename_all` and `rename` give them, each with the first sentence of its doc.
#[proc_macro_derive(Choices, attributes(serde))]
pub fn choices(item: TokenStream) -> TokenStream {
    choices::derive(item.into())
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
