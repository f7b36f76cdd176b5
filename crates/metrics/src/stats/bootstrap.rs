//! The bootstrap of groups: percentile and BCa intervals of any statistic.
#![expect(clippy::float_cmp, reason = "ties are scores that are exactly equal")]

use midfuse_base::{Choices, Seed, options};
use rand::Rng;
use serde::{Deserialize, Serialize};

use super::result::{at_least, check_level};
use super::{Interval, StatsError, distribution};
use crate::metric::MetricError;

/// Share of resamples in which the statistic may be undefined.
const UNDEFINED_ALLOWED: f64 = 0.05;

/// Most parts that are left out one at a time for the acceleration: groups, or blocks of groups.
const JACKKNIFE_BLOCKS: usize = 1000;

/// How the interval is read off the resamples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub enum BootstrapInterval {
    /// Quantiles of the resamples.
    Percentile,
    /// Quantiles corrected for bias and skewness (Efron 1987), the acceleration by leaving out one
    /// group at a time, or one block of groups where there are more than 1000.
    Bca,
}

/// Settings of a bootstrap.
#[options(new = "2000 resamples, 95 %, BCa.")]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BootstrapSettings {
    /// Number of resamples.
    #[option(default = 2000, range = 100.., source = "Efron and Tibshirani 1993, chapter 14")]
    pub resamples: usize,
    /// Coverage.
    #[option(default = 0.95, rule = "`(0, 1)`")]
    pub level: f64,
    /// Kind of interval.
    #[option(default = BootstrapInterval::Bca)]
    pub interval: BootstrapInterval,
    /// Seed of the resamples.
    pub seed: Seed,
}

/// Estimate and interval of a bootstrap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BootstrapEstimate {
    /// The statistic on the rows as they are.
    pub effect: f64,
    /// Standard deviation of the resamples.
    pub standard_error: f64,
    /// The interval.
    pub interval: Interval,
    /// Number of independent groups that were resampled.
    pub groups: usize,
    /// Resamples in which the statistic was undefined, such as an AUC of one class; left out.
    pub undefined: usize,
    /// What has to hold.
    pub assumptions: Vec<String>,
}

/// Estimate, interval and p of a statistic that is 0 under the null: a difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BootstrapResult {
    /// The statistic on the rows as they are.
    pub effect: f64,
    /// Standard deviation of the resamples.
    pub standard_error: f64,
    /// The interval.
    pub interval: Interval,
    /// Two-sided p that the statistic is 0, from the share of resamples on either side of it:
    /// `2 (1 + smaller count) / (1 + resamples)`.
    pub p_value: f64,
    /// Number of independent groups that were resampled.
    pub groups: usize,
    /// Resamples in which the statistic was undefined, such as an AUC of one class; left out.
    pub undefined: usize,
    /// What has to hold.
    pub assumptions: Vec<String>,
}

impl From<BootstrapResult> for BootstrapEstimate {
    fn from(result: BootstrapResult) -> Self {
        Self {
            effect: result.effect,
            standard_error: result.standard_error,
            interval: result.interval,
            groups: result.groups,
            undefined: result.undefined,
            assumptions: result.assumptions,
        }
    }
}

/// Bootstrap of whole groups: `members` lists the rows of each group, `statistic` gets the rows of
/// a resample (a group that is drawn twice comes twice).
///
/// Under 20 groups intervals are too short (coverage .84 at 5 groups, .91 at 20): prefer
/// [`cluster_jackknife_t`](super::cluster_jackknife_t).
///
/// # Errors
/// [`StatsError::TooFew`] for fewer than two groups or 100 resamples; [`StatsError::Metric`] if the
/// statistic is undefined for the rows as they are; [`StatsError::UndefinedResamples`] if it is for
/// more than 5 % of the resamples; [`StatsError::Setting`] for a level outside (0, 1).
pub fn bootstrap(
    members: &[Vec<usize>],
    settings: &BootstrapSettings,
    statistic: impl Fn(&[usize]) -> Result<f64, MetricError>,
) -> Result<BootstrapResult, StatsError> {
    let method = "bootstrap";
    check_level(method, settings.level)?;
    at_least(method, "groups", 2, members.len())?;
    at_least(method, "resamples", 100, settings.resamples)?;
    let all: Vec<usize> = members.iter().flatten().copied().collect();
    let effect = finite_statistic(method, statistic(&all)?)?;

    let mut rng = settings.seed.derive("bootstrap").rng();
    let mut draws = Vec::new();
    let mut refused = None;
    let mut rows = Vec::with_capacity(all.len());
    for _ in 0..settings.resamples {
        rows.clear();
        for _ in members {
            rows.extend(
                members
                    .get(rng.random_range(0..members.len()))
                    .into_iter()
                    .flatten(),
            );
        }
        match statistic(&rows) {
            Ok(value) if value.is_finite() => draws.push(value),
            Ok(value) => refused = refused.or(Some(format!("it is {value}"))),
            Err(error) => refused = refused.or(Some(error.to_string())),
        }
    }
    let undefined = settings.resamples - draws.len();
    if undefined as f64 > UNDEFINED_ALLOWED * settings.resamples as f64 {
        return Err(StatsError::UndefinedResamples {
            method,
            failed: undefined,
            draws: settings.resamples,
            reason: refused.unwrap_or_default(),
        });
    }
    draws.sort_by(f64::total_cmp);

    let tails = [0.5 - settings.level / 2.0, 0.5 + settings.level / 2.0];
    let [low, high] = match settings.interval {
        BootstrapInterval::Percentile => tails,
        BootstrapInterval::Bca => {
            let blocks = members.len().min(JACKKNIFE_BLOCKS);
            let without_one: Vec<f64> = (0..blocks)
                .filter_map(|block| statistic(&without(members, block, blocks)).ok())
                .collect();
            bca_positions(effect, &draws, &without_one, tails)
        }
    };
    let quantile = |position| crate::metric::quantile(&draws, position);
    Ok(BootstrapResult {
        effect,
        standard_error: standard_deviation(&draws),
        interval: Interval {
            level: settings.level,
            low: quantile(low),
            high: quantile(high),
        },
        p_value: share_beyond_zero(&draws),
        groups: members.len(),
        undefined,
        assumptions: assumptions(members.len(), undefined),
    })
}

/// A statistic of the rows as they are.
pub(super) fn finite_statistic(method: &'static str, value: f64) -> Result<f64, MetricError> {
    if value.is_finite() {
        return Ok(value);
    }
    Err(MetricError::Undefined {
        metric: method,
        reason: format!("the statistic is {value}"),
    })
}

fn assumptions(groups: usize, undefined: usize) -> Vec<String> {
    let mut lines = vec![
        "groups are independent and drawn alike".to_owned(),
        "speaks of the fitted models, not of training them again".to_owned(),
    ];
    if groups < 20 {
        lines.push(format!(
            "{groups} groups are few: the interval is likely too short"
        ));
    }
    if undefined > 0 {
        lines.push(format!(
            "{undefined} resamples without a value were left out"
        ));
    }
    lines
}

/// Positions in the sorted resamples: Efron 1987, "Better Bootstrap Confidence Intervals".
fn bca_positions(effect: f64, draws: &[f64], without_one: &[f64], tails: [f64; 2]) -> [f64; 2] {
    let below = draws.iter().filter(|&&draw| draw < effect).count() as f64;
    let ties = draws.iter().filter(|&&draw| draw == effect).count() as f64;
    // Ties count half; the ends are kept off 0 and 1, where the normal quantile is infinite.
    let n = draws.len() as f64;
    let share = ((below + 0.5 * ties) / n).clamp(0.5 / n, 1.0 - 0.5 / n);
    let bias = distribution::quantile(share, None);
    let acceleration = acceleration(without_one);
    tails.map(|tail| {
        let z = bias + distribution::quantile(tail, None);
        let shrink = 1.0 - acceleration * z;
        if shrink <= 0.0 {
            // Beyond the pole of the correction only the extreme resample is left.
            return if z > 0.0 { 1.0 } else { 0.0 };
        }
        distribution::cdf(bias + z / shrink, None)
    })
}

/// A sixth of the skewness of the statistic, from its values without one part each.
fn acceleration(without_one: &[f64]) -> f64 {
    let mean = without_one.iter().sum::<f64>() / without_one.len() as f64;
    let (squares, cubes) = without_one
        .iter()
        .fold((0.0, 0.0), |(squares, cubes), value| {
            let distance: f64 = mean - value;
            (squares + distance.powi(2), cubes + distance.powi(3))
        });
    if squares > 0.0 {
        cubes / (6.0 * f64::powf(squares, 1.5))
    } else {
        0.0
    }
}

/// Rows of all groups but those of one block; group `i` is in block `i % blocks`.
fn without(members: &[Vec<usize>], block: usize, blocks: usize) -> Vec<usize> {
    members
        .iter()
        .enumerate()
        .filter(|(group, _)| group % blocks != block)
        .flat_map(|(_, rows)| rows)
        .copied()
        .collect()
}

fn standard_deviation(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / (n - 1.0))
        .sqrt()
}

fn share_beyond_zero(draws: &[f64]) -> f64 {
    let at_most = draws.iter().filter(|&&draw| draw <= 0.0).count();
    let at_least = draws.iter().filter(|&&draw| draw >= 0.0).count();
    let smaller = at_most.min(at_least);
    (2.0 * (1 + smaller) as f64 / (1 + draws.len()) as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_groups_give_the_acceleration_of_groups() {
        // Exponential quantiles in a mixed order: skewness 2, so 2 / (6 sqrt(n)) for their mean.
        let n = 3000_usize;
        let value = |row: usize| -(1.0 - (((row * 7919) % n) as f64 + 0.5) / n as f64).ln();
        let members: Vec<Vec<usize>> = (0..n).map(|row| vec![row]).collect();
        let by_parts = |blocks: usize| {
            let without_one: Vec<f64> = (0..blocks)
                .map(|block| {
                    let rows = without(&members, block, blocks);
                    rows.iter().map(|&row| value(row)).sum::<f64>() / rows.len() as f64
                })
                .collect();
            acceleration(&without_one)
        };
        let theory = 2.0 / (6.0 * (n as f64).sqrt());
        assert!(
            (by_parts(n) / theory - 1.0).abs() < 0.05,
            "{} {theory}",
            by_parts(n)
        );
        assert!(
            (by_parts(1000) / theory - 1.0).abs() < 0.25,
            "{} {theory}",
            by_parts(1000)
        );
    }

    #[test]
    fn a_symmetric_statistic_has_plain_positions() {
        let draws: Vec<f64> = (0..=1000).map(f64::from).collect();
        let [low, high] = bca_positions(500.0, &draws, &[1.0, 2.0, 3.0], [0.025, 0.975]);
        assert!((low - 0.025).abs() < 1e-3 && (high - 0.975).abs() < 1e-3);
    }
}
