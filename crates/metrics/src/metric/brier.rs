//! The Brier score of probabilities.

use super::definition::{Definition, Direction, Scorer};
use super::{MetricError, check};

/// Registered as `brier`; up to 2, because it is summed over three classes or more.
pub(super) const BRIER: Definition = Definition {
    direction: Direction::Less,
    range: (0.0, 2.0),
    averages_rows: true,
    takes_weights: true,
    scorer: Scorer::Classes(|of| brier(of.targets, of.probabilities, of.n_classes, of.weights)),
};

/// Mean squared distance of the probabilities from the truth (Brier 1950): for two classes of the
/// probability of class 1, in [0, 1]; for more summed over classes, in [0, 2]. As scikit-learn's
/// `brier_score_loss`, whose `scale_by_half` is `"auto"`.
///
/// `probabilities` is `[rows, n_classes]`, row-major.
///
/// # Errors
/// [`MetricError::TooFewRows`], [`MetricError::Length`], [`MetricError::UnknownClass`],
/// [`MetricError::Weight`], [`MetricError::NoWeight`].
pub fn brier(
    targets: &[usize],
    probabilities: &[f64],
    n_classes: usize,
    weights: Option<&[f64]>,
) -> Result<f64, MetricError> {
    check::rows("brier", 1, targets.len())?;
    check::same_length(
        "probabilities",
        targets.len().saturating_mul(n_classes),
        probabilities.len(),
    )?;
    check::weights(weights, targets.len())?;
    check::finite("probability", probabilities)?;
    if let Some(row) = targets.iter().position(|&class| class >= n_classes) {
        let class = targets.get(row).copied().unwrap_or_default();
        return Err(MetricError::UnknownClass {
            row,
            class,
            n_classes,
        });
    }
    let distances = targets
        .iter()
        .zip(probabilities.chunks(n_classes.max(1)))
        .map(|(&class, row)| {
            row.iter()
                .enumerate()
                .map(|(at, p)| (p - f64::from(u8::from(at == class))).powi(2))
                .sum::<f64>()
        });
    let mean = check::mean(distances, weights);
    Ok(if n_classes == 2 { mean / 2.0 } else { mean })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let two = brier(&[1, 0], &[0.2, 0.8, 0.6, 0.4], 2, None).unwrap();
        assert!((two - 0.1).abs() < 1e-15);
        let three = brier(&[2], &[0.2, 0.3, 0.5], 3, None).unwrap();
        assert!((three - (0.04 + 0.09 + 0.25)).abs() < 1e-15);
        assert!(brier(&[3], &[0.2, 0.3, 0.5], 3, None).is_err());
    }
}
