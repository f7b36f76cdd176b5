//! Predictions and targets, row by row, with groups and weights.

use super::{MetricError, check};
use midfuse_base::{Targets, Task};

/// How far the probabilities of a row may be from a sum of 1: f32 softmax of many classes.
const SUM_TOLERANCE: f64 = 1e-4;

/// Held-out predictions with their targets: what a metric scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    pub(super) values: Values,
    pub(super) weights: Option<Vec<f64>>,
    pub(super) groups: Option<Vec<usize>>,
}

/// Targets and scores of one task.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Values {
    /// Class per row and probabilities, `[rows, n_classes]` row-major.
    Classes {
        targets: Vec<usize>,
        probabilities: Vec<f64>,
        n_classes: usize,
    },
    /// True and predicted value per row.
    Numbers {
        targets: Vec<f64>,
        predicted: Vec<f64>,
    },
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
        let targets = targets.to_vec();
        Ok(Self {
            values: Values::Classes {
                targets,
                probabilities,
                n_classes,
            },
            weights: None,
            groups: None,
        })
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
        Ok(Self {
            values: Values::Numbers {
                targets: targets.to_vec(),
                predicted: predicted.to_vec(),
            },
            weights: None,
            groups: None,
        })
    }

    /// Predictions from what a worker returned: `scores` as in
    /// `midfuse_wire::Outcome::scores`.
    ///
    /// # Errors
    /// As [`Predictions::from_log_probabilities`] and [`Predictions::regression`];
    /// [`MetricError::WrongTask`] if the targets are not of the task.
    pub fn from_scores(
        task: &Task,
        targets: &Targets,
        scores: &[Vec<f64>],
    ) -> Result<Self, MetricError> {
        for row in scores {
            check::same_length("a row of scores", task.n_scores(), row.len())?;
        }
        match (task, targets) {
            (Task::Classification { .. }, Targets::Class(targets)) => {
                Self::from_log_probabilities(targets, scores)
            }
            (Task::Regression, Targets::Value(targets)) => {
                let predicted: Vec<f64> = scores.iter().flatten().copied().collect();
                Self::regression(targets, &predicted)
            }
            (Task::Classification { .. }, Targets::Value(_)) => Err(MetricError::WrongTask {
                metric: "predictions",
                needs: "classification",
                got: "regression",
            }),
            (Task::Regression, Targets::Class(_)) => Err(MetricError::WrongTask {
                metric: "predictions",
                needs: "regression",
                got: "classification",
            }),
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

    /// Number of rows.
    pub fn len(&self) -> usize {
        match &self.values {
            Values::Classes { targets, .. } => targets.len(),
            Values::Numbers { targets, .. } => targets.len(),
        }
    }

    /// True without rows; the constructors refuse that.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Group of each row, where known.
    pub fn groups(&self) -> Option<&[usize]> {
        self.groups.as_deref()
    }

    /// Weight of each row, where given.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// Targets of the rows; a class is its index.
    pub fn targets(&self) -> Targets {
        match &self.values {
            Values::Classes { targets, .. } => Targets::Class(targets.clone()),
            Values::Numbers { targets, .. } => Targets::Value(targets.clone()),
        }
    }

    /// Predicted value of each row; empty for classification.
    pub fn predicted_values(&self) -> Vec<f64> {
        match &self.values {
            Values::Classes { .. } => Vec::new(),
            Values::Numbers { predicted, .. } => predicted.clone(),
        }
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
        let values = match &self.values {
            Values::Classes {
                targets,
                probabilities,
                n_classes,
            } => Values::Classes {
                targets: pick(targets, rows),
                probabilities: rows
                    .iter()
                    .flat_map(|&row| probabilities.iter().skip(row * n_classes).take(*n_classes))
                    .copied()
                    .collect(),
                n_classes: *n_classes,
            },
            Values::Numbers { targets, predicted } => Values::Numbers {
                targets: pick(targets, rows),
                predicted: pick(predicted, rows),
            },
        };
        Ok(Self {
            values,
            weights: self.weights.as_deref().map(|weights| pick(weights, rows)),
            groups: self.groups.as_deref().map(|groups| pick(groups, rows)),
        })
    }

    /// Targets as numbers: the class index, or the value.
    pub(crate) fn target_codes(&self) -> Vec<f64> {
        match &self.values {
            Values::Classes { targets, .. } => targets.iter().map(|&class| class as f64).collect(),
            Values::Numbers { targets, .. } => targets.clone(),
        }
    }

    /// The same scores with other targets, from a permutation of [`Predictions::target_codes`].
    pub(crate) fn with_target_codes(&self, codes: &[f64]) -> Self {
        let mut other = self.clone();
        match &mut other.values {
            Values::Classes { targets, .. } => {
                *targets = codes.iter().map(|&code| code as usize).collect();
            }
            Values::Numbers { targets, .. } => *targets = codes.to_vec(),
        }
        other
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
