//! Errors of predicted numbers.

use super::definition::{Definition, Direction, Scorer};
use super::{MetricError, check};

/// Registered as `mse`.
pub(super) const MSE: Definition = Definition {
    direction: Direction::Less,
    range: (0.0, f64::INFINITY),
    averages_rows: true,
    takes_weights: true,
    scorer: Scorer::Numbers(|of| mean_squared_error(of.targets, of.predicted, of.weights)),
};

/// Registered as `rmse`.
pub(super) const RMSE: Definition = Definition {
    direction: Direction::Less,
    range: (0.0, f64::INFINITY),
    averages_rows: false,
    takes_weights: true,
    scorer: Scorer::Numbers(|of| root_mean_squared_error(of.targets, of.predicted, of.weights)),
};

/// Registered as `mae`.
pub(super) const MAE: Definition = Definition {
    direction: Direction::Less,
    range: (0.0, f64::INFINITY),
    averages_rows: true,
    takes_weights: true,
    scorer: Scorer::Numbers(|of| mean_absolute_error(of.targets, of.predicted, of.weights)),
};

/// Registered as `r2`.
pub(super) const R2: Definition = Definition {
    direction: Direction::Greater,
    range: (f64::NEG_INFINITY, 1.0),
    averages_rows: false,
    takes_weights: true,
    scorer: Scorer::Numbers(|of| r2(of.targets, of.predicted, of.weights)),
};

/// Mean squared error, in the target's unit squared; scikit-learn's `mean_squared_error`.
///
/// # Errors
/// [`MetricError::TooFewRows`], [`MetricError::Length`], [`MetricError::NonFinite`],
/// [`MetricError::Weight`], [`MetricError::NoWeight`].
pub fn mean_squared_error(
    targets: &[f64],
    predicted: &[f64],
    weights: Option<&[f64]>,
) -> Result<f64, MetricError> {
    check_rows("mse", 1, targets, predicted, weights)?;
    Ok(check::mean(
        targets.iter().zip(predicted).map(|(y, p)| (y - p).powi(2)),
        weights,
    ))
}

/// Square root of the mean squared error, in the target's unit.
///
/// # Errors
/// As [`mean_squared_error`].
pub fn root_mean_squared_error(
    targets: &[f64],
    predicted: &[f64],
    weights: Option<&[f64]>,
) -> Result<f64, MetricError> {
    mean_squared_error(targets, predicted, weights).map(f64::sqrt)
}

/// Mean absolute error, in the target's unit; scikit-learn's `mean_absolute_error`.
///
/// # Errors
/// As [`mean_squared_error`].
pub fn mean_absolute_error(
    targets: &[f64],
    predicted: &[f64],
    weights: Option<&[f64]>,
) -> Result<f64, MetricError> {
    check_rows("mae", 1, targets, predicted, weights)?;
    Ok(check::mean(
        targets.iter().zip(predicted).map(|(y, p)| (y - p).abs()),
        weights,
    ))
}

/// Coefficient of determination, at most 1; scikit-learn's `r2_score`.
///
/// Where all targets (of a weight above 0) are the same it is 1 for perfect predictions and 0
/// otherwise. So it is there, but for constants whose mean is off by a rounding: then it is a number
/// without meaning.
///
/// # Errors
/// As [`mean_squared_error`]; [`MetricError::TooFewRows`] for fewer than two rows.
pub fn r2(targets: &[f64], predicted: &[f64], weights: Option<&[f64]>) -> Result<f64, MetricError> {
    check_rows("r2", 2, targets, predicted, weights)?;
    let mean = check::mean(targets.iter().copied(), weights);
    let sum = |values: &mut dyn Iterator<Item = f64>| -> f64 {
        values
            .zip(check::each_weight(weights))
            .map(|(value, weight)| weight * value)
            .sum()
    };
    let residual = sum(&mut targets.iter().zip(predicted).map(|(y, p)| (y - p).powi(2)));
    let total = sum(&mut targets.iter().map(|y| (y - mean).powi(2)));
    let mut counted = targets
        .iter()
        .zip(check::each_weight(weights))
        .filter(|(_, weight)| *weight > 0.0);
    let first = counted.next().map(|(target, _)| *target);
    let constant = counted.all(|(target, _)| Some(*target) == first);
    if residual == 0.0 {
        return Ok(1.0);
    }
    Ok(if constant || total == 0.0 {
        0.0
    } else {
        1.0 - residual / total
    })
}

fn check_rows(
    metric: &'static str,
    needs: usize,
    targets: &[f64],
    predicted: &[f64],
    weights: Option<&[f64]>,
) -> Result<(), MetricError> {
    check::rows(metric, needs, targets.len())?;
    check::same_length("predicted", targets.len(), predicted.len())?;
    check::weights(weights, targets.len())?;
    check::finite("target", targets)?;
    check::finite("prediction", predicted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let (y, p) = ([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0]);
        assert_eq!(mean_squared_error(&y, &p, None), Ok(0.375));
        assert_eq!(mean_absolute_error(&y, &p, None), Ok(0.5));
        assert!((r2(&y, &p, None).unwrap() - 0.948_608_137_044_967_9).abs() < 1e-15);
    }

    #[test]
    fn constant_targets() {
        assert_eq!(r2(&[2.0, 2.0], &[2.0, 2.0], None), Ok(1.0));
        assert_eq!(r2(&[2.0, 2.0], &[2.0, 3.0], None), Ok(0.0));
        assert!(matches!(
            r2(&[2.0], &[2.0], None),
            Err(MetricError::TooFewRows { needs: 2, .. })
        ));
    }
}
