//! What each strategy cost.

use crate::run::checked::CheckedStudy;
use crate::run::fold::FoldRun;
use midfuse_report::results::ArmTiming;

/// What each strategy cost, over the jobs of this and of earlier runs.
pub(in crate::run) fn arm_timings(study: &CheckedStudy, folds: &[FoldRun]) -> Vec<ArmTiming> {
    study
        .arms
        .iter()
        .enumerate()
        .map(|(i, arm)| {
            let runs: Vec<_> = folds.iter().filter_map(|fold| fold.arms.get(i)).collect();
            let costs: Vec<_> = runs.iter().flat_map(|run| &run.costs).collect();
            let refits: Vec<f64> = runs
                .iter()
                .filter_map(|run| Some(run.refit.as_ref()?.stored.cost.seconds))
                .collect();
            ArmTiming {
                name: arm.name.clone(),
                total_seconds: costs.iter().fold(0.0, |sum, cost| sum + cost.seconds),
                refit_seconds: refits.iter().fold(0.0, |sum, s| sum + s)
                    / refits.len().max(1) as f64,
                peak_rss_bytes: costs
                    .iter()
                    .map(|cost| cost.peak_rss_bytes)
                    .max()
                    .unwrap_or(0),
            }
        })
        .collect()
}
