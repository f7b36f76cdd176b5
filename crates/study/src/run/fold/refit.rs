//! Refits: the chosen trial of each arm on all training rows of the outer fold.

use midfuse_base::{Recalibration, Seed};
use midfuse_eval::fold::Fold;
use midfuse_eval::ledger::Ledger;
use midfuse_eval::structure::Structure;
use midfuse_report::results::Failed;

use super::arm_run::{ArmRun, Refit};
use super::score::scores;
use super::selection::InnerResult;
use crate::Result;
use crate::run::context::{Context, LabelledJob, Purpose};
use crate::run::splits::refit_seed;

/// The trial that the inner folds chose for an arm.
pub(super) struct Chosen {
    pub(super) trial: usize,
    /// What the inner folds say of each trial.
    pub(super) trials: Vec<InnerResult>,
    pub(super) recalibration: Option<Recalibration>,
}

impl Chosen {
    fn purpose(&self) -> Purpose {
        let length = self.trials.get(self.trial).and_then(|trial| trial.length);
        Purpose::Keep {
            epochs: length.map(|length| length.epochs),
            recalibration: self.recalibration.clone(),
        }
    }
}

/// Refits of the chosen trials on all training rows; they predict the test rows.
pub(super) fn refit<S: Structure>(
    context: &Context<'_>,
    ledger: &Ledger,
    fold: &Fold<'_, S>,
    seed: Seed,
    place: &str,
    arms: &mut [ArmRun],
    chosen: Vec<Option<Chosen>>,
) -> Result<()> {
    let seed = refit_seed(seed);
    let stop = context.splits.stop_rows(&fold.train, seed)?;
    let mut jobs = Vec::new();
    let mut of_job = Vec::new();
    for ((i, arm), chosen) in context.arms.iter().enumerate().zip(chosen) {
        let Some(chosen) = chosen else { continue };
        let label = format!("{} {place} refit", arm.name);
        let job = context.job(
            (arm, chosen.trial),
            &fold.train,
            stop.as_ref(),
            &fold.test,
            seed,
            chosen.purpose(),
        )?;
        jobs.push(LabelledJob { label, job });
        of_job.push((i, chosen));
    }
    let ran = context.run(&jobs)?;
    for ((named, ran), (i, chosen)) in jobs.iter().zip(ran).zip(of_job) {
        let Some(run) = arms.get_mut(i) else { continue };
        let what = format!("{}: {}", context.file.name, named.label);
        let done = ran.and_then(|(predictions, stored)| {
            let disclosed = predictions
                .disclose(&fold.test, ledger, &what)
                .map_err(|error| error.to_string())?;
            let scores = scores(context, &disclosed).map_err(|error| error.to_string())?;
            Ok(Refit {
                trial: chosen.trial,
                trials: chosen.trials,
                recalibration: chosen.recalibration,
                stored,
                disclosed,
                scores,
            })
        });
        match done {
            Ok(refit) => {
                run.count(&refit.stored, context.file.protocol.stop);
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
