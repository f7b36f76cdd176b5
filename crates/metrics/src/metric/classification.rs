//! Accuracy and balanced accuracy of predicted classes.

use super::definition::{Definition, Direction, Scorer};
use super::{ConfusionMatrix, MetricError, check};

/// Registered as `accuracy`.
pub(super) const ACCURACY: Definition = Definition {
    direction: Direction::Greater,
    range: (0.0, 1.0),
    averages_rows: true,
    takes_weights: true,
    scorer: Scorer::Classes(|of| accuracy(of.targets, &of.predicted(), of.weights)),
};

/// Registered as `balanced-accuracy`.
pub(super) const BALANCED_ACCURACY: Definition = Definition {
    direction: Direction::Greater,
    range: (0.0, 1.0),
    averages_rows: false,
    takes_weights: true,
    scorer: Scorer::Classes(|of| {
        balanced_accuracy(of.targets, &of.predicted(), of.n_classes, of.weights)
    }),
};

/// Share of rows whose predicted class is the true one, in [0, 1]; scikit-learn's `accuracy_score`.
///
/// # Errors
/// [`MetricError::TooFewRows`] without rows; [`MetricError::Length`], [`MetricError::Weight`] or
/// [`MetricError::NoWeight`] for lists that do not fit.
pub fn accuracy(
    targets: &[usize],
    predicted: &[usize],
    weights: Option<&[f64]>,
) -> Result<f64, MetricError> {
    check::rows("accuracy", 1, targets.len())?;
    check::same_length("predicted", targets.len(), predicted.len())?;
    check::weights(weights, targets.len())?;
    let hits = targets
        .iter()
        .zip(predicted)
        .map(|(target, predicted)| f64::from(u8::from(target == predicted)));
    Ok(check::mean(hits, weights))
}

/// Mean recall over the classes that have rows, in [0, 1]; scikit-learn's
/// `balanced_accuracy_score`.
///
/// Classes without a row (of positive weight) are left out, as there.
///
/// # Errors
/// As [`accuracy`]; [`MetricError::UnknownClass`] for an index of `n_classes` or more.
pub fn balanced_accuracy(
    targets: &[usize],
    predicted: &[usize],
    n_classes: usize,
    weights: Option<&[f64]>,
) -> Result<f64, MetricError> {
    let matrix = ConfusionMatrix::new(targets, predicted, n_classes, weights)?;
    let recalls: Vec<f64> = (0..n_classes)
        .filter_map(|class| {
            let support = matrix.support(class);
            (support > 0.0).then(|| matrix.get(class, class) / support)
        })
        .collect();
    Ok(recalls.iter().sum::<f64>() / recalls.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let (targets, predicted) = ([0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1]);
        assert!((accuracy(&targets, &predicted, None).unwrap() - 4.0 / 6.0).abs() < 1e-15);
        // scikit-learn's own example
        assert!((balanced_accuracy(&targets, &predicted, 2, None).unwrap() - 0.625).abs() < 1e-15);
    }

    #[test]
    fn a_class_without_rows_is_left_out() {
        assert!((balanced_accuracy(&[0, 0, 1], &[0, 2, 1], 3, None).unwrap() - 0.75).abs() < 1e-15);
    }

    #[test]
    fn refusals_carry_values() {
        assert_eq!(
            accuracy(&[0, 1], &[0], None).unwrap_err(),
            MetricError::Length {
                what: "predicted",
                expected: 2,
                got: 1
            }
        );
        assert_eq!(
            accuracy(&[0, 1], &[0, 1], Some(&[1.0, -2.0])).unwrap_err(),
            MetricError::Weight {
                row: 1,
                value: -2.0
            }
        );
        assert_eq!(
            balanced_accuracy(&[0, 3], &[0, 1], 2, None).unwrap_err(),
            MetricError::UnknownClass {
                row: 1,
                class: 3,
                n_classes: 2
            }
        );
    }
}
