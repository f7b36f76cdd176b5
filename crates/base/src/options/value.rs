//! The types that an option can have.

use serde::Serialize;

use super::OptionKind;
use crate::Seed;

/// A type that an option can have. [`#[derive(Choices)]`](derive@crate::Choices) writes it for an
/// enum, [`#[options]`](macro@crate::options) for a table of options.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the type of an option",
    note = "derive `midfuse_base::Choices` for an enum, put `#[midfuse_base::options]` on a struct, or mark the struct of this field `#[options(builder)]`, which lists no options"
)]
pub trait OptionValue: Serialize {
    /// What is written for it.
    fn kind() -> OptionKind;
}

macro_rules! option_values {
    ($($kind:ident: $($ty:ty),+;)+) => {$($(
        impl OptionValue for $ty {
            fn kind() -> OptionKind {
                OptionKind::$kind
            }
        }
    )+)+};
}

option_values! {
    Integer: i64, u64, usize, Seed;
    Number: f64;
    Bool: bool;
    Text: String;
}

impl<T: OptionValue> OptionValue for Option<T> {
    fn kind() -> OptionKind {
        T::kind()
    }
}

impl<T: OptionValue> OptionValue for Vec<T> {
    fn kind() -> OptionKind {
        OptionKind::List {
            of: Box::new(T::kind()),
        }
    }
}
