//! Log loss: cross-entropy of probabilities.

use super::definition::{Definition, Direction, Scorer};
use super::{MetricError, check};

/// Registered as `log-loss`.
pub(super) const LOG_LOSS: Definition = Definition {
    direction: Direction::Less,
    range: (0.0, f64::INFINITY),
    averages_rows: true,
    takes_weights: true,
    scorer: Scorer::Classes(|of| log_loss(of.targets, of.probabilities, of.n_classes, of.weights)),
};

/// Mean of minus the natural logarithm of the probability of the true class, in nats; scikit-learn's
/// `log_loss`, which keeps probabilities 2.2e-16 away from 0 and 1.
///
/// `probabilities` is `[rows, n_classes]`, row-major.
///
/// # Errors
/// [`MetricError::TooFewRows`], [`MetricError::Length`], [`MetricError::UnknownClass`],
/// [`MetricError::NotAProbability`], [`MetricError::Weight`], [`MetricError::NoWeight`].
pub fn log_loss(
    targets: &[usize],
    probabilities: &[f64],
    n_classes: usize,
    weights: Option<&[f64]>,
) -> Result<f64, MetricError> {
    check::rows("log-loss", 1, targets.len())?;
    check::same_length(
        "probabilities",
        targets.len().saturating_mul(n_classes),
        probabilities.len(),
    )?;
    check::weights(weights, targets.len())?;
    let mut losses = Vec::with_capacity(targets.len());
    for (row, (&class, of_row)) in targets
        .iter()
        .zip(probabilities.chunks(n_classes.max(1)))
        .enumerate()
    {
        let &value = of_row.get(class).ok_or(MetricError::UnknownClass {
            row,
            class,
            n_classes,
        })?;
        if !(-1e-4..=1.0 + 1e-4).contains(&value) {
            return Err(MetricError::NotAProbability { row, class, value });
        }
        losses.push(-value.clamp(f64::EPSILON, 1.0 - f64::EPSILON).ln());
    }
    Ok(check::mean(losses.into_iter(), weights))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let loss = log_loss(&[0, 1], &[0.5, 0.5, 0.75, 0.25], 2, None).unwrap();
        assert!((loss - f64::midpoint(2f64.ln(), 4f64.ln())).abs() < 1e-15);
    }

    #[test]
    fn certainty_that_is_wrong_costs_36_nats() {
        let loss = log_loss(&[0], &[0.0, 1.0], 2, None).unwrap();
        assert!((loss - 36.043_653_389_117_15).abs() < 1e-12);
    }
}
