//! Net benefit of acting on a probability.

use serde::{Deserialize, Serialize};

use super::calibration_curve::check_probabilities;
use super::{MetricError, check};

/// One point of a decision curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DecisionPoint {
    /// Probability from which one acts.
    pub threshold: f64,
    /// Net benefit of acting on the model.
    pub model: f64,
    /// Net benefit of acting on every row; acting on none has 0.
    pub treat_all: f64,
}

/// Net benefit at each threshold, in true positives per row (Vickers and Elkin 2006):
/// `TP/n - FP/n * t/(1-t)`, acting where the probability is at least `t`.
///
/// # Errors
/// [`MetricError::Setting`] for a threshold outside (0, 1); [`MetricError::NotAProbability`],
/// [`MetricError::Length`], [`MetricError::TooFewRows`].
pub fn decision_curve(
    positive: &[bool],
    probabilities: &[f64],
    thresholds: &[f64],
) -> Result<Vec<DecisionPoint>, MetricError> {
    check::rows("decision curve", 1, positive.len())?;
    check::same_length("probabilities", positive.len(), probabilities.len())?;
    check_probabilities(probabilities)?;
    let n = positive.len() as f64;
    thresholds
        .iter()
        .map(|&threshold| {
            if !(threshold > 0.0 && threshold < 1.0) {
                return Err(MetricError::Setting {
                    metric: "decision curve",
                    what: "a threshold",
                    expected: "between 0 and 1",
                    got: threshold.to_string(),
                });
            }
            let count = |of: bool, from: f64| {
                let rows = positive.iter().zip(probabilities);
                rows.filter(|&(&positive, &p)| positive == of && p >= from)
                    .count() as f64
            };
            let odds = threshold / (1.0 - threshold);
            let benefit = |from: f64| (count(true, from) - count(false, from) * odds) / n;
            Ok(DecisionPoint {
                threshold,
                model: benefit(threshold),
                treat_all: benefit(0.0),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_rows() {
        let positive = [
            true, true, true, true, true, false, false, false, false, false,
        ];
        let p = [0.9, 0.8, 0.7, 0.6, 0.3, 0.65, 0.4, 0.2, 0.1, 0.35];
        let curve = decision_curve(&positive, &p, &[0.2, 0.35, 0.5]).unwrap();
        let want = [(0.4, 0.375), (0.238_461_538_5, 0.230_769_230_8), (0.3, 0.0)];
        for (point, (model, treat_all)) in curve.iter().zip(want) {
            assert!((point.model - model).abs() < 1e-10);
            assert!((point.treat_all - treat_all).abs() < 1e-10);
        }
        assert!(decision_curve(&positive, &p, &[1.0]).is_err());
    }
}
