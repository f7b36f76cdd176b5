//! DeLong tests of AUCs: paired, unpaired, and the interval of one.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::placement::Placements;
use super::{Interval, StatsError, TestResult};
use crate::metric::same_length;

/// Two AUCs and the test of their difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AucComparison {
    /// AUC of the first model.
    pub auc_a: f64,
    /// AUC of the second model.
    pub auc_b: f64,
    /// Variance of the first.
    pub variance_a: f64,
    /// Variance of the second.
    pub variance_b: f64,
    /// Covariance of the two; 0 for unpaired samples.
    pub covariance: f64,
    /// z test of `auc_a - auc_b`.
    pub test: TestResult,
}

impl AucComparison {
    pub(super) fn new(
        method: &'static str,
        (auc_a, variance_a): (f64, f64),
        (auc_b, variance_b): (f64, f64),
        covariance: f64,
        level: f64,
        assumptions: &[&str],
    ) -> Result<Self, StatsError> {
        let variance = variance_a + variance_b - 2.0 * covariance;
        // Equal rankings differ by roundings only.
        if variance <= 1e-14 * (variance_a + variance_b) {
            return Err(StatsError::NoVariation {
                method,
                n: 2,
                value: auc_a - auc_b,
            });
        }
        let effect = (auc_a - auc_b, variance.sqrt());
        let test = TestResult::from_standard_error(method, effect, None, level, assumptions)?;
        Ok(Self {
            auc_a,
            auc_b,
            variance_a,
            variance_b,
            covariance,
            test,
        })
    }
}

/// DeLong test of two models' AUCs on the same independent rows (DeLong, DeLong and Clarke-Pearson
/// 1988; ties by mid-ranks as Sun and Xu 2014). The effect is `auc_a - auc_b`, as in pROC.
///
/// `groups` are the groups of the rows where the cohort has them; the test refuses them if any holds
/// more than one row. Scores may be of any monotone scale.
///
/// ```
/// use midfuse_metrics::stats::delong_paired;
/// let positive = [true, true, true, true, true, false, false, false, false, false];
/// let a = [0.9, 0.8, 0.7, 0.6, 0.3, 0.65, 0.4, 0.2, 0.1, 0.35];
/// let b = [0.8, 0.4, 0.9, 0.3, 0.6, 0.7, 0.5, 0.2, 0.6, 0.1];
/// let comparison = delong_paired(&positive, &a, &b, None, 0.95)?;
/// assert!((comparison.test.p_value - 0.4795001222).abs() < 1e-10);
/// # Ok::<(), midfuse_metrics::stats::StatsError>(())
/// ```
///
/// # Errors
/// [`StatsError::ClusteredRows`] for rows in groups (use
/// [`delong_clustered`](super::delong_clustered)); [`StatsError::Metric`] for one class, unequal
/// lengths or a score that is not finite; [`StatsError::TooFew`] for fewer than two rows of a class;
/// [`StatsError::NoVariation`] where both rank all rows alike.
pub fn delong_paired(
    positive: &[bool],
    scores_a: &[f64],
    scores_b: &[f64],
    groups: Option<&[usize]>,
    level: f64,
) -> Result<AucComparison, StatsError> {
    let method = "DeLong, paired";
    independent_rows(method, positive.len(), groups)?;
    let a = Placements::new(method, positive, scores_a)?;
    let b = Placements::new(method, positive, scores_b)?;
    AucComparison::new(
        method,
        (a.auc(), a.covariance(&a)),
        (b.auc(), b.covariance(&b)),
        a.covariance(&b),
        level,
        &[
            "rows are independent of one another",
            "both models were fitted on other rows, and once: over pooled folds the test rejects a true null too often",
            "enough rows of each class for a normal difference",
        ],
    )
}

/// DeLong test of the AUCs of two independent samples. The effect is `auc_a - auc_b`.
///
/// # Errors
/// As [`delong_paired`].
pub fn delong_unpaired(
    (positive_a, scores_a): (&[bool], &[f64]),
    (positive_b, scores_b): (&[bool], &[f64]),
    (groups_a, groups_b): (Option<&[usize]>, Option<&[usize]>),
    level: f64,
) -> Result<AucComparison, StatsError> {
    let method = "DeLong, unpaired";
    independent_rows(method, positive_a.len(), groups_a)?;
    independent_rows(method, positive_b.len(), groups_b)?;
    let a = Placements::new(method, positive_a, scores_a)?;
    let b = Placements::new(method, positive_b, scores_b)?;
    AucComparison::new(
        method,
        (a.auc(), a.covariance(&a)),
        (b.auc(), b.covariance(&b)),
        0.0,
        level,
        &[
            "the two samples share no row",
            "rows are independent of one another",
        ],
    )
}

/// AUC of one model with DeLong's plain interval, cut at 0 and 1, as pROC has it. The interval that keeps
/// off the ends is that of [`auc_standard_error`] on the scale of [`Metric::Auc`](crate::metric::Metric).
///
/// # Errors
/// As [`delong_paired`]; no variation is allowed here and gives an interval of no width.
pub fn auc_interval(
    positive: &[bool],
    scores: &[f64],
    groups: Option<&[usize]>,
    level: f64,
) -> Result<(f64, Interval), StatsError> {
    let method = "DeLong interval";
    independent_rows(method, positive.len(), groups)?;
    let placements = Placements::new(method, positive, scores)?;
    let interval = cut(
        method,
        placements.auc(),
        placements.covariance(&placements),
        level,
    )?;
    Ok((placements.auc(), interval))
}

/// AUC of one model and its standard error: `DeLong`'s, or Obuchowski's where rows lie in groups.
///
/// # Errors
/// As [`delong_paired`] and [`delong_clustered`](super::delong_clustered); no variation is allowed here.
pub fn auc_standard_error(
    positive: &[bool],
    scores: &[f64],
    groups: Option<&[usize]>,
) -> Result<(f64, f64), StatsError> {
    let (auc, variance) = match groups {
        Some(groups) => super::delong_clustered::auc_and_variance(positive, scores, groups)?,
        None => {
            let placements = Placements::new("DeLong interval", positive, scores)?;
            (placements.auc(), placements.covariance(&placements))
        }
    };
    Ok((auc, variance.max(0.0).sqrt()))
}

/// Normal interval of an AUC, cut at 0 and 1.
pub(super) fn cut(
    method: &'static str,
    auc: f64,
    variance: f64,
    level: f64,
) -> Result<Interval, StatsError> {
    super::result::check_level(method, level)?;
    let half = super::distribution::quantile(0.5 + level / 2.0, None) * variance.max(0.0).sqrt();
    Ok(Interval {
        level,
        low: (auc - half).max(0.0),
        high: (auc + half).min(1.0),
    })
}

/// Refuses groups of more than one row.
pub(super) fn independent_rows(
    method: &'static str,
    rows: usize,
    groups: Option<&[usize]>,
) -> Result<(), StatsError> {
    let Some(groups) = groups else {
        return Ok(());
    };
    same_length("groups", rows, groups.len())?;
    let distinct = groups.iter().collect::<HashSet<_>>().len();
    if distinct == rows {
        return Ok(());
    }
    let instead = if method.starts_with("DeLong") {
        "delong_clustered or auc_interval_clustered"
    } else {
        "bootstrap_difference or cluster_jackknife_t"
    };
    Err(StatsError::ClusteredRows {
        method,
        rows,
        groups: distinct,
        instead,
    })
}
