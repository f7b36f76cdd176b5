//! What rows are for.

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Train {}
    impl Sealed for super::Valid {}
    impl Sealed for super::Test {}
}

/// What rows are for: [`Train`], [`Valid`] or [`Test`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a role of rows",
    label = "not `Train`, `Valid` or `Test`"
)]
pub trait Role: sealed::Sealed + Send + Sync + 'static {
    /// Name in messages and files.
    const NAME: &'static str;
}

/// Rows to fit on: the only ones whose targets can be read.
#[derive(Debug, Clone, Copy)]
pub struct Train;

/// Rows of an inner fold, inside train: scores on them may rank models.
#[derive(Debug, Clone, Copy)]
pub struct Valid;

/// Rows of an outer fold or of the sealed test set: scores on them may be disclosed, not ranked.
#[derive(Debug, Clone, Copy)]
pub struct Test;

impl Role for Train {
    const NAME: &'static str = "train";
}
impl Role for Valid {
    const NAME: &'static str = "valid";
}
impl Role for Test {
    const NAME: &'static str = "test";
}
