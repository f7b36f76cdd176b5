//! From sealed predictions to a conclusion: scores with intervals, comparisons, the plan's Holm.

use midfuse_eval::ledger::Plan;
use midfuse_metrics::stats::{BootstrapSettings, bootstrap_metric};

use super::compare::{compare, judge};
use super::score::Scored;
use super::time_blocks::Resampled;
use crate::Result;
use crate::run::checked::CheckedStudy;
use crate::run::context::Context;
use crate::run::fold::scores;
use midfuse_report::results::{Clinical, Compared, Concluded, Conclusion};

pub(super) fn conclusion(
    context: &Context<'_>,
    study: &CheckedStudy,
    plan: &Plan,
    scored: &[Scored],
    clinical: Clinical,
) -> Result<Conclusion> {
    let settings = BootstrapSettings::new(context.file.protocol.seed.derive("bootstrap"));
    let resampled = Resampled::new(&study.cohort, context.unit);
    let mut arms = Vec::new();
    let mut comparisons: Vec<Compared> = Vec::new();
    for arm in scored {
        let (predictions, unit) = resampled.of(&arm.disclosed)?;
        let interval = bootstrap_metric(context.metric, &predictions, unit, &settings)
            .ok()
            .map(|b| b.interval);
        arms.push(Concluded {
            arm: arm.arm.clone(),
            trial: arm.trial,
            scores: scores(context, &arm.disclosed)?
                .into_iter()
                .map(|(metric, score)| (metric.name().to_owned(), score))
                .collect(),
            lower: interval.map(|i| i.low),
            upper: interval.map(|i| i.high),
            recalibration: arm.recalibration.clone(),
            model_sha256: arm.model_sha256.clone(),
            model: format!("final/{}", arm.arm),
        });
    }
    let single = scored.first();
    for arm in scored.iter().skip(1) {
        let Some(single) = single else { break };
        comparisons.push(compare(context, resampled, (single, arm), &settings)?);
    }
    judge(plan, &mut comparisons)?;
    Ok(Conclusion {
        study: study.file.name.clone(),
        file_sha256: study.file_sha256.clone(),
        metric: context.metric.name().to_owned(),
        unit: study.counted.rule.name().to_owned(),
        counted: study.counted(
            single
                .iter()
                .flat_map(|scored| &scored.disclosed.ids)
                .map(String::as_str),
        ),
        rows: single.map_or(0, |s| s.disclosed.ids.len()),
        developed_before: 0,
        block_rows: single.and_then(|s| resampled.block(s.disclosed.ids.len())),
        margin: plan.margin,
        arms,
        comparisons,
        clinical,
    })
}
