//! What the nested models say over all outer folds.

use std::collections::BTreeMap;

use midfuse_metrics::metric::Metric;
use midfuse_report::results::{Added, ArmResult, ClinicalBaseline, Failed, Reference};

use super::compare::{against, corrected};
use super::design::ResamplingDesign;
use crate::run::checked::CheckedStudy;
use crate::run::fold::{FoldRun, Scored};
use crate::run::nested::ALONE;

/// What the columns say alone, and each strategy beside them; `None` where the study names none.
pub(super) fn clinical_baseline(
    study: &CheckedStudy,
    design: ResamplingDesign,
    folds: &[FoldRun],
    arms: &[ArmResult],
) -> Option<ClinicalBaseline> {
    let runs: Option<Vec<_>> = folds.iter().map(|fold| fold.nested.as_ref()).collect();
    let runs = runs?;
    let mut failures = Vec::new();
    let mut all = |what: &str, scored: &[&Scored]| {
        let mut whole = Vec::new();
        for (fold, scored) in folds.iter().zip(scored) {
            match scored {
                Ok(scores) => whole.push(scores),
                Err(message) => failures.push(Failed {
                    job: format!("{what}, repeat {} fold {}", fold.repeat + 1, fold.fold + 1),
                    message: message.clone(),
                }),
            }
        }
        (whole.len() == folds.len()).then(|| whole.into_iter().cloned().collect::<Vec<_>>())
    };
    let of_alone: Vec<&Scored> = runs.iter().map(|run| &run.alone).collect();
    let alone = all(ALONE, &of_alone);
    let mut added = Vec::new();
    for (i, arm) in arms.iter().enumerate().filter(|(_, arm)| arm.is_complete()) {
        let scored = runs.iter().map(|run| run.beside.get(i)?.as_ref());
        let Some(scored) = scored.collect::<Option<Vec<&Scored>>>() else {
            continue;
        };
        let beside = all(&format!("{ALONE} beside {}", arm.name), &scored);
        if let (Some(alone), Some(beside)) = (&alone, beside) {
            added.extend(gained(design, study.metric, &arm.name, alone, &beside));
        }
    }
    let gains = added.iter().map(|one: &Added| one.gain.clone()).collect();
    for (one, gain) in added.iter_mut().zip(corrected(gains)) {
        one.gain = gain;
    }
    let summaries =
        |scores: &[BTreeMap<Metric, f64>]| design.scores(&scores.iter().collect::<Vec<_>>());
    Some(ClinicalBaseline {
        columns: study.file.clinical.baseline.clone(),
        scores: alone.as_deref().map(summaries).unwrap_or_default(),
        added,
        failures,
    })
}

/// One strategy beside the columns against these alone; none where a fold lacks the metric.
fn gained(
    design: ResamplingDesign,
    metric: Metric,
    arm: &str,
    alone: &[BTreeMap<Metric, f64>],
    beside: &[BTreeMap<Metric, f64>],
) -> Option<Added> {
    let of = |scores: &[BTreeMap<Metric, f64>]| -> Option<Vec<f64>> {
        scores
            .iter()
            .map(|scores| scores.get(&metric).copied())
            .collect()
    };
    let reference = Reference::Arm(ALONE.to_owned());
    Some(Added {
        scores: design.scores(&beside.iter().collect::<Vec<_>>()),
        gain: against(
            design,
            (arm, &of(beside)?),
            (&reference, &of(alone)?),
            metric,
        ),
    })
}
