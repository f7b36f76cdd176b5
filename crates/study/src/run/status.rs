//! How far a study is.

use std::path::Path;
use std::sync::Arc;

use midfuse_eval::ledger::Ledger;
use midfuse_eval::rows::{Data, OnData};
use midfuse_eval::structure::Structure;

use super::blind::Blind;
use super::context::Context;
use super::environment::store_context;
use super::execute::LookUp;
use super::open::Opened;
use super::options::Options;
use super::outer;
use super::workers::Ready;
use crate::Result;
use crate::store::Store;
use midfuse_plan::JobCount;

/// How far a study is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Jobs that are done.
    pub done: usize,
    /// All jobs.
    pub jobs: usize,
    /// Whether the report is there.
    pub has_report: bool,
}

/// Looks up which jobs of a study are done; runs none, writes nothing, and may be called while the
/// study runs.
///
/// # Errors
/// [`crate::Error`].
pub fn status(path: &Path, options: &Options) -> Result<Status> {
    let opened = Opened::new(path)?;
    opened.cohort.data()?.visit(Look {
        opened: &opened,
        options,
    })
}

struct Look<'a> {
    opened: &'a Opened,
    options: &'a Options,
}

impl OnData for Look<'_> {
    type Output = Result<Status>;

    fn call<S: Structure>(self, data: Data<S>) -> Self::Output {
        let Self { opened, options } = self;
        // Nothing is disclosed: a ledger in memory takes what the replay would record.
        let ledger = Ledger::in_memory();
        let (dev, _) = opened.seal(data, &ledger)?;
        let blind = Blind::new(dev.ids(), opened.file.protocol.seed);
        let ready = Ready::new(opened, &blind, &std::env::temp_dir(), options)?;
        let context = store_context(&ready.hello, &options.worker)?;
        let look_up = LookUp::new(Arc::new(Store::look(&options.out).with_context(&context)));
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
            executor: &look_up,
        };
        let folds = outer::run(&context, &ledger, &dev)?.len();
        Ok(Status {
            done: look_up.found(),
            jobs: JobCount::of(&opened.file, opened.arms.len(), folds).total(),
            has_report: options.out.join("report.html").is_file(),
        })
    }
}
