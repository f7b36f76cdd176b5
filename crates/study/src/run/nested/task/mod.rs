//! The linear models of the nested models, one file per task.

mod classification;
mod regression;
mod survival;

use midfuse_base::{Recalibration, Targets, Task};
use midfuse_linear::LinearError;
use ndarray::ArrayView2;

use classification::Classes;
use regression::Numbers;
use survival::TimesAndEvents;

/// Weight of the penalty beside the mean loss of a row, over standardised columns: that of the baseline
/// `linear`.
const PENALTY: f64 = 0.01;

/// What a nested model is for one task.
pub(super) trait NestedTask {
    /// What the scores of a strategy are beside columns.
    fn features(&self, scores: &[f64]) -> Vec<f64>;

    /// The same of a row without scores: NaN for each.
    fn unknown(&self) -> Vec<f64>;

    /// Scores through the map of a refit, as the refit's own have passed it.
    fn mapped(&self, by: &Recalibration, scores: &[f64]) -> Vec<f64>;

    /// Fits rows `[N, P]` without gaps.
    ///
    /// # Errors
    /// Those of the linear model.
    fn fit(
        &self,
        x: &ArrayView2<'_, f64>,
        targets: &Targets,
    ) -> Result<Box<dyn LinearScores>, LinearError>;
}

/// A fitted linear model.
pub(super) trait LinearScores {
    /// Scores of one row `[1, P]`, as [`Task::score_columns`] names them.
    ///
    /// # Errors
    /// Those of the linear model.
    fn scores(&self, x: &ArrayView2<'_, f64>) -> Result<Vec<f64>, LinearError>;
}

/// What a nested model is for this task.
pub(super) fn part(task: &Task) -> Box<dyn NestedTask + '_> {
    match task {
        Task::Classification { classes } => Box::new(Classes(classes.len())),
        Task::Regression => Box::new(Numbers),
        Task::Survival(task) => Box::new(TimesAndEvents(task)),
    }
}

/// Scores through the map of a refit, where it has one.
pub(crate) fn mapped(task: &Task, by: Option<&Recalibration>, scores: &[f64]) -> Vec<f64> {
    by.map_or_else(|| scores.to_vec(), |by| part(task).mapped(by, scores))
}
