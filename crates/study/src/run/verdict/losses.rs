//! What the verdict is made of.

use midfuse_metrics::metric::{Metric, task_metrics};

use crate::run::checked::CheckedStudy;
use crate::run::fold::FoldRun;
use crate::run::results::{chosen_values, values};
use midfuse_report::results::ArmResult;

/// What the verdict is made of: losses per outer fold, smaller is better.
pub(in crate::run) struct Losses {
    pub(in crate::run) prior: Vec<f64>,
    /// Complete single modalities: name, modality, losses.
    pub(in crate::run) singles: Vec<(String, String, Vec<f64>)>,
    /// The best single modality, chosen fold by fold on inner scores.
    pub(in crate::run) best_single: Option<Vec<f64>>,
    /// Complete fusions: name, modalities, losses.
    pub(in crate::run) fusions: Vec<(String, Vec<String>, Vec<f64>)>,
    /// Complete baselines of several modalities: name, losses.
    pub(in crate::run) baselines: Vec<(String, Vec<f64>)>,
    /// Single modalities and fusions with failed jobs.
    pub(in crate::run) failed_singles: Vec<String>,
    pub(in crate::run) failed_fusions: Vec<String>,
    /// Whether predictions of every model passed through a map that inner rows decided.
    pub(in crate::run) recalibrated: bool,
}

impl Losses {
    /// Of these folds; `best_single`: position of the arm that inner scores chose, one per fold.
    pub(in crate::run) fn of(
        study: &CheckedStudy,
        folds: &[FoldRun],
        arms: &[ArmResult],
        best_single: Option<&[usize]>,
    ) -> Self {
        let loss = task_metrics(&study.cohort.task).loss();
        let mut losses = Self {
            prior: prior(folds, loss),
            singles: Vec::new(),
            best_single: best_single.and_then(|chosen| chosen_values(folds, chosen, loss)),
            fusions: Vec::new(),
            baselines: Vec::new(),
            failed_singles: Vec::new(),
            failed_fusions: Vec::new(),
            recalibrated: arms
                .iter()
                .flat_map(|arm| &arm.folds)
                .all(|fold| fold.recalibration.is_some()),
        };
        for (i, arm) in arms.iter().enumerate() {
            let (name, modalities) = (arm.name.clone(), arm.modalities.clone());
            let single = modalities.first().filter(|_| arm.is_single());
            match (arm.is_complete(), single) {
                (false, Some(_)) => losses.failed_singles.push(name),
                // A baseline is held against; that nothing was fused is not for its sake.
                (false, None) if arm.baseline => {}
                (false, None) => losses.failed_fusions.push(name),
                (true, single) => {
                    let Some(values) = values(folds, i, loss) else {
                        continue;
                    };
                    match single {
                        Some(modality) => losses.singles.push((name, modality.clone(), values)),
                        None if arm.baseline => losses.baselines.push((name, values)),
                        None => losses.fusions.push((name, modalities, values)),
                    }
                }
            }
        }
        losses
    }
}

/// The loss of the prior, one per outer fold.
fn prior(folds: &[FoldRun], loss: Metric) -> Vec<f64> {
    let of = |fold: &FoldRun| fold.prior.get(&loss).copied();
    folds.iter().filter_map(of).collect()
}
