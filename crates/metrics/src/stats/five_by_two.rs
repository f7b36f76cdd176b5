//! Five times two-fold cross-validation: Dietterich's t and Alpaydin's F.

use super::result::mean_and_variance;
use super::{StatsError, TestResult};

/// 5x2cv paired t test (Dietterich 1998): the first difference over the spread within the five
/// repeats, 5 degrees of freedom. The effect is that first difference.
///
/// # Errors
/// [`StatsError::NoVariation`] if the two folds agree in every repeat; [`StatsError::Metric`] for a
/// difference that is not finite; [`StatsError::Setting`] for a level outside (0, 1).
pub fn five_by_two_t(differences: &[[f64; 2]; 5], level: f64) -> Result<TestResult, StatsError> {
    let method = "5x2cv t";
    let within = within_repeats(method, differences)?;
    let [[first, _], ..] = differences;
    TestResult::from_standard_error(
        method,
        (*first, (within / 5.0).sqrt()),
        Some(5.0),
        level,
        &[
            "five repeats of two folds: halves share no training row",
            "depends on which fold comes first; the F test does not",
        ],
    )
}

/// Combined 5x2cv F test (Alpaydin 1999) with 10 and 5 degrees of freedom. The effect is the mean of
/// the ten differences; there is no interval.
///
/// # Errors
/// As [`five_by_two_t`], less the level.
pub fn five_by_two_f(differences: &[[f64; 2]; 5]) -> Result<TestResult, StatsError> {
    let method = "5x2cv F";
    let within = within_repeats(method, differences)?;
    let all = differences.iter().flatten();
    let statistic = all.clone().map(|d| d * d).sum::<f64>() / (2.0 * within);
    Ok(TestResult {
        method: method.to_owned(),
        effect: all.sum::<f64>() / 10.0,
        standard_error: None,
        interval: None,
        statistic,
        df: None,
        p_value: super::distribution::f_upper_tail(statistic, 10.0, 5.0),
        assumptions: vec!["five repeats of two folds: halves share no training row".to_owned()],
    })
}

/// Sum over repeats of the squared distances from their means.
fn within_repeats(method: &'static str, differences: &[[f64; 2]; 5]) -> Result<f64, StatsError> {
    let distances: Vec<f64> = differences.iter().map(|[a, b]| a - b).collect();
    crate::metric::finite("differences", &distances)?;
    if distances.iter().all(|&distance| distance == 0.0) {
        let all: Vec<f64> = differences.iter().flatten().copied().collect();
        let value = mean_and_variance(method, "differences", &all).map_or(0.0, |(mean, _)| mean);
        return Err(StatsError::NoVariation {
            method,
            n: 10,
            value,
        });
    }
    Ok(distances
        .iter()
        .map(|distance| distance * distance / 2.0)
        .sum())
}
