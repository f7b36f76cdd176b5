//! What a report knows of each task, one file per task: how predictions of a unit are averaged, which
//! figures apply, what is said of outcome and output.

mod classification;
mod regression;
mod survival;

use maud::Markup;
use midfuse_base::{Targets, Task};
use midfuse_metrics::metric::{MetricError, Predictions};

use crate::predictions::PredictionTable;
use crate::results::{Population, Results};
use classification::Classification;
use regression::Regression;
use survival::Survival;

/// What a report knows of one task.
pub(crate) trait TaskReport {
    /// What is averaged over the rows of a unit, from a score: a probability, a value.
    fn averaged(&self, score: f64) -> f64;

    /// Predictions of units, from those averages.
    fn predictions(
        &self,
        targets: &Targets,
        averages: &[Vec<f64>],
    ) -> Result<Predictions, MetricError>;

    /// Predictions that may move between repeats and are drawn, of a strategy: the probability of an
    /// event, a value; none where nothing of the kind is predicted.
    fn moving(&self, predictions: &Predictions, event: Option<usize>) -> Vec<f64>;

    /// The figures of a study beside its scores: title and body.
    fn figures(&self, results: &Results, predictions: &PredictionTable) -> Vec<Figure>;

    /// The figures of sealed rows beside their scores; `small` counts are not shown.
    fn sealed_figures(
        &self,
        results: &Results,
        predictions: &PredictionTable,
        arms: &[&str],
        small: usize,
    ) -> Vec<Figure>;

    /// The outcome in a sentence or two, with the counts of the rows that are not sealed.
    fn outcome(&self, target: &str, population: &Population) -> String;

    /// What a model puts out, in a sentence.
    fn output(&self) -> String;
}

/// A section of a page: title and body.
pub(crate) type Figure = (&'static str, Markup);

/// What a report knows of this task.
pub(crate) fn task_report(task: &Task) -> Box<dyn TaskReport + '_> {
    match task {
        Task::Classification { classes } => Box::new(Classification(classes)),
        Task::Regression => Box::new(Regression),
        Task::Survival(task) => Box::new(Survival(task)),
    }
}
