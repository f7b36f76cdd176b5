//! A whole study: from the file to the report.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use midfuse_eval::rows::{Data, OnData};
use midfuse_eval::split::Predefined;
use midfuse_eval::structure::Structure;

use super::assemble::{self, RowCounts};
use super::blind::Blind;
use super::context::Context;
use super::environment::{environment, store_context};
use super::open::Opened;
use super::options::Options;
use super::outer;
use super::workers::Ready;
use crate::Result;
use crate::outputs::{self, Outputs};
use crate::pool::Pool;
use crate::store::Store;
use crate::watch::Event;
use midfuse_plan::JobCount;
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
    let opened = Opened::new(path)?;
    // The worker checks every model section before the ledger hears of this study: a file that it
    // refuses shall not freeze a plan.
    let blind = opened.blind()?;
    let ready = Ready::new(&opened, &blind, &options.out, options)?;
    opened.cohort.data()?.visit(Run {
        opened: &opened,
        options,
        blind,
        ready,
        start,
    })
}

struct Run<'a> {
    opened: &'a Opened,
    options: &'a Options,
    blind: Blind,
    ready: Ready,
    start: Instant,
}

impl OnData for Run<'_> {
    type Output = Result<Finished>;

    fn call<S: Structure>(self, data: Data<S>) -> Self::Output {
        let Self {
            opened,
            options,
            blind,
            ready,
            start,
        } = self;
        let ledger = opened.ledger()?;
        let (dev, sealed) = opened.seal(data, &ledger)?;
        let evidence = opened.evidence(dev.ids())?;

        let context = store_context(&ready.hello, &options.worker)?;
        let store = Arc::new(Store::open(&options.out)?.with_context(&context));
        let stripped = ready.settle(store.scratch())?;
        let outer = opened.splits().count(&dev)? * opened.file.protocol.repeats;
        let jobs = JobCount::of(&opened.file, opened.arms.len(), outer).total();
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
        let context = Context {
            file: &opened.file,
            arms: &opened.arms,
            metric: opened.metric,
            metrics: &opened.metrics,
            unit: opened.unit,
            splits: opened.splits(),
            n_classes: opened.n_classes(),
            device: &options.device,
            blind: &blind,
            data: ready.data(),
            executor: &pool,
        };
        let folds = outer::run(&context, &ledger, &dev)?;
        let (jobs_found, jobs_run) = pool.counts();
        drop(pool);

        let rows = RowCounts {
            sealed: sealed.map_or(0, |sealed| sealed.len()),
            development: dev.len(),
        };
        let predictions = assemble::predictions(opened, &folds);
        let results = assemble::results(
            opened,
            &folds,
            &ready.resolved,
            rows,
            environment(&ready.hello),
            &options.device,
            &evidence,
            &predictions,
        );
        let entries = ledger
            .entries()
            .map_err(|error| crate::Error::Evaluation(error.to_string()))?;
        let timings = Timings {
            workers: options.workers,
            wall_seconds: start.elapsed().as_secs_f64(),
            jobs_found,
            jobs_run,
            ledger_disclosures: outputs::disclosures(&entries),
            arms: assemble::arm_timings(opened, &folds),
        };
        let models = folds.iter().flat_map(|fold| {
            let arms = opened.arms.iter().zip(&fold.arms);
            arms.filter_map(|(arm, run)| {
                let to = assemble::model_folder(&arm.name, fold.repeat, fold.fold);
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
}
