//! Comparisons over outer folds.

use std::collections::BTreeMap;

use midfuse_metrics::metric::Metric;
use midfuse_metrics::stats::Family;

use super::design::ResamplingDesign;
use crate::run::fold::{FoldRun, best};
use midfuse_report::results::{BestSingle, FusionComparison, Reference};

/// The arm with the best inner score among the complete single modalities, one per outer fold.
///
/// `None` where no single modality is complete.
pub(super) fn best_singles(
    folds: &[FoldRun],
    singles: &[usize],
    metric: Metric,
) -> Option<Vec<usize>> {
    if singles.is_empty() {
        return None;
    }
    folds
        .iter()
        .map(|fold| {
            let inner: Vec<f64> = singles
                .iter()
                .map(|&arm| {
                    let refit = fold.arms.get(arm).and_then(|run| run.refit.as_ref());
                    refit
                        .and_then(|r| r.trials.get(r.trial).map(|trial| trial.score))
                        .unwrap_or(f64::NAN)
                })
                .collect();
            best(&inner, metric).and_then(|i| singles.get(i).copied())
        })
        .collect()
}

/// One metric of an arm, one value per outer fold.
pub(in crate::run) fn values(folds: &[FoldRun], arm: usize, metric: Metric) -> Option<Vec<f64>> {
    folds
        .iter()
        .map(|fold| {
            fold.arms
                .get(arm)?
                .refit
                .as_ref()?
                .scores
                .get(&metric)
                .copied()
        })
        .collect()
}

/// The same of whichever arm was chosen in each fold.
pub(in crate::run) fn chosen_values(
    folds: &[FoldRun],
    chosen: &[usize],
    metric: Metric,
) -> Option<Vec<f64>> {
    folds
        .iter()
        .zip(chosen)
        .map(|(fold, &arm)| {
            fold.arms
                .get(arm)?
                .refit
                .as_ref()?
                .scores
                .get(&metric)
                .copied()
        })
        .collect()
}

pub(super) fn best_single(
    design: ResamplingDesign,
    folds: &[FoldRun],
    chosen: &[usize],
    names: &[String],
) -> BestSingle {
    let scores: Vec<&BTreeMap<Metric, f64>> = folds
        .iter()
        .zip(chosen)
        .filter_map(|(fold, &arm)| Some(&fold.arms.get(arm)?.refit.as_ref()?.scores))
        .collect();
    BestSingle {
        chosen: chosen
            .iter()
            .filter_map(|&arm| names.get(arm).cloned())
            .collect(),
        scores: design.scores(&scores),
    }
}

/// Each arm of `fusions` against the best single modality, with Holm's correction over all.
pub(super) fn comparisons(
    design: ResamplingDesign,
    folds: &[FoldRun],
    chosen: &[usize],
    fusions: &[(usize, String)],
    metric: Metric,
) -> Vec<FusionComparison> {
    let Some(reference) = chosen_values(folds, chosen, metric) else {
        return Vec::new();
    };
    let comparisons = fusions.iter().filter_map(|fusion| {
        let against = (&Reference::BestSingle, reference.as_slice());
        compared(design, folds, fusion, against, metric)
    });
    corrected(comparisons.collect())
}

/// Each arm of `fusions` against each of `baselines`, with Holm's correction over all of these: they
/// answer another question than those with the best single modality, and cost them no power.
pub(super) fn against_baselines(
    design: ResamplingDesign,
    folds: &[FoldRun],
    baselines: &[(usize, String)],
    fusions: &[(usize, String)],
    metric: Metric,
) -> Vec<FusionComparison> {
    let mut comparisons = Vec::new();
    for (arm, name) in baselines {
        let Some(of_baseline) = values(folds, *arm, metric) else {
            continue;
        };
        let reference = Reference::Arm(name.clone());
        comparisons.extend(fusions.iter().filter_map(|fusion| {
            let against = (&reference, of_baseline.as_slice());
            compared(design, folds, fusion, against, metric)
        }));
    }
    corrected(comparisons)
}

/// One arm against the scores of a reference, fold by fold.
fn compared(
    design: ResamplingDesign,
    folds: &[FoldRun],
    (arm, name): &(usize, String),
    (reference, of_reference): (&Reference, &[f64]),
    metric: Metric,
) -> Option<FusionComparison> {
    let scores = values(folds, *arm, metric)?;
    let against = against(design, (name, &scores), (reference, of_reference), metric);
    Some(against)
}

/// Scores of `arm` against those of a reference, one of each per outer fold.
pub(super) fn against(
    design: ResamplingDesign,
    (arm, scores): (&str, &[f64]),
    (reference, of_reference): (&Reference, &[f64]),
    metric: Metric,
) -> FusionComparison {
    let sign = if metric.greater_is_better() {
        1.0
    } else {
        -1.0
    };
    let pairs = scores.iter().zip(of_reference);
    let differences: Vec<f64> = pairs.map(|(a, b)| a - b).collect();
    let gains: Vec<f64> = differences.iter().map(|d| sign * d).collect();
    let (improvement, lower, upper, p) = design.summary(&gains, 0.95);
    FusionComparison {
        arm: arm.to_owned(),
        reference: reference.clone(),
        metric: metric.name().to_owned(),
        differences,
        improvement,
        lower,
        upper,
        p,
        p_holm: None,
    }
}

/// With Holm's correction over all of them.
pub(super) fn corrected(mut comparisons: Vec<FusionComparison>) -> Vec<FusionComparison> {
    // A test that is undefined still counts as a comparison.
    let p: Vec<Option<f64>> = comparisons.iter().map(|c| c.p).collect();
    if let Ok(adjusted) = Family::Planned.holm(&p) {
        for (comparison, p_holm) in comparisons.iter_mut().zip(adjusted) {
            comparison.p_holm = p_holm;
        }
    }
    comparisons
}
