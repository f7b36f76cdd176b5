//! Metrics of classes.
#![expect(clippy::float_cmp, reason = "ties are scores that are exactly equal")]

use std::collections::BTreeMap;

use midfuse_base::{Targets, TaskKind};

use super::{Mean, TaskMetrics, TaskValues, Values, first, wrong_task};
use crate::metric::kind::Scorer;
use crate::metric::predictions::pick;
use crate::metric::{
    Bins, ClassAverage, ConfusionMatrix, F1Average, Metric, MetricError, Predictions, Unit,
    accuracy, auc, auc_ovo, auc_ovr, average_precision, balanced_accuracy, brier, cohen_kappa,
    debiased_calibration_error, f1, log_loss, matthews_correlation,
};

/// A classification of this many classes.
pub(super) struct Of(pub(super) usize);

impl TaskMetrics for Of {
    fn check(&self, metric: Metric) -> Result<(), MetricError> {
        match metric.scorer() {
            Scorer::Classes(_) => Ok(()),
            Scorer::TwoClasses { .. } if self.0 == 2 => Ok(()),
            Scorer::TwoClasses { instead, .. } => Err(MetricError::NotBinary {
                metric: metric.name(),
                n_classes: self.0,
                instead,
            }),
            Scorer::Numbers(_) | Scorer::Survival(_) => {
                Err(wrong_task(metric, TaskKind::Classification))
            }
        }
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

    fn open_about_calibration(&self) -> Option<&'static str> {
        Some(
            "Whether a gain in log loss is one in calibration: no temperature was fitted. The report shows the calibration of each strategy.",
        )
    }

    fn predictions(
        &self,
        targets: &Targets,
        scores: &[Vec<f64>],
        _: Option<&Targets>,
    ) -> Result<Predictions, MetricError> {
        let classes = targets.as_classes().ok_or(MetricError::WrongTask {
            metric: "predictions",
            needs: "classification",
            got: targets.kind().name(),
        })?;
        Predictions::from_log_probabilities(classes, scores)
    }
}

/// Class per row and probabilities.
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
        Of(self.n_classes).check(metric)?;
        match metric.scorer() {
            Scorer::Classes(score) | Scorer::TwoClasses { score, .. } => score(self, weights),
            Scorer::Numbers(_) | Scorer::Survival(_) => {
                Err(wrong_task(metric, TaskKind::Classification))
            }
        }
    }
}

type Weights<'a> = Option<&'a [f64]>;
type Score = Result<f64, MetricError>;

impl Classes {
    /// Probability of one class, row by row.
    pub(in crate::metric) fn of(&self, class: usize) -> Vec<f64> {
        let probabilities = self.probabilities.iter().skip(class);
        probabilities
            .step_by(self.n_classes.max(1))
            .copied()
            .collect()
    }

    /// Most probable class of each row, the first of equally probable ones.
    pub(in crate::metric) fn predicted(&self) -> Vec<usize> {
        self.probabilities
            .chunks_exact(self.n_classes.max(1))
            .map(|row| {
                let best = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                row.iter().position(|&value| value == best).unwrap_or(0)
            })
            .collect()
    }

    pub(in crate::metric) fn matrix(
        &self,
        weights: Weights<'_>,
    ) -> Result<ConfusionMatrix, MetricError> {
        ConfusionMatrix::new(&self.targets, &self.predicted(), self.n_classes, weights)
    }

    fn of_class_one(&self) -> (Vec<bool>, Vec<f64>) {
        let positive = self.targets.iter().map(|&class| class == 1);
        (positive.collect(), self.of(1))
    }

    fn unweighted(metric: Metric, weights: Weights<'_>) -> Result<(), MetricError> {
        match weights {
            None => Ok(()),
            Some(_) => Err(MetricError::WeightsUnsupported {
                metric: metric.name(),
            }),
        }
    }

    pub(in crate::metric) fn accuracy(&self, weights: Weights<'_>) -> Score {
        accuracy(&self.targets, &self.predicted(), weights)
    }

    pub(in crate::metric) fn balanced_accuracy(&self, weights: Weights<'_>) -> Score {
        balanced_accuracy(&self.targets, &self.predicted(), self.n_classes, weights)
    }

    pub(in crate::metric) fn auc(&self, weights: Weights<'_>) -> Score {
        let (positive, scores) = self.of_class_one();
        auc(&positive, &scores, weights)
    }

    fn ovr(&self, average: ClassAverage, weights: Weights<'_>) -> Score {
        let (targets, n) = (&self.targets, self.n_classes);
        auc_ovr(targets, &self.probabilities, n, average, weights)
    }

    pub(in crate::metric) fn auc_ovr(&self, weights: Weights<'_>) -> Score {
        self.ovr(ClassAverage::Macro, weights)
    }

    pub(in crate::metric) fn auc_ovr_weighted(&self, weights: Weights<'_>) -> Score {
        self.ovr(ClassAverage::Weighted, weights)
    }

    fn ovo(&self, average: ClassAverage) -> Score {
        auc_ovo(&self.targets, &self.probabilities, self.n_classes, average)
    }

    pub(in crate::metric) fn auc_ovo(&self, weights: Weights<'_>) -> Score {
        Self::unweighted(Metric::AucOvo, weights)?;
        self.ovo(ClassAverage::Macro)
    }

    pub(in crate::metric) fn auc_ovo_weighted(&self, weights: Weights<'_>) -> Score {
        Self::unweighted(Metric::AucOvoWeighted, weights)?;
        self.ovo(ClassAverage::Weighted)
    }

    pub(in crate::metric) fn log_loss(&self, weights: Weights<'_>) -> Score {
        log_loss(&self.targets, &self.probabilities, self.n_classes, weights)
    }

    pub(in crate::metric) fn f1(&self, weights: Weights<'_>) -> Score {
        f1(&self.matrix(weights)?, F1Average::Binary)
    }

    pub(in crate::metric) fn f1_macro(&self, weights: Weights<'_>) -> Score {
        f1(&self.matrix(weights)?, F1Average::Macro)
    }

    pub(in crate::metric) fn f1_micro(&self, weights: Weights<'_>) -> Score {
        f1(&self.matrix(weights)?, F1Average::Micro)
    }

    pub(in crate::metric) fn f1_weighted(&self, weights: Weights<'_>) -> Score {
        f1(&self.matrix(weights)?, F1Average::Weighted)
    }

    pub(in crate::metric) fn mcc(&self, weights: Weights<'_>) -> Score {
        Ok(matthews_correlation(&self.matrix(weights)?))
    }

    pub(in crate::metric) fn cohen_kappa(&self, weights: Weights<'_>) -> Score {
        cohen_kappa(&self.matrix(weights)?)
    }

    pub(in crate::metric) fn average_precision(&self, weights: Weights<'_>) -> Score {
        let (positive, scores) = self.of_class_one();
        average_precision(&positive, &scores, weights)
    }

    pub(in crate::metric) fn calibration_error(&self, weights: Weights<'_>) -> Score {
        Self::unweighted(Metric::CalibrationError, weights)?;
        let predicted = self.predicted();
        let pairs = self.targets.iter().zip(&predicted);
        let hits: Vec<bool> = pairs.map(|(class, best)| class == best).collect();
        let rows = self.probabilities.chunks_exact(self.n_classes.max(1));
        let confidence: Vec<f64> = rows
            .map(|row| row.iter().copied().fold(0.0, f64::max))
            .collect();
        debiased_calibration_error(&hits, &confidence, Bins::Quantile(15))
    }

    pub(in crate::metric) fn brier(&self, weights: Weights<'_>) -> Score {
        brier(&self.targets, &self.probabilities, self.n_classes, weights)
    }
}
