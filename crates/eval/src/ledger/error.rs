//! What can go wrong with a ledger.

use std::io;
use std::path::PathBuf;

/// A ledger that cannot be used, or that refuses.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file cannot be read, locked or written.
    #[error("ledger {path}: {source}; it lies with the cohort, which must be writable")]
    Io {
        /// Path of the ledger.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is not a file, or larger than a ledger gets.
    #[error(
        "ledger {path}: expected a file of at most {limit} bytes, got {got}; move it away if it is none of yours"
    )]
    NotALedger {
        /// Path of the ledger.
        path: PathBuf,
        /// Bytes that are read at most.
        limit: u64,
        /// What is there.
        got: String,
    },
    /// A line that was changed, removed or added by hand.
    #[error(
        "ledger {path}, line {line}: {why}; the ledger was changed by hand, so what it says of the sealed test set can no longer be trusted"
    )]
    Tampered {
        /// Path of the ledger.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// What does not fit.
        why: String,
    },
    /// A line that another version wrote.
    #[error(
        "ledger {path}, line {line}: the event {event:?} is not known to this version; use the version that wrote it, or a later one"
    )]
    UnknownEvent {
        /// Path of the ledger.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// Name of the event.
        event: String,
    },
    /// The test set meets one that was opened before.
    #[error(
        "sealed test set: {shared} of its {rows} rows were opened before (ledger line {line}); a test set opens once, so seal rows that no test set held"
    )]
    OpenedBefore {
        /// Rows that were opened before, by what they hold, by their ids, or by one of their
        /// modalities.
        shared: usize,
        /// Rows of the set.
        rows: usize,
        /// Number of the line that opened them, from 1.
        line: usize,
    },
    /// The test set was not sealed, or another was sealed after it.
    #[error(
        "sealed test set: these rows are not the ones that were sealed last; rows outside the last seal may have been developed on, so seal again"
    )]
    NotSealed,
    /// The plan is not the one that was frozen at sealing.
    #[error(
        "sealed test set: the plan differs from the one that was frozen at sealing ({frozen}); conclude with that one, later comparisons are exploratory"
    )]
    PlanChanged {
        /// Name of the frozen plan's primary metric and its comparisons.
        frozen: String,
    },
    /// Another process is concluding.
    #[error("ledger {path}: another process is concluding now; wait for its result")]
    Busy {
        /// Path of the ledger.
        path: PathBuf,
    },
    /// Rows are disclosed to another ledger than the one that they were sealed in.
    #[error("ledger: these rows were sealed in {sealed}, and not in {got}; disclose to that one")]
    OtherLedger {
        /// The ledger of the seal.
        sealed: String,
        /// The ledger that was passed.
        got: String,
    },
    /// An event that cannot be written as JSON.
    #[error("ledger: {source}")]
    Json {
        /// What serde says.
        #[from]
        source: serde_json::Error,
    },
}
