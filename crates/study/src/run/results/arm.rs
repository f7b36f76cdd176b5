//! What the folds say about one arm.

use std::collections::BTreeMap;

use midfuse_base::Task;

use super::design::ResamplingDesign;
use crate::run::checked::CheckedStudy;
use crate::run::fold::{FoldRun, Refit};
use midfuse_plan::file::{Draw, StopRule};
use midfuse_plan::{Arm, JobCount};
use midfuse_report::results::{ArmResult, Drawn, FoldResult};
use midfuse_wire::Stopped;

pub(super) fn arm_result(
    study: &CheckedStudy,
    design: ResamplingDesign,
    folds: &[FoldRun],
    i: usize,
    arm: &Arm,
    resolved: &[serde_json::Value],
) -> ArmResult {
    let runs: Vec<_> = folds
        .iter()
        .filter_map(|fold| Some((fold, fold.arms.get(i)?)))
        .collect();
    let refits: Vec<(&FoldRun, &Refit)> = runs
        .iter()
        .filter_map(|(fold, run)| Some((*fold, run.refit.as_ref()?)))
        .collect();
    let failures: Vec<_> = runs
        .iter()
        .flat_map(|(_, run)| run.failures.clone())
        .collect();
    let per_arm = JobCount::of(&study.file, [arm], folds.len()).total();
    let scores: Vec<_> = refits.iter().map(|(_, refit)| &refit.scores).collect();
    ArmResult {
        name: arm.name.clone(),
        fusion: arm.fusion.clone(),
        baseline: arm.is_baseline(),
        modalities: arm.modalities.clone(),
        trials: arm
            .trials
            .iter()
            .zip(resolved)
            .map(|(trial, resolved)| Drawn {
                values: trial.values.clone(),
                resolved: resolved.clone(),
            })
            .collect(),
        jobs: per_arm,
        jobs_failed: failures.len(),
        scores: if failures.is_empty() {
            design.scores(&scores)
        } else {
            BTreeMap::new()
        },
        failures,
        n_parameters: refits
            .iter()
            .map(|(_, r)| r.stored.outcome.n_parameters)
            .max()
            .unwrap_or(0),
        flops_per_row: refits
            .iter()
            .map(|(_, r)| r.stored.outcome.flops_per_row)
            .max()
            .unwrap_or(0),
        stopped_by_limit: runs.iter().map(|(_, run)| run.stopped_by_limit).sum(),
        confusion: confusion(&study.cohort.task, &refits),
        folds: refits
            .iter()
            .map(|(fold, refit)| fold_result(study, arm, fold, refit))
            .collect(),
    }
}

fn fold_result(study: &CheckedStudy, arm: &Arm, fold: &FoldRun, refit: &Refit) -> FoldResult {
    let outcome = &refit.stored.outcome;
    FoldResult {
        repeat: fold.repeat,
        fold: fold.fold,
        n_train: fold.rows.train.len(),
        n_test: fold.rows.test.len(),
        n_dropped: fold.n_dropped,
        trial: refit.trial,
        inner_scores: refit
            .trials
            .iter()
            .map(|trial| (!trial.score.is_nan()).then_some(trial.score))
            .collect(),
        inner_epochs: refit
            .trials
            .iter()
            .map(|trial| trial.length.map(|length| length.epochs))
            .collect(),
        inner_limits: match study.file.budget.draw {
            Draw::Halving => refit.trials.iter().map(|trial| trial.limit).collect(),
            Draw::Random | Draw::Grid => Vec::new(),
        },
        recalibration: refit.recalibration.clone(),
        scores: refit
            .scores
            .iter()
            .map(|(metric, &score)| (metric.name().to_owned(), score))
            .collect(),
        best_epoch: outcome.best_epoch,
        stopped: stopped(study.file.protocol.stop, refit),
        epochs: outcome.epochs.clone(),
        model_sha256: outcome.model_sha256.clone(),
        model: model_folder(&arm.name, fold.repeat, fold.fold),
    }
}

/// Why a refit ended: a worker that was handed the epochs does not know who chose them.
fn stopped(rule: StopRule, refit: &Refit) -> Stopped {
    let ended = refit.stored.outcome.stopped;
    match (ended, rule, refit.length()) {
        (Stopped::EpochLimit, StopRule::Inner, Some(length)) if length.is_held_back => ended,
        (Stopped::EpochLimit, StopRule::Inner | StopRule::None, _) => Stopped::AsLongAsChosen,
        (Stopped::EpochLimit, StopRule::Rows, _)
        | (Stopped::Early | Stopped::AsLongAsChosen | Stopped::Solved, _, _) => ended,
    }
}

/// Where the model of a refit lies, below the output folder; parts count from 1.
pub(in crate::run) fn model_folder(arm: &str, repeat: usize, fold: usize) -> String {
    format!("models/{arm}/repeat-{}-fold-{}", repeat + 1, fold + 1)
}

fn confusion(task: &Task, refits: &[(&FoldRun, &Refit)]) -> Vec<Vec<u64>> {
    let classes = task.classes();
    let mut counts = vec![vec![0; classes.len()]; classes.len()];
    for (_, refit) in refits {
        let Some(targets) = refit.disclosed.targets.as_classes() else {
            continue;
        };
        let Ok(predictions) = refit.disclosed.predictions() else {
            continue;
        };
        for (&target, predicted) in targets.iter().zip(predictions.predicted_classes()) {
            if let Some(cell) = counts
                .get_mut(target)
                .and_then(|row: &mut Vec<u64>| row.get_mut(predicted))
            {
                *cell += 1;
            }
        }
    }
    counts
}
