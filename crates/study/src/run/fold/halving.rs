//! Which settings run on the inner folds, and for how long: all of them at once, or round by round as
//! [`midfuse_plan::rounds`] says, each round with the best of the one before.

use midfuse_base::Seed;
use midfuse_eval::fold::Fold;
use midfuse_eval::structure::Structure;
use midfuse_plan::Arm;

use super::inner::{InnerRun, run_inner};
use super::selection::{inner_results, order};
use crate::Result;
use crate::run::context::Context;

/// What is run of one arm in one round.
#[derive(Debug, Default)]
pub(super) struct Tried {
    /// Positions among its trials, ascending.
    pub(super) trials: Vec<usize>,
    /// Epochs that each trains for; none: those of the budget.
    pub(super) epochs: Option<usize>,
}

/// The inner runs of one outer fold.
pub(super) struct Inner {
    /// `[inner fold][arm][trial]`: the last run of each trial.
    pub(super) folds: Vec<Vec<Vec<InnerRun>>>,
    /// `[arm]`: runs of the rounds before the last one of a trial.
    pub(super) earlier: Vec<Vec<InnerRun>>,
    /// `[arm][trial]`: epochs that its last run was given at most.
    pub(super) limits: Vec<Vec<usize>>,
}

impl Inner {
    /// True for a trial that was run to the last round: one that can be chosen.
    pub(super) fn is_last(&self, arm: usize, trial: usize) -> bool {
        let limits = self.limits.get(arm).map_or(&[][..], Vec::as_slice);
        limits.get(trial) == limits.iter().max()
    }
}

/// Runs the trials of all arms on the inner folds of an outer fold.
pub(super) fn run_rounds<S: Structure>(
    context: &Context<'_>,
    seed: Seed,
    place: &str,
    fold: &Fold<'_, S>,
) -> Result<Inner> {
    let by = context.splits.inner(seed, fold.train.len());
    let round = |tried: &[Tried]| -> Result<Vec<Vec<Vec<InnerRun>>>> {
        let ran = fold
            .train
            .par_cross_validate(&by, |inner| run_inner(context, seed, place, &inner, tried));
        ran.map_err(|error| context.splits.wrong(format!("{place}, inner folds"), error))?
            .into_iter()
            .map(|ran| ran?)
            .collect()
    };
    let (arms, budget) = (context.arms, &context.file.budget);
    let rounds: Vec<_> = arms.iter().map(|arm| arm.rounds(budget)).collect();
    let all = |arm: &Arm| (0..arm.trials.len()).collect::<Vec<usize>>();
    let mut alive: Vec<Vec<usize>> = arms.iter().map(all).collect();
    let mut inner = Inner {
        folds: Vec::new(),
        earlier: arms.iter().map(|_| Vec::new()).collect(),
        limits: arms.iter().map(|arm| vec![0; arm.trials.len()]).collect(),
    };
    for nth in 0..rounds.iter().map(Vec::len).max().unwrap_or(0) {
        let mut tried = Vec::new();
        let of_arms = rounds.iter().zip(&mut alive).zip(&mut inner.limits);
        for (i, ((rounds, alive), limits)) in of_arms.enumerate() {
            let Some(round) = rounds.get(nth) else {
                tried.push(Tried::default());
                continue;
            };
            if nth > 0 {
                *alive = survivors(context, &inner.folds, i, alive, round.trials);
            }
            for &trial in alive.iter() {
                if let Some(limit) = limits.get_mut(trial) {
                    *limit = round.epochs;
                }
            }
            tried.push(Tried {
                trials: alive.clone(),
                epochs: (rounds.len() > nth + 1).then_some(round.epochs),
            });
        }
        let ran = round(&tried)?;
        if nth == 0 {
            inner.folds = ran;
        } else {
            take_in(&mut inner, &tried, ran);
        }
    }
    Ok(inner)
}

/// The best of the trials that are `alive`; a trial that failed comes last.
fn survivors(
    context: &Context<'_>,
    folds: &[Vec<Vec<InnerRun>>],
    arm: usize,
    alive: &[usize],
    n: usize,
) -> Vec<usize> {
    let of_arm: Vec<&Vec<InnerRun>> = folds.iter().filter_map(|fold| fold.get(arm)).collect();
    let n_trials = of_arm.first().map_or(0, |trials| trials.len());
    let results = inner_results(context, &of_arm, n_trials);
    let score = |trial: &usize| results.get(*trial).map_or(f64::NAN, |result| result.score);
    let scores: Vec<f64> = alive.iter().map(score).collect();
    let best = order(&scores, context.metric).into_iter().take(n);
    let mut best: Vec<usize> = best.filter_map(|at| alive.get(at).copied()).collect();
    best.sort_unstable();
    best
}

/// Puts the runs of a round in the place of earlier ones of the same trials.
fn take_in(inner: &mut Inner, tried: &[Tried], ran: Vec<Vec<Vec<InnerRun>>>) {
    for (fold, ran) in inner.folds.iter_mut().zip(ran) {
        let of_arms = fold.iter_mut().zip(ran).zip(tried).zip(&mut inner.earlier);
        for (((runs, ran), tried), earlier) in of_arms {
            for (&trial, ran) in tried.trials.iter().zip(ran) {
                if let Some(run) = runs.get_mut(trial) {
                    earlier.push(std::mem::replace(run, ran));
                }
            }
        }
    }
}
