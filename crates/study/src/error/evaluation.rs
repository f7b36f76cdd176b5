//! What cannot be evaluated honestly.

use std::path::PathBuf;

use midfuse_eval::fold::FoldPanicked;
use midfuse_eval::job::JobError;
use midfuse_eval::ledger::{FamilyError, LedgerError};
use midfuse_eval::predict::ScoreError;
use midfuse_eval::rows::RowsError;
use midfuse_eval::sealed::SealError;
use midfuse_eval::split::SplitError;
use midfuse_metrics::metric::MetricError;

use crate::time_resolution::TimeTooLarge;

/// An evaluation that cannot be done honestly on these rows, or would open a test set twice.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluationError {
    /// The rows contradict what is claimed of them.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// A time that cannot be told from its neighbours.
    #[error(transparent)]
    Time(#[from] TimeTooLarge),
    /// The same, of a cohort.
    #[error("{}: {source}", cohort.display())]
    TimeOf {
        /// Folder of the cohort.
        cohort: PathBuf,
        /// The time.
        source: TimeTooLarge,
    },
    /// The rows cannot be split.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// The same, at one place of the study.
    #[error("{place}: {source}{mend}")]
    SplitAt {
        /// Which split: `repeat 1 fold 2, inner folds`.
        place: String,
        /// Why.
        source: SplitError,
        /// What else may mend it, after `; `.
        mend: &'static str,
    },
    /// Too few rows to decide when to stop.
    #[error("stopping rows: {source}; or write protocol.stop = \"inner\"")]
    StopRows {
        /// Why.
        source: SplitError,
    },
    /// More outer folds than a study runs.
    #[error(
        "outer folds: {folds} are more than the {most} that a study runs; use fewer blocks or another splitter"
    )]
    TooManyFolds {
        /// Outer folds of one repeat.
        folds: usize,
        /// What a study runs.
        most: usize,
    },
    /// The code of a fold panicked.
    #[error(transparent)]
    Panicked(#[from] FoldPanicked),
    /// Views that do not make a job.
    #[error(transparent)]
    Job(#[from] JobError),
    /// A job that names a row which is hidden from workers.
    #[error("row {row:?}: is not among the rows that workers may see")]
    HiddenRow {
        /// Id of the row.
        row: String,
    },
    /// Predictions that cannot be scored or disclosed.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// The prior cannot be scored.
    #[error("{place}, prior: {source}")]
    Prior {
        /// Which fold: `repeat 1 fold 2`.
        place: String,
        /// Why.
        source: ScoreError,
    },
    /// What was predicted beside the columns of the clinic cannot be looked at.
    #[error("{place}: {source}")]
    Nested {
        /// Which model and fold.
        place: String,
        /// Why.
        source: ScoreError,
    },
    /// The metric that is compared has no value.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// The test set of a cohort cannot be sealed.
    #[error("{}: {source}", cohort.display())]
    SealOf {
        /// Folder of the cohort.
        cohort: PathBuf,
        /// Why.
        source: SealError,
    },
    /// The sealed rows cannot be opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The ledger refuses, or cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The comparisons of a plan cannot be judged.
    #[error(transparent)]
    Family(#[from] FamilyError),
}
