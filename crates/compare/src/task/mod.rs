//! Row predictions of each task, one file per task: the columns that target and scores are read from,
//! and the metric that is usual.

mod classification;
mod regression;
mod survival;

use midfuse_base::{Target, Targets, Task};
use midfuse_data::TextTable;
use midfuse_metrics::metric::{Metric, MetricError, Predictions};

use super::columns::Cells;
use crate::error::Result;

/// Row predictions of one task.
pub(super) trait RowTask {
    /// The columns of a table that hold target and scores.
    fn reader<'a>(&'a self, table: &TextTable) -> Result<Box<dyn RowReader + 'a>>;

    /// The metric of a comparison that names none.
    fn default_metric(&self) -> Metric;

    /// Predictions as the metrics take them, from what the reader gave.
    fn predictions(
        &self,
        targets: &Targets,
        scores: &[Vec<f64>],
    ) -> std::result::Result<Predictions, MetricError>;

    /// What the rows look like that may be meant otherwise; a warning.
    fn doubt(&self, target: Target, scores: &[f64]) -> Option<&'static str>;
}

/// Reads target and scores of a row.
pub(super) trait RowReader {
    /// The target.
    fn target(&self, cells: &Cells<'_>) -> Result<Target>;

    /// The scores: probabilities per class, the value, or the log-risk.
    fn scores(&self, cells: &Cells<'_>) -> Result<Vec<f64>>;
}

/// How rows of this task are compared.
pub(super) fn row_task(task: &Task) -> Box<dyn RowTask + '_> {
    match task {
        Task::Classification { classes } => Box::new(classification::Classes(classes)),
        Task::Regression => Box::new(regression::Values),
        Task::Survival(task) => Box::new(survival::Followed(task)),
    }
}
