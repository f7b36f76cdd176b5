//! Predictions and targets, row by row, with groups and weights.

use super::task::{Classes, Numbers, Values, task_metrics};
use super::{MetricError, check};
use midfuse_base::{Target, Targets, Task};

/// How far the probabilities of a row may be from a sum of 1: f32 softmax of many classes.
const SUM_TOLERANCE: f64 = 1e-4;

/// Held-out predictions with their targets: what a metric scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    pub(super) values: Values,
    pub(super) weights: Option<Vec<f64>>,
    pub(super) groups: Option<Vec<usize>>,
    pub(super) clusters: Option<Vec<usize>>,
}

impl Predictions {
    /// Predictions of classes: a target and one probability per class for each row.
    ///
    /// # Errors
    /// [`MetricError::TooFewRows`], [`MetricError::Length`], [`MetricError::NonFinite`],
    /// [`MetricError::NotAProbability`], [`MetricError::ProbabilitySum`] (off 1 by more than 1e-4) or
    /// [`MetricError::UnknownClass`], each with the row.
    pub fn classification(
        targets: &[usize],
        probabilities: &[Vec<f64>],
    ) -> Result<Self, MetricError> {
        check::rows("predictions", 1, targets.len())?;
        check::same_length("probabilities", targets.len(), probabilities.len())?;
        let n_classes = probabilities.first().map_or(0, Vec::len);
        if n_classes < 2 {
            return Err(MetricError::Setting {
                metric: "predictions",
                what: "number of classes",
                expected: "at least 2",
                got: n_classes.to_string(),
            });
        }
        for (row, (&class, probabilities)) in targets.iter().zip(probabilities).enumerate() {
            check::same_length("a row of probabilities", n_classes, probabilities.len())?;
            if class >= n_classes {
                return Err(MetricError::UnknownClass {
                    row,
                    class,
                    n_classes,
                });
            }
            for (class, &value) in probabilities.iter().enumerate() {
                if !value.is_finite() {
                    return Err(MetricError::NonFinite {
                        what: "probability",
                        row,
                        value,
                    });
                }
                if !(0.0..=1.0 + SUM_TOLERANCE).contains(&value) {
                    return Err(MetricError::NotAProbability { row, class, value });
                }
            }
            let sum: f64 = probabilities.iter().sum();
            if (sum - 1.0).abs() > SUM_TOLERANCE {
                return Err(MetricError::ProbabilitySum { row, sum });
            }
        }
        // A rounding above 1 is cut off, so that later checks need no tolerance.
        let probabilities = probabilities
            .iter()
            .flatten()
            .map(|value| value.min(1.0))
            .collect();
        Ok(Self::of_values(Values::Classes(Classes {
            targets: targets.to_vec(),
            probabilities,
            n_classes,
        })))
    }

    /// Predictions of classes from log-probabilities, as a worker returns them.
    ///
    /// # Errors
    /// As [`Predictions::classification`]; `-inf` is the logarithm of 0 and allowed.
    pub fn from_log_probabilities(
        targets: &[usize],
        log_probabilities: &[Vec<f64>],
    ) -> Result<Self, MetricError> {
        let probabilities: Vec<Vec<f64>> = log_probabilities
            .iter()
            .map(|row| row.iter().map(|value| value.exp()).collect())
            .collect();
        Self::classification(targets, &probabilities)
    }

    /// Predictions of numbers: a target and a predicted value for each row, in the target's unit.
    ///
    /// # Errors
    /// [`MetricError::TooFewRows`], [`MetricError::Length`] or [`MetricError::NonFinite`].
    pub fn regression(targets: &[f64], predicted: &[f64]) -> Result<Self, MetricError> {
        check::rows("predictions", 1, targets.len())?;
        check::same_length("predicted", targets.len(), predicted.len())?;
        check::finite("target", targets)?;
        check::finite("prediction", predicted)?;
        Ok(Self::of_values(Values::Numbers(Numbers {
            targets: targets.to_vec(),
            predicted: predicted.to_vec(),
        })))
    }

    /// Predictions from what a worker returned: one list of scores per row, as
    /// [`Task::score_columns`] names them. `fitted_on` are the targets of the rows that the model was
    /// fitted on: metrics that weigh by the censoring of those need them.
    ///
    /// # Errors
    /// As [`Predictions::from_log_probabilities`] and [`Predictions::regression`];
    /// [`MetricError::NotAProbability`] for a survival outside [0, 1]; [`MetricError::WrongTask`] if
    /// the targets are not of the task.
    pub fn from_scores(
        task: &Task,
        targets: &Targets,
        scores: &[Vec<f64>],
        fitted_on: Option<&Targets>,
    ) -> Result<Self, MetricError> {
        for row in scores {
            check::same_length("a row of scores", task.n_scores(), row.len())?;
        }
        task_metrics(task).predictions(targets, scores, fitted_on)
    }

    pub(super) fn of_values(values: Values) -> Self {
        Self {
            values,
            weights: None,
            groups: None,
            clusters: None,
        }
    }

    /// The same predictions with a weight per row.
    ///
    /// # Errors
    /// [`MetricError::Length`], [`MetricError::Weight`] or [`MetricError::NoWeight`].
    pub fn with_weights(self, weights: &[f64]) -> Result<Self, MetricError> {
        check::weights(Some(weights), self.len())?;
        Ok(self.reweighted(weights.to_vec()))
    }

    /// The same predictions with the group of each row: any code, the same for rows of one patient.
    ///
    /// # Errors
    /// [`MetricError::Length`] unless there is one group per row.
    pub fn with_groups(self, groups: &[usize]) -> Result<Self, MetricError> {
        check::same_length("groups", self.len(), groups.len())?;
        Ok(Self {
            groups: Some(groups.to_vec()),
            ..self
        })
    }

    /// The same predictions with the cluster of each row: what is independent, and drawn as a whole where
    /// it is larger than a group (the site of a patient). Without clusters the groups are.
    ///
    /// # Errors
    /// [`MetricError::Length`] unless there is one cluster per row.
    pub fn with_clusters(self, clusters: &[usize]) -> Result<Self, MetricError> {
        check::same_length("clusters", self.len(), clusters.len())?;
        Ok(Self {
            clusters: Some(clusters.to_vec()),
            ..self
        })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.values.of_task().len()
    }

    /// True without rows; the constructors refuse that.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Group of each row, where known.
    pub fn groups(&self) -> Option<&[usize]> {
        self.groups.as_deref()
    }

    /// What resampling draws as a whole, row by row: the clusters, or else the groups.
    pub fn clusters(&self) -> Option<&[usize]> {
        self.clusters.as_deref().or(self.groups())
    }

    /// Weight of each row, where given.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// Targets of the rows; a class is its index.
    pub fn targets(&self) -> Targets {
        self.values.of_task().targets()
    }

    /// Predicted value of each row; empty unless numbers are predicted.
    pub fn predicted_values(&self) -> Vec<f64> {
        let Values::Numbers(values) = &self.values else {
            return Vec::new();
        };
        values.predicted.clone()
    }

    /// Log relative risk of each row; empty unless survival is predicted.
    pub fn risks(&self) -> Vec<f64> {
        let Values::Survival(values) = &self.values else {
            return Vec::new();
        };
        values.risk().to_vec()
    }

    /// Predicted probability of being free of the event at a time, row by row; empty unless survival
    /// is predicted at that time.
    pub fn survival_at(&self, time: f64) -> Vec<f64> {
        let Values::Survival(values) = &self.values else {
            return Vec::new();
        };
        values.survival_at(time)
    }

    /// The rows at these positions, in this order; a position may come twice.
    ///
    /// # Errors
    /// [`MetricError::RowOutOfRange`] for a position past the end; [`MetricError::TooFewRows`] for
    /// none.
    pub fn select(&self, rows: &[usize]) -> Result<Self, MetricError> {
        check::rows("predictions", 1, rows.len())?;
        if let Some(&row) = rows.iter().find(|&&row| row >= self.len()) {
            return Err(MetricError::RowOutOfRange {
                row,
                rows: self.len(),
            });
        }
        let values = self.values.of_task().select(rows);
        Ok(Self {
            values,
            weights: self.weights.as_deref().map(|weights| pick(weights, rows)),
            groups: self.groups.as_deref().map(|groups| pick(groups, rows)),
            clusters: self
                .clusters
                .as_deref()
                .map(|clusters| pick(clusters, rows)),
        })
    }

    /// The target of each row.
    pub(crate) fn each_target(&self) -> Vec<Target> {
        let targets = self.targets();
        (0..targets.len())
            .filter_map(|row| targets.get(row))
            .collect()
    }

    /// The same scores with other targets of the task, one per row.
    pub(crate) fn with_each_target(&self, targets: &[Target]) -> Self {
        let targets = Targets::of(self.values.shape(), targets.iter().copied());
        Self {
            values: self.values.of_task().with_targets(&targets),
            ..self.clone()
        }
    }

    pub(super) fn values(&self) -> &Values {
        &self.values
    }

    pub(super) fn each_weight(&self) -> impl Iterator<Item = f64> + '_ {
        check::each_weight(self.weights())
    }

    pub(super) fn reweighted(&self, weights: Vec<f64>) -> Self {
        Self {
            weights: Some(weights),
            ..self.clone()
        }
    }
}

pub(super) fn pick<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter()
        .filter_map(|&row| values.get(row).copied())
        .collect()
}
