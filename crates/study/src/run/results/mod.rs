//! From the runs of all folds to results, predictions and timings.

mod arm;
mod compare;
mod design;
mod predictions;
mod timings;

pub(super) use arm::model_folder;
pub(super) use compare::{chosen_values, values};
pub(super) use design::Design;
pub(super) use predictions::{prediction_rows, predictions};
pub(super) use timings::arm_timings;

use arm::arm_result;

use super::checked::Opened;
use super::fold::FoldRun;
use super::verdict::{self, Losses};
use midfuse_plan::JobCount;
use midfuse_report::PredictionTable;
use midfuse_report::clinical;
use midfuse_report::clinical::{Asked, Evidence};
use midfuse_report::results::{ArmResult, Environment, Results, SCHEMA_VERSION, StudyRecord};

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
    let losses = Losses::of(opened, folds, &arms, chosen.as_deref());
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
