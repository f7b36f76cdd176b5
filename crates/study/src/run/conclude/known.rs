//! What each strategy adds, on the sealed rows, to the columns that the clinic already has.

use midfuse_eval::ledger::Ledger;
use midfuse_eval::predict::Disclosed;
use midfuse_eval::sealed::Final;
use midfuse_eval::structure::Structure;
use midfuse_metrics::stats::Family;
use midfuse_report::results::{Failed, SealedAdded, SealedBaseline, SealedScores};

use super::compare::{Named, compare};
use super::resampling::Resampling;
use super::score::Scored;
use super::sealed_scores::sealed_scores;
use crate::Result;
use crate::outputs::OutOfFold;
use crate::run::context::Context;
use crate::run::nested::{ALONE, Scores, tested};

/// The columns alone and beside each strategy, fitted on all rows but the sealed ones; `None` where the study
/// names no columns. What a strategy says of those rows is what its models of the outer folds had said, which
/// had not seen them.
///
/// # Errors
/// [`EvaluationError::Nested`](crate::EvaluationError::Nested) if the ledger cannot be written;
/// [`EvaluationError::Metric`](crate::EvaluationError::Metric) if the study's metric has no value on the
/// sealed rows.
pub(super) fn known<S: Structure>(
    context: &Context<'_>,
    resampling: &Resampling<'_>,
    (out_of_fold, scored): (&OutOfFold, &[Scored]),
    ledger: &Ledger,
    last: &Final<'_, S>,
) -> Result<Option<SealedBaseline>> {
    let Some(columns) = context.columns else {
        return Ok(None);
    };
    let mut failures = Vec::new();
    let mut one =
        |beside: Option<&Scores>, what: &str| -> Result<Option<(SealedScores, Disclosed)>> {
            let place = format!("{what}, sealed rows");
            let rows = (&last.train, &last.test);
            match tested(context, ledger, (columns, beside), rows, &place)? {
                Ok(rows) => Ok(Some((sealed_scores(context, resampling, &rows)?, rows))),
                Err(message) => {
                    let job = what.to_owned();
                    failures.push(Failed { job, message });
                    Ok(None)
                }
            }
        };
    let alone = one(None, ALONE)?;
    let mut added = Vec::new();
    for arm in scored {
        let beside = beside(out_of_fold, arm);
        let beside = one(Some(&beside), &format!("{ALONE} beside {}", arm.arm))?;
        if let (Some((_, alone)), Some((sealed, beside))) = (&alone, beside) {
            let alone: Named<'_> = (ALONE, alone);
            let gain = compare(context, resampling, alone, (&arm.arm, &beside))?;
            added.push(SealedAdded { sealed, gain });
        }
    }
    corrected(&mut added);
    Ok(Some(SealedBaseline {
        columns: context.file.clinical.baseline.clone(),
        alone: alone.map(|(scores, _)| scores),
        added,
        failures,
    }))
}

/// What a strategy says of the rows it was developed on and of the sealed ones.
fn beside(out_of_fold: &OutOfFold, arm: &Scored) -> Scores {
    let mut scores = out_of_fold.of(&arm.arm);
    let sealed = arm.disclosed.ids.iter().cloned();
    scores.extend(sealed.zip(arm.disclosed.scores.iter().cloned()));
    scores
}

/// Holm over all strategies; one without a p showed nothing.
fn corrected(added: &mut [SealedAdded]) {
    let p: Vec<Option<f64>> = added.iter().map(|one| one.gain.p).collect();
    if let Ok(adjusted) = Family::Planned.holm(&p) {
        for (one, p_holm) in added.iter_mut().zip(adjusted) {
            one.gain.p_holm = p_holm;
        }
    }
}
