//! AUCs of rows in groups: Obuchowski's extension of DeLong.

use std::collections::BTreeMap;

use super::delong::cut;
use super::placement::Placements;
use super::{AucComparison, Interval, StatsError};
use crate::metric::same_length;

/// Test of two models' AUCs on the same rows, which lie in groups (Obuchowski 1997, "Nonparametric
/// Analysis of Clustered ROC Curve Data", equations 3 to 5). The effect is `auc_a - auc_b`.
///
/// A group may hold rows of both classes. With every row its own group it differs from DeLong by the
/// term between the classes, which is then divided by the number of groups less one.
///
/// # Errors
/// [`StatsError::TooFew`] for fewer than two groups with rows of a class; otherwise as
/// [`delong_paired`](super::delong_paired).
pub fn delong_clustered(
    positive: &[bool],
    scores_a: &[f64],
    scores_b: &[f64],
    groups: &[usize],
    level: f64,
) -> Result<AucComparison, StatsError> {
    let method = "DeLong, clustered";
    let a = Clustered::new(method, positive, scores_a, groups)?;
    let b = Clustered::new(method, positive, scores_b, groups)?;
    AucComparison::new(
        method,
        (a.auc, a.covariance(&a)),
        (b.auc, b.covariance(&b)),
        a.covariance(&b),
        level,
        &[
            "groups are independent of one another; rows within one need not be",
            "both models were fitted on other groups, and once",
            "enough groups for a normal difference; under 20 prefer cluster_jackknife_t",
        ],
    )
}

/// AUC of rows in groups, and its variance.
pub(super) fn auc_and_variance(
    positive: &[bool],
    scores: &[f64],
    groups: &[usize],
) -> Result<(f64, f64), StatsError> {
    let of_groups = Clustered::new("DeLong interval, clustered", positive, scores, groups)?;
    Ok((of_groups.auc, of_groups.covariance(&of_groups)))
}

/// AUC of rows in groups, with Obuchowski's interval, cut at 0 and 1.
///
/// # Errors
/// As [`delong_clustered`]; no variation is allowed here.
pub fn auc_interval_clustered(
    positive: &[bool],
    scores: &[f64],
    groups: &[usize],
    level: f64,
) -> Result<(f64, Interval), StatsError> {
    let (auc, variance) = auc_and_variance(positive, scores, groups)?;
    let interval = cut("DeLong interval, clustered", auc, variance, level)?;
    Ok((auc, interval))
}

/// Sums over groups of the placements' distance from the AUC.
struct Clustered {
    auc: f64,
    /// Per group: sum over its positive rows, sum over its negative rows.
    sums: Vec<(f64, f64)>,
    rows: (f64, f64),
    groups_with: (f64, f64),
}

impl Clustered {
    fn new(
        method: &'static str,
        positive: &[bool],
        scores: &[f64],
        groups: &[usize],
    ) -> Result<Self, StatsError> {
        same_length("groups", positive.len(), groups.len())?;
        let placements = Placements::new(method, positive, scores)?;
        let auc = placements.auc();
        let mut of_positive = placements.positive.iter();
        let mut of_negative = placements.negative.iter();
        let mut by_group = BTreeMap::<usize, [(f64, usize); 2]>::new();
        for (&group, &positive) in groups.iter().zip(positive) {
            let [positives, negatives] = by_group.entry(group).or_default();
            let (sum, placement) = if positive {
                (positives, of_positive.next())
            } else {
                (negatives, of_negative.next())
            };
            sum.0 += placement.map_or(0.0, |placement| placement - auc);
            sum.1 += 1;
        }
        let with = |class: usize| {
            by_group
                .values()
                .filter(|sums| sums.get(class).is_some_and(|sum| sum.1 > 0))
                .count()
        };
        let (with_positive, with_negative) = (with(0), with(1));
        super::result::at_least(method, "groups with positive rows", 2, with_positive)?;
        super::result::at_least(method, "groups with negative rows", 2, with_negative)?;
        Ok(Self {
            auc,
            sums: by_group.into_values().map(|[p, n]| (p.0, n.0)).collect(),
            rows: (
                placements.positive.len() as f64,
                placements.negative.len() as f64,
            ),
            groups_with: (with_positive as f64, with_negative as f64),
        })
    }

    /// Covariance of two AUCs over the same groups.
    fn covariance(&self, other: &Self) -> f64 {
        let (m, n) = self.rows;
        let (i10, i01) = self.groups_with;
        let all = self.sums.len() as f64;
        let pairs = || self.sums.iter().zip(&other.sums);
        let s10: f64 = pairs().map(|(a, b)| a.0 * b.0).sum::<f64>() * i10 / ((i10 - 1.0) * m);
        let s01: f64 = pairs().map(|(a, b)| a.1 * b.1).sum::<f64>() * i01 / ((i01 - 1.0) * n);
        let s11: f64 = pairs().map(|(a, b)| a.0 * b.1).sum::<f64>() * all / (all - 1.0);
        let s11_swapped: f64 = pairs().map(|(a, b)| a.1 * b.0).sum::<f64>() * all / (all - 1.0);
        s10 / m + s01 / n + (s11 + s11_swapped) / (m * n)
    }
}
