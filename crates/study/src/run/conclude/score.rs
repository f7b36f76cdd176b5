//! Fitting on all rows but the sealed ones, and predicting those.

use std::path::PathBuf;

use midfuse_base::Recalibration;
use midfuse_eval::ledger::Ledger;
use midfuse_eval::predict::Disclosed;
use midfuse_eval::sealed::Final;
use midfuse_eval::structure::Structure;

use super::strategies::{best_trial, chosen_epochs, chosen_recalibration, find_arm};
use crate::run::context::{Context, LabelledJob, Purpose};
use crate::{Result, WorkerError};
use midfuse_report::results::Results;

/// A strategy on the sealed rows.
pub(super) struct Scored {
    pub(super) arm: String,
    pub(super) trial: usize,
    pub(super) recalibration: Option<Recalibration>,
    pub(super) disclosed: Disclosed,
    pub(super) model_sha256: String,
    pub(super) files: PathBuf,
}

pub(super) fn score<S: Structure>(
    context: &Context<'_>,
    results: &Results,
    names: &[String],
    ledger: &Ledger,
    last: &Final<'_, S>,
) -> Result<Vec<Scored>> {
    let seed = context.file.protocol.seed.derive("final");
    let stop = context.splits.stop_rows(&last.train, seed)?;
    let mut jobs = Vec::new();
    let mut trials = Vec::new();
    for name in names {
        let arm = find_arm(context.arms, name)?;
        let trial = best_trial(results, name, context.metric)?;
        let epochs = chosen_epochs(results, name, trial);
        let recalibration = chosen_recalibration(results, name, trial);
        let job = context.job(
            (arm, trial),
            &last.train,
            stop.as_ref(),
            &last.test,
            seed,
            Purpose::Keep {
                epochs,
                recalibration: recalibration.clone(),
            },
        )?;
        jobs.push(LabelledJob {
            label: format!("{name} final"),
            job,
        });
        trials.push((trial, recalibration));
    }
    let ran = context.run(&jobs)?;
    names
        .iter()
        .zip(trials)
        .zip(ran)
        .map(|((name, (trial, recalibration)), ran)| {
            let (predictions, stored) = ran.map_err(|message| WorkerError::Training {
                job: name.clone(),
                message,
            })?;
            let what = format!("{}: {name}, sealed rows", context.file.name);
            let disclosed = predictions.disclose(&last.test, ledger, &what)?;
            Ok(Scored {
                arm: name.clone(),
                trial,
                recalibration,
                disclosed,
                model_sha256: stored.outcome.model_sha256.clone(),
                files: stored.files,
            })
        })
        .collect()
}
