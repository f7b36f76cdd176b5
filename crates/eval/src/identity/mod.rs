//! By what rows, sets of rows and ledgers are recognised, whatever they are called.

mod look;
mod marks;
mod row_hash;

pub(crate) use look::{LedgerId, Look};
pub(crate) use marks::{RowMarks, contents, ids, of_set, parts};
pub use row_hash::RowHash;
