//! An interval for the error that cross-validation estimates.

use serde::{Deserialize, Serialize};

use super::result::{at_least, check_level};
use super::{Interval, StatsError, distribution};
use crate::metric::finite;

/// Losses around one outer fold.
#[derive(Debug, Clone, PartialEq)]
pub struct NestedFold {
    /// Loss of every row outside the fold, each predicted by a model that saw neither its inner fold
    /// nor this outer one.
    pub inner: Vec<f64>,
    /// Loss of every row of the fold, predicted by the model of all other folds.
    pub outer: Vec<f64>,
}

/// Prediction error with an interval that covers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NestedCv {
    /// Error of the procedure, less the bias of the smaller inner training sets.
    pub effect: f64,
    /// The bias that was taken off.
    pub bias: f64,
    /// Standard error, with the factor.
    pub standard_error: f64,
    /// How many times the naive standard error this is, from 1 to the root of the number of folds.
    pub inflation: f64,
    /// Normal interval of the error.
    pub interval: Interval,
    /// What has to hold.
    pub assumptions: Vec<String>,
}

/// Nested cross-validation interval of a mean loss (Bates, Hastie and Tibshirani 2023, algorithm 1;
/// reference implementation the R package `nestedcv`, from which come the bounds on the inflation
/// and the exponent 1.5 of the bias).
///
/// `folds` holds all outer folds of all repeats, `n_folds` per repeat; the more repeats the steadier
/// (the paper uses 200). The naive interval of cross-validation is far too short.
///
/// # Errors
/// [`StatsError::TooFew`] for fewer than three folds, or fewer than two losses in a list;
/// [`StatsError::Metric`] for a loss that is not finite; [`StatsError::Setting`] if the folds are not
/// whole repeats, or for a level outside (0, 1).
pub fn nested_cv_interval(
    folds: &[NestedFold],
    n_folds: usize,
    level: f64,
) -> Result<NestedCv, StatsError> {
    let method = "nested cross-validation";
    check_level(method, level)?;
    at_least(method, "folds", 3, n_folds)?;
    at_least(method, "outer folds", n_folds, folds.len())?;
    if !folds.len().is_multiple_of(n_folds) {
        return Err(StatsError::Setting {
            method,
            what: "the number of outer folds",
            expected: "a multiple of the folds of one repeat",
            got: format!("{} for {n_folds} folds", folds.len()),
        });
    }
    let mut excess = 0.0;
    for fold in folds {
        at_least(method, "inner losses", 2, fold.inner.len())?;
        at_least(method, "outer losses", 2, fold.outer.len())?;
        finite("inner loss", &fold.inner)?;
        finite("outer loss", &fold.outer)?;
        let (inner, _) = moments(&fold.inner);
        let (outer, variance) = moments(&fold.outer);
        excess += (inner - outer).powi(2) - variance / fold.outer.len() as f64;
    }
    let mse = (excess / folds.len() as f64).max(0.0);
    let inner: Vec<f64> = folds.iter().flat_map(|fold| &fold.inner).copied().collect();
    let outer: Vec<f64> = folds.iter().flat_map(|fold| &fold.outer).copied().collect();
    let rows = outer.len() as f64 * n_folds as f64 / folds.len() as f64;
    let k = n_folds as f64;
    let (error, variance) = moments(&inner);
    let deviation = variance.sqrt();
    let inflation = if deviation > 0.0 {
        (mse.sqrt() / (deviation / (rows * (k - 1.0) / k).sqrt())).clamp(1.0, k.sqrt())
    } else {
        1.0
    };
    let bias = (error - moments(&outer).0) * (1.0 + ((k - 2.0) / k).powf(1.5));
    let standard_error = deviation / rows.sqrt() * inflation;
    let effect = error - bias;
    let half = distribution::quantile(0.5 + level / 2.0, None) * standard_error;
    Ok(NestedCv {
        effect,
        bias,
        standard_error,
        inflation,
        interval: Interval {
            level,
            low: effect - half,
            high: effect + half,
        },
        assumptions: vec![
            "the loss is a mean over independent rows".to_owned(),
            "inner and outer folds of a repeat come from one partition".to_owned(),
        ],
    })
}

/// Mean, and variance with divisor n - 1.
fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (
        mean,
        values
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f64>()
            / (n - 1.0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(inner: [f64; 4], outer: [f64; 2]) -> NestedFold {
        NestedFold {
            inner: inner.to_vec(),
            outer: outer.to_vec(),
        }
    }

    #[test]
    fn by_hand() {
        let folds = [
            fold([1.0, 2.0, 3.0, 4.0], [0.0, 2.0]),
            fold([1.0, 1.0, 3.0, 3.0], [4.0, 6.0]),
            fold([2.0, 2.0, 2.0, 2.0], [2.0, 3.0]),
        ];
        // (2.5-1)^2 - 1, (2-5)^2 - 1, (2-2.5)^2 - .25: mean 9.25 / 3
        let got = nested_cv_interval(&folds, 3, 0.95).unwrap();
        let inner_mean: f64 = 26.0 / 12.0;
        let bias = (inner_mean - 17.0 / 6.0) * (1.0 + (1.0_f64 / 3.0).powf(1.5));
        assert!((got.bias - bias).abs() < 1e-12);
        assert!((got.effect - (inner_mean - bias)).abs() < 1e-12);
        let deviation = (66.0_f64 - 12.0 * inner_mean.powi(2)).sqrt() / 11.0_f64.sqrt();
        let inflation = (9.25_f64 / 3.0).sqrt() / (deviation / 2.0);
        assert!(inflation > 3.0_f64.sqrt()); // so the bound holds it
        assert!((got.inflation - 3.0_f64.sqrt()).abs() < 1e-12);
        assert!((got.standard_error - deviation / 6.0_f64.sqrt() * 3.0_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let one = fold([1.0, 2.0, 3.0, 4.0], [0.0, 2.0]);
        assert!(nested_cv_interval(&[one.clone(), one.clone()], 2, 0.95).is_err());
        assert!(nested_cv_interval(&vec![one.clone(); 4], 3, 0.95).is_err());
        let nan = fold([1.0, f64::NAN, 3.0, 4.0], [0.0, 2.0]);
        assert!(nested_cv_interval(&[one.clone(), one, nan], 3, 0.95).is_err());
    }
}
