//! The ledger: what was sealed, opened and disclosed, in a file that lies with the cohort.
//!
//! JSON lines, each with the hash of the line before it, appended under a lock and synced. Rows are
//! known by what they hold, so a test set is recognised with rows dropped, reordered or renamed.

mod chain;
mod declare;
mod entry;
mod error;
mod file;
mod query;
mod record;

pub use chain::Entry;
pub use declare::Declaration;
pub use entry::{Comparison, Event, Plan};
pub use error::LedgerError;
pub use record::Ledger;
