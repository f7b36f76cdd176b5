//! From sealed predictions to a conclusion: scores with intervals, comparisons, the plan's Holm.

use midfuse_eval::ledger::Plan;

use super::compare::{compare, judge};
use super::resampling::Resampling;
use super::score::Scored;
use super::sealed_scores::sealed_scores;
use crate::Result;
use crate::run::checked::CheckedStudy;
use crate::run::context::Context;
use midfuse_report::results::{
    Clinical, Compared, Concluded, Conclusion, SealedBaseline, SealedScores,
};

pub(super) fn conclusion(
    context: &Context<'_>,
    study: &CheckedStudy,
    plan: &Plan,
    resampling: &Resampling<'_>,
    scored: &[Scored],
    (clinical_baseline, clinical): (Option<SealedBaseline>, Clinical),
) -> Result<Conclusion> {
    let mut arms = Vec::new();
    let mut comparisons: Vec<Compared> = Vec::new();
    for arm in scored {
        let SealedScores {
            scores,
            lower,
            upper,
        } = sealed_scores(context, resampling, &arm.disclosed)?;
        arms.push(Concluded {
            arm: arm.arm.clone(),
            trial: arm.trial,
            scores,
            lower,
            upper,
            recalibration: arm.recalibration.clone(),
            model_sha256: arm.model_sha256.clone(),
            model: format!("final/{}", arm.arm),
        });
    }
    let single = scored.first();
    for arm in scored.iter().skip(1) {
        let Some(single) = single else { break };
        let of = (single.arm.as_str(), &single.disclosed);
        let arm = (arm.arm.as_str(), &arm.disclosed);
        comparisons.push(compare(context, resampling, of, arm)?);
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
        block_rows: single.and_then(|s| resampling.block(s.disclosed.ids.len())),
        margin: plan.margin,
        arms,
        comparisons,
        clinical_baseline,
        clinical,
    })
}
