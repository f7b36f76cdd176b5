//! Binned calibration errors and the decomposition of the Brier score.

use serde::{Deserialize, Serialize};

use super::calibration_curve::{Bins, check_probabilities, inner_edges};
use super::definition::{Definition, Direction, Scorer};
use super::{MetricError, check};

/// Registered as `calibration-error`.
pub(super) const CALIBRATION_ERROR: Definition = Definition {
    direction: Direction::Less,
    range: (0.0, 1.0),
    averages_rows: false,
    takes_weights: false,
    scorer: Scorer::Classes(|of| {
        let hits: Vec<bool> = of
            .targets
            .iter()
            .zip(of.predicted())
            .map(|(class, best)| *class == best)
            .collect();
        let confidence: Vec<f64> = of
            .probabilities
            .chunks_exact(of.n_classes.max(1))
            .map(|row| row.iter().copied().fold(0.0, f64::max))
            .collect();
        debiased_calibration_error(&hits, &confidence, Bins::Quantile(15))
    }),
};

/// Expected calibration error: mean over rows of the distance between predicted and observed share
/// of their bin, in [0, 1] (Naeini et al. 2015). It is too high for few rows, even of a calibrated
/// model: prefer [`debiased_calibration_error`].
///
/// # Errors
/// [`MetricError::Setting`] for no bin; [`MetricError::NotAProbability`], [`MetricError::Length`],
/// [`MetricError::TooFewRows`].
pub fn expected_calibration_error(
    positive: &[bool],
    probabilities: &[f64],
    bins: Bins,
) -> Result<f64, MetricError> {
    let bins = binned(positive, probabilities, bins)?;
    let sum: f64 = bins
        .iter()
        .map(|bin| bin.rows * (bin.predicted - bin.observed).abs())
        .sum();
    Ok(sum / positive.len() as f64)
}

/// Root mean squared calibration error, debiased, in [0, 1]: from each bin's squared distance the
/// part is taken that chance alone gives (Kumar, Liang and Ma 2019, definition 5.1; their package
/// `uncertainty-calibration`). 0 where chance explains all of it. Bins of one row are left out, as
/// they say nothing.
///
/// # Errors
/// As [`expected_calibration_error`]; [`MetricError::Undefined`] if no bin has two rows.
pub fn debiased_calibration_error(
    positive: &[bool],
    probabilities: &[f64],
    bins: Bins,
) -> Result<f64, MetricError> {
    let bins = binned(positive, probabilities, bins)?;
    let usable: Vec<&Bin> = bins.iter().filter(|bin| bin.rows > 1.0).collect();
    let rows: f64 = usable.iter().map(|bin| bin.rows).sum();
    if rows == 0.0 {
        return Err(MetricError::Undefined {
            metric: "calibration error",
            reason: "no bin has two rows".to_owned(),
        });
    }
    let sum: f64 = usable
        .iter()
        .map(|bin| {
            let by_chance = bin.observed * (1.0 - bin.observed) / (bin.rows - 1.0);
            bin.rows * ((bin.predicted - bin.observed).powi(2) - by_chance)
        })
        .sum();
    Ok((sum / rows).max(0.0).sqrt())
}

/// The Brier score in parts; `reliability - resolution + uncertainty + within_bins` is the score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BrierDecomposition {
    /// The Brier score of class 1.
    pub brier: f64,
    /// Squared distance of the bins from their observed shares; 0 is calibrated.
    pub reliability: f64,
    /// Squared distance of the observed shares from the overall one; larger is better.
    pub resolution: f64,
    /// Variance of the target.
    pub uncertainty: f64,
    /// What binning hides: variance of the probabilities within bins less twice their covariance
    /// with the target (Stephenson, Coelho and Jolliffe 2008).
    pub within_bins: f64,
}

/// Murphy's 1973 decomposition of the Brier score, with the terms within bins that make it exact.
///
/// # Errors
/// As [`expected_calibration_error`].
pub fn brier_decomposition(
    positive: &[bool],
    probabilities: &[f64],
    bins: Bins,
) -> Result<BrierDecomposition, MetricError> {
    let bins = binned(positive, probabilities, bins)?;
    let n = positive.len() as f64;
    let base = bins.iter().map(|bin| bin.rows * bin.observed).sum::<f64>() / n;
    let mean =
        |of: &dyn Fn(&Bin) -> f64| bins.iter().map(|bin| bin.rows * of(bin)).sum::<f64>() / n;
    let brier = positive
        .iter()
        .zip(probabilities)
        .map(|(&positive, p)| (p - f64::from(u8::from(positive))).powi(2))
        .sum::<f64>()
        / n;
    let reliability = mean(&|bin| (bin.predicted - bin.observed).powi(2));
    let resolution = mean(&|bin| (bin.observed - base).powi(2));
    Ok(BrierDecomposition {
        brier,
        reliability,
        resolution,
        uncertainty: base * (1.0 - base),
        within_bins: mean(&|bin| bin.spread - 2.0 * bin.covariance),
    })
}

/// What a bin holds.
struct Bin {
    rows: f64,
    predicted: f64,
    observed: f64,
    /// Variance of the probabilities within the bin.
    spread: f64,
    /// Their covariance with the target.
    covariance: f64,
}

fn binned(positive: &[bool], probabilities: &[f64], bins: Bins) -> Result<Vec<Bin>, MetricError> {
    check::rows("calibration error", 1, positive.len())?;
    check::same_length("probabilities", positive.len(), probabilities.len())?;
    check_probabilities(probabilities)?;
    let inner = inner_edges(probabilities, bins)?;
    let mut members = vec![Vec::new(); inner.len() + 1];
    for (&positive, &p) in positive.iter().zip(probabilities) {
        if let Some(bin) = members.get_mut(inner.partition_point(|&edge| edge < p)) {
            bin.push((p, f64::from(u8::from(positive))));
        }
    }
    let summary = |bin: &Vec<(f64, f64)>| {
        let rows = bin.len() as f64;
        let mean = |of: &dyn Fn(&(f64, f64)) -> f64| bin.iter().map(of).sum::<f64>() / rows;
        let (predicted, observed) = (mean(&|row| row.0), mean(&|row| row.1));
        Bin {
            rows,
            predicted,
            observed,
            spread: mean(&|row| (row.0 - predicted).powi(2)),
            covariance: mean(&|row| (row.0 - predicted) * (row.1 - observed)),
        }
    };
    Ok(members
        .iter()
        .filter(|bin| !bin.is_empty())
        .map(summary)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSITIVE: [bool; 10] = [
        true, true, true, true, true, false, false, false, false, false,
    ];
    const P: [f64; 10] = [0.9, 0.8, 0.7, 0.6, 0.3, 0.65, 0.4, 0.2, 0.1, 0.35];

    #[test]
    fn the_parts_sum_to_the_score() {
        for bins in [Bins::Uniform(1), Bins::Uniform(4), Bins::Quantile(3)] {
            let d = brier_decomposition(&POSITIVE, &P, bins).unwrap();
            assert!((d.brier - 0.1545).abs() < 1e-12);
            let sum = d.reliability - d.resolution + d.uncertainty + d.within_bins;
            assert!((sum - d.brier).abs() < 1e-12);
        }
    }

    #[test]
    fn one_bin_by_hand() {
        // mean .5, observed .5
        assert!(expected_calibration_error(&POSITIVE, &P, Bins::Uniform(1)).unwrap() < 1e-15);
        let high = [0.9; 10];
        let ece = expected_calibration_error(&POSITIVE, &high, Bins::Uniform(10)).unwrap();
        assert!((ece - 0.4).abs() < 1e-12);
        let debiased = debiased_calibration_error(&POSITIVE, &high, Bins::Uniform(10)).unwrap();
        assert!((debiased - (0.16_f64 - 0.25 / 9.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn debiasing_forgives_what_chance_gives() {
        let positive: Vec<bool> = (0..40).map(|i| i % 2 == 0 || i == 39).collect();
        let p = [0.5; 40];
        assert!(expected_calibration_error(&positive, &p, Bins::Uniform(5)).unwrap() > 0.02);
        assert!(debiased_calibration_error(&positive, &p, Bins::Uniform(5)).unwrap() < 1e-15);
        assert!(debiased_calibration_error(&[true], &[0.5], Bins::Uniform(5)).is_err());
    }
}
