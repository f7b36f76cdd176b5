//! From the runs of all folds to results, predictions and timings.

use std::collections::BTreeMap;

use midfuse_base::Task;
use midfuse_eval::predict::Disclosed;
use midfuse_metrics::metric::task_metrics;

use super::compare::{self, Design};
use super::fold::{FoldRun, Refit};
use super::open::Opened;
use super::verdict::{self, Losses};
use midfuse_plan::{Arm, JobCount};
use midfuse_report::clinical;
use midfuse_report::clinical::{Asked, Evidence};
use midfuse_report::results::{
    ArmResult, ArmTiming, Drawn, Environment, FoldResult, Results, SCHEMA_VERSION, StudyRecord,
};
use midfuse_report::{PredictionRow, PredictionTable};

/// What the results say about the rows: how many are sealed and developed on.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowCounts {
    pub(super) sealed: usize,
    pub(super) development: usize,
}

#[expect(
    clippy::too_many_arguments,
    reason = "called once; each is one part of the results"
)]
pub(super) fn results(
    opened: &Opened,
    folds: &[FoldRun],
    resolved: &[Vec<serde_json::Value>],
    rows: RowCounts,
    environment: Environment,
    device: &str,
    evidence: &Evidence,
    predictions: &PredictionTable,
) -> Results {
    let p = &opened.file.protocol;
    let design = if opened.is_partition() {
        Design::folds(p.outer_folds, p.repeats)
    } else {
        Design::sizes(
            folds
                .iter()
                .map(|fold| (fold.rows.train.len(), fold.rows.test.len())),
        )
    };
    let count = JobCount::of(&opened.file, opened.arms.len(), folds.len());
    let arms: Vec<ArmResult> = opened
        .arms
        .iter()
        .enumerate()
        .map(|(i, arm)| {
            arm_result(
                opened,
                design,
                folds,
                i,
                arm,
                resolved.get(i).map_or(&[], Vec::as_slice),
            )
        })
        .collect();
    let names: Vec<String> = arms.iter().map(|arm| arm.name.clone()).collect();
    let complete = |single: bool| -> Vec<usize> {
        let wanted = |arm: &ArmResult| arm.is_complete() && arm.is_single() == single;
        arms.iter()
            .enumerate()
            .filter(|(_, arm)| wanted(arm))
            .map(|(i, _)| i)
            .collect()
    };
    let chosen = compare::best_singles(folds, &complete(true), opened.metric);
    let fusions: Vec<(usize, String)> = complete(false)
        .into_iter()
        .filter_map(|i| Some((i, names.get(i)?.clone())))
        .collect();
    let comparisons = chosen.as_ref().map_or_else(Vec::new, |chosen| {
        compare::comparisons(design, folds, chosen, &fusions, opened.metric)
    });
    let loss = task_metrics(&opened.cohort.task).loss();
    let of = |arm: usize| compare::values(folds, arm, loss);
    let losses = Losses {
        prior: folds
            .iter()
            .filter_map(|fold| fold.prior.get(&loss).copied())
            .collect(),
        singles: complete(true)
            .into_iter()
            .filter_map(|i| {
                Some((
                    names.get(i)?.clone(),
                    opened.arms.get(i)?.modalities.first()?.clone(),
                    of(i)?,
                ))
            })
            .collect(),
        best_single: chosen
            .as_ref()
            .and_then(|chosen| compare::chosen_values(folds, chosen, loss)),
        fusions: fusions
            .iter()
            .filter_map(|(i, name)| {
                Some((
                    name.clone(),
                    opened.arms.get(*i)?.modalities.clone(),
                    of(*i)?,
                ))
            })
            .collect(),
    };
    let assessed: Vec<&str> = arms
        .iter()
        .filter(|arm| arm.is_complete())
        .map(|arm| arm.name.as_str())
        .collect();
    let asked = Asked {
        section: &opened.file.clinical,
        metric: opened.metric,
        seed: p.seed,
        evidence,
        sealed: false,
    };
    Results {
        schema: SCHEMA_VERSION,
        study: record(opened, rows, count, device),
        environment,
        best_single: chosen.map(|chosen| compare::best_single(design, folds, &chosen, &names)),
        comparisons,
        verdict: verdict::verdict(design, &opened.cohort.task, &losses, p.repeats, rows.sealed),
        prior_loss: losses.prior,
        population: evidence.population.clone(),
        clinical: clinical::assess(&asked, predictions, &assessed),
        arms,
    }
}

fn record(opened: &Opened, rows: RowCounts, count: JobCount, device: &str) -> StudyRecord {
    StudyRecord {
        name: opened.file.name.clone(),
        file_sha256: opened.file_sha256.clone(),
        cohort_sha256: opened.cohort.sha256.clone(),
        target: opened.file.target.clone(),
        task: opened.cohort.task.clone(),
        rows: opened.cohort.cohort.len(),
        groups: opened.cohort.groups,
        sealed_rows: rows.sealed,
        development_rows: rows.development,
        dropped_rows: opened.cohort.cohort.len() - rows.sealed - rows.development,
        outer_folds: count.outer / opened.file.protocol.repeats.max(1),
        splits_sha256: opened.splits_sha256(),
        protocol: opened.file.protocol.clone(),
        metric: opened.metric.name().to_owned(),
        unit: opened.unit_name(),
        budget: opened.file.budget.clone(),
        device: device.to_owned(),
        inner_jobs: count.inner_jobs,
        refits: count.refits,
    }
}

fn arm_result(
    opened: &Opened,
    design: Design,
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
    let per_arm = JobCount::of(&opened.file, 1, folds.len()).total();
    let scores: Vec<_> = refits.iter().map(|(_, refit)| &refit.scores).collect();
    ArmResult {
        name: arm.name.clone(),
        fusion: arm.fusion.clone(),
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
        confusion: confusion(&opened.cohort.task, &refits),
        folds: refits
            .iter()
            .map(|(fold, refit)| fold_result(arm, fold, refit))
            .collect(),
    }
}

fn fold_result(arm: &Arm, fold: &FoldRun, refit: &Refit) -> FoldResult {
    let outcome = &refit.stored.outcome;
    FoldResult {
        repeat: fold.repeat,
        fold: fold.fold,
        n_train: fold.rows.train.len(),
        n_test: fold.rows.test.len(),
        n_dropped: fold.n_dropped,
        trial: refit.trial,
        inner_scores: refit
            .inner_scores
            .iter()
            .map(|&score| (!score.is_nan()).then_some(score))
            .collect(),
        scores: refit
            .scores
            .iter()
            .map(|(metric, &score)| (metric.name().to_owned(), score))
            .collect(),
        best_epoch: outcome.best_epoch,
        stopped: outcome.stopped,
        epochs: outcome.epochs.clone(),
        model_sha256: outcome.model_sha256.clone(),
        model: model_folder(&arm.name, fold.repeat, fold.fold),
    }
}

/// Where the model of a refit lies, below the output folder; parts count from 1.
pub(super) fn model_folder(arm: &str, repeat: usize, fold: usize) -> String {
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

/// Every disclosed prediction, strategy by strategy, fold by fold.
pub(super) fn predictions(opened: &Opened, folds: &[FoldRun]) -> PredictionTable {
    let mut rows = Vec::new();
    for (i, arm) in opened.arms.iter().enumerate() {
        for fold in folds {
            let Some(refit) = fold.arms.get(i).and_then(|run| run.refit.as_ref()) else {
                continue;
            };
            rows.extend(prediction_rows(
                &refit.disclosed,
                &arm.name,
                (fold.repeat, fold.fold),
            ));
        }
    }
    PredictionTable {
        task: opened.cohort.task.clone(),
        rows,
    }
}

/// The disclosed predictions of one strategy in one fold.
pub(super) fn prediction_rows(
    disclosed: &Disclosed,
    arm: &str,
    (repeat, fold): (usize, usize),
) -> Vec<PredictionRow> {
    let group = |at: usize| {
        disclosed
            .groups
            .as_ref()
            .and_then(|groups| groups.get(at).cloned())
    };
    disclosed
        .ids
        .iter()
        .zip(&disclosed.scores)
        .enumerate()
        .filter_map(|(at, (id, scores))| {
            Some(PredictionRow {
                id: id.clone(),
                group: group(at),
                repeat,
                fold,
                arm: arm.to_owned(),
                target: disclosed.targets.get(at)?,
                scores: scores.clone(),
            })
        })
        .collect()
}

/// What each strategy cost, over the jobs of this and of earlier runs.
pub(super) fn arm_timings(opened: &Opened, folds: &[FoldRun]) -> Vec<ArmTiming> {
    opened
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
