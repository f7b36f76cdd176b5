//! Calibration of the probabilities of two classes: in the large, and the slope.

use serde::{Deserialize, Serialize};

use super::auc::both_classes;
use super::calibration_curve::check_probabilities;
use super::{MetricError, check};

/// Most Newton steps; a fit that has not settled by then is of separated classes.
const STEPS: usize = 100;
/// Most halvings of one step.
const HALVINGS: usize = 30;

/// How far probabilities are from what they promise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Observed over expected number of positive rows; 1 is calibrated.
    pub observed_expected: f64,
    /// Calibration in the large: intercept of a logistic fit with the logit of the probability as
    /// offset; 0 is calibrated, above it probabilities are too low.
    pub intercept: f64,
    /// Standard error of the intercept.
    pub intercept_se: f64,
    /// Slope of a logistic fit on the logit of the probability; 1 is calibrated, below it
    /// probabilities are too extreme.
    pub slope: f64,
    /// Standard error of the slope.
    pub slope_se: f64,
}

/// Observed over expected, calibration intercept and slope (Cox 1958; Van Calster et al. 2019).
///
/// # Errors
/// [`MetricError::Undefined`] for a probability of 0 or 1, which has no logit, or where the
/// probabilities separate the classes and no slope is finite; [`MetricError::OneClass`],
/// [`MetricError::NotAProbability`], [`MetricError::Length`].
pub fn calibration(positive: &[bool], probabilities: &[f64]) -> Result<Calibration, MetricError> {
    check::same_length("probabilities", positive.len(), probabilities.len())?;
    check_probabilities(probabilities)?;
    let observed = positive.iter().filter(|&&positive| positive).count() as f64;
    both_classes(
        "calibration",
        observed,
        positive.len() as f64 - observed,
        positive.len(),
    )?;
    if let Some(p) = probabilities.iter().find(|&&p| p <= 0.0 || p >= 1.0) {
        return Err(undefined(format!(
            "a probability of {p} has no logit; clip it first"
        )));
    }
    let rows: Vec<(f64, f64)> = positive
        .iter()
        .zip(probabilities)
        .map(|(&positive, &p)| (f64::from(u8::from(positive)), (p / (1.0 - p)).ln()))
        .collect();
    let (intercept, intercept_se) = in_the_large(&rows, observed)?;
    let (slope, slope_se) = slope(&rows)?;
    let expected: f64 = probabilities.iter().sum();
    Ok(Calibration {
        observed_expected: observed / expected,
        intercept,
        intercept_se,
        slope,
        slope_se,
    })
}

/// Logistic fit of an intercept with the logit as offset, of rows with `observed` positive ones: Newton
/// steps, and halvings of the bracket where one would leave it.
fn in_the_large(rows: &[(f64, f64)], observed: f64) -> Result<(f64, f64), MetricError> {
    let prevalence = (observed / (rows.len() as f64 - observed)).ln();
    let logits = || rows.iter().map(|row| row.1);
    let mut low = prevalence - logits().fold(f64::NEG_INFINITY, f64::max);
    let mut high = prevalence - logits().fold(f64::INFINITY, f64::min);
    let mut a = f64::midpoint(low, high);
    for _ in 0..STEPS {
        let (mut gradient, mut information) = (0.0, 0.0);
        for (y, x) in rows {
            let p = logistic(a + x);
            gradient += y - p;
            information += p * (1.0 - p);
        }
        if gradient > 0.0 {
            low = a;
        } else {
            high = a;
        }
        let newton = a + gradient / information;
        let next = if newton >= low && newton <= high {
            newton
        } else {
            f64::midpoint(low, high)
        };
        let step = next - a;
        a = next;
        if step.abs() <= 1e-12 * a.abs().max(1.0) {
            return Ok((a, 1.0 / information.sqrt()));
        }
    }
    Err(undefined("the intercept does not settle".to_owned()))
}

/// Logistic fit of intercept and slope; the slope.
fn slope(rows: &[(f64, f64)]) -> Result<(f64, f64), MetricError> {
    // Centred logits: the slope is the same, and far from 0 the steps stay well conditioned.
    let centre = rows.iter().map(|row| row.1).sum::<f64>() / rows.len() as f64;
    let rows: Vec<(f64, f64)> = rows.iter().map(|&(y, x)| (y, x - centre)).collect();
    let (mut a, mut b) = (0.0, 0.0);
    for _ in 0..STEPS {
        let (mut ga, mut gb, mut iaa, mut iab, mut ibb) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for &(y, x) in &rows {
            let p = logistic(a + b * x);
            let weight = p * (1.0 - p);
            ga += y - p;
            gb += (y - p) * x;
            iaa += weight;
            iab += weight * x;
            ibb += weight * x * x;
        }
        let determinant = iaa * ibb - iab * iab;
        if determinant <= 1e-12 * iaa * ibb {
            break;
        }
        let mut step_a = (ibb * ga - iab * gb) / determinant;
        let mut step_b = (iaa * gb - iab * ga) / determinant;
        if step_a.abs().max(step_b.abs()) < 1e-12 * (1.0 + a.abs().max(b.abs())) {
            return Ok((b + step_b, (iaa / determinant).sqrt()));
        }
        // A step that overshoots is halved; near the top the likelihood is flat up to roundings.
        let here = log_likelihood(&rows, a, b);
        let here = here - 1e-12 * (1.0 + here.abs());
        for _ in 0..HALVINGS {
            if log_likelihood(&rows, a + step_a, b + step_b) >= here {
                break;
            }
            step_a *= 0.5;
            step_b *= 0.5;
        }
        a += step_a;
        b += step_b;
    }
    Err(undefined(
        "the probabilities separate the classes, or are all the same".to_owned(),
    ))
}

/// Log-likelihood of a logistic fit, in a form that large logits do not overflow.
fn log_likelihood(rows: &[(f64, f64)], a: f64, b: f64) -> f64 {
    rows.iter()
        .map(|(y, x)| {
            let logit = a + b * x;
            y * logit - logit.max(0.0) - (-logit.abs()).exp().ln_1p()
        })
        .sum()
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn undefined(reason: String) -> MetricError {
    MetricError::Undefined {
        metric: "calibration",
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSITIVE: [bool; 10] = [
        true, true, true, true, true, false, false, false, false, false,
    ];
    const P: [f64; 10] = [0.9, 0.8, 0.7, 0.6, 0.3, 0.65, 0.4, 0.2, 0.1, 0.35];

    #[test]
    fn ten_rows() {
        let got = calibration(&POSITIVE, &P).unwrap();
        // statsmodels 0.15.0, Logit and GLM with offset
        assert!((got.slope - 1.505_421_6).abs() < 1e-7, "{}", got.slope);
        assert!((got.slope_se - 0.919_931_23).abs() < 1e-7);
        assert!(got.intercept.abs() < 1e-12);
        assert!((got.intercept_se - 0.734_223_1).abs() < 1e-7);
        assert!((got.observed_expected - 1.0).abs() < 1e-12);
    }

    #[test]
    fn halved_logits_have_slope_two() {
        let halved: Vec<f64> = P
            .iter()
            .map(|p| logistic(0.5 * (p / (1.0 - p)).ln()))
            .collect();
        let (once, twice) = (calibration(&POSITIVE, &P), calibration(&POSITIVE, &halved));
        assert!((twice.unwrap().slope - 2.0 * once.unwrap().slope).abs() < 1e-9);
    }

    #[test]
    fn probabilities_that_are_far_too_low_have_an_intercept() {
        let low: Vec<f64> = P.iter().map(|p| p * 1e-9).collect();
        let got = calibration(&POSITIVE, &low).unwrap();
        // statsmodels 0.15.0
        assert!((got.intercept - 21.576_610_71).abs() < 1e-7, "{got:?}");
        assert!((got.slope - 2.882_038_5).abs() < 1e-6, "{got:?}");
    }

    #[test]
    fn overconfident_probabilities_have_their_calibration() {
        let sure: Vec<f64> = [
            true, false, true, true, true, false, false, true, false, false,
        ]
        .map(|high| if high { 1.0 - 1e-8 } else { 1e-8 })
        .to_vec();
        let got = calibration(&POSITIVE, &sure).unwrap();
        // 4 of 5 and 1 of 5 are positive: the line through log(1/4) and log(4) at -18.4 and 18.4.
        let logit = ((1.0 - 1e-8) / 1e-8_f64).ln();
        assert!(
            (got.slope - 4.0_f64.ln() / logit).abs() < 1e-6,
            "{}",
            got.slope
        );
        assert!(got.intercept.abs() < 1e-6, "{}", got.intercept);
    }

    #[test]
    fn what_has_no_slope_is_refused() {
        let separated = POSITIVE.map(|positive| if positive { 0.9 } else { 0.2 });
        assert!(matches!(
            calibration(&POSITIVE, &separated),
            Err(MetricError::Undefined { .. })
        ));
        assert!(calibration(&POSITIVE, &[0.5; 10]).is_err());
        assert!(calibration(&[true; 10], &P).is_err());
        let mut certain = P;
        certain[0] = 1.0;
        assert!(calibration(&POSITIVE, &certain).is_err());
    }
}
