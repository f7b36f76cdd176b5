//! Metrics of numbers.

use std::collections::BTreeMap;

use midfuse_base::{Recalibration, RecalibrationMethod, TargetShape, Targets};

use super::{Mean, TaskMetrics, TaskValues, Values, first, need, wrong_shape};
use crate::metric::definition::{OfNumbers, Scorer};
use crate::metric::predictions::pick;
use crate::metric::{Metric, MetricError, Predictions, Unit};
use crate::recalibrate::OutOfFold;

/// A regression.
pub(super) struct Of;

impl TaskMetrics for Of {
    fn default_metric(&self) -> Metric {
        Metric::Mse
    }

    fn reported(&self) -> Vec<Metric> {
        vec![Metric::Mse, Metric::Mae, Metric::R2]
    }

    fn loss(&self) -> Metric {
        Metric::Mse
    }

    fn loss_unit(&self) -> &'static str {
        "squared units of the target"
    }

    /// None: a squared error has no natural unit.
    fn least_margin(&self) -> f64 {
        0.0
    }

    fn group_unit(&self) -> Unit {
        Unit::RowsAveragedInGroup
    }

    fn check_unit(&self, _: Unit) -> Result<(), &'static str> {
        Ok(())
    }

    fn prior(&self, train: &Targets) -> Vec<f64> {
        let values = train.as_values().unwrap_or_default();
        vec![values.iter().sum::<f64>() / values.len() as f64]
    }

    fn prior_name(&self) -> &'static str {
        "the mean"
    }

    /// None: a squared error does not punish being sure.
    fn recalibrations(&self) -> &'static [RecalibrationMethod] {
        &[]
    }

    fn recalibrate(
        &self,
        _: RecalibrationMethod,
        _: &[OutOfFold<'_>],
        _: Unit,
    ) -> Option<Recalibration> {
        None
    }

    fn predictions(
        &self,
        targets: &Targets,
        scores: &[Vec<f64>],
        _: Option<&Targets>,
    ) -> Result<Predictions, MetricError> {
        let values = need(TargetShape::Numbers, targets, Targets::as_values)?;
        let predicted: Vec<f64> = scores.iter().flatten().copied().collect();
        Predictions::regression(values, &predicted)
    }
}

/// True and predicted value per row.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::metric) struct Numbers {
    pub(in crate::metric) targets: Vec<f64>,
    pub(in crate::metric) predicted: Vec<f64>,
}

impl TaskValues for Numbers {
    fn len(&self) -> usize {
        self.targets.len()
    }

    fn targets(&self) -> Targets {
        Targets::Value(self.targets.clone())
    }

    fn with_targets(&self, targets: &Targets) -> Values {
        Values::Numbers(Self {
            targets: targets.as_values().unwrap_or_default().to_vec(),
            ..self.clone()
        })
    }

    fn select(&self, rows: &[usize]) -> Values {
        Values::Numbers(Self {
            targets: pick(&self.targets, rows),
            predicted: pick(&self.predicted, rows),
        })
    }

    fn of_groups(&self, members: &BTreeMap<usize, Vec<usize>>, mean: &Mean<'_>) -> Values {
        let mean = |rows: &Vec<usize>| mean(&self.predicted, rows);
        Values::Numbers(Self {
            targets: pick(&self.targets, &first(members)),
            predicted: members.values().map(mean).collect(),
        })
    }

    fn score(&self, metric: Metric, weights: Option<&[f64]>) -> Result<f64, MetricError> {
        let Scorer::Numbers(score) = metric.definition().scorer else {
            return Err(wrong_shape(metric, TargetShape::Numbers));
        };
        metric.check_weights(weights)?;
        score(&OfNumbers {
            targets: &self.targets,
            predicted: &self.predicted,
            weights,
        })
    }
}
