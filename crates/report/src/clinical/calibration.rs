//! Calibration of probabilities, and of numbers.

use midfuse_base::Seed;
use midfuse_metrics::metric::{
    Bins, Calibration, MetricError, ValueCalibration, calibration, calibration_curve,
    smoothed_calibration, value_calibration,
};

use super::resample::{estimate, pick};
use crate::results::{CalibrationBin, CalibrationResult};

/// Probabilities are kept this far from 0 and 1, which have no logit.
const CLIP: f64 = 1e-8;
/// Span of the loess curve (Austin and Steyerberg 2014).
const SPAN: f64 = 0.75;
/// Points of the curve.
const POINTS: usize = 41;
/// Most bins.
const MAX_BINS: usize = 10;

/// Bins of which each holds at least `least` units.
fn n_bins(units: usize, least: usize) -> usize {
    (units / least.max(1)).clamp(1, MAX_BINS)
}

/// Calibration of the probability of an event.
pub(super) fn of_event(
    class: &str,
    positive: &[bool],
    probabilities: &[f64],
    members: &[Vec<usize>],
    (units, least): (usize, usize),
    seed: Seed,
) -> CalibrationResult {
    let clipped: Vec<f64> = probabilities
        .iter()
        .map(|p| p.clamp(CLIP, 1.0 - CLIP))
        .collect();
    let fit = |what: &'static str, of: fn(&Calibration) -> f64| {
        estimate(members, seed.derive(what), |rows| {
            calibration(&pick(positive, rows), &pick(&clipped, rows)).map(|fit| of(&fit))
        })
    };
    let bins = Bins::Quantile(n_bins(units, least));
    CalibrationResult {
        class: Some(class.to_owned()),
        observed_expected: estimate(members, seed.derive("observed-expected"), |rows| {
            observed_expected(&pick(positive, rows), &pick(probabilities, rows))
        }),
        intercept: fit("intercept", |fit| fit.intercept),
        slope: fit("slope", |fit| fit.slope),
        mean_error: None,
        bins: calibration_curve(positive, probabilities, bins)
            .unwrap_or_default()
            .into_iter()
            .map(|point| CalibrationBin {
                predicted: point.predicted,
                observed: point.observed,
                predictions: point.rows,
            })
            .collect(),
        curve: smoothed_calibration(positive, probabilities, SPAN, &grid(probabilities))
            .unwrap_or_default(),
    }
}

/// Calibration of predicted numbers.
pub(super) fn of_numbers(
    targets: &[f64],
    predicted: &[f64],
    members: &[Vec<usize>],
    (units, least): (usize, usize),
    seed: Seed,
) -> CalibrationResult {
    let fit = |what: &'static str, of: fn(&ValueCalibration) -> f64| {
        estimate(members, seed.derive(what), |rows| {
            value_calibration(&pick(targets, rows), &pick(predicted, rows)).map(|fit| of(&fit))
        })
    };
    CalibrationResult {
        class: None,
        observed_expected: None,
        intercept: fit("intercept", |fit| fit.intercept),
        slope: fit("slope", |fit| fit.slope),
        mean_error: estimate(members, seed.derive("mean-error"), |rows| {
            Ok(mean_error(&pick(targets, rows), &pick(predicted, rows)))
        }),
        bins: bins_of_numbers(targets, predicted, n_bins(units, least)),
        curve: Vec::new(),
    }
}

/// Observed over expected number of events.
pub(super) fn observed_expected(
    positive: &[bool],
    probabilities: &[f64],
) -> Result<f64, MetricError> {
    let observed = positive.iter().filter(|&&positive| positive).count() as f64;
    let expected: f64 = probabilities.iter().sum();
    if expected > 0.0 {
        return Ok(observed / expected);
    }
    Err(MetricError::Undefined {
        metric: "observed over expected",
        reason: "no event is expected".to_owned(),
    })
}

/// Mean of true less predicted values.
pub(super) fn mean_error(targets: &[f64], predicted: &[f64]) -> f64 {
    let sum: f64 = targets.iter().zip(predicted).map(|(y, p)| y - p).sum();
    sum / targets.len() as f64
}

/// Even steps over the predictions, without the outermost hundredths, where a curve is noise.
fn grid(probabilities: &[f64]) -> Vec<f64> {
    let mut sorted = probabilities.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (
        super::level_column::quantile(&sorted, 0.01),
        super::level_column::quantile(&sorted, 0.99),
    );
    if high <= low {
        return vec![low];
    }
    (0..POINTS)
        .map(|i| low + (high - low) * i as f64 / (POINTS - 1) as f64)
        .collect()
}

/// Bins of about equal numbers of predictions, in the order of the predictions.
fn bins_of_numbers(targets: &[f64], predicted: &[f64], bins: usize) -> Vec<CalibrationBin> {
    let mut pairs: Vec<(f64, f64)> = predicted
        .iter()
        .copied()
        .zip(targets.iter().copied())
        .collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let n = pairs.len();
    (0..bins)
        .filter_map(|bin| {
            let part = pairs.get(n * bin / bins..n * (bin + 1) / bins)?;
            let count = part.len() as f64;
            (!part.is_empty()).then(|| CalibrationBin {
                predicted: part.iter().map(|pair| pair.0).sum::<f64>() / count,
                observed: part.iter().map(|pair| pair.1).sum::<f64>() / count,
                predictions: part.len(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_of_ten_rows() {
        let positive = [
            true, true, true, true, true, false, false, false, false, false,
        ];
        let p = [0.9, 0.8, 0.7, 0.6, 0.3, 0.65, 0.4, 0.2, 0.1, 0.35];
        let members: Vec<Vec<usize>> = (0..10).map(|row| vec![row]).collect();
        let got = of_event("ill", &positive, &p, &members, (10, 5), Seed(0));
        // 1.50542160 by Newton steps in double precision; statsmodels stops at 1.50542165.
        assert!((got.slope.unwrap().value - 1.505_421_6).abs() < 1e-7);
        assert!(got.intercept.unwrap().value.abs() < 1e-12);
        assert!((got.observed_expected.unwrap().value - 1.0).abs() < 1e-12);
        assert_eq!(got.slope.unwrap().lower, None, "ten rows are too few");
        assert_eq!(got.bins.len(), 2);
        assert_eq!(got.curve.len(), POINTS);
    }

    #[test]
    fn numbers_are_calibrated_by_a_line() {
        let predicted: Vec<f64> = (0..30).map(f64::from).collect();
        let targets: Vec<f64> = predicted.iter().map(|p| 3.0 + 0.5 * p).collect();
        let members: Vec<Vec<usize>> = (0..30).map(|row| vec![row]).collect();
        let got = of_numbers(&targets, &predicted, &members, (30, 10), Seed(0));
        assert!((got.slope.unwrap().value - 0.5).abs() < 1e-12);
        assert!((got.intercept.unwrap().value - 3.0).abs() < 1e-12);
        assert!((got.mean_error.unwrap().value - (3.0 - 0.5 * 14.5)).abs() < 1e-12);
        assert_eq!(got.bins.len(), 3);
        assert!((got.bins[0].predicted - 4.5).abs() < 1e-12);
    }
}
