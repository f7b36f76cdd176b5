//! A whole study: from the file to the report.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use midfuse_eval::on_data;
use midfuse_eval::rows::Data;
use midfuse_eval::split::Predefined;
use midfuse_eval::structure::Structure;

use super::blind::Blind;
use super::checked::CheckedStudy;
use super::context::Context;
use super::environment::{environment, store_context};
use super::fold::outer_folds;
use super::options::Options;
use super::preview::rehearse;
use super::results::{self, RowCounts};
use super::workers::{Handshake, Room};
use crate::Result;
use crate::outputs::{self, Outputs};
use crate::pool::Pool;
use crate::store::Store;
use crate::watch::Event;
use midfuse_report::results::{Results, Timings};

/// A study that ran to its end.
#[derive(Debug)]
pub struct Finished {
    /// What it found.
    pub results: Results,
    /// What it cost.
    pub timings: Timings,
    /// Path of the report.
    pub report: PathBuf,
}

/// Runs a study, or goes on with one that was stopped: jobs that are done are looked up.
///
/// The sealed rows are split off first and not opened. Results appear in `options.out` when all
/// jobs are done: `results.json`, `predictions.parquet`, `folds.csv`, `ledger.jsonl`, `timings.json`,
/// `models/` and `report.html`.
///
/// # Errors
/// [`crate::Error`]; a job that fails is no error, see [`Results::failed_arms`].
pub fn study(path: &Path, options: &Options) -> Result<Finished> {
    let start = Instant::now();
    let study = CheckedStudy::new(path, options)?;
    // The worker checks every model section before the ledger hears of this study: a file that it
    // refuses shall not freeze a plan.
    let blind = rehearse(&study)?;
    let handshake = Handshake::new(&study, &blind, &options.out, options, Room::Needed)?;
    on_data!(study.cohort.data()?, data => run(&study, options, &blind, &handshake, start, data))
}

fn run<S: Structure>(
    study: &CheckedStudy,
    options: &Options,
    blind: &Blind,
    handshake: &Handshake,
    start: Instant,
    data: Data<S>,
) -> Result<Finished> {
    let ledger = study.ledger()?;
    let (dev, sealed) = study.seal(data, &ledger)?;
    let evidence = study.evidence(dev.ids())?;

    let context = store_context(&handshake.hello, &options.worker)?;
    let store = Arc::new(Store::open(&options.out)?.with_context(&context));
    let stripped = handshake.settle(store.scratch())?;
    let jobs = study.job_count(&dev)?.total();
    options.watch.event(&Event::Planned {
        jobs,
        workers: options.workers,
    });
    let pool = Pool::start(
        options.workers,
        options.worker.clone(),
        stripped,
        Arc::clone(&store),
        options.stop.clone(),
        Arc::clone(&options.watch),
        options.shuffle,
    );
    let context = Context::new(study, options, (blind, handshake.data()), &pool);
    let folds = outer_folds(&context, &ledger, &dev)?;
    let (jobs_found, jobs_run) = pool.counts();
    drop(pool);

    let rows = RowCounts {
        sealed: sealed.map_or(0, |sealed| sealed.len()),
        development: dev.len(),
        counted: study.counted(dev.ids()),
    };
    let predictions = results::predictions(study, &folds);
    let results = results::results(
        study,
        &folds,
        &handshake.resolved,
        rows,
        environment(&handshake.hello),
        &options.device,
        &evidence,
        &predictions,
    );
    let entries = ledger.entries()?;
    let timings = Timings {
        workers: options.workers,
        wall_seconds: start.elapsed().as_secs_f64(),
        jobs_found,
        jobs_run,
        ledger_disclosures: outputs::disclosures(&entries),
        arms: results::arm_timings(study, &folds),
    };
    let models = folds.iter().flat_map(|fold| {
        let arms = study.arms.iter().zip(&fold.arms);
        arms.filter_map(|(arm, run)| {
            let to = results::model_folder(&arm.name, fold.repeat, fold.fold);
            Some((run.refit.as_ref()?.stored.files.clone(), to))
        })
    });
    let report = outputs::write(
        &options.out,
        &Outputs {
            results: &results,
            timings: &timings,
            predictions: &predictions,
            ledger: &entries,
            folds: &Predefined::new(folds.iter().map(|fold| fold.rows.clone()).collect()),
            models: models.collect(),
        },
    )?;
    Ok(Finished {
        results,
        timings,
        report,
    })
}
