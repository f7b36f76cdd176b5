//! The ledger: what was sealed, opened and disclosed, in a file that lies with the cohort.
//!
//! JSON lines, each with the hash of the line before it, appended under a lock and synced. Rows are
//! known by what they hold and by their ids, so a test set is recognised with rows dropped, reordered
//! or renamed.

mod chain;
mod declare;
mod entry;
mod error;
mod family;
mod file;
mod head;
mod plan;
mod query;
mod record;

pub use chain::Entry;
pub use declare::Declaration;
pub use entry::Event;
pub use error::LedgerError;
pub use family::{FamilyError, Judged, judge_family};
pub use plan::{Plan, PlannedComparison};
pub use record::Ledger;
