//! Ranks, and the rank correlation.
#![expect(clippy::float_cmp, reason = "ties are values that are exactly equal")]

use super::definition::{Definition, Direction, Scorer};
use super::{MetricError, check};

/// Registered as `spearman`.
pub(super) const SPEARMAN: Definition = Definition {
    direction: Direction::Greater,
    range: (-1.0, 1.0),
    averages_rows: false,
    takes_weights: false,
    scorer: Scorer::Numbers(|of| spearman(of.targets, of.predicted)),
};

/// Spearman's rank correlation in [-1, 1]: Pearson's of the mid-ranks; scipy's `spearmanr`.
///
/// # Errors
/// [`MetricError::Undefined`] where either list is constant; [`MetricError::TooFewRows`] for fewer
/// than two rows; [`MetricError::Length`], [`MetricError::NonFinite`].
pub fn spearman(targets: &[f64], predicted: &[f64]) -> Result<f64, MetricError> {
    check::rows("spearman", 2, targets.len())?;
    check::same_length("predicted", targets.len(), predicted.len())?;
    check::finite("target", targets)?;
    check::finite("prediction", predicted)?;
    let (a, b) = (mid_ranks(targets), mid_ranks(predicted));
    let centre = 0.5 * (targets.len() as f64 + 1.0);
    let product = |a: &[f64], b: &[f64]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| (a - centre) * (b - centre))
            .sum()
    };
    let spread = product(&a, &a) * product(&b, &b);
    if spread > 0.0 {
        return Ok(product(&a, &b) / spread.sqrt());
    }
    Err(MetricError::Undefined {
        metric: "spearman",
        reason: "all targets or all predictions are the same".to_owned(),
    })
}

/// Ranks from 1; equal values share the mean of their ranks.
pub fn mid_ranks(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<(usize, f64)> = values.iter().copied().enumerate().collect();
    sorted.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut ranks = Vec::with_capacity(values.len());
    for tied in sorted.chunk_by(|a, b| a.1 == b.1) {
        let rank = ranks.len() as f64 + 0.5 * (tied.len() as f64 + 1.0);
        ranks.extend(tied.iter().map(|&(at, _)| (at, rank)));
    }
    ranks.sort_by_key(|&(at, _)| at);
    ranks.into_iter().map(|(_, rank)| rank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_ranks() {
        assert_eq!(mid_ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
    }

    #[test]
    fn any_monotone_map_correlates_fully() {
        let rho = spearman(&[1.0, 2.0, 3.0], &[-5.0, 0.0, 100.0]).unwrap();
        assert!((rho - 1.0).abs() < 1e-15);
        assert!(spearman(&[1.0, 1.0], &[1.0, 2.0]).is_err());
    }
}
