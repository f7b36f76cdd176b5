//! One outer fold: inner folds choose a trial per arm, refits predict the test rows.

mod arm_run;
mod curve;
mod halving;
mod inner;
mod length;
mod nested;
mod outer;
mod recalibrate;
mod refit;
mod score;
mod selection;

use std::collections::BTreeMap;

use midfuse_eval::fold::Fold;
use midfuse_eval::ledger::Ledger;
use midfuse_eval::predict::fit;
use midfuse_eval::split::FileFold;
use midfuse_eval::structure::Structure;
use midfuse_metrics::metric::Metric;
use midfuse_report::results::Failed;

pub(super) use arm_run::{ArmRun, Refit};
use halving::run_rounds;
use inner::InnerRun;
pub(super) use nested::{NestedRun, Scored};
pub(super) use outer::outer_folds;
use recalibrate::recalibration;
use refit::{Chosen, refit};
pub(super) use score::scores;
use selection::inner_results;
pub(super) use selection::{best, chosen_trial};

use super::context::Context;
use super::prior::Prior;
use crate::{EvaluationError, Result};

/// What came out of one outer fold.
#[derive(Debug)]
pub(crate) struct FoldRun {
    pub(crate) repeat: usize,
    pub(crate) fold: usize,
    /// Ids of its rows.
    pub(crate) rows: FileFold,
    /// Rows on neither side.
    pub(crate) n_dropped: usize,
    /// One entry per arm.
    pub(crate) arms: Vec<ArmRun>,
    /// Scores of predicting the prior of the training rows, by metric.
    pub(crate) prior: BTreeMap<Metric, f64>,
    /// The columns of the clinic, where the study names any.
    pub(crate) nested: Option<NestedRun>,
}

/// Runs one outer fold.
///
/// # Errors
/// [`crate::Error::Interrupted`], [`EvaluationError`] if the rows cannot be split, [`crate::Error::Io`].
pub(crate) fn run_fold<S: Structure>(
    context: &Context<'_>,
    ledger: &Ledger,
    repeat: usize,
    fold: &Fold<'_, S>,
) -> Result<FoldRun> {
    let seed = context.splits.seed(repeat, fold.index);
    let place = format!("repeat {} fold {}", repeat + 1, fold.index + 1);
    let inner = run_rounds(context, seed, &place, fold)?;

    let stop = context.file.protocol.stop;
    let mut arms: Vec<ArmRun> = Vec::new();
    let mut chosen = Vec::new();
    for (i, arm) in context.arms.iter().enumerate() {
        let mut run = ArmRun::default();
        let folds = inner.folds.iter();
        let of_arm: Vec<&Vec<InnerRun>> = folds.filter_map(|arms| arms.get(i)).collect();
        let earlier = inner.earlier.get(i).into_iter().flatten();
        for ran in earlier.chain(of_arm.iter().flat_map(|trials| trials.iter())) {
            match ran {
                Ok(inner) => run.count(&inner.stored, stop),
                Err(failed) => run.failures.push(failed.clone()),
            }
        }
        let mut of_trials = inner_results(context, &of_arm, arm.trials.len());
        let limits = inner.limits.get(i).into_iter().flatten();
        for (result, &limit) in of_trials.iter_mut().zip(limits) {
            result.limit = limit;
        }
        let last = of_trials.iter().enumerate();
        let means: Vec<f64> = last
            .map(|(trial, result)| {
                if inner.is_last(i, trial) {
                    result.score
                } else {
                    f64::NAN
                }
            })
            .collect();
        let of_folds: Vec<&[f64]> = of_trials.iter().map(|one| &one.of_folds[..]).collect();
        let best = chosen_trial(&means, &of_folds, arm.has_own_setting(), context.metric);
        if best.is_none() {
            run.failures.push(Failed {
                job: format!("{} {place} refit", arm.name),
                message: "not run: no trial succeeded on all inner folds".to_owned(),
            });
        }
        chosen.push(best.map(|trial| {
            let length = of_trials.get(trial).and_then(|trial| trial.length);
            Chosen {
                trial,
                recalibration: recalibration(context, &of_arm, trial, length),
                trials: of_trials,
            }
        }));
        arms.push(run);
    }
    refit(context, ledger, fold, seed, &place, &mut arms, chosen)?;
    let nested = nested::nested(context, ledger, fold, &place, &arms, &inner.folds)?;

    let prior = fit(&Prior(context.task), &fold.train)
        .predict(&fold.test)
        .and_then(|predictions| {
            predictions.disclose(
                &fold.test,
                ledger,
                &format!("{}: prior, {place}", context.file.name),
            )
        })
        .map_err(|source| {
            let place = place.clone();
            EvaluationError::Prior { place, source }
        })?;
    Ok(FoldRun {
        repeat,
        fold: fold.index,
        rows: FileFold {
            train: fold.train.ids().map(str::to_owned).collect(),
            test: fold.test.ids().map(str::to_owned).collect(),
        },
        n_dropped: fold.dropped.len(),
        arms,
        prior: scores(context, &prior)?,
        nested,
    })
}
