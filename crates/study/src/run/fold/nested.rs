//! The nested models of one outer fold: the columns of the clinic alone, and beside each arm.

use std::collections::BTreeMap;

use midfuse_eval::fold::Fold;
use midfuse_eval::ledger::Ledger;
use midfuse_eval::structure::Structure;
use midfuse_metrics::metric::Metric;

use super::arm_run::{ArmRun, Refit};
use super::inner::InnerRun;
use super::length::Length;
use super::score::scores;
use crate::Result;
use crate::run::context::Context;
use crate::run::nested::{ALONE, BaselineColumns, Scores, mapped, tested};

/// Scores on the test rows by metric, or why there are none.
pub(crate) type Scored = std::result::Result<BTreeMap<Metric, f64>, String>;

/// What the nested models scored in one outer fold.
#[derive(Debug)]
pub(crate) struct NestedRun {
    pub(crate) alone: Scored,
    /// One entry per arm; `None` where it has no refit.
    pub(crate) beside: Vec<Option<Scored>>,
}

/// Fits and scores them; none where the study names no columns.
///
/// # Errors
/// [`EvaluationError::Nested`](crate::EvaluationError::Nested) if the ledger cannot be written.
pub(super) fn nested<S: Structure>(
    context: &Context<'_>,
    ledger: &Ledger,
    fold: &Fold<'_, S>,
    place: &str,
    arms: &[ArmRun],
    inner: &[Vec<Vec<InnerRun>>],
) -> Result<Option<NestedRun>> {
    let Some(columns) = context.columns else {
        return Ok(None);
    };
    let one = |beside: Option<&Scores>, what: &str| {
        let place = format!("{what}, {place}");
        scored(context, ledger, fold, (columns, beside), &place)
    };
    let mut beside = Vec::new();
    for ((i, arm), run) in context.arms.iter().enumerate().zip(arms) {
        beside.push(match &run.refit {
            None => None,
            Some(refit) => {
                let of_arm = inner.iter().filter_map(|arms| arms.get(i));
                let known = known(context, refit, of_arm);
                let what = format!("{ALONE} beside {}", arm.name);
                Some(one(Some(&known), &what)?)
            }
        });
    }
    Ok(Some(NestedRun {
        alone: one(None, ALONE)?,
        beside,
    }))
}

/// What an arm says of training rows that the model had not seen, and of the test rows.
fn known<'a>(
    context: &Context<'_>,
    refit: &Refit,
    folds: impl Iterator<Item = &'a Vec<InnerRun>>,
) -> Scores {
    let epochs = refit.length().map(Length::trained);
    let mut known = Scores::new();
    for inner in folds.filter_map(|trials| trials.get(refit.trial)?.as_ref().ok()) {
        let rows = inner.predictions.ids.iter().zip(inner.scores_at(epochs));
        known.extend(rows.map(|(id, scores)| {
            let scores = mapped(context.task, refit.recalibration.as_ref(), scores);
            (id.clone(), scores)
        }));
    }
    let tested = refit.disclosed.ids.iter().cloned();
    known.extend(tested.zip(refit.disclosed.scores.iter().cloned()));
    known
}

/// The scores of one model on the test rows.
fn scored<S: Structure>(
    context: &Context<'_>,
    ledger: &Ledger,
    fold: &Fold<'_, S>,
    model: (&BaselineColumns, Option<&Scores>),
    place: &str,
) -> Result<Scored> {
    let rows = (&fold.train, &fold.test);
    let disclosed = tested(context, ledger, model, rows, place)?;
    Ok(disclosed.and_then(|rows| scores(context, &rows).map_err(|error| error.to_string())))
}
