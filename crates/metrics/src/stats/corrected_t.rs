//! Paired t tests over resamples: the corrected one, and the naive one for display.

use super::result::{at_least, mean_and_variance};
use super::{StatsError, TestResult};

/// How the resamples came about; decides the correction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Resampling {
    /// `folds`-fold cross-validation, repeated: each test set is `1 / (folds - 1)` of its training
    /// set.
    Folds {
        /// Folds of one repeat.
        folds: usize,
        /// Repeats with other splits.
        repeats: usize,
    },
    /// Random splits of these sizes (in units, not slices).
    Sizes {
        /// Units trained on.
        train: usize,
        /// Units tested on.
        test: usize,
    },
}

/// Corrected resampled t test of paired differences of scores, one per resample (all folds of all
/// repeats): Nadeau and Bengio 2003, "Inference for the Generalization Error", equation 9; for
/// repeated folds Bouckaert and Frank 2004.
///
/// Variance `s^2 (1/n + n_test/n_train)`, n - 1 degrees of freedom. `level` is the coverage of the
/// interval, `0.95`. Equivalence and non-inferiority come from the result.
///
/// ```
/// use midfuse_metrics::stats::{Resampling, corrected_resampled_t};
/// let differences = [0.03, 0.02, 0.01, 0.04, 0.01, 0.02, 0.01, 0.04, 0.04, 0.01];
/// let design = Resampling::Folds { folds: 10, repeats: 1 };
/// let result = corrected_resampled_t(&differences, design, 0.95)?;
/// assert!((result.p_value - 0.0046065294).abs() < 1e-10);
/// # Ok::<(), midfuse_metrics::stats::StatsError>(())
/// ```
///
/// # Errors
/// [`StatsError::TooFew`] for fewer than two differences; [`StatsError::Metric`] for one that is not
/// finite; [`StatsError::NoVariation`] if all are the same; [`StatsError::Setting`] if their number
/// is not folds times repeats, for fewer than two folds, an empty set, or a level outside (0, 1).
pub fn corrected_resampled_t(
    differences: &[f64],
    design: Resampling,
    level: f64,
) -> Result<TestResult, StatsError> {
    let method = "corrected resampled t";
    let n = differences.len();
    let ratio = test_to_train(method, n, design)?;
    let (mean, variance) = mean_and_variance(method, "differences", differences)?;
    let standard_error = (variance * (1.0 / n as f64 + ratio)).sqrt();
    TestResult::from_standard_error(
        method,
        (mean, standard_error),
        Some(n as f64 - 1.0),
        level,
        &[
            "both models were scored on the same resamples",
            "the correlation between resamples is the share of test rows, n_test / (n_test + n_train)",
            "differences are about normal; the statement is about the procedure at this training size",
        ],
    )
}

/// Naive paired t test of differences, for display beside the corrected one only.
///
/// It takes resamples for independent; over repeated folds it rejects a true null in more than half
/// of all cases.
///
/// # Errors
/// As [`corrected_resampled_t`].
pub fn naive_t(differences: &[f64], level: f64) -> Result<TestResult, StatsError> {
    let method = "naive paired t";
    let (mean, variance) = mean_and_variance(method, "differences", differences)?;
    let n = differences.len() as f64;
    TestResult::from_standard_error(
        method,
        (mean, (variance / n).sqrt()),
        Some(n - 1.0),
        level,
        &["differences are independent: wrong for folds, which share training rows"],
    )
}

/// `n_test / n_train` of a design; for [`Resampling::Folds`], checks the number of differences.
pub(super) fn test_to_train(
    method: &'static str,
    n: usize,
    design: Resampling,
) -> Result<f64, StatsError> {
    match design {
        Resampling::Folds { folds, repeats } => {
            at_least(method, "folds", 2, folds)?;
            at_least(method, "repeats", 1, repeats)?;
            if folds.saturating_mul(repeats) != n {
                return Err(StatsError::Setting {
                    method,
                    what: "the number of differences",
                    expected: "folds times repeats",
                    got: format!("{n} for {folds} folds x {repeats} repeats"),
                });
            }
            Ok(1.0 / (folds as f64 - 1.0))
        }
        Resampling::Sizes { train, test } => {
            at_least(method, "training units", 1, train)?;
            at_least(method, "test units", 1, test)?;
            Ok(test as f64 / train as f64)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFFERENCES: [f64; 10] = [0.03, 0.02, 0.01, 0.04, 0.01, 0.02, 0.01, 0.04, 0.04, 0.01];

    #[test]
    fn sizes_and_folds_agree() {
        let folds = Resampling::Folds {
            folds: 10,
            repeats: 1,
        };
        let sizes = Resampling::Sizes {
            train: 90,
            test: 10,
        };
        let by_folds = corrected_resampled_t(&DIFFERENCES, folds, 0.95).unwrap();
        let by_sizes = corrected_resampled_t(&DIFFERENCES, sizes, 0.95).unwrap();
        assert!((by_folds.p_value - by_sizes.p_value).abs() < 1e-15);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let design = Resampling::Folds {
            folds: 5,
            repeats: 1,
        };
        assert!(matches!(
            corrected_resampled_t(&DIFFERENCES, design, 0.95),
            Err(StatsError::Setting {
                what: "the number of differences",
                ..
            })
        ));
        assert!(matches!(
            corrected_resampled_t(&[0.1; 5], design, 0.95),
            Err(StatsError::NoVariation { n: 5, .. })
        ));
        assert!(corrected_resampled_t(&[0.1, f64::NAN, 0.2, 0.1, 0.3], design, 0.95).is_err());
        assert!(corrected_resampled_t(&[0.1, 0.2, 0.2, 0.1, 0.3], design, 1.0).is_err());
        assert!(naive_t(&[0.1], 0.95).is_err());
        assert!(matches!(
            naive_t(&[1e300, -1e300], 0.95),
            Err(StatsError::Overflow { .. })
        ));
    }
}
