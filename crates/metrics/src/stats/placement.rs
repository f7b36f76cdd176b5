//! Placement values: how each row of one class stands among the rows of the other.
#![expect(clippy::float_cmp, reason = "ties are scores that are exactly equal")]

use super::StatsError;
use super::result::at_least;
use crate::metric::{MetricError, finite, same_length};

/// Placements of one model: their mean over either class is the AUC.
#[derive(Debug, Clone)]
pub(super) struct Placements {
    /// For each positive row, the share of negative rows below it (ties one half).
    pub(super) positive: Vec<f64>,
    /// For each negative row, the share of positive rows above it.
    pub(super) negative: Vec<f64>,
}

impl Placements {
    /// By mid-ranks in O(n log n): Sun and Xu 2014, "Fast Implementation of DeLong's Algorithm".
    pub(super) fn new(
        method: &'static str,
        positive: &[bool],
        scores: &[f64],
    ) -> Result<Self, StatsError> {
        same_length("scores", positive.len(), scores.len())?;
        finite("score", scores)?;
        let m = positive.iter().filter(|&&positive| positive).count();
        let n = positive.len() - m;
        if m == 0 || n == 0 {
            let class = if n == 0 { "positive" } else { "negative" };
            let rows = positive.len();
            return Err(MetricError::OneClass {
                metric: method,
                class: class.to_owned(),
                rows,
            }
            .into());
        }
        // Two rows of each class: the variance divides by one less.
        at_least(method, "positive rows", 2, m)?;
        at_least(method, "negative rows", 2, n)?;
        let mut order: Vec<(f64, usize, bool)> = scores
            .iter()
            .zip(positive)
            .enumerate()
            .map(|(row, (&score, &positive))| (score, row, positive))
            .collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut placed: Vec<(usize, bool, f64)> = Vec::with_capacity(order.len());
        let (mut positives, mut negatives) = (0.0, 0.0);
        for tied in order.chunk_by(|a, b| a.0 == b.0) {
            let tied_positives = tied.iter().filter(|row| row.2).count() as f64;
            let tied_negatives = tied.len() as f64 - tied_positives;
            let of_positive = (negatives + 0.5 * tied_negatives) / n as f64;
            let of_negative = 1.0 - (positives + 0.5 * tied_positives) / m as f64;
            placed.extend(tied.iter().map(|&(_, row, positive)| {
                (
                    row,
                    positive,
                    if positive { of_positive } else { of_negative },
                )
            }));
            positives += tied_positives;
            negatives += tied_negatives;
        }
        placed.sort_by_key(|&(row, _, _)| row);
        let of_class = |class| {
            placed
                .iter()
                .filter(|row| row.1 == class)
                .map(|row| row.2)
                .collect()
        };
        Ok(Self {
            positive: of_class(true),
            negative: of_class(false),
        })
    }

    /// Area under the ROC curve.
    pub(super) fn auc(&self) -> f64 {
        self.positive.iter().sum::<f64>() / self.positive.len() as f64
    }

    /// Covariance of the AUCs of two models on the same rows, or with itself the variance: DeLong,
    /// DeLong and Clarke-Pearson 1988, equation 6.
    pub(super) fn covariance(&self, other: &Self) -> f64 {
        covariance(&self.positive, &other.positive) / self.positive.len() as f64
            + covariance(&self.negative, &other.negative) / self.negative.len() as f64
    }
}

/// Sample covariance, divisor n - 1.
fn covariance(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - mean_a) * (b - mean_b))
        .sum::<f64>()
        / (n - 1.0)
}
