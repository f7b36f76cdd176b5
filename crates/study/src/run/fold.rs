//! One outer fold: inner folds choose a trial per arm, refits predict the test rows.

use std::collections::BTreeMap;

use midfuse_base::Seed;
use midfuse_eval::fold::{Fold, Inner};
use midfuse_eval::ledger::Ledger;
use midfuse_eval::predict::{Disclosed, fit};
use midfuse_eval::split::FileFold;
use midfuse_eval::structure::Structure;
use midfuse_metrics::metric::Metric;
use midfuse_wire::{Outcome, Stopped};

use super::context::{Context, Named};
use super::prior::Prior;
use super::splits::{inner_seed, refit_seed};
use crate::store::Stored;
use crate::{Error, Result};
use midfuse_report::results::Failed;

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
}

/// One arm in one outer fold.
#[derive(Debug, Default)]
pub(crate) struct ArmRun {
    pub(crate) failures: Vec<Failed>,
    /// Trainings that the epoch limit ended.
    pub(crate) stopped_by_limit: usize,
    /// Seconds and peak memory of every job.
    pub(crate) costs: Vec<midfuse_wire::Cost>,
    pub(crate) refit: Option<Refit>,
}

/// The model of the chosen trial, fitted on all training rows of the outer fold.
#[derive(Debug)]
pub(crate) struct Refit {
    pub(crate) trial: usize,
    /// Mean inner score per trial.
    pub(crate) inner_scores: Vec<f64>,
    pub(crate) stored: Stored,
    pub(crate) disclosed: Disclosed,
    pub(crate) scores: BTreeMap<Metric, f64>,
}

/// One trial on one inner fold.
type InnerRun = std::result::Result<(f64, Stored), Failed>;

/// Runs one outer fold.
///
/// # Errors
/// [`Error::Interrupted`], [`Error::Evaluation`] if the rows cannot be split, [`Error::Io`].
pub(crate) fn run_fold<S: Structure>(
    context: &Context<'_>,
    ledger: &Ledger,
    repeat: usize,
    fold: &Fold<'_, S>,
) -> Result<FoldRun> {
    let seed = context.splits.seed(repeat, fold.index);
    let place = format!("repeat {} fold {}", repeat + 1, fold.index + 1);
    let by = context.splits.inner(seed, fold.train.len());
    let inner = fold
        .train
        .par_cross_validate(&by, |inner| run_inner(context, seed, &place, &inner))
        .map_err(|error| {
            context
                .splits
                .wrong(&format!("{place}, inner folds"), &error)
        })?
        .into_iter()
        .map(|ran| ran.map_err(|panicked| Error::Evaluation(panicked.to_string()))?)
        .collect::<Result<Vec<_>>>()?;

    let mut arms: Vec<ArmRun> = Vec::new();
    let mut chosen = Vec::new();
    for (i, arm) in context.arms.iter().enumerate() {
        let mut run = ArmRun::default();
        let of_arm: Vec<&Vec<InnerRun>> = inner.iter().filter_map(|folds| folds.get(i)).collect();
        for ran in of_arm.iter().flat_map(|trials| trials.iter()) {
            match ran {
                Ok((_, stored)) => run.count(stored),
                Err(failed) => run.failures.push(failed.clone()),
            }
        }
        let means = mean_scores(&of_arm, arm.trials.len());
        let best = best(&means, context.metric);
        if best.is_none() {
            run.failures.push(Failed {
                job: format!("{} {place} refit", arm.name),
                message: "not run: no trial succeeded on all inner folds".to_owned(),
            });
        }
        chosen.push((best, means));
        arms.push(run);
    }
    refit(context, ledger, fold, seed, &place, &mut arms, chosen)?;

    let prior = fit(&Prior::new(context.n_classes), &fold.train)
        .predict(&fold.test)
        .and_then(|predictions| {
            predictions.disclose(
                &fold.test,
                ledger,
                &format!("{}: prior, {place}", context.file.name),
            )
        })
        .map_err(|error| Error::Evaluation(format!("{place}, prior: {error}")))?;
    Ok(FoldRun {
        repeat,
        fold: fold.index,
        rows: FileFold {
            train: fold.train.ids().map(str::to_owned).collect(),
            test: fold.test.ids().map(str::to_owned).collect(),
        },
        n_dropped: fold.dropped.len(),
        arms,
        prior: scores(context, &prior).map_err(Error::Evaluation)?,
    })
}

/// All trials of all arms on one inner fold: `[arm][trial]`.
fn run_inner<S: Structure>(
    context: &Context<'_>,
    seed: Seed,
    place: &str,
    inner: &Inner<'_, '_, S>,
) -> Result<Vec<Vec<InnerRun>>> {
    let seed = inner_seed(seed, inner.index);
    let stop = context.splits.stop_rows(&inner.train, seed)?;
    let mut jobs = Vec::new();
    for arm in context.arms {
        for trial in 0..arm.trials.len() {
            let label = format!(
                "{} {place} inner {} trial {}",
                arm.name,
                inner.index + 1,
                trial + 1
            );
            let job = context.job(
                (arm, trial),
                &inner.train,
                stop.as_ref(),
                &inner.valid,
                seed,
                false,
            )?;
            jobs.push(Named { label, job });
        }
    }
    let ran = context.run(&jobs)?;
    let mut scored = jobs.iter().zip(ran).map(|(named, ran)| {
        let failed = |message: String| Failed {
            job: named.label.clone(),
            message,
        };
        let (predictions, stored) = ran.map_err(failed)?;
        let score = predictions
            .score(&inner.valid, context.metric, context.unit)
            .map_err(|error| failed(error.to_string()))?;
        Ok((score.value(), stored))
    });
    Ok(context
        .arms
        .iter()
        .map(|arm| scored.by_ref().take(arm.trials.len()).collect())
        .collect())
}

/// Refits of the chosen trials on all training rows; they predict the test rows.
fn refit<S: Structure>(
    context: &Context<'_>,
    ledger: &Ledger,
    fold: &Fold<'_, S>,
    seed: Seed,
    place: &str,
    arms: &mut [ArmRun],
    chosen: Vec<(Option<usize>, Vec<f64>)>,
) -> Result<()> {
    let seed = refit_seed(seed);
    let stop = context.splits.stop_rows(&fold.train, seed)?;
    let mut jobs = Vec::new();
    let mut of_job = Vec::new();
    for ((i, arm), (best, means)) in context.arms.iter().enumerate().zip(chosen) {
        let Some(trial) = best else { continue };
        let label = format!("{} {place} refit", arm.name);
        let job = context.job(
            (arm, trial),
            &fold.train,
            stop.as_ref(),
            &fold.test,
            seed,
            true,
        )?;
        jobs.push(Named { label, job });
        of_job.push((i, trial, means));
    }
    let ran = context.run(&jobs)?;
    for ((named, ran), (i, trial, inner_scores)) in jobs.iter().zip(ran).zip(of_job) {
        let Some(run) = arms.get_mut(i) else { continue };
        let what = format!("{}: {}", context.file.name, named.label);
        let done = ran.and_then(|(predictions, stored)| {
            let disclosed = predictions
                .disclose(&fold.test, ledger, &what)
                .map_err(|error| error.to_string())?;
            let scores = scores(context, &disclosed)?;
            Ok(Refit {
                trial,
                inner_scores,
                stored,
                disclosed,
                scores,
            })
        });
        match done {
            Ok(refit) => {
                run.count(&refit.stored);
                run.refit = Some(refit);
            }
            Err(message) => run.failures.push(Failed {
                job: named.label.clone(),
                message,
            }),
        }
    }
    Ok(())
}

impl ArmRun {
    fn count(&mut self, stored: &Stored) {
        self.costs.push(stored.cost.clone());
        self.stopped_by_limit += usize::from(at_limit(&stored.outcome));
    }
}

fn at_limit(outcome: &Outcome) -> bool {
    outcome.stopped == Stopped::EpochLimit
}

/// Every reported metric that these rows allow; the chosen one must be among them.
pub(super) fn scores(
    context: &Context<'_>,
    disclosed: &Disclosed,
) -> std::result::Result<BTreeMap<Metric, f64>, String> {
    let predictions = disclosed.predictions().map_err(|error| error.to_string())?;
    let mut scores = BTreeMap::new();
    for &metric in context.metrics {
        match metric.score(&predictions, context.unit) {
            Ok(score) => {
                scores.insert(metric, score);
            }
            // A metric that these rows do not allow (AUC without one of the classes) is left out,
            // unless it is the one that is compared.
            Err(error) if metric == context.metric => return Err(error.to_string()),
            Err(_) => {}
        }
    }
    Ok(scores)
}

/// Mean inner score of each trial; NaN where it failed on an inner fold.
fn mean_scores(folds: &[&Vec<InnerRun>], trials: usize) -> Vec<f64> {
    (0..trials)
        .map(|trial| {
            let sum: f64 = folds
                .iter()
                .map(|ran| {
                    ran.get(trial)
                        .and_then(|ran| ran.as_ref().ok())
                        .map_or(f64::NAN, |(score, _)| *score)
                })
                .sum();
            sum / folds.len() as f64
        })
        .collect()
}

/// The best of several means; the first of equal ones; NaN is never chosen.
pub(super) fn best(means: &[f64], metric: Metric) -> Option<usize> {
    let better = |a: f64, b: f64| {
        if metric.greater_is_better() {
            a > b
        } else {
            a < b
        }
    };
    means
        .iter()
        .enumerate()
        .filter(|(_, mean)| !mean.is_nan())
        .fold(None, |best, (i, &mean)| match best {
            Some((_, top)) if !better(mean, top) => best,
            _ => Some((i, mean)),
        })
        .map(|(i, _)| i)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_follows_the_direction_of_the_metric() {
        assert_eq!(best(&[0.3, 0.1, f64::NAN, 0.1], Metric::LogLoss), Some(1));
        assert_eq!(best(&[0.3, 0.1, f64::NAN, 0.3], Metric::Accuracy), Some(0));
        assert_eq!(best(&[f64::NAN], Metric::Accuracy), None);
    }
}
