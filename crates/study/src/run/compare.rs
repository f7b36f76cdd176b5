//! Means, intervals and tests over outer folds.

use std::collections::BTreeMap;

use midfuse_eval::metric::Metric;
use midfuse_eval::stats::{Resampling, corrected_resampled_t, holm};

use super::fold::{FoldRun, best};
use crate::results::{BestSingle, Comparison, Reference, ScoreSummary};

/// Folds and repeats of a study.
#[derive(Debug, Clone, Copy)]
pub(super) struct Design {
    pub(super) folds: usize,
    pub(super) repeats: usize,
}

impl Design {
    /// Mean and interval at `level` of one number per outer fold; no interval where it is undefined.
    pub(super) fn summary(
        self,
        values: &[f64],
        level: f64,
    ) -> (f64, Option<f64>, Option<f64>, Option<f64>) {
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        let design = Resampling::Folds {
            folds: self.folds,
            repeats: self.repeats,
        };
        match corrected_resampled_t(values, design, level) {
            Ok(test) => {
                let interval = test.interval;
                (
                    mean,
                    interval.map(|i| i.low),
                    interval.map(|i| i.high),
                    Some(test.p_value),
                )
            }
            // Equal scores in every fold: no difference is no evidence for one.
            Err(_) if values.iter().all(|&value| value == 0.0) && !values.is_empty() => {
                (mean, None, None, Some(1.0))
            }
            Err(_) => (mean, None, None, None),
        }
    }

    pub(super) fn score(self, values: &[f64]) -> ScoreSummary {
        let (mean, lower, upper, _) = self.summary(values, 0.95);
        ScoreSummary { mean, lower, upper }
    }

    /// Every metric that all folds have.
    pub(super) fn scores(self, folds: &[&BTreeMap<Metric, f64>]) -> BTreeMap<String, ScoreSummary> {
        let Some(first) = folds.first() else {
            return BTreeMap::new();
        };
        first
            .keys()
            .filter_map(|metric| {
                let values: Option<Vec<f64>> = folds
                    .iter()
                    .map(|scores| scores.get(metric).copied())
                    .collect();
                Some((metric.name().to_owned(), self.score(&values?)))
            })
            .collect()
    }
}

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
                        .and_then(|r| r.inner_scores.get(r.trial).copied())
                        .unwrap_or(f64::NAN)
                })
                .collect();
            best(&inner, metric).and_then(|at| singles.get(at).copied())
        })
        .collect()
}

/// One metric of an arm, one value per outer fold.
pub(super) fn values(folds: &[FoldRun], arm: usize, metric: Metric) -> Option<Vec<f64>> {
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
pub(super) fn chosen_values(
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
    design: Design,
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
    design: Design,
    folds: &[FoldRun],
    chosen: &[usize],
    fusions: &[(usize, String)],
    metric: Metric,
) -> Vec<Comparison> {
    let Some(reference) = chosen_values(folds, chosen, metric) else {
        return Vec::new();
    };
    let sign = if metric.greater_is_better() {
        1.0
    } else {
        -1.0
    };
    let mut comparisons: Vec<Comparison> = fusions
        .iter()
        .filter_map(|(arm, name)| {
            let scores = values(folds, *arm, metric)?;
            let differences: Vec<f64> = scores.iter().zip(&reference).map(|(a, b)| a - b).collect();
            let gains: Vec<f64> = differences.iter().map(|d| sign * d).collect();
            let (improvement, lower, upper, p) = design.summary(&gains, 0.95);
            Some(Comparison {
                arm: name.clone(),
                reference: Reference::BestSingle,
                metric: metric.name().to_owned(),
                differences,
                improvement,
                lower,
                upper,
                p,
                p_holm: None,
            })
        })
        .collect();
    // A test that is undefined still counts as a comparison: it enters as 1.
    let p: Vec<f64> = comparisons.iter().map(|c| c.p.unwrap_or(1.0)).collect();
    if let Ok(adjusted) = holm(&p) {
        for (comparison, p) in comparisons.iter_mut().zip(adjusted) {
            comparison.p_holm = comparison.p.map(|_| p);
        }
    }
    comparisons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_of_nadeau_and_bengio() {
        // Two models over 10 folds; reference values made with scikit-learn's example and baycomp.
        let differences = [0.03, 0.02, 0.01, 0.04, 0.01, 0.02, 0.01, 0.04, 0.04, 0.01];
        let (mean, lower, upper, p) = Design {
            folds: 10,
            repeats: 1,
        }
        .summary(&differences, 0.95);
        assert!((mean - 0.023).abs() < 1e-12);
        assert!((lower.unwrap() - 0.009_098_233_066).abs() < 1e-9);
        assert!((upper.unwrap() - 0.036_901_766_934).abs() < 1e-9);
        assert!((p.unwrap() - 0.004_606_529_4).abs() < 1e-9);
    }

    #[test]
    fn no_variation_gives_no_interval() {
        let design = Design {
            folds: 2,
            repeats: 1,
        };
        assert_eq!(
            design.summary(&[0.0, 0.0], 0.95),
            (0.0, None, None, Some(1.0))
        );
        assert_eq!(design.summary(&[0.5, 0.5], 0.95), (0.5, None, None, None));
    }
}
