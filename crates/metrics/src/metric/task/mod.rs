//! What metrics know of each task, one file per task: which metrics are admissible and usual, how
//! predictions come from scores, what the prior predicts, in which loss gains are judged.

mod classification;
mod regression;
mod survival;

use std::collections::BTreeMap;

use midfuse_base::{Recalibration, RecalibrationMethod, TargetShape, Targets, Task};

use super::survival::TimesAndRisks;
use super::{Metric, MetricError, Unit};
use crate::recalibrate::OutOfFold;
pub(super) use classification::Classes;
pub(super) use regression::Numbers;

/// What metrics know of one task.
pub trait TaskMetrics {
    /// Checks what a metric needs of the task besides targets of its shape;
    /// [`Metric::check_task`] checks both.
    ///
    /// # Errors
    /// [`MetricError::NotBinary`] for a metric of two classes and another number of them.
    fn check_metric(&self, metric: Metric) -> Result<(), MetricError> {
        let _ = metric;
        Ok(())
    }

    /// The metric of a study that names none.
    fn default_metric(&self) -> Metric;

    /// The usual metrics of a report.
    fn reported(&self) -> Vec<Metric>;

    /// The proper loss in which gains are judged.
    fn loss(&self) -> Metric;

    /// What the loss is counted in: `nats`.
    fn loss_unit(&self) -> &'static str;

    /// The least gain in the loss that counts, however little there is to gain.
    fn least_margin(&self) -> f64;

    /// The unit that rows of groups are scored at, where a study names none.
    fn group_unit(&self) -> Unit;

    /// Checks that the metrics of the task can be scored at a unit.
    ///
    /// # Errors
    /// What to write instead.
    fn check_unit(&self, unit: Unit) -> Result<(), &'static str>;

    /// Scores of every row by the model that every other has to beat, fitted on `train`.
    fn prior(&self, train: &Targets) -> Vec<f64>;

    /// What that model knows: `class shares`.
    fn prior_name(&self) -> &'static str;

    /// The maps of predictions that apply, the usual one first.
    fn recalibrations(&self) -> &'static [RecalibrationMethod];

    /// As [`recalibrate`](crate::recalibrate::recalibrate).
    fn recalibrate(
        &self,
        method: RecalibrationMethod,
        folds: &[OutOfFold<'_>],
        unit: Unit,
    ) -> Option<Recalibration>;

    /// Predictions of rows from the scores of a worker. `None` of the targets that the model was
    /// fitted on leaves metrics undefined that weigh by the censoring of those.
    ///
    /// # Errors
    /// As the constructors of [`Predictions`](super::Predictions).
    fn predictions(
        &self,
        targets: &Targets,
        scores: &[Vec<f64>],
        fitted_on: Option<&Targets>,
    ) -> Result<super::Predictions, MetricError>;
}

/// What metrics know of this task.
pub fn task_metrics(task: &Task) -> Box<dyn TaskMetrics + '_> {
    match task {
        Task::Classification { classes } => Box::new(classification::Of(classes.len())),
        Task::Regression => Box::new(regression::Of),
        Task::Survival(task) => Box::new(survival::Of(task)),
    }
}

/// Targets and scores of one task, row by row.
pub(super) trait TaskValues {
    fn len(&self) -> usize;

    /// Targets of the rows.
    fn targets(&self) -> Targets;

    /// The same scores with other targets of the task.
    fn with_targets(&self, targets: &Targets) -> Values;

    /// The rows at these positions, all of them in range.
    fn select(&self, rows: &[usize]) -> Values;

    /// One entry per group: the `mean` of its scores, and the target of its first row.
    fn of_groups(&self, members: &BTreeMap<usize, Vec<usize>>, mean: &Mean<'_>) -> Values;

    /// The value of a metric; whatever the task, an error for a metric of another one.
    fn score(&self, metric: Metric, weights: Option<&[f64]>) -> Result<f64, MetricError>;
}

/// Mean of a column over some rows.
pub(super) type Mean<'a> = dyn Fn(&[f64], &[usize]) -> f64 + 'a;

/// Targets and scores of one task.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Values {
    /// Classes and probabilities.
    Classes(Classes),
    /// True and predicted values.
    Numbers(Numbers),
    /// Times and events, risks and survival.
    Survival(TimesAndRisks),
}

impl Values {
    pub(super) fn of_task(&self) -> &dyn TaskValues {
        match self {
            Self::Classes(values) => values,
            Self::Numbers(values) => values,
            Self::Survival(values) => values,
        }
    }

    pub(super) fn shape(&self) -> TargetShape {
        match self {
            Self::Classes(_) => TargetShape::Classes,
            Self::Numbers(_) => TargetShape::Numbers,
            Self::Survival(_) => TargetShape::TimesAndEvents,
        }
    }
}

/// The error of a metric that is asked about predictions of another shape.
pub(super) fn wrong_shape(metric: Metric, got: TargetShape) -> MetricError {
    MetricError::WrongTask {
        metric: metric.name(),
        needs: metric.target_shape(),
        got,
    }
}

/// The targets that predictions are made of, or the error where they are of another shape.
fn need<'a, T>(
    needs: TargetShape,
    targets: &'a Targets,
    of: impl Fn(&'a Targets) -> Option<T>,
) -> Result<T, MetricError> {
    of(targets).ok_or_else(|| MetricError::WrongTask {
        metric: "predictions",
        needs,
        got: targets.shape(),
    })
}

/// The first row of each group.
pub(super) fn first(members: &BTreeMap<usize, Vec<usize>>) -> Vec<usize> {
    members
        .values()
        .filter_map(|rows| rows.first().copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use midfuse_base::TaskKind;

    use super::*;

    #[test]
    fn every_task_has_every_part() {
        for &kind in TaskKind::ALL {
            let task = Task::example(kind);
            let targets = task.target_shape().example(5);
            let metrics = task_metrics(&task);
            let usual = metrics.reported();
            for &metric in &usual {
                assert_eq!(metric.check_task(&task), Ok(()));
            }
            assert!(usual.contains(&metrics.default_metric()));
            assert!(usual.contains(&metrics.loss()));
            assert!(!metrics.loss().greater_is_better());
            assert!(metrics.least_margin() >= 0.0);
            assert!(!metrics.prior_name().is_empty() && !metrics.loss_unit().is_empty());
            let prior = metrics.prior(&targets);
            assert_eq!(prior.len(), task.n_scores(), "{kind}");
            let scores = vec![prior; 5];
            let predictions = metrics
                .predictions(&targets, &scores, Some(&targets))
                .unwrap();
            assert_eq!(predictions.targets(), targets);
            assert!(metrics.loss().score(&predictions, Unit::Row).unwrap() >= 0.0);
            let rows = OutOfFold {
                targets: &targets,
                scores: &scores,
                groups: None,
            };
            for &method in metrics.recalibrations() {
                assert_ne!(method, RecalibrationMethod::None);
                // Five rows are too few.
                let fitted = metrics.recalibrate(method, &[rows.clone()], Unit::Row);
                assert_eq!(fitted, None, "{kind}");
            }
            let of_other = |metric: &&Metric| metric.target_shape() != task.target_shape();
            for metric in Metric::ALL.iter().filter(of_other) {
                let refused = metric.score(&predictions, Unit::Row);
                assert!(matches!(refused, Err(MetricError::WrongTask { .. })));
                assert_eq!(metric.check_task(&task), refused.map(|_| ()));
            }
        }
    }

    #[test]
    fn every_metric_is_of_a_task_that_admits_it() {
        for &metric in Metric::ALL {
            let mut tasks = TaskKind::ALL.iter().map(|&kind| Task::example(kind));
            let admits = |task: Task| metric.check_task(&task).is_ok();
            assert!(tasks.any(admits), "{metric}");
        }
    }
}
