//! Permutation tests at the level at which labels were given.

use midfuse_base::{Seed, options};
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use super::bootstrap::finite_statistic;
use super::result::at_least;
use super::{Interval, StatsError};
use crate::metric::{Metric, MetricError, Predictions, Unit, members, quantile, same_length};

/// What was permuted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Permuted {
    /// Labels of single rows: there are no groups.
    Rows,
    /// Labels of whole groups: the label is constant in each.
    WholeGroups,
    /// Labels of rows within their group: the label varies in some.
    WithinGroups,
}

/// Settings of a permutation test.
#[options(new = "999 permutations.")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermutationSettings {
    /// Number of permutations; the least p is one over one more.
    #[option(default = 999, range = 19..)]
    pub permutations: usize,
    /// Seed of the permutations.
    pub seed: Seed,
}

/// An observed statistic among those of permuted labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PermutationResult {
    /// The statistic with the labels as they are.
    pub statistic: f64,
    /// The statistic less its mean under permutation.
    pub effect: f64,
    /// Where the middle 95 % of the permuted statistics lie.
    pub null_interval: Interval,
    /// One-sided p that a statistic as large comes from permuted labels.
    pub p_value: f64,
    /// What was permuted.
    pub permuted: Permuted,
    /// Number of permutations.
    pub permutations: usize,
    /// What has to hold.
    pub assumptions: Vec<String>,
}

/// `(1 + as_extreme) / (1 + permutations)` (Phipson and Smyth 2010): never 0.
pub fn permutation_p(as_extreme: usize, permutations: usize) -> f64 {
    (1 + as_extreme) as f64 / (1 + permutations) as f64
}

/// Permutation test of a statistic of the labels; large values speak against the null.
///
/// Without groups, rows are permuted. With groups, labels of whole groups are where the label is
/// constant in each group, since permuting rows rejects a true null far too often there (17.5 % at a
/// nominal 5 %); otherwise labels are permuted within groups.
///
/// # Errors
/// [`StatsError::TooFew`] for fewer than two rows or groups, or 19 permutations;
/// [`StatsError::NoVariation`] if all labels are the same, or no group has two to permute;
/// [`StatsError::Metric`] for unequal lengths and whatever the statistic refuses.
pub fn permutation_test<T: Copy + PartialEq>(
    labels: &[T],
    groups: Option<&[usize]>,
    settings: &PermutationSettings,
    statistic: impl Fn(&[T]) -> Result<f64, MetricError>,
) -> Result<PermutationResult, StatsError> {
    let method = "permutation test";
    at_least(method, "rows", 2, labels.len())?;
    at_least(method, "permutations", 19, settings.permutations)?;
    if labels.iter().all(|label| Some(label) == labels.first()) {
        return Err(StatsError::NoVariation {
            method,
            n: labels.len(),
            value: 0.0,
        });
    }
    let (permuted, blocks) = plan(labels, groups)?;
    if permuted == Permuted::WholeGroups {
        at_least(method, "groups", 2, blocks.len())?;
    }
    let observed = finite_statistic(method, statistic(labels)?)?;
    // Values that tie with the observed one in exact arithmetic must not be lost to rounding.
    let bound = observed - 1e-12 * observed.abs();
    let mut rng = settings.seed.derive("permutation").rng();
    let mut null = Vec::new();
    for _ in 0..settings.permutations {
        let value = statistic(&shuffled(labels, permuted, &blocks, &mut rng))?;
        null.push(finite_statistic(method, value)?);
    }
    let as_extreme = null.iter().filter(|&&value| value >= bound).count();
    let mean = null.iter().sum::<f64>() / null.len() as f64;
    null.sort_by(f64::total_cmp);
    let line = match permuted {
        Permuted::Rows => "labels of rows are exchangeable: rows are independent",
        Permuted::WholeGroups => "labels of groups are exchangeable: groups are independent",
        Permuted::WithinGroups => "labels are exchangeable within their group only",
    };
    Ok(PermutationResult {
        statistic: observed,
        effect: observed - mean,
        null_interval: Interval {
            level: 0.95,
            low: quantile(&null, 0.025),
            high: quantile(&null, 0.975),
        },
        p_value: permutation_p(as_extreme, settings.permutations),
        permuted,
        permutations: settings.permutations,
        assumptions: vec![line.to_owned()],
    })
}

/// Permutation test of a metric against predictions that know nothing of the targets; losses count
/// with the other sign, so that the statistic is large for good predictions.
///
/// # Errors
/// As [`permutation_test`] and [`Metric::score`].
pub fn permutation_test_metric(
    metric: Metric,
    predictions: &Predictions,
    unit: Unit,
    settings: &PermutationSettings,
) -> Result<PermutationResult, StatsError> {
    let units = predictions.to_unit(unit)?;
    let sign = if metric.greater_is_better() {
        1.0
    } else {
        -1.0
    };
    permutation_test(
        &units.each_target(),
        units.clusters(),
        settings,
        |targets| Ok(sign * metric.of_units(&units.with_each_target(targets))?),
    )
}

/// What to permute, and the rows of each block.
fn plan<T: Copy + PartialEq>(
    labels: &[T],
    groups: Option<&[usize]>,
) -> Result<(Permuted, Vec<Vec<usize>>), StatsError> {
    let Some(groups) = groups else {
        return Ok((Permuted::Rows, Vec::new()));
    };
    same_length("groups", labels.len(), groups.len())?;
    let blocks: Vec<Vec<usize>> = members(groups).into_values().collect();
    let constant = |rows: &Vec<usize>| {
        let mut of_rows = rows.iter().map(|&row| labels.get(row));
        let first = of_rows.next();
        of_rows.all(|label| Some(label) == first)
    };
    let permuted = if blocks.iter().all(constant) {
        Permuted::WholeGroups
    } else {
        Permuted::WithinGroups
    };
    Ok((permuted, blocks))
}

fn shuffled<T: Copy>(
    labels: &[T],
    permuted: Permuted,
    blocks: &[Vec<usize>],
    rng: &mut impl rand::Rng,
) -> Vec<T> {
    let mut result = labels.to_vec();
    if permuted == Permuted::Rows {
        result.shuffle(rng);
        return result;
    }
    let mut assign = |row: usize, label: Option<&T>| {
        if let (Some(cell), Some(label)) = (result.get_mut(row), label) {
            *cell = *label;
        }
    };
    if permuted == Permuted::WholeGroups {
        let mut sources: Vec<usize> = blocks
            .iter()
            .filter_map(|rows| rows.first())
            .copied()
            .collect();
        sources.shuffle(rng);
        for (rows, source) in blocks.iter().zip(sources) {
            for &row in rows {
                assign(row, labels.get(source));
            }
        }
    } else {
        for rows in blocks {
            let mut sources = rows.clone();
            sources.shuffle(rng);
            for (&row, source) in rows.iter().zip(sources) {
                assign(row, labels.get(source));
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "the form of a statistic")]
    fn ones_in_front(labels: &[u8]) -> Result<f64, MetricError> {
        Ok(labels.iter().take(4).map(|&label| f64::from(label)).sum())
    }

    #[test]
    fn three_of_ninety_nine() {
        assert!((permutation_p(3, 99) - 0.04).abs() < 1e-15);
    }

    #[test]
    fn whole_groups_where_the_label_is_constant() {
        let labels = [1, 1, 1, 1, 0, 0, 0, 0];
        let settings = PermutationSettings::new(Seed(1)).with_permutations(4999);
        let rows = permutation_test(&labels, None, &settings, ones_in_front).unwrap();
        assert_eq!(rows.permuted, Permuted::Rows);
        assert!(
            (rows.p_value - 1.0 / 70.0).abs() < 0.005,
            "{}",
            rows.p_value
        );
        // Two groups of each label: one arrangement in six is as extreme.
        let groups = [0, 0, 1, 1, 2, 2, 3, 3];
        let whole = permutation_test(&labels, Some(&groups), &settings, ones_in_front).unwrap();
        assert_eq!(whole.permuted, Permuted::WholeGroups);
        assert!(
            (whole.p_value - 1.0 / 6.0).abs() < 0.02,
            "{}",
            whole.p_value
        );
        let groups = [0, 1, 2, 3, 0, 1, 2, 3];
        let within = permutation_test(&labels, Some(&groups), &settings, ones_in_front).unwrap();
        assert_eq!(within.permuted, Permuted::WithinGroups);
        assert!(
            (within.p_value - 1.0 / 16.0).abs() < 0.01,
            "{}",
            within.p_value
        );
    }

    #[test]
    fn constant_labels_are_refused() {
        let settings = PermutationSettings::new(Seed(1));
        assert!(permutation_test(&[1u8; 8], None, &settings, ones_in_front).is_err());
        let few = settings.with_permutations(9);
        assert!(permutation_test(&[1u8, 0], None, &few, ones_in_front).is_err());
    }
}
