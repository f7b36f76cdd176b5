//! Metrics of classes.

use std::collections::BTreeMap;

use midfuse_base::{Recalibration, RecalibrationMethod, TargetShape, Targets};

use super::{Mean, TaskMetrics, TaskValues, Values, first, need, wrong_shape};
use crate::metric::definition::{OfClasses, ScoreOfClasses, Scorer};
use crate::metric::predictions::pick;
use crate::metric::{Metric, MetricError, Predictions, Unit};
use crate::recalibrate::{ClassRows, OutOfFold};

const SHAPE: TargetShape = TargetShape::Classes;

/// A classification of this many classes.
pub(super) struct Of(pub(super) usize);

impl Of {
    /// The function behind a metric.
    fn scorer(&self, metric: Metric) -> Result<ScoreOfClasses, MetricError> {
        match metric.definition().scorer {
            Scorer::Classes(score) => Ok(score),
            Scorer::TwoClasses { score, .. } if self.0 == 2 => Ok(score),
            Scorer::TwoClasses { instead, .. } => Err(MetricError::NotBinary {
                metric: metric.name(),
                n_classes: self.0,
                instead,
            }),
            Scorer::Numbers(_) | Scorer::Survival(_) => Err(wrong_shape(metric, SHAPE)),
        }
    }
}

impl TaskMetrics for Of {
    fn check_metric(&self, metric: Metric) -> Result<(), MetricError> {
        self.scorer(metric).map(|_| ())
    }

    fn default_metric(&self) -> Metric {
        Metric::LogLoss
    }

    fn reported(&self) -> Vec<Metric> {
        let (auc, f1) = match self.0 {
            2 => (Metric::Auc, Metric::F1),
            _ => (Metric::AucOvr, Metric::F1Macro),
        };
        let (hits, balanced) = (Metric::Accuracy, Metric::BalancedAccuracy);
        vec![hits, balanced, auc, f1, Metric::LogLoss]
    }

    fn loss(&self) -> Metric {
        Metric::LogLoss
    }

    fn loss_unit(&self) -> &'static str {
        "nats"
    }

    fn least_margin(&self) -> f64 {
        0.01
    }

    fn group_unit(&self) -> Unit {
        Unit::RowsAveragedInGroup
    }

    fn check_unit(&self, _: Unit) -> Result<(), &'static str> {
        Ok(())
    }

    fn prior(&self, train: &Targets) -> Vec<f64> {
        let classes = train.as_classes().unwrap_or_default();
        // One pseudo-count per class keeps the loss finite for a class that train lacks.
        let mut counts = vec![1.0; self.0];
        for &class in classes {
            if let Some(count) = counts.get_mut(class) {
                *count += 1.0;
            }
        }
        let total = classes.len() as f64 + self.0 as f64;
        let log_share = |count: &f64| (count / total).ln();
        counts.iter().map(log_share).collect()
    }

    fn prior_name(&self) -> &'static str {
        "class shares"
    }

    fn recalibrations(&self) -> &'static [RecalibrationMethod] {
        &[
            RecalibrationMethod::Temperature,
            RecalibrationMethod::Vector,
            RecalibrationMethod::Isotonic,
        ]
    }

    fn recalibrate(
        &self,
        method: RecalibrationMethod,
        folds: &[OutOfFold<'_>],
        unit: Unit,
    ) -> Option<Recalibration> {
        ClassRows::of(folds, self.0, unit).fit(method)
    }

    fn predictions(
        &self,
        targets: &Targets,
        scores: &[Vec<f64>],
        _: Option<&Targets>,
    ) -> Result<Predictions, MetricError> {
        let classes = need(SHAPE, targets, Targets::as_classes)?;
        Predictions::from_log_probabilities(classes, scores)
    }
}

/// Class per row and probabilities.
#[expect(clippy::struct_field_names, reason = "`n_classes` is the usual name")]
#[derive(Debug, Clone, PartialEq)]
pub(in crate::metric) struct Classes {
    pub(in crate::metric) targets: Vec<usize>,
    /// `[rows, n_classes]` row-major.
    pub(in crate::metric) probabilities: Vec<f64>,
    pub(in crate::metric) n_classes: usize,
}

impl TaskValues for Classes {
    fn len(&self) -> usize {
        self.targets.len()
    }

    fn targets(&self) -> Targets {
        Targets::Class(self.targets.clone())
    }

    fn with_targets(&self, targets: &Targets) -> Values {
        Values::Classes(Self {
            targets: targets.as_classes().unwrap_or_default().to_vec(),
            ..self.clone()
        })
    }

    fn select(&self, rows: &[usize]) -> Values {
        let n = self.n_classes;
        let of_row = |&row: &usize| self.probabilities.iter().skip(row * n).take(n);
        Values::Classes(Self {
            targets: pick(&self.targets, rows),
            probabilities: rows.iter().flat_map(of_row).copied().collect(),
            n_classes: n,
        })
    }

    fn of_groups(&self, members: &BTreeMap<usize, Vec<usize>>, mean: &Mean<'_>) -> Values {
        let columns: Vec<Vec<f64>> = (0..self.n_classes).map(|class| self.of(class)).collect();
        Values::Classes(Self {
            targets: pick(&self.targets, &first(members)),
            probabilities: members
                .values()
                .flat_map(|rows| columns.iter().map(move |column| (column, rows)))
                .map(|(column, rows)| mean(column, rows))
                .collect(),
            n_classes: self.n_classes,
        })
    }

    fn score(&self, metric: Metric, weights: Option<&[f64]>) -> Result<f64, MetricError> {
        let score = Of(self.n_classes).scorer(metric)?;
        metric.check_weights(weights)?;
        score(&self.with(weights))
    }
}

impl Classes {
    /// As the metrics take them.
    pub(in crate::metric) fn with<'a>(&'a self, weights: Option<&'a [f64]>) -> OfClasses<'a> {
        OfClasses {
            targets: &self.targets,
            probabilities: &self.probabilities,
            n_classes: self.n_classes,
            weights,
        }
    }

    /// Probability of one class, row by row.
    pub(in crate::metric) fn of(&self, class: usize) -> Vec<f64> {
        let probabilities = self.probabilities.iter().skip(class);
        probabilities
            .step_by(self.n_classes.max(1))
            .copied()
            .collect()
    }
}
