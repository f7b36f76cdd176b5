//! Why predictions cannot be scored.

use crate::ledger::LedgerError;
use crate::view::{Role, Test};
use midfuse_metrics::metric::MetricError;

/// Predictions that cannot be scored on a view.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScoreError {
    /// The model was fitted, stopped or chosen on a row that it is scored on.
    #[error(
        "row {id:?}: the model has seen the row that it is scored on; score it on rows outside its train view"
    )]
    Leak {
        /// Id of the row.
        id: String,
    },
    /// A row of the view was not predicted.
    #[error("row {id:?}: not among the predictions; predict the view that is scored")]
    NotPredicted {
        /// Id of the row.
        id: String,
    },
    /// A row with more or fewer scores than the task has, or with one that is not a number.
    #[error("row {id:?}: expected {expected} scores, none of them NaN, got {got:?}")]
    Scores {
        /// Id of the row.
        id: String,
        /// Number that the task has.
        expected: usize,
        /// What came.
        got: Vec<f64>,
    },
    /// More or fewer rows than were asked for.
    #[error("expected predictions of {expected} rows, got {got}; the worker and the job disagree")]
    Rows {
        /// Number that was asked for.
        expected: usize,
        /// Number that came.
        got: usize,
    },
    /// Out-of-fold predictions that do not cover every row once.
    #[error(
        "row {id:?}: predicted in {times} folds, expected one; join the predictions of every fold of one cross-validation"
    )]
    Coverage {
        /// Id of the row.
        id: String,
        /// How often it was predicted.
        times: usize,
    },
    /// The metric has no value on these test rows; why would show their targets, so it is not said.
    #[error(
        "the metric has no value on these {role} rows; it may need rows of every class in each fold (stratify the split), one target in each group (or Unit::RowsAveragedInGroup), or smaller predictions"
    )]
    Undefined {
        /// Role of the rows.
        role: &'static str,
    },
    /// The metric refuses the predictions.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// The disclosure could not be recorded.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl ScoreError {
    /// A refusal of the metric, without what it says of the targets where the rows are test rows:
    /// nothing of them is seen but through `disclose`.
    pub(super) fn of_role<R: Role>(error: MetricError) -> Self {
        let shows_targets = matches!(
            error,
            MetricError::OneClass { .. }
                | MetricError::ClassAbsent { .. }
                | MetricError::GroupTargetVaries { .. }
                | MetricError::Undefined { .. }
        );
        if shows_targets && R::NAME == Test::NAME {
            Self::Undefined { role: R::NAME }
        } else {
            Self::Metric(error)
        }
    }
}
