//! The reliability diagram: observed share against predicted probability.

use serde::{Deserialize, Serialize};

use super::{MetricError, check};

/// How probabilities are put into bins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bins {
    /// Bins of the same width over [0, 1].
    Uniform(usize),
    /// Bins of about the same number of rows: edges at quantiles of the probabilities.
    Quantile(usize),
}

/// One bin that holds rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CalibrationPoint {
    /// Mean predicted probability of the rows in the bin.
    pub predicted: f64,
    /// Share of them that are positive.
    pub observed: f64,
    /// Number of them.
    pub rows: usize,
}

/// Observed share of positives by bin of predicted probability, for bins with rows; scikit-learn's
/// `calibration_curve`.
///
/// A probability on an inner edge belongs to the lower bin.
///
/// # Errors
/// [`MetricError::Setting`] for no bin; [`MetricError::NotAProbability`] outside [0, 1];
/// [`MetricError::Length`], [`MetricError::TooFewRows`].
pub fn calibration_curve(
    positive: &[bool],
    probabilities: &[f64],
    bins: Bins,
) -> Result<Vec<CalibrationPoint>, MetricError> {
    check::rows("calibration curve", 1, positive.len())?;
    check::same_length("probabilities", positive.len(), probabilities.len())?;
    check_probabilities(probabilities)?;
    let inner = inner_edges(probabilities, bins)?;
    let mut sums = vec![(0.0, 0.0, 0usize); inner.len() + 1];
    for (&positive, &probability) in positive.iter().zip(probabilities) {
        let bin = inner.partition_point(|&edge| edge < probability);
        if let Some((predicted, observed, rows)) = sums.get_mut(bin) {
            *predicted += probability;
            *observed += f64::from(u8::from(positive));
            *rows += 1;
        }
    }
    Ok(sums
        .into_iter()
        .filter(|(_, _, rows)| *rows > 0)
        .map(|(predicted, observed, rows)| CalibrationPoint {
            predicted: predicted / rows as f64,
            observed: observed / rows as f64,
            rows,
        })
        .collect())
}

/// Probabilities of the positive class, each in [0, 1].
pub(super) fn check_probabilities(probabilities: &[f64]) -> Result<(), MetricError> {
    match probabilities
        .iter()
        .position(|value| !(0.0..=1.0).contains(value))
    {
        None => Ok(()),
        Some(row) => Err(MetricError::NotAProbability {
            row,
            class: 1,
            value: probabilities.get(row).copied().unwrap_or(f64::NAN),
        }),
    }
}

/// Edges between the bins.
pub(super) fn inner_edges(probabilities: &[f64], bins: Bins) -> Result<Vec<f64>, MetricError> {
    let (Bins::Uniform(n_bins) | Bins::Quantile(n_bins)) = bins;
    if n_bins == 0 {
        return Err(MetricError::Setting {
            metric: "calibration curve",
            what: "number of bins",
            expected: "at least 1",
            got: "0".to_owned(),
        });
    }
    // The step first, then the product: the same roundings as numpy's linspace.
    let step = 1.0 / n_bins as f64;
    let positions = (1..n_bins).map(|i| i as f64 * step);
    Ok(match bins {
        Bins::Uniform(_) => positions.collect(),
        Bins::Quantile(_) => {
            let mut sorted = probabilities.to_vec();
            sorted.sort_by(f64::total_cmp);
            // In per cent and back, as numpy's percentile: a row on an edge must fall as it does there.
            positions
                .map(|position| quantile(&sorted, position * 100.0 / 100.0))
                .collect()
        }
    })
}

/// Linear interpolation between the sorted values around `position` in [0, 1], as numpy's percentile;
/// NaN without values.
pub fn quantile(sorted: &[f64], position: f64) -> f64 {
    let at = position * (sorted.len().saturating_sub(1)) as f64;
    let below = at.floor() as usize;
    let low = sorted.get(below).copied().unwrap_or(f64::NAN);
    let high = sorted.get(below + 1).copied().unwrap_or(low);
    let share = at - at.floor();
    // numpy's lerp: exact at both ends.
    if share >= 0.5 {
        high - (high - low) * (1.0 - share)
    } else {
        low + (high - low) * share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_scikit_learn() {
        let positive = [false, false, false, false, true, true, true, true, true];
        let probabilities = [0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1.0];
        let curve = calibration_curve(&positive, &probabilities, Bins::Uniform(3)).unwrap();
        let observed: Vec<f64> = curve.iter().map(|point| point.observed).collect();
        assert_eq!(observed, [0.0, 0.5, 1.0]);
        for (point, predicted) in curve.iter().zip([0.2, 0.525, 0.85]) {
            assert!((point.predicted - predicted).abs() < 1e-15);
        }
    }

    #[test]
    fn empty_bins_are_left_out_and_bad_values_refused() {
        assert_eq!(
            calibration_curve(&[true], &[0.95], Bins::Uniform(10))
                .unwrap()
                .len(),
            1
        );
        assert!(calibration_curve(&[true], &[1.5], Bins::Uniform(10)).is_err());
        assert!(calibration_curve(&[true], &[0.5], Bins::Quantile(0)).is_err());
    }
}
