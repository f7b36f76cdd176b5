//! Why a test set cannot be sealed or opened.

use crate::ledger::LedgerError;
use crate::split::SplitError;

/// A test set that cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The rows cannot be divided so.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// The ledger refuses, or cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The margin of the plan is negative or not a number.
    #[error("plan: expected a margin of at least 0, got {margin}")]
    Margin {
        /// The margin.
        margin: f64,
    },
    /// The sealed rows belong to other data than the rows that were developed on.
    #[error(
        "conclude: the sealed test set was split from other data than these rows; conclude with the two halves of one seal"
    )]
    OtherData,
}
