//! What a study would take: the number of jobs, and the time that short trial trainings suggest.

use std::path::Path;
use std::sync::Arc;

use midfuse_eval::fold::{Dev, Fold};
use midfuse_eval::on_data;
use midfuse_eval::rows::Data;
use midfuse_eval::structure::Structure;

use super::checked::CheckedStudy;
use super::context::{Context, LabelledJob, Purpose};
use super::memory::Share;
use super::options::Options;
use super::preview::Preview;
use super::workers::Room;
use crate::pool::Pool;
use crate::store::Store;
use crate::watch::Silent;
use crate::{Error, Result, WorkerError};
use midfuse_plan::{Arm, JobCount};
use midfuse_report::results::sealed_share;

/// Epochs of the two trial trainings of each strategy.
const SHORT: usize = 1;
const LONG: usize = 3;

/// What a study would take.
#[derive(Debug, Clone, PartialEq)]
pub struct DryRun {
    /// The jobs.
    pub jobs: JobCount,
    /// Rows to develop on, and rows that will be sealed.
    pub rows: (usize, usize),
    /// What one score counts, in a sentence.
    pub counted: String,
    /// What of it was not declared, and a share of sealed rows that is far from what was asked for.
    pub notes: Vec<String>,
    /// Seconds with the given number of workers if every training runs for all epochs: an upper
    /// bound where trainings stop early.
    pub seconds: f64,
    /// Strategy or baseline, fitted parameters, seconds per full-length training.
    pub arms: Vec<(String, u64, f64)>,
    /// Bytes of memory that the largest job of each takes, in their order, where the worker can tell.
    pub memory: Vec<Option<u64>>,
    /// What a worker has of it, where that is known.
    pub share: Option<Share>,
}

/// Counts the jobs of a study and trains each strategy for a few epochs to estimate the time.
/// Nothing is sealed, kept or written to the output folder; but where a training fails, what the worker
/// said at length.
///
/// # Errors
/// [`crate::Error`]; [`StudyFileError::Memory`](crate::StudyFileError::Memory) if a job does not fit;
/// [`WorkerError::Training`] if a trial training fails.
pub fn dry_run(path: &Path, options: &Options) -> Result<DryRun> {
    let study = CheckedStudy::new(path, options)?;
    on_data!(study.cohort.data()?, data => estimate(&study, options, data))
}

fn estimate<S: Structure>(
    study: &CheckedStudy,
    options: &Options,
    data: Data<S>,
) -> Result<DryRun> {
    let folder = tempfile::tempdir().map_err(Error::io(&std::env::temp_dir()))?;
    let preview = Preview::new(study, options, data, folder.path(), Room::Needed)?;
    let store = Arc::new(Store::open(folder.path())?.with_errors_of(&options.out));
    let stripped = preview.handshake.settle(store.scratch())?;
    // One worker, one job at a time: what is measured is not disturbed by its neighbours.
    let pool = Pool::start(
        1,
        options.worker.clone(),
        stripped,
        store,
        options.stop.clone(),
        Arc::new(Silent),
        None,
    );
    let context = Context::new(study, options, preview.hidden(), &pool);
    let arms = measure(&context, &preview.dev)?;
    let counted = study.counted(preview.dev.ids());
    let (n, groups) = (study.cohort.cohort.len(), study.cohort.groups);
    let far = sealed_share(
        study.file.protocol.test_fraction,
        preview.n_sealed,
        n,
        groups,
    );
    let of_arms = study.arms.iter().zip(&arms);
    let total: f64 = of_arms
        .map(|(arm, (_, _, seconds))| seconds * trainings(study, arm, preview.jobs.outer))
        .sum();
    Ok(DryRun {
        jobs: preview.jobs,
        rows: (preview.dev.len(), preview.n_sealed),
        counted: counted.sentence(study.metric.name()),
        notes: [counted.undeclared(), far].into_iter().flatten().collect(),
        seconds: total / options.workers.max(1) as f64,
        arms,
        memory: preview.handshake.memories.largest(),
        share: preview.handshake.memories.share(options.workers),
    })
}

/// Trainings of one arm, counted in refits: an inner training has fewer rows.
fn trainings(study: &CheckedStudy, arm: &Arm, outer: usize) -> f64 {
    let inner = study.file.protocol.inner_folds as f64;
    let budget = &study.file.budget;
    // A round of settings that are halved is a share of a training each.
    let rounds = arm.rounds(budget).into_iter();
    let whole: f64 = rounds
        .map(|round| round.trials as f64 * round.epochs as f64 / budget.epochs.max(1) as f64)
        .sum();
    let refits = if arm.is_baseline() { 1 } else { budget.refits };
    // What was measured is all refits of a fold.
    outer as f64 * (1.0 + inner * whole * (inner - 1.0) / inner / refits.max(1) as f64)
}

/// Seconds of a full-length refit of each arm, from two short ones on the first outer fold.
fn measure<S: Structure>(context: &Context<'_>, dev: &Dev<S>) -> Result<Vec<(String, u64, f64)>> {
    let by = context.splits.outer_splitter(0, dev.len());
    let first = |fold: Fold<'_, S>| -> Option<Result<Vec<(String, u64, f64)>>> {
        (fold.index == 0).then(|| {
            context
                .arms
                .iter()
                .map(|arm| one_arm(context, arm, &fold))
                .collect()
        })
    };
    let measured = dev
        .cross_validate(&by, first)
        .map_err(|error| context.splits.wrong("outer folds", error))?;
    measured
        .into_iter()
        .flatten()
        .next()
        .unwrap_or_else(|| Ok(Vec::new()))
}

fn one_arm<S: Structure>(
    context: &Context<'_>,
    arm: &Arm,
    fold: &Fold<'_, S>,
) -> Result<(String, u64, f64)> {
    let seed = context.file.protocol.seed.derive("dry-run");
    let stop = context.splits.stop_rows(&fold.train, seed)?;
    let mut seconds = Vec::new();
    let mut parameters = 0;
    // A baseline has no epochs: one fit is measured, as it is.
    let measured: &[usize] = if arm.is_baseline() {
        &[SHORT]
    } else {
        &[SHORT, LONG]
    };
    for &epochs in measured {
        let job = context.job(
            (arm, 0),
            &fold.train,
            stop.as_ref(),
            &fold.test,
            seed,
            Purpose::Keep {
                epochs: Some(epochs),
                recalibration: None,
            },
        )?;
        let label = format!("{} for {epochs} epochs", arm.name);
        let ran = context
            .run(&[LabelledJob {
                label: label.clone(),
                job,
            }])?
            .into_iter()
            .next();
        let (_, stored) =
            ran.unwrap_or_else(|| Err("no answer".to_owned()))
                .map_err(|message| WorkerError::Training {
                    job: label,
                    message,
                })?;
        seconds.push(stored.cost.seconds);
        parameters = stored.outcome.n_parameters;
    }
    let (short, long) = (
        seconds.first().copied().unwrap_or(0.0),
        seconds.last().copied().unwrap_or(0.0),
    );
    let per_epoch = ((long - short) / (LONG - SHORT) as f64).max(0.0);
    let rest = (short - per_epoch * SHORT as f64).max(0.0);
    Ok((
        arm.name.clone(),
        parameters,
        rest + per_epoch * context.file.budget.epochs as f64,
    ))
}
