//! Calibration of predicted numbers: their mean error, and the line of true on predicted values.

use serde::{Deserialize, Serialize};

use super::{MetricError, check};

/// How far predicted numbers are from what they promise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ValueCalibration {
    /// Mean of true less predicted values: calibration in the large; 0 is calibrated.
    pub mean_error: f64,
    /// Intercept of the least-squares line of true on predicted values; 0 is calibrated.
    pub intercept: f64,
    /// Slope of that line; 1 is calibrated, below it predictions are too extreme.
    pub slope: f64,
}

/// Mean error, and the least-squares line of true on predicted values (Steyerberg 2019, chapter 15).
///
/// # Errors
/// [`MetricError::Undefined`] where all predictions are the same; [`MetricError::TooFewRows`] under
/// two rows; [`MetricError::Length`], [`MetricError::NonFinite`].
pub fn value_calibration(
    targets: &[f64],
    predicted: &[f64],
) -> Result<ValueCalibration, MetricError> {
    check::rows("calibration of values", 2, targets.len())?;
    check::same_length("predicted", targets.len(), predicted.len())?;
    check::finite("target", targets)?;
    check::finite("prediction", predicted)?;
    let n = targets.len() as f64;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / n;
    let (mean_y, mean_p) = (mean(targets), mean(predicted));
    let (mut spp, mut spy) = (0.0, 0.0);
    for (y, p) in targets.iter().zip(predicted) {
        spp += (p - mean_p).powi(2);
        spy += (p - mean_p) * (y - mean_y);
    }
    // Roundings of equal predictions must not pass for a spread.
    let scale = predicted
        .iter()
        .fold(0.0_f64, |scale, p| scale.max(p.abs()));
    if (spp / n).sqrt() <= 1e-14 * scale || !(spy / spp).is_finite() {
        return Err(MetricError::Undefined {
            metric: "calibration of values",
            reason: "all predictions are the same, or too large".to_owned(),
        });
    }
    let slope = spy / spp;
    Ok(ValueCalibration {
        mean_error: mean_y - mean_p,
        intercept: mean_y - slope * mean_p,
        slope,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found() {
        let predicted = [1.0, 2.0, 4.0];
        let targets = predicted.map(|p| 0.5 + 2.0 * p);
        let got = value_calibration(&targets, &predicted).unwrap();
        assert!((got.slope - 2.0).abs() < 1e-12 && (got.intercept - 0.5).abs() < 1e-12);
        assert!((got.mean_error - 17.0 / 6.0).abs() < 1e-12);
        assert!(value_calibration(&targets, &[3.0; 3]).is_err());
        assert!(value_calibration(&[1.0], &[1.0]).is_err());
    }
}
