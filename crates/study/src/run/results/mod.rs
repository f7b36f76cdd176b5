//! From the runs of all folds to results, predictions and timings.

mod arm;
mod compare;
mod design;
mod nested;
mod predictions;
mod timings;

pub(super) use arm::model_folder;
pub(super) use compare::{chosen_values, values};
pub(super) use design::ResamplingDesign;
pub(super) use predictions::{prediction_rows, predictions};
pub(super) use timings::arm_timings;

use arm::arm_result;

use super::checked::CheckedStudy;
use super::fold::FoldRun;
use super::verdict::{self, Losses};
use midfuse_base::catalogue::ArmKind;
use midfuse_plan::JobCount;
use midfuse_report::PredictionTable;
use midfuse_report::clinical;
use midfuse_report::clinical::{Asked, Evidence};
use midfuse_report::results::{
    ArmResult, Counted, Environment, Results, SCHEMA_VERSION, StudyRecord,
};

/// What the results say about the rows: how many are sealed and developed on.
#[derive(Debug, Clone)]
pub(super) struct RowCounts {
    pub(super) sealed: usize,
    pub(super) development: usize,
    /// What one score counts among the latter.
    pub(super) counted: Counted,
}

#[expect(
    clippy::too_many_arguments,
    reason = "called once; each is one part of the results"
)]
pub(super) fn results(
    study: &CheckedStudy,
    folds: &[FoldRun],
    resolved: &[Vec<serde_json::Value>],
    rows: RowCounts,
    environment: Environment,
    device: &str,
    evidence: &Evidence,
    predictions: &PredictionTable,
) -> Results {
    let p = &study.file.protocol;
    let design = if study.is_partition() {
        ResamplingDesign::folds(p.outer_folds, p.repeats)
    } else {
        // Rows of a group are no more than one of them: what is independent is counted.
        let count = |ids: &[String]| study.cohort.independent(ids);
        let sizes = folds.iter().map(|fold| &fold.rows);
        ResamplingDesign::sizes(sizes.map(|rows| (count(&rows.train), count(&rows.test))))
    };
    let count = JobCount::of(&study.file, &study.arms, folds.len());
    let arms: Vec<ArmResult> = study
        .arms
        .iter()
        .enumerate()
        .map(|(i, arm)| {
            arm_result(
                study,
                design,
                folds,
                i,
                arm,
                resolved.get(i).map_or(&[], Vec::as_slice),
            )
        })
        .collect();
    let names: Vec<String> = arms.iter().map(|arm| arm.name.clone()).collect();
    let complete = |wanted: &dyn Fn(&ArmResult) -> bool| -> Vec<usize> {
        let all = arms.iter().enumerate();
        all.filter(|(_, arm)| arm.is_complete() && wanted(arm))
            .map(|(i, _)| i)
            .collect()
    };
    let named = |arms: Vec<usize>| -> Vec<(usize, String)> {
        let all = arms.into_iter();
        all.filter_map(|i| Some((i, names.get(i)?.clone())))
            .collect()
    };
    let chosen = compare::best_singles(folds, &complete(&ArmResult::is_single), study.metric);
    let fusions = named(complete(&|arm| arm.kind() == ArmKind::Fusion));
    let baselines = named(complete(&|arm| arm.baseline && !arm.is_single()));
    let mut comparisons = chosen.as_ref().map_or_else(Vec::new, |chosen| {
        compare::comparisons(design, folds, chosen, &fusions, study.metric)
    });
    let against = compare::against_baselines(design, folds, &baselines, &fusions, study.metric);
    comparisons.extend(against);
    let losses = Losses::of(study, folds, &arms, chosen.as_deref());
    let assessed: Vec<&str> = arms
        .iter()
        .filter(|arm| arm.is_complete())
        .map(|arm| arm.name.as_str())
        .collect();
    let asked = Asked {
        section: &study.file.clinical,
        metric: study.metric,
        seed: p.seed,
        evidence,
        sealed: false,
    };
    Results {
        schema: SCHEMA_VERSION,
        verdict: verdict::verdict(design, &study.cohort.task, &losses, p.repeats, rows.sealed),
        study: record(study, rows, count, device),
        environment,
        best_single: chosen.map(|chosen| compare::best_single(design, folds, &chosen, &names)),
        comparisons,
        prior_loss: losses.prior,
        population: evidence.population.clone(),
        clinical_baseline: nested::clinical_baseline(study, design, folds, &arms),
        clinical: clinical::assess(&asked, predictions, &assessed),
        arms,
    }
}

fn record(study: &CheckedStudy, rows: RowCounts, count: JobCount, device: &str) -> StudyRecord {
    StudyRecord {
        name: study.file.name.clone(),
        file_sha256: study.file_sha256.clone(),
        cohort_sha256: study.cohort.sha256.clone(),
        target: study.file.target.clone(),
        task: study.cohort.task.clone(),
        rows: study.cohort.cohort.len(),
        groups: study.cohort.groups,
        sealed_rows: rows.sealed,
        development_rows: rows.development,
        dropped_rows: study.cohort.cohort.len() - rows.sealed - rows.development,
        outer_folds: count.outer / study.file.protocol.repeats.max(1),
        splits_sha256: study.splits_sha256(),
        protocol: study.file.protocol.clone(),
        metric: study.metric.name().to_owned(),
        unit: study.counted.rule.name().to_owned(),
        counted: rows.counted,
        budget: study.file.budget.clone(),
        device: device.to_owned(),
        inner_jobs: count.inner_jobs,
        refits: count.refits,
    }
}
