//! Which ledger rows are bound to, and what of them is looked at.

use std::fmt;
use std::path::PathBuf;

use super::RowHash;

/// Which ledger: a file, or one of this program's memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LedgerId {
    File(PathBuf),
    Memory(u64),
}

impl fmt::Display for LedgerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Memory(number) => write!(f, "memory ({number})"),
        }
    }
}

/// What a disclosure shows: predictions of rows, and the ledger that these rows were sealed in.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) rows: RowHash,
    pub(crate) predictions: RowHash,
    pub(crate) sealed_in: Option<LedgerId>,
}
