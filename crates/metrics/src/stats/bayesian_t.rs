//! Bayesian correlated t: probabilities instead of a p.

use serde::{Deserialize, Serialize};

use super::corrected_t::test_to_train;
use super::result::{check_level, mean_and_variance};
use super::{Interval, Resampling, StatsError, distribution};

/// What is believed of a mean difference after the resamples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BayesianT {
    /// Mean of the posterior: the mean difference.
    pub effect: f64,
    /// Credible interval of the difference.
    pub interval: Interval,
    /// Probability that the difference is below `-rope`.
    pub below: f64,
    /// Probability that it lies in the region of practical equivalence, `[-rope, rope]`.
    pub within: f64,
    /// Probability that it is above `rope`.
    pub above: f64,
    /// Half width of the region, in the unit of the scores.
    pub rope: f64,
    /// What has to hold.
    pub assumptions: Vec<String>,
}

/// Bayesian correlated t test (Corani and Benavoli 2015) of paired differences, one per resample:
/// the posterior is Student's t around the mean with the variance of
/// [`corrected_resampled_t`](super::corrected_resampled_t); reference implementation baycomp.
///
/// # Errors
/// As [`corrected_resampled_t`](super::corrected_resampled_t); [`StatsError::Setting`] for a rope
/// that is negative or not finite.
pub fn bayesian_correlated_t(
    differences: &[f64],
    design: Resampling,
    rope: f64,
    level: f64,
) -> Result<BayesianT, StatsError> {
    let method = "Bayesian correlated t";
    check_level(method, level)?;
    if !rope.is_finite() || rope < 0.0 {
        return Err(StatsError::Setting {
            method,
            what: "the rope",
            expected: "a finite number of at least 0",
            got: rope.to_string(),
        });
    }
    let ratio = test_to_train(method, differences.len(), design)?;
    let (mean, variance) = mean_and_variance(method, "differences", differences)?;
    let n = differences.len() as f64;
    let scale = (variance * (1.0 / n + ratio)).sqrt();
    let df = Some(n - 1.0);
    let below = distribution::cdf((-rope - mean) / scale, df);
    let above = distribution::upper_tail((rope - mean) / scale, df);
    let half = distribution::quantile(0.5 + level / 2.0, df) * scale;
    Ok(BayesianT {
        effect: mean,
        interval: Interval {
            level,
            low: mean - half,
            high: mean + half,
        },
        below,
        within: 1.0 - below - above,
        above,
        rope,
        assumptions: vec![
            "the correlation between resamples is the share of test rows".to_owned(),
            "differences are about normal; flat prior on mean and log variance".to_owned(),
            "the rope was set before looking at the scores".to_owned(),
        ],
    })
}
