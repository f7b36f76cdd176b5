//! The confusion matrix.

use serde::{Deserialize, Serialize};

use super::{MetricError, check};

/// Most classes of a matrix, which holds their square: 8 GiB.
const MOST_CLASSES: usize = 32_768;

/// Rows by true and predicted class; scikit-learn's `confusion_matrix`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConfusionMatrix {
    n_classes: usize,
    /// `[true, predicted]`, row-major.
    counts: Vec<f64>,
    /// Whether any row has the class, or is taken for it.
    occurs: Vec<bool>,
}

impl ConfusionMatrix {
    /// Counts, or sums of weights, of rows by true and predicted class.
    ///
    /// # Errors
    /// [`MetricError::TooFewRows`], [`MetricError::Length`], [`MetricError::UnknownClass`],
    /// [`MetricError::Weight`] or [`MetricError::NoWeight`]; [`MetricError::Setting`] for more than
    /// 32768 classes.
    pub fn new(
        targets: &[usize],
        predicted: &[usize],
        n_classes: usize,
        weights: Option<&[f64]>,
    ) -> Result<Self, MetricError> {
        check::rows("confusion matrix", 1, targets.len())?;
        check::same_length("predicted", targets.len(), predicted.len())?;
        check::weights(weights, targets.len())?;
        if n_classes > MOST_CLASSES {
            return Err(MetricError::Setting {
                metric: "confusion matrix",
                what: "number of classes",
                expected: "at most 32768",
                got: n_classes.to_string(),
            });
        }
        let mut counts = vec![0.0; n_classes * n_classes];
        let mut occurs = vec![false; n_classes];
        let pairs = targets
            .iter()
            .zip(predicted)
            .zip(check::each_weight(weights));
        for (row, ((&target, &predicted), weight)) in pairs.enumerate() {
            let class = target.max(predicted);
            if class >= n_classes {
                return Err(MetricError::UnknownClass {
                    row,
                    class,
                    n_classes,
                });
            }
            if let Some(count) = counts.get_mut(target * n_classes + predicted) {
                *count += weight;
            }
            for class in [target, predicted] {
                if let Some(occurs) = occurs.get_mut(class) {
                    *occurs = true;
                }
            }
        }
        Ok(Self {
            n_classes,
            counts,
            occurs,
        })
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// Rows of class `target` that were taken for `predicted`; 0 for a class that is not there.
    pub fn get(&self, target: usize, predicted: usize) -> f64 {
        if predicted >= self.n_classes {
            return 0.0;
        }
        self.counts
            .get(target * self.n_classes + predicted)
            .copied()
            .unwrap_or(0.0)
    }

    /// Counts per true class, one list per class.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.counts.chunks_exact(self.n_classes.max(1))
    }

    /// Rows whose true class is `class`.
    pub fn support(&self, class: usize) -> f64 {
        (0..self.n_classes)
            .map(|predicted| self.get(class, predicted))
            .sum()
    }

    /// Rows that were taken for `class`.
    pub fn predicted(&self, class: usize) -> f64 {
        (0..self.n_classes)
            .map(|target| self.get(target, class))
            .sum()
    }

    /// Whether any row is of `class` or is taken for it, be it with a weight of 0.
    pub fn occurs(&self, class: usize) -> bool {
        self.occurs.get(class).copied().unwrap_or(false)
    }

    /// All rows.
    pub fn total(&self) -> f64 {
        self.counts.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_true_then_predicted() {
        let matrix = ConfusionMatrix::new(&[0, 0, 1, 2], &[0, 1, 1, 0], 3, None).unwrap();
        let rows: Vec<_> = matrix.rows().map(<[f64]>::to_vec).collect();
        assert_eq!(rows, [[1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]);
        assert_eq!(
            (matrix.support(0), matrix.predicted(0), matrix.total()),
            (2.0, 2.0, 4.0)
        );
    }

    #[test]
    fn a_class_of_weight_0_occurs() {
        let matrix = ConfusionMatrix::new(&[0, 1], &[0, 0], 3, Some(&[1.0, 0.0])).unwrap();
        assert_eq!(
            [0, 1, 2, 9].map(|c| matrix.occurs(c)),
            [true, true, false, false]
        );
        assert!(ConfusionMatrix::new(&[0], &[0], usize::MAX, None).is_err());
    }
}
