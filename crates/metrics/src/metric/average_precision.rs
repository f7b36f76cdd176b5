//! Average precision: the step-wise area under the precision-recall curve.
#![expect(clippy::float_cmp, reason = "ties are scores that are exactly equal")]

use super::definition::{Definition, Direction, Scorer};
use super::{MetricError, check};

/// Registered as `average-precision`.
pub(super) const AVERAGE_PRECISION: Definition = Definition {
    direction: Direction::Greater,
    range: (0.0, 1.0),
    averages_rows: false,
    takes_weights: true,
    scorer: Scorer::TwoClasses {
        score: |of| {
            let (positive, scores) = of.of_class_one();
            average_precision(&positive, &scores, of.weights)
        },
        instead: "auc-ovr or auc-ovo",
    },
};

/// Sum over thresholds of the gain in recall times the precision there, in [0, 1]; scikit-learn's
/// `average_precision_score`. Chance level is the share of positive rows.
///
/// # Errors
/// [`MetricError::OneClass`] without positive rows (of positive weight); [`MetricError::Length`],
/// [`MetricError::NonFinite`], [`MetricError::Weight`], [`MetricError::NoWeight`].
pub fn average_precision(
    positive: &[bool],
    scores: &[f64],
    weights: Option<&[f64]>,
) -> Result<f64, MetricError> {
    check::same_length("scores", positive.len(), scores.len())?;
    check::weights(weights, positive.len())?;
    check::finite("score", scores)?;
    let mut rows: Vec<(f64, bool, f64)> = scores
        .iter()
        .zip(positive)
        .zip(check::each_weight(weights))
        .map(|((&score, &positive), weight)| (score, positive, weight))
        .filter(|row| row.2 > 0.0)
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut hits, mut called, mut area) = (0.0, 0.0, 0.0);
    for tied in rows.chunk_by(|a, b| a.0 == b.0) {
        let gain: f64 = tied.iter().filter(|row| row.1).map(|row| row.2).sum();
        hits += gain;
        called += tied.iter().map(|row| row.2).sum::<f64>();
        area += gain * hits / called;
    }
    if hits > 0.0 {
        return Ok(area / hits);
    }
    Err(MetricError::OneClass {
        metric: "average-precision",
        class: "negative".to_owned(),
        rows: positive.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let positive = [false, false, true, true];
        let area = average_precision(&positive, &[0.1, 0.4, 0.35, 0.8], None).unwrap();
        assert!((area - (0.5 + 0.5 * 2.0 / 3.0)).abs() < 1e-15);
        assert!(average_precision(&[false], &[0.1], None).is_err());
    }
}
